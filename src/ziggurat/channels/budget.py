"""Which activity reaches most new people per unit of cost, and how far does a budget go?

Activities are chosen one by one, each time the one that adds most people not reached yet for its cost. What was reached
after each choice is at least 63 % (1 - 1/e) of the best that any choice could reach for the same money, and `at_most`
says how much that best could be at all: usually little more. Where nothing in the window has a known cost, every
activity costs 1. Activities that were not chosen (over the budget, without a known cost, or adding nobody) come last,
without a step; their people are those whom they would add to what was chosen.

This reads the past as a forecast: the same activity, at the same cost, reaching the same people again. It counts people
reached, not what becomes of it, and a cheap activity may be cheap because it says nothing to anyone. The counts are
complete; what is uncertain is how good the choice is, and `at_most` bounds that.

Sources: Nemhauser, Wolsey & Fisher (1978), Mathematical Programming 14, 265-294; Khuller, Moss & Naor (1999),
Information Processing Letters 70(1), 39-45; Minoux (1978); Leskovec et al. (2007), KDD, 420-429.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.channels import media
from ziggurat.channels.reach_value import name_people
from ziggurat.channels.touches import TOUCHES, Floats, Touched, read_contacts
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Bought
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, MONEY, NUMBER, TEXT
from ziggurat.stats import coverage
from ziggurat.stats.coverage import Flags, Ints, Pick
from ziggurat.study import Money, OneOf, Year, study

Row = dict[str, Any]


@dataclass(frozen=True)
class Budget(Result):
    """One row per activity or channel: those chosen in order of choice, then the others, most people first.

    step: 1, 2, … or null if not chosen. people: whom it adds to those reached before (the others: to all chosen). cost:
    money (workspace currency), 1 each where no cost is known, null if unknown. cost_per_person: of those added.
    spent: money so far. reached: people so far. at_most: what no choice for the same money could exceed.
    Members: person_id, name, activity.
    """

    columns: ClassVar = {
        "step": COUNT,
        "activity": TEXT,
        "people": COUNT,
        "cost": MONEY,
        "cost_per_person": MONEY,
        "spent": NUMBER,
        "reached": COUNT,
        "at_most": COUNT,
    }
    keys: ClassVar = ("activity",)
    absence: ClassVar = Absence("none is of an activity", "Choose a longer period.", (TOUCHES,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw people reached against money spent, with what no other choice could exceed."""
        rows = [row for row in self.rows() if row["step"]]
        start = {"spent": 0.0, "reached": 0, "at_most": 0, "activity": "", "step": 0}
        base = alt.Chart(charts.data([start, *rows])).encode(
            x=alt.X("spent:Q", title=f"Spent ({self.asked['unit']})", axis=alt.Axis(tickCount=5, format="~s"))
        )
        band = base.mark_area(opacity=0.15, color=charts.BLUE, interpolate="step-after").encode(
            y=alt.Y("reached:Q", title="People reached", axis=alt.Axis(tickCount=5, format="~s")), y2="at_most:Q"
        )
        line = base.mark_line(color=charts.BLUE, strokeWidth=2.5, interpolate="step-after").encode(y="reached:Q")
        dots = base.transform_filter("datum.step > 0").mark_circle(color=charts.BLUE, size=60, opacity=1)
        words = base.transform_filter("datum.step > 0 && datum.step <= 3")
        labels = words.mark_text(align="left", dx=7, dy=12, fontSize=11, limit=200)
        drawn = band + line + dots.encode(y="reached:Q", tooltip=charts.tips(rows)) + labels.encode(
            y="reached:Q", text="activity:N"
        )  # fmt: skip
        return charts.fitted(drawn, 9)


@study
def budget(
    buckets: Buckets,
    people: Frame,
    bought: Bought,
    activities: Frame,
    *,
    window: Year,
    by: Annotated[str, OneOf("activity", "channel"), "what each row is of"] = "activity",
    money: Annotated[Money | None, "the budget; everything in order of its worth if left out"] = None,
) -> Budget:
    """Choose activities by new people per cost, as they reached people and cost within (since, until].

    people, exposures, costs, activities: tables as `schema.PEOPLE`, `EXPOSURES`, `COSTS` and `ACTIVITIES`.
    by: activity or channel. money: the
    budget (workspace currency, or activities where no cost is known); without one, all are chosen in order. ladder and
    names do not matter here.
    Raises: QuestionError if `since` is not before `until`, or money is below 0.
    """
    start, end = window.since, window.until
    tables.at_least("money", math.inf if money is None else money, 0)
    found = read_contacts(buckets, people, activities, since=start, until=end, by=by)
    known = media.sum_costs(bought.costs, bought.exposures, found.spread, buckets, since=start, until=end, by=by)
    price, unit = price_activities(found, known)
    covers, weights, which = coverage.patterns(found.column("person"), found.column("unit"), len(found.units))
    costly = covers & ~np.isnan(price)  # what has no known cost can't be chosen
    asking = np.nan_to_num(price, nan=0.0)
    if money is None:
        picks = coverage.greedy(costly, weights, asking)
    else:
        picks = coverage.within(costly, weights, asking, money)
    fresh = count_added(covers, picks)
    rows = [chosen(step, pick, found, price, unit) for step, pick in enumerate(picks, 1)]
    taken = {pick.chosen for pick in picks}
    rest = [place for place in np.flatnonzero(found.people()).tolist() if place not in taken]
    others = [row_not_chosen(int(weights @ fresh[:, place]), found.units[place], float(price[place])) for place in rest]
    rows += sorted(others, key=lambda row: (-row["people"], row["activity"]))
    asked = {"unit": unit}
    return Budget(tables.from_rows(Budget.columns, rows), name_people(members(found, fresh, which), people), asked)


def price_activities(found: Touched, known: dict[str, media.Spent]) -> tuple[Floats, str]:
    """Return the cost of each activity (nan if unknown), and its unit; 1 each where not one is known."""
    price = np.array([known.get(unit, media.NOTHING).money for unit in found.units], np.float64)
    reached = found.people() > 0
    if not np.any(reached & ~np.isnan(price)):
        return np.ones(price.size), "activities"
    return np.maximum(price, 0.0), "money"


def count_added(covers: Flags, picks: Sequence[Pick]) -> Flags:
    """Tell for each pattern whom each activity adds: chosen ones to those before, others to all chosen."""
    fresh = covers.copy()
    left = np.ones(len(covers), np.bool_)
    for pick in picks:
        fresh[:, pick.chosen] &= left
        left &= ~covers[:, pick.chosen]
    rest = np.ones(covers.shape[1], np.bool_)
    rest[[pick.chosen for pick in picks]] = False
    fresh[:, rest] &= left[:, None]
    return fresh


def chosen(step: int, pick: Pick, found: Touched, price: Floats, unit: str) -> Row:
    """Return the row of a choice."""
    cost = float(price[pick.chosen])
    return {
        "step": step,
        "activity": found.units[pick.chosen],
        "people": round(pick.gain),
        "cost": cost,
        "cost_per_person": cost / pick.gain if unit == "money" else None,
        "spent": pick.spent,
        "reached": round(pick.reached),
        "at_most": math.floor(pick.at_most + 1e-9),
    }


def row_not_chosen(people: int, activity: str, cost: float) -> Row:
    """Return the row of what was not chosen."""
    price = None if math.isnan(cost) else cost
    each = price / people if price is not None and people else None
    return {"activity": activity, "people": people, "cost": price, "cost_per_person": each}


def members(found: Touched, fresh: Flags, which: Ints) -> pa.Table:
    """Return person_id and activity of those whom each activity adds."""
    person, unit = found.column("person"), found.column("unit")
    number = np.cumsum(np.append(True, np.diff(person) != 0)) - 1 if person.size else np.empty(0, np.int64)
    kept = np.flatnonzero(fresh[which[number], unit]) if person.size else np.empty(0, np.int64)
    units = pa.array(list(found.units), pa.string())
    return pa.table({"person_id": person_ids(person[kept]), "activity": units.take(pa.array(unit[kept]))})
