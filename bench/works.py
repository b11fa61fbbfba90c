"""What is measured? Each function is one measurement, run in a process of its own and by itself.

It returns `seconds`, a list, and whatever else is to be told. Compiled kernels are loaded before the clock starts, as
they are in a server or a notebook; what a cold start costs is measured by `starts`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import space as spaces
from bench.sql_history import history, measured_ladder
from ziggurat.base.engine import duckdb as engine
from ziggurat.derived import climbs
from ziggurat.levels import history as folds
from ziggurat.log import histories
from ziggurat.log.buckets import Buckets
from ziggurat.log.merge import merged
from ziggurat.log.segments import COLUMNS
from ziggurat.people import people as who
from ziggurat.people.joined import roots
from ziggurat.workspace import Workspace

ROUNDS = 3
Reader = Callable[[Sequence[str]], pa.Table]


def fill(log: str, folder: str, last: str) -> dict[str, Any]:
    """Make a workspace of the first rows, and refresh it."""
    space = spaces.create(Path(folder))
    started = time.perf_counter()
    spaces.bring(space, Path(log), 0, int(last))
    seconds = time.perf_counter() - started
    return {"seconds": [seconds], **space.refresh()}


def refresh_some(log: str, folder: str, first: str, last: str) -> dict[str, Any]:
    """Import some rows, and refresh."""
    space = Workspace.open(folder)
    spaces.bring(space, Path(log), int(first), int(last))
    warm(space)
    return {"seconds": [timed(space.refresh)]}


def refresh_all(folder: str) -> dict[str, Any]:
    """Refresh as if for the first time."""
    space = Workspace.open(folder)
    warm(space)
    for derived in ("histories", "results"):
        shutil.rmtree(Path(folder) / derived)
    space = Workspace.open(folder)
    return {"seconds": [timed(space.refresh)], **space.derived.counts()}


def warm(space: Workspace) -> None:
    """Load every kernel that a refresh runs."""
    levels(space.derived.buckets(), space, 1)
    none = np.empty(0, np.int64)
    merged([COLUMNS.empty_table()] * 2, COLUMNS.names, [], none)
    roots(0, none, none)


def same_as_all(folder: str, other: str) -> dict[str, Any]:
    """Count the people and levels in which two workspaces with the same log differ."""
    both = [Workspace.open(one) for one in (folder, other)]
    found = 0
    with engine.connect() as connection:
        for table in ("people", "levels"):
            a, b = (
                f"SELECT * FROM {one.derived.source('people')}"
                if table == "people"
                else f"SELECT * FROM {climbs.levels_on_disk(one.derived, one.ladder(), [])}"
                for one in both
            )
            query = f"SELECT count(*) FROM (({a} EXCEPT ALL {b}) UNION ALL ({b} EXCEPT ALL {a}))"
            found += connection.sql(query).fetchall()[0][0]
    return {"seconds": [], "differ": found}


def sql(log: str, folder: str) -> dict[str, Any]:
    """Work out the level history in SQL, in memory."""
    with duckdb.connect() as db:
        db.execute(f"SET temp_directory = {engine.text(Path(folder) / 'spill')}")
        db.read_parquet(log).create_view("interactions")
        seconds = timed(lambda: history(db, measured_ladder()))
        db.execute(f"COPY history TO {engine.text(Path(folder) / 'sql.parquet')}")
        return {"seconds": [seconds], "rows": db.table("history").shape[0]}


def fold(log: str, folder: str) -> dict[str, Any]:
    """Work out the level history by the fold, in memory, from built histories."""
    space = Workspace.open(folder)
    buckets = space.derived.buckets()
    levels(buckets, space, 1)
    started = time.perf_counter()
    parts = levels(buckets, space)
    seconds = time.perf_counter() - started
    pq.write_table(pa.concat_tables(part.unify_dictionaries() for part in parts), Path(folder) / "fold.parquet")
    return {"seconds": [seconds], "rows": sum(part.num_rows for part in parts)}


def build_and_fold(log: str, folder: str) -> dict[str, Any]:
    """Resolve people, build and keep their histories, describe them, and work out the level history."""
    space = Workspace.open(folder)
    levels(space.derived.buckets(), space, 1)
    target = Path(folder) / "built"
    shutil.rmtree(target, ignore_errors=True)
    started = time.perf_counter()
    manifest = who.refresh(space.log.snapshot(), target, space.config.rules(space.kinds))
    built = time.perf_counter() - started
    readers = [
        lambda columns, at=bucket: histories.read(target, manifest, at, columns) for bucket in manifest.buckets()
    ]
    parts = levels(Buckets(readers, dict(manifest.codes)), space)
    seconds = time.perf_counter() - started
    shutil.rmtree(target)
    return {"seconds": [seconds], "built": built, "rows": sum(part.num_rows for part in parts)}


def scan(log: str, folder: str) -> dict[str, Any]:
    """Read the columns that the fold reads, every value of them, and keep nothing."""
    space = Workspace.open(folder)
    columns = folds.columns_needed(measured_ladder(), folds.READ)
    readers = space.derived.buckets().readers
    with engine.connect() as connection:
        return {"seconds": [timed(lambda: scanned(connection, readers, columns))]}


def scanned(
    connection: duckdb.DuckDBPyConnection,
    readers: Sequence[Callable[[Sequence[str]], pa.Table]],
    columns: Sequence[str],
) -> None:
    """Ask for columns of all buckets at once."""
    connection.register("rows", pa.concat_tables(reader(columns) for reader in readers))
    looked = ", ".join(f"max(hash({engine.name(column)}))" for column in columns)
    connection.sql(f"SELECT {looked} FROM rows").fetchall()


def identical(log: str, folder: str) -> dict[str, Any]:
    """Count the rows in which SQL and the fold differ.

    causes: that differ, of climbs that one interaction alone could have tipped; where several happened at one instant,
    SQL names the lowest id and the fold the one that tipped it.
    """
    identities = Workspace.open(folder).derived.source("identities")
    with engine.connect(spill=Path(folder) / "spill") as db:
        db.execute(f"""
            CREATE TEMP VIEW a AS SELECT i.person, level, since, until, cause
            FROM '{folder}/sql.parquet' s JOIN {identities} i ON i.identity = s.person""")
        db.execute(f"CREATE TEMP VIEW b AS SELECT person, level, since, until, cause FROM '{folder}/fold.parquet'")
        row = "SELECT person, level, since, until FROM"
        rows = db.sql(f"SELECT count(*) FROM (({row} a EXCEPT ALL {row} b) UNION ALL ({row} b EXCEPT ALL {row} a))")
        causes = db.sql(f"""
            WITH other AS (
                SELECT a.person, a.since FROM a JOIN b USING (person, since) WHERE a.cause IS DISTINCT FROM b.cause
            ) SELECT count(*) FROM (
                SELECT person, since FROM other
                JOIN {identities} i USING (person) JOIN {engine.scan_file(Path(log))} l ON l.actor = i.identity
                WHERE epoch_us(l."at") = since GROUP BY ALL HAVING count(*) = 1)""")
        return {"seconds": [], "differ": rows.fetchall()[0][0], "causes": causes.fetchall()[0][0]}


def levels(buckets: Buckets, space: Workspace, most: int | None = None) -> list[pa.Table]:
    """Fold (the first `most` of) the buckets, everyone included, as SQL does."""
    ladder, codes = measured_ladder(), dict(buckets.codes)
    columns = folds.columns_needed(ladder, folds.READ)
    return list(
        engine.fold(buckets.readers[:most], lambda reader: folds.levels(reader(columns), codes, ladder, space.kinds))
    )


def timed(work: Callable[[], Any]) -> float:
    """Return how many seconds a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work
    for work in (fill, refresh_some, refresh_all, same_as_all, sql, fold, build_and_fold, scan, identical)
}
