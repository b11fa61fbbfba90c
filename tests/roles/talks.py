"""Conversations for tests, and the obvious way of reading who turned to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tests.channels import lives
from tests.meaning import having
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.people.staff import Staff

ON = {"ladder": "any", "names": ("Known",)}
TALK = having("speaks")
TURNS = TALK | having("turns")
STAFF = lives.STAFF


def tables(interactions: pa.Table, **more: Any) -> dict[str, Any]:
    """What a study of a conversation needs, and the crowd that it is of."""
    crowd = Crowd(interactions, staff=Staff(identities=(STAFF,)), **more)
    return {
        "crowd": crowd,  # whose folder goes with it
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "kinds": kinds.load().table(),
    }


def ask(study: Any, given: dict[str, Any], **options: Any) -> Any:
    """Ask a study of the conversation."""
    return study(given["buckets"], given["people"], given["kinds"], **ON, **options)


def ids(given: dict[str, Any]) -> dict[str, str]:
    """Identity → id, of those who are neither staff nor anonymous."""
    rows = given["people"].to_pylist()
    return {
        one: row["person_id"] for row in rows if not row["staff"] and not row["anonymous"] for one in row["identities"]
    }


def turned(
    log: pa.Table, known: dict[str, str], since: int, until: int, wanted: set[str]
) -> list[tuple[str, str, int]]:
    """(who, to whom, when in µs), read row by row."""
    rows = log.to_pylist()
    at = {(row["source"], row["interaction_id"]): int(row["at"].timestamp() * 1e6) for row in rows}
    author = {(row["source"], row["interaction_id"]): row["actor"] for row in rows if row["direction"] != "out"}
    found = []
    for row in rows:
        when, source = at[row["source"], row["interaction_id"]], row["source"]
        if not since < when <= until or row["direction"] == "out" or row["kind"] not in wanted:
            continue
        to = row["counterpart"]
        if to is None and at.get((source, row["in_reply_to"]), until + 1) <= when:
            to = author.get((source, row["in_reply_to"]))
        one, other = known.get(row["actor"]), known.get(to or "")
        if one and other and one != other:
            found.append((one, other, when))
    return found


def counted(acts: Sequence[tuple[str, str, int]]) -> Counter[tuple[str, str]]:
    """How often who turned to whom."""
    return Counter((one, other) for one, other, _ in acts)


def chatter(seed: int = 1, people: int = 14, size: int = 500) -> pa.Table:
    """Talk of all kinds: by counterpart or in reply, to people, staff, visitors, oneself, the unknown, the future."""
    draw, rows = np.random.default_rng(seed), []
    everyone = [*(f"user:{number}" for number in range(people)), STAFF, "anon:1"]
    for number in range(size):
        row: dict[str, Any] = {"actor": everyone[draw.integers(len(everyone))], "interaction_id": f"i{number // 2}"}
        row |= {"source": "ab"[number % 2], "channel": str(draw.choice(["forum", "chat"]))}
        row["at"] = lives.START + int(draw.integers(0, 300 * 24)) * HOUR
        row["kind"] = str(draw.choice(["posted", "replied", "answered", "liked", "visited", "mentored", "asked"]))
        row["direction"] = str(draw.choice(["in", "among", "out"], p=[0.4, 0.5, 0.1]))
        way = draw.random()
        if way < 0.4:
            row["counterpart"] = [*everyone, "user:nobody"][draw.integers(len(everyone) + 1)]
        if way > 0.3:
            row["in_reply_to"] = f"i{draw.integers(0, size // 2 + 5)}"
        rows.append(row)
    return logged(rows)


HOUR = lives.dt.timedelta(hours=1)


def logged(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows as interactions, of source a unless they say otherwise."""
    filled = [
        {"interaction_id": f"r{number}", "source": "a", "channel": "forum", "received_at": row["at"], **row}
        for number, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled, schema=lives.schema.INTERACTIONS)
