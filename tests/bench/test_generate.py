from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from bench import __main__ as command
from bench import generate as generator
from bench import vocabulary
from ziggurat.base import kinds, schema

ROWS = 20_000


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "log.parquet"
    generator.generate(path, ROWS, seed=7)
    return pq.read_table(path)


def test_the_log_has_as_many_rows_as_asked_and_no_more_people(log):
    assert log.num_rows == ROWS
    assert ROWS // 40 < pc.count_distinct(log["actor"]).as_py() <= ROWS // 20
    assert log.schema.equals(generator.SCHEMA)


def test_rows_arrive_in_order_with_ids_of_their_own(log):
    at, received = (log[name].cast("int64").to_numpy() for name in ("at", "received_at"))
    assert (np.diff(at) >= 0).all()
    assert (received >= at).all()
    assert log["interaction_id"].to_pylist() == [f"i{number}" for number in range(1, ROWS + 1)]


def test_what_a_row_needs_is_there(log):
    for name in (*schema.REQUIRED, "interaction_id", "source", "received_at"):
        assert log[name].null_count == 0, name
    for row in log.slice(0, 2_000).to_pylist():
        assert (row["amount"] is not None) == (row["kind"] in vocabulary.PRICED)
        assert row["counterpart"] != row["actor"]
        assert (row["counterpart"] or "").startswith("staff:") or row["direction"] != "out"


def test_kinds_are_of_the_vocabulary_and_run_the_right_way(log):
    known = kinds.load()
    pairs = log.group_by(["kind", "direction"]).aggregate([]).to_pylist()
    assert {pair["kind"] for pair in pairs} == set(vocabulary.NAMES)
    for pair in pairs:
        allowed = {known.direction_of[known.check(pair["kind"], "bench")]}
        assert pair["direction"] in allowed | ({"among"} if pair["kind"] in vocabulary.AMONG else set())


def test_a_few_people_do_most_and_people_stop(log):
    """The busiest tenth does at least half of everything, and most people's last act is long before the end."""
    lives = log.group_by("actor").aggregate([("at", "count"), ("at", "max")])
    counts = np.sort(lives["at_count"].to_numpy())[::-1]
    assert counts[: len(counts) // 10].sum() > ROWS / 2
    last = lives["at_max"].cast("int64").to_numpy()
    assert (last < last.max() - 90 * 86_400_000_000).mean() > 0.5


def test_some_are_anonymous_and_some_are_staff(tmp_path):
    generator.generate(tmp_path / "log.parquet", 50_000, people=20_000)
    actors = pc.unique(pq.read_table(tmp_path / "log.parquet")["actor"])
    share = {
        space: pc.sum(pc.starts_with(actors, space)).as_py() / len(actors) for space in ("anon:", "staff:", "user:")
    }
    assert share["anon:"] == pytest.approx(1 / 12, rel=0.1)
    assert 0 < share["staff:"] < 0.002
    assert sum(share.values()) == pytest.approx(1)


def test_the_same_seed_gives_the_same_log_and_another_does_not(tmp_path, log):
    generator.generate(tmp_path / "same.parquet", ROWS, seed=7)
    generator.generate(tmp_path / "other.parquet", ROWS, seed=8)
    assert pq.read_table(tmp_path / "same.parquet").equals(log)
    assert not pq.read_table(tmp_path / "other.parquet").equals(log)


def test_slots_hold_every_share():
    counts = np.bincount(vocabulary.slots([1, 2, 1]))
    assert counts.tolist() == [1024, 2048, 1024]
    assert len(vocabulary.slots([1, 1, 1])) == vocabulary.SLOTS


def test_the_command_generates_and_measures(tmp_path, capsys):
    path = tmp_path / "log.parquet"
    command.main(["generate", str(path), "--interactions", "3000"])
    command.main(["sql", str(path)])
    written, measured = capsys.readouterr().out.splitlines()
    assert written.startswith("generate: 3,000 interactions in ")
    assert "rows of level history in " in measured
