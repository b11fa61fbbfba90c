"""Which activities reach the same people?

Everyone reached is in exactly one row: that of all the activities that reached them, together. Read from the top, the
rows say how much of the reach is shared, and by which.

Overlap is not waste: a second message may be what it takes. The counts are complete and have no error. Media without
people's data are not in it. Source of the drawing: Lex et al. (2014), UpSet, IEEE TVCG 20(12), 1983-1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.channels.reach_value import name_people
from ziggurat.channels.touches import TOUCHES, read_contacts
from ziggurat.facts.absence import Absence
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT
from ziggurat.stats import coverage
from ziggurat.study import Limit, OneOf, Year, study

APART = "\u2009+\u2009"  # thin spaces, which no name is likely to hold
COLUMNS = 16  # combinations drawn
LINES = 14  # activities drawn


@dataclass(frozen=True)
class Overlap(Result):
    """One row per combination of activities or channels, most people first.

    activity: their names, joined by a plus between thin spaces. activities: how many they are. people: reached by
    exactly these. share: of all who were reached, 0 to 1; the shares sum to 1 unless rows were cut off by `limit`.
    Members: person_id, name, activity.
    """

    columns: ClassVar = {
        "activity": TEXT,
        "activities": COUNT,
        "people": COUNT,
        "share": SHARE,
    }
    keys: ClassVar = ("activity",)
    absence: ClassVar = Absence("none is of an activity", "Choose a longer period.", (TOUCHES,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the largest combinations: a bar each, and beneath it a dot for each activity in it."""
        rows = self.rows()[:COLUMNS]
        found: dict[str, int] = {}
        for row in rows:
            for name in row["activity"].split(APART):
                found[name] = found.get(name, 0) + row["people"]
        lines = sorted(found, key=lambda name: -found[name])[:LINES]
        bars = [dict(row) | {"_place": place} for place, row in enumerate(rows)]
        dots = [
            {
                "_place": bar["_place"],
                "_line": name,
                "_in": name in bar["activity"].split(APART),
                "people": bar["people"],
            }
            for bar in bars
            for name in lines
        ]
        return draw_upset(bars, dots, lines)


def draw_upset(bars: list[dict[str, Any]], dots: list[dict[str, Any]], lines: Sequence[str]) -> alt.TopLevelMixin:
    """Draw bars in the upper part of one picture and the matrix in the lower part, over the same places."""
    top = 5.0
    part = top / (top + max(1, len(lines)))
    x = alt.X("_place:O", axis=None, scale=alt.Scale(paddingInner=0.25))
    upper = alt.Scale(range=[alt.ExprRef(f"height * {part:.4f} - 10"), 14])
    lower = alt.Scale(domain=list(lines), range=[alt.ExprRef(f"height * {part:.4f}"), alt.ExprRef("height")])
    base = alt.Chart(charts.data(bars)).encode(x=x)
    size = alt.Y("people:Q", title="People", scale=upper, axis=alt.Axis(tickCount=3, titleAnchor="end"))
    bar = base.mark_bar(color=charts.BLUE, cornerRadius=2).encode(y=size, tooltip=charts.tips(bars))
    count = base.transform_calculate(_said="format(datum.people, '~s')")
    label = count.mark_text(dy=-7, fontSize=10).encode(y=size, text="_said:N")
    line = alt.Y(
        "_line:N", sort=None, title=None, scale=lower, axis=alt.Axis(domain=False, ticks=False, labelLimit=150)
    )
    grid = alt.Chart(charts.data(dots)).encode(x=x, y=line)
    among = alt.FieldEqualPredicate(field="_in", equal=True)
    pale = grid.mark_circle(size=55, color=charts.GREY, opacity=0.18)
    full = grid.transform_filter(among).mark_circle(size=75, color=charts.BLUE, opacity=1)
    layers: alt.LayerChart = alt.layer(alt.layer(bar, label), alt.layer(pale, full)).resolve_scale(y="independent")
    return charts.fitted(layers, (top + max(1, len(lines))) * 0.72)


@study
def overlap(
    buckets: Buckets,
    people: Frame,
    activities: Frame,
    *,
    window: Year,
    by: Annotated[str, OneOf("activity", "channel"), "what each row is of"] = "activity",
    limit: Limit = 1000,
) -> Overlap:
    """Count people by the combination of activities that reached them within (since, until].

    people, activities: tables as `schema.PEOPLE` and `ACTIVITIES`. by: activity or channel. limit: most rows to return.
    ladder and names do not matter here.
    Raises: QuestionError if `since` is not before `until`, or limit is below 1.
    """
    start, end = window.since, window.until
    found = read_contacts(buckets, people, activities, since=start, until=end, by=by)
    person = found.column("person")
    covers, counts, which = coverage.patterns(person, found.column("unit"), len(found.units))
    words = [APART.join(found.units[place] for place in np.flatnonzero(row).tolist()) for row in covers]
    total = int(counts.sum())
    rows: list[dict[str, Any]] = [
        {"activity": word, "activities": int(row.sum()), "people": int(count), "share": int(count) / total}
        for word, row, count in zip(words, covers, counts, strict=True)
    ]
    rows.sort(key=lambda row: (-row["people"], row["activities"], row["activity"]))
    first = np.append(True, np.diff(person) != 0) if person.size else np.empty(0, np.bool_)
    said = pa.array(words, pa.string()).take(pa.array(which))
    members = pa.table({"person_id": person_ids(person[first]), "activity": said})
    return Overlap(tables.from_rows(Overlap.columns, rows[:limit]), name_people(members, people))
