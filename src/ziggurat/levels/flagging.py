"""Whose engagement is flagging?

Each person is listed once. `in grace`: no rule of their level holds any longer; they keep it until `slips_at` unless
they do something. `slipped`: the level on which they stand was reached by a slip in the last `days`. `below peak`: they
once stood higher, and slipped longer ago. The first that applies is given. Beside these, or alone (`gone quiet`),
stands the signal of their rhythm: so long a silence, of all acts or of one kind, would come at most once in twenty
years of it (`levels.rhythm`).

Who is listed first is who has most at stake, times how sure it is (`levels.signals`). It does not mean that somebody is
unhappy or lost: people slip because a season ends, and a holiday is no farewell. By chance alone, fewer than one in a
hundred people who keep their rhythm are said to have gone quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import PEOPLE, Absence, ever
from ziggurat.facts.given import Signalled
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.levels.signals import QUIET, SIGNALLED, Signals, among, with_types
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import INSTANT, LEVEL, TEXT
from ziggurat.study import At, Days, Limit, Rungs, study


@dataclass(frozen=True)
class Flagging(Result):
    """One row per person, first with whom most is at stake.

    why: in grace, slipped or below peak; gone quiet where none of these is so. rhythm: the silence in words, null where
    it is not unusual; chance: that so long a one comes at least once within a year of this rhythm, 0 to 1, likewise.
    stake: 0 to 1, of no unit. peak: highest level by `at`; below_peak: peak - level, in levels. since: when the level
    began; last_at: their latest interaction (null if none); slips_at: when the level ends if nothing more happens (null
    if never); all UTC. rule: the rule that lapsed, null where it is not known. Members: everyone, not cut off by
    `limit`, without level names.
    """

    columns: ClassVar = {
        **SIGNALLED,
        "peak": LEVEL("Highest level"),
        "peak_name": TEXT("Highest level"),
        "below_peak": LEVEL("Levels below it"),
        "since": INSTANT,
        "last_at": INSTANT("Last seen"),
        "slips_at": INSTANT("Slips on"),
        "rule": TEXT,
    }
    keys: ClassVar = ("person_id", "why", "level")
    absence: ClassVar = Absence(
        "none is in grace, stands below the highest level that they had, or has gone quiet",
        "That is good news; choose a later day, or another ladder.",
        over=PEOPLE,
        period=ever,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many people flag on each level, and why."""
        return charts.stacks(self.rows(), y="level_name", colour="why", order="level")


FOUND = ("person_id", "name", "level", "why", "peak", "below_peak", "since", "last_at", "slips_at", "rule")


@study
def flagging(
    given: Signalled,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, "how long ago a slip may be to count as recent"] = 90,
    limit: Limit = 1000,
) -> Flagging:
    """List who has gone quiet, is in grace, slipped in the last `days` before `at`, or stands below their peak.

    standings: a table as `schema.STANDINGS`, as of `at`; levels, people, kinds: as `schema.LEVELS`, `PEOPLE` and
    `KINDS`. limit: most rows, at least 1.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    grace, slip = ~nw.col("lapsed_at").is_null(), nw.col("change") == "slip"
    recent = slip & (nw.col("since") > at - int(days * DAY))
    urgency = nw.when(grace).then(0).otherwise(nw.when(recent).then(1).otherwise(2))
    why = {0: "in grace", 1: "slipped", 2: "below peak"}
    listed_by_ladder = grace | (nw.col("below_peak") > 0)
    columns = ("person_id", "level", "since", "peak", "lapsed_at", "slips_at", "last_at")
    standing = reading.on_ladder(given.standings, rungs.ladder, at)
    latest = reading.levels_as_of(given.levels, rungs.ladder, at).select("person_id", "change", "rule")
    signals = Signals.of(given.buckets, given.kinds, at)
    listed = (
        standing.select(*columns, (nw.col("peak").cast(nw.Int64()) - nw.col("level")).alias("below_peak"))
        .filter(listed_by_ladder | among(signals.noticed(QUIET)))
        .join(known(given.people), on="person_id")
        .join(latest, on="person_id", how="left")
        .with_columns(urgency.alias("urgency"))
        .with_columns(
            lapsed_rule(grace, slip).alias("rule"),
            nw.when(listed_by_ladder).then(words_of_numbers("urgency", why)).alias("why"),
        )
    )
    ordered = signals.in_order(with_types(tables.collect(listed, *FOUND)), QUIET, signals.stakes(standing))
    rows = ordered.slice(0, limit).to_pylist()
    for row in rows:
        row["level_name"] = reading.name_of(rungs.names, row["level"])
        row["peak_name"] = reading.name_of(rungs.names, row["peak"])
    return Flagging(
        tables.from_rows(Flagging.columns, rows), tables.frame(ordered.select([*FOUND, "rhythm", "chance"]))
    )


def lapsed_rule(grace: nw.Expr, slip: nw.Expr) -> nw.Expr:
    """Return the rule that lapsed: that of the latest slip; in grace, that by which she had climbed to the level.

    One who slipped to a level and is now in grace on it lost a rule there that no row names: null.
    """
    return nw.when(grace != slip).then(nw.col("rule"))


def words_of_numbers(column: str, words: dict[int, str]) -> nw.Expr:
    """Return the words for the numbers of a column."""
    first, *others = words.items()
    chain: Any = nw.when(nw.col(column) == first[0]).then(nw.lit(first[1]))
    for number, word in others:
        chain = chain.when(nw.col(column) == number).then(nw.lit(word))
    expression: nw.Expr = chain
    return expression
