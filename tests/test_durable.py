"""What is written is there after it is said to be, and nobody else may read it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from ziggurat.base import durable, sqlite
from ziggurat.base.errors import WorkspaceError
from ziggurat.state import State


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="there are no such rights here")
def test_folders_and_files_are_the_user_s_alone_whatever_the_umask(tmp_path, umask):
    made = durable.folder(tmp_path / "a" / "b")
    durable.replace(made / "c", b"1")
    assert (mode(tmp_path / "a"), mode(made), mode(made / "c")) == (0o700, 0o700, 0o600)


def test_a_file_is_replaced_whole(tmp_path):
    durable.replace(tmp_path / "a", b"one")
    durable.replace(tmp_path / "a", b"two")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"two"]


def test_a_file_is_synced_before_it_has_its_name_and_then_its_folder(tmp_path, monkeypatch):
    seen = []

    def fsync(file):
        seen.append(sorted(path.name for path in tmp_path.iterdir()))

    monkeypatch.setattr(os, "fsync", fsync)
    durable.replace(tmp_path / "a", b"one")
    assert seen == [["a.new"], ["a"]]


def test_what_is_committed_to_the_state_is_synced(tmp_path):
    state = State(tmp_path)
    with state.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def decided(folder):
    from datetime import UTC, datetime

    State(folder).decide("email:a@x.org", "email:b@x.org", same=True, why="", at=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_state_that_can_not_be_written_is_read(tmp_path, monkeypatch):
    decided(tmp_path)

    def refuse(path):
        raise PermissionError(path)

    monkeypatch.setattr(durable, "keep_private", refuse)
    state = State(tmp_path)
    assert [one["a"] for one in state.decisions()] == ["email:a@x.org"]
    with pytest.raises(WorkspaceError, match=r"state.db: can't be written; give yourself the right"):
        state.undecide("email:a@x.org", "email:b@x.org")
    monkeypatch.undo()
    assert len(State(tmp_path).decisions()) == 1


def test_there_is_an_empty_state_where_none_can_be_made(tmp_path):
    (tmp_path / "file").touch()
    assert State(tmp_path / "file").decisions() == []


@pytest.mark.parametrize("spoil", [lambda raw: b"x" * len(raw), lambda raw: raw[:100] + bytes(4000) + raw[4100:]])
def test_a_damaged_state_is_told(tmp_path, spoil):
    decided(tmp_path)
    path = tmp_path / "state.db"
    path.write_bytes(spoil(path.read_bytes()))
    assert sqlite.damage(path)
    with pytest.raises(WorkspaceError, match=r"state.db: is damaged. `ziggurat check`"):
        State(tmp_path).decisions()


def test_a_locked_state_is_told(tmp_path, monkeypatch):
    decided(tmp_path)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    other = sa.create_engine(f"sqlite:///{tmp_path / 'state.db'}")
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(WorkspaceError, match="another process has held it"):
            decided(tmp_path)
    other.dispose()


def test_several_who_write_a_file_anew_at_once_each_do_so(tmp_path):
    path = tmp_path / "a"

    def write(number):
        for _ in range(50):
            durable.replace(path, bytes([number]) * 1_000)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert len(set(path.read_bytes())) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_writer_left_who_was_killed_is_taken_over_in_time(tmp_path):
    left = tmp_path / "a.new"
    left.write_bytes(b"half")
    durable.replace(tmp_path / "a", b"one")
    assert left.read_bytes() == b"half"
    os.utime(left, (0, 0))
    durable.replace(tmp_path / "a", b"two")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"a": b"two"}
