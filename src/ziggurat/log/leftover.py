"""What else did the row of an interaction say? Cells that no field took are kept beside it, seen and found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.schema import OTHER_IDENTITIES
from ziggurat.log.snapshot import Snapshot

SHORTEST = 3  # characters of a word that is looked for: a shorter one stands in most rows
Cells = dict[str, Any]


def cells_of(connection: Any, snapshot: Snapshot, rows: Sequence[Mapping[str, Any]]) -> list[Cells]:
    """Return of each interaction its cells that no field took: heading → text.

    rows: with source, interaction_id and at (an aware datetime), as of a history.
    """
    if not rows:
        return []
    times = [row["at"] for row in rows]
    wanted = pa.table({name: [row[name] for row in rows] for name in ("source", "interaction_id")})
    connection.register("wanted", wanted)
    try:
        found = connection.execute(
            f"""SELECT source, interaction_id, properties FROM {snapshot.scan("interactions")}
            SEMI JOIN wanted USING (source, interaction_id)
            WHERE "at" BETWEEN ?::TIMESTAMPTZ AND ?::TIMESTAMPTZ AND properties <> '{{}}'""",
            [min(times), max(times)],
        ).fetchall()
    finally:
        connection.unregister("wanted")
    said = {(source, key): without(msgspec.json.decode(text, type=Cells)) for source, key, text in found}
    return [said.get((row["source"], row["interaction_id"]), {}) for row in rows]


def without(cells: Cells) -> Cells:
    """Return cells without what stands among them that is none: the other identities of the row."""
    return {name: text for name, text in cells.items() if name != OTHER_IDENTITIES}


def who_says(snapshot: Snapshot, identities: str, words: str, at: int) -> str:
    """Write the query for people (`person`) of whom a row up to an instant (µs) says a text in a cell that no field
    took.

    identities: an SQL table expression of identity and person. words: looked for whatever their case, from three
    characters on; nobody is found by fewer.
    """
    wanted = f"lower({engine.text(words)})"
    cells = "array_to_string(json_extract_string(properties, '$.*'), ' ')"
    return f"""
        SELECT person FROM {snapshot.scan("interactions")} kept JOIN {identities} whose ON whose.identity = kept.actor
        WHERE {"true" if len(words) >= SHORTEST else "false"} AND properties <> '{{}}'
        AND contains(lower(properties), {wanted}) AND contains(lower({cells}), {wanted})
        AND epoch_us("at") <= {int(at)}"""
