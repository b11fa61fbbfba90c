"""Who is on the way up: picking up, just climbed, or close to the next level?

Each person is listed once. `climbed`: the level on which they stand was reached by a climb in the last `days`. `near`:
it was not, but they have at least `nearness` of what the nearest rule of the next level needs; the row says what is
missing. Beside these, or alone (`picking up`), stands the signal of
their rhythm: so many active days within the last four or eight weeks, of all acts or of one kind, would come at most
once in twenty years of it (`levels.rhythm`).

Who is listed first is who has most at stake, times how sure it is (`levels.signals`). Near does not mean likely.
Nearness is have / need in the rule's own unit, a plain count and no forecast; for a rule with a trailing window, it may
fall again by waiting. By chance alone, fewer than one in a hundred people are said to pick up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import PEOPLE, Absence, ever
from ziggurat.facts.given import Signalled
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.levels.signals import RISING, SIGNALLED, Signals, among, with_types
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import INSTANT, NUMBER, SHARE, TEXT
from ziggurat.study import At, Days, Limit, Rungs, Share, study


@dataclass(frozen=True)
class Rising(Result):
    """One row per person, first with whom most is at stake.

    why: climbed or near; picking up where neither is so. rhythm: the rise in words, null where it is not unusual;
    chance: that so many active days come at least once within a year of this rhythm, 0 to 1, likewise. stake: 0 to 1,
    of no unit. since: when the level began (UTC). next_rule: the rule of the next level that is nearest; have, need and
    missing (need - have) in that rule's unit (interactions, days, channels, money, minutes); nearness: have / need, 0
    to 1, half of that while conditions of the rule are not met; lacks: those, in words. All of these are null at the
    top. Members: everyone, not cut off by `limit`, without the level names.
    """

    columns: ClassVar = {
        **SIGNALLED,
        "since": INSTANT,
        "next_level_name": TEXT("Next level"),
        "next_rule": TEXT("What the next level asks"),
        "have": NUMBER("Has"),
        "need": NUMBER("Needs"),
        "missing": NUMBER,
        "nearness": SHARE,
        "lacks": TEXT,
    }
    keys: ClassVar = ("person_id", "why", "level")
    absence: ClassVar = Absence(
        "none climbed within {days} days, has {nearness} of what the next level asks, or picks up",
        "Raise `days`, or lower `nearness`.",
        over=PEOPLE,
        period=ever,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw how near each of these people is, level by level."""
        return charts.strip(self.rows(), y="level_name", x="nearness", colour="why")


NEXT = ("next_level", "next_rule", "have", "need", "missing", "nearness", "lacks")
FOUND = ("person_id", "name", "level", "why", "since", *NEXT)


@study
def rising(
    given: Signalled,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, "how long ago a climb may be"] = 30,
    nearness: Annotated[Share, "the least share of what the next level needs that counts as near"] = 0.5,
    limit: Limit = 1000,
) -> Rising:
    """List who picks up, climbed in the last `days` before `at` or is near the next level.

    standings: a table as `schema.STANDINGS`, as of `at`; levels, people, kinds: as `schema.LEVELS`, `PEOPLE` and
    `KINDS`. nearness: the least that counts as near, 0 to 1. limit: most rows, at least 1.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    climbed = (
        reading.levels_as_of(given.levels, rungs.ladder, at)
        .filter(reading.climbs(), nw.col("since") > at - int(days * DAY))
        .select("person_id", nw.lit("climbed").alias("why"))
    )
    near = (nw.col("nearness") >= nearness) & ~nw.col("next_level").is_null()
    halfway = nw.when(near).then(nw.lit("near"))
    standing = reading.on_ladder(given.standings, rungs.ladder, at)
    signals = Signals.of(given.buckets, given.kinds, at)
    listed = (
        standing.select("person_id", "level", "since", "next_level", "next_rule", "have", "need", "nearness", "lacks")
        .join(climbed, on="person_id", how="left")
        .filter(near | ~nw.col("why").is_null() | among(signals.noticed(RISING)))
        .join(known(given.people), on="person_id")  # few are left by now
        .with_columns(
            nw.when(~nw.col("why").is_null()).then(nw.col("why")).otherwise(halfway).alias("why"),
            missing=nw.col("need") - nw.col("have"),
        )
    )
    ordered = signals.in_order(with_types(tables.collect(listed, *FOUND)), RISING, signals.stakes(standing))
    rows = ordered.slice(0, limit).to_pylist()
    for row in rows:
        row["level_name"] = reading.name_of(rungs.names, row["level"])
        above = row["next_level"]
        row["next_level_name"] = None if above is None else reading.name_of(rungs.names, int(above))
    return Rising(tables.from_rows(Rising.columns, rows), tables.frame(ordered.select([*FOUND, "rhythm", "chance"])))
