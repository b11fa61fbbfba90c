"""Which campaign brought people, and what became of them?

A person arrives with the first thing that they do themselves, by the activity of that act or, where it names none, the
latest that reached them within 30 days before. Counted are those who arrived in the window;
of them, how many were there again within some days, and how many stand above level 0 at its end.

Bounds (95 %) are Wilson's. Who comes by one campaign may be other people than who comes by another: that more of them
stay does not mean that the campaign made them stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.arrivals import arrivals
from ziggurat.facts.given import Histories
from ziggurat.facts.level_history import Placed
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, INSTANT, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import Days, Rungs, Within, Year, study

Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]
NONE = "by no activity"


@dataclass(frozen=True)
class Acquisition(Result):
    """One row per activity that brought anyone, most people first; null for those whom none brought.

    people: who arrived. share: of all who did. first_at, last_at: when the first and the last of them came. channel: by
    which most came. due: whose days to be there again are over. back_share: share of these who were, with bounds.
    above_share: share of people above level 0 at the end of the window, with bounds. Members: person_id,
    name, activity, at (µs).
    """

    columns: ClassVar = {
        "activity": TEXT,
        "people": COUNT("New people"),
        "share": SHARE("Of all new people"),
        "first_at": INSTANT("First came"),
        "last_at": INSTANT("Last came"),
        "channel": TEXT("Mostly on"),
        "due": COUNT("Whose days are over"),
        "back_share": SHARE("Came back"),
        **interval(SHARE, "back_share"),
        "above_share": SHARE("Above level 0"),
        **interval(SHARE, "above_share"),
    }
    keys: ClassVar = ("activity",)
    wholes: ClassVar = {"activity": NONE}
    absence: ClassVar = Absence("nobody did anything for the first time", "Choose a longer period.", (needs.DONE,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many came by each activity, those who were there again dark."""
        rows = [
            row | {"activity": row["activity"] or NONE, "_back": (row["back_share"] or 0.0) * row["people"]}
            for row in self.rows()
        ]
        if not rows:
            return charts.nothing()
        base = alt.Chart(charts.data(rows)).encode(
            y=alt.Y("activity:N", sort=None, title=None, axis=charts.BARE), tooltip=charts.tips(rows, ("_back",))
        )
        title = "New people; dark: came back"
        bars = base.mark_bar(color=charts.BLUE, opacity=0.4).encode(x=alt.X("people:Q", title=title))
        return charts.fitted(bars + base.mark_bar(color=charts.BLUE, height=12).encode(x="_back:Q"), len(rows))


@study
def acquisition(
    given: Histories,
    *,
    window: Year,
    rungs: Rungs,
    days: Annotated[Days, Within(2, 3650), "within how many days of arriving one is there again"] = 30,
) -> Acquisition:
    """Count who arrived within (since, until], by what brought them, and what became of them.

    buckets, people, levels: lives, and tables as `schema.PEOPLE` and `LEVELS`. names: the level names, level 0 first.
    Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    folk = Folk.of(given.people, window.until)
    came = arrivals(given.buckets, window.since, window.until)
    place = folk.places(came.person)
    here = place >= 0
    person, at, activity, channel, again = (column[here] for column in came)
    level = Placed.of(given.levels, rungs.ladder, window.until, rungs.names).at(
        person, np.full(person.size, window.until)
    )
    span = round(days * DAY)
    due, back = at + span <= window.until, again - at <= span
    names, channels = given.buckets.codes.get("activity", []), given.buckets.codes.get("channel", [])
    rows = [
        {
            "activity": None if code < 0 else names[code],
            "share": int(some.sum()) / person.size,
            "first_at": int(at[some].min()),
            "last_at": int(at[some].max()),
            "channel": mostly([channels[one] for one in channel[some].tolist() if one >= 0]),
            **became(due[some], back[some], level[some] > 0),
        }
        for code in np.unique(activity).tolist()
        for some in [activity == code]
    ]
    rows.sort(key=lambda row: (-row["people"], row["activity"] or ""))
    columns = {
        "activity": pa.array([None if code < 0 else names[code] for code in activity.tolist()], pa.string()),
        "at": at,
    }
    return Acquisition(tables.from_rows(Acquisition.columns, rows), folk.members(place[here], columns))


def mostly(names: list[str]) -> str | None:
    """Return the name that is there most often, the first in the alphabet of several."""
    return min(Counter(names).items(), key=lambda one: (-one[1], one[0]))[0] if names else None


def became(due: Flags, back: Flags, above: Flags) -> Row:
    """Return what became of some people: whose days are over, who of them came back, and who is above level 0."""
    size, over = int(due.size), int(due.sum())
    again, up = int((due & back).sum()), int(above.sum())
    ends = (*wilson(again, over), *wilson(up, size))
    named: Row = dict(
        zip(("back_share_low", "back_share_high", "above_share_low", "above_share_high"), ends, strict=True)
    )
    if not over:
        named |= {"back_share_low": None, "back_share_high": None}
    return {
        "people": size,
        "due": over,
        "back_share": again / over if over else None,
        "above_share": up / size,
        **named,
    }
