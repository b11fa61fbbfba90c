"""On whom did the organisation spend its time and money?

A touch is one message (direction `out`) to one person, but for being assigned to an experiment's variant. It takes
the minutes that the log says, and its part of what its activity cost: money and staff minutes in `costs` are shared
evenly over the activity's touches within the same window. What cannot be shared is kept: costs of activities that
touched nobody within the window, and what media cost (`exposures`), of which nobody knows whom they reached. So
nothing is lost, and nothing is counted twice unless it was logged twice, as minutes of messages and again as staff
minutes of their activity.

Two passes over people's lives; memory holds one row a person and level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings, codes_of
from ziggurat.facts.threads import Thread
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.value.entries import GAVE, SIDE, SIDES, Book
from ziggurat.value.ledger import Reading, find_entries, floats, ints

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
ANONYMOUS = -1  # in place of a level
NEVER = np.int64(2**62)
COUNT = ("person", "at", "kind", "activity", "direction")
READ = (
    *("person", "at", "kind", "channel", "activity", "direction", "amount", "minutes", "score"),
    *("source", "interaction_id", "object", "in_reply_to"),
)
SPENT = pa.schema(
    [
        ("person", pa.int64()),
        ("level", pa.int64()),  # at the time of the touch; ANONYMOUS for who sits on no ladder
        ("new", pa.int64()),  # 1 if she had given nothing by then
        ("touches", pa.int64()),
        ("minutes", pa.float64()),  # of staff
        ("money", pa.float64()),  # workspace currency
        ("begun", pa.int64()),  # touches that began a two-way interaction
    ]
)
KEYS, AMOUNTS = SPENT.names[:3], SPENT.names[3:]


@dataclass(frozen=True)
class Outlay:
    """What was spent on whom.

    spent: columns of SPENT. media: money that went to media. rest: minutes and money of activities that touched nobody.
    """

    spent: pa.Table
    media: float
    rest: tuple[float, float]

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of what was spent as an array."""
        found: npt.NDArray[Any] = self.spent[name].combine_chunks().to_numpy()
        return found


def outlay(reading: Reading, exposures: Frame, costs: Frame, kinds: Frame, *, days: float) -> Outlay:
    """Read what was spent within a window.

    exposures, costs, kinds: tables as `schema.EXPOSURES`, `COSTS` and `KINDS`; a day belongs to the window if it
    begins in it (UTC). days: within which she must come back for a touch to begin a talk. Nothing after the window is
    looked at.
    """
    # What goes to where the rows lie must not hold the rows themselves, as `reading` does.
    buckets, placed, book, since, until = (
        reading.buckets, reading.placed, reading.book, reading.since, reading.until,
    )  # fmt: skip
    names = list(buckets.codes.get("activity", []))
    codes = Codes.of(buckets.codes.get("kind", []), kinds)
    hidden = pa.array(buckets.anonymous)

    def count(rows: pa.Table) -> Ints:
        activity = ints(rows.filter(mark_touches(rows, codes, since, until)), "activity")
        return np.bincount(activity[activity >= 0], minlength=len(names)).astype(np.int64)

    touches = sum(buckets.fold(count, COUNT), np.zeros(len(names), np.int64))
    total, rest = cost_activities(costs, names, touches, since, until)
    each = np.divide(total, touches, out=np.zeros_like(total), where=touches > 0)
    span = round(days * DAY)

    def spend(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.less_equal(rows["at"], until)).combine_chunks()
        chosen = np.flatnonzero(np.asarray(mark_touches(rows, codes, since, until)))
        if not chosen.size:
            return SPENT.empty_table()
        some = rows.take(pa.array(chosen))
        person, at, activity = (ints(some, name) for name in ("person", "at", "activity"))
        level = np.maximum(placed.at(person, at), 0)
        level[np.asarray(pc.is_in(some["person"], value_set=hidden))] = ANONYMOUS
        minutes = np.nan_to_num(floats(some, "minutes"))
        minutes, money = minutes + per_touch(each[0], activity), per_touch(each[1], activity)
        new = at <= first_gift(rows, book, person)
        begun = began(rows, chosen, codes, span)
        return add_touches(
            [person, level, new.astype(np.int64), np.ones_like(person), minutes, money, begun.astype(np.int64)]
        )

    parts = [SPENT.empty_table(), *buckets.fold(spend, READ)]
    media = sum(row["cost"] or 0.0 for row in tables.inside(exposures, schema.EXPOSURES.names, since, until))
    return Outlay(pa.concat_tables(parts).sort_by([(name, "ascending") for name in KEYS]), media, rest)


@dataclass(frozen=True)
class Codes:
    """Of each kind's code: whether it reaches anybody, comes of what she did, is spoken by both sides, or is words."""

    sent: Flags
    answers: Flags
    spoken: Flags
    talk: Flags

    @classmethod
    def of(cls, words: Sequence[str], kinds: Frame) -> Codes:
        """Read a table as `schema.KINDS`."""
        means = Meanings.read({"kind": words}, kinds)
        return cls(*(means.flags(*some) for some in (("sent",), ("answers", "returns"), ("meets",), ("speaks",))))


def mark_touches(rows: pa.Table, codes: Codes, since: int, until: int) -> pa.Array:
    """Tell which rows are touches within the window."""
    right = pc.and_(pc.equal(rows["direction"], OUT), pc.is_in(rows["kind"], value_set=codes_of(codes.sent)))
    return pc.and_(right, pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))


def cost_activities(
    costs: Frame, names: Sequence[str], touches: Ints, since: int, until: int
) -> tuple[Floats, tuple[float, float]]:
    """Return staff minutes and money, (2, activity), of activities that touched anybody, and the sums of all others."""
    places = {name: place for place, name in enumerate(names) if touches[place]}
    total, rest = np.zeros((2, len(names))), [0.0, 0.0]
    for row in tables.inside(costs, schema.COSTS.names, since, until):
        for unit, name in enumerate(("staff_minutes", "money")):
            amount = row[name] or 0.0
            if row["activity"] in places:
                total[unit, places[row["activity"]]] += amount
            else:
                rest[unit] += amount
    return total, (rest[0], rest[1])


def per_touch(each: Floats, activity: Ints) -> Floats:
    """Return what the activity of each touch cost per touch; nothing where it names none."""
    return np.append(each, 0.0)[activity]


def first_gift(rows: pa.Table, book: Book, person: Ints) -> Ints:
    """Return when each of some people first gave anything, up to the last row; NEVER if she did not."""
    gifts = find_entries(rows, book)
    given = SIDE[ints(gifts, "entry")] == SIDES.index(GAVE)
    whose, when = ints(gifts, "person")[given], ints(gifts, "at")[given]
    first = np.unique(whose, return_index=True)  # rows are in order of person and instant
    if not first[0].size:
        return np.full(person.size, NEVER)
    place = np.minimum(np.searchsorted(first[0], person), first[0].size - 1)
    return np.where(first[0][place] == person, when[first[1]][place], NEVER)


def began(rows: pa.Table, touch: Ints, codes: Codes, span: int) -> Flags:
    """Tell which touches, given by their positions, began a two-way interaction.

    The organisation began: it answers nothing, is in reply to nothing, and she had not spoken in that thread (channel
    and object) before. And it went both ways: a meeting, or she spoke in reply to it or in the thread within `span` µs.
    """
    thread = Thread.of(rows)
    aimed = np.asarray(rows["in_reply_to"].is_valid().to_numpy(), np.bool_)[touch]
    ours = ~codes.answers[thread.kind[touch]] & ~aimed & ~thread.spoke_before(touch, codes.talk)
    found: Flags = ours & (codes.spoken[thread.kind[touch]] | thread.spoke_after(touch, codes.talk, span))
    return found


def add_touches(columns: Sequence[npt.NDArray[Any]]) -> pa.Table:
    """Add up touches by person, level and whether she was new."""
    rows = pa.table(list(columns), schema=SPENT)
    found = rows.group_by(list(KEYS), use_threads=False).aggregate([(name, "sum") for name in AMOUNTS])
    return found.rename_columns(SPENT.names).cast(SPENT)
