"""How many people does each activity reach, and how personal is its message when it arrives?

The map of the Customer Engagement Model. Reach: people touched, and, where media reached people whom nobody can name,
an estimate. Value, from 0 to 1: the mean of three parts, each shown. Addressing is 1 for a message to one person and 0
for one to everyone (on a logarithmic scale); responsiveness is 1 for a message that answers or was triggered by what
this person did, ½ for one that was tailored to a segment or chosen by a test, 0 for one that is the same for all;
reciprocity is the share of those touched who come back on it within 14 days. Of the touches, those in a two-way thread
with the person are Interact, those tailored by feedback but no dialogue are React, the others Act.

Value is how personal a message is, not what it earns, nor whether anyone was glad of it. Coming back after a message
does not mean coming back because of it. Reach counts those to whom a message was sent: nobody knows who read it. It is
counted, and has no error; reciprocity, and value by it, has 95 % bounds (Wilson), those touched being read as a sample
of those who could be. Reach of media is an estimate between its largest day and the sum of all days; where only
placements are known, reach is unknown and no more is said than that it is at most everyone. Tailoring is as declared.

Source: Enhörning (2009), Customer Engagement Model, for the two measures and the three sectors; the formulas are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.channels import declared, media, picture
from ziggurat.channels.onlooking import Onlooked, Onlooking, read_onlookers
from ziggurat.channels.stream import lazy
from ziggurat.channels.touches import TOUCHES, Reading, Summed, reading, sum_touches
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Paid
from ziggurat.facts.population import known
from ziggurat.people.ids import people_of, person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, MEAN, MINUTES, MONEY, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import Days, Limit, OneOf, Year, study

Row = dict[str, Any]
NAMED = 5  # activities that a note names
PERSON = pa.schema([("person_id", pa.string()), ("name", pa.string())])
ROWS = pa.schema([*PERSON, ("activity", pa.string()), ("touches", pa.int64()), ("came_back", pa.bool_())])


@dataclass(frozen=True)
class ReachValue(Result):
    """One row per activity or channel with touches or exposures, the furthest reaching first.

    activity: its name (with by=channel: the channel's). people: distinct known people reached, counted. onlookers:
    those of them who read in public what was said to others, and were not touched. reach: people, and those that media
    reached on their best day; between reach_low and reach_high; null where only placements are known, and then
    reach_high is everyone known. basis: 'counted', 'estimated' (media are in it) or 'unknown'. touches: messages to
    people, meetings, and what people did with what hears them. minutes: of meetings. impressions: views or placements
    of media, as their source counts them. addressing, responsiveness, reciprocity, value: 0 to 1, with 95 % bounds for
    the latter two; reciprocity and value are null where nobody was touched long enough ago, and then value_low and
    value_high say what value can still be. What media alone reached has addressing and reciprocity 0 (nobody can tell
    who came back). act_share, react_share, interact_share: of touches, 0 to 1, sum 1. onlooker_value: 0 to 1, of what
    onlookers read, with 95 % bounds. cost: money (workspace currency) in the window, null if unknown.
    Members: person_id, name, activity, touches (0 of onlookers), came_back (null where it is too early to say).
    """

    columns: ClassVar = {
        "activity": TEXT,
        "people": COUNT,
        "onlookers": COUNT,
        "reach": MEAN,
        **interval(MEAN, "reach"),
        "basis": TEXT,
        "touches": COUNT,
        "minutes": MINUTES,
        "impressions": MEAN,
        "value": NUMBER,
        **interval(NUMBER, "value"),
        "addressing": NUMBER,
        "responsiveness": NUMBER,
        "reciprocity": NUMBER,
        **interval(NUMBER, "reciprocity"),
        "act_share": SHARE,
        "react_share": SHARE,
        "interact_share": SHARE,
        "onlooker_value": NUMBER,
        **interval(NUMBER, "onlooker_value"),
        "cost": MONEY,
    }
    keys: ClassVar = ("activity",)
    absence: ClassVar = Absence("none is of an activity", "Choose a longer period.", (TOUCHES,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the model's picture: value across, reach up, a dot per activity in the colours of its sectors."""
        return picture.sectors(self.rows(), float(self.asked["everyone"]))


@study
def reach_value(
    given: Paid,
    *,
    window: Year,
    by: Annotated[str, OneOf("activity", "channel"), "what each row is of"] = "activity",
    days: Annotated[Days, "how long after a message they may come back on it"] = 14,
    limit: Limit = 1000,
) -> ReachValue:
    """Place every activity on the map of reach and value, for messages within (since, until].

    people, exposures, costs, kinds, activities: tables as `schema.PEOPLE`, `EXPOSURES`, `COSTS`, `KINDS` and
    `ACTIVITIES`. by: activity or channel. days: within which people come back. limit: most rows to return.
    Nothing after `until` is looked at. ladder and names do not matter here.
    Raises: QuestionError if `since` is not before `until`, days is below 0 or limit below 1.
    """
    start, end = window.since, window.until
    touches = reading(given.contacts, window, by=by, days=days)
    found, beside = sum_touches(touches), read_onlookers(touches)
    seen = media.sum_exposures(given.exposures, since=start, until=end, by=by)
    money = media.sum_costs(given.costs, given.exposures, found.spread, given.buckets, since=start, until=end, by=by)
    rows = place_activities(found, seen, given.activities if by == "activity" else None, beside)
    for row in rows:
        row["cost"] = money.get(row["activity"], media.NOTHING).money
    rows.sort(key=lambda row: (-(row["reach"] or 0), row["activity"]))
    asked = {"everyone": str(found.everyone)}
    notes = inferring(touches.inferred)
    folk = members(touches, beside, given.people)
    return ReachValue(tables.from_rows(ReachValue.columns, rows[:limit]), folk, asked, notes=notes)


def inferring(names: Sequence[str]) -> tuple[str, ...]:
    """Say of which activities the tailoring is inferred."""
    if not names:
        return ()
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return (
        f"Nothing is declared of {shown}. Different people got different things from them at one time, so they are "
        "taken as tailored to segments: `[activities]` in ziggurat.toml can say otherwise.",
    )


def place_activities(
    found: Summed, seen: Mapping[str, media.Exposed], activities: Frame | None, beside: Onlooked
) -> list[Row]:
    """Return one row per activity or channel, without its cost."""
    people = found.people()
    names = ("touches", "addressing", "responsiveness", "react", "interact", "minutes", "ripe", "back")
    sums = {name: found.sums(name) for name in names}
    looking = {found.units[place]: one for place, one in beside.by_unit.items()}
    touches = {unit: {name: float(column[place]) for name, column in sums.items()} | {"people": int(people[place])}
               for place, unit in enumerate(found.units) if people[place]}  # fmt: skip
    units = list(dict.fromkeys([*touches, *looking, *seen]))
    told = np.zeros(len(units)) if activities is None else declared.responsiveness(activities, units)
    nobody = dict.fromkeys((*sums, "people"), 0)
    return [
        row_of(name, touches.get(name, nobody), seen.get(name), float(told[place]), looking.get(name), found.everyone)
        for place, name in enumerate(units)
    ]


def row_of(
    name: str,
    sums: Mapping[str, float],
    seen: media.Exposed | None,
    told: float,
    beside: Onlooking | None,
    everyone: int,
) -> Row:
    """Return one row. sums: of its touches. seen: what media reached. told: responsiveness as declared. beside: those
    who looked on."""
    onlookers = beside.people if beside else 0
    touches, exposed = sums["touches"], (seen.reach or 0.0) if seen else 0.0
    messages = touches + exposed
    weight = touches / messages if messages else 0.0
    addressing = sums["addressing"] / messages if messages else 0.0
    responsiveness = (sums["responsiveness"] + told * exposed) / messages if messages else told
    react = (sums["react"] / messages if messages else 0.0) + (told > 0) * (1 - weight)
    interact = sums["interact"] / messages if messages else 0.0
    came = came_back(sums, weight)
    parts = [(addressing + responsiveness + part) / 3 for part in ((came[0] or 0.0), *came[1:])]
    return {
        "activity": name,
        **reach(int(sums["people"]), onlookers, seen, everyone),
        "touches": int(touches),
        "minutes": sums["minutes"],
        "impressions": seen.impressions if seen else None,
        "value": None if came[0] is None and touches else parts[0],
        **dict(zip(("value_low", "value_high"), parts[1:], strict=True)),
        "addressing": addressing,
        "responsiveness": responsiveness,
        **dict(
            zip(("reciprocity", "reciprocity_low", "reciprocity_high"), came if touches else (None,) * 3, strict=True)
        ),
        "act_share": max(0.0, 1 - react - interact),
        "react_share": react,
        "interact_share": interact,
        "onlooker_value": beside.value if beside else None,
        "onlooker_value_low": beside.low if beside else None,
        "onlooker_value_high": beside.high if beside else None,
    }


def came_back(sums: Mapping[str, float], weight: float) -> tuple[float | None, float, float]:
    """Return the share who came back and its bounds, those whom media reached taken as not coming back.

    weight: share of messages that are touches. Without anyone touched long enough ago: nothing known, 0 to `weight`.
    """
    share = sums["back"] / sums["ripe"] if sums["ripe"] else None
    low, high = wilson(sums["back"], sums["ripe"])
    return None if share is None else weight * share, weight * low, weight * high


def reach(touched: int, onlookers: int, seen: media.Exposed | None, everyone: int) -> Row:
    """Return how many were reached, between which bounds, and how that is known."""
    counted = touched + onlookers
    row: Row = dict.fromkeys(("people", "reach", "reach_low", "reach_high"), counted) | {"onlookers": onlookers}
    if seen is None or (counted and seen.reach is None):
        return row | {"basis": "counted"}
    if seen.reach is None or seen.total is None:
        return row | {"reach": None, "reach_low": None, "reach_high": everyone, "basis": "unknown"}
    return row | {
        "reach": counted + seen.reach,
        "reach_low": max(counted, seen.reach),  # those touched may all be among those whom media reached
        "reach_high": counted + seen.total,
        "basis": "estimated",
    }


def members(touches: Reading, beside: Onlooked, people: Frame) -> nw.LazyFrame[Any]:
    """Return the people behind each activity or channel, folded anew each time that they are read."""
    units = pa.array(list(touches.units), pa.string())

    def batches() -> Iterator[pa.RecordBatch]:
        folk = folk_of(people)
        known = people_of(folk["person_id"].combine_chunks())
        order = np.argsort(known)

        def batch(person: Any, unit: Any, count: Any, ripe: Any, back: Any) -> pa.RecordBatch:
            who = order[np.searchsorted(known, person, sorter=order)]
            name = folk["name"].combine_chunks().take(pa.array(who))
            came = pa.array(back, pa.bool_(), mask=~ripe)
            return pa.record_batch([person_ids(person), name, units.take(pa.array(unit)), count, came], schema=ROWS)

        for pairs, _ in touches.fold():
            person, unit = (pairs[name].combine_chunks().to_numpy() for name in ("person", "unit"))
            ripe, back = (pairs[name].to_numpy() > 0 for name in ("ripe", "back"))
            yield batch(person, unit, pairs["touches"].combine_chunks().cast(pa.int64()), ripe, back)
        none = pa.array(np.zeros(beside.person.size, np.int64))
        yield batch(beside.person, beside.unit, none, beside.ripe, beside.back)

    return lazy(ROWS, batches)


def name_people(table: pa.Table, people: Frame) -> nw.LazyFrame[Any]:
    """Return a table of people, with their names, as a lazy frame."""
    frame = tables.frame(table.join(folk_of(people), "person_id", use_threads=False)).sort("person_id", "activity")
    return frame.select("person_id", "name", *(name for name in table.column_names if name != "person_id"))


def folk_of(people: Frame) -> pa.Table:
    """Return person_id and name of those who sit on a ladder."""
    return tables.collect(known(people), "person_id", "name").cast(PERSON)  # polars and pandas have long texts
