"""What follows from the log: kept, made anew, and asked by SQL that can only look."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.written import MIX, interactions, take, when
from ziggurat.base.errors import QuestionError
from ziggurat.derived import Bounds


def test_sql_asks_the_tables(looked_at) -> None:
    assert looked_at.sql("SELECT count(*) AS n FROM interactions")["n"].to_pylist() == [7]
    assert looked_at.sql("FROM people WHERE name = 'Dora'")["interactions"].to_pylist() == [1]
    rows = looked_at.sql(
        "SELECT level, since FROM levels JOIN people USING (person_id) WHERE name = 'Dora' ORDER BY since"
    )
    assert rows["since"].to_pylist()[0] == when("01-20")
    assert looked_at.sql("SELECT DISTINCT person_id FROM interactions WHERE actor = 'user:ana'")[
        "person_id"
    ].to_pylist() == [looked_at.find("user:ana")]
    assert looked_at.sql("SELECT identity FROM identities").num_rows == 5
    assert set(looked_at.sql("SHOW TABLES")["name"].to_pylist()) >= {"exposures", "costs", "rejected", "guarded"}


def test_sql_can_ask_the_log_before_the_first_refresh(space) -> None:
    take(space, interactions=interactions(MIX))
    assert space.sql("SELECT count(*) AS n FROM interactions")["n"].to_pylist() == [7]


@pytest.mark.parametrize(
    "query",
    [
        "COPY (SELECT 1) TO '{inside}/ziggurat.toml'",
        "COPY (SELECT 1) TO '{inside}/log/x.csv'",
        "COPY (SELECT 1) TO '{outside}/x.csv'",
        "EXPORT DATABASE '{inside}/copy'",
        "ATTACH '{inside}/log/new.db' AS new",
        "ATTACH '{outside}/new.db' AS new",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{inside}/log/x.csv'",
        "SELECT 1; COPY (SELECT 1) TO '{inside}/log/x.csv'",
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM '{outside}/secret.csv'",
        "SELECT * FROM read_text('{inside}/../secret.csv')",
        "SELECT * FROM read_text('{inside}/log/../../secret.csv')",
        "SELECT * FROM read_text('{inside}/log/link.csv')",
        "SELECT * FROM read_text('{inside}/ziggurat.toml')",
        "SELECT * FROM read_blob('{inside}/state.db')",
        "SELECT * FROM glob('{outside}/*')",
        "SELECT * FROM 'https://example.org/x.csv'",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "PRAGMA enable_external_access",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE people AS SELECT 1",
        "DROP VIEW people",
        "SELEC 1",
        "SELECT * FROM nothing",
        "",
        "-- only",
    ],
)
def test_sql_neither_writes_nor_looks_elsewhere(looked_at, query) -> None:
    outside = looked_at.folder.parent
    (outside / "secret.csv").write_text("a\n1\n", "utf-8")
    link = looked_at.folder / "log" / "link.csv"
    if not link.is_symlink():
        link.symlink_to(outside / "secret.csv")
    before = {path: path.stat().st_size for path in outside.rglob("*") if "spill" not in path.name}
    with pytest.raises(QuestionError, match=r"^the query (can't be answered: |must be one SELECT)"):
        looked_at.sql(query.format(inside=looked_at.folder, outside=outside))
    after = {path: path.stat().st_size for path in outside.rglob("*") if "spill" not in path.name}
    assert {path: size for path, size in after.items() if "results" not in path.parts} == {
        path: size for path, size in before.items() if "results" not in path.parts
    }


def test_a_pyramid_does_not_wait_for_how_everyone_stands_nor_for_levels_that_are_there(looked_at) -> None:
    looked_at.ask("pyramid")
    with looked_at.derived.standing, looked_at.derived.climbing, ThreadPoolExecutor(1) as other:
        assert other.submit(looked_at.ask, "pyramid", at="2026-01-11").result(60).rows()


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(seconds=0.05), "was not done after 0.05 seconds, and was stopped"),
        (Bounds(rows=10), "the answer has more than 10 rows"),
        (Bounds(megabytes=16), "can't be answered: Out of Memory|was not done"),
    ],
)
def test_sql_is_bounded_in_time_memory_and_rows(looked_at, bounds, said) -> None:
    endless = "SELECT a.range, count(DISTINCT b.range) FROM range(100000000) a, range(100000000) b GROUP BY 1"
    with pytest.raises(QuestionError, match=said):
        looked_at.sql(
            "FROM range(1000)" if bounds.rows == 10 else endless, replace(bounds, seconds=min(bounds.seconds, 20))
        )
    assert looked_at.sql("FROM range(10)", replace(bounds, seconds=60)).num_rows == 10


def test_people_are_counted_once_for_every_refresh(space, monkeypatch) -> None:
    rows = "interaction_id  at          actor\ni1              2026-01-05  email:ana@x.org"
    take(space, "one.csv", interactions=interactions(rows))
    space.refresh()
    first = space.derived.counts()
    first["people"] = 99  # is the caller's own
    monkeypatch.setattr(type(space.derived), "connect", lambda _: pytest.fail("it was counted again"))
    assert space.derived.counts()["people"] == 1
    monkeypatch.undo()
    take(space, "two.csv", interactions=interactions(rows.replace("i1", "i2").replace("ana", "bob")))
    assert space.derived.counts()["people"] == 1
    space.refresh()
    assert space.derived.counts()["people"] == 2
