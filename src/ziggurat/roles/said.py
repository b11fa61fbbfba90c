"""What did people write, and what did we publish?

What people write: texts of interactions that known people did (direction `in` or `among`). What we publish: messages of
the organisation (direction `out`) of a kind that `publishes`, in reply to nothing; an answer follows what was asked,
and says nothing of what we choose to say. What was said once is one message, however many people it reached and on how
many days: docs/facts.md, *Message*, variants apart, which have texts of their own. Where the log has no text of it, the
names of its activity and object are its words, once in the window.

One pass over people's lives; memory holds a bounded sample of what people write, and one row per message of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.meanings import Meanings
from ziggurat.facts.messages import contents
from ziggurat.facts.replies import OUT, Wanted, ints
from ziggurat.log.buckets import Buckets
from ziggurat.log.segments import COLUMNS
from ziggurat.stats.hashes import hashes

Ints = npt.NDArray[np.int64]

LONGEST = 2000  # characters of a text that are read
READ = (
    *("person", "at", "kind", "channel", "activity", "direction", "score"),
    *("source", "interaction_id", "object", "in_reply_to", "text"),
)
MESSAGE = ("activity", "channel", "content")
OURS = pa.schema(
    [
        ("activity", pa.int64()),  # code; -1 for none
        ("channel", pa.int64()),  # code, where there is no activity; else -1
        ("content", pa.int64()),  # what was said: `facts.messages`
        ("object", pa.string()),
        ("text", pa.string()),
    ]
)
WRITTEN = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),
        ("source", pa.int32()),
        ("interaction_id", pa.string()),
        ("text", pa.string()),
        ("asks", pa.bool_()),  # whether it calls for an answer
        ("kind", pa.int16()),
        ("channel", COLUMNS.field("channel").type),
        ("direction", pa.int8()),
        ("score", COLUMNS.field("score").type),
        ("draw", pa.uint64()),  # by which it got into the sample
    ]
)


def said(buckets: Buckets, *, since: int, until: int, sample: int, seed: int) -> tuple[pa.Table, list[str]]:
    """Return what people wrote within (since, until], instants in µs, and the texts of what we published then.

    sample: most of either; beyond it they are drawn at random, the same ones for the same seed. Texts of people are in
    order of text, instant and person, as WRITTEN; ours in order of message. What is drawn goes by
    neither names nor the calendar.
    """
    means = Meanings.of_log(buckets)
    wanted, published = Wanted.of(means), means.codes("publishes")
    hidden = pa.array(buckets.anonymous)

    def read(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        out = pc.equal(rows["direction"], OUT)
        told = pc.fill_null(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(rows["text"])), 0), False)
        known = pc.invert(pc.is_in(rows["person"], value_set=hidden))
        theirs = rows.filter(pc.and_(pc.and_(told, known), pc.invert(out)))
        sent = pc.and_(pc.and_(out, pc.is_in(rows["kind"], value_set=published)), pc.is_null(rows["in_reply_to"]))
        return drawn(theirs, wanted, sample, seed, until), messages(rows.filter(sent))

    theirs, ours = WRITTEN.empty_table(), messages(None)
    for written, sent in buckets.fold(read, READ):
        theirs = least(pa.concat_tables([theirs, written]), sample)
        ours = distinct(pa.concat_tables([ours, sent]))
    theirs = theirs.sort_by([(name, "ascending") for name in ("text", "at", "person")])
    return theirs, texts_of(ours, buckets.codes, sample, seed)


def drawn(rows: pa.Table, wanted: Wanted, sample: int, seed: int, until: int) -> pa.Table:
    """Return at most so many texts of a bucket, drawn by a hash of the text, how long before `until`, and seed."""
    draw = mixed(hashes(rows["text"]), until - ints(rows, "at"), seed)
    columns = {name: rows[name] for name in WRITTEN.names[:4]} | {
        "text": pc.utf8_slice_codeunits(rows["text"], 0, LONGEST),
        "asks": wanted.calls(rows),
        **{name: rows[name] for name in ("kind", "channel", "direction", "score")},
        "draw": draw,
    }
    return least(pa.table(columns, schema=WRITTEN), sample)


def mixed(text: Ints, at: Ints, seed: int) -> npt.NDArray[np.uint64]:
    """Return a number for each row that looks random and depends on nothing but text, instant and seed.

    Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA (the finaliser).
    """
    golden = np.uint64(0x9E3779B97F4A7C15)
    value = (text.astype(np.uint64) ^ (at.astype(np.uint64) * golden)) + np.uint64(seed % 2**63)
    value *= golden
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    found: npt.NDArray[np.uint64] = value ^ (value >> np.uint64(31))
    return found


def least(rows: pa.Table, size: int) -> pa.Table:
    """Return the rows with the smallest draws, in the order in which they were."""
    if rows.num_rows <= size:
        return rows
    chosen = np.argsort(rows["draw"].to_numpy(), kind="stable")[:size]
    return rows.take(pa.array(np.sort(chosen)))


def messages(rows: pa.Table | None) -> pa.Table:
    """Return each message once, with a text of it: columns OURS."""
    if rows is None:
        return OURS.empty_table()
    activity, channel = (ints(rows, name) for name in ("activity", "channel"))
    told = np.ones(rows.num_rows, np.bool_)
    columns = {
        "activity": activity,
        "channel": np.where(activity < 0, channel, -1),  # what names no activity belongs to its channel
        "content": contents(rows, np.zeros(rows.num_rows, np.int64), told),
        "object": pc.fill_null(rows["object"], ""),
        "text": pc.fill_null(pc.utf8_slice_codeunits(rows["text"], 0, LONGEST), ""),
    }
    return distinct(pa.table(columns, schema=OURS))


def distinct(rows: pa.Table) -> pa.Table:
    """Return each message once; of several texts of it, the last in the alphabet, so that none is no text."""
    words = OURS.names[len(MESSAGE) :]
    counts = rows.group_by(list(MESSAGE), use_threads=False).aggregate([(name, "max") for name in words])
    return counts.rename_columns(OURS.names)


def texts_of(ours: pa.Table, codes: Mapping[str, Sequence[str]], sample: int, seed: int) -> list[str]:
    """Return the words of each message, sorted, at most so many; the same names without a text count once."""
    activities = [*codes.get("activity", []), ""]
    rows: list[dict[str, Any]] = ours.to_pylist()
    named = {f"{activities[row['activity']]} {row['object']}".strip() for row in rows if not row["text"].strip()}
    texts = sorted([*(text for row in rows if (text := row["text"].strip())), *(named - {""})])
    if len(texts) <= sample:
        return texts
    chosen = np.sort(np.random.default_rng(seed).choice(len(texts), sample, replace=False))
    return [texts[place] for place in chosen.tolist()]
