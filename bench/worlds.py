"""Worlds in which it is known what follows what: people with every sort of rhythm, and what is planted among it.

A world is drawn from a seed: kinds 0 to 2 are people's own (visits, reading, purchases), kind 3 is sent to them. Each
person does things at a drive x(t) of their own times their taste for each kind; nothing influences anything unless an
effect is planted, which adds events after a cause, with exponential delays. All times are in days.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.log.buckets import Buckets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Draw = np.random.Generator
OWN, SENT = 3, 3
KINDS = ("visited", "read", "purchased", "emailed")
PEOPLE, DAYS = 500, 120


@dataclass(frozen=True)
class World:
    """Events of people: who, when (days), and of which kind; planted: (effect, cause) → events within a week."""

    person: Ints
    at: Floats
    kind: Ints
    people: int
    days: int
    planted: Mapping[tuple[int, int], float] = field(default_factory=dict)


Drive = Callable[[Draw, Ints, Floats, int, int], Floats]  # draw, person, at, people, days → chance to keep, 0 to 1


def office(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Weekdays 9 to 17."""
    hour, day = at % 1 * 24, np.floor(at) % 7
    return ((hour >= 9) & (hour < 17) & (day < 5)).astype(float)


def waking(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Eight hours of each person's own."""
    return (((at - draw.random(people)[person]) % 1) < 8 / 24).astype(float)


def weekends(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Half as much on two days of the week."""
    return np.where(np.floor(at) % 7 < 5, 1.0, 0.5)


def leavers(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """People come at any time and stay for 60 days in the mean."""
    come, stay = draw.uniform(-60, days, people), draw.exponential(60, people)
    return ((at > come[person]) & (at < (come + stay)[person])).astype(float)


def fading(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Interest that fades within 90 days of coming."""
    come = draw.uniform(-30, days * 0.7, people)
    return np.where(at > come[person], np.exp(-np.maximum(at - come[person], 0) / 90), 0.0)


def spells(draw: Draw, person: Ints, at: Floats, people: int, days: int, begins: Floats | None = None) -> Floats:
    """Busy for three days, five times in all; hardly anything else."""
    begins = draw.uniform(0, days, (people, 5)) if begins is None else begins
    gap = at[:, None] - begins[person]
    return np.where(((gap >= 0) & (gap < 3)).any(axis=1), 1.0, 0.03)


def shocks(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Six days on which everyone does five times as much."""
    return np.where(np.isin(np.floor(at), draw.choice(days, 6, replace=False)), 1.0, 0.2)


def zones(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Daytime in six time zones."""
    return np.where((at + draw.integers(0, 6, people)[person] * 4 / 24) % 1 < 0.5, 1.0, 0.08)


def bots(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """One in twenty is busy at two in the night, and thrice as busy as all others."""
    night = (at % 1 * 24 >= 2) & (at % 1 * 24 < 3)
    return np.where(draw.random(people)[person] < 0.05, night * 1.0, 0.3)


def brief(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """People come at any time and stay for 8 days at most."""
    come = draw.uniform(0, days, people)
    return ((at > come[person]) & (at < come[person] + 8)).astype(float)


def always(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """No rhythm."""
    return np.ones(at.size)


def all_of(*drives: Drive) -> Drive:
    """Several at once."""

    def found(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
        return np.prod([drive(draw, person, at, people, days) for drive in drives], axis=0)

    return found


def launch(at: Floats, kind: Ints, days: int) -> Floats:
    """Purchases thrice as many from the 60th day, fading within ten days."""
    since = at - days / 2
    return np.where(kind == 2, (1 + 2 * (since > 0) * np.exp(-np.maximum(since, 0) / 10)) / 3, 1 / 3)


def seasons(at: Floats, kind: Ints, days: int) -> Floats:
    """Reading rises and falls within a month, purchases within two, each by itself."""
    wave = np.where(kind == 1, np.sin(2 * math.pi * at / 30), np.where(kind == 2, np.cos(2 * math.pi * at / 60), 0))
    return (1 + 0.6 * wave) / 1.6


def steady(at: Floats, kind: Ints, days: int) -> Floats:
    """No kind has a calendar of its own."""
    return np.ones(at.size)


def own_events(draw: Draw, drive: Drive, people: int, days: int, rate: float) -> tuple[Ints, Floats, Ints]:
    """Draw what people might do by themselves, before the drive thins it."""
    taste = draw.gamma(2, 0.5, (people, OWN)) * draw.gamma(2, 0.5, (people, 1))
    trial = drive(draw, np.arange(people).repeat(40), draw.uniform(0, days, people * 40), people, days)
    counts = draw.poisson(taste * rate / trial[trial > 0].mean() * days)
    person, kind = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    return person, draw.uniform(0, days, person.size), kind


def kept(draw: Draw, events: tuple[Ints, Floats, Ints], drive: Drive, plan: Plan) -> tuple[Ints, Floats, Ints]:
    """Keep what the drive, the calendar of the kinds and the life cycle let happen."""
    person, at, kind = events
    chance = drive(draw, person, at, plan.people, plan.days) * plan.calendar(at, kind, plan.days)
    some = draw.random(at.size) < chance
    person, at, kind = person[some], at[some], kind[some]
    if plan.cycle:  # people read at first and buy later: not how much, but what they do changes since they came
        come = np.full(plan.people, np.inf)
        np.minimum.at(come, person, at)
        bought = draw.random(at.size) < 0.1 + 0.7 * (1 - np.exp(-(at - come[person]) / 20))
        kind = np.where(kind == 1, np.where(bought, 2, 1), kind)
    return person, at, kind


def mails(draw: Draw, people: int, days: int, a_day: float = 1 / 12) -> tuple[Ints, Floats]:
    """Send at random times, by daylight."""
    count = draw.poisson(a_day * days, people)
    who = np.repeat(np.arange(people), count)
    return who, np.floor(draw.uniform(0, days, who.size)) + draw.uniform(8, 18, who.size) / 24


def newsletter(people: int, days: int) -> tuple[Ints, Floats]:
    """Send to everyone each Tuesday at 10."""
    when = np.arange(1, days, 7) + 10 / 24
    return np.arange(people).repeat(when.size), np.tile(when, people)


def planted(draw: Draw, events: tuple[Ints, Floats, Ints], plan: Plan) -> tuple[Ints, Floats, Ints]:
    """Add what causes bring, as long as people are there."""
    person, at, kind = events
    low, high = np.full(plan.people, np.inf), np.full(plan.people, -np.inf)
    np.minimum.at(low, person[kind != SENT], at[kind != SENT])
    np.maximum.at(high, person[kind != SENT], at[kind != SENT])
    more = [events]
    for (effect, cause), (size, half) in plan.effects.items():
        mine = np.flatnonzero(kind == cause)
        rows = np.repeat(mine, draw.poisson(size, mine.size))
        later = at[rows] + plan.least + draw.exponential(half / math.log(2), rows.size)
        there = (later > low[person[rows]]) & (later < high[person[rows]])
        more.append((person[rows][there], later[there], np.full(int(there.sum()), effect)))
    whose, when, what = (np.concatenate(column) for column in zip(*more, strict=True))
    return whose, when, what


@dataclass(frozen=True)
class Plan:
    """What a world is like. sent: how kind 3 is sent, see `SENDINGS`. effects: (effect, cause) → events of it, and the
    half-life of their delays in days; least: what these take at least. hidden: what is sent is not in the log. rounded:
    instants, down to so many days. rate: of each kind a day, in the mean of people and of the drive."""

    drive: Drive = always
    calendar: Callable[[Floats, Ints, int], Floats] = steady
    cycle: bool = False
    sent: str = "random"
    effects: Mapping[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    people: int = PEOPLE
    days: int = DAYS
    rate: float = 0.15
    rounded: float = 0.0
    least: float = 0.0
    hidden: bool = False

    def draw(self, seed: int) -> World:
        """Draw the world."""
        draw, people, days = np.random.default_rng(seed), self.people, self.days
        begins = draw.uniform(0, days, (people, 5))

        def drive(_: Draw, person: Ints, at: Floats, *size: int) -> Floats:
            # what is each person's own is drawn for the rate and for the events: from one seed, so that it is the same
            given = partial(spells, begins=begins) if self.drive is spells else self.drive
            return given(np.random.default_rng([seed, 2]), person, at, *size)

        own = own_events(np.random.default_rng([seed, 1]), drive, people, days, self.rate)
        own = kept(draw, own, drive, self)
        who, when = SENDINGS[self.sent](draw, own, begins, people, days)
        inside = (when > 0) & (when < days)
        events = (
            np.concatenate([own[0], who[inside]]),
            np.concatenate([own[1], when[inside]]),
            np.concatenate([own[2], np.full(int(inside.sum()), SENT)]),
        )
        person, at, kind = planted(draw, events, self) if self.effects else events
        if self.hidden:
            seen = kind != SENT
            person, at, kind = person[seen], at[seen], kind[seen]
        at = np.floor(at / self.rounded) * self.rounded if self.rounded else at
        true = {pair: size * (1 - 0.5 ** ((7 - self.least) / half)) for pair, (size, half) in self.effects.items()}
        order = np.lexsort((kind, at, person))
        return World(person[order], at[order], kind[order], people, days, true)


Sending = Callable[[Draw, tuple[Ints, Floats, Ints], Floats, int, int], tuple[Ints, Floats]]


def at_spells(hours: float) -> Sending:
    """Send so many hours into each spell, as a tool does that watches for activity."""

    def found(
        draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int
    ) -> tuple[Ints, Floats]:
        return np.arange(people).repeat(begins.shape[1]), begins.ravel() + hours / 24

    return found


def win_back(
    draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int
) -> tuple[Ints, Floats]:  # fmt: skip
    """Send after ten days of silence."""
    order = np.lexsort((own[1], own[0]))
    person, at = own[0][order], own[1][order]
    silent = np.flatnonzero((np.diff(at) > 10) & (np.diff(person) == 0))
    return person[silent], at[silent] + 10


def cart(draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int) -> tuple[Ints, Floats]:
    """Send four hours after a third of the visits."""
    mine = np.flatnonzero((own[2] == 0) & (draw.random(own[0].size) < 1 / 3))
    return own[0][mine], own[1][mine] + 4 / 24


def drip(draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int) -> tuple[Ints, Floats]:
    """Send 12, 20 and 30 days after the first thing that each person does, as a welcome series does."""
    come = np.full(people, np.inf)
    np.minimum.at(come, own[0], own[1])
    here = np.flatnonzero(np.isfinite(come))
    return here.repeat(3), (come[here, None] + np.array([12.0, 20.0, 30.0])).ravel()


def own_weekday(
    draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int
) -> tuple[Ints, Floats]:  # fmt: skip
    """Send a digest each week, on each person's own day and hour."""
    weeks = np.arange(0, days, 7)
    return np.arange(people).repeat(weeks.size), (draw.uniform(0, 7, people)[:, None] + weeks).ravel()


def launched(share: float) -> Sending:
    """Send once, at one hour, to a share of all."""

    def found(
        draw: Draw, own: tuple[Ints, Floats, Ints], begins: Floats, people: int, days: int
    ) -> tuple[Ints, Floats]:
        who = np.flatnonzero(draw.random(people) < share)
        return who, np.full(who.size, days / 2 + 10 / 24)

    return found


SENDINGS: dict[str, Sending] = {
    "random": lambda draw, own, begins, people, days: mails(draw, people, days),
    "dense": lambda draw, own, begins, people, days: mails(draw, people, days, 0.5),
    "newsletter": lambda draw, own, begins, people, days: newsletter(people, days),
    "spell": at_spells(5),
    "spell start": at_spells(0),
    "win-back": win_back,
    "cart": cart,
    "own weekday": own_weekday,
    "drip": drip,
    "once to all": launched(1.0),
    "once to a third": launched(0.33),
    "days": lambda draw, own, begins, people, days: blasts(draw, people, days),
}


def blasts(draw: Draw, people: int, days: int) -> tuple[Ints, Floats]:
    """Send ten times, each at one hour to a random fifth."""
    when = draw.integers(0, days, 10) + draw.integers(8, 18, 10) / 24
    who = [np.flatnonzero(draw.random(people) < 0.2) for _ in when]
    return np.concatenate(who), np.repeat(when, [some.size for some in who])


NULLS: dict[str, Plan] = {
    "clean": Plan(),
    "office hours": Plan(office),
    "own waking hours": Plan(waking),
    "weekends": Plan(weekends),
    "leavers": Plan(leavers),
    "fading": Plan(fading),
    "spells": Plan(spells),
    "shocks": Plan(shocks),
    "newsletter": Plan(office, sent="newsletter"),
    "launch": Plan(calendar=launch),
    "seasons by kind": Plan(calendar=seasons),
    "life cycle": Plan(leavers, cycle=True),
    "zones": Plan(zones),
    "bots": Plan(bots),
    "spells, fading": Plan(all_of(spells, fading)),
    "office, leavers": Plan(all_of(office, leavers)),
    "shocks, blasts": Plan(shocks, sent="days"),
    "weekends, dense": Plan(weekends, sent="dense"),
    "minutes": Plan(waking, rounded=1 / 1440),
    "dates only": Plan(weekends, rounded=1.0),
    "weekly batches": Plan(leavers, rounded=7.0),
    "seasons, leavers": Plan(leavers, seasons),
    "launch, a third": Plan(calendar=launch, sent="once to a third"),
}
CHOSEN: dict[str, Plan] = {
    "into a spell": Plan(spells, sent="spell"),
    "start of a spell": Plan(spells, sent="spell start"),
    "win-back": Plan(fading, sent="win-back"),
    "cart": Plan(spells, sent="cart"),
}
MAIL = {("emailed", kind) for kind in KINDS[:OWN]}
MUTUAL = {("visited", "read"), ("read", "visited")}
ALL_OWN = {(one, other) for one in KINDS[:OWN] for other in KINDS[:OWN] if one != other}
UNKNOWABLE: dict[str, Plan] = {
    "newsletter to all": Plan(sent="newsletter", effects={(0, SENT): (0.3, 0.5)}),
    "own weekday": Plan(sent="own weekday", effects={(0, SENT): (0.3, 0.5)}),
    "once to all": Plan(sent="once to all", effects={(0, SENT): (0.3, 0.5)}),
}


UNTOLD: dict[str, tuple[Plan, set[tuple[str, str]]]] = {
    **{name: (make, MAIL) for name, make in UNKNOWABLE.items()},
    "mutual": (Plan(effects={(0, 1): (0.2, 0.3), (1, 0): (0.2, 0.3)}, days=180), MUTUAL),
    "own kinds in spells": (Plan(spells), ALL_OWN),
    "two weeks": (Plan(days=14), MAIL | ALL_OWN),
    "people who stay for days": (Plan(brief), MAIL | ALL_OWN),
}


BEGIN = 20_459 * 86_400_000_000  # µs: Tuesday 2026-01-06 is day 1, so that day 0 is a Monday


def buckets(made: World, *, shift: int = 0, names: Ints | None = None, parts: int = 2) -> Buckets:
    """Return a world as lives to be folded. shift: µs; names: the hash of each person, which orders them and parts
    them into buckets."""
    whose = (np.arange(made.people) if names is None else names)[made.person]
    order = np.lexsort((made.kind, made.at, whose))
    kind = made.kind[order]
    table = pa.table(
        {
            "person": pa.array(whose[order]),
            "at": pa.array(BEGIN + shift + np.round(made.at[order] * 86_400_000_000).astype(np.int64)),
            "kind": pa.array(kind, pa.int16()),
            "channel": pa.array(kind, pa.int32()),
            "activity": pa.array(np.full(kind.size, -1), pa.int32()),
            "direction": pa.array((kind == SENT).astype(np.int8)),
            "object": pa.nulls(kind.size, pa.string()),
            "amount": pa.nulls(kind.size, pa.float64()),
        }
    )
    edges = np.quantile(whose, np.linspace(0, 1, parts + 1)) if whose.size else np.zeros(2)
    readers = []
    for low, high in itertools.pairwise(edges):
        some = table.filter(
            pc.and_(pc.greater_equal(table["person"], low), pc.less(table["person"], high + (high == edges[-1])))
        )
        readers.append(lambda columns, some=some: some.select(list(columns)))
    codes = {"kind": list(KINDS), "channel": list(KINDS), "activity": [], "source": ["world"]}
    return Buckets(tuple(readers), codes)


def end(made: World, shift: int = 0) -> int:
    """Return the instant at which a world ends (µs)."""
    return BEGIN + shift + made.days * 86_400_000_000
