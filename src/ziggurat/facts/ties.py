"""Who turned to whom?

Someone turns to another person by what she does towards her: she answers, replies, mentions, likes, shares or thanks.
That gives the other one standing, because attention is chosen freely: who is listened to is told by those who listen
(prestige: Wasserman & Faust 1994, Social Network Analysis, ch. 5; replies, mentions and shares as influence: Cha et al.
2010, Measuring user influence in Twitter, ICWSM). To whom: the `counterpart` where there is one, else whoever did what
`in_reply_to` names in the same source, at whatever time before.

Known people only, on both sides: the staff answer because it is their work, and anonymous visitors can't be turned to.
What is done towards the organisation ties nobody. Two passes over people's lives; memory holds a row per pair of people
and channel, and one per message that is replied to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import share
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Meanings
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.stats.nameless import marks_of, order_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "channel", "direction", "source", "interaction_id", "counterpart", "in_reply_to")
PAIR = ("person", "to", "channel")
SUMS = (("times", "sum"), ("weight", "sum"), ("square", "sum"), ("last_at", "max"))
FOUND = pa.schema(
    [
        ("person", pa.int64()),
        ("channel", pa.int32()),
        ("counterpart", pa.string()),
        ("key", pa.string()),
        ("replied_at", pa.int64()),
        ("times", pa.int64()),
        ("weight", pa.float64()),
        ("square", pa.float64()),
        ("last_at", pa.int64()),
    ]
)
AUTHORS = pa.schema([("key", pa.string()), ("author", pa.int64()), ("written_at", pa.int64())])


@dataclass(frozen=True)
class Turns:
    """What counts as turning to someone: kinds, by code, within (since, until] in µs."""

    kinds: Flags
    since: int
    until: int


@dataclass(frozen=True)
class Ties:
    """Who turned to whom, how often and when last.

    person (N,): hashes of those who turned to someone or were turned to, in the order of their acts
    (`stats.nameless`), so that what follows depends on nobody's name. source, target (E,): places in it,
    sorted by both; one edge for two people and a way. times: acts. weight, square: the sum of their weights, and of the
    squares; an act weighs ½ for each half-life that it lies back. last_at: of the last one, µs. channels: source,
    target, channel (code) and times.
    """

    person: Ints
    source: Ints
    target: Ints
    times: Ints
    weight: Floats
    square: Floats
    last_at: Ints
    channels: pa.Table


def known_by(people: Any, until: int) -> Directory:
    """Return everyone who was known by an instant (µs)."""
    return Directory.of(tables.frame(people).filter(nw.col("first_at") <= until))


def turns(buckets: Buckets, kinds: Any, said: str, since: int, until: int) -> Turns:
    """Read which kinds count: those named, parted by commas, else those that speak and those that `turns` says.

    kinds: a table as `schema.KINDS`. Raises: QuestionError if one that is named is no kind.
    """
    known = tables.collect(tables.frame(kinds), "kind")["kind"].to_pylist()
    wanted = {word.strip() for word in said.split(",") if word.strip()}
    for word in sorted(wanted - set(known)):
        raise QuestionError(f"`turning` names '{word}', which is no kind{suggest(word, known) or '.'}")
    if not wanted:
        return Turns(Meanings.read(buckets.codes, kinds).flags("speaks", "turns"), since, until)
    return Turns(np.array([*(kind in wanted for kind in buckets.codes["kind"]), False], np.bool_), since, until)


def read(buckets: Buckets, directory: Directory, what: Turns, half_life: float | None = None) -> Ties:
    """Read all ties. directory: those known by `what.until`. half_life: of an act's weight, in µs; none if left out."""
    hidden = pa.array(buckets.anonymous)
    parts = list(buckets.fold(partial(summed, what=what, hidden=hidden, half_life=half_life), READ))
    found = pa.concat_tables([FOUND.empty_table(), *parts])
    target = targets(found, directory, authors(buckets, found["key"], what.until))
    return tied(found, target, directory.known())


def turning(rows: pa.Table, what: Turns, hidden: pa.Array) -> pa.Table:
    """Return the rows by which someone turned to someone, with `key`: what she replied to, where nobody is named."""
    kind, direction = rows["kind"].to_numpy(), rows["direction"].to_numpy()
    at = rows["at"].to_numpy()
    chosen = (kind >= 0) & (direction != OUT) & (at > what.since) & (at <= what.until)
    chosen &= what.kinds[kind]
    chosen &= (pc.is_valid(rows["counterpart"]).to_numpy()) | (pc.is_valid(rows["in_reply_to"]).to_numpy())
    rows = rows.filter(pa.array(chosen))
    rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden)))
    named = pc.is_valid(rows["counterpart"])
    return rows.append_column("key", pc.if_else(named, pa.scalar(None, pa.string()), key_of(rows, "in_reply_to")))


def key_of(rows: pa.Table, column: str) -> pa.ChunkedArray:
    """Return source and id as one text, null where there is no id."""
    return pc.binary_join_element_wise(rows["source"].cast(pa.string()), rows[column].cast(pa.string()), " ")


def summed(rows: pa.Table, *, what: Turns, hidden: pa.Array, half_life: float | None) -> pa.Table:
    """Add up the acts of a bucket by person, other end and channel: columns FOUND. Replies stay apart, since what they
    reply to may lie in another bucket, and must be earlier."""
    acts = turning(rows, what, hidden)
    at = acts["at"].to_numpy()
    weight = np.ones(at.size) if half_life is None else np.exp2((at - what.until) / half_life)
    named = pc.is_valid(acts["counterpart"])
    replied = pc.if_else(named, pa.scalar(None, pa.int64()), acts["at"])
    columns = [acts["person"], acts["channel"], acts["counterpart"], acts["key"], replied]
    table = pa.table([*columns, np.ones(at.size, np.int64), weight, weight * weight, at], schema=FOUND)
    by = list(FOUND.names[:5])
    some = table.filter(named).group_by(by, use_threads=False).aggregate(list(SUMS))
    return pa.concat_tables([some.rename_columns([*by, *(name for name, _ in SUMS)]), table.filter(pc.invert(named))])


def authors(buckets: Buckets, keys: pa.ChunkedArray, until: int) -> pa.Table:
    """Find who did what was replied to: columns AUTHORS. keys: as `key_of` makes them, or null."""
    wanted = pc.drop_null(pc.unique(keys))
    if not len(wanted):
        return AUTHORS.empty_table()
    ids = pc.unique(pc.replace_substring_regex(wanted, "^[^ ]* ", ""))

    def written(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.is_in(rows["interaction_id"].cast(pa.string()), value_set=ids))
        rows = rows.append_column("key", key_of(rows, "interaction_id"))
        hers = pc.and_(pc.not_equal(rows["direction"], OUT), pc.greater_equal(rows["kind"], 0))
        rows = rows.filter(pc.and_(pc.and_(hers, pc.less_equal(rows["at"], until)), pc.is_in(rows["key"], wanted)))
        return pa.table([rows["key"], rows["person"], rows["at"]], schema=AUTHORS)

    columns = ("person", "at", "kind", "direction", "source", "interaction_id")
    return pa.concat_tables([AUTHORS.empty_table(), *buckets.fold(written, columns)])


def targets(acts: pa.Table, directory: Directory, written: pa.Table) -> Ints:
    """Return to whom each act is, as a hash; -1 for nobody who is known, or oneself.

    acts: with person, counterpart, key and replied_at. written: columns AUTHORS.
    """
    known, person = directory.known(), acts["person"].to_numpy()
    words = acts["counterpart"].combine_chunks().cast(pa.string()).dictionary_encode()
    ends = np.append(directory.persons(words.dictionary), -1)
    to = ends[pc.fill_null(words.indices, -1).to_numpy()]
    place = pc.index_in(acts["key"], value_set=written["key"].combine_chunks())
    place = pc.fill_null(place, -1).to_numpy()
    author, written_at = (np.append(written[name].to_numpy(), -1) for name in ("author", "written_at"))
    earlier = (place >= 0) & (written_at[place] <= pc.fill_null(acts["replied_at"], -1).to_numpy())
    to = np.where(earlier, author[place], to)
    return np.where(np.isin(to, known) & np.isin(person, known) & (to != person), to, -1)


def tied(found: pa.Table, target: Ints, known: Ints) -> Ties:
    """Add up acts by the two people and the channel, and by the two people."""
    table = found.append_column("to", pa.array(target)).filter(pa.array(target >= 0))
    table = table.select([*PAIR, *(name for name, _ in SUMS)])
    by_channel = table.group_by(list(PAIR), use_threads=False).aggregate(list(SUMS))
    by_channel = by_channel.rename_columns(table.column_names)
    person, place = placed(by_channel)
    ends = [place[np.searchsorted(np.sort(person), by_channel[name].to_numpy())] for name in PAIR[:2]]
    by_channel = by_channel.set_column(0, "source", pa.array(ends[0])).set_column(1, "target", pa.array(ends[1]))
    pairs = by_channel.group_by(["source", "target"], use_threads=False).aggregate(list(SUMS))
    pairs = pairs.sort_by([("source", "ascending"), ("target", "ascending")])
    source, target, times, weight, square, last_at = (
        pairs[name].to_numpy() for name in ("source", "target", *(f"{name}_{how}" for name, how in SUMS))
    )
    channels = by_channel.select(["source", "target", "channel", "times"])
    return Ties(person, source, target, times, weight, square, last_at, channels)


def placed(acts: pa.Table) -> tuple[Ints, Ints]:
    """Return the people of some acts in the order of these, and the place in it of each by order of hash."""
    person, ends = np.unique(np.concatenate([acts[name].to_numpy() for name in PAIR[:2]]), return_inverse=True)
    source, target = np.split(ends, 2)
    last = acts["last_at"].to_numpy()
    tie = marks_of(acts["times"].to_numpy(), last.max(initial=0) - last)  # what is shifted in time is the same
    order = order_of(source, target, tie, person)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return person[order], place


def called(directory: Directory, person: Ints) -> list[str | None]:
    """Return the names of some people, null for those without one."""
    places = np.searchsorted(directory.person, person)
    names: list[str | None] = directory.name.take(pa.array(places)).to_pylist()
    return names


def labels(rows: Sequence[Mapping[str, Any]], key: str = "person_id") -> list[str]:
    """Return what to call each row in a chart: the name, and a bit of the id where there is none or two have it.

    >>> labels([{"person_id": "p01", "name": "Ana"}, {"person_id": "p12345", "name": None}])
    ['Ana', '2345']
    """
    names = [row["name"] for row in rows]
    alone = [bool(name) and names.count(name) == 1 for name in names]
    return [
        name if only else f"{name or ''} {row[key][-4:]}".strip()
        for row, name, only in zip(rows, names, alone, strict=True)
    ]


def spoken(codes: Mapping[str, Sequence[str]], counts: Iterable[tuple[int, int]], most: int = 3) -> str:
    """Say in which channels how much happened, the most first.

    >>> spoken({"channel": ["web", "forum"]}, [(1, 3), (0, 1)])
    'forum 75 %, web 25 %'
    """
    rows = sorted((-times, codes["channel"][channel]) for channel, times in counts if times)
    whole = -sum(times for times, _ in rows)
    return ", ".join(f"{channel} {share(-times / whole)}" for times, channel in rows[:most])
