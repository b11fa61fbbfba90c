"""Of those who reached a level in one month, how many are still there later?

People are put into cohorts by the calendar period (UTC) in which they first stood on `level` or higher, and looked at
1, 2, 3 … periods after each one's own start: are they then on the level or higher? One who slipped and came back in
between counts as there. A month is 365.25 / 12 days, a quarter three and a year twelve of them, so that all periods are
equally long. A cell is shown once the whole cohort, up to the last moment of its calendar period, has been watched that
long by `at`; so a cell that is shown never changes as time goes by.

A cohort that holds better than another may just have come from elsewhere: this shows what happened, not why. The bounds
read the cohort as a sample of people like these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import LEVELS, Absence, ever
from ziggurat.facts.population import known
from ziggurat.levels import beginnings, reading
from ziggurat.levels.calendar import MONTH_DAYS, PERIODS, month_start, period_name, with_month
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, INSTANT, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Count, Level, OneOf, Rungs, Within, study


@dataclass(frozen=True)
class Retention(Result):
    """One row per cohort and number of periods since, oldest cohort first.

    cohort: its name (2026-01, 2026-Q1, 2026). starts: its first instant (UTC). started: people in it. period: 1 and up.
    people: of those, still on the level or higher. share: people / started, 0 to 1, with its 95 % Wilson bounds.
    Members, one row per stretch of time that a person stood on the level or higher: person_id, name, cohort_month
    (months since January of year 0), from_period and to_period (the periods at which she was there; none if to_period
    is the smaller), from 0.
    """

    columns: ClassVar = {
        "cohort": TEXT,
        "starts": INSTANT,
        "started": COUNT,
        "period": COUNT,
        "people": COUNT,
        "share": SHARE,
        **interval(SHARE),
    }
    keys: ClassVar = ("cohort", "period")
    absence: ClassVar = Absence(
        "none began so long ago that a first {period} since then is over",
        "Choose a shorter `period`, or a later day.",
        (reading.reaches("level"),),
        ever,
        LEVELS,
    )

    def people(self, **row: Any) -> nw.LazyFrame[Any]:
        """Return the people of a cohort who were there at a period; either may be left out.

        Raises: QuestionError if a name is no key column, or the cohort is none of the table's.
        """
        found = super().people(**{name: value for name, value in row.items() if name not in self.keys})
        if "cohort" in row:
            months = {cell["cohort"]: cell["starts"].year * 12 + cell["starts"].month - 1 for cell in self.rows()}
            if row["cohort"] not in months:
                raise QuestionError(f"no cohort '{row['cohort']}'{suggest(str(row['cohort']), months) or '.'}")
            found = found.filter(nw.col("cohort_month") == months[row["cohort"]])
        if "period" in row:
            found = found.filter(nw.col("from_period") <= row["period"], nw.col("to_period") >= row["period"])
        return found

    def chart(self) -> alt.TopLevelMixin:
        """Draw the shares as a heatmap of cohorts by periods."""
        return charts.heatmap(
            self.rows(), y="cohort", x="period", value="share", across=f"{self.asked['period'].capitalize()}s later, %"
        )


@study
def retention(
    levels: Frame,
    people: Frame,
    *,
    at: At,
    level: Annotated[Level, "the level to be held; a number or name"],
    rungs: Rungs,
    period: Annotated[str, OneOf(*PERIODS), "the length of a period"] = "month",
    periods: Annotated[Count, Within(1, 600), "how many periods to follow at most"] = 12,
) -> Retention:
    """Follow those who reached a level, given as number or name, cohort by cohort.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first. period: month,
    quarter or year. periods: how many to follow at most, at least 1.
    Raises: QuestionError if the level or the period is unknown, or `periods` is less than 1.
    """
    least = reading.level_of(rungs.names, level)
    months = PERIODS[period]
    length = int(months * MONTH_DAYS * DAY)
    members = stretches(levels, rungs.ladder, at, least, months, length).join(known(people), on="person_id")
    columns = ("cohort_month", "from_period", "to_period")
    found = tables.collect(members.group_by(*columns).agg(nw.len().alias("people")), *columns, "people")
    started: dict[int, int] = {}
    there: dict[tuple[int, int], int] = {}
    for spell in found.to_pylist():
        month, first, last = (int(spell[name]) for name in columns)
        if first == 0:  # each person has exactly one stretch that begins at her own start
            started[month] = started.get(month, 0) + spell["people"]
        for number in range(max(first, 1), min(last, periods) + 1):
            there[month, number] = there.get((month, number), 0) + spell["people"]
    rows = [
        cell(month, number, count, there.get((month, number), 0), months)
        for month, count in sorted(started.items())
        for number in range(1, periods + 1)
        if month_start(month + months) - 1 + number * length <= at
    ]
    notes = beginnings.notes(levels, known(people), rungs.ladder, at)
    return Retention(tables.from_rows(Retention.columns, rows), members, {"level": rungs.names[least]}, notes=notes)


def stretches(levels: Frame, ladder: str, at: int, least: int, months: int, length: int) -> nw.LazyFrame[Any]:
    """Return each person's cohort, and the first and last period that each row of hers on the level or higher covers.

    A row [since, until) covers period n if since <= start + n * length < until; one still open at `at` ends after it.
    """
    there = reading.on_ladder(levels, ladder, at).filter(nw.col("level") >= least).select("person_id", "since", "until")
    starts = there.group_by("person_id").agg(nw.col("since").min().alias("start"))
    cohort = with_month(starts, "start", "month")
    cohort = cohort.with_columns((nw.col("month") // months * months).alias("cohort_month"))
    start, until = nw.col("start"), nw.col("until")
    end = nw.when(until.is_null() | (until > at)).then(nw.lit(at + 1)).otherwise(until)
    return there.join(cohort, on="person_id").select(
        "person_id",
        "cohort_month",
        ((nw.col("since") - start + length - 1) // length).cast(nw.Int64()).alias("from_period"),
        ((end - start + length - 1) // length - 1).cast(nw.Int64()).alias("to_period"),
    )


def cell(month: int, number: int, started: int, people: int, months: int) -> dict[str, Any]:
    """Return one row of the answer."""
    low, high = wilson(people, started)
    return {
        "cohort": period_name(month, months),
        "starts": month_start(month),
        "started": started,
        "period": number,
        "people": people,
        "share": people / started,
        "low": low,
        "high": high,
    }
