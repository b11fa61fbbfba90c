"""Whenever the power fails: what was told is whole, nothing else is there, and the log can be read and written."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from tests.log.power import Recorder, replays
from tests.written import interactions, links
from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine
from ziggurat.log.log import Log
from ziggurat.log.tidy import tidy_tables
from ziggurat.sources.batch import Batch

AT = datetime(2026, 1, 1, tzinfo=UTC)
REPLAYS = int(os.environ.get("ZIGGURAT_REPLAYS", "60"))  # `make crash` cuts the power far more often


def batch(*names):
    rows = "interaction_id\n" + "\n".join(names)
    return [Batch({"interactions": interactions(rows), "links": links(f"a  b\nx:{names[0]}  y:{names[0]}")})]


def take(log, *names):
    log.append(batch(*names), source="test", file=names[0], at=AT)


STEPS = [
    (lambda log: take(log, "a1", "a2"), {"a1", "a2"}),
    (lambda log: take(log, "b1", "b2", "a1"), {"a1", "a2", "b1", "b2"}),
    (lambda log: log.undo(1, at=AT), {"a1", "b1", "b2"}),
    (lambda log: take(log, "c1"), {"a1", "b1", "b2", "c1"}),
    (lambda log: tidy_tables(log, keep_hours=0), {"a1", "b1", "b2", "c1"}),
    (lambda log: take(log, "d1"), {"a1", "b1", "b2", "c1", "d1"}),
]
STATES = [set(), *(state for _, state in STEPS)]


def ids(log, table="interactions", column="interaction_id"):
    with engine.connect() as connection:
        rows = connection.sql(f"SELECT {column} FROM {log.snapshot().scan(table)}").fetchall()
    found = {value for (value,) in rows}
    assert len(found) == len(rows), "a row is there twice"
    return found


def recorded(folder):
    folder.mkdir()
    recorder, log = Recorder(folder), Log(folder / "log")
    with recorder.recording():
        for step, _ in STEPS:
            step(log)
            recorder.tell()
    return recorder


def holds(folder, told, number):
    log = Log(folder / "log")
    found = ids(log)
    if found not in STATES[told : told + 2]:
        return f"the log holds {sorted(found)}, which is not {sorted(STATES[told])} or what came next"
    if number % 10 == 5:
        tidy_tables(log, keep_hours=0)
        if ids(log) != found:
            return f"tidied, the log holds {sorted(ids(log))} instead of {sorted(found)}"
    if number % 10 == 0:  # for that takes longer
        take(log, "late")
        if ids(log) != found | {"late"} or "x:late" not in ids(log, "links", "a"):
            return f"after one more import the log holds {sorted(ids(log))}"
    return ""


@pytest.mark.skipif(os.name == "nt", reason="folders can't be synced here")
def test_whenever_the_power_fails_what_was_told_is_whole_and_nothing_else_is_there(tmp_path):
    recorder = recorded(tmp_path / "space")
    assert len(recorder.moments) > 6 * len(STEPS)
    wrong = replays(recorder, REPLAYS, tmp_path, holds)
    assert not wrong, f"{len(wrong)} of {REPLAYS}: {wrong[:5]}"


def test_a_log_that_syncs_nothing_is_found_out(tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "sync", lambda paths: None)
    recorder = recorded(tmp_path / "space")
    assert replays(recorder, 20, tmp_path, holds)
