"""Several processes on one log: a killed one leaves nothing, and those at work at once lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.written import interactions, links
from ziggurat.base.engine import duckdb as engine
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch

ROOT = Path(__file__).parents[2]
START = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import pyarrow as pa
from ziggurat.base import schema
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch

log = Log(Path(sys.argv[1]))
AT = datetime(2026, 1, 1, tzinfo=UTC)

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def rows(name, size):
    ids = [{"interaction_id": f"{name}-{n:03}", "source": "test", "at": AT} for n in range(size)]
    return pa.Table.from_pylist(ids, schema=schema.INTERACTIONS)

def links(name, part):
    return pa.Table.from_pylist([{"a": f"x:{name}", "b": f"y:{part}", "source": "test"}], schema=schema.LINKS)

def take(name, size, batches=1):
    tables = [Batch({"interactions": rows(f"{name}.{part}", size), "links": links(name, part)})
              for part in range(batches)]
    return log.append(tables, source="test", file=name, at=AT)
"""
KILL = {
    "while reading": """
def torn():
    yield Batch({"interactions": rows("killed", 5)})
    die()
log.append(torn(), source="test", file="killed", at=AT)
""",
    "between two tables": """
write, done = Log.write, []
def once(self, *given, **said):
    done.append(write(self, *given, **said))
    die()
Log.write = once
take("killed", 5)
""",
    "before the pin": "Log.pin = die\ntake('killed', 5)\n",
    "in an undo": "Log.pin = die\nlog.undo(1, at=AT)\n",
}
WRITER = """
for number in range(4):
    take(f"{sys.argv[2]}{number}", 20, 2)
    take(f"shared{number}", 20, 2)
print("done")
"""
READER = """
from ziggurat.base.engine import duckdb as engine
looks = 0
while not Path(sys.argv[2]).exists():
    snapshot = log.snapshot()
    with engine.connect() as connection:
        found = connection.sql(f"SELECT import_no, count(*) FROM {snapshot.scan('interactions')} GROUP BY 1").fetchall()
        pairs = connection.sql(f"SELECT import_no, count(*) FROM {snapshot.scan('links')} GROUP BY 1").fetchall()
    assert all(count == 40 for _, count in found), found
    assert all(count == 2 for _, count in pairs), pairs
    assert {number for number, _ in found} == {number for number, _ in pairs}
    looks += 1
print(looks)
"""


def start(script: str, *given: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START + script, *map(str, given)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}, text=True, **pipes)


def finish(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out.strip()


def ids(log: Log, table: str = "interactions", column: str = "interaction_id") -> list[str]:
    with engine.connect() as connection:
        query = f"SELECT {column} FROM {log.snapshot().scan(table)} ORDER BY 1"
        return [value for (value,) in connection.sql(query).fetchall()]


@pytest.mark.parametrize("moment", list(KILL))
def test_a_killed_process_leaves_nothing_and_the_next_takes_its_leftovers_back(tmp_path, moment) -> None:
    log = Log(tmp_path)
    at = interactions("kind\nvisited")["at"][0].as_py()
    log.append([Batch({"interactions": interactions("interaction_id\nold")})], source="test", file="old", at=at)
    process = start(KILL[moment], tmp_path)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert ids(log) == ["old"]
    assert ids(log, "links", "a") == []
    assert [one.file for one in log.imports()] == ["old"]
    more = Batch({"interactions": interactions("interaction_id\nnew"), "links": links("a  b\nnew:a  new:b")})
    told = log.append([more], source="test", file="new", at=at)
    assert (told.import_no, told.count("new")) == (2, 1)
    assert ids(log) == ["new", "old"]
    assert ids(log, "links", "a") == ["new:a"]
    assert list(tmp_path.glob(".staging/*")) == []


def test_processes_at_once_lose_nothing_and_readers_see_whole_imports(tmp_path) -> None:
    """Two write, each its own files and the same shared ones, while a third reads."""
    stop = tmp_path / "stop"
    reader = start(READER, tmp_path / "log", stop)
    writers = [start(WRITER, tmp_path / "log", name) for name in ("left", "right")]
    assert [finish(writer) for writer in writers] == ["done", "done"]
    time.sleep(0.1)
    stop.touch()
    assert int(finish(reader)) > 3
    log = Log(tmp_path / "log")
    names = [f"{name}{number}" for name in ("left", "right", "shared") for number in range(4)]
    wanted = sorted(f"{name}.{part}-{n:03}" for name in names for part in range(2) for n in range(20))
    assert ids(log) == wanted
    imports = log.imports()
    assert [one.import_no for one in imports] == list(range(16, 0, -1))
    for number in range(4):
        twice = [one for one in imports if one.file == f"shared{number}"]
        assert sorted(one.count("new") for one in twice) == [0, 40]
        assert sorted(one.count("known") for one in twice) == [0, 40]
