"""What did one person give and get, and by which interactions?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.people.replies import REPLIES
from ziggurat.value.entries import ENTRIES, Book
from ziggurat.value.ledger import answering, entered, ints, questions


@dataclass(frozen=True)
class Behind:
    """One interaction behind an entry: her own, a message to her, or a question of hers that was answered.

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
) -> tuple[Line, ...]:
    """Return a known person's ledger within (since, until], instants in µs, in order of `entries.ENTRIES`.

    history: her rows with `log.histories.COLUMNS`. asked: her rows of `people.replies.replies` for the same window;
    without them, answers that are in other people's lives are missing, and what members taught her or thanked her for
    is in any case: `mutual-value` has both.
    """
    rows = history.filter(pc.and_(pc.greater(history["at"], since), pc.less_equal(history["at"], until)))
    own = entered(rows, book)
    some = rows.select(["source", "interaction_id"]).take(own["row"])
    for name in some.column_names:
        own = own.append_column(name, some[name])
    asked = REPLIES.empty_table() if asked is None else asked
    ours = asked.filter(pc.is_valid(asked["staff_at"]))
    further = questions(asked, ours, answering(own, ours), book)
    both = pa.concat_tables([own.select(further.column_names), further.cast(own.select(further.column_names).schema)])
    number = ints(both, "entry")
    return tuple(line(entry, both.filter(pa.array(number == entry)), codes["source"]) for entry in np.unique(number))


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
