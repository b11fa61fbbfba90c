"""How near does the mix come to reaching everyone with a dialogue of their own, and what does each activity add?

All activities together: people reached by any of them count once (reach_share, of everyone known), and value is
averaged over people, so that those who get most mail don't count most. The corner is where everyone is reached at value
1; the distance to it is 0 there, and 1 where nobody is reached at value 0. `nearer` is how much further away the mix
would be without the activity: below 0, leaving it out would bring the mix nearer. `only` counts those whom nothing else
reached; `shapley` shares everyone reached fairly among the activities that reached them, and sums to the reach.

Leaving an activity out means leaving out its messages and nothing else: it does not say what people would have done
without it, nor what its money would have done elsewhere. Media without people's data are not in the mix: nobody knows
whom of the others they reached. Reach is counted, and has no error; the bounds of value and distance are those of the
share who come back (95 %, Wilson). `nearer` compares the same people with and without it, and describes this window.

Sources: Enhörning (2009) for the corner; Shapley (1953) for the share.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.channels.reach_value import name_people
from ziggurat.channels.touches import TOUCHES, Floats, Touched, read_touches, reading
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Contacts
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, MEAN, NUMBER, SHARE, TEXT, interval
from ziggurat.stats import coverage
from ziggurat.stats.intervals import wilson
from ziggurat.study import Days, OneOf, Year, study

Row = dict[str, Any]


@dataclass(frozen=True)
class Mix(Result):
    """A first row for all activities together (activity null), then one per activity or channel, most shapley first.

    people: distinct people reached. reach_share: of everyone known, 0 to 1. value: mean over people of the mean value
    of their messages, 0 to 1, with bounds; null where nobody was reached long enough ago to have come back. distance,
    with bounds: to the corner, of all together. nearer: what the mix would lose, in distance. only: people whom no
    other reached. shapley, shapley_share: people, and share of the reach. Members: person_id, name, activity.
    """

    columns: ClassVar = {
        "activity": TEXT,
        "people": COUNT,
        "reach_share": SHARE,
        "value": NUMBER,
        **interval(NUMBER, "value"),
        "distance": NUMBER,
        **interval(NUMBER, "distance"),
        "nearer": NUMBER,
        "only": COUNT,
        "shapley": MEAN,
        "shapley_share": SHARE,
    }
    keys: ClassVar = ("activity",)
    absence: ClassVar = Absence("none is of an activity", "Choose a longer period.", (TOUCHES,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw each activity's share of the reach, and of it those whom nothing else reached."""
        rows = [row for row in self.rows() if row["activity"] is not None][:25]
        parts = [
            {"activity": row["activity"], "part": part, "people": size, "share": row["shapley_share"]}
            for row in rows
            for part, size in (("by it alone", row["only"]), ("its share of the rest", row["shapley"] - row["only"]))
        ]
        scale = alt.Scale(domain=["by it alone", "its share of the rest"], range=[charts.GREEN, charts.BLUE])
        drawn = (
            alt.Chart(charts.data(parts))
            .mark_bar(height=alt.RelativeBandSize(0.66))
            .encode(
                y=alt.Y("activity:N", sort=None, title=None, axis=charts.BARE),
                x=alt.X("people:Q", title="People reached, shared fairly", axis=alt.Axis(tickCount=4)),
                color=alt.Color("part:N", title=None, scale=scale, legend=alt.Legend(orient="bottom")),
                tooltip=charts.tips(parts),
            )
        )
        return charts.fitted(drawn, max(1, len(rows)) * 0.8)


@study
def mix(
    given: Contacts,
    *,
    window: Year,
    by: Annotated[str, OneOf("activity", "channel"), "what each row is of"] = "activity",
    days: Annotated[Days, "how long after a message they may come back on it"] = 14,
) -> Mix:
    """Measure all activities together, for messages within (since, until], and each one's part in it.

    people, kinds, activities: tables as `schema.PEOPLE`, `KINDS` and `ACTIVITIES`. by: activity or channel. days:
    within which people come back. Nothing after `until` is looked at. ladder and names do not matter here.
    Raises: QuestionError if `since` is not before `until`, or days is below 0.
    """
    found = read_touches(reading(given, window, by=by, days=days))
    covers, weights, _ = coverage.patterns(found.column("person"), found.column("unit"), len(found.units))
    fair = coverage.shapley(covers, weights)
    single = covers.sum(axis=1) == 1
    only = weights[single] @ covers[single].astype(np.int64)
    whole, parts = tallies(found)
    together = measure_mix(whole, found.everyone)
    rows: list[Row] = [{"activity": None, **together, "shapley": float(together["people"]), "shapley_share": 1.0}]
    for place, (alone, without) in parts.items():
        own, left = measure_mix(alone, found.everyone), measure_mix(without, found.everyone)["distance"]
        share = float(fair[place])
        rows.append(
            {"activity": found.units[place]}
            | {name: own[name] for name in ("people", "reach_share", "value", "value_low", "value_high")}
            | {"nearer": distance_gain(left, together["distance"]), "only": int(only[place])}
            | {"shapley": share, "shapley_share": share / together["people"]}
        )
    rows[1:] = sorted(rows[1:], key=lambda row: (-row["shapley"], row["activity"]))
    asked = {"everyone": str(found.everyone)}
    listed = rows if together["people"] else []
    return Mix(tables.from_rows(Mix.columns, listed), name_people(members(found), given.people), asked)


@dataclass(frozen=True)
class Tally:
    """Sums over some people. worth: of each one's mean addressing and responsiveness. ripe: touched long enough ago to
    have come back; back: of those, who did.
    """

    people: int
    worth: float
    ripe: int
    back: int

    @classmethod
    def of(cls, sums: Floats) -> Tally:
        """Tally people, a column each: rows are touches, addressing and responsiveness, ripe and back."""
        touches, worth, ripe, back = sums[:, sums[0] > 0]
        return cls(touches.size, float((worth / touches).sum()), int((ripe > 0).sum()), int((back > 0).sum()))

    def changed(self, before: Tally, after: Tally) -> Tally:
        """Return the tally once some of its people are tallied otherwise than before."""
        names = ("people", "worth", "ripe", "back")
        return Tally(*(getattr(self, name) - getattr(before, name) + getattr(after, name) for name in names))


def tallies(found: Touched) -> tuple[Tally, dict[int, tuple[Tally, Tally]]]:
    """Return the tally of all together, and for each activity that of it alone and that of all others."""
    people, person = np.unique(found.column("person"), return_inverse=True)
    worth = found.column("addressing") + found.column("responsiveness")
    each = np.stack([found.column("touches"), worth, found.column("ripe"), found.column("back")])
    all_of = np.stack([np.bincount(person, row, people.size) for row in each]).astype(np.float64)
    whole = Tally.of(all_of)
    order = np.argsort(found.column("unit"), kind="stable")
    ends = np.cumsum(found.people())
    parts = {}
    for place, rows in enumerate(np.split(order, ends[:-1])):
        if not rows.size:
            continue
        hers = all_of[:, person[rows]]
        without = whole.changed(Tally.of(hers), Tally.of(hers - each[:, rows]))
        parts[place] = (Tally.of(each[:, rows]), without)
    return whole, parts


def measure_mix(tally: Tally, everyone: int) -> Row:
    """Return people, reach_share, value and distance with their bounds."""
    if not tally.people:
        return {"people": 0, "reach_share": 0.0, "value": 0.0, "distance": distance(0.0, 0.0)}
    personal = tally.worth / tally.people
    low, high = ((personal + bound) / 3 for bound in wilson(tally.back, tally.ripe))
    value = (personal + tally.back / tally.ripe) / 3 if tally.ripe else None
    share = tally.people / everyone
    return {
        "people": tally.people,
        "reach_share": share,
        **{"value": value, "value_low": low, "value_high": high},
        "distance": None if value is None else distance(share, value),
        **{"distance_low": distance(share, high), "distance_high": distance(share, low)},
    }


def distance_gain(without: float | None, distance: float | None) -> float | None:
    """Return by how much a distance is less than without; None where it is too early to tell either."""
    return None if without is None or distance is None else without - distance


def distance(share: float, value: float) -> float:
    """Return how far a place is from everyone at value 1, as a share of the way from nobody at value 0.

    >>> distance(1, 1), distance(0, 0)
    (0.0, 1.0)
    """
    return math.hypot(1 - share, 1 - value) / math.sqrt(2)


def members(found: Touched) -> pa.Table:
    """Return person_id and activity of everyone reached; once more with no activity for all together."""
    each = pa.array(list(found.units), pa.string()).take(found.pairs["unit"].combine_chunks())
    people = np.unique(found.column("person"))
    nameless = pa.nulls(people.size, pa.string())
    return pa.table(
        {
            "person_id": pa.concat_arrays([person_ids(found.column("person")), person_ids(people)]),
            "activity": pa.concat_arrays([each, nameless]),
        }
    )
