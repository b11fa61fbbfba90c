"""Whose answers were taken as help is what a naïve reader of the docs finds, whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.base import kinds
from ziggurat.facts.help import helpful_answers
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import COLUMNS
from ziggurat.speech.tones import SAYINGS

KINDS = kinds.load()
NAMES = ["asked", "posted", "replied", "answered", "liked", "thanked", "visited"]
Row = dict


def rows_of(draws: list[tuple]) -> list[Row]:
    return [
        {"id": f"m{number}", "who": who, "at": number * 10 + at, "kind": kind, "text": text, "tone": tone,
         "reply": None if reply is None or reply >= number else f"m{reply}", "thread": thread}
        for number, (who, at, kind, text, tone, reply, thread) in enumerate(draws)
    ]  # fmt: skip


def asks(row: Row) -> bool:
    return row["kind"] == "asked" or (row["kind"] == "posted" and row["text"] == "How?")


def asker_of(row: Row, rows: list[Row]) -> int | None:
    """Who asked what a row answers: by id, or who asked last before it in the same thread."""
    if row["kind"] not in ("asked", "posted", "replied", "answered") or row["tone"] == "against":
        return None
    by_id = [one for one in rows if row["reply"] == one["id"] and asks(one)]
    if by_id:
        return by_id[0]["who"] if by_id[0]["who"] != row["who"] else None
    if row["kind"] != "answered" or row["thread"] is None:
        return None
    before = [one for one in rows if asks(one) and one["thread"] == row["thread"] and one["at"] < row["at"]]
    last = max(before, key=lambda one: (one["at"], one["id"]), default=None)
    return last["who"] if last and last["who"] != row["who"] else None


def expected(rows: list[Row]) -> list[tuple[int, int, str]]:
    found = []
    for row in rows:
        asker = asker_of(row, rows)
        if asker is None:
            continue
        taken = [
            one["at"]
            for one in rows
            if one["at"] >= row["at"] and (one["who"] != row["who"] or one["kind"] == "thanked")  # which we sent
            and ((one["kind"] in ("liked", "thanked") and row["id"] in (one["reply"], one["thread"]))
                 or (one["reply"] == row["id"] and one["who"] == asker and not asks(one) and one["text"] != "How?"
                     and one["kind"] in ("posted", "replied", "answered")
                     and one["tone"] not in ("against", "neither")))
        ]  # fmt: skip
        if taken:
            found.append((row["who"], min(taken), row["id"]))
    return sorted(found)


def product(rows: list[Row]) -> list[tuple[int, int, str]]:
    """The same by the product; places become ids again."""
    order = sorted(rows, key=lambda row: (row["who"], row["at"], row["id"]))
    table = pa.Table.from_pylist(
        [
            {"person": row["who"], "at": row["at"], "kind": NAMES.index(row["kind"]), "channel": 0, "activity": -1,
             "direction": 1 if row["kind"] == "thanked" else 2, "source": 0, "import_no": 1,
             "interaction_id": row["id"], "object": row["thread"], "in_reply_to": row["reply"], "text": row["text"]}
            for row in order
        ],
        schema=COLUMNS,
    )  # fmt: skip
    tones = pa.array([SAYINGS.index(row["tone"]) for row in order], pa.int8())
    table = table.append_column("tone", tones)
    buckets = [table.filter(np.asarray(table["person"]) % 2 == side) for side in (0, 1)]
    codes = {"kind": NAMES, "channel": ["forum"], "activity": [], "source": ["test"]}
    found = helpful_answers(Buckets([lambda names, one=one: one.select(list(names)) for one in buckets], codes), KINDS)
    lives = {who: [row["id"] for row in order if row["who"] == who] for who in {row["who"] for row in rows}}
    return sorted((int(p), int(t), lives[int(p)][int(place)]) for p, t, place in zip(*found, strict=True))


draws = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 9),
        st.sampled_from(NAMES),
        st.sampled_from([None, "How?", "So."]),
        st.sampled_from(["silent", "for", "against", "neither", "unread"]),
        st.one_of(st.none(), st.integers(0, 6)),
        st.sampled_from([None, "t1", "m0", "m1"]),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=few(100), deadline=None)
@given(draws)
def test_help_is_what_the_docs_say(draws) -> None:
    rows = rows_of(draws)
    assert product(rows) == expected(rows)


def test_nobody_helped_where_nothing_was_said() -> None:
    assert helpful_answers(Buckets((), {"kind": []}), KINDS).person.size == 0
