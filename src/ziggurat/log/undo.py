"""What is the log without one of its imports? As if it had never been.

What only that import told goes. What a later one told again is that one's from then on. What it replaced or deleted is
back, unless a later import replaced or deleted it, too: then that one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.log.snapshot import Snapshot
from ziggurat.log.tables import hashes, stored_schema

TWO_64 = "18446744073709551616::HUGEINT"


class Mended(NamedTuple):
    """Rows that take the place of those that are of an import, or name it as `was`."""

    interactions: pa.Table
    again: pa.Table
    gone: pa.Table


def without(snapshot: Snapshot, number: int, times: Mapping[int, datetime], wholes: Mapping[int, str]) -> Mended:
    """Work out what stays of an import's interactions, and of what is noted of them.

    times: when each import was made. wholes: imports that are the whole of their source, which they name.
    """
    with engine.connect() as connection:
        connection.register("times", pa.table([list(times), list(times.values())], ["import_no", "made"]))
        connection.register(
            "wholes",
            pa.table({"import_no": pa.array(wholes, pa.int64()), "source": pa.array(wholes.values(), pa.string())}),
        )
        connection.execute(heirs(snapshot, number))
        names = {"interactions": interactions(snapshot, number), "again": again(snapshot, number)}
        names["gone"] = gone(snapshot, number)
        found = {
            table: connection.sql(query).to_arrow_table().cast(stored_schema(table)) for table, query in names.items()
        }
    return Mended(**found)


def heirs(snapshot: Snapshot, number: int) -> str:
    """Write the statement that makes a table of the import's rows that another one told again, and which one first."""
    rows = (
        f"SELECT source, interaction_id, {hashes('interactions', 'NULL', 0)} FROM {snapshot.every_row('interactions')}"
    )
    return f"""
        CREATE TEMP TABLE heirs AS
        WITH later AS (
            SELECT key, (key::HUGEINT + {TWO_64}) % {TWO_64} AS unsigned, min(import_no) AS heir
            FROM {snapshot.every_row("again")} WHERE was = {number} AND import_no <> {number} GROUP BY key
        )
        SELECT source, interaction_id, later.key, heir
        FROM ({rows} WHERE import_no = {number}) brought
        JOIN later ON unsigned = (brought.key::HUGEINT + nth) % {TWO_64}
    """


def interactions(snapshot: Snapshot, number: int) -> str:
    """Write the query for the rows that are another import's now, as it brought them."""
    columns = ", ".join(
        {"received_at": "made", "import_no": "heir"}.get(name, f"held.{engine.name(name)}") + f" AS {engine.name(name)}"
        for name in stored_schema("interactions").names
    )
    return f"""
        SELECT {columns} FROM {snapshot.every_row("interactions")} held
        JOIN heirs USING (source, interaction_id) JOIN times ON times.import_no = heir
        WHERE held.import_no = {number}"""


def again(snapshot: Snapshot, number: int) -> str:
    """Write the query for what others told again of them."""
    return f"""
        SELECT key, heir AS was, import_no FROM {snapshot.every_row("again")} JOIN heirs USING (key)
        WHERE was = {number} AND import_no NOT IN ({number}, heir)"""


def gone(snapshot: Snapshot, number: int) -> str:
    """Write the query for what is replaced or deleted by whom, of all that the import had to do with.

    before: what the import replaced or deleted. after: what replaced or deleted its own row.
    """
    held = snapshot.every_row("gone")
    return f"""
        WITH before AS (SELECT source, interaction_id, was FROM {held} WHERE import_no = {number}),
        after AS (SELECT source, interaction_id, import_no FROM {held} WHERE was = {number}),
        own AS (SELECT source, interaction_id FROM {snapshot.every_row("interactions")} SEMI JOIN before
                USING (source, interaction_id) WHERE import_no = {number}),
        later AS (
            SELECT source, interaction_id, min(import_no) AS import_no FROM (
                SELECT source, interaction_id, import_no FROM {snapshot.every_row("interactions")} SEMI JOIN before
                USING (source, interaction_id)
              UNION ALL SELECT source, interaction_id, wholes.import_no FROM before JOIN wholes USING (source)
            ) WHERE import_no > {number} GROUP BY ALL
        )
        SELECT source, interaction_id, was, heir AS import_no FROM before JOIN heirs USING (source, interaction_id)
      UNION ALL
        SELECT source, interaction_id, heir, import_no FROM after JOIN heirs USING (source, interaction_id)
      UNION ALL
        SELECT source, interaction_id, was, import_no FROM before JOIN after USING (source, interaction_id)
        ANTI JOIN heirs USING (source, interaction_id)
      UNION ALL
        SELECT source, interaction_id, was, import_no FROM before JOIN later USING (source, interaction_id)
        ANTI JOIN own USING (source, interaction_id)"""
