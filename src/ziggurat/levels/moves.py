"""Who climbed, who slipped, and who is new?

Compares where each person stands at the end of two instants, and counts the climbs and slips in between, which one
comparison alone would miss: a person may climb and slip again within the window and end where they began.

A move says nothing about why; `causes` names what tipped each climb, and `returners` who came back. People whom
the organisation came to know within the window have no level to come from: they are `new`, not climbers. The counts
are complete and have no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import PEOPLE, Absence
from ziggurat.facts.population import known
from ziggurat.levels import reading
from ziggurat.levels.reading import BENEATH
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, TEXT
from ziggurat.study import Month, Rungs, study


@dataclass(frozen=True)
class Moves(Result):
    """One row per pair of levels that has people in it, largest `from_level` first.

    from_level: at `since`; -1 (New) if not known then. to_level: at `until`. direction: climbed, slipped, stayed or
    new, by these two instants alone. people: count. climbs, slips: changes of level of these people within
    (since, until]; a first interaction that lands on level 1 or higher is a climb. Sums over all rows are the totals.
    Members: person_id, name, from_level, to_level, direction, climbs, slips.
    """

    columns: ClassVar = {
        "from_level": LEVEL("From"),
        "from_name": TEXT("From"),
        "to_level": LEVEL("To"),
        "to_name": TEXT("To"),
        "direction": TEXT,
        "people": COUNT,
        "climbs": COUNT,
        "slips": COUNT,
    }
    keys: ClassVar = ("from_level", "to_level", "direction")
    absence: ClassVar = Absence("none stood on the ladder", "Choose a later `until`.", over=PEOPLE)

    def totals(self) -> dict[str, int]:
        """Return people by direction (climbed, slipped, stayed, new), then climbs and slips over all."""
        rows = self.rows()
        ways = {way: sum(row["people"] for row in rows if row["direction"] == way) for way in charts.DIRECTIONS}
        return ways | {name: sum(row[name] for row in rows) for name in ("climbs", "slips")}

    def chart(self) -> alt.TopLevelMixin:
        """Draw who went from which level to which, as a matrix that stays clear on a phone."""
        return charts.matrix(self.rows(), y="from_name", x="to_name", value="people", kind="direction")


@study
def moves(levels: Frame, people: Frame, *, window: Month, rungs: Rungs) -> Moves:
    """Compare the levels of everyone known at `until` with those at `since`, and count the changes in between.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    start, end = window.since, window.until
    members = (
        changes(levels, rungs.ladder, start, end)
        .join(known(people), on="person_id")
        .with_columns(nw.col("from_level").fill_null(BENEATH).cast(nw.Int64()), nw.col("to_level").cast(nw.Int64()))
        .with_columns(direction().alias("direction"))
    )
    cell, sums = ["from_level", "to_level"], ["climbs", "slips"]
    flow = members.group_by(*cell).agg(nw.len().alias("people"), nw.col(*sums).sum())
    rows = tables.collect(flow, *cell, "people", *sums).to_pylist()
    for row in rows:
        new = row["from_level"] == BENEATH
        row["from_name"] = "New" if new else reading.name_of(rungs.names, row["from_level"])
        row["to_name"] = reading.name_of(rungs.names, row["to_level"])
        row["direction"] = way(row["from_level"], row["to_level"])
    rows.sort(key=lambda row: (-row["from_level"], -row["to_level"]))
    return Moves(tables.from_rows(Moves.columns, rows), members)


def way(source: int, target: int) -> str:
    """Name the way between two levels."""
    if source == BENEATH:
        return "new"
    return "stayed" if source == target else "climbed" if source < target else "slipped"


def direction() -> nw.Expr:
    """Name the way from `from_level` to `to_level`, as `way` does."""
    source, target = nw.col("from_level"), nw.col("to_level")
    moved = nw.when(source < target).then(nw.lit("climbed")).otherwise(nw.lit("slipped"))
    known = nw.when(source == target).then(nw.lit("stayed")).otherwise(moved)
    return nw.when(source == BENEATH).then(nw.lit("new")).otherwise(known)


def changes(levels: Frame, ladder: str, start: int, end: int) -> nw.LazyFrame[Any]:
    """Return from_level (null if not known then), to_level, climbs and slips per person, in one pass over the history.

    A person has at most one row that stands at an instant, so `max` picks the level of that row.
    """
    level, until = nw.col("level"), nw.col("until")
    begun = nw.col("since") > start
    rows = reading.on_ladder(levels, ladder, end).filter(until.is_null() | (until > start))
    flags = rows.select(
        "person_id",
        nw.when(~begun).then(level).alias("from_level"),
        nw.when(until.is_null() | (until > end)).then(level).alias("to_level"),
        (begun & reading.climbs()).cast(nw.Int64()).alias("climbs"),
        (begun & (nw.col("change") == "slip")).cast(nw.Int64()).alias("slips"),
    )
    columns = nw.col("from_level", "to_level").max(), nw.col("climbs", "slips").sum()
    return flags.group_by("person_id").agg(*columns).filter(~nw.col("to_level").is_null())
