"""Is a workspace whole? Its log against what it pins and counted, what was derived against the log, state and settings.

Nothing is changed. What is found says where, and what can be done about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base import declare, sqlite
from ziggurat.base import kinds as vocabulary
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import ZigguratError
from ziggurat.base.schema import LOGGED
from ziggurat.levels import ladder
from ziggurat.log import commits, histories
from ziggurat.log.inbox import taking
from ziggurat.log.log import Log
from ziggurat.people import acting
from ziggurat.playbook import play, segment
from ziggurat.scenario import criteria
from ziggurat.settings import config

BACKUP = "put it back from a backup (`ziggurat backup` makes them)"
REFRESH = "`ziggurat refresh` makes it anew"


@dataclass(frozen=True)
class Damage:
    """Something that is not as it should be: where, what, and what can be done. lost: whether data is lost with it."""

    where: Path
    what: str
    to_do: str
    lost: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.to_do}."


def damages(folder: Path, *, whole: bool = False) -> list[Damage]:
    """Return all that is wrong with a workspace. whole: read every byte of it, rather than the ends of each file."""
    found = [*of_settings(folder), *of_state(folder), *of_inbox(folder)]
    log = Log(folder / "log")
    try:
        rows = log.rows()
    except (ZigguratError, OSError, pa.ArrowException) as error:
        return [*found, Damage(folder / "log" / "imports", first(error), BACKUP)]
    found += of_torn(log.folder)
    pins: dict[str, int] = json.loads(rows[-1]["pins"]) if rows else {}
    tables = [damage for table, pin in pins.items() for damage in of_table(log, table, pin, whole)]
    found += tables
    if not tables:
        found += [*of_counts(log, rows), *of_histories(folder, log, rows, whole)]
    return found


def of_settings(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the settings, and with ladders, segments, plays and criteria beside them."""
    try:
        kinds = vocabulary.load(config.load(folder).kinds)
    except ZigguratError as error:
        yield Damage(folder / config.FILE, str(error).rstrip("."), "mend it with an editor")
        return
    readers: dict[str, Callable[[Path], object]] = {
        "ladders": lambda path: ladder.load(path, kinds),
        "segments": lambda path: segment.load(declare.read_toml(path), kinds, path.name),
        "plays": lambda path: play.load(path, kinds),
    }
    found = [(path, read) for name, read in readers.items() for path in sorted((folder / name).glob("*.toml"))]
    for path, read in [*found, (folder / criteria.FILE, lambda _: criteria.load(folder))]:
        try:
            read(path)
        except ZigguratError as error:
            yield Damage(path, str(error).rstrip("."), "mend it with an editor, or move it out of the folder")


def of_inbox(folder: Path) -> Iterator[Damage]:
    """Yield what client libraries sent and nobody can read."""
    for path in taking.torn(folder):
        what = "was cut off while it was written, which loses nothing that was acknowledged, or a disk spoilt it since"
        yield Damage(path, what, "delete it, once you have looked at it", False)


def of_state(folder: Path) -> Iterator[Damage]:
    """Yield what is wrong with the state."""
    for text in sqlite.damage(folder / "state.db"):
        where, _, what = text.partition(": ")
        yield Damage(Path(where), what.split(". ")[0].rstrip("."), BACKUP)


def of_torn(folder: Path) -> Iterator[Damage]:
    """Yield the commits that a crash tore."""
    for table in (*LOGGED, "imports"):
        last = commits.newest(folder / table)
        for version, path in commits.versions(folder / table).items():
            if last is None or version > last:
                yield Damage(
                    path,
                    "a commit that was torn by a crash, and told to nobody",
                    "the next import moves it away",
                    False,
                )
    for path in sorted((folder / commits.TORN).glob("*.json")):
        what = "a commit that was torn, and moved away; if it was no crash that tore it, what it brought is missing"
        yield Damage(
            path,
            what,
            f"compare `ziggurat log` with what you imported, import it again, or {BACKUP}; then delete it",
            False,
        )


def of_table(log: Log, table: str, pin: int, whole: bool) -> Iterator[Damage]:
    """Yield what is wrong with a table, as it is pinned."""
    folder = log.folder / table
    try:
        entries = pa.table(commits.open_table(folder, pin).get_add_actions(flatten=True)).to_pylist()
    except (ZigguratError, OSError, pa.ArrowException) as error:
        yield Damage(folder, first(error), BACKUP)
        return
    files = dict(zip(sorted(log.files(table, pin)), sorted(entries, key=lambda one: one["path"]), strict=True))
    for name, entry in files.items():
        path = Path(name)
        if not path.exists():
            yield Damage(path, "is missing", BACKUP)
        elif path.stat().st_size != entry["size_bytes"]:
            what = f"has {path.stat().st_size:,} bytes, and was written with {entry['size_bytes']:,}"
            yield Damage(path, what, BACKUP)
        elif problem := unreadable(path, whole):
            yield Damage(path, problem, BACKUP)


def unreadable(path: Path, whole: bool) -> str:
    """Say why a Parquet file can't be read; nothing where it can. whole: read all of it."""
    try:
        with pq.ParquetFile(path) as file:
            if whole:
                for batch in file.iter_batches():
                    batch.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        return f"can't be read ({first(error)})"
    return ""


def of_counts(log: Log, rows: list[dict[str, Any]]) -> Iterator[Damage]:
    """Yield imports of which the log does not hold what they counted."""
    undone = {row["undoes"] for row in rows}
    known = {row["import_no"]: json.loads(row["counts"]) for row in rows if row["undoes"] is None}
    with engine.connect() as connection:
        scan = log.snapshot().scan("interactions")
        query = f"SELECT import_no, count(*) AS rows FROM {scan} GROUP BY import_no ORDER BY import_no"
        held = {row["import_no"]: row["rows"] for row in connection.sql(query).to_arrow_table().to_pylist()}
    for number, count in held.items():
        counts = known.get(number, {}).get("interactions", {})
        if number not in known or number in undone:
            state = "was undone" if number in undone else "is not in the list of imports"
            yield Damage(log.folder / "interactions", f"{count:,} rows are of import {number}, which {state}", BACKUP)
        elif count > (most := sum(counts.get(each, 0) for each in ("new", "changed", "known"))):
            # What it told again is its own where the import is taken back that had told it first.
            what = f"{count:,} rows are of import {number}, which told {most:,}"
            yield Damage(log.folder / "interactions", what, BACKUP)


def of_histories(folder: Path, log: Log, rows: list[dict[str, Any]], whole: bool) -> Iterator[Damage]:
    """Yield what was derived and does not fit the log; all of it can be made anew."""
    place = folder / "histories"
    path = place / "manifest.json"
    manifest = histories.last(place)
    if manifest is None:
        if path.exists():
            yield Damage(path, "can't be read", REFRESH, False)
        return
    last = rows[-1]["import_no"] if rows else 0
    if manifest.number > last:
        what = f"stands for import {manifest.number}, and the last one in the log is {last}: imports are missing"
        yield Damage(path, what, BACKUP)
    missing = [name for name in sorted(manifest.files()) if not (place / name).exists()]
    for name in missing:
        yield Damage(place / name, "is missing", f"delete {path}, and {REFRESH}", False)
    if not missing and manifest.number == last and manifest.form == histories.FORM:
        yield from of_lives(folder, log, manifest, whole)


def of_lives(folder: Path, log: Log, manifest: histories.Manifest, whole: bool) -> Iterator[Damage]:
    """Yield a difference between interactions in the log and in the histories: of a sample of people, or of all."""
    place, buckets = folder / "histories", manifest.buckets()
    try:
        ids: set[str] = set()
        count = 0
        for bucket in buckets if whole else buckets[:1]:
            found = histories.read(place, manifest, bucket, ["kind", "interaction_id"])
            some = found.filter(pa.compute.not_equal(found["kind"], -1))
            ids.update(some["interaction_id"].to_pylist())
            count += some.num_rows
        with engine.connect() as connection:
            connection.register("ids", pa.table({"interaction_id": pa.array(sorted(ids), pa.string())}))
            scan = replace(log.snapshot(), acted=acting.acted_query(place, manifest) or "").scan("interactions")
            query = f"SELECT count(*) AS everyone, count(*) FILTER (interaction_id IN (FROM ids)) AS same FROM {scan}"
            held = connection.sql(query).to_arrow_table().to_pylist()[0]
            everyone, same = held["everyone"], held["same"]
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        yield Damage(place, first(error), f"delete {place / 'manifest.json'}, and {REFRESH}", False)
        return
    if count > same or (whole and count != everyone):
        what = f"hold {count:,} interactions, where the log has {everyone if whole else same:,}"
        yield Damage(place, what, f"delete {place / 'manifest.json'}, and {REFRESH}", False)


def first(error: Exception) -> str:
    """Return the first line of what an error says."""
    return commits.first_line(error).rstrip(".")
