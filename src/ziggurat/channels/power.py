"""How many people must an experiment have to find an effect?

The outcome is read from the log as it would be in the experiment: of everyone who did anything in the `before_days`
before, what did they do in the `window_days` after? How much it varies among them says how many people it takes to see
a change of it. `people_needed` is in each of two variants of equal size, where one looks as often as one likes and
stops when it is clear; `people_once` is where one looks once, at the end, and never before.

It tells nothing of how likely an effect is, nor how large it may be: only what would be seen. Those assigned may differ
from those who were here of late, and then so does the number.
from ziggurat.base.instant import DAY
from ziggurat.facts.census import Period
from ziggurat.facts.absence import Absence, Given
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import share
from ziggurat.channels import outcomes, trial_charts
from ziggurat.channels.outcomes import Outcome, Trial, array
from ziggurat.channels.stream import lazy
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given
from ziggurat.facts.census import Period
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, NUMBER, SHARE, interval
from ziggurat.stats import power as arithmetic
from ziggurat.stats.power import Baseline, baseline
from ziggurat.stats.trial import Moments, slope
from ziggurat.study import At, Count, Rungs, Share, Within, study

LIFTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
Z = 1.959963984540054  # 95 %
OUT = DIRECTIONS.index("out")
WAYS = {
    "people_needed": "looking at any time",
    "people_adjusted": "looking at any time, adjusted",
    "people_once": "looking once, at the end",
}
SUMS = ("people", "y", "yy", "x", "xx", "xy", "yyy", "yyyy")
UNITS = pa.schema([("person_id", pa.string()), ("outcome", pa.float64()), ("before", pa.float64())])


def before(given: Given) -> Period:
    """Return the days before the window that ends at the instant that is looked at."""
    until = given["at"] - round(given["window_days"] * DAY)
    return until - round(given["before_days"] * DAY), until


@dataclass(frozen=True)
class Power(Result):
    """One row per size of effect, smallest first.

    lift_share: the effect as a share of the mean, at least 0.01. effect: the same in the measure's unit.
    people_needed: in each variant, with 95 % bounds (`people_needed_low`, `people_needed_high`) that come from how
    sure mean and spread are, and take people as independent of each other. people_adjusted: the same where what
    people did before is taken into account (CUPED). people_once: the same with one look at the end. people, mean: of
    the log, behind every row. No rows where the log holds too little: fewer than two people, or all with the same
    outcome. Members: person_id, outcome, before.
    """

    columns: ClassVar = {
        "lift_share": SHARE,
        "effect": NUMBER,
        "people_needed": COUNT,
        **interval(COUNT, "people_needed"),
        "people_adjusted": COUNT,
        "people_once": COUNT,
        "people": COUNT,
        "mean": NUMBER,
    }
    absence: ClassVar = Absence(
        "all have the same outcome, or too few did anything, so there is no spread to size an experiment by",
        "Choose another `outcome` or `measure`, or more days by `before_days`.",
        (needs.DONE,),
        before,
        visitors=True,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the people needed in each variant by size of effect, for each way of looking."""
        rows = [
            {"effect": f"+{share(row['lift_share'])}", "way": way, "people in each variant": row[name]}
            for row in self.rows()
            for name, way in WAYS.items()
        ]
        return trial_charts.magnitudes(rows, y="effect", x="people in each variant", each="way")


@study
def power(
    buckets: Buckets,
    levels: Frame,
    *,
    at: At,
    rungs: Rungs,
    trial: Trial,
    power: Annotated[Share, Within(0.01, 0.9999), "the chance of finding the effect if it is there"] = 0.8,
    variants: Annotated[Count, Within(2, 1000), "how many variants, the control included"] = 2,
) -> Power:
    """Say how many people it takes to find effects of several sizes.

    buckets: people's lives. levels: a table as `schema.LEVELS`. names: the level names, level 0 first. outcome,
    measure, window_days, before_days: as in `experiment`. power: the chance of finding the effect, above 0 and below 1.
    variants: with the control, at least 2; the more there are, the more people each needs.
    Raises: QuestionError if a word names nothing in the log or a number is out of range.
    """
    what = outcomes.read(buckets, levels, at, rungs, trial)
    kernel = partial(units, what=what, now=at)
    columns = tuple(dict.fromkeys((*what.columns, "kind", "direction")))

    def members() -> Iterator[pa.RecordBatch]:
        for part in buckets.fold(kernel, columns):
            yield from part.to_batches()

    sums = np.zeros(len(SUMS))
    for part in buckets.fold(partial(sum_bucket, kernel=kernel), columns):
        sums += part
    rows = size_rows(dict(zip(SUMS, sums.tolist(), strict=True)), power, 0.05 / (variants - 1))
    return Power(tables.from_rows(Power.columns, rows), lazy(UNITS, members))


def units(rows: pa.Table, *, what: Outcome, now: int) -> pa.Table:
    """Return a row for each person of a bucket who did anything in the days before the window that ends now."""
    start = now - what.window
    at, person = array(rows, "at"), array(rows, "person")
    here = (array(rows, "kind") >= 0) & (array(rows, "direction") != OUT) & (at <= start) & (at > start - what.before)
    who = np.unique(person[here])
    after, before = what.measured(rows, who, np.full(who.size, start))
    return pa.table([person_ids(who), after, before], schema=UNITS)


def sum_bucket(rows: pa.Table, *, kernel: Callable[[pa.Table], pa.Table]) -> outcomes.Floats:
    """Return a bucket's sums, in the order of SUMS. kernel: `units`, with all but the rows given."""
    found = kernel(rows)
    y, x = array(found, "outcome"), array(found, "before")
    return np.array([float(part.sum()) for part in (np.ones(y.size), y, y * y, x, x * x, x * y, y**3, y**4)])


def size_rows(sums: Mapping[str, float], power: float, alpha: float) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    try:
        found: Baseline = baseline(sums["people"], (sums["y"], sums["yy"], sums["yyy"], sums["yyyy"]))
    except ValueError:  # too few people, or all alike: there is nothing to size an experiment by
        return []
    all_of_them = Moments(*(sums[name] for name in SUMS[:6]))
    adjusted = all_of_them.spread(slope(all_of_them, all_of_them))
    rows = []
    for lift in LIFTS:
        effect = abs(lift * found.mean)
        needed = arithmetic.people_needed(effect, found.variance, power=power, alpha=alpha)
        rows.append(
            {
                "lift_share": lift,
                "effect": effect,
                "people_needed": math.ceil(needed),
                "people_needed_low": math.ceil(needed * math.exp(-Z * found.error)),
                "people_needed_high": math.ceil(needed * math.exp(Z * found.error)),
                "people_adjusted": math.ceil(arithmetic.people_needed(effect, adjusted, power=power, alpha=alpha)),
                "people_once": math.ceil(
                    arithmetic.people_needed(effect, found.variance, power=power, alpha=alpha, peeking=False)
                ),
                "people": round(sums["people"]),
                "mean": found.mean,
            }
        )
    return rows
