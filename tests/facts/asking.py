"""Small worlds in which people ask and are answered, and who was answered, worked out slowly."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pyarrow as pa

from tests.meaning import having
from ziggurat.base import schema

Row = dict[str, Any]
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STAFF = "email:sam@ours.org"
OTHERS = ("user:ana", "user:bea", "user:cia", "anon:1")
ASKED = ("asked", "complained", "contacted", "posted", "mentioned", "liked")
GIVEN = ("replied", "answered", "posted", "responded", "resolved", "called", "emailed", "liked", "assigned")
SPOKEN = having("speaks") - having("asks")
BARE = having("answers") | (having("meets") & having("speaks"))
GOES_ON = having("speaks") - having("begins")
TEXTS = (None, "it works", "does it work?", "How? Like this.", "«wie?» ", "何？")


def world(seed: int, size: int = 60) -> pa.Table:
    """Interactions at few instants, on two channels, in two threads, from two sources with the same ids in both."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        out = draw.random() < 0.3
        actor = str(draw.choice(OTHERS if out else (*OTHERS, STAFF)))
        rows.append(
            {
                "interaction_id": f"i{number // 2}",
                "source": "ab"[number % 2],
                "at": START + dt.timedelta(hours=12 * int(draw.integers(60))),
                "actor": actor,
                "direction": "out" if out else str(draw.choice(["in", "among"])),
                "kind": str(draw.choice(GIVEN if out or draw.random() < 0.5 else ASKED)),
                "channel": str(draw.choice(["forum", "phone"])),
                "counterpart": [None, STAFF, "user:bea", "user:unknown"][draw.integers(4)],
                "object": [None, None, "t 1", "t 2"][draw.integers(4)],
                "in_reply_to": f"i{draw.integers(size // 2)}" if draw.random() < 0.3 else None,
                "text": TEXTS[draw.integers(len(TEXTS))],
            }
        )
    return pa.Table.from_pylist([{"received_at": row["at"], **row} for row in rows], schema=schema.INTERACTIONS)


def calls(row: Row) -> bool:
    asks = row["kind"] in having("asks")
    maybe = row["kind"] in having("may_ask") and re.search(r"[?？؟][\"'”’»)\]\s]*$", row["text"] or "") is not None
    return (asks or maybe) and row["direction"] != "out" and row["actor"] != STAFF


def way(question: Row, row: Row, days: float) -> str | None:
    """How a row answers a question, if it does."""
    sent = row["direction"] == "out" and row["actor"] != STAFF
    if row["at"] < question["at"] or (not sent and row["actor"] == question["actor"]):
        return None
    if row["source"] == question["source"] and row["in_reply_to"] == question["interaction_id"]:
        return "reply" if (row["kind"] in having("sent") if sent else row["kind"] in SPOKEN) else None
    if row["at"] == question["at"] or row["channel"] != question["channel"]:
        return None
    to_all = having("answers") | (GOES_ON - having("private") if row["actor"] == STAFF else set())
    to_her = GOES_ON
    same = row["object"] is not None and row["object"] == question["object"]
    if same and (row["kind"] in to_her and row["actor"] == question["actor"] if sent else row["kind"] in to_all):
        return "thread"
    bare = row["object"] is None and row["in_reply_to"] is None and row["kind"] in BARE
    soon = row["at"] - question["at"] <= dt.timedelta(days=days)
    return "channel" if sent and bare and soon and row["actor"] == question["actor"] else None


def slowly(rows: list[Row], since: dt.datetime, until: dt.datetime, days: float) -> dict[tuple[str, str], Row]:
    """(source, id) of each question → what is told of its answer; `among` are the rows that came first alike."""
    rows = [row for row in rows if since < row["at"] <= until]
    found = {}
    for question in filter(calls, rows):
        ways = [(row, way(question, row, days)) for row in rows]
        given = [(row, how) for row, how in ways if how]
        ours = [row["at"] for row, _ in given if row["direction"] == "out" or row["actor"] == STAFF]
        first = min((row["at"] for row, _ in given), default=None)
        found[question["source"], question["interaction_id"]] = {
            "actor": question["actor"],
            "at": question["at"],
            "answered_at": first,
            "staff_at": min(ours, default=None),
            "among": [(row, how) for row, how in given if row["at"] == first],
        }
    return found
