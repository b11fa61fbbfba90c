"""Whose answers were taken as help, and when?

An answer is what a person says in reply to somebody else's question: by id, or by a kind that `answers` later in the
same thread (channel and object). It is taken as help when it is first

- thanked or liked by anybody but its author: in reply to it, or with it as object;
- followed by who asked, in reply to it, with good words that are no further question, or with none that can be read.

Words against us are no help, and what nobody took up may have helped all the same: no log can tell.

One pass over people's lives; memory holds one row per question, per possible answer and per possible taking.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds
from ziggurat.log.buckets import Buckets
from ziggurat.log.merge import column
from ziggurat.log.settling import INSIDE, SETTLED

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT, WITHIN = SETTLED.index("out"), SETTLED.index(INSIDE)
AGAINST, NEITHER = 2, 3  # places in `speech.tones.SAYINGS`
MARK = r"[?？؟]['\"”’»)\]\s]*$"
READ = (
    *("person", "at", "kind", "channel", "direction", "source", "interaction_id"),
    *("object", "in_reply_to", "text", "tone", "by_staff"),
)


class Help(NamedTuple):
    """Answers that were taken as help, sorted by person and by when they were; in int64."""

    person: Ints  # who answered
    at: Ints  # µs, when the answer was first taken as help
    place: Ints  # of the answer among all rows of its author's life


NONE = Help(*(np.empty(0, np.int64) for _ in range(3)))


def helpful_answers(buckets: Buckets, kinds: Kinds) -> Help:
    """Return the answers that were taken as help. buckets: must read the column `tone`, see `speech.tones`."""
    means = [kinds.meaning_of.get(name) for name in buckets.codes["kind"]]

    def flags(values: Any) -> Flags:
        return np.array([*values, False], np.bool_)

    asks = flags(bool(one and one.asks) for one in means)
    may = flags(bool(one and one.may_ask) for one in means)
    speaks = flags(bool(one and one.speaks) for one in means)
    answers = flags(bool(one and one.answers) for one in means)
    thanks = flags(bool(one and one.thanks) for one in means)

    staff = pa.array(buckets.staff)

    def read(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.not_equal(rows["direction"], WITHIN))
        kind, person = rows["kind"].to_numpy(), column(rows, "person")
        ours = pc.and_(pc.is_in(rows["person"], value_set=staff), pc.fill_null(rows["by_staff"], False)).to_numpy()
        own = (rows["direction"].to_numpy() != OUT) | ours
        marked = pc.fill_null(pc.match_substring_regex(rows["text"], MARK), False).to_numpy()
        tone = rows["tone"].to_numpy()
        fair, glad = tone != AGAINST, (tone != AGAINST) & (tone != NEITHER)
        named = rows["object"].is_valid().to_numpy()
        aimed = rows["in_reply_to"].is_valid().to_numpy()
        asking = asks[kind] | (may[kind] & marked)
        found = {
            "asks": own & asking,
            "replies": own & speaks[kind] & fair & aimed,
            "threads": own & answers[kind] & fair & named,
            "thanks": thanks[kind] & (aimed | named),
            "by_us": ~own,
            "follows": own & speaks[kind] & glad & aimed & ~asking & ~marked,
        }
        kept = np.flatnonzero(np.any([flag for name, flag in found.items() if name != "by_us"], axis=0))
        place = np.arange(person.size) - np.searchsorted(person, person)
        columns = {name: rows[name] for name in READ if name not in ("kind", "direction", "text", "tone", "by_staff")}
        columns |= {name: pa.array(flag) for name, flag in found.items()} | {"place": pa.array(place)}
        return pa.table(columns).take(pa.array(kept))

    parts = list(buckets.fold(read, READ, staff=True))
    return find_help(pa.concat_tables(parts).combine_chunks()) if parts else NONE


def find_help(rows: pa.Table) -> Help:
    """Find who asked what each answer answers, and by what each was first taken as help."""
    person, at = column(rows, "person"), column(rows, "at")
    own, aim, thing = (key(rows, name) for name in ("interaction_id", "in_reply_to", "object"))
    flags = {name: rows[name].to_numpy() for name in ("asks", "replies", "threads", "thanks", "follows", "by_us")}
    asker = np.full(person.size, -1, np.int64)  # of the question that each row answers
    question = np.flatnonzero(flags["asks"])
    reply = np.flatnonzero(flags["replies"])
    found = match_ids(aim, reply, own, question)
    asker[reply[found >= 0]] = person[found[found >= 0]]
    asker_in_thread(rows, flags, asker)
    asker[asker == person] = -1
    answer = np.flatnonzero(asker >= 0)
    taking = np.full(person.size, np.iinfo(np.int64).max)
    for name in ("thanks", "follows"):
        acts = np.flatnonzero(flags[name])
        for names in (aim, thing) if name == "thanks" else (aim,):
            place = match_ids(names, acts, own, answer)
            row, other = acts[place >= 0], place[place >= 0]
            right = (at[row] >= at[other]) & ((person[row] != person[other]) | flags["by_us"][row])
            if name == "follows":
                right &= person[row] == asker[other]
            np.minimum.at(taking, other[right], at[row[right]])
    helpful = np.flatnonzero(taking < np.iinfo(np.int64).max)
    places = column(rows, "place")
    order = np.lexsort((places[helpful], taking[helpful], person[helpful]))
    helpful = helpful[order]
    return Help(person[helpful], taking[helpful], places[helpful])


def asker_in_thread(rows: pa.Table, flags: dict[str, Flags], asker: Ints) -> None:
    """Note who asked last in the same thread before each answer that is one by its kind and whose question is open."""
    person, at = column(rows, "person"), column(rows, "at")
    threads = key(rows, "object", "channel")
    open_ = np.flatnonzero(flags["threads"] & (asker < 0))
    asks = np.flatnonzero(flags["asks"])
    group = number_keys(threads)
    both = np.concatenate([open_, asks])
    both = both[group[both] >= 0]
    question = flags["asks"][both] & ~flags["threads"][both]
    order = np.lexsort((question, at[both], group[both]))  # of one instant, an answer comes before a question
    both, question = both[order], question[order]
    last = np.maximum.accumulate(np.where(question, np.arange(both.size), -1))
    right = ~question & (last >= 0)
    right &= group[both[np.maximum(last, 0)]] == group[both]
    asker[both[right]] = person[both[last[right]]]


def key(rows: pa.Table, name: str, beside: str = "source") -> pa.Array:
    """Return an id with the source (or channel) that it is unique in, null where there is none."""
    joined = pc.binary_join_element_wise(rows[beside].cast(pa.string()), rows[name], " ")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def number_keys(keys: pa.Array) -> Ints:
    """Return a number for each different key, -1 for null."""
    values = pc.drop_null(pc.unique(keys))
    return np.asarray(pc.fill_null(pc.index_in(keys, value_set=values), -1).to_numpy(zero_copy_only=False), np.int64)


def match_ids(keys: pa.Array, rows: Ints, others: pa.Array, among: Ints) -> Ints:
    """Return for some rows which of some others has the id that their key names, -1 for none."""
    values = others.take(pa.array(among))
    found = pc.index_in(keys.take(pa.array(rows)), value_set=values, skip_nulls=True)
    place = np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), np.int64)
    return np.where(place >= 0, np.append(among, -1)[place], -1)
