"""Do people who give more than they get climb, slip or leave more often than those who get more?

One instant, `days` before `at`, parts before from after. Before it, in a window of its own, each person's ledger is
read: they gave more than is usual if the share of their acts that they gave is above that of all acts on their level,
and got more if it is below. After it, they climbed or slipped if they stood above or below that level at any time, and
left if they did nothing of their own any more, having done something before. People on one level are compared with each
other, and the levels are then put together, like with like.

It is observational. Who is about to climb gives more, because giving is what many rules of a ladder count; who is
about to leave gives less already. What answers or thanks would change is for an experiment to say. A person with few
acts is put on a side almost by chance, which makes differences look smaller than they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.absence import Absence, Given
from ziggurat.facts.census import Period
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Ledgers
from ziggurat.facts.level_history import Placed
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.shares import difference
from ziggurat.stats.stratified import risk_difference
from ziggurat.study import At, Days, Family, Number, Rungs, Within, study
from ziggurat.value.entries import GAVE, HIGH, SIDES
from ziggurat.value.ledger import ENTERED, Ledger, Reading, ledger
from ziggurat.value.members import name_members

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

MORE, EVEN, LESS, NOTHING = BALANCES = ("gave more", "as usual", "got more", "neither")
CLIMBED, SLIPPED, LEFT = OUTCOMES = ("climbed", "slipped", "left")
TOGETHER = "All levels, like with like"
OUT = DIRECTIONS.index("out")


def ledger_period(given: Given) -> Period:
    """Return the time in which ledgers are read."""
    until = given["at"] - round(given["days"] * DAY)
    return until - round(given["before_days"] * DAY), until


@dataclass(frozen=True)
class Balance(Result):
    """One row per outcome, level (null: all of them) and balance, of people whom the outcome could befall.

    balance: 'gave more' or 'got more' than is usual on her level, 'as usual', or 'neither' gave nor got. people: of
    that level at the parting instant; those on the top can't climb, those on level 0 can't slip, and only those who
    did something before can leave. happened: of these. share: 0 to 1, with 95 % Wilson bounds. share_difference: by
    how much it is larger among those who gave more than among those who got more, with 95 % bounds (Newcombe within a
    level, Mantel-Haenszel for all of them); null on the other rows, and where one side is empty. Members: person_id,
    name, outcome, level, balance.
    """

    columns: ClassVar = {
        "outcome": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "balance": TEXT,
        "people": COUNT,
        "happened": COUNT,
        "share": SHARE("Share to whom it happened"),
        **interval(SHARE),
        "share_difference": SHARE("More than if they got more"),
        **interval(SHARE, "share_difference"),
    }
    keys: ClassVar = ("outcome", "level", "balance")
    absence: ClassVar = Absence(
        "none is of somebody who could be followed afterwards",
        "Raise `before_days`, or choose a later day.",
        (ENTERED,),
        ledger_period,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the difference within each level and over all of them, with its bounds."""
        rows = [row for row in self.rows() if row["share_difference"] is not None]
        rows.sort(key=lambda row: (row["level"] is None, -(row["level"] or 0)))
        title = ["More often (right of 0) if they gave", "more than if they got more"]
        bounds = {"low": "share_difference_low", "high": "share_difference_high"}
        chart = charts.spreads(rows, y="level_name", x="share_difference", each="outcome", **bounds)
        return chart.properties(title=title)


@dataclass(frozen=True)
class Lives:
    """Who is compared, an entry a person: her level and balance (position in BALANCES), and for each outcome whether it
    could befall her, and whether it did."""

    person: Ints
    level: Ints
    balance: Ints
    could: dict[str, Flags]
    did: dict[str, Flags]


@dataclass(frozen=True)
class Parting(Family):
    """Where before and after are parted, and what is read of before."""

    days: Annotated[Days, Within(1 / 24, 36_500), "how long before it before and after are parted"] = 90.0
    before_days: Annotated[Days, Within(1 / 24, 36_500), "how long before that ledgers are read"] = 180.0
    high: Annotated[Number, "the least rating that counts as advocacy"] = HIGH


@study
def balance(given: Ledgers, *, at: At, rungs: Rungs, parting: Parting) -> Balance:
    """Compare what became of people by the balance of their ledgers before.

    people, levels, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `RATES`. names: of the levels.
    days: how long before `at` before and after are parted; before_days: how long before that ledgers are read. high:
    the least rating that counts as advocacy. Nothing after `at` is looked at. Raises: QuestionError if an option
    can't be taken; DeclarationError if a rate is of no kind.
    """
    parted = at - round(parting.days * DAY)
    start = parted - round(parting.before_days * DAY)
    reading = Reading.of(given, rungs, start, parted, high=parting.high, last=at)
    people, did = given.people, active(given.buckets, start, parted, at)
    lives = follow_people(reading.placed, Directory.of(people).known(), ledger(reading), did, parted, len(rungs.names))
    rows = [row for outcome in OUTCOMES for row in rows_of(outcome, lives, rungs.names)]
    return Balance(tables.from_rows(Balance.columns, rows), members(lives, people))


def active(buckets: Buckets, start: int, parted: int, end: int) -> tuple[Ints, Ints]:
    """Return who did something of her own before the parting instant, and who did after it; each sorted."""

    def who(rows: pa.Table) -> tuple[Ints, Ints]:
        own = pc.and_(pc.not_equal(rows["direction"], OUT), pc.greater_equal(rows["kind"], 0))
        rows = rows.filter(pc.and_(own, pc.and_(pc.greater(rows["at"], start), pc.less_equal(rows["at"], end))))
        person, early = (np.asarray(column) for column in (rows["person"], pc.less_equal(rows["at"], parted)))
        return np.unique(person[early]), np.unique(person[~early])

    parts = list(buckets.fold(who, ("person", "at", "kind", "direction")))
    before, after = (np.unique(np.concatenate([np.empty(0, np.int64), *(part[i] for part in parts)])) for i in (0, 1))
    return before, after


def follow_people(
    placed: Placed, known: Ints, found: Ledger, active_: tuple[Ints, Ints], parted: int, size: int
) -> Lives:
    """Say of everyone who stood on a level at the parting instant what she gave and got, and what became of her.

    size: how many levels there are.
    """
    person = known[placed.at(known, np.full(known.size, parted)) >= 0]
    level = placed.at(person, np.full(person.size, parted))
    top, bottom = level.copy(), level.copy()
    later = (placed.since > parted) & np.isin(placed.person, person)
    place = np.searchsorted(person, placed.person[later])
    np.maximum.at(top, place, placed.level[later])
    np.minimum.at(bottom, place, placed.level[later])
    before, after = (np.isin(person, some) for some in active_)
    could = {CLIMBED: level < size - 1, SLIPPED: level > 0, LEFT: before}
    did = {CLIMBED: top > level, SLIPPED: bottom < level, LEFT: before & ~after}
    return Lives(person, level, balances(person, level, found), could, did)


def balances(person: Ints, level: Ints, found: Ledger) -> Ints:
    """Return the balance of each person, sorted, as a position in BALANCES."""
    whose, side, acts = found.column("person"), found.side(), found.column("acts")
    inside = np.isin(whose, person)
    sums = np.zeros((len(SIDES), person.size), np.int64)
    np.add.at(sums, (side[inside], np.searchsorted(person, whose[inside])), acts[inside])
    gave, both = sums[SIDES.index(GAVE)], sums.sum(axis=0)
    size = int(level.max(initial=0)) + 1
    all_gave, all_both = (np.bincount(level, values, size).astype(np.int64)[level] for values in (gave, both))
    tilt = np.sign(gave * all_both - all_gave * both)
    places = np.array([BALANCES.index(LESS), BALANCES.index(EVEN), BALANCES.index(MORE)])[tilt + 1]
    return np.where(both > 0, places, BALANCES.index(NOTHING)).astype(np.int64)


def rows_of(outcome: str, lives: Lives, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one outcome: each level from the top, then all of them."""
    could = lives.could[outcome]
    cells = (len(names), len(BALANCES))
    people, happened = np.zeros(cells, np.int64), np.zeros(cells, np.int64)
    np.add.at(people, (lives.level[could], lives.balance[could]), 1)
    np.add.at(happened, (lives.level[could], lives.balance[could]), lives.did[outcome][could])
    more, less = BALANCES.index(MORE), BALANCES.index(LESS)
    for level in range(len(names) - 1, -1, -1):
        one, other = (part(happened[level, way], people[level, way]) for way in (more, less))
        gap: tuple[float, ...] | None = difference(one, other) if people[level, more] and people[level, less] else None
        yield from balance_rows(outcome, level, names[level], people[level], happened[level], gap)
    sides = (cells_[:, way].astype(np.float64) for way in (more, less) for cells_ in (happened, people))
    pooled = risk_difference(*sides)
    gap = None if np.isnan(pooled.value) else tuple(pooled)
    yield from balance_rows(outcome, None, TOGETHER, people.sum(axis=0), happened.sum(axis=0), gap)


def part(happened: int, people: int) -> tuple[float, float, float]:
    """Return a share of people with its bounds; 0 of nobody."""
    return (happened / people if people else 0.0, *wilson(happened, people))


def balance_rows(
    outcome: str, level: int | None, name: str, people: Ints, happened: Ints, gap: tuple[float, ...] | None
) -> Iterator[dict[str, Any]]:
    """Yield one row a balance that anybody has."""
    for way, word in enumerate(BALANCES):
        if not people[way]:
            continue
        share, low, high = part(int(happened[way]), int(people[way]))
        bounds = gap if word == MORE and gap is not None else (None, None, None)
        yield {
            **{"outcome": outcome, "level": level, "level_name": name, "balance": word},
            **{"people": int(people[way]), "happened": int(happened[way]), "share": share, "low": low, "high": high},
            **dict(zip(("share_difference", "share_difference_low", "share_difference_high"), bounds, strict=True)),
        }


def members(lives: Lives, people: Frame) -> Any:
    """Return who is behind each row: everyone twice, on her own level and among all of them."""
    parts = []
    for outcome in OUTCOMES:
        place = np.flatnonzero(lives.could[outcome])
        for level in (pa.array(lives.level[place]), pa.nulls(place.size, pa.int64())):
            columns = {"outcome": pa.repeat(pa.scalar(outcome), place.size), "level": level}
            columns["balance"] = pa.array(BALANCES).take(pa.array(lives.balance[place]))
            parts.append((lives.person[place], columns))
    person = np.concatenate([whose for whose, _ in parts])
    columns = {name: pa.concat_arrays([part_[name] for _, part_ in parts]) for name in ("outcome", "level", "balance")}
    return name_members(person, columns, people)
