"""How many people stand on each level?

A person stands on one level at an instant: the highest that holds. Staff never count. Anonymous observers are counted
in a row of their own beneath the ladder (level -1) and are no part of any share, because nobody can turn to them.

This does not mean that those on level 2 have been on level 1, nor that a wide level is a worthless one: it counts
where people stand, not what they are worth. The bounds read the known people as a sample of those the organisation
could come to know; the counts themselves are complete and have no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.instant import moment
from ziggurat.facts.absence import PEOPLE, Absence, ever
from ziggurat.facts.population import known, visitors
from ziggurat.levels import reading
from ziggurat.levels.reading import BENEATH
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Instant, Rungs, study


@dataclass(frozen=True)
class Pyramid(Result):
    """One row per level, top first, then level 0 (known, on no rule), then level -1 (anonymous observers).

    people: count at the instant. share: of known people (levels 0 and up), 0 to 1, with its 95 % Wilson bounds `low`
    and `high`; null for anonymous observers, and where nobody is known. then, change: people at `compare_at`, and
    people minus then; null without `compare_at`. Members: person_id, name, level, since (int64 microseconds).
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
        "share": SHARE,
        **interval(SHARE),
        "then": COUNT("Before"),
        "change": COUNT,
    }
    keys: ClassVar = ("level",)
    absence: ClassVar = Absence("none stands on the ladder", "Refresh the workspace.", over=PEOPLE, period=ever)

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether known people stand there."""
        return bool(row["level"] != BENEATH and row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the pyramid: one centred step per level."""
        return charts.steps(self.rows(), y="level_name", x="people", share="share", apart="Anonymous")


@study
def pyramid(
    levels: Frame,
    people: Frame,
    *,
    at: At,
    rungs: Rungs,
    compare_at: Annotated[Instant | None, "an earlier instant to compare with"] = None,
) -> Pyramid:
    """Count people per level at an instant, and what changed since an earlier one.

    levels, people: tables as `schema.LEVELS` and `schema.PEOPLE`. names: the level names, level 0 first.
    Raises: QuestionError if `at` can't be read, `compare_at` is after it, or the table holds a level without a name.
    """
    then = compare_at
    if then is not None and then > at:
        raise QuestionError(
            f"`compare_at` ({moment(then):%Y-%m-%d %H:%M}) is after `at` ({moment(at):%Y-%m-%d %H:%M}), and who will "
            "stand where then is not known; give an earlier one."
        )
    members = standing_people(levels, people, rungs.ladder, at)
    counts = count(members)
    before = None if then is None else count(standing_people(levels, people, rungs.ladder, then))
    for level in {*counts, *(before or {})} - {BENEATH}:
        reading.name_of(rungs.names, level)
    total = sum(number for level, number in counts.items() if level != BENEATH)
    rows = []
    for level in range(len(rungs.names) - 1, BENEATH - 1, -1):
        number = counts.get(level, 0)
        share: tuple[float | None, ...] = (None, None, None)
        if level != BENEATH and total:
            share = (number / total, *wilson(number, total))
        past = None if before is None else before.get(level, 0)
        rows.append(
            {
                "level": level,
                "level_name": "Anonymous" if level == BENEATH else rungs.names[level],
                "people": number,
                **dict(zip(("share", "low", "high"), share, strict=True)),
                "then": past,
                "change": None if past is None else number - past,
            }
        )
    return Pyramid(tables.from_rows(Pyramid.columns, rows), members)


def standing_people(levels: Frame, people: Frame, ladder: str, at: int) -> nw.LazyFrame[Any]:
    """Return person_id, name, level and since of everyone at an instant; anonymous people are on level -1."""
    columns = ("person_id", "name", "level", "since")
    placed = reading.levels_as_of(levels, ladder, at).join(known(people), on="person_id").select(*columns)
    beneath = visitors(people, at).with_columns(
        nw.lit(BENEATH, dtype=nw.Int64()).alias("level"), nw.col("first_at").alias("since")
    )
    return nw.concat([placed, beneath.select(*columns)], how="vertical")


def count(members: nw.LazyFrame[Any]) -> dict[int, int]:
    """Return people by level."""
    found = tables.collect(members.group_by("level").agg(nw.len().alias("people")), "level", "people").to_pylist()
    return {row["level"]: row["people"] for row in found}
