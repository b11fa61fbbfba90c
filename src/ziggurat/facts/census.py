"""How much of what a study needs is there: of whom, when, and how much is left by each step?

Rows of a log are counted bucket by bucket, those of a table whole. Nothing is kept but sums.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.population import known, population
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Keep = Callable[[pa.Table], Flags]
Period = tuple[int | None, int]  # µs: after the first, or ever, and up to the second
EARLY, LATE = 2**62, -(2**62)
READ = ("person", "at", "kind")


@dataclass
class Left:
    """What a step leaves. rows, people: in the time that is looked at. before: rows earlier than that, from `first` to
    `last` (µs)."""

    rows: int = 0
    people: int = 0
    before: int = 0
    first: int = EARLY
    last: int = LATE

    def add(self, other: Left) -> None:
        """Add what another part has."""
        self.rows += other.rows
        self.people += other.people
        self.before += other.before
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)


@dataclass
class Census:
    """What there is. known, staff, anonymous: people. until: rows of those who count up to the end of the time that is
    looked at; first, last: of all such rows (µs). left: what each step leaves; at first, of no step."""

    known: int = 0
    staff: int = 0
    anonymous: int = 0
    until: int = 0
    first: int = EARLY
    last: int = LATE
    left: list[Left] = field(default_factory=list)

    def add(self, other: Census) -> None:
        """Add what another part has."""
        self.known += other.known
        self.staff += other.staff
        self.anonymous += other.anonymous
        self.until += other.until
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.left = self.left or [Left() for _ in other.left]
        for mine, theirs in zip(self.left, other.left, strict=True):
            mine.add(theirs)


def of_log(buckets: Buckets, period: Period, keeps: Sequence[Keep], reads: Sequence[str], *, visitors: bool) -> Census:
    """Count the interactions of a log. keeps: of each step, what of a bucket's rows it leaves. reads: their columns.
    visitors: whether anonymous people count too."""
    kernel = partial(
        count_bucket, staff=buckets.staff, anonymous=buckets.anonymous, period=period, keeps=keeps, visitors=visitors
    )
    found = Census(left=[Left() for _ in range(len(keeps) + 1)])
    for part in buckets.fold(kernel, tuple(dict.fromkeys((*READ, *reads))), staff=True):
        found.add(part)
    return found


def count_bucket(
    rows: pa.Table, *, staff: Ints, anonymous: Ints, period: Period, keeps: Sequence[Keep], visitors: bool
) -> Census:
    """Count a bucket."""
    everyone = np.unique(ints(rows, "person"))
    ours, unseen = np.isin(everyone, staff), np.isin(everyone, anonymous)
    sorts = (int((~ours & ~unseen).sum()), int(ours.sum()), int((unseen & ~ours).sum()))
    out = pa.array(staff if visitors else np.union1d(staff, anonymous))
    rows = rows.filter(pc.and_(pc.greater_equal(rows["kind"], 0), pc.invert(pc.is_in(rows["person"], value_set=out))))
    return count_steps(Census(*sorts), rows.combine_chunks(), ints(rows, "at"), period, keeps)


def of_levels(
    levels: Frame, people: Frame, ladder: str, period: Period, keeps: Sequence[Keep], reads: Sequence[str]
) -> Census:
    """Count the changes of level on a ladder, of tables as `schema.LEVELS` and `PEOPLE`."""
    columns = tuple(dict.fromkeys(("person_id", "ladder", "since", *reads)))
    rows = tables.collect(tables.frame(levels).join(known(people), on="person_id"), *columns)
    rows = rows.filter(pc.equal(rows["ladder"].cast(pa.string()), ladder)).combine_chunks()
    person = rows["person_id"].combine_chunks().cast(pa.string()).dictionary_encode().indices
    rows = rows.append_column("person", person.cast(pa.int64()))
    return with_ends(count_steps(sorts(people), rows, ints(rows, "since"), period, keeps), people)


def of_people(people: Frame, period: Period) -> Census:
    """Count people, of a table as `schema.PEOPLE`, by when they became known."""
    rows = tables.collect(population(people), "first_at").drop_null()
    rows = rows.append_column("person", pa.array(np.arange(len(rows))))
    return with_ends(count_steps(sorts(people), rows, ints(rows, "first_at"), (None, period[1]), ()), people)


def with_ends(found: Census, people: Frame) -> Census:
    """Return a census with the first and the last that is known of people who count, whatever rows it counted."""
    rows = tables.collect(population(people), "first_at", "last_at")
    found.first, found.last = EARLY, LATE
    if len(rows) > rows["first_at"].null_count:
        found.first = pc.min(rows["first_at"]).as_py()
        found.last = max(found.first, pc.max(rows["last_at"]).as_py() or LATE)  # who did nothing has no last instant
    return found


def sorts(people: Frame) -> Census:
    """Count everyone by sort."""
    found = tables.collect(tables.frame(people), "staff", "anonymous")
    staff, anonymous = (np.asarray(found[name].to_numpy(), np.bool_) for name in ("staff", "anonymous"))
    return Census(int((~staff & ~anonymous).sum()), int(staff.sum()), int((anonymous & ~staff).sum()))


def count_steps(found: Census, rows: pa.Table, at: Ints, period: Period, keeps: Sequence[Keep]) -> Census:
    """Add to a census what each step leaves of some rows of people who count, which happened at some instants."""
    since, until = period
    past = at <= until
    inside = past if since is None else past & (at > since)
    found.until = int(past.sum())
    found.first, found.last = int(at.min(initial=EARLY)), int(at.max(initial=LATE))
    person, kept = ints(rows, "person"), np.ones(at.size, np.bool_)
    found.left = [rows_left(person, at, inside, past)]
    for keep in keeps:
        kept = kept & keep(rows)
        found.left.append(rows_left(person, at, inside & kept, past & kept))
    return found


def rows_left(person: Ints, at: Ints, inside: Flags, past: Flags) -> Left:
    """Return what is left."""
    earlier = at[past & ~inside]
    return Left(
        int(inside.sum()),
        int(np.unique(person[inside]).size),
        earlier.size,
        int(earlier.min(initial=EARLY)),
        int(earlier.max(initial=LATE)),
    )


def ints(rows: pa.Table, name: str) -> Ints:
    """Return a column of integers as an array."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.int64)
