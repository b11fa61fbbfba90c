"""What did one person give and get, and by which interactions?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import REPLIES
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import COLUMNS
from ziggurat.value.entries import ENTRIES, Book
from ziggurat.value.ledger import answering, as_received, find_entries, gives, ints, questions


@dataclass(frozen=True)
class Behind:
    """One interaction behind an entry: her own, a message to her, a question of hers that was answered, or another
    member's that she was taught or thanked by.

    at: of the entry, in µs; a question is entered when it was answered.
    """

    at: int
    source: str
    interaction_id: str


@dataclass(frozen=True)
class Line:
    """One entry of a person's ledger: see `mutual.MutualValue` for what the numbers are. behind: latest first."""

    side: str
    entry: str
    acts: int
    hours: float | None
    money: float | None
    worth: float | None
    behind: tuple[Behind, ...]


def of_person(
    history: pa.Table,
    codes: Mapping[str, Sequence[str]],
    book: Book,
    *,
    since: int,
    until: int,
    asked: pa.Table | None = None,
    others: pa.Table | None = None,
) -> tuple[Line, ...]:
    """Return a known person's ledger within (since, until], instants in µs, in order of `entries.ENTRIES`.

    history: her rows with `log.histories.COLUMNS`. asked: her rows of `facts.replies.replies` for the same window.
    others: what `from_others` read for it. Without these two, answers that are in other people's lives are missing, and
    what members taught her or thanked her for.
    """
    rows = history.filter(pc.and_(pc.greater(history["at"], since), pc.less_equal(history["at"], until)))
    own = find_entries(rows, book)
    some = rows.select(["source", "interaction_id"]).take(own["row"])
    for name in some.column_names:
        own = own.append_column(name, some[name])
    asked = REPLIES.empty_table() if asked is None else asked
    ours = asked.filter(pc.is_valid(asked["staff_at"]))
    further = questions(asked, ours, answering(own, ours), book)
    parts = [
        own,
        further,
        *([] if others is None or not others.num_rows else [entries_received(others, history, book)]),
    ]
    both = pa.concat_tables([part.select(further.column_names).cast(further.schema) for part in parts])
    number = ints(both, "entry")
    return tuple(line(entry, both.filter(pa.array(number == entry)), codes["source"]) for entry in np.unique(number))


def from_others(
    buckets: Buckets, directory: Directory, book: Book, person: int, *, since: int, until: int
) -> pa.Table:  # fmt: skip
    """Return the interactions by which others taught a person (hash) or thanked her within (since, until], in µs.

    Columns `log.histories.COLUMNS`, without texts. One pass over people's lives.
    """
    place = np.searchsorted(directory.person, person)
    names = pc.list_flatten(directory.identities.slice(place, 1)).cast(pa.string())
    known = pa.array(directory.known())

    def towards(rows: pa.Table) -> pa.Table:
        inside = pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until))
        named = pc.is_in(rows["counterpart"].cast(pa.string()), value_set=names)
        rows = rows.filter(pc.and_(pc.and_(inside, named), gives(rows, book)))
        rows = rows.filter(pc.and_(pc.is_in(rows["person"], value_set=known), pc.not_equal(rows["person"], person)))
        return rows.append_column("text", pa.nulls(rows.num_rows, pa.string())).select(COLUMNS.names).cast(COLUMNS)

    parts = buckets.fold(towards, [name for name in COLUMNS.names if name != "text"])
    return pa.concat_tables([COLUMNS.empty_table(), *parts])


def entries_received(others: pa.Table, history: pa.Table, book: Book) -> pa.Table:
    """Return rows of others as entries of hers, with their `source` and `interaction_id`."""
    hers = pa.repeat(history["person"][0], others.num_rows)
    told = as_received(others.set_column(0, "person", hers), book)
    return told.append_column("source", others["source"]).append_column("interaction_id", others["interaction_id"])


def line(entry: int, rows: pa.Table, sources: Sequence[str]) -> Line:
    """Add up the rows of one entry."""
    minutes, money, worth = (pc.sum(rows[name]).as_py() for name in ("minutes", "money", "worth"))
    listed = rows.sort_by([("at", "descending"), ("interaction_id", "ascending")]).select(
        ["at", "source", "interaction_id"]
    )
    behind = tuple(Behind(row["at"], sources[row["source"]], row["interaction_id"]) for row in listed.to_pylist())
    hours = None if minutes is None else minutes / 60
    what = ENTRIES[entry]
    return Line(what.side, what.name, int(pc.sum(rows["acts"]).as_py()), hours, money, worth, behind)
