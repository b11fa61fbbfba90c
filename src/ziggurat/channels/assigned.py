"""Who was assigned to which variant of an experiment, and what did they do then?

An assignment is an interaction of a kind that `assigns`: its `activity` is the experiment, its `object` the variant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import DAY
from ziggurat.channels import outcomes
from ziggurat.channels.outcomes import Outcome, array
from ziggurat.facts import needs
from ziggurat.facts.absence import Step
from ziggurat.facts.meanings import Flags, Meanings
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.stats.trial import Moments

SEVERAL, EARLY, UNNAMED = "(several)", "(too recent)", "(no variant)"
UNITS = pa.schema(
    [
        ("person_id", pa.string()),
        ("variant", pa.string()),  # or SEVERAL or EARLY: the row of the table in which she is
        ("assigned_to", pa.string()),  # by her first assignment
        ("assigned_at", pa.int64()),
        ("outcome", pa.float64()),
        ("before", pa.float64()),
    ]
)
SUMS = ("people", "y", "yy", "x", "xx", "xy", "hits")
ASSIGNED = Step(
    "assigns anybody to a variant of an experiment",
    ("assignment", "assignments"),
    "Import assignments as interactions of the kind `assigned`: the experiment as `activity`, the variant as `object`.",
    needs.meaning("assigns"),
)
NAMED = Step(
    "names its experiment",
    ("assignment to an experiment", "assignments to an experiment"),
    "Import the experiment's name as `activity`.",
    needs.code_finder("activity"),
    ("activity",),
)
BY = ["variant", "assigned_to", "day"]
NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Arm:
    """The people of one variant who count. hits: how many of them have an outcome other than 0."""

    sums: Moments = Moments()  # noqa: RUF009 (frozen)
    hits: float = 0.0

    def __add__(self, other: Arm) -> Arm:
        return Arm(self.sums + other.sums, self.hits + other.hits)


@dataclass(frozen=True)
class Sums:
    """An experiment in sums. variants: in order of name. assigned: people by variant, those in several left out.
    apart: people in several variants, and too recent to count. days: arms by day on which their people began to count,
    in order."""

    variants: Sequence[str]
    assigned: Mapping[str, int]
    apart: Mapping[str, int]
    days: Mapping[int, Mapping[str, Arm]]

    def cumulated(self) -> Iterator[tuple[int, dict[str, Arm]]]:
        """Yield the arms as they stood at the end of each day."""
        total = dict.fromkeys(self.variants, Arm())
        for day, some in self.days.items():
            total |= {name: total[name] + arm for name, arm in some.items()}
            yield day, dict(total)


def chosen(buckets: Buckets, experiment: str | None, now: int) -> str | None:
    """Return the experiment that is asked about: the one that assigned someone last if none is; None if there is none.

    Raises: QuestionError if nobody was assigned in the one that is named.
    """
    found = list_experiments(buckets, now)
    if experiment is None:
        return max(sorted(found), key=lambda name: found[name], default=None)
    if experiment not in found:
        said = f"The experiments are: {', '.join(sorted(found)[:12])}." if found else "There is none in the log."
        raise QuestionError(f"nobody was assigned in '{experiment}'{suggest(experiment, found) or '.'} {said}")
    return experiment


def list_experiments(buckets: Buckets, now: int) -> dict[str, int]:
    """Return the experiments of the log, and when each last assigned someone by an instant."""
    names = buckets.codes["activity"]
    last = np.full(len(names) + 1, NEVER)  # the last place is that of no activity
    assigns = Meanings.of_log(buckets).flags("assigns")
    kernel = partial(latest, assigns=assigns, activities=len(names), now=now)
    for part in buckets.fold(kernel, ("person", "at", "kind", "activity")):
        last = np.maximum(last, part)
    return {names[place]: int(last[place]) for place in range(len(names)) if last[place] > NEVER}


def latest(rows: pa.Table, *, assigns: Flags, activities: int, now: int) -> outcomes.Ints:
    """Return when each activity, and no activity, last assigned someone in a bucket. assigns: by kind."""
    last = np.full(activities + 1, NEVER)
    chosen = assigns[array(rows, "kind")] & (array(rows, "at") <= now)
    np.maximum.at(last, array(rows, "activity")[chosen], array(rows, "at")[chosen])
    last[-1] = NEVER
    return last


def code(values: Sequence[str], value: str | None) -> int:
    """Return the code of a value; -2, which stands for nothing, where the log has none."""
    return values.index(value) if value in values else -2


def place(buckets: Buckets, experiment: str | None) -> dict[str, Any]:
    """Return what `units` must know of an experiment: which kinds assign, and the code of its activity."""
    activity = code(buckets.codes["activity"], experiment)
    return {"assigns": Meanings.of_log(buckets).flags("assigns"), "activity": activity}


def units(rows: pa.Table, *, assigns: Flags, activity: int, what: Outcome, now: int) -> pa.Table:
    """Return one row for each person of a bucket who was assigned: columns UNITS. assigns, activity: see `place`."""
    mine = assigns[array(rows, "kind")] & (array(rows, "activity") == activity) & (array(rows, "at") <= now)
    given = rows.select(["person", "at", "object"]).filter(pa.array(mine))
    who, when = array(given, "person"), array(given, "at")
    variant = pc.fill_null(given["object"].combine_chunks(), UNNAMED).dictionary_encode()
    to = variant.indices.to_numpy(zero_copy_only=False)
    person, first, place = np.unique(who, return_index=True, return_inverse=True)
    other = (to != to[first][place]) & (when - when[first][place] <= what.window)
    several = np.bincount(place, other, person.size) > 0
    early = when[first] + what.window > now
    after, before = what.measured(rows, person, when[first])
    named = variant.dictionary.take(pa.array(to[first]))
    shown = pc.if_else(pa.array(several), SEVERAL, pc.if_else(pa.array(early), EARLY, named))
    return pa.table([person_ids(person), shown, named, when[first], after, before], schema=UNITS)


def count_assigned(rows: pa.Table, *, kernel: Callable[[pa.Table], pa.Table], window: int) -> pa.Table:
    """Return the sums of a bucket by row of the table, variant and day on which people began to count.

    kernel: `units`, with all but the rows given.
    """
    found = kernel(rows)
    y, x = array(found, "outcome"), array(found, "before")
    sums = dict(zip(SUMS, (np.ones(y.size), y, y * y, x, x * x, x * y, (y != 0).astype(np.float64)), strict=True))
    day = (array(found, "assigned_at") + window) // DAY
    return add_sums([pa.table({"variant": found["variant"], "assigned_to": found["assigned_to"], "day": day, **sums})])


def add_sums(parts: Sequence[pa.Table]) -> pa.Table:
    """Add up sums by variant and day."""
    found = pa.concat_tables(parts).group_by(BY).aggregate([(name, "sum") for name in SUMS])
    return found.rename_columns([name.removesuffix("_sum") for name in found.column_names])


def sum_buckets(parts: Iterable[pa.Table]) -> Sums:
    """Add up the buckets' sums as they come."""
    total: pa.Table | None = None
    for part in parts:
        total = part if total is None else add_sums([total, part])
    rows = [] if total is None else sorted(total.to_pylist(), key=lambda row: (row["day"], row["assigned_to"]))
    variants = sorted({row["assigned_to"] for row in rows})
    assigned, apart = dict.fromkeys(variants, 0), dict.fromkeys((SEVERAL, EARLY), 0)
    days: dict[int, dict[str, Arm]] = {}
    for row in rows:
        people = round(row["people"])
        if row["variant"] != SEVERAL:
            assigned[row["assigned_to"]] += people
        if row["variant"] in apart:
            apart[row["variant"]] += people
        else:
            sums = Moments(*(row[name] for name in SUMS[:-1]))
            days.setdefault(row["day"], {})[row["variant"]] = Arm(sums, row["hits"])
    return Sums(variants, assigned, apart, days)
