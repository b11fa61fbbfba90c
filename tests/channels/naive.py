"""What touched whom, worked out slowly from rows as dicts, straight from what docs/studies/reach-value.md says."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

from tests.meaning import having

Row = dict[str, Any]

CONVERSATION = having("speaks")
RETURNS = having("answers", "returns")
TAILORED = {"Offer A": 0.5, "Offer B": 0.5, "Cart mail": 1.0, "Picks": 1.0}


def touches(rows: list[Row], known: set[str], since: dt.datetime, until: dt.datetime, days: float) -> list[Row]:
    """One row a touch: actor, activity, channel, addressing, responsiveness, sector, ripe, back, purchased."""
    span = dt.timedelta(days=days)
    rows = [row for row in rows if row["actor"] in known and row["at"] <= until]
    lives = defaultdict(list)
    for row in rows:
        lives[row["actor"]].append(row)
    sent = [row for row in rows if row["direction"] == "out" and row["at"] > since]
    audiences = defaultdict(set)
    for row in sent:
        audiences[message(row, lives[row["actor"]])].add(row["actor"])
    found = []
    for row in sent:
        life = lives[row["actor"]]
        hers = [one for one in life if one["direction"] != "out"]
        audience = len(audiences[message(row, life)])
        answers = row["kind"] in RETURNS or answered(row, life) is not None
        responsiveness = 1.0 if answers else TAILORED.get(row["activity"], 0.0)
        dialogue = in_dialogue(row, life, span)
        ripe = row["at"] + span <= until
        found.append(
            {
                "actor": row["actor"],
                "activity": row["activity"] or f"{row['channel']}, no activity",
                "channel": row["channel"],
                "addressing": 1 - math.log(audience) / math.log(len(known)),
                "responsiveness": responsiveness,
                "sector": "interact" if dialogue else "react" if responsiveness else "act",
                "ripe": ripe,
                "back": ripe and any(comes_back(one, row, span) for one in hers),
                "purchased": any(
                    one["kind"] == "purchased" and dt.timedelta(0) < one["at"] - row["at"] <= span for one in hers
                ),
            }
        )
    return found


def message(row: Row, life: list[Row]) -> tuple[Any, ...]:
    """What makes a message the same as another."""
    own = row["kind"] in RETURNS or answered(row, life) is not None
    own = own or (row["kind"] in ("called", "met") and row["object"] is None)
    if own:
        return (row["source"], row["interaction_id"])
    day = row["at"].date() if row["object"] is None else None
    return (row["activity"], row["channel"], row["object"], day)


def replies(one: Row, other: Row) -> bool:
    return one["in_reply_to"] == other["interaction_id"] and one["source"] == other["source"]


def answered(row: Row, life: list[Row]) -> Row | None:
    return next(
        (one for one in life if one["direction"] != "out" and replies(row, one) and one["at"] <= row["at"]), None
    )


def comes_back(one: Row, row: Row, span: dt.timedelta) -> bool:
    if not dt.timedelta(0) < one["at"] - row["at"] <= span or one["kind"] not in having("reacts"):
        return False
    if replies(one, row):
        return True
    thread = row["object"] is not None and (one["object"], one["channel"]) == (row["object"], row["channel"])
    same = row["activity"] is not None and one["activity"] == row["activity"]
    return thread or same


def in_dialogue(row: Row, life: list[Row], span: dt.timedelta) -> bool:
    if row["kind"] in having("answers", "meets"):
        return True
    asked = answered(row, life)
    if asked is not None and asked["kind"] in CONVERSATION:
        return True
    words = [one for one in life if one["direction"] != "out" and one["kind"] in CONVERSATION]
    for one in words:
        soon = one["at"] - row["at"] <= span
        if replies(one, row) and one["at"] > row["at"] and soon:
            return True
        if row["object"] is not None and (one["object"], one["channel"]) == (row["object"], row["channel"]) and soon:
            return True
    return False
