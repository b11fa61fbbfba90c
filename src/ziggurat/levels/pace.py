"""How fast do people climb on from each level?

From the moment a person first stands on a level until they stand on any higher one. Those who have not climbed by `at`
are not left out, which would make climbing look faster than it is: they count as long as they have been watched
(right-censored), by the Kaplan-Meier estimate. One who slips stays at risk and their clock runs on; one who first came
to the level from above has climbed past it already and is not counted there.

It does not mean that waiting makes people climb, and it speaks of the past: people of other years and campaigns are
mixed. The bounds take people as independent of each other, so a campaign that lifts many at once makes them too narrow.
Times are counted in days begun: 30 days means within 30 days to the microsecond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import PEOPLE, Absence, ever
from ziggurat.facts.population import known
from ziggurat.levels import beginnings, reading
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, DAYS, LEVEL, SHARE, TEXT, interval
from ziggurat.stats.survival import Survival, kaplan_meier
from ziggurat.study import At, Rungs, study

HORIZONS = (30, 90, 365)  # days
POINTS = 120  # of each level's curve; enough for the eye on any screen
CURVE = {
    "level": LEVEL,
    "level_name": TEXT,
    "days": DAYS,
    "share": SHARE,
    **interval(SHARE),
}


@dataclass(frozen=True)
class Pace(Result):
    """One row per level from 0 to the last but one.

    people: ever at risk of climbing on from it. climbed: of those, by `at`. median_days, median_low, median_high: days
    by which half have climbed on, null where the curve or its bound does not come down to half. climbed_30, climbed_90,
    climbed_365: share who have climbed on within so many days, 0 to 1, each with 95 % bounds (`_low`, `_high`); null
    where nobody has been watched that long. curve: a second table, of columns `CURVE`: the share climbed after so many
    days, at evenly spaced days. Members: person_id, name, level, days (watched, or until the climb), climbed (bool).
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
        "climbed": COUNT,
        "median_days": DAYS,
        **interval(DAYS, "median"),
    } | {f"climbed_{days}{bound}": SHARE for days in HORIZONS for bound in ("", "_low", "_high")}
    keys: ClassVar = ("level",)
    absence: ClassVar = Absence(
        "none stands below the top of the ladder", "Choose another ladder.", over=PEOPLE, period=ever
    )
    curve: pa.Table = field(default_factory=lambda: tables.from_rows(CURVE, []))

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it has people."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share who have climbed on against days since they reached the level, one curve per level."""
        return charts.curves(self.curve.to_pylist(), x="days", y="share", low="low", high="high", each="level_name")


@study
def pace(levels: Frame, people: Frame, *, at: At, rungs: Rungs) -> Pace:
    """Estimate the time from reaching each level to climbing on.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    Raises: QuestionError if the ladder has fewer than two levels to climb between.
    """
    if len(rungs.names) < 2:
        raise QuestionError("Nobody can climb on a ladder of one level; declare a level above it.")
    members = waits(levels, known(people), rungs.ladder, at, len(rungs.names) - 1)
    counts = members.group_by("level", "days", "climbed").agg(nw.len().alias("people"))
    found = tables.collect(counts, "level", "days", "climbed", "people")
    level, days, climbed, weight = (np.asarray(found[name].to_pylist()) for name in found.column_names)
    rows, points = [], []
    for number, name in enumerate(rungs.names[:-1]):
        here = level == number
        curve = kaplan_meier(days[here], climbed[here], weight[here])
        label = {"level": number, "level_name": name}
        rows.append(label | summary(curve))
        points += [label | point for point in sample_curve(curve)]
    notes = beginnings.notes(levels, known(people), rungs.ladder, at)
    return Pace(tables.from_rows(Pace.columns, rows), members, {}, tables.from_rows(CURVE, points), notes=notes)


def waits(levels: Frame, who: nw.LazyFrame[Any], ladder: str, at: int, top: int) -> nw.LazyFrame[Any]:
    """Return person_id, name, level, days and climbed for everyone of `who` and every level below `top` that she stood
    on."""
    rows = reading.on_ladder(levels, ladder, at)
    level, since = nw.col("level"), nw.col("since")
    numbers = range(top)
    reached = [level == number for number in numbers] + [level >= top]
    marks = rows.select(
        "person_id", *(nw.when(on).then(since).alias(f"on{number}") for number, on in enumerate(reached))
    )
    firsts = marks.group_by("person_id").agg(nw.col(*(f"on{number}" for number in (*numbers, top))).min())
    higher = [[nw.col(f"on{above}") for above in range(number + 1, top + 1)] for number in numbers]
    past_each = [
        nw.min_horizontal(*some) if len(some) > 1 else some[0] for some in higher
    ]  # of one, Spark has no least
    stood = rows.filter(level < top).group_by("level").agg(nw.len().alias("_")).select("level")  # `unique` sorts all
    on, past = nw.col("on"), nw.col("past")
    end = nw.when(past.is_null()).then(nw.lit(at)).otherwise(past)
    return (
        firsts.join(who, on="person_id")  # before each has a row for every level
        .with_columns(past.alias(f"past{number}") for number, past in enumerate(past_each))
        .join(stood, how="cross")
        .select("person_id", "name", "level", pick("on", numbers).alias("on"), pick("past", numbers).alias("past"))
        .filter(~on.is_null(), past.is_null() | (on < past))
        .select(
            "person_id",
            "name",
            "level",
            ((end - on + DAY - 1) // DAY).cast(nw.Int64()).alias("days"),
            (~past.is_null()).alias("climbed"),
        )
    )


def pick(mark: str, numbers: Sequence[int]) -> nw.Expr:
    """Return, of the columns `mark` and a level's number, the one of the row's own level."""
    first, *others = (nw.col(f"{mark}{number}") for number in numbers)
    picked: nw.Expr = first
    for number, column in enumerate(others, start=1):
        picked = nw.when(nw.col("level") == number).then(column).otherwise(picked)
    return picked


def summary(curve: Survival) -> dict[str, Any]:
    """Return the figures of one level."""
    followed = bool(len(curve.times))
    row: dict[str, Any] = {
        "people": int(curve.at_risk[0]) if followed else 0,
        "climbed": int(curve.events.sum()),
        **dict(zip(("median_days", "median_low", "median_high"), curve.median(), strict=True)),
    }
    for days in HORIZONS:
        row |= dict(zip((f"climbed_{days}{bound}" for bound in ("", "_low", "_high")), share(curve, days), strict=True))
    return row


def share(curve: Survival, days: float) -> tuple[float | None, float | None, float | None]:
    """Return the share climbed within so many days and its bounds: the complement of the curve."""
    found = curve.at(days)
    return (None, None, None) if found is None else (1 - found[0], 1 - found[2], 1 - found[1])


def sample_curve(curve: Survival) -> list[dict[str, float | None]]:
    """Return the curve at evenly spaced days from 0 to the longest time watched."""
    if not len(curve.times):
        return []
    days = np.unique(np.linspace(0, np.ceil(curve.times[-1]), POINTS).round())
    return [dict(zip(("days", "share", "low", "high"), (float(day), *share(curve, day)), strict=True)) for day in days]
