"""By what is a row known when it comes again? Its own id, or what of it stays as it is when an amount is corrected."""

from __future__ import annotations

from collections.abc import Mapping as Dict

import pyarrow as pa

from ziggurat.sources import names
from ziggurat.sources.cells import text_of
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.draft import Draft
from ziggurat.sources.mapping import Mapping, names_of
from ziggurat.sources.profile import Seen

# What stays as it is, unlike an amount, a state, minutes or a score.
STABLE = ("at", "actor", "channel", "kind", "direction", "activity", "counterpart", "object", "in_reply_to")
AS_READ = ("at", "actor")  # however they are written


def propose_key(draft: Draft, mapping: Mapping, first: Chunk | None) -> tuple[str, ...]:
    """Return the columns that tell rows without an id apart; nothing where none do, or where an id does.

    They are what says when, who and what, with a number of an order or a receipt, and with the text where only that
    tells rows apart. first: the first rows of the file. Rows that are equal in all they say are no reason against it.
    """
    if mapping.target != "interactions" or "interaction_id" in mapping.fields or first is None or not len(first):
        return ()
    stable = [name for field in STABLE for name in names_of(mapping.fields.get(field, ()))]
    numbered = [name for name in draft.headed(names.FIELD_NAMES["interaction_id"]) if is_full(draft.columns[name])]
    stable += [name for columns in mapping.identities.values() for name in names_of(columns)] + numbered
    if "name" in mapping.namespaces:
        stable += names_of(mapping.traits["name"])
    text = names_of(mapping.fields.get("text", ()))
    for tried in (stable, [*stable, *text]):
        there = tuple(dict.fromkeys(name for name in tried if name in first.columns))
        if there and tells_apart(there, first):
            return there
    return ()


def is_full(seen: Seen) -> bool:
    """Say whether every row has a cell in a column."""
    return 0 < seen.filled == seen.rows


def tells_apart(columns: tuple[str, ...], first: Chunk) -> bool:
    """Say whether rows that are equal in some columns are equal in all of them."""
    table = pa.table({name: text_of(column) for name, column in first.columns.items()})
    return distinct(table.select(columns)) == distinct(table)


def distinct(table: pa.Table) -> int:
    """Return how many different rows a table has, whatever its columns are called: Arrow takes `.a.b` for a path."""
    numbered = table.rename_columns([str(place) for place in range(table.num_columns)])
    return len(numbered.group_by(numbered.column_names, use_threads=False).aggregate([]))


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
