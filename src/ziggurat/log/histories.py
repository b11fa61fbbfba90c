"""The interactions by person: sorted by (person, at, interaction_id, source), coded, in buckets by hash of person.

Derived from the log and disposable. A bucket is a list of sorted Parquet segments: the first holds what was there
when the bucket was built, each later one what a refresh added. Readers merge them; a bucket whose additions have
grown is built anew. The manifest is replaced in one step, so a reader sees one refresh or the other.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.engine import duckdb as engine
from ziggurat.log.log import Snapshot
from ziggurat.log.merge import TIES, Ints, merged
from ziggurat.log.merge import rows_of as rows_of_people
from ziggurat.schema import DIRECTIONS

BUCKET_ROWS = 200_000  # aimed at, when all is built anew
MOST_BITS = 12
MOST_SEGMENTS = 16
ROW_GROUP = 20_000  # one person's rows are found by reading few of these

COLUMNS = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),  # µs
        ("kind", pa.int16()),  # position in codes; -1: no interaction, the person merely became known
        ("channel", pa.int32()),
        ("activity", pa.int32()),  # -1 for none
        ("direction", pa.int8()),  # position in schema.DIRECTIONS
        ("amount", pa.float64()),
        ("minutes", pa.float64()),
        ("score", pa.float64()),
        ("source", pa.int32()),
        ("import_no", pa.int64()),
        ("interaction_id", pa.string()),
        ("actor", pa.string()),
        ("counterpart", pa.string()),
        ("object", pa.string()),
        ("in_reply_to", pa.string()),
        ("text", pa.string()),
        ("device", pa.string()),
    ]
)
CODED = ("kind", "channel", "activity", "source")


class Manifest(msgspec.Struct, frozen=True):
    """What the folder holds.

    number: the log's snapshot that it stands for. bits: buckets are the first `bits` bits of a person's hash.
    turn: counts refreshes. codes: column → values by code. segments: bucket → files, oldest first; rows: their rows.
    """

    number: int
    turn: int
    bits: int
    codes: Mapping[str, list[str]]
    segments: Mapping[int, list[str]]
    rows: Mapping[int, list[int]]
    tables: Mapping[str, str] = {}  # name → Parquet file: what else was derived in the same refresh
    settled: str = ""  # changes whenever who is who is decided differently, whatever the log says

    def bucket(self, person: int) -> int:
        """Return the bucket of a person."""
        return person >> (63 - self.bits)

    def buckets(self) -> list[int]:
        """Return the buckets that hold anything."""
        return sorted(self.segments)


def load(folder: Path) -> Manifest | None:
    """Return the manifest of the last refresh, or None where there was none."""
    path = folder / "manifest.json"
    return msgspec.json.decode(path.read_bytes(), type=Manifest) if path.exists() else None


def store(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, and drop the files that neither it nor the one before it names."""
    before = load(folder)
    path = folder / "manifest.json"
    path.with_suffix(".new").write_bytes(msgspec.json.encode(manifest))
    path.with_suffix(".new").replace(path)
    both = [one for one in (before, manifest) if one]
    kept = {file for one in both for files in (*one.segments.values(), one.tables.values()) for file in files}
    for file in folder.glob("*.parquet"):
        if file.name not in kept:
            file.unlink()


def read(folder: Path, manifest: Manifest, bucket: int, columns: Sequence[str], people: Ints | None = None) -> pa.Table:
    """Return the given columns of one bucket, in order; of some people only, where they are given, sorted."""
    files = manifest.segments[bucket]

    def tables(wanted: Iterable[str]) -> list[pa.Table]:
        names = list(dict.fromkeys(wanted))
        found = [pq.read_table(folder / file, columns=names, memory_map=True, use_threads=False) for file in files]
        return found if people is None else [rows_of_people(table, people) for table in found]

    if len(files) == 1:
        return tables(columns if people is None else [*columns, "person"])[0].select(list(columns))

    def ties() -> pa.Table:
        return pa.concat_tables(tables([*TIES, "person"])).select(list(TIES))

    return merged(tables([*columns, "person", "at"]), list(columns), manifest.codes["source"], ties)


def scan(folder: Path, manifest: Manifest, buckets: Iterable[int] | None = None) -> str:
    """Write an SQL table expression over the histories, in no order."""
    chosen = manifest.buckets() if buckets is None else [b for b in buckets if b in manifest.segments]
    return engine.scan([str(folder / file) for bucket in chosen for file in manifest.segments[bucket]], COLUMNS)


def build(connection: Any, folder: Path, snapshot: Snapshot, identities: str) -> Manifest:
    """Build every bucket anew; `store` the manifest to make it count.

    identities: an SQL table expression with identity and person.
    """
    before = load(folder)
    codes = coded(connection, snapshot, 0, {})
    register(connection, codes)
    total = connection.sql(f"SELECT count(*) FROM {snapshot.scan('interactions')}").fetchall()[0][0]
    bits = min(MOST_BITS, max(1, math.ceil(math.log2(max(1, total) / BUCKET_ROWS))))
    turn = before.turn + 1 if before else 1
    segments, rows = written(folder, connection, rows_of(snapshot, identities), bits, turn)
    return Manifest(snapshot.number, turn, bits, codes, segments, rows)


def extend(connection: Any, folder: Path, snapshot: Snapshot, identities: str, dirty: set[int]) -> Manifest:
    """Add what the log holds beyond the manifest, and build the dirty buckets anew; `store` the manifest to keep it.

    dirty: buckets in which people were merged or parted, or lost interactions.
    """
    before = load(folder)
    if before is None or len(dirty) > len(before.segments) / 2 > 1:
        return build(connection, folder, snapshot, identities)
    turn = before.turn + 1
    codes = coded(connection, snapshot, before.number, before.codes)
    register(connection, codes)
    segments = {bucket: list(files) for bucket, files in before.segments.items() if bucket not in dirty}
    rows = {bucket: list(before.rows[bucket]) for bucket in segments}
    among = f"person >> {63 - before.bits}"
    listed = ", ".join(str(bucket) for bucket in sorted(dirty)) or "-1"
    parts = [rows_of(snapshot, identities, before.number, f"{among} NOT IN ({listed})")]
    if dirty:
        parts.append(rows_of(snapshot, identities, 0, f"{among} IN ({listed})"))
    for part, query in enumerate(parts):
        more, counts = written(folder, connection, query, before.bits, turn, part)
        for bucket, files in more.items():
            segments.setdefault(bucket, []).extend(files)
            rows.setdefault(bucket, []).extend(counts[bucket])
    return tidied(folder, Manifest(snapshot.number, turn, before.bits, codes, segments, rows))


def touched(connection: Any, folder: Path, manifest: Manifest, imports: Sequence[int]) -> set[int]:
    """Return the buckets that hold rows of the given imports."""
    if not imports:
        return set()
    rows = connection.sql(
        f"SELECT DISTINCT person >> {63 - manifest.bits} FROM {scan(folder, manifest)} "
        f"WHERE import_no IN ({', '.join(str(int(number)) for number in imports)})"
    ).fetchall()
    return {bucket for (bucket,) in rows}


def newcomers(folder: Path, manifest: Manifest, since: int) -> str:
    """Write the query for everyone of whom the last refresh added anything, by imports after `since`."""
    added = f"segment-{manifest.turn:06}-"
    files = [str(folder / file) for some in manifest.segments.values() for file in some if file.startswith(added)]
    return f"SELECT DISTINCT person FROM {engine.scan(files, COLUMNS)} WHERE import_no > {int(since)} ORDER BY person"


def tidied(folder: Path, manifest: Manifest) -> Manifest:
    """Make one segment of the many of worn buckets; return what the folder then holds."""
    segments, rows = dict(manifest.segments), dict(manifest.rows)

    def one(bucket: int) -> tuple[int, str, int]:
        table = read(folder, manifest, bucket, COLUMNS.names)
        file = f"segment-{manifest.turn:06}-{bucket:04}-whole.parquet"
        with writer(folder / file) as whole:
            whole.write_table(table.cast(COLUMNS), row_group_size=ROW_GROUP)
        return bucket, file, table.num_rows

    for bucket, file, count in engine.fold(worn(manifest), one):
        segments[bucket], rows[bucket] = [file], [count]
    return msgspec.structs.replace(manifest, segments=segments, rows=rows)


def worn(manifest: Manifest) -> list[int]:
    """Return the buckets whose additions have grown so much that they are better put together.

    Few at a time, and some before they must be, so that no refresh has to do it for all of them.
    """
    most, segments = MOST_SEGMENTS, manifest.segments
    grown = {bucket for bucket, rows in manifest.rows.items() if len(rows) > most or sum(rows[1:]) > rows[0] / 2 + 1000}
    early = [bucket for bucket in sorted(segments, key=lambda b: -len(segments[b])) if len(segments[bucket]) > most / 2]
    return sorted(grown | set(early[: math.ceil(2 * len(segments) / most)]))


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


def register(connection: Any, codes: Mapping[str, list[str]]) -> None:
    """Make the codes known to the database, a table a column."""
    for column, values in codes.items():
        table = pa.table({"value": pa.array(values, pa.string()), "code": pa.array(range(len(values)), pa.int32())})
        connection.register(f"codes_{column}", table)


def rows_of(snapshot: Snapshot, identities: str, since: int = 0, where: str = "true") -> str:
    """Write the query for history rows out of the log, in order, and for those known by traits or links alone."""
    ways = " ".join(f"WHEN {engine.text(way)} THEN {code}" for code, way in enumerate(DIRECTIONS))
    plain = ", ".join(
        f"i.{column}"
        for column in ("interaction_id", "actor", "counterpart", "object", "in_reply_to", "text", "device")
    )
    empty = ", ".join(
        f"NULL::{engine.sql_type(COLUMNS.field(column).type)} AS {column}"
        for column in COLUMNS.names[COLUMNS.get_field_index("counterpart") :]
    )
    known = " UNION ALL ".join(
        f"""SELECT {who} AS identity, "at", import_no FROM {snapshot.scan(table)}"""
        for table, who in (("traits", "identity"), ("links", "a"), ("links", "b"))
    )
    return f"""
        SELECT * EXCLUDE source_name FROM (
            SELECT person, epoch_us(i."at") AS "at", k.code::SMALLINT AS kind, c.code AS channel,
                   coalesce(a.code, -1)::INTEGER AS activity, (CASE i.direction {ways} END)::TINYINT AS direction,
                   i.amount, i.minutes, i.score, s.code AS source, i.import_no, {plain},
                   i.source AS source_name
            FROM {snapshot.scan("interactions")} i
            JOIN {identities} who ON who.identity = i.actor
            JOIN codes_kind k ON k.value = i.kind
            JOIN codes_channel c ON c.value = i.channel
            JOIN codes_source s ON s.value = i.source
            LEFT JOIN codes_activity a ON a.value = i.activity
            WHERE i.import_no > {since}
          UNION ALL
            SELECT person, epoch_us(min(known."at")), -1, -1, -1, 0, NULL, NULL, NULL, -1, known.import_no,
                   'known', min(identity), {empty}, ''
            FROM ({known}) known JOIN {identities} who USING (identity)
            WHERE known.import_no > {since} GROUP BY person, known.import_no
        ) WHERE {where}
        ORDER BY person, "at", interaction_id, source_name
    """


def written(
    folder: Path, connection: Any, query: str, bits: int, turn: int, part: int = 0
) -> tuple[dict[int, list[str]], dict[int, list[int]]]:
    """Write a sorted stream of rows as one segment a bucket; return the files and rows of each bucket."""
    files: dict[int, list[str]] = {}
    rows: dict[int, list[int]] = {}
    pieces = (piece for batch in engine.stream(connection, query) for piece in split(batch, bits))
    for bucket, run in itertools.groupby(pieces, key=lambda piece: piece[0]):
        file = f"segment-{turn:06}-{bucket:04}-{part}.parquet"
        files[bucket], rows[bucket] = [file], [0]
        with writer(folder / file) as segment:
            for _, some in run:
                segment.write_table(some, row_group_size=ROW_GROUP)
                rows[bucket][0] += some.num_rows
    return files, rows


def writer(path: Path) -> pq.ParquetWriter:
    """Open a segment for writing."""
    return pq.ParquetWriter(path, COLUMNS, compression="lz4", use_dictionary=["actor"])


def split(batch: pa.RecordBatch, bits: int) -> Iterator[tuple[int, pa.Table]]:
    """Cut a sorted batch where the bucket changes."""
    table = pa.table(batch.columns, schema=COLUMNS)
    runs = pc.run_end_encode(pc.shift_right(table["person"], 63 - bits).combine_chunks())
    start = 0
    for bucket, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield bucket, table.slice(start, end - start)
        start = end
