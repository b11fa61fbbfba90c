"""How do rows that come in any order become sorted segments, in memory that does not grow with the log?

Each batch is laid on piles by the first bits of its people's hashes, which is cheap while the batch is in the
processor's cache; what is more than some memory holds is laid on disk instead. Then every pile is put in order by
itself, on threads, and written bucket by bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.log.merge import TIES, Ints, column, in_order_of_ties, whole
from ziggurat.log.segments import write
from ziggurat.stats.order import ordered, piled

PILE_BITS = 7
HELD = 2**30  # bytes of rows on piles that stay in memory
MOST_TEXT = 2**31 - 1  # bytes of one column that Arrow's plain strings can hold


class Written(NamedTuple):
    """A bucket's rows in a segment that was written."""

    bucket: int
    segment: str
    rows: int


@dataclass(frozen=True)
class Names:
    """Identities by number: what a row carries, while it is on its way, in place of the actor and the person."""

    identity: pa.StringArray
    person: Ints

    @classmethod
    def of(cls, identities: pa.Table) -> Names:
        """Number identities, given with columns identity and person, so that those of one pile lie together."""
        person = column(identities, "person")
        if not person.size:  # nothing new: no loop need be loaded for it
            return cls(pa.array([], pa.string()), person)
        order, _ = piled(person, 63 - PILE_BITS, 0, 1 << PILE_BITS)
        return cls(identities["identity"].combine_chunks().take(pa.array(order)), person[order])


@dataclass
class Piles:
    """Rows on piles, each in the order in which they came.

    file: where rows lie for which there is no room in memory; it is to be dropped when all is done.
    """

    file: Path
    bits: int
    people: Ints
    parts: list[tuple[pa.RecordBatch, Ints]] = field(default_factory=list)

    def lay(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Lay rows on piles. They have the number of their person's identity in `actor`."""
        held, spilled, writer = 0, [], None
        for batch, edges in engine.fold(batches, self.spread):
            held += batch.nbytes
            if held <= HELD:
                self.parts.append((batch, edges))
                continue
            writer = writer or pa.ipc.new_file(str(self.file), batch.schema)
            writer.write_batch(batch)
            spilled.append(edges)
        if writer is not None:
            writer.close()
            reader = pa.ipc.open_file(pa.memory_map(str(self.file)))
            self.parts += [(reader.get_batch(number), edges) for number, edges in enumerate(spilled)]

    def spread(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Ints]:
        """Bring the rows of a batch in the order of their piles; return them, and where each pile begins."""
        order, edges = piled(self.people[batch["actor"].to_numpy()], 63 - self.bits, 0, 1 << self.bits)
        columns = [take_values(values, order) for values in batch.columns]
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema), edges

    def pile(self, number: int) -> pa.Table | None:
        """Return the rows on one pile; None if there are none."""
        slices = [
            batch.slice(edges[number], edges[number + 1] - edges[number])
            for batch, edges in self.parts
            if edges[number] < edges[number + 1]
        ]
        if not slices:
            return None
        rows = pa.Table.from_batches(slices)
        return pa.table([roomy(values) for values in rows.columns], names=rows.column_names)


def roomy(values: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, large where a plain one can't hold its texts."""
    if pa.types.is_string(values.type) and values.nbytes > MOST_TEXT:
        values = values.cast(pa.large_string())
    return whole(values)


def take_values(values: pa.Array, order: Ints) -> pa.Array:
    """Return values in another order; a column that holds nothing, as many do, costs nothing."""
    if values.null_count == len(values):
        return pa.nulls(len(order), values.type)
    return values.take(pa.array(order))


def write_segments(
    folder: Path, batches: Iterable[pa.RecordBatch], names: Names, sources: Sequence[str], bits: int, label: str,
    together: bool = False,
) -> list[Written]:  # fmt: skip
    """Write rows in any order as one segment a bucket, sorted by (person, at, interaction_id, name of the source).

    batches: COLUMNS but `person`, with the number of the identity in `names` as `actor`. sources: names by code.
    label: what tells the segments from others. together: as one segment for all buckets, where there are few rows.
    """
    piles = Piles(folder / f"{label}.piles", 0 if together else min(bits, PILE_BITS), names.person)
    try:
        piles.lay(batches)
        one = partial(settle_pile, Into(folder, bits, label, together), piles, names, sources)
        return [segment for some in engine.fold(range(1 << piles.bits), one) for segment in some]
    finally:
        piles.parts.clear()
        piles.file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Into:
    """Where segments go; see `written`."""

    folder: Path
    bits: int
    label: str
    together: bool


def settle_pile(into: Into, piles: Piles, names: Names, sources: Sequence[str], number: int) -> list[Written]:
    """Put one pile in order, and write the segments of its buckets, or one for all of them."""
    rows = piles.pile(number)
    if rows is None:
        return []
    actor, at = (rows[name].combine_chunks().to_numpy() for name in ("actor", "at"))
    person = names.person[actor]
    order = ordered(person, at)
    order = in_order_of_ties(person[order], at[order], order, sources, rows.select(TIES))
    rows = rows.append_column("person", pa.array(person))
    known = names.identity.slice(actor.min(), actor.max() + 1 - actor.min())
    rows = rows.set_column(rows.column_names.index("actor"), "actor", pa.array(actor - actor.min()))
    buckets, starts = np.unique(person[order] >> (63 - into.bits), return_index=True)
    lots = np.split(order, starts[1:])
    label = into.label
    names_of = [label if into.together else f"{label}-{bucket:04}" for bucket in buckets]
    for segment, some in [(label, order)] if into.together else zip(names_of, lots, strict=True):
        write(into.folder / segment, some.size, partial(lives, rows, known, some))
    return [
        Written(bucket, segment, some.size)
        for bucket, segment, some in zip(buckets.tolist(), names_of, lots, strict=True)
    ]


def lives(rows: pa.Table, known: pa.Array, order: Ints, schema: pa.Schema, first: int, after: int) -> pa.Table:
    """Return some rows and columns of a pile as a segment has them, with plain strings again where there were large."""
    columns = {name: take_values(rows[name].chunk(0), order[first:after]) for name in schema.names}
    if "actor" in columns:
        columns["actor"] = known.take(columns["actor"])
    return pa.table(columns, schema=schema)
