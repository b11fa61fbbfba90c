"""What does each activity cost per person reached, per climber, and per person with an outcome?

Three rows an activity: the people whom it reached; the people whose climb on the ladder was tipped by an interaction of
it; and those of the people reached who did something of the outcome's kind within so many days after a message.

All of it is observational. An outcome after a message is not one because of it: many would have bought anyway, and one
purchase may follow, and count for, several activities. A tipping interaction is the last straw. Only a holdout can say
what an activity brings. Whom it reached is counted and has no error; the bounds of the others (95 %) take people as
independent of each other and of how many were reached (Poisson), and costs as exact. Where nobody
climbed, or no outcome followed, the cost of one has a lower bound only.

Source of the bounds: Breslow & Day (1987), Statistical Methods in Cancer Research II, page 69, after Garwood (1936).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.channels import media
from ziggurat.channels.reach_value import name_people
from ziggurat.channels.touches import TOUCHES, Touched, read_touches, reading
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Bought, Contacts, Histories
from ziggurat.facts.population import known
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, MINUTES, MONEY, TEXT, interval
from ziggurat.stats.intervals import poisson
from ziggurat.study import Days, Family, Money, OneOf, Rungs, Text, Within, Year, study

Row = dict[str, Any]
REACHED, CLIMBED, OUTCOME = "person reached", "climber", "person with the outcome"
COLOURS = {REACHED: charts.BLUE, CLIMBED: charts.GREEN, OUTCOME: charts.ORANGE}


@dataclass(frozen=True)
class Returns(Result):
    """Three rows per activity or channel that reached, climbed or cost anything, the costliest first.

    per: 'person reached', 'climber' or 'person with the outcome'. people: distinct known people. cost: money (workspace
    currency), staff time included at `hourly`; null if unknown. staff_minutes: null if unknown. cost_each: cost per
    person, with 95 % bounds for climbers and outcomes; null without cost or people. Members: person_id, name,
    activity, per.
    """

    columns: ClassVar = {
        "activity": TEXT,
        "per": TEXT,
        "people": COUNT,
        "cost": MONEY,
        "staff_minutes": MINUTES,
        "cost_each": MONEY,
        **interval(MONEY, "cost_each"),
    }
    keys: ClassVar = ("activity", "per")
    absence: ClassVar = Absence("none is of an activity", "Choose a longer period.", (TOUCHES,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the cost of each with its bounds; where no cost is known, the people."""
        rows = [row for row in self.rows() if row["cost_each"] or not self.priced()][:60]
        field, title = ("cost_each", "Cost of one") if self.priced() else ("people", "People (no cost is known)")
        scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
        legend = alt.Legend(orient="bottom", columns=1)
        base = alt.Chart(charts.data([row for row in rows if row[field]])).encode(
            y=alt.Y("activity:N", sort=None, title=None, axis=charts.BARE),
            yOffset=alt.YOffset("per:N", sort=list(COLOURS), scale=alt.Scale(domain=list(COLOURS))),
            color=alt.Color("per:N", title=None, scale=scale, legend=legend),
        )
        x = alt.X(
            f"{field}:Q", title=title, scale=alt.Scale(type="log", nice=False), axis=alt.Axis(tickCount=4, format="~s")
        )
        rule = base.mark_rule(strokeWidth=2, opacity=0.6).transform_filter("isValid(datum.cost_each_high)").encode(
            x=alt.X("cost_each_low:Q"), x2="cost_each_high:Q"
        )  # fmt: skip
        dots = base.mark_circle(size=80, opacity=0.95).encode(x=x, tooltip=charts.tips(rows))
        bounded = any(row["cost_each_high"] is not None for row in rows)
        return charts.fitted(rule + dots if bounded else dots, max(1, len(charts.distinct(rows, "activity"))))

    def priced(self) -> bool:
        """Tell whether any cost is known."""
        return any(row["cost"] is not None for row in self.rows())


@dataclass(frozen=True)
class Follows(Family):
    """What is set against what each activity cost."""

    by: Annotated[str, OneOf("activity", "channel"), "what each row is of"] = "activity"
    outcome: Annotated[Text, "the kind of interaction that is the outcome"] = "purchased"
    days: Annotated[Days, "how long after a message the outcome may follow"] = 14
    hourly: Annotated[Money, Within(0, 1_000_000), "money that an hour of staff time costs"] = 0


@study
def returns(
    lived: Histories,
    bought: Bought,
    kinds: Frame,
    activities: Frame,
    *,
    window: Year,
    rungs: Rungs,
    follows: Follows,
) -> Returns:
    """Set what each activity cost within (since, until] against whom it reached, who climbed, and what followed.

    people, levels, exposures, costs, kinds, activities: tables as `schema.PEOPLE`, `LEVELS`, `EXPOSURES`, `COSTS`,
    `KINDS` and `ACTIVITIES`. by: activity or channel. outcome: a kind of interaction. days: within which it follows.
    hourly: money that an hour of staff time costs. Nothing after `until` is looked at. names do not matter here.
    Raises: QuestionError if `since` is not before `until`, days or hourly is below 0, or there is no such kind.
    """
    buckets, people, levels = lived.buckets, lived.people, lived.levels
    start, end = window.since, window.until
    check(follows.outcome, kinds)
    given = Contacts(buckets, people, kinds, activities)
    found = read_touches(reading(given, window, by=follows.by, days=follows.days, outcome=follows.outcome))
    known = media.sum_costs(
        bought.costs, bought.exposures, found.spread, buckets, since=start, until=end, by=follows.by
    )
    members = pa.concat_tables([people_reached(found), climbers(levels, people, rungs.ladder, start, end, follows.by)])
    counts = members.group_by(["activity", "per"], use_threads=False).aggregate([("person_id", "count_distinct")])
    sizes = {(row["activity"], row["per"]): row["person_id_count_distinct"] for row in counts.to_pylist()}
    listed = {activity for activity, _ in sizes} | {name for name, one in known.items() if one != media.NOTHING}
    rows = [
        row
        for activity in listed
        for row in rows_of(activity, sizes, known.get(activity, media.NOTHING), follows.hourly)
    ]
    order = list(COLOURS)
    rows.sort(key=lambda row: (-(row["cost"] or 0), row["activity"], order.index(row["per"])))
    return Returns(tables.from_rows(Returns.columns, rows), name_people(members, people))


def check(outcome: str, kinds: Frame) -> None:
    """Check that a kind is known. Raises: QuestionError with the nearest one if not."""
    words = tables.collect(tables.frame(kinds), "kind")["kind"].to_pylist()
    if outcome not in words:
        raise QuestionError(f"`outcome` is '{outcome}', which is no kind{suggest(outcome, words) or '.'}")


def people_reached(found: Touched) -> pa.Table:
    """Return person_id, activity and per of those reached, and once more of those with the outcome."""
    units = pa.array(list(found.units), pa.string()).take(found.pairs["unit"].combine_chunks())
    table = pa.table({"person_id": person_ids(found.column("person")), "activity": units})
    followed = table.filter(pa.array(found.column("followed") > 0))
    return pa.concat_tables([per(table, REACHED), per(followed, OUTCOME)])


def per(table: pa.Table, word: str) -> pa.Table:
    """Return a table with the column `per`."""
    return table.append_column("per", pa.repeat(pa.scalar(word), len(table)))


def climbers(levels: Frame, people: Frame, ladder: str, since: int, until: int, by: str) -> pa.Table:
    """Return person_id, activity and per of those whose climb within the window an interaction of it tipped."""
    climbed = (nw.col("change") == "climb") | ((nw.col("change") == "first") & (nw.col("level") > 0))
    cause = nw.col(f"cause_{by}")
    rows = (
        tables.frame(levels)
        .filter(
            nw.col("ladder") == ladder, nw.col("since") > since, nw.col("since") <= until, climbed, ~cause.is_null()
        )
        .select("person_id", cause.alias("activity"))
        .unique()
        .join(known(people).select("person_id"), on="person_id")
    )
    table = tables.collect(rows, "person_id", "activity")
    return per(table.cast(pa.schema([("person_id", pa.string()), ("activity", pa.string())])), CLIMBED)


def rows_of(
    activity: str, sizes: Mapping[tuple[str, str], int], cost: media.Spent, hourly: float
) -> Iterator[Row]:  # fmt: skip
    """Yield the three rows of one activity."""
    money = cost.worth(hourly)
    for word in COLOURS:
        count = sizes.get((activity, word), 0)
        low, high = (None, None) if word == REACHED or money is None else bounds(money, count)
        yield {
            "activity": activity,
            "per": word,
            "people": count,
            "cost": money,
            "staff_minutes": cost.minutes,
            "cost_each": money / count if money is not None and count else None,
            "cost_each_low": low,
            "cost_each_high": high,
        }


def bounds(money: float, count: int) -> tuple[float, float | None]:
    """Return the least and the most that one may cost; no most where there was none.

    >>> [round(bound) for bound in bounds(100, 10)]
    [5, 21]
    """
    low, high = poisson(count)
    return money / high, money / low if count else None
