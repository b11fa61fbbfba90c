"""The interactions by person: sorted by (person, at, interaction_id, source), coded, in buckets by hash of person.

Derived from the log and disposable. A bucket is a list of sorted segments: the first holds what was there
when the bucket was built, each later one what a refresh added, which is one segment for all buckets if it is little.
Readers merge them; a bucket whose additions have grown is built anew. The manifest is replaced in one step, so a reader
sees one refresh or the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.engine.layered import Layers
from ziggurat.log import merge, segments
from ziggurat.log.merge import Ints
from ziggurat.log.piles import Names, write_segments
from ziggurat.log.segments import COLUMNS as COLUMNS
from ziggurat.log.settling import SETTLED, Ends, directed_query, settled_query
from ziggurat.log.snapshot import Snapshot

BUCKET_ROWS = 200_000  # aimed at, when all is built anew
FEW_ROWS = 1_000_000  # are added as one segment that all buckets share: hundreds of files cost more than the rows
MOST_BITS = 12
MOST_SEGMENTS = 16
FORM = 5

CODED = ("kind", "channel", "activity", "source")


class Manifest(msgspec.Struct, frozen=True):
    """What the folder holds.

    number: the log's snapshot that it stands for. bits: buckets are the first `bits` bits of a person's hash.
    turn: counts refreshes. codes: column → values by code. segments: bucket → their names, oldest first; rows: their
    rows. layers: people and identities, as of this refresh. form: of all these files.
    """

    number: int
    turn: int
    bits: int
    codes: Mapping[str, list[str]]
    segments: Mapping[int, list[str]]
    rows: Mapping[int, list[int]]
    tables: Mapping[str, str] = {}  # name → Parquet file: what else was derived in the same refresh
    settled: str = ""  # changes whenever who is who is decided differently, whatever the log says
    layers: Mapping[str, Layers] = {}
    form: int = 1  # of those that did not say it yet

    def bucket(self, person: int) -> int:
        """Return the bucket of a person."""
        return person >> (63 - self.bits)

    def files(self) -> set[str]:
        """Return the names of all files that it names."""
        found = {*self.tables.values()}
        found |= {file for some in self.layers.values() for file in (*some.files, *some.replaced)}
        names = {name for some in self.segments.values() for name in some}
        return found | {file.name for name in names for file in segments.files(Path(name))}

    def buckets(self) -> list[int]:
        """Return the buckets that hold anything."""
        return sorted(self.segments)


def load(folder: Path) -> Manifest | None:
    """Return the manifest of the last refresh, or None where there was none, or one that left files of another form."""
    found = last(folder)
    return found if found and found.form == FORM else None


def last(folder: Path) -> Manifest | None:
    """Return the manifest of the last refresh, whatever its form; None where it is damaged."""
    path = folder / "manifest.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return None  # what it names can be made anew, and is: nothing is lost with it


def store(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, and drop the files that neither it nor the one before it names."""
    before = load(folder)
    old, named = (before.files() if before else set()), manifest.files()
    durable.sync([*(folder / name for name in sorted(named - old)), folder])
    durable.replace(folder / "manifest.json", msgspec.json.encode(manifest))
    drop(folder, old | named)


def drop(folder: Path, kept: set[str]) -> int:
    """Drop the files in a folder of histories but some, and return how many bytes they had."""
    files = (*folder.glob("*.parquet"), *folder.glob("*.arrow"))
    size = {file: file.stat().st_size for file in files if file.name not in kept}
    return sum(size[file] for file in durable.drop(size))


def read(folder: Path, manifest: Manifest, bucket: int, columns: Sequence[str], people: Ints | None = None) -> pa.Table:
    """Return the given columns of one bucket, in order; of some people of it only, where they are given, sorted."""
    width = 63 - manifest.bits
    low, high = bucket << width, ((bucket + 1) << width) - 1
    if people is not None and people.size:
        low, high = int(people[0]), int(people[-1])
    names = dict.fromkeys([*columns, "person", "at", *merge.TIES])
    found = [segments.read(folder / name, list(names), low, high) for name in manifest.segments.get(bucket, [])]
    if len(found) > 1:
        return merge.merged(found, list(columns), manifest.codes["source"], people)
    rows = found[0] if found else COLUMNS.empty_table()
    some = rows.select(list(columns))
    return some if people is None else some.take(pa.array(merge.places_of(merge.column(rows, "person"), people)))


def build(
    connection: Any, folder: Path, snapshot: Snapshot, identities: pa.Table, sides: pa.Table | None = None
) -> Manifest:
    """Build every bucket anew; `store` the manifest to make it count.

    identities: columns identity and person. sides: identity, ours and agent of those who are on a side, by which rows
    that state no direction are settled; None where all do.
    """
    before = last(folder)
    codes = coded(connection, snapshot, 0, {})
    numbered = register(connection, codes, identities)
    ends = ends_of(connection, sides)
    total = connection.sql(f"SELECT count(*) FROM {snapshot.scan('interactions')}").fetchall()[0][0]
    bits = min(MOST_BITS, max(1, math.ceil(math.log2(max(1, total) / BUCKET_ROWS))))
    turn = before.turn + 1 if before else 1
    batches = engine.stream(connection, rows_of(snapshot, ends))
    found = write_segments(folder, batches, numbered, codes["source"], bits, f"segment-{turn:06}-0")
    names, rows = {one.bucket: [one.segment] for one in found}, {one.bucket: [one.rows] for one in found}
    return Manifest(snapshot.number, turn, bits, codes, names, rows, form=FORM)


def extend(
    connection: Any,
    folder: Path,
    snapshot: Snapshot,
    identities: pa.Table,
    dirty: set[int],
    sides: pa.Table | None = None,
) -> Manifest:
    """Add what the log holds beyond the manifest, and build the dirty buckets anew; `store` the manifest to keep it.

    dirty: buckets in which people were merged or parted, changed sides, or lost interactions. sides: as for `build`.
    """
    before = load(folder)
    if before is None or len(dirty) > len(before.segments) / 2 > 1:
        return build(connection, folder, snapshot, identities, sides)
    turn = before.turn + 1
    codes = coded(connection, snapshot, before.number, before.codes)
    numbered = register(connection, codes, identities)
    ends = ends_of(connection, sides)
    names = {bucket: list(some) for bucket, some in before.segments.items() if bucket not in dirty}
    rows = {bucket: list(before.rows[bucket]) for bucket in names}
    among = f"person >> {63 - before.bits}"
    listed = ", ".join(str(bucket) for bucket in sorted(dirty)) or "-1"
    clean = rows_of(snapshot, ends, before.number, f"{among} NOT IN ({listed})")
    parts = [(clean, few(connection, snapshot, before.number))]
    if dirty:
        parts.append((rows_of(snapshot, ends, 0, f"{among} IN ({listed})"), False))
    for part, (query, together) in enumerate(parts):
        batches, label = engine.stream(connection, query), f"segment-{turn:06}-{part}"
        for one in write_segments(folder, batches, numbered, codes["source"], before.bits, label, together):
            names.setdefault(one.bucket, []).append(one.segment)
            rows.setdefault(one.bucket, []).append(one.rows)
    return tidied(folder, Manifest(snapshot.number, turn, before.bits, codes, names, rows, form=FORM))


def few(connection: Any, snapshot: Snapshot, since: int) -> bool:
    """Tell whether an import and those after it brought so little that all of it is best kept in one segment."""
    rows = " UNION ALL ".join(
        f"SELECT count(*) AS rows FROM {snapshot.scan(table)} WHERE import_no > {since}"
        for table in ("interactions", "traits", "links")
    )
    return bool(connection.sql(f"SELECT sum(rows) <= {FEW_ROWS} FROM ({rows})").fetchall()[0][0])


def touched(folder: Path, manifest: Manifest, imports: Sequence[int]) -> set[int]:
    """Return the buckets that hold rows of the given imports."""

    def one(bucket: int) -> bool:
        rows = read(folder, manifest, bucket, ["import_no"])
        return bool(np.isin(merge.column(rows, "import_no"), np.array(imports, np.int64)).any())

    buckets = manifest.buckets() if imports else []
    return {bucket for bucket, found in zip(buckets, engine.fold(buckets, one), strict=True) if found}


def tidied(folder: Path, manifest: Manifest) -> Manifest:
    """Make one segment of the many of worn buckets; return what the folder then holds."""
    names, counts = dict(manifest.segments), dict(manifest.rows)

    def one(bucket: int) -> tuple[int, str, int]:
        rows = read(folder, manifest, bucket, COLUMNS.names)
        name = f"segment-{manifest.turn:06}-{bucket:04}-whole"
        segments.write(
            folder / name,
            rows.num_rows,
            lambda schema, first, after: rows.select(schema.names).slice(first, after - first).cast(schema),
        )
        return bucket, name, rows.num_rows

    for bucket, name, count in engine.fold(worn(manifest), one):
        names[bucket], counts[bucket] = [name], [count]
    return msgspec.structs.replace(manifest, segments=names, rows=counts)


def worn(manifest: Manifest) -> list[int]:
    """Return the buckets whose additions have grown so much that they are better put together.

    Few at a time, and some before they must be, so that no refresh has to do it for all of them.
    """
    most, names = MOST_SEGMENTS, manifest.segments
    grown = {bucket for bucket, rows in manifest.rows.items() if len(rows) > most or sum(rows[1:]) > rows[0] / 2 + 1000}
    early = [bucket for bucket in sorted(names, key=lambda b: -len(names[b])) if len(names[bucket]) > most / 2]
    return sorted(grown | set(early[: math.ceil(2 * len(names) / most)]))


def coded(connection: Any, snapshot: Snapshot, since: int, before: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the codes, with values that are new since an import added at the end: a code never changes."""
    codes = {column: list(before.get(column, [])) for column in CODED}
    for column, values in codes.items():
        rows = connection.sql(
            f"SELECT DISTINCT {column} FROM {snapshot.scan('interactions')} "
            f"WHERE import_no > {since} AND {column} IS NOT NULL ORDER BY 1"
        ).fetchall()
        known = set(values)
        values.extend(value for (value,) in rows if value not in known)
    return codes


def register(connection: Any, codes: Mapping[str, list[str]], identities: pa.Table) -> Names:
    """Make the codes known to the database, a table a column, and the identities with their numbers; return those."""
    for column, values in {**codes, "direction": SETTLED}.items():
        table = pa.table({"value": pa.array(values, pa.string()), "code": pa.array(range(len(values)), pa.int32())})
        connection.register(f"codes_{column}", table)
    names = Names.of(identities)
    numbers = pa.array(np.arange(len(names.identity), dtype=np.int32))
    connection.register("numbered", pa.table({"identity": names.identity, "person": names.person, "number": numbers}))
    return names


def ends_of(connection: Any, sides: pa.Table | None) -> Ends | None:
    """Make known to the database who is on which side; None where every row states its direction."""
    if sides is None:
        return None
    connection.register("sides", sides)
    return Ends("numbered", "sides")


def rows_of(snapshot: Snapshot, ends: Ends | None = None, since: int = 0, where: str = "true") -> str:
    """Write the query for history rows out of the log, and for those known by traits or links alone, in no order.

    They have the number of the identity in whose life they are in place of the actor, and no person. ends: who is who,
    where rows state no direction; one of ours all whose acts are in the lives of others is merely known. where: a test
    of the person.
    """
    plain = ", ".join(
        f"i.{column}"
        for column in ("interaction_id", "counterpart", "object", "in_reply_to", "text", "device", "by_staff")
    )
    empty = ", ".join(
        f"NULL::{engine.sql_type(COLUMNS.field(column).type)} AS {column}"
        for column in COLUMNS.names[COLUMNS.get_field_index("counterpart") :]
    )
    known = " UNION ALL ".join(
        f"""SELECT {who} AS identity, "at", import_no FROM {snapshot.known(table)}"""
        for table, who in (("traits", "identity"), ("links", "a"), ("links", "b"))
    )
    if ends is not None:
        known += f""" UNION ALL
            SELECT doer, "at", import_no FROM {settled_query(snapshot, ends, since)} WHERE moved"""
    return f"""
        SELECT epoch_us(i."at") AS "at", k.code::SMALLINT AS kind, c.code AS channel,
               coalesce(a.code, -1)::INTEGER AS activity, d.code::TINYINT AS direction,
               i.amount, i.minutes, i.score, s.code AS source, i.import_no, who.number AS actor, {plain}
        FROM {directed_query(snapshot, ends, since)} i
        JOIN numbered who ON who.identity = i.actor
        JOIN codes_kind k ON k.value = i.kind
        JOIN codes_channel c ON c.value = i.channel
        JOIN codes_source s ON s.value = i.source
        LEFT JOIN codes_activity a ON a.value = i.activity
        LEFT JOIN codes_direction d ON d.value = i.direction
        WHERE {where}
      UNION ALL
        SELECT epoch_us(min(known."at")), -1, -1, -1, 0, NULL, NULL, NULL, -1, known.import_no,
               arg_min(who.number, identity), 'known', {empty}
        FROM ({known}) known JOIN numbered who USING (identity)
        WHERE known.import_no > {since} AND {where} GROUP BY person, known.import_no
    """
