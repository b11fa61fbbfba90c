"""A seeded log of messages and of what people did, with all that the studies of it need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from tests.levels.tables import LADDER, NAMES, day
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.channels.declared import Activity
from ziggurat.people.staff import Agents, Staff
from ziggurat.settings.declared import Declared
from ziggurat.workspace import library

START = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
AT = day("07-01") - 1
STAFF = "email:sam@ours.org"
AGENT = "bot:busy"  # which is in no log but that of `test_promises`
ACTIVITIES = {
    "Offer*": Activity("segment"),
    "Cart mail": Activity(triggered=True),
    "Picks": Activity("person"),
    "Poll": Activity(hears=True),
}
TARGETS = {"forum": 24.0, "*": 48.0}
SENT = [
    ("Newsletter", "email", "emailed"),
    ("Offer A", "email", "emailed"),
    ("Offer B", "post", "messaged"),
    ("Cart mail", "email", "emailed"),
    ("Picks", "push", "messaged"),
    (None, "forum", "responded"),
    (None, "phone", "called"),
    ("Trial", "email", "emailed"),
    ("Trial", "email", "assigned"),
]
HEARD = [("Poll", "web", "clicked"), ("Newsletter", "web", "searched"), ("Quiz", "survey 1", "visited")]
MET = ("attended", "spoke")
DONE = ("opened", "visited", "liked", "posted", "replied", "purchased", "redeemed", "unsubscribed")
RULES = {
    1: {"kinds": ["opened", "visited"], "at_least": 1, "within_days": 30},
    2: {"kinds": ["liked", "shared"], "at_least": 1, "within_days": 90},
    3: {"kinds": ["posted", "replied"], "on_days": 2, "within_days": 90},
    4: {"kinds": ["purchased"], "worth": 60, "within_days": 120},
}
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def ladder() -> Any:
    levels = [{"name": NAMES[number], "rules": [rule]} for number, rule in RULES.items()]
    return library.ladder({"name": LADDER, "levels": levels})


def log(seed: int = 3, people: int = 40, size: int = 2400) -> pa.Table:
    """Interactions over 11 months from September 2025, of people, of one of the staff, and of a few cookies."""
    draw = np.random.default_rng(seed)
    actors = [*(f"user:{number}" for number in range(people)), STAFF, "anon:1", "anon:2"]
    rows: list[dict[str, Any]] = []
    hers: dict[str, list[dict[str, Any]]] = {actor: [] for actor in actors}
    for number, hour in enumerate(np.sort(draw.integers(0, 24 * 330 // 6, size))):
        actor = (
            actors[min(draw.geometric(0.07), len(actors)) - 1] if draw.random() > 0.1 else actors[-draw.integers(1, 4)]
        )
        at = START + dt.timedelta(hours=6 * int(hour))  # many at one instant
        row = sent(draw, at, hers[actor]) if draw.random() < 0.5 else done(draw, hers[actor])
        row |= {"interaction_id": f"i{number}", "source": str(draw.choice(["a", "b"])), "at": at, "actor": actor}
        rows.append({"received_at": at, **row})
        hers[actor].append(rows[-1])
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def sent(draw: np.random.Generator, at: dt.datetime, before: list[dict[str, Any]]) -> dict[str, Any]:
    """One message, of which many have the same issue or day; some answer."""
    activity, channel, kind = SENT[draw.integers(len(SENT))]
    row = {"activity": activity, "channel": channel, "kind": kind, "direction": "out"}
    if activity == "Newsletter":
        row["object"] = f"issue {at:%Y-%m}"
    if before and draw.random() < 0.15:
        row["in_reply_to"] = before[draw.integers(len(before))]["interaction_id"]
    if kind == "responded" and draw.random() < 0.5:
        row["object"] = f"thread {draw.integers(20)}"
    if kind == "assigned":
        row["object"] = str(draw.choice(["control", "new"]))
    if activity in ("Cart mail", "Trial") and kind == "emailed":
        row["text"] = [None, "Still interested?", "Come back"][draw.integers(3)]
    return row


def done(draw: np.random.Generator, before: list[dict[str, Any]]) -> dict[str, Any]:
    """Something that a person did, often on a message."""
    if draw.random() < 0.15:
        return met_or_heard(draw)
    kind = str(draw.choice(DONE))
    row: dict[str, Any] = {"kind": kind, "channel": str(draw.choice(["web", "forum", "email"])), "direction": "in"}
    row["amount"] = float(draw.integers(5, 50)) if kind == "purchased" else None
    way = draw.random()
    if before and way < 0.3:
        row["in_reply_to"] = before[-draw.integers(1, min(5, len(before) + 1))]["interaction_id"]
    elif way < 0.5:
        row["activity"] = SENT[draw.integers(5)][0]
    elif way < 0.7:
        row |= {"channel": "forum", "object": f"thread {draw.integers(20)}"}
    return row


def met_or_heard(draw: np.random.Generator) -> dict[str, Any]:
    """A meeting, or something done with an activity that hears people."""
    if draw.random() < 0.5:
        activity, channel, kind = HEARD[draw.integers(len(HEARD))]
        text = [None, "shoes", "hats"][draw.integers(3)]
        return {"kind": kind, "channel": channel, "direction": "in", "activity": activity, "text": text}
    row = {"kind": str(draw.choice(MET)), "channel": "event", "direction": str(draw.choice(["in", "in", "among"]))}
    row |= {"activity": [None, "Meetup"][draw.integers(2)], "object": [None, "spring", "autumn"][draw.integers(3)]}
    return row | {"minutes": [None, 30.0, 90.0][draw.integers(3)]}


def exposures() -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"activity": "Radio", "channel": "radio", "day": dt.date(2026, 5, day), "reach": 400.0 + day, "cost": 50.0}
            for day in (4, 11)
        ]
        + [{"activity": "Newsletter", "channel": "print", "day": dt.date(2026, 6, 1), "reach": 90.0, "cost": None}]
        + [{"activity": "Window", "channel": "street", "day": dt.date(2026, 6, 2), "impressions": 12.0}]
        + [{"activity": "Radio", "channel": "radio", "day": dt.date(2026, 9, 1), "reach": 9000.0, "cost": 900.0}],
        schema=schema.EXPOSURES,
    )


def costs() -> pa.Table:
    rows = [("Newsletter", (2026, 5, 1), 100.0, 60.0), ("Offer A", (2026, 5, 2), 30.0, None)]
    rows += [
        ("Offer B", (2026, 6, 2), None, 90.0),
        ("Picks", (2026, 6, 9), 20.0, 5.0),
        ("Picks", (2026, 9, 9), 1e6, 5.0),
    ]
    return pa.Table.from_pylist(
        [
            {"activity": activity, "day": dt.date(*day), "money": money, "staff_minutes": minutes}
            for activity, day, money, minutes in rows
        ],
        schema=schema.COSTS,
    )


def tables(
    interactions: pa.Table | None = None,
    *,
    activities: Mapping[str, Activity] | None = None,
    bought: tuple[pa.Table, pa.Table] | None = None,
) -> dict[str, Any]:
    """Every table that a study of lives may need: Arrow tables, and `buckets`; standings are those at `AT`."""
    seen, money = bought or (exposures(), costs())
    told = ACTIVITIES if activities is None else activities
    crowd = Crowd(
        log() if interactions is None else interactions,
        staff=Staff(identities=(STAFF,)),
        agents=Agents(identities=(AGENT,)),
    )
    ALIVE.append(crowd)
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(ladder()),
        "standings": crowd.standings(ladder(), at=AT),
        "exposures": seen,
        "costs": money,
        "kinds": kinds.load().table(),
        **Declared(told, TARGETS, {"*": "en"}, {"hour": 12.0, "referred": 25.0}).tables(),
    }
