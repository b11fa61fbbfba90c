"""Of the people who ever reached one level, how many had reached another one before, and how long before?

To reach a level is to stand on it or on a higher one for the first time. So, asked of a lower level first, `same` are
those who jumped: they reached both at one instant. `later` and `never` can happen only when `first` is the higher one.

Having been on one level before another does not mean that the one led to the other. The bounds read these people as a
sample of all who will ever come this way. Those who have not reached `then` by `at` are no part of this; `pace` counts
them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import LEVELS, Absence, ever
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, DAYS, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Level, Rungs, study

ORDERS = ("earlier", "same", "later", "never")


@dataclass(frozen=True)
class Passage(Result):
    """Four rows: `first` was reached strictly earlier than `then`, at the same instant, strictly later, or never.

    people: count; they sum to all who reached `then` by `at`. share: of those, 0 to 1, with its 95 % Wilson bounds.
    quarter_days, median_days, three_quarter_days: quartiles of the days between the two, of `earlier` and `later`; they
    describe exactly these people and so have no error; null without people.
    Members: person_id, name, order, then_at, first_at (int64 microseconds).
    """

    columns: ClassVar = {
        "order": TEXT,
        "people": COUNT,
        "share": SHARE,
        **interval(SHARE),
        "quarter_days": DAYS,
        "median_days": DAYS,
        "three_quarter_days": DAYS,
    }
    keys: ClassVar = ("order",)
    absence: ClassVar = Absence(
        "none counts", "Choose another level for `then`.", (reading.reaches("then"),), ever, LEVELS
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it has people."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the four shares with their bounds."""
        title = f"{self.asked['first']} reached before {self.asked['then']}?"
        return charts.shares(self.rows(), y="order", title=title)


@study
def passage(
    levels: Frame,
    people: Frame,
    *,
    first: Annotated[Level, "the level that may have been reached before; a number or name"],
    then: Annotated[Level, "the level that all of them reached; a number or name"],
    at: At,
    rungs: Rungs,
) -> Passage:
    """Compare when people reached two levels, given as numbers or names.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    Raises: QuestionError if a level is unknown.
    """
    one, two = reading.level_of(rungs.names, first), reading.level_of(rungs.names, then)
    members = passage_times(levels, rungs.ladder, at, one, two).join(known(people), on="person_id")
    found = members.with_columns(gap=nw.col("then_at") - nw.col("first_at"))
    table = tables.collect(found, "order", "gap")
    order = np.asarray(table["order"].to_pylist(), dtype=object)
    gap = np.asarray(table["gap"].to_pylist(), dtype=float) / DAY
    rows = [row(name, np.abs(gap[order == name]), len(order)) for name in ORDERS]
    return Passage(
        tables.from_rows(Passage.columns, rows), members, {"first": rungs.names[one], "then": rungs.names[two]}
    )


def passage_times(levels: Frame, ladder: str, at: int, first: int, then: int) -> nw.LazyFrame[Any]:
    """Return, for all who reached `then`, when they did, when they reached `first`, and in which order."""
    level, since = nw.col("level"), nw.col("since")
    marks = reading.on_ladder(levels, ladder, at).select(
        "person_id",
        nw.when(level >= first).then(since).alias("first_at"),
        nw.when(level >= then).then(since).alias("then_at"),
    )
    times = marks.group_by("person_id").agg(nw.col("first_at", "then_at").min()).filter(~nw.col("then_at").is_null())
    one, two = nw.col("first_at"), nw.col("then_at")
    later = nw.when(one == two).then(nw.lit("same")).otherwise(nw.lit("later"))
    order = nw.when(one < two).then(nw.lit("earlier")).otherwise(later)
    return times.with_columns(nw.when(one.is_null()).then(nw.lit("never")).otherwise(order).alias("order"))


def row(order: str, days: np.ndarray, total: int) -> dict[str, Any]:
    """Return one row of the answer."""
    count = len(days)
    low, high = wilson(count, total)
    apart = count > 0 and order in ("earlier", "later")
    quartiles = np.quantile(days, (0.25, 0.5, 0.75)).tolist() if apart else [None] * 3
    return {
        "order": order,
        "people": count,
        "share": count / total if total else None,
        "low": low if total else None,
        "high": high if total else None,
        **dict(zip(("quarter_days", "median_days", "three_quarter_days"), quartiles, strict=True)),
    }
