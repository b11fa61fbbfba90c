"""Whose engagement is flagging?

Each person is listed once, with the most urgent reason. Under `in grace`, no rule of her level holds any longer; she
keeps it until `slips_at` unless she does something. Under `slipped`, the level on which she stands was reached by a
slip in the last `days`. Under `below peak`, she once stood higher, and slipped longer ago.

It does not mean that she is unhappy or lost: people slip because a season ends. Nor does it rank people by what they
are worth. Counts are complete and have no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw

from ziggurat import charts, tables
from ziggurat.facts.population import known
from ziggurat.heavy import alt
from ziggurat.instant import DAY
from ziggurat.levels import reading
from ziggurat.result import Result
from ziggurat.study import At, Days, Limit, Rungs, study
from ziggurat.tables import Frame


@dataclass(frozen=True)
class Flagging(Result):
    """One row per person: in grace first, soonest to slip; then slipped, latest first; then below peak, likewise.

    why: in grace, slipped or below peak. peak: highest level by `at`; below_peak: peak - level, in levels. since: when
    the level began; last_at: her latest interaction (null if none); slips_at: when the level ends if nothing more
    happens (null if never); all UTC. rule: the rule that lapsed, null where it is not known.
    Members: everyone, not cut off by `limit`, without the level names.
    """

    columns: ClassVar = {
        "person_id": "string",
        "name": "string",
        "level": "int64",
        "level_name": "string",
        "why": "string",
        "peak": "int64",
        "peak_name": "string",
        "below_peak": "int64",
        "since": "timestamp",
        "last_at": "timestamp",
        "slips_at": "timestamp",
        "rule": "string",
    }
    keys: ClassVar = ("person_id", "why", "level")

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many people flag on each level, and why."""
        return charts.stacks(self.rows(), y="level_name", colour="why", order="level")


@study
def flagging(
    standings: Frame,
    levels: Frame,
    people: Frame,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, "how long ago a slip may be to count as recent"] = 90,
    limit: Limit = 1000,
) -> Flagging:
    """List who is in grace, slipped in the last `days` before `at`, or stands below her peak.

    standings: a table as `schema.STANDINGS`, as of `at`; levels, people: as `schema.LEVELS` and `schema.PEOPLE`.
    names: the level names, level 0 first. limit: most rows, at least 1.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    grace, slip = ~nw.col("lapsed_at").is_null(), nw.col("change") == "slip"
    recent = slip & (nw.col("since") > at - int(days * DAY))
    urgency = nw.when(grace).then(0).otherwise(nw.when(recent).then(1).otherwise(2))
    why = {0: "in grace", 1: "slipped", 2: "below peak"}
    columns = ("person_id", "level", "since", "peak", "lapsed_at", "slips_at", "last_at")
    members = (
        reading.on_ladder(standings, rungs.ladder, at)
        .select(*columns, (nw.col("peak").cast(nw.Int64()) - nw.col("level")).alias("below_peak"))
        .filter(grace | (nw.col("below_peak") > 0))  # first, as few are left: who slipped is below her peak
        .join(known(people), on="person_id")
        .join(
            reading.standing(levels, rungs.ladder, at).select("person_id", "change", "rule"), on="person_id", how="left"
        )
        .with_columns(urgency.alias("urgency"))
        .with_columns(lapsed(grace, slip).alias("rule"), said("urgency", why).alias("why"))
        .drop("change", "lapsed_at")
    )
    order = ["urgency", "soonest", "since", "person_id"]
    soonest = nw.when(nw.col("urgency") == 0).then(nw.col("slips_at"))
    ranked = members.with_columns(soonest.alias("soonest"))
    first = ranked.sort(*order, descending=[False, False, True, False], nulls_last=True).head(limit)
    rows = tables.collect(first, *(name for name in Flagging.columns if not name.endswith("_name"))).to_pylist()
    for row in rows:
        row["level_name"] = reading.name_of(rungs.names, row["level"])
        row["peak_name"] = reading.name_of(rungs.names, row["peak"])
    return Flagging(tables.answer(Flagging.columns, rows), members)


def lapsed(grace: nw.Expr, slip: nw.Expr) -> nw.Expr:
    """Return the rule that lapsed: that of the latest slip; in grace, that by which she had climbed to the level.

    One who slipped to a level and is now in grace on it lost a rule there that no row names: null.
    """
    return nw.when(grace != slip).then(nw.col("rule"))


def said(column: str, words: dict[int, str]) -> nw.Expr:
    """Return the words for the numbers of a column."""
    first, *others = words.items()
    chain: Any = nw.when(nw.col(column) == first[0]).then(nw.lit(first[1]))
    for number, word in others:
        chain = chain.when(nw.col(column) == number).then(nw.lit(word))
    expression: nw.Expr = chain
    return expression
