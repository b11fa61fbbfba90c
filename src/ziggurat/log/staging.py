"""The rows of an import on their way into the log: laid down as they come, judged, and written where they are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.schema import LOGGED
from ziggurat.log.judge import SURE, Hashes, Judged, judge
from ziggurat.log.keys import Entries, Index, Ints
from ziggurat.log.snapshot import Snapshot
from ziggurat.log.tables import BOOKS, KEYS, hashes, stored_schema
from ziggurat.sources.batch import Batch

STANDING = BOOKS["gone"].append(pa.field("key", pa.uint64())).append(pa.field("former", pa.bool_()))
# Staged beside the tables: ids of interactions that are none, or (former) that are told under another id from now on.
VOID = "void"
NONE = pa.schema([("interaction_id", pa.string()), ("former", pa.bool_())])


def stage(batches: Iterable[Batch], staging: Path, tell: Callable[[float], None]) -> tuple[dict[str, int], int]:
    """Write batches to one Parquet file a table; memory holds one batch at a time.

    Returns: the rows of each table, and how many rows were skipped on purpose.
    """
    writers: dict[str, pq.ParquetWriter] = {}
    rows: dict[str, int] = {}
    skipped = 0
    try:
        for batch in batches:
            skipped += batch.skipped
            for table, some in [*batch.tables.items(), *void_rows(batch)]:
                if some.num_rows == 0:
                    continue
                if table not in writers:
                    writers[table] = pq.ParquetWriter(staging / f"{table}.parquet", stages(table))
                writers[table].write_table(some.cast(stages(table)))
                rows[table] = rows.get(table, 0) + some.num_rows
            tell(batch.read)
    finally:
        for writer in writers.values():
            writer.close()
    rows.pop(VOID, None)
    return rows, skipped


def void_rows(batch: Batch) -> list[tuple[str, pa.Table]]:
    """Return the interactions that hold no longer under an id, as rows with the columns NONE."""
    parts = [(batch.void, False), (batch.former, True)]
    return [
        (VOID, pa.table([ids, pa.repeat(pa.scalar(former), len(ids))], schema=NONE))
        for ids, former in parts
        if ids is not None
    ]


def stages(table: str) -> pa.Schema:
    """Return the schema of a table as it is staged."""
    return NONE if table == VOID else LOGGED[table]


def withdrawn(staging: Path, source: str, index: Index, number: int, gone: str) -> tuple[pa.Table, Entries, int]:
    """Return the interactions of earlier imports of which staged rows say that they are none, or have another id.

    gone: an SQL table expression of what holds no longer: of that, too, it is noted, so that it stays so when whatever
    took it away is taken back. Returns: source, interaction_id and was; what the index is to hold of those that held
    until now; and how many of these are told under another id.
    """
    path = staging / f"{VOID}.parquet"
    parts, before = [STANDING.empty_table()], BOOKS["gone"].empty_table()
    if path.exists():
        rows = void_query(path, staging / "interactions.parquet", source)
        with engine.borrow(staging / "spill") as connection:
            query = f"SELECT source, interaction_id, former, {hashes('interactions', 'NULL', 0)} FROM {rows}"
            parts += [current_rows(batch, index, number) for batch in engine.stream(connection, query)]
            earlier = f"SELECT DISTINCT source, interaction_id, was FROM {gone} SEMI JOIN {rows}"
            before = connection.sql(f"{earlier} USING (source, interaction_id)").to_arrow_table()
    now = pa.concat_tables(parts)
    key, first = np.unique(now["key"].to_numpy(), return_index=True)
    nothing = np.zeros(key.size, np.int64)
    taken = now.take(pa.array(first))
    renamed = int(pc.sum(taken["former"]).as_py() or 0)
    rows_gone = pa.concat_tables([taken.select(BOOKS["gone"].names), before.cast(BOOKS["gone"])])
    return rows_gone, Entries(key, nothing.astype(np.uint64), nothing), renamed


def void_query(void: Path, told: Path, source: str) -> str:
    """Write the rows that hold no longer under an id as an SQL table expression, shaped as interactions.

    What an import itself tells under a former id holds on. told: the staged interactions, if there are any.
    """
    says = ", ".join(f"NULL AS {engine.name(name)}" for name in (*KEYS["interactions"].says, "received_at"))
    none = engine.scan_file(void)
    rows = f"SELECT * FROM {none} WHERE NOT former UNION ALL BY NAME SELECT *, true AS former FROM ("
    rows += in_order(f"(SELECT interaction_id FROM {none} WHERE former)")
    rows += f" EXCEPT {in_order(engine.scan_file(told))})" if told.exists() else ")"
    return f"(SELECT {engine.text(source)} AS source, interaction_id, former, {says} FROM ({rows}))"


def in_order(rows: str) -> str:
    """Write ids with those of equal rows told apart as `tell_apart` does."""
    nth = "row_number() OVER (PARTITION BY interaction_id)"
    return f"SELECT interaction_id || CASE WHEN {nth} > 1 THEN '-' || {nth} ELSE '' END AS interaction_id FROM {rows}"


def current_rows(rows: pa.RecordBatch, index: Index, number: int) -> pa.Table:
    """Return those interactions that an import before this one brought and that hold, with the columns STANDING."""
    key = rows["key"].to_numpy() + rows["nth"].to_numpy().astype(np.uint64)
    order = np.argsort(key, kind="stable")
    mark, was = index.find("interactions", key[order])
    sure = rows["sure"].to_numpy().astype(np.uint64)[order]
    hit = (was > 0) & (was < number) & (mark >> SURE == sure)
    some = rows.take(pa.array(order[hit]))
    columns = [some["source"], some["interaction_id"], pa.array(was[hit]), pa.array(key[order][hit]), some["former"]]
    return pa.table(columns, schema=STANDING)


def judge_staged(table: str, staging: Path, source: str, index: Index, number: int, *, first: bool = False) -> Judged:
    """Compare the staged rows of a table with what the log holds, and add their keys to the index; see `judge`."""
    staged = engine.scan_file(staging / f"{table}.parquet")
    with engine.borrow(staging / "spill") as connection:
        connection.execute("SET threads = 1")  # rows come in the order of the file alone: they are told apart by place
        query = f"SELECT {hashes(table, engine.text(source), number)} FROM {staged}"
        found = Hashes(staging, engine.stream(connection, query))
    return judge(found, table, KEYS[table], index, first=first)


def rows_to_write(table: str, staging: Path, found: Judged, number: int) -> Iterator[pa.RecordBatch]:
    """Yield those staged rows of a table that are to be written, in order, with the number of the import."""
    for batch, rows in chosen(table, staging, found.keep):
        some = tell_apart(batch, found.nth[rows]) if table == "interactions" and found.nth[rows].any() else batch
        columns = [*some.columns, pa.repeat(pa.scalar(number, pa.int64()), some.num_rows)]
        yield pa.RecordBatch.from_arrays(columns, schema=stored_schema(table))


def find_replaced(staging: Path, found: Judged) -> pa.Table:
    """Return which interactions of earlier imports the staged ones replace: source, interaction_id and was."""
    parts = []
    for batch, rows in chosen("interactions", staging, found.was > 0):
        named = tell_apart(batch, found.nth[rows])
        columns = [named["source"], named["interaction_id"], pa.array(found.was[rows])]
        parts.append(pa.table(columns, schema=BOOKS["gone"]))
    return pa.concat_tables([BOOKS["gone"].empty_table(), *parts])


def told_again(found: Judged) -> pa.Table:
    """Return which interactions of earlier imports the staged ones tell again: key and was."""
    some = pa.concat_tables(
        [pa.table({"key": pa.array([], pa.uint64()), "was": pa.array([], pa.int64())}), *found.again]
    )
    return pa.table([some["key"].combine_chunks().view(pa.int64()), some["was"]], schema=BOOKS["again"])


def missing(snapshot: Snapshot, staging: Path, source: str, number: int) -> tuple[pa.Table, Entries]:
    """Return the interactions of a source that hold, and that an import which is the whole of it does not tell.

    Returns: source, interaction_id and was; and what the index is to hold of them.
    """
    told = f"SELECT key FROM {snapshot.every_row('again')} WHERE import_no = {number}"
    held = (
        f"SELECT * FROM {snapshot.scan('interactions')} WHERE import_no <> {number} AND source = {engine.text(source)}"
    )
    with engine.borrow(staging / "spill") as connection:
        columns = hashes("interactions", "NULL", "import_no")
        found = connection.sql(f"SELECT source, interaction_id, {columns} FROM ({held})").to_arrow_table()
        again = connection.sql(told).to_arrow_table()["key"].combine_chunks().view(pa.uint64()).to_numpy()
    key = found["key"].to_numpy() + found["nth"].to_numpy().astype(np.uint64)
    order = np.argsort(key, kind="stable")
    order = order[~np.isin(key[order], again)]
    rows = found.select(["source", "interaction_id", "brought"]).take(pa.array(order))
    nothing = np.zeros(order.size, np.int64)
    return rows.rename_columns(BOOKS["gone"].names), Entries(key[order], nothing.astype(np.uint64), nothing)


def chosen(table: str, staging: Path, flags: npt.NDArray[np.bool_]) -> Iterator[tuple[pa.RecordBatch, Ints]]:
    """Yield the staged rows of a table that are flagged, and where they stand."""
    first = 0
    with pq.ParquetFile(staging / f"{table}.parquet") as file:
        for batch in file.iter_batches(engine.BATCH):
            some = flags[first : first + batch.num_rows]
            if some.any():
                yield batch.filter(pa.array(some)), np.flatnonzero(some) + first
            first += batch.num_rows


def tell_apart(batch: pa.RecordBatch, nth: npt.NDArray[np.int32]) -> pa.RecordBatch:
    """Return interactions with ids that tell apart rows that say the same: the second has -2 behind it."""
    number = pc.binary_join_element_wise(batch["interaction_id"], pa.array(nth + 1).cast(pa.string()), "-")
    ids = pc.if_else(pa.array(nth > 0), number, batch["interaction_id"])
    return batch.set_column(batch.schema.get_field_index("interaction_id"), "interaction_id", ids)
