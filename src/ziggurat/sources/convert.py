"""What do the rows of a file say, under its mapping? Good ones go to their tables, the others to `rejected`."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import schema
from ziggurat.sources.batch import Batch
from ziggurat.sources.cells import json_objects, text_of
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.content import content_ids
from ziggurat.sources.fields import Reading, all_reasons, read_fields
from ziggurat.sources.mapping import SKIP

EVIDENCE = "same row"


def convert(chunk: Chunk, reading: Reading) -> Batch:
    """Turn the rows of a chunk into rows of logged tables. Every row is in a table, rejected, or skipped."""
    columns = {name: text_of(column) for name, column in chunk.columns.items()}
    read = read_fields(columns, len(chunk), reading)
    skipped = (
        pc.fill_null(pc.equal(read["kind"].values, SKIP), False) if "kind" in read else pa.repeat(False, len(chunk))
    )
    reasons = all_reasons(read, columns, reading.mapping, skipped)
    good = pc.and_(pc.is_null(reasons), pc.invert(skipped))
    values = {name: cells.values.filter(good) for name, cells in read.items()}
    kept = {name: column.filter(good) for name, column in columns.items()}
    tables = rows_of_target(values, kept, reading)
    rejected = rejected_rows(chunk, reasons, reading)
    if len(rejected):
        tables["rejected"] = rejected
    return Batch(
        {name: table for name, table in tables.items() if len(table)}, chunk.read, int(pc.sum(skipped).as_py() or 0)
    )


def rows_of_target(values: dict[str, pa.Array], columns: dict[str, pa.Array], reading: Reading) -> dict[str, pa.Table]:
    """Return the rows of every table that good rows make."""
    target = reading.mapping.target
    if target in ("exposures", "costs"):
        return {target: conform(values, schema.LOGGED[target])}
    tables: dict[str, pa.Table] = {}
    if target == "interactions":
        tables["interactions"] = interactions(values, columns, reading)
    at = values.get("at", pa.nulls(len(values["actor"]), schema.INSTANT))
    at = pc.fill_null(at, pa.scalar(reading.received_at, schema.INSTANT))
    tables["links"] = links(values, at, reading)
    tables["traits"] = traits(values["actor"], at, columns, reading)
    return tables


def conform(values: dict[str, pa.Array], to: pa.Schema) -> pa.Table:
    """Return a table with exactly the columns of the schema, null where there is no value."""
    length = len(next(iter(values.values())))
    return pa.table([values.get(field.name, pa.nulls(length, field.type)).cast(field.type) for field in to], schema=to)


def interactions(values: dict[str, pa.Array], columns: dict[str, pa.Array], reading: Reading) -> pa.Table:
    """Return the interactions, each with an id, and with the columns that nothing took in `properties`."""
    length = len(values["actor"])
    taken = set(reading.mapping.columns())
    others = [(name, columns[name]) for name in sorted(columns) if name not in taken]
    properties = json_objects(others, length)
    further = {f"trait {trait}": columns[name] for trait, name in reading.mapping.traits.items() if name in columns}
    made = content_ids({**values, **further, "properties": properties})
    said = values.get("interaction_id", pa.nulls(length, pa.string()))
    shared = {
        "interaction_id": pc.coalesce(said, made),
        "source": pa.repeat(pa.scalar(reading.source), length),
        "received_at": pa.repeat(pa.scalar(reading.received_at, schema.INSTANT), length),
        "properties": properties,
    }
    return conform({**values, **shared}, schema.INTERACTIONS)


def links(values: dict[str, pa.Array], at: pa.Array, reading: Reading) -> pa.Table:
    """Return one link for each further identity of an actor, dated at the first row of the batch that shows it."""
    found = [
        pa.table({"a": values["actor"], "b": values[f"~{namespace}"], "at": at})
        for namespace in reading.mapping.identities
    ]
    if not found:
        return schema.LINKS.empty_table()
    table = pa.concat_tables(found)
    table = table.filter(pc.fill_null(pc.not_equal(table["a"], table["b"]), False))
    table = table.group_by(["a", "b"], use_threads=False).aggregate([("at", "min")])
    return with_source(
        {"a": table["a"], "b": table["b"], "at": table["at_min"]}, {"evidence": EVIDENCE}, schema.LINKS, reading
    )


def traits(actor: pa.Array, at: pa.Array, columns: dict[str, pa.Array], reading: Reading) -> pa.Table:
    """Return the traits of actors, each value once, dated at the last row of the batch that shows it."""
    found = [
        pa.table(
            {"identity": actor, "trait": pa.repeat(pa.scalar(trait), len(actor)), "value": columns[name], "at": at}
        )
        for trait, name in reading.mapping.traits.items()
        if name in columns
    ]
    if not found:
        return schema.TRAITS.empty_table()
    table = pa.concat_tables(found).drop_null()
    table = table.group_by(["identity", "trait", "value"], use_threads=False).aggregate([("at", "max")])
    values = {name: table[name] for name in ("identity", "trait", "value")}
    return with_source({**values, "at": table["at_max"]}, {}, schema.TRAITS, reading)


def with_source(values: dict[str, pa.ChunkedArray], same: dict[str, str], to: pa.Schema, reading: Reading) -> pa.Table:
    """Return a table of the schema whose rows all come from this source."""
    length = len(next(iter(values.values())))
    constant = {name: pa.repeat(pa.scalar(text), length) for name, text in {"source": reading.source, **same}.items()}
    return pa.table({**values, **constant}).select(to.names).cast(to).combine_chunks()


def rejected_rows(chunk: Chunk, reasons: pa.Array, reading: Reading) -> pa.Table:
    """Return the rejected rows of a chunk in the order of the file, each as it came."""
    wrong = pc.is_valid(reasons)
    lines = chunk.lines.filter(wrong).to_pylist()
    rows = json_objects(
        [(name, column.filter(wrong)) for name, column in chunk.columns.items()], len(lines)
    ).to_pylist()
    found: Iterable[tuple[int, str, str]] = [
        *zip(lines, reasons.filter(wrong).to_pylist(), rows, strict=True),
        *((line, reason, msgspec.json.encode(row).decode()) for line, reason, row in chunk.broken),
    ]
    ordered = sorted(found)
    return pa.table(
        {
            "source": [reading.source] * len(ordered),
            "file": [reading.file] * len(ordered),
            "line": [line for line, _, _ in ordered],
            "reason": [reason for _, reason, _ in ordered],
            "row": [row for _, _, row in ordered],
        },
        schema=schema.REJECTED,
    )
