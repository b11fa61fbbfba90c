"""Which rows of a list of people name several of them in one cell? Each is somebody, and gets a row."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources.addresslist import addresses_in
from ziggurat.sources.cells import by_distinct
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.mapping import Mapping, names_of

SEVERAL = r"@[^,;]*[,;][^@]*@"


def one_a_row(chunk: Chunk, mapping: Mapping) -> Chunk:
    """Return rows that each name one person: those whose actor's cell lists several come once for each of them.

    That they are several is sure where names stand before the addresses, or where the row says nothing else of anybody.
    """
    named = names_of(mapping.fields.get("actor", ()))
    if mapping.target != "people" or mapping.namespaces.get("actor") != "email" or len(named) != 1:
        return chunk
    column = chunk.columns.get(named[0], pa.nulls(0, pa.string()))
    if not pc.any(pc.match_substring_regex(column, SEVERAL)).as_py():
        return chunk
    alone = not ({*mapping.columns()} - {*named}) and not mapping.identities

    def people(cell: str) -> list[str]:
        found = addresses_in(cell) or []
        several = len(found) > 1 and (alone or any(name for name, _ in found))
        return [f'"{name}" <{address}>' if name else address for name, address in found] if several else [cell]

    lists = by_distinct(column, people, pa.list_(pa.string())).values
    lists = pc.if_else(pc.is_null(column), pa.scalar([None], pa.list_(pa.string())), lists)
    rows = pc.list_parent_indices(lists)
    columns = {name: cells.take(rows) for name, cells in chunk.columns.items()}
    columns[named[0]] = pc.list_flatten(lists)
    several = pc.greater(pc.list_value_length(lists), 1).take(rows)
    called = by_distinct(pc.if_else(several, columns[named[0]], None), name_of, pa.string()).values
    for place, name in enumerate(names_of(mapping.traits.get("name", ()))):
        if name in columns and name != named[0]:  # what the row is called is no name of each of them
            columns[name] = pc.if_else(several, pa.nulls(len(rows), pa.string()) if place else called, columns[name])
    return replace(chunk, columns=columns, lines=chunk.lines.take(rows))


def name_of(cell: str) -> str | None:
    """Return the name before the address in a cell that holds one, or None where there is none."""
    return next((name for name, _ in addresses_in(cell) or () if name), None)
