"""Which tables does the log hold, and what makes two rows of one of them the same?

Each table has keys. An interaction that comes again under its key is left out where it says the same, and replaces the
one before where it says anything else. Rows of every other table are kept each time they come, for they are little, and
an import may be taken back: what is shown of them is worked out from all that is told (see `snapshot`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.schema import LOGGED
from ziggurat.log.usual import usual
from ziggurat.sources.content import MADE

# Beside what is logged: which interactions were told again by an import, and which ones it replaced or deleted.
# `was` is the import that brought the row which is meant.
BOOKS: Mapping[str, pa.Schema] = {
    "again": pa.schema([("key", pa.int64()), ("was", pa.int64())]),
    "gone": pa.schema([("source", pa.string()), ("interaction_id", pa.string()), ("was", pa.int64())]),
}
TABLES = {**LOGGED, **BOOKS}
SECOND = "([2-9]|[1-9][0-9]{1,8})"  # behind an id that was made: which of equal rows it is of, from the second on


@dataclass(frozen=True)
class Keyed:
    """How rows of a table are told apart.

    key: columns that name what a row is of; `$source` stands for the import's source, where the table has no column of
    it. says: columns that tell what a row says of it. rows: one, of which the last told counts; set, of all that an
    import tells of a key, each once; bag, the same with equal ones counted each; each, equal ones are so many rows.
    """

    key: tuple[str, ...]
    says: tuple[str, ...]
    rows: Literal["one", "set", "bag", "each"]


def others(table: str, *but: str) -> tuple[str, ...]:
    """Return the columns of a table but some."""
    return tuple(name for name in LOGGED[table].names if name not in but)


KEYS: Mapping[str, Keyed] = {
    "interactions": Keyed(
        ("source", "interaction_id"), others("interactions", "source", "interaction_id", "received_at"), "one"
    ),
    "exposures": Keyed(("$source", "activity", "channel", "day"), ("reach", "impressions", "cost"), "bag"),
    "costs": Keyed(("$source", "activity", "day"), ("money", "staff_minutes"), "bag"),
    "links": Keyed(("a", "b", "evidence", "source"), (), "set"),
    "traits": Keyed(("identity", "trait", "source"), ("value",), "set"),
    "rejected": Keyed(("source", "file", "reason", "row"), (), "each"),
}


def stored_schema(table: str) -> pa.Schema:
    """Return a table's schema as it is stored: with the number of the import that brought the row."""
    return TABLES[table].append(pa.field("import_no", pa.int64()))


def hashes(table: str, source: str, brought: object) -> str:
    """Write the SQL columns that tell rows apart: key, sure, nth, made, says and brought.

    key and sure: 64 and 32 bits of the hash of a row's key; of an id that was made from what a row says, without the
    number that tells equal rows of one file apart, which is nth (0 for the first). made: whether the id is such a one.
    says: 32 bits of the hash of what it says. source, brought: SQL expressions for `$source` and the import.
    """
    keyed = KEYS[table]
    names = [source if name == "$source" else engine.name(name) for name in keyed.key]
    nth, made = "0", "true" if keyed.rows == "each" else "false"
    if table == "interactions":
        numbered = f"(length(interaction_id) > 26 AND regexp_full_match(interaction_id, '{MADE}-{SECOND}'))"
        names[1] = f"CASE WHEN {numbered} THEN left(interaction_id, 25) ELSE interaction_id END"
        nth = f"CASE WHEN {numbered} THEN substr(interaction_id, 27)::UINTEGER - 1 ELSE 0 END"
        made = f"(length(interaction_id) = 25 AND regexp_full_match(interaction_id, '{MADE}'))"
    whole = f"concat_ws(chr(31), {', '.join(f'coalesce(({name})::VARCHAR, chr(30))' for name in names)})"
    # What states no time is dated by when it came in first: that it comes in again is nothing new.
    otherwise = {"direction": usual(engine.text)}
    if table == "interactions":
        otherwise["at"] = 'CASE WHEN "at" IS DISTINCT FROM received_at THEN "at" END'
    said = [otherwise.get(name, engine.name(name)) for name in keyed.says]
    says = f"(hash({', '.join(said)}) >> 32)" if said else "0"
    return (
        f"md5_number_lower({whole}) AS key, (md5_number_upper({whole}) >> 32)::UINTEGER AS sure, "
        f"({nth})::UINTEGER AS nth, {made} AS made, {says}::UINTEGER AS says, ({brought})::BIGINT AS brought"
    )
