"""An assessment in which every indicator just misses what the third step takes."""

from __future__ import annotations

import dataclasses

from ziggurat.results import tables
from ziggurat.scenario.scenario import Scenario
from ziggurat.scenario.standing import Value

AWAY = 0.0004  # of the threshold: nearer than whole percentages, or hours with a decimal, could show


def missed(found: Scenario) -> Scenario:
    """Return the assessment with such values; indicators that are asked stay as they are."""
    values, rows = dict(found.values), []
    for row in found.rows():
        one = next(one for one in found.criteria.indicators if one.name == row["indicator"])
        if not one.asked:
            need = one.thresholds[1]
            value = need * (1 + AWAY if one.less == (need > 0) else 1 - AWAY)
            assert one.step(value) < one.step(need), one.name
            values[one.name] = Value(value, None, None, 1000)
            row |= {"value": value, "low": None, "high": None, "before": value, "step": one.step(value), "next": need}
            row |= {"told": "measured", "reason": "", "cases": 1000}
        rows.append(row)
    return dataclasses.replace(found, values=values, table=tables.from_rows(Scenario.columns, rows))
