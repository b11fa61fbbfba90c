"""Tidying a log changes its files and none of its rows, whoever reads it or wherever it is cut off."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from tests.written import interactions, levels, links, logged, open_new, people, take, traits
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.schema import LOGGED
from ziggurat.cli import main
from ziggurat.log import tidy
from ziggurat.log.log import Log
from ziggurat.log.tidy import Tidied, tidy_tables
from ziggurat.workspace import Workspace

DAYS = 20
TABLES = ("interactions", "links", "traits")


def day(number: int) -> str:
    return f"2026-01-{number + 1:02}"


def import_daily(space: Workspace, first: int = 0, last: int = DAYS) -> None:
    for number in range(first, last):
        rows = f"""
            interaction_id  at             actor               kind
            a{number}       {day(number)}  email:ana@x.org     visited
            b{number}       {day(number)}  user:{number % 7}   posted
        """
        found = {"interactions": interactions(rows)}
        if number % 2 == 0:
            found["links"] = links(f"a  b\nemail:m{number}@x.org  user:{number % 7}")
        found["traits"] = traits(f"identity  trait  value\nuser:{number % 7}  name  Name {number}")
        take(space, f"day-{number}.csv", **found)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Twenty small imports, one of them taken back, refreshed."""
    space = open_new(tmp_path_factory.mktemp("made") / "space")
    import_daily(space)
    space.undo(4)
    space.refresh()
    return space


def test_tidying_goes_on_where_it_was_killed_while_it_dropped_files(daily: Workspace, monkeypatch) -> None:
    held, dropped, real = logged(daily), [], Path.unlink

    def unlink(path: Path, **_: bool) -> None:
        if dropped:
            raise KeyboardInterrupt
        dropped.append(path)
        real(path)

    with monkeypatch.context() as some, pytest.raises(KeyboardInterrupt):
        some.setattr(Path, "unlink", unlink)
        daily.tidy(now=True)
    assert not dropped[0].exists()
    assert daily.tidy(now=True)["dropped"] > 0
    assert logged(daily) == held


@pytest.fixture
def daily(made: Workspace, tmp_path: Path) -> Workspace:
    """The same, for one test to change."""
    shutil.copytree(made.folder, tmp_path / "daily")
    return Workspace.open(tmp_path / "daily")


def rows(space: Workspace) -> dict[str, list[tuple]]:
    return {table: logged(space, table) for table in LOGGED}


def files(space: Workspace, table: str) -> list[Path]:
    return sorted((space.folder / "log" / table).glob("*.parquet"))


def derived(space: Workspace) -> dict[str, int]:
    return {
        str(path.relative_to(space.folder)): path.stat().st_mtime_ns
        for part in ("histories", "results")
        for path in (space.folder / part).rglob("*")
        if path.is_file()
    }


def test_small_files_become_one_and_every_row_stays(daily) -> None:
    before, imports, kept = rows(daily), daily.imports(), derived(daily)
    assert [len(daily.log.files(table)) for table in TABLES] == [19, 10, 19]
    done = daily.tidy()
    # links are few, and stay; 20 imports and the undo are as many files
    assert done == {"small": 19 + 19 + 21, "large": 3, "dropped": 0, "freed": 0}
    assert [len(daily.log.files(table)) for table in (*TABLES, "imports")] == [1, 10, 1, 1]
    assert rows(daily) == before
    assert daily.imports() == imports
    assert daily.log.snapshot().files.keys() == set(TABLES)
    assert not daily.stale()
    assert derived(daily) == kept


def test_what_is_derived_from_a_tidied_log_is_the_same(daily, tmp_path) -> None:
    daily.tidy()
    take(daily, interactions=interactions("interaction_id  at  kind  amount\nlate  2026-02-01  donated  60"))
    daily.undo(2)
    daily.refresh()
    copy = tmp_path / "copy"
    shutil.copytree(daily.folder, copy, ignore=shutil.ignore_patterns("histories", "results"))
    anew = Workspace.open(copy)
    anew.refresh()
    assert people(daily) == people(anew)
    assert levels(daily) == levels(anew)
    assert ("late", 22) in logged(daily, "interactions", "interaction_id", "import_no")
    assert not {2, 4} & set(logged(daily, "interactions", "import_no"))


def test_there_is_nothing_to_tidy_twice_or_in_a_new_workspace(daily, tmp_path) -> None:
    daily.tidy()
    state = {table: DeltaTable(daily.folder / "log" / table).version() for table in (*TABLES, "imports")}
    assert daily.tidy() == Tidied()._asdict()
    assert {table: DeltaTable(daily.folder / "log" / table).version() for table in state} == state
    empty = Workspace.create(tmp_path / "empty", daily.config)
    assert empty.tidy() == Tidied()._asdict()


def test_a_reader_at_work_reads_on(daily) -> None:
    before = rows(daily)
    snapshot = daily.log.snapshot()
    daily.tidy()
    with engine.connect() as connection:
        for table in TABLES:
            found = connection.sql(f"FROM {snapshot.scan(table)} ORDER BY ALL").to_arrow_table().to_pylist()
            assert [tuple(row.values()) for row in found] == before[table], table


def aged(space: Workspace, days: int) -> None:
    """Let so many days pass since anything was replaced."""
    gone = days * 86_400_000
    for entry in (space.folder / "log").glob("*/_delta_log/*.json"):
        text = re.sub(
            r'"deletionTimestamp":(\d+)', lambda at: f'"deletionTimestamp":{int(at[1]) - gone}', entry.read_text()
        )
        entry.write_text(text)


@pytest.mark.parametrize("days", [6, 8])
def test_files_that_were_replaced_more_than_a_week_ago_are_dropped(daily, days) -> None:
    before = rows(daily)
    daily.tidy()
    held = len(files(daily, "interactions"))
    assert held == 21  # one was written anew when an import was taken back
    aged(daily, days)
    done = daily.tidy()
    assert len(files(daily, "interactions")) == (1 if days > 7 else held)
    assert (done["dropped"] > 0) is (done["freed"] > 0) is (days > 7)
    assert rows(daily) == before
    import_daily(daily, DAYS, DAYS + 2)
    assert len(rows(daily)["interactions"]) == len(before["interactions"]) + 4


def test_what_an_undone_import_brought_leaves_the_disk(daily) -> None:
    def on_disk() -> set[str]:
        return {
            name for file in files(daily, "interactions") for name in pq.read_table(file)["interaction_id"].to_pylist()
        }

    assert "a3" in on_disk()
    tidy_tables(daily.log, keep_hours=0)
    assert on_disk() == {row[0] for row in rows(daily)["interactions"]}
    assert "a3" not in on_disk()


@pytest.mark.parametrize("where", ["together", "drop_files", "rewrite_pins"])
def test_cut_off_anywhere_it_leaves_the_log_as_it_was(daily, monkeypatch, where) -> None:
    before, imports = rows(daily), daily.imports()
    step = getattr(tidy, where)

    def cut_off(*given, **named):
        step(*given, **named) if where != "rewrite_pins" else None
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tidy, where, cut_off)
        with pytest.raises(KeyboardInterrupt):
            daily.tidy()
    assert rows(daily) == before
    assert daily.imports() == imports
    daily.tidy()
    assert rows(daily) == before
    assert len(daily.log.files("interactions")) == 1


def test_files_that_were_put_together_twice_are_dropped_once(daily, monkeypatch) -> None:
    held = rows(daily)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(tidy, "rewrite_pins", killed)
        tidy_tables(daily.log)
    sizes = {path: path.stat().st_size for table in TABLES for path in files(daily, table)}
    sizes |= {path: path.stat().st_size for path in (daily.log.folder / "imports").glob("*.parquet")}
    done = tidy_tables(daily.log, keep_hours=0)
    assert rows(daily) == held
    gone = [path for path in sizes if not path.exists()]
    assert (done.dropped, done.freed) == (len(gone), sum(sizes[path] for path in gone))


@pytest.mark.parametrize("hours", [0, tidy.KEEP_HOURS])
def test_what_a_killed_import_left_is_taken_back_and_the_log_stays_whole(daily, monkeypatch, hours) -> None:
    held = rows(daily)
    tidy_tables(daily.log)  # few files, so that nothing but what is left asks for new pins

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Log, "pin", killed)
        import_daily(daily, DAYS, DAYS + 1)
    aged(daily, 8)  # with what the killed import left
    tidy_tables(daily.log, keep_hours=hours)
    assert rows(daily) == held
    import_daily(daily, DAYS, DAYS + 1)
    assert len(rows(daily)["interactions"]) == len(held["interactions"]) + 2


def test_importing_again_after_it_changes_nothing_and_undoing_still_can(daily) -> None:
    daily.tidy()
    before = rows(daily)
    import_daily(daily, 5, 6)
    names = {name: before.pop(name) for name in ("traits",)}  # of which the latest import holds
    after = rows(daily)
    assert after.pop("traits") != names["traits"]
    assert after == before
    for number in (6, daily.imports()[0]["import_id"]):
        assert {row[0] for row in rows(daily)["interactions"]} >= {"a5", "b5"}  # each of the two told them
        daily.undo(number)
    assert not {row[0] for row in rows(daily)["interactions"]} & {"a5", "b5"}
    with pytest.raises(WorkspaceError, match="already undone"):
        daily.undo(4)


def test_few_files_stay_as_they_are(space) -> None:
    import_daily(space, 0, tidy.MOST_SMALL)
    before = files(space, "interactions")
    assert space.tidy() == Tidied()._asdict()
    assert files(space, "interactions") == before


def test_the_command_says_what_it_did(daily, capsys) -> None:
    def said() -> str:
        with pytest.raises(SystemExit):
            main(["-C", str(daily.folder), "tidy"])
        return capsys.readouterr().out

    assert said() == "59 small files are put together into 3.\n"
    assert said() == "There is nothing to tidy.\n"
    aged(daily, 8)
    # and two that were written anew when an import was taken back
    assert re.fullmatch(r"61 old files dropped, \d\.\d+ MB\.\n", said())


def test_nothing_of_an_undone_import_is_left_on_the_disk(space) -> None:
    """Its addresses, names and texts, wherever a file may have kept them."""
    secret = b"zebedee"
    found = interactions("""
        interaction_id  at          actor                  kind     text
        a1              2026-01-05  email:zebedee@x.org    posted   zebedee-wrote
    """)
    take(space, "secret.csv", interactions=found, links=links("a  b\nemail:zebedee@x.org  user:zebedee"),
         traits=traits("identity  trait  value\nuser:zebedee  name  Zebedee-zebedee"))  # fmt: skip
    import_daily(space, 0, 3)
    space.refresh()
    space.undo(1)
    assert [path for path in space.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    space.refresh()
    space.tidy(now=True)
    left = [path for path in space.folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert [path.relative_to(space.folder) for path in left] == []
    assert len(logged(space, "interactions")) == 6
    import_daily(space, 3, 4)
    assert len(logged(space, "interactions")) == 8


def test_no_commit_tells_the_least_and_the_greatest_text(daily) -> None:
    for commit in (daily.folder / "log").glob("*/_delta_log/*.json"):
        for name in (b"ana@x.org", b"user:", b"Name ", b"posted"):
            assert name not in commit.read_bytes(), commit
