"""By what is a row known when it comes again? Its own id, or what of it stays as it is when an amount is corrected."""

from __future__ import annotations

from collections.abc import Mapping as Dict

import pyarrow as pa

from ziggurat.base.words.texts import listed
from ziggurat.sources import names
from ziggurat.sources.cells import text_of
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.draft import Draft
from ziggurat.sources.mapping import Mapping, names_of
from ziggurat.sources.profile import Seen

# What stays as it is, unlike an amount, a state, minutes or a score.
STABLE = ("at", "actor", "channel", "kind", "direction", "activity", "counterpart", "object", "in_reply_to")
ALIKE = (
    "Some rows are alike in {columns} and differ otherwise, so they are known by their order in the file. A later "
    "file that holds only some of them would replace the first; if that may be, add a column to the key."
)
NO_KEY = (
    "Nothing tells its rows apart but all that they say: a row that comes again corrected counts beside the old one. "
    "Say with --key which columns stay as they are."
)
AS_READ = ("at", "actor")  # however they are written


def propose_key(draft: Draft, mapping: Mapping, first: Chunk | None) -> tuple[tuple[str, ...], list[str]]:
    """Return the columns that tell rows without an id apart, with what should be known of them, in words.

    They are what says when, who and what, with a number of an order or a receipt, and with the text where only that
    tells rows apart. There are none where an id does. Rows that are alike in all of them, such as two gifts of one day,
    are distinguished by their order in the file; where that would be most rows, there is no key. What a bank has booked
    is not corrected, so a line of a statement is known by its text and its amount, too.
    first: the first rows of the file.
    """
    if mapping.target != "interactions" or "interaction_id" in mapping.fields or first is None or not len(first):
        return (), []
    stable = [name for field in STABLE for name in names_of(mapping.fields.get(field, ()))]
    numbered = [name for name in draft.headed(names.FIELD_NAMES["interaction_id"]) if is_full(draft.columns[name])]
    stable += [name for columns in mapping.identities.values() for name in names_of(columns)] + numbered
    if "name" in mapping.namespaces:
        stable += names_of(mapping.traits["name"])
    text = names_of(mapping.fields.get("text", ()))
    if draft.statement:
        stable += [draft.booked, *text, *names_of(mapping.fields.get("amount", ()))]
    tries = [
        tuple(dict.fromkeys(name for name in each if name in first.columns)) for each in (stable, [*stable, *text])
    ]
    alike = {there: alike_in(there, first) for there in tries if there}
    key = min(alike, key=lambda there: alike[there], default=())
    if not key or 2 * alike[key] > len(first):
        return (), [NO_KEY]
    return key, [ALIKE.format(columns=listed(key))] if alike[key] else []


def is_full(seen: Seen) -> bool:
    """Say whether every row has a cell in a column."""
    return 0 < seen.filled == seen.rows


def alike_in(columns: tuple[str, ...], first: Chunk) -> int:
    """Return how many rows are equal to another in some columns and differ from it in others."""
    place = [f"column {number}" for number in range(len(first.columns))]  # whatever they are called: Arrow reads paths
    table = pa.table(dict(zip(place, map(text_of, first.columns.values()), strict=True)))
    chosen = [place[number] for number, name in enumerate(first.columns) if name in columns]
    return distinct(table) - distinct(table.select(chosen))


def distinct(table: pa.Table) -> int:
    """Return how many different rows a table has."""
    return len(table.group_by(table.column_names, use_threads=False).aggregate([]))


def key_values(values: Dict[str, pa.Array], columns: Dict[str, pa.Array], mapping: Mapping) -> dict[str, pa.Array]:
    """Return what the key's columns say of each row: time and person as read, all others as they stand.

    values: field → what was read.
    """
    found: dict[str, pa.Array] = {}
    taken: set[str] = set()
    for field in AS_READ:
        named = set(names_of(mapping.fields.get(field, ())))
        if named and named <= set(mapping.key):
            found[field] = values[field]
            taken |= named
    return found | {f"column {name}": columns[name] for name in mapping.key if name in columns and name not in taken}
