"""What did each person give, and what did they get, in acts, minutes and money?

What is in their own life is entered as `entries` says. Three things that they got are in other people's lives or in
none: questions of theirs that members answered, or the organisation in another way than by a message that is entered
already (`facts.replies`), and what members taught them or thanked them for. Only known people have a ledger: neither
staff nor anonymous visitors.

One pass over people's lives besides that of `facts.replies`; memory holds one row a person and entry, one a question,
and one for what members taught or thanked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.absence import Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.directory import NOBODY, Directory
from ziggurat.facts.given import Ledgers
from ziggurat.facts.level_history import Placed
from ziggurat.facts.replies import replies
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import COLUMNS
from ziggurat.results.tables import Frame
from ziggurat.study import Rungs
from ziggurat.value.entries import FROM_MEMBERS, FROM_US, NO_ENTRY, OUT, RESOLVED, SIDE, Book

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Splits = Callable[[pa.Table], Ints]  # rows with person, at and channel → what each is distinguished by

READ = (
    *("person", "at", "kind", "channel", "direction", "amount", "minutes", "score"),
    *("in_reply_to", "counterpart"),
)
EVERYONE = "everyone"
BY = ("level", "channel", "entry")
AMOUNTS = {"acts": pa.int64(), "minutes": pa.float64(), "money": pa.float64(), "worth": pa.float64()}
SUMS = pa.schema([("person", pa.int64()), ("split", pa.int64()), ("entry", pa.int64()), *AMOUNTS.items()])
KEYS = ("person", "split", "entry")
ACTS = pa.schema([("person", pa.int64()), ("at", pa.int64()), ("channel", pa.int64()), ("entry", pa.int64()),
                  *AMOUNTS.items()])  # fmt: skip
TOLD = pa.schema([("person", pa.int64()), ("at", pa.int64())])
TO_OTHERS = pa.schema([(name, COLUMNS.field(name).type)
                       for name in ("person", "at", "kind", "channel", "minutes", "counterpart")])  # fmt: skip


def gives_or_gets(rows: pa.Table, entry: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which rows are entered. entry: by code of a kind and direction."""
    return entry[ints(rows, "kind"), ints(rows, "direction")]


def may_enter(given: Given) -> Keep:
    """Return what finds rows of which a ledger has an entry."""
    book = Book.of(given["buckets"].codes, given["kinds"], given["rates"], given["high"])
    return partial(gives_or_gets, entry=(book.entry != NO_ENTRY) | (book.replying != NO_ENTRY))


ENTERED = Step(
    "is something given or got: money, time, words, help, advocacy or attention",
    ("entry", "entries"),
    "Import purchases, gifts, posts, answers, events or messages.",
    may_enter,
    ("kind", "direction"),
)


@dataclass(frozen=True)
class Ledger:
    """All entries of known people. sums: columns of SUMS, minutes, money and worth null where nothing is said of them.

    labels: what `split` stands for.
    """

    sums: pa.Table
    labels: Sequence[str]

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of the sums as an array; 0 for null."""
        found: npt.NDArray[Any] = self.sums[name].fill_null(0).combine_chunks().to_numpy()
        return found

    def side(self) -> Ints:
        """Return the side of each row, as a position in `entries.SIDES`."""
        found: Ints = SIDE[self.column("entry")]
        return found


@dataclass(frozen=True)
class Reading:
    """What is entered: whose lives, on which levels (up to `until`), by which book, within (since, until] in µs.

    people: a table as `schema.PEOPLE`. names: of the levels.
    """

    buckets: Buckets
    people: Frame
    placed: Placed
    book: Book
    since: int
    until: int
    names: Sequence[str]

    @classmethod
    def of(
        cls, given: Ledgers, rungs: Rungs, since: int, until: int, *, high: float, last: int | None = None
    ) -> Reading:
        """Read the levels of a ladder up to `last`, which is `until` if left out, and what enters the ledger.

        high: the least rating that counts as advocacy. Raises: DeclarationError if a rate is of no kind.
        """
        book = Book.of(given.buckets.codes, given.kinds, given.rates, high)
        placed = Placed.of(given.levels, rungs.ladder, until if last is None else last, rungs.names)
        return cls(given.buckets, given.people, placed, book, since, until, rungs.names)


def ledger(reading: Reading, by: str = "entry") -> Ledger:
    """Enter all that happened in a window. Nothing after its end is looked at.

    by: what entries are distinguished by besides: level (at the time of each act), channel, or nothing more (entry).
    """
    buckets, placed, book, since, until = (
        *(reading.buckets, reading.placed, reading.book),
        *(reading.since, reading.until),
    )
    directory = Directory.of(reading.people)
    known = pa.array(directory.known())
    split = splits(by, placed)
    asked = replies(buckets, directory, since=since, until=until)
    asked = asked.filter(pc.is_in(asked["person"], value_set=known))
    ours = asked.filter(pc.is_valid(asked["staff_at"]))

    def enter(rows: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.is_in(rows["person"], value_set=known)).combine_chunks()
        own = find_entries(rows, book)
        return sum_entries(own, split), answering(own, ours), find_given_to_others(rows, book)

    parts = list(buckets.fold(enter, READ))
    entries, messages, done = zip(*parts, strict=True) if parts else ((), (), ())
    told = pa.concat_tables([TOLD.empty_table(), *messages])
    others = pa.concat_tables([TO_OTHERS.empty_table(), *done])
    further = [questions(asked, ours, told, book), read_received(others, directory, known, book)]
    sums = merge_sums([SUMS.empty_table(), *entries, *(sum_entries(part, split) for part in further)])
    labels = {"level": list(reading.names), "channel": list(buckets.codes.get("channel", [])), "entry": [EVERYONE]}[by]
    return Ledger(sums, labels)


def splits(by: str, placed: Placed) -> Splits:
    """Return how rows are distinguished; those whom the ladder does not know stand on level 0."""

    def level(rows: pa.Table) -> Ints:
        return np.maximum(placed.at(ints(rows, "person"), ints(rows, "at")), 0)

    def channel(rows: pa.Table) -> Ints:
        return ints(rows, "channel")

    def nothing(rows: pa.Table) -> Ints:
        return np.zeros(rows.num_rows, np.int64)

    return {"level": level, "channel": channel, "entry": nothing}[by]


def find_entries(rows: pa.Table, book: Book) -> pa.Table:
    """Return those of some rows that are entries: columns of ACTS, and `row`, their position.

    A refund takes its amount off, whatever its sign, and is no act.
    """
    kind, way = ints(rows, "kind"), ints(rows, "direction")
    there = np.flatnonzero(kind >= 0)
    kind, way = kind[there], way[there]
    aimed = rows["in_reply_to"].is_valid().to_numpy()[there]
    number = np.where(aimed, book.replying[kind, way], book.entry[kind, way])
    low = book.rated[kind] & ~(floats(rows, "score")[there] >= book.high)
    chosen = (number != NO_ENTRY) & ~low
    kind, number, there = kind[chosen], number[chosen], there[chosen]
    refund = book.refunded[kind]
    minutes, amount = floats(rows, "minutes")[there], floats(rows, "amount")[there]
    money = np.where(refund, -np.abs(amount), amount)
    rate = np.where(refund, np.nan, book.rate[kind])
    some = rows.select(["person", "at", "channel"]).take(pa.array(there))
    return acts(some, number, ~refund, minutes, money, rate, book).append_column("row", pa.array(there))


def acts(
    rows: pa.Table,
    number: Ints,
    counts: npt.NDArray[np.bool_],
    minutes: Floats,
    money: Floats,
    rate: Floats,
    book: Book,
) -> pa.Table:
    """Return rows as columns of ACTS.

    What one is worth: its money, and what one of its kind is worth or, where that has no rate of its own, its time at
    the rate of an hour. Null where none of these is known, and wherever no rate is declared at all.
    """
    time = np.where(np.isnan(rate), minutes / 60 * book.hour, rate)
    parts = np.stack([money, time])
    worth = np.where(np.isnan(parts).all(axis=0), np.nan, np.nansum(parts, axis=0))
    if not book.rates:
        worth = np.full(worth.size, np.nan)
    amounts = [pa.array(values, mask=np.isnan(values)) for values in (minutes, money, worth)]
    columns = [ints(rows, "person"), ints(rows, "at"), ints(rows, "channel"), number, counts.astype(np.int64), *amounts]
    return pa.table(columns, schema=ACTS)


def answering(own: pa.Table, ours: pa.Table) -> pa.Table:
    """Return person and instant of the entered messages that are the first answers of the organisation to questions."""
    number = ints(own, "entry")
    sent = own.select(["person", "at"]).filter(pa.array((number == FROM_US) | (number == RESOLVED)))
    wanted = ours.select(["person", "staff_at"]).rename_columns(["person", "at"])
    return wanted.join(sent, ["person", "at"], join_type="left semi", use_threads=False).combine_chunks()


def questions(asked: pa.Table, ours: pa.Table, told: pa.Table, book: Book) -> pa.Table:
    """Return the answers that are in no message of her own life, at their instants: columns of ACTS, and the question's
    `source` and `interaction_id`.

    asked, ours: rows of `facts.replies`, and those that the organisation answered. told: see `answering`.
    """
    times = ["person", "staff_at"]
    untold = ours.join(told.rename_columns(times), times, join_type="left anti", use_threads=False).combine_chunks()
    by_members = asked.filter(pc.equal(asked["by"], "member"))
    found = []
    for rows, at, number in ((by_members, "answered_at", FROM_MEMBERS), (untold, "staff_at", FROM_US)):
        size = rows.num_rows
        blank, rate = np.full(size, np.nan), np.full(size, book.unlogged[number])
        some = rows.select(["person", at, "channel"]).rename_columns(["person", "at", "channel"])
        table = acts(some, np.full(size, number, np.int64), np.ones(size, np.bool_), blank, blank, rate, book)
        found.append(
            table.append_column("source", rows["source"]).append_column("interaction_id", rows["interaction_id"])
        )
    return pa.concat_tables(found)


def find_given_to_others(rows: pa.Table, book: Book) -> pa.Table:
    """Return the rows that are also got by someone at their other end: columns of TO_OTHERS."""
    return rows.filter(gives(rows, book)).select(TO_OTHERS.names).cast(TO_OTHERS)


def gives(rows: pa.Table, book: Book) -> pa.ChunkedArray:
    """Tell which rows are also got by someone at their other end."""
    wanted = pc.is_in(rows["kind"], value_set=pa.array(list(book.others), pa.int16()))
    done = pc.and_(pc.not_equal(rows["direction"], OUT), pc.is_valid(rows["counterpart"]))
    return pc.and_(wanted, done)


def read_received(rows: pa.Table, directory: Directory, known: pa.Array, book: Book) -> pa.Table:
    """Return what others taught known people or thanked them for: columns of ACTS."""
    who = directory.persons(rows["counterpart"])
    right = pc.is_in(pa.array(who), value_set=known).to_numpy(zero_copy_only=False) & (who != NOBODY)
    right &= who != ints(rows, "person")
    rows = rows.set_column(0, "person", pa.array(who)).filter(pa.array(right))
    return as_received(rows, book)


def as_received(rows: pa.Table, book: Book) -> pa.Table:
    """Return rows of others, each with who got it as `person`, as what she got: columns of ACTS."""
    kind = ints(rows, "kind")
    number = np.array([book.others[code] for code in kind.tolist()], np.int64)
    counts, blank = np.ones(rows.num_rows, np.bool_), np.full(rows.num_rows, np.nan)
    return acts(rows, number, counts, floats(rows, "minutes"), blank, book.rate[kind], book)


def sum_entries(rows: pa.Table, split: Splits) -> pa.Table:
    """Add up rows of ACTS by person, what they are distinguished by, and entry: columns of SUMS."""
    return merge_sums([rows.append_column("split", pa.array(split(rows), pa.int64()))])


def merge_sums(parts: Sequence[pa.Table]) -> pa.Table:
    """Add up tables with the columns of SUMS; what is null in all of them stays so."""
    rows = pa.concat_tables([part.select(SUMS.names) for part in parts])
    known = pc.ScalarAggregateOptions(skip_nulls=True, min_count=1)
    wanted = [(name, "sum", known) for name in AMOUNTS]
    found = rows.group_by(list(KEYS), use_threads=False).aggregate(wanted)
    return found.rename_columns(SUMS.names).cast(SUMS).sort_by([(name, "ascending") for name in KEYS])


def ints(rows: pa.Table, name: str) -> Ints:
    """Return a column of integers as an array."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def floats(rows: pa.Table, name: str) -> Floats:
    """Return a column of numbers as an array, nan for null."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.float64)
