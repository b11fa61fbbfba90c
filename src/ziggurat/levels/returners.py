"""Who came back up to a level that they had slipped from?

A returner is a person who within the window climbed from beneath a level that an earlier slip had left. It does not
matter how long ago that slip was, nor whether they have slipped again since. Coming back is no proof that anything was
done to bring them back. The counts are complete and have no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import LEVELS, Absence
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, TEXT
from ziggurat.study import Month, Rungs, study


@dataclass(frozen=True)
class Returners(Result):
    """One row per level from 1 to the top, top first; a person counts once, at the highest level that she came back to.

    people: returners who regained the level. Regained is the lower of the level climbed to and the level once left: one
    who slipped from 2 and climbs from 1 to 4 regained 2. Members: person_id, name, level, since (her first return
    within the window, int64 microseconds).
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
    }
    keys: ClassVar = ("level",)
    absence: ClassVar = Absence(
        "none led back up to a level that was slipped from before",
        "Choose a longer period.",
        (reading.CLIMBED,),
        over=LEVELS,
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it has people."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw returners per level."""
        return charts.bars(self.rows(), y="level_name", x="people")


@study
def returners(levels: Frame, people: Frame, *, window: Month, rungs: Rungs) -> Returners:
    """Count those who climbed back to a level within the window.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    start, end = window.since, window.until
    rows = reading.on_ladder(levels, rungs.ladder, end)
    slips = rows.filter(nw.col("change") == "slip").select(
        "person_id", nw.col("since").alias("slipped_at"), nw.col("from_level").cast(nw.Int64()).alias("left")
    )
    climbs = rows.filter(nw.col("since") > start, nw.col("change") == "climb")
    pairs = (
        climbs.select("person_id", "since", "from_level", nw.col("level").alias("reached"))
        .join(slips, on="person_id")
        .filter(nw.col("slipped_at") < nw.col("since"), nw.col("left") > nw.col("from_level"))
        .with_columns(nw.min_horizontal("reached", "left").alias("level"))
    )
    found = pairs.group_by("person_id").agg(nw.col("level").max(), nw.col("since").min())
    members = found.join(known(people), on="person_id")
    counts = tables.collect(members.group_by("level").agg(nw.len().alias("people")), "level", "people").to_pylist()
    by_level = {row["level"]: row["people"] for row in counts}
    table = [
        {"level": level, "level_name": rungs.names[level], "people": by_level.pop(level, 0)}
        for level in range(len(rungs.names) - 1, 0, -1)
    ]
    for level in by_level:
        reading.name_of(rungs.names, level)
    return Returners(tables.from_rows(Returners.columns, table), members)
