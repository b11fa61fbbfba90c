"""In which calendar month does an instant lie?

Engines differ in how they turn a number into a date, so the month is computed with whole numbers alone.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw

from ziggurat.base.instant import DAY, EPOCH

TO_MARCH_0000 = 719_468  # days from 1 March of year 0 to 1 January 1970
PERIODS = {"month": 1, "quarter": 3, "year": 12}  # in months
MONTH_DAYS = 365.25 / 12  # mean length


def with_month(rows: nw.LazyFrame[Any], instant: str, name: str) -> nw.LazyFrame[Any]:
    """Add the months since January of year 0 (year * 12 + month - 1, UTC) of a column of instants, from year 0 on.

    Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2021), civil_from_days.
    """
    shifted = nw.col(instant) // DAY + TO_MARCH_0000
    era, day, year = nw.col("_era"), nw.col("_day"), nw.col("_year")
    month = (5 * (day - (365 * year + year // 4 - year // 100)) + 2) // 153  # 0 = March
    return (
        rows.with_columns(_day=shifted)
        .with_columns(_era=nw.col("_day") // 146_097)
        .with_columns(_day=day - era * 146_097)
        .with_columns(_year=(day - day // 1_460 + day // 36_524 - day // 146_096) // 365)
        .with_columns(((era * 400 + year) * 12 + month + 2).cast(nw.Int64()).alias(name))
        .drop("_era", "_day", "_year")
    )


def month_start(month: int) -> int:
    """Return the instant at which a month, counted as by `with_month`, begins.

    >>> month_start(1970 * 12)
    0
    """
    start = dt.datetime(month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    return (start - EPOCH) // dt.timedelta(microseconds=1)


def period_name(month: int, months: int) -> str:
    """Name the period of so many months that begins with a month.

    >>> period_name(2026 * 12, 1), period_name(2026 * 12 + 3, 3), period_name(2026 * 12, 12)
    ('2026-01', '2026-Q2', '2026')
    """
    year, index = divmod(month, 12)
    return {1: f"{year}-{index + 1:02}", 3: f"{year}-Q{index // 3 + 1}", 12: f"{year}"}[months]
