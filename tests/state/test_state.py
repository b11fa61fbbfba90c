"""What people decide stays, in their own words, until they take it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from tests.state.conftest import emptied
from ziggurat.base.errors import DeclarationError, WorkspaceError
from ziggurat.state import (
    State,
    assessments,
    cards,
    cursors,
    database,
    decisions,
    notes,
    queue,
    raises,
    rejections,
    steps,
)
from ziggurat.workspace import Workspace

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TABLES = (
    decisions.DECISIONS, raises.RAISES, rejections.SETTLED, assessments.QUESTIONNAIRE, assessments.ASSESSMENTS,
    queue.WORK,
    cursors.CURSORS,
    notes.NOTES,
    steps.STEPS,
    cards.CARDS,
)  # fmt: skip


def test_the_latest_word_about_two_counts_whatever_their_order(state) -> None:
    state.decide("user:b", "user:a", same=True, why="said so", at=NOON)
    state.decide("user:a", "user:c", same=True, why="", at=NOON)
    state.decide("user:a", "user:b", same=False, why="no: brothers", at=NOON + timedelta(days=1))
    found = [(one["a"], one["b"], one["same"], one["why"], one["at"]) for one in state.decisions()]
    assert found == [
        ("user:a", "user:c", True, "", NOON),
        ("user:a", "user:b", False, "no: brothers", NOON + timedelta(days=1)),
    ]


def test_a_decision_can_be_taken_back_once(state) -> None:
    state.decide("user:a", "user:b", same=True, why="", at=NOON)
    state.undecide("user:b", "user:a")
    assert state.decisions() == []
    with pytest.raises(WorkspaceError, match="nothing was decided of 'user:b' and 'user:a'"):
        state.undecide("user:b", "user:a")


def test_times_are_kept_in_utc(state) -> None:
    east = datetime(2026, 1, 5, 14, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    state.decide("user:a", "user:b", same=True, why="", at=east)
    [decision] = state.decisions()
    assert decision["at"] == east
    assert decision["at"].utcoffset() == timedelta(0)


def test_raises_are_kept_and_taken_back_by_number(state) -> None:
    for level in (1, 2):
        state.raise_to("user:a", "own", level, since=NOON, until=NOON + timedelta(days=level), why="chairs it")
    first, second = state.raises()
    assert (first["identity"], first["ladder"], first["level"], first["why"]) == ("user:a", "own", 1, "chairs it")
    assert (second["since"], second["until"]) == (NOON, NOON + timedelta(days=2))
    state.lower(first["id"])
    assert state.raises() == [second]
    with pytest.raises(WorkspaceError, match=r"there is no raise 1; `ziggurat raise --list` lists them\."):
        state.lower(first["id"])


@pytest.mark.parametrize("days", [0, -3])
def test_a_raise_ends_after_it_begins(state, days) -> None:
    with pytest.raises(WorkspaceError, match="a raise must end after it begins; it would begin 2026-01-05 and end"):
        state.raise_to("user:a", "own", 1, since=NOON, until=NOON + timedelta(days=days), why="")
    assert state.raises() == []


def test_what_is_noted_is_kept_done_once_and_taken_back_by_number(state) -> None:
    keep = {"by": "ana", "at": NOON}
    asking = notes.Said("task", "ask for a date", NOON.date(), "bea")
    task = notes.note(state.database, "user:a", asking, **keep)
    said = notes.note(state.database, "user:b", notes.Said("note", "'); DROP TABLE notes; --"), **keep)
    first, second = notes.notes(state.database)
    assert (first["id"], first["sort"], first["text"], first["day"], first["owner"], first["done_at"]) == (
        task, "task", "ask for a date", NOON.date(), "bea", None,
    )  # fmt: skip
    assert (second["day"], second["decided_by"], second["decided_at"]) == (None, "ana", NOON)
    with pytest.raises(WorkspaceError, match=rf"there is no open task {said}; `ziggurat note --list` lists"):
        notes.finish(state.database, said, by="bea", at=NOON)
    notes.finish(state.database, task, by="bea", at=NOON + timedelta(days=1))
    done = notes.notes(state.database)[0]
    assert (done["done_by"], done["done_at"]) == ("bea", NOON + timedelta(days=1))
    with pytest.raises(WorkspaceError, match="there is no open task"):
        notes.finish(state.database, task, by="bea", at=NOON)
    notes.forget(state.database, task)
    assert [one["id"] for one in notes.notes(state.database)] == [said]
    with pytest.raises(WorkspaceError, match=f"there is no note {task}; "):
        notes.forget(state.database, task)
    several = notes.note_all(state.database, ["user:a", "user:b"], notes.Said("tag", "press"), **keep)
    assert notes.forget_all(state.database, several) == 2
    assert [one["id"] for one in notes.notes(state.database)] == [said]


def test_words_are_only_words(state) -> None:
    hostile = "'); DROP TABLE decisions; --\u202e"
    state.decide(hostile, "user:b", same=True, why=hostile, at=NOON)
    assert state.decisions()[0]["why"] == hostile
    state.undecide("user:b", hostile)


def test_another_who_opens_it_sees_the_same(state, tmp_path, url) -> None:
    state.decide("user:a", "user:b", same=True, why="", at=NOON)
    assert State(tmp_path, url).decisions() == state.decisions()


def test_many_decide_at_once(state, tmp_path, url) -> None:
    def decide(number: int) -> None:
        State(tmp_path, url).decide("user:a", f"user:{number}", same=True, why="", at=NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(40)))
    assert {one["b"] for one in state.decisions()} | {one["a"] for one in state.decisions()} == {
        "user:a",
        *(f"user:{number}" for number in range(40)),
    }


def test_two_may_make_it_at_once(tmp_path, url) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: State(tmp_path, url), range(6)))
    assert [one.decisions() for one in made] == [[]] * 6


def test_the_steps_lead_to_the_tables_as_they_are_read(state) -> None:
    with state.begin() as connection:
        known = sa.inspect(connection)
        for table in TABLES:
            assert [one["name"] for one in known.get_columns(table.name)] == [one.name for one in table.columns]
        assert database.number(connection) == database.FORMAT.newest


def test_every_decision_knows_by_whom_and_when(state) -> None:
    state.decide("user:a", "user:b", same=True, why="", at=NOON, by="ana")
    state.raise_to("user:a", "own", 1, since=NOON, until=NOON + timedelta(days=1), why="", by="bea", at=NOON)
    state.settle(3, settled=True, at=NOON, by="chidi")
    state.say("framework", 2, at=NOON, by="dora")
    number = state.assess(at=NOON, version="1", asked={}, answers={}, axes={}, rows=[], decided_by="emil")
    assert [(one["decided_by"], one["at"]) for one in state.decisions()] == [("ana", NOON)]
    assert [(one["decided_by"], one["decided_at"]) for one in state.raises()] == [("bea", NOON)]
    assert [(one["decided_by"], one["at"]) for one in state.database.rows(rejections.SETTLED)] == [("chidi", NOON)]
    assert [(one["decided_by"], one["at"]) for one in state.questionnaire()] == [("dora", NOON)]
    assert [(one["id"], one["decided_by"]) for one in state.assessments()] == [(number, "emil")]
    assert state.settled() == {3}


def test_a_raise_whose_last_day_was_said_before_now_holds_through_it(tmp_path) -> None:
    state = State(tmp_path)
    last = datetime(2026, 1, 9, 23, 59, 59, 999999, tzinfo=UTC)
    state.raise_to("user:a", "own", 1, since=NOON, until=last, why="")
    state.raise_to("user:b", "own", 1, since=NOON, until=NOON + timedelta(hours=1), why="")
    with state.begin() as connection:
        for table in ("decisions", "raises", "questionnaire", "assessments", "settled"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN decided_by")
        connection.exec_driver_sql("ALTER TABLE raises DROP COLUMN decided_at")
        connection.execute(sa.update(database.NUMBER).values(number=1))
    found = State(tmp_path).raises()
    assert [one["until"] for one in found] == [datetime(2026, 1, 10, tzinfo=UTC), NOON + timedelta(hours=1)]
    assert [(one["decided_by"], one["decided_at"]) for one in found] == [("", None)] * 2


# ---- where it is -------------------------------------------------------------------------------------------------


def test_a_workspace_names_its_database(tmp_path, server, monkeypatch) -> None:
    emptied(server)
    Workspace.create(tmp_path / "space")
    settings = tmp_path / "space" / "ziggurat.toml"
    settings.write_text(f'state = "{server}"\n' + settings.read_text("utf-8"), "utf-8")
    (tmp_path / "space" / "state.db").unlink()
    one = Workspace.open(tmp_path / "space")
    one.state.decide("user:here", "user:there", same=True, why="", at=NOON)
    assert not (tmp_path / "space" / "state.db").exists()
    Workspace.create(tmp_path / "other")
    assert Workspace.open(tmp_path / "other").state.decisions() == []
    monkeypatch.setenv("ZIGGURAT_STATE", server)
    other = Workspace.open(tmp_path / "other")
    assert [row["a"] for row in other.state.decisions()] == ["user:here"]


@pytest.mark.parametrize("url", ["mysql://x@y/z", "sqlite:///elsewhere.db", "nonsense", "postgresql+psycopg:secret@x"])
def test_a_database_of_another_kind_is_refused_without_its_password(tmp_path, url) -> None:
    with pytest.raises(DeclarationError, match=r"name a PostgreSQL database as postgresql\+psycopg://") as refused:
        State(tmp_path, url)
    assert "secret" not in str(refused.value)


def test_a_server_that_is_away_is_told_without_its_password(tmp_path) -> None:
    pytest.importorskip("psycopg", reason="the extra `postgres` brings it")
    away = "postgresql+psycopg://ana:secret@127.0.0.1:9/crm"
    with pytest.raises(WorkspaceError, match=r"the state in .*ana:\*\*\*@127\.0\.0\.1.* can't be reached") as refused:
        State(tmp_path, away)
    assert "secret" not in str(refused.value)
