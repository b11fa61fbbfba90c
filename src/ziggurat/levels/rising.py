"""Who is on the way up: just climbed, or close to the next level?

Each person is listed with why she is. Under `climbed`, the level on which she stands was reached by a climb in the last
`days`. Under `near`, it was not, but she has at least `nearness` of what the nearest rule of the next level needs, and
the row says what is missing.

Near does not mean likely. Nearness is have / need in the rule's own unit, a plain count and no forecast; for a rule
with a trailing window, it may fall again by waiting. Counts are complete and have no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import narwhals as nw

from ziggurat import charts, tables
from ziggurat.facts.population import known
from ziggurat.heavy import alt
from ziggurat.instant import DAY
from ziggurat.levels import reading
from ziggurat.result import Result
from ziggurat.study import At, Days, Limit, Rungs, Share, study
from ziggurat.tables import Frame


@dataclass(frozen=True)
class Rising(Result):
    """One row per person, nearest to the next level first, those at the top last.

    why: climbed or near. since: when the level began (UTC). next_rule: the rule of the next level that is nearest;
    have, need and missing (need - have) in that rule's unit (interactions, days, channels, money, minutes); nearness:
    have / need, 0 to 1. All of these are null at the top. Members: everyone, not cut off by `limit`, without the level
    names.
    """

    columns: ClassVar = {
        "person_id": "string",
        "name": "string",
        "level": "int64",
        "level_name": "string",
        "why": "string",
        "since": "timestamp",
        "next_level_name": "string",
        "next_rule": "string",
        "have": "float64",
        "need": "float64",
        "missing": "float64",
        "nearness": "float64",
    }
    keys: ClassVar = ("person_id", "why", "level")

    def chart(self) -> alt.TopLevelMixin:
        """Draw how near each of these people is, level by level."""
        return charts.strip(self.rows(), y="level_name", x="nearness", colour="why")


@study
def rising(
    standings: Frame,
    levels: Frame,
    people: Frame,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, "how long ago a climb may be"] = 30,
    nearness: Annotated[Share, "the least share of what the next level needs that counts as near"] = 0.5,
    limit: Limit = 1000,
) -> Rising:
    """List who climbed in the last `days` before `at` or is near the next level.

    standings: a table as `schema.STANDINGS`, as of `at`; levels, people: as `schema.LEVELS` and `schema.PEOPLE`.
    names: the level names, level 0 first. nearness: the least that counts as near, 0 to 1. limit: most rows, at least
    1.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    climbed = (
        reading.standing(levels, rungs.ladder, at)
        .filter(reading.climbs(), nw.col("since") > at - int(days * DAY))
        .select("person_id", nw.lit("climbed").alias("why"))
    )
    near = (nw.col("nearness") >= nearness) & ~nw.col("next_level").is_null()
    members = (
        reading.on_ladder(standings, rungs.ladder, at)
        .select("person_id", "level", "since", "next_level", "next_rule", "have", "need", "nearness")
        .join(climbed, on="person_id", how="left")
        .filter(near | ~nw.col("why").is_null())
        .join(known(people), on="person_id")  # few are left by now
        .with_columns(nw.col("why").fill_null("near"), missing=nw.col("need") - nw.col("have"))
    )
    columns = [name for name in Rising.columns if not name.endswith("level_name")]
    first = members.sort("nearness", "person_id", descending=[True, False], nulls_last=True).head(limit)
    rows = tables.collect(first, *columns, "next_level").to_pylist()
    for row in rows:
        row["level_name"] = reading.name_of(rungs.names, row["level"])
        above = row.pop("next_level")
        row["next_level_name"] = None if above is None else reading.name_of(rungs.names, int(above))
    return Rising(tables.answer(Rising.columns, rows), members)
