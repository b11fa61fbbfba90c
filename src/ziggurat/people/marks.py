"""Which interactions do the declared rules mark as a machine's, or as done through a proxy?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ziggurat.base.engine import duckdb as engine
from ziggurat.log.histories import Manifest
from ziggurat.log.snapshot import Snapshot
from ziggurat.people import acting
from ziggurat.people.via import RESERVED, Via

TABLE = "marked"


def mark(
    connection: Any, snapshot: Snapshot, rules: Mapping[str, Via], past: str | None = None, since: int = 0
) -> Snapshot:
    """Return a snapshot without what machines did; `acted` of it names every row that a rule is of, the first that is.

    Its columns are those of `acting.ACTED`; actor is null for a machine. past: an SQL table expression of what `acted`
    was up to the import `since` by the same rules: rows up to it, if they still hold, are as they were then.
    """
    if not rules:
        return snapshot
    cases = " ".join(f"WHEN {rule.test()} THEN {engine.text(name)}" for name, rule in rules.items())
    machines = ", ".join(engine.text(name) for name, rule in rules.items() if rule.via == "machine") or "NULL"
    rows = snapshot.scan("interactions")
    names = ", ".join(map(engine.text, rules))
    held = f"SELECT {acting.COLUMNS} FROM {past} held SEMI JOIN {rows} USING ({acting.ROW}) WHERE why IN ({names})"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE {TABLE} AS
        SELECT {acting.ROW}, epoch_us("at") AS "at", actor AS was,
               CASE WHEN why IN ({machines}) THEN NULL ELSE actor END AS actor, why
        FROM (SELECT *, CASE {cases} END AS why FROM {rows} WHERE import_no > {since}) WHERE why IS NOT NULL
        {f"UNION ALL BY NAME {held}" if past else ""}""")
    return replace(snapshot, acted=TABLE)


def was_used(folder: Path, before: Manifest) -> bool:
    """Say whether rules marked anything at the last refresh."""
    if acting.NAME not in before.tables:
        return False
    why = pq.read_table(folder / before.tables[acting.NAME], columns=["why"])["why"].unique().to_pylist()
    return not set(why) <= set(RESERVED)
