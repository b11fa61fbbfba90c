"""Who is at which step of a chain of acts, how long does a step take, by what, and who is due now?

A chain is declared: kinds of interaction, step by step, such as endorsed, then guest at an event, then sponsor.
Somebody has taken a step who did such an act later than they took the step before; of several the first counts. `due`
are those who have waited at the step as long as those who went on from it usually took, and no longer.

Whether the order means anything is put to a test in which chance would make none: of all who did both acts of two
steps, as many would have done the one first as the other, however busy they are. So a step of which the order is no
more than chance is a list and no path. It is still order and no cause: what everybody does early in their time with us
comes before what is done late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt, special
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import share
from ziggurat.base.words.texts import listed, plain
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given, Step, ever
from ziggurat.facts.census import Keep
from ziggurat.facts.given import Talk
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.levels.chain import USUAL, steps_of
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import CHANCE, COUNT, DAYS, STEP, TEXT
from ziggurat.study import At, Text, study

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "channel", "activity", "direction")
NEVER = np.int64(2**62)
TYPICAL = (0.25, 0.9)  # of those who went on: who has waited as long as these took is due
BY = 3  # ways that are named


def stepping(given: Given) -> Keep:
    """Return what finds acts of any step."""
    words = [word.strip() for part in given["steps"].split(">") for word in part.split(",")]
    return partial(needs.own_of_kind, wanted=Meanings.of_log(given["buckets"]).named(words))


ACT = Step(
    "is an act of a step: {steps}",
    ("act of a step", "acts of a step"),
    "Choose other kinds by `steps`.",
    stepping,
    ("kind", "direction"),
)


@dataclass(frozen=True)
class ActPaths(Result):
    """One row per step, in order.

    act: the kinds of the step. people: known people who took it, all steps before it first. here: of these, who has not
    gone on. due: of those here, who has waited between a quarter and nine tenths of how long those who went on took;
    null at the end, and where nobody went on. quarter_days, median_days, three_quarter_days: from the step before to
    this one, of those who took it; they describe exactly these people and have no error. by: the activities, or
    channels where none is named, of the acts by which they took it, the most common first. earlier, later: people who
    did both this act and that of the step before, and first did it later or earlier than that one. chance: that at
    least so many did it later if order were chance, 0 to 1 (one-sided sign test), null where nobody did both, and at
    the first step. Members: person_id, name, step, here, due, since (µs).
    """

    columns: ClassVar = {
        "step": STEP,
        "act": TEXT,
        "people": COUNT,
        "here": COUNT("Not gone on"),
        "due": COUNT("Due now"),
        "quarter_days": DAYS,
        "median_days": DAYS,
        "three_quarter_days": DAYS,
        "by": TEXT("By what"),
        "earlier": COUNT("In this order"),
        "later": COUNT("In the other"),
        "chance": CHANCE("Chance of that order"),
    }
    keys: ClassVar = ("step",)
    absence: ClassVar = Absence("none is of somebody who counts", "Choose a later day.", (ACT,), ever)

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether anybody took the step."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many took each step."""
        rows = [
            {"step": row["step"], "act": f"{row['step']} {row['act']}", "people": row["people"]} for row in self.rows()
        ]
        return charts.bars(rows, y="act", x="people") if rows else charts.nothing()


@dataclass(frozen=True)
class Taken:
    """When everyone known took each step (steps × people, µs; NEVER), and first did each act at all; by what they took
    it: activity and channel (codes, -1 for none)."""

    at: Ints
    first: Ints
    activity: Ints
    channel: Ints


@study
def act_paths(
    given: Talk,
    *,
    at: At,
    steps: Annotated[Text, "kinds of interaction, step by step, parted by `>`; several of one step by commas"] = USUAL,
) -> ActPaths:
    """Follow people along a declared chain of acts, up to an instant.

    people, kinds: tables as `schema.PEOPLE` and `KINDS`. Nothing after `at` is looked at.
    Raises: QuestionError if there are too few or too many steps, or one names no kind.
    """
    vocabulary = tables.collect(tables.frame(given.kinds), "kind")["kind"].to_pylist()
    chain = steps_of(steps, vocabulary)
    folk = Folk.of(given.people, at)
    means = Meanings.read(given.buckets.codes, given.kinds)
    taken = follow(given.buckets, folk, [means.named(words) for words in chain], at)
    rows, places = [], []
    columns: dict[str, list[npt.NDArray[Any]]] = {"step": [], "here": [], "due": [], "since": []}
    for step, words in enumerate(chain):
        row, there, here, due = row_of(step, taken, given.buckets, at)
        if len(folk):
            rows.append({"step": step + 1, "act": listed(words)} | row)
        places.append(there)
        found = (np.full(there.size, step + 1), here, due, taken.at[step, there])
        for name, values in zip(columns, found, strict=True):
            columns[name].append(values)
    joined = {name: np.concatenate(values) for name, values in columns.items()}
    return ActPaths(tables.from_rows(ActPaths.columns, rows), folk.members(np.concatenate(places), joined))


def follow(buckets: Buckets, folk: Folk, chain: Sequence[Flags], until: int) -> Taken:
    """Return when everyone took each step. chain: which codes of kinds each step is of."""
    shape = (len(chain), len(folk))
    found = Taken(*(np.full(shape, NEVER) for _ in range(2)), *(np.full(shape, -1) for _ in range(2)))
    wanted = np.any(chain, axis=0)

    def read(rows: pa.Table) -> list[npt.NDArray[Any]]:
        kind, direction, when = (rows[name].to_numpy() for name in ("kind", "direction", "at"))
        some = wanted[kind] & (direction != OUT) & (when <= until)
        return [rows[name].to_numpy()[some].astype(np.int64) for name in READ[:5]]

    for person, when, kind, channel, activity in buckets.fold(read, READ):
        place = folk.places(person)
        for step, flags in enumerate(chain):
            own = np.flatnonzero(flags[kind] & (place >= 0))
            np.minimum.at(found.first[step], place[own], when[own])
            if step:
                own = own[when[own] > found.at[step - 1, place[own]]]
            own = own[np.lexsort((activity[own], channel[own], when[own], place[own]))]
            who, begin = np.unique(place[own], return_index=True)
            found.at[step, who] = when[own][begin]
            found.activity[step, who], found.channel[step, who] = activity[own][begin], channel[own][begin]
    return found


def row_of(step: int, taken: Taken, buckets: Buckets, at: int) -> tuple[dict[str, Any], Ints, Flags, Flags]:
    """Return the row of a step, who took it, who of them is still there, and who is due."""
    there = np.flatnonzero(taken.at[step] < NEVER)
    last = step == len(taken.at) - 1
    gone = np.zeros(there.size, np.bool_) if last else taken.at[step + 1, there] < NEVER
    due = np.zeros(there.size, np.bool_)
    row: dict[str, Any] = {"people": there.size, "here": int((~gone).sum()), "by": by_what(step, there, taken, buckets)}
    if gone.any():
        took = taken.at[step + 1, there[gone]] - taken.at[step, there[gone]]
        low, high = np.quantile(took, TYPICAL)
        waited = at - taken.at[step, there]
        due = ~gone & (waited >= low) & (waited <= high)
        row["due"] = int(due.sum())
    if step:
        row |= {"earlier": 0, "later": 0}
        if there.size:
            days = (taken.at[step, there] - taken.at[step - 1, there]) / DAY
            names = ("quarter_days", "median_days", "three_quarter_days")
            row |= dict(zip(names, np.quantile(days, (0.25, 0.5, 0.75)).tolist(), strict=True))
        row |= order_of(taken.first[step - 1], taken.first[step])
    return row, there, ~gone, due


def order_of(before: Ints, after: Ints) -> dict[str, Any]:
    """Count who did two acts in this order and in the other, and how likely that is by chance.

    Source: Dixon & Mood (1946), JASA 41(236), 557-566 (the sign test).

    >>> order_of(np.array([1, 1, 5]), np.array([2, 3, 4]))
    {'earlier': 2, 'later': 1, 'chance': 0.5}
    """
    both = (before < NEVER) & (after < NEVER) & (before != after)
    right = int((before < after)[both].sum())
    size = int(both.sum())
    chance = float(special.bdtrc(right - 1, size, 0.5)) if right else 1.0
    return {"earlier": right, "later": size - right, "chance": round(chance, 12) if size else None}


def by_what(step: int, there: Ints, taken: Taken, buckets: Buckets) -> str | None:
    """Name the activities, or channels where none is named, by which people took a step, the most common first."""
    activity, channel = taken.activity[step, there].tolist(), taken.channel[step, there].tolist()
    counts: dict[str, int] = {}
    for one, other in zip(activity, channel, strict=True):
        name = buckets.codes["activity"][one] if one >= 0 else buckets.codes["channel"][other] if other >= 0 else ""
        counts[name] = counts.get(name, 0) + 1
    some = sorted((item for item in counts.items() if item[0]), key=lambda item: (-item[1], item[0]))[:BY]
    return ", ".join(f"{plain(name)} {share(size / there.size)}" for name, size in some) or None
