"""What was spent on each activity, and what happened, week by week?

Weeks run from Monday to Sunday, UTC, and only whole ones count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, moment
from ziggurat.channels.outcomes import array
from ziggurat.facts.given import Bought
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Floats = npt.NDArray[np.float64]
WEEK = 7 * DAY
MONDAY = 4 * DAY  # 5 January 1970
MEASURES = ("times", "amount")
SPENDING = ("money", "impressions")


@dataclass(frozen=True)
class Weeks:
    """A table of weeks. mondays: the first day of each. activities: in order of name.

    spend: weeks × activities, in money or impressions. outcome: of each week, in times or amount.
    """

    mondays: Sequence[date]
    activities: Sequence[str]
    spend: Floats
    outcome: Floats

    @property
    def start(self) -> int:
        """Return the instant at which the first one begins (µs)."""
        return (self.mondays[0] - date(1970, 1, 1)).days * DAY


def last_weeks(now: int, count: int) -> tuple[int, int]:
    """Return the instants (µs) at which the last so many whole weeks up to an instant begin and end.

    >>> [moment(one).isoformat() for one in last_weeks(1_767_225_600_000_000, 2)]
    ['2025-12-15T00:00:00+00:00', '2025-12-29T00:00:00+00:00']
    """
    end = MONDAY + (now + 1 - MONDAY) // WEEK * WEEK
    return end - count * WEEK, end


@dataclass(frozen=True)
class Span:
    """So many whole weeks up to an instant (µs).

    held_out: weeks at the end in which spending alone gives an activity no place, because a model that does not see
    them can tell nothing of it.
    """

    now: int
    weeks: int
    held_out: int


def weekly(
    buckets: Buckets, bought: Bought, span: Span, *, kinds: npt.NDArray[np.bool_], measure: str, by: str
) -> Weeks:
    """Return the last whole weeks of a span.

    kinds: code → whether it is the outcome. measure: times or amount. by: money (of exposures and costs together) or
    impressions.
    """
    weeks, held_out = span.weeks, span.held_out
    start = last_weeks(span.now, weeks)[0]
    outcome = np.zeros(weeks)
    kernel = partial(sum_by_week, kinds=kinds, measure=measure, start=start, weeks=weeks)
    for part in buckets.fold(kernel, ("person", "at", "kind", *(("amount",) if measure == "amount" else ()))):
        outcome += part
    mondays = [moment(start).date() + timedelta(weeks=week) for week in range(weeks)]
    spent = spending(bought.exposures, bought.costs, mondays, by)
    names = sorted(name for name, each in spent.items() if each[: weeks - held_out].sum() > 0)
    spend = np.stack([spent[name] for name in names], axis=1) if names else np.zeros((weeks, 0))
    return Weeks(mondays, names, spend, outcome)


def sum_by_week(rows: pa.Table, *, kinds: npt.NDArray[np.bool_], measure: str, start: int, weeks: int) -> Floats:
    """Return the outcome of a bucket's people by week."""
    week = (array(rows, "at") - start) // WEEK
    chosen = kinds[array(rows, "kind")] & (week >= 0) & (week < weeks)
    amounts = np.nan_to_num(array(rows, "amount")[chosen]) if measure == "amount" else None
    return np.bincount(week[chosen], amounts, weeks).astype(np.float64)


def spending(exposures: Frame, costs: Frame, mondays: Sequence[date], by: str) -> Mapping[str, Floats]:
    """Return what was spent in each week by name of activity.

    Raises: QuestionError if a figure is negative: of what was taken back, nobody can say whom it reached.
    """
    sources = [(exposures, schema.EXPOSURES.names, "cost" if by == "money" else "impressions")]
    if by == "money":
        sources.append((costs, schema.COSTS.names, "money"))
    found: dict[str, Floats] = {}
    for table, names, column in sources:
        for row in tables.collect(tables.frame(table), *names).to_pylist():
            if row["activity"] is None or row["day"] is None:
                continue
            each = found.setdefault(row["activity"], np.zeros(len(mondays)))
            week = (row["day"] - mondays[0]).days // 7
            value = row[column]
            if value is None or value != value or not 0 <= week < len(mondays):  # pandas has nan for null
                continue
            if value < 0:
                raise QuestionError(
                    f"'{row['activity']}' has {column} of {value} on {row['day']}; a model can't take negative "
                    "spending. Import the figures without it."
                )
            each[week] += value
    return found
