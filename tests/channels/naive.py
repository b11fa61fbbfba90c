"""What touched whom, worked out slowly from rows as dicts, from docs/facts.md and docs/studies/reach-value.md."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

from tests.meaning import having

Row = dict[str, Any]

SPEAKS, RETURNS, LOOKS = having("speaks"), having("answers", "returns"), having("looks")
TAILORED = {"Offer A": 0.5, "Offer B": 0.5, "Cart mail": 1.0, "Picks": 1.0}
HEARING = {"Poll"}  # of activities that are declared to hear people
NOW = dt.timedelta(0)


def touches(rows: list[Row], known: set[str], since: dt.datetime, until: dt.datetime, days: float) -> list[Row]:
    """One row a touch: actor, activity, channel, addressing, responsiveness, sector, minutes, ripe, back, purchased."""
    span = dt.timedelta(days=days)
    rows = [row for row in rows if row["actor"] in known and row["at"] <= until]
    lives = defaultdict(list)
    for row in rows:
        lives[row["actor"]].append(row)
    got = [(row, way_of(row)) for row in rows if way_of(row) and row["at"] > since]
    audiences = defaultdict(set)
    for row, way in got:
        audiences[message(row, way, lives[row["actor"]])].add(row["actor"])
    guessed = inferred([(row, message(row, way, lives[row["actor"]])) for row, way in got if way == "sent"])
    found = []
    for row, way in got:
        life = lives[row["actor"]]
        hers = [one for one in life if one["direction"] != "out"]
        audience = len(audiences[message(row, way, life)])
        answers = way == "met" or (way == "sent" and (row["kind"] in RETURNS or answered(row, life) is not None))
        declared = TAILORED.get(row["activity"], 0.5 * (row["activity"] in guessed))
        responsiveness = 1.0 if answers else max(declared, 0.5 * (way == "heard"))
        dialogue = way == "met" or (way == "sent" and in_dialogue(row, life, span))
        ripe = row["at"] + span <= until
        found.append(
            {
                "actor": row["actor"],
                "activity": row["activity"] or f"{row['channel']}, no activity",
                "channel": row["channel"],
                "addressing": 1 - math.log(audience) / math.log(len(known)),
                "responsiveness": responsiveness,
                "sector": "interact" if dialogue else "react" if responsiveness else "act",
                "minutes": (row["minutes"] or 0) if way == "met" else 0,
                "ripe": ripe,
                "back": ripe and any(comes_back(one, row, span) for one in hers),
                "purchased": any(one["kind"] == "purchased" and NOW < one["at"] - row["at"] <= span for one in hers),
            }
        )
    return found


def inferred(sent: list[tuple[Row, tuple[Any, ...]]]) -> set[str]:
    """Activities of which nothing is declared, that sent different people different things."""
    found = set()
    for activity in {row["activity"] for row, _ in sent} - set(TAILORED) - {None}:
        told = [(row, key) for row, key in sent if row["activity"] == activity and key[0] == "sent" and key[-1]]
        got, when = defaultdict(set), defaultdict(list)
        for row, key in told:
            got[key].add(row["actor"])
            when[key].append(row["at"])
        spans = {key: (min(when[key]), max(when[key])) for key in got if len(got[key]) >= 2}
        beside = [
            key
            for key, (first, last) in spans.items()
            if any(other != key and first <= spans[other][1] and spans[other][0] <= last for other in spans)
        ]
        pairs = sum(len(got[key]) for key in spans)
        people = len({row["actor"] for row, _ in told})
        if beside and 2 * sum(len(got[key]) for key in beside) >= pairs and pairs <= 1.1 * people:
            found.add(activity)
    return found


def way_of(row: Row) -> str | None:
    """What sort of a touch a row is."""
    if row["kind"] in having("meets") and row["direction"] != "among":
        return "met"
    if row["direction"] == "out" and row["kind"] in having("sent"):
        return "sent"
    heard = row["activity"] in HEARING or row["kind"] in having("hears") or row["channel"].startswith("survey")
    return "heard" if row["direction"] == "in" and row["activity"] and heard else None


def message(row: Row, way: str, life: list[Row]) -> tuple[Any, ...]:
    """What makes a message the same as another."""
    own = way == "sent" and (row["kind"] in RETURNS or answered(row, life) is not None)
    if own or (way == "met" and row["kind"] in having("private") and row["object"] is None):
        return (row["source"], row["interaction_id"])
    unit = ("activity", row["activity"]) if row["activity"] else ("channel", row["channel"])
    text = row["text"] if way == "sent" or row["kind"] in LOOKS else None
    return (way, *unit, row["object"] or variant(row, life) or text)


def variant(row: Row, life: list[Row]) -> str | None:
    """The variant of its activity to which a person was first assigned by then."""
    given = [one for one in life if one["kind"] in having("assigns") and one["activity"] == row["activity"] is not None]
    first = min(given, key=lambda one: (one["at"], one["interaction_id"], one["source"]), default=None)
    return first["object"] if first and first["at"] <= row["at"] else None


def replies(one: Row, other: Row) -> bool:
    return one["in_reply_to"] == other["interaction_id"] and one["source"] == other["source"]


def answered(row: Row, life: list[Row]) -> Row | None:
    return next(
        (one for one in life if one["direction"] != "out" and replies(row, one) and one["at"] <= row["at"]), None
    )


def comes_back(one: Row, row: Row, span: dt.timedelta) -> bool:
    if not NOW < one["at"] - row["at"] <= span or one["kind"] not in having("reacts"):
        return False
    thread = row["object"] is not None and (one["object"], one["channel"]) == (row["object"], row["channel"])
    same = row["activity"] is not None and one["activity"] == row["activity"]
    return replies(one, row) or thread or same


def in_dialogue(row: Row, life: list[Row], span: dt.timedelta) -> bool:
    if row["kind"] in having("answers"):
        return True
    asked = answered(row, life)
    if asked is not None and asked["kind"] in SPEAKS:
        return True
    words = [one for one in life if one["direction"] != "out" and one["kind"] in SPEAKS]
    for one in words:
        if one["at"] - row["at"] > span:
            continue
        if replies(one, row) and one["at"] > row["at"]:
            return True
        if row["object"] is not None and (one["object"], one["channel"]) == (row["object"], row["channel"]):
            return True
    return False


def onlookers(
    rows: list[Row], known: set[str], staff: set[str], since: dt.datetime, until: dt.datetime
) -> dict[str, set[str]]:
    """Who looked on, by activity or channel."""
    public = SPEAKS - having("private")
    inside = [row for row in rows if since < row["at"] <= until]
    said = [
        row
        for row in inside
        if row["kind"] in public and row["object"] and (row["direction"] == "out" or row["actor"] in staff)
    ]
    found = defaultdict(set)
    for who in known:
        life = [row for row in rows if row["actor"] == who and row["at"] <= until]
        touched = {unit_of(row) for row in life if way_of(row) and row["at"] > since}
        for one in said:
            there = [row for row in life if (row["channel"], row["object"]) == (one["channel"], one["object"])]
            sent = any(row["direction"] == "out" for row in there)
            hers = [row for row in there if row["direction"] != "out"]
            for look in (row for row in hers if row["kind"] in LOOKS and row["at"] > one["at"]):
                spoke = any(row["kind"] in SPEAKS and row["at"] <= look["at"] for row in hers)
                if not sent and not spoke and unit_of(one) not in touched:
                    found[unit_of(one)].add(who)
    return found


def unit_of(row: Row) -> str:
    return row["activity"] or f"{row['channel']}, no activity"
