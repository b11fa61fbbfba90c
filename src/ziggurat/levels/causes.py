"""What tipped the climbs?

Every climb has one interaction that made a rule hold: this counts climbs by that rule and by the interaction's kind,
channel and activity. The tipping interaction is the last straw, not the whole cause: the ones before it were as
necessary, and whether people would have climbed without the activity can only be told from a holdout.

The counts are complete, and so are the shares: they have no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import LEVELS, Absence
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT
from ziggurat.study import Limit, Month, Rungs, study

CAUSE = ("rule", "kind", "channel", "activity")


@dataclass(frozen=True)
class Causes(Result):
    """One row per rule, kind, channel and activity (null where the interaction names none), most climbs first.

    climbs: climbs within (since, until], those from nowhere straight onto a level included. people: distinct climbers.
    share: of all climbs in the window, 0 to 1; the shares sum to 1 unless rows were cut off by `limit`.
    Members, one row per climb: person_id, name, rule, kind, channel, activity, level, since, cause (interaction id).
    """

    columns: ClassVar = {
        "rule": TEXT,
        "kind": TEXT("What"),
        "channel": TEXT,
        "activity": TEXT,
        "climbs": COUNT,
        "people": COUNT,
        "share": SHARE,
    }
    keys: ClassVar = CAUSE
    absence: ClassVar = Absence(
        "none was tipped by anything", "Choose a longer period.", (reading.CLIMBED,), over=LEVELS
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the twenty causes that tipped most climbs, coloured by channel."""
        rows = [row | {"cause": " · ".join(filter(None, (row[name] for name in CAUSE)))} for row in self.rows()[:20]]
        return charts.rank_bars(rows, label="cause", x="climbs", colour="channel")


@study
def causes(levels: Frame, people: Frame, *, window: Month, rungs: Rungs, limit: Limit = 1000) -> Causes:
    """Count the climbs within (since, until] by what tipped them.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    limit: most rows to return, at least 1.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    start, end = window.since, window.until
    climbs = reading.on_ladder(levels, rungs.ladder, end).filter(nw.col("since") > start, reading.climbs())
    named = climbs.select(
        *("person_id", "level", "since", "cause", "rule"),
        nw.col("cause_kind").alias("kind"),
        nw.col("cause_channel").alias("channel"),
        nw.col("cause_activity").alias("activity"),
    )
    members = named.join(known(people), on="person_id")
    counts = members.group_by(*CAUSE).agg(
        nw.len().alias("climbs"), nw.col("person_id").n_unique().alias("people"), nw.col("level").max()
    )
    rows = tables.collect(counts, *CAUSE, "climbs", "people", "level").to_pylist()
    total = sum(row["climbs"] for row in rows)
    for row in rows:
        reading.name_of(rungs.names, row.pop("level"))
        row["share"] = row["climbs"] / total
    rows.sort(key=lambda row: (-row["climbs"], *(row[name] or "" for name in CAUSE)))
    return Causes(tables.from_rows(Causes.columns, rows[:limit]), members)
