"""A workspace in odd surroundings: its path, its clock, the umask, a folder that moves, files that can't be deleted.

Each is tried on the whole way of a row: import, refresh, question, undo, tidying, check and copy.
"""

from __future__ import annotations

import codecs
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from tests.server.conftest import Browser
from tests.test_border import NOBODY
from tests.written import interactions, logged, open_new, take
from ziggurat.base.errors import WorkspaceError
from ziggurat.cli import main
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace
from ziggurat.workspace.backup import backup
from ziggurat.workspace.integrity import damages

ROWS = "interaction_id  actor\na1  email:ana@x.org\na2  email:bob@x.org"
YEAR = 365 * 86_400


def whole_way(space, name):
    """Import, refresh, ask, undo, tidy, check; the rows that are there from before stay."""
    before = logged(space, "interactions", "interaction_id") if space.imports() else []
    number = take(space, name, interactions=interactions(f"interaction_id\n{name}1\n{name}2"))["import_id"]
    assert logged(space, "interactions", "interaction_id") == sorted([*before, f"{name}1", f"{name}2"])
    assert space.refresh()["interactions"] == len(before) + 2
    assert space.ask("pyramid", ladder="own").rows()
    space.undo(number)
    assert space.refresh()["interactions"] == len(before)
    assert [one for one in damages(space.folder, whole=True) if one.lost] == []
    assert logged(space, "interactions", "interaction_id") == before


@pytest.mark.parametrize("name", ["a b's 50%, #1 & $HOME; ~", "Straße 東京 e\u0301 \u202e!", "--all=a:b"])
def test_a_path_may_have_spaces_signs_and_letters_of_any_script(tmp_path, name):
    space = open_new(tmp_path / name)
    take(space, "one", interactions=interactions(ROWS))
    whole_way(space, "more")
    space.tidy(now=True)
    backup(space.folder, tmp_path / f"copy of {name}")
    assert logged(Workspace.open(tmp_path / f"copy of {name}"), "interactions", "interaction_id") == ["a1", "a2"]
    assert Browser(create_app(space)).get("/pyramid").status_code == 200


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x7fb", "a\udcffb", "a?b", 'a"b', "a%20b", "a*b"])
def test_a_path_that_can_not_be_kept_is_refused_before_anything_is_made(tmp_path, name, capsys):
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path / name)])
    assert "a workspace's path can't have" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_a_workspace_was_that_has_moved(tmp_path):
    """What an open server would import there would be seen by nobody."""
    space = open_new(tmp_path / "here")
    take(space, "one", interactions=interactions(ROWS))
    space.refresh()
    browser = Browser(create_app(space))
    (tmp_path / "here").rename(tmp_path / "there")
    deeds = (space.refresh, space.tidy, space.imports, lambda: space.undo(1), lambda: whole_way(space, "more"))
    for deed in (*deeds, lambda: space.ask("pyramid"), lambda: space.log.append([], source="x", file="x", at=None)):
        with pytest.raises(WorkspaceError, match=r"here is not where it was|state\.db: can't be written"):
            deed()
    sent = browser.post("/data/uploads", files={"file": ("a.csv", b"at\n2026-01-01\n")})
    answers = [sent, *(browser.get(path) for path in ("/", "/data", "/people", "/pyramid", "/api/people"))]
    assert [one.status_code for one in answers] == [409] * 6
    assert not (tmp_path / "here").exists()
    whole_way(Workspace.open(tmp_path / "there"), "more")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no such rights here")
@pytest.mark.parametrize("mask", [0o000, 0o777])
def test_any_umask_leaves_files_to_the_user_alone(mask, capsys):
    root, before = os.geteuid() == 0, os.umask(0o022)
    codecs.lookup("utf-8-sig")  # which nobody may load where Python lies in a folder of root's
    try:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            (place / "in.csv").write_text("at,email,event,channel\n2026-01-05,ana@x.org,visited,web\n")
            if root:
                os.chown(place, NOBODY, NOBODY)
                os.seteuid(NOBODY)
            try:
                for command in (["init"], ["import", str(place / "in.csv"), "--yes"], ["refresh"], ["pyramid"]):
                    os.umask(mask)
                    with pytest.raises(SystemExit) as ended:
                        main(["-C", str(place / "space"), *command])
                    assert ended.value.code == 0, capsys.readouterr().err
            finally:
                if root:
                    os.seteuid(0)
            kept = [path for path in (place / "space").rglob("*") if "lock" not in path.name]
            assert [path for path in kept if path.is_dir() and path.stat().st_mode & 0o077] == []
            stored = [path for path in kept if path.suffix in (".parquet", ".json", ".db", ".toml", ".arrow")]
            assert len(stored) > 10
    finally:
        os.umask(before)


@pytest.mark.parametrize("seconds", [YEAR, -10 * YEAR])
def test_files_of_a_machine_with_another_clock_are_as_good_as_any(tmp_path, seconds):
    space = open_new(tmp_path / "space")
    take(space, "one", interactions=interactions(ROWS))
    space.refresh()
    for number in range(2):
        for path in space.folder.rglob("*"):
            os.utime(path, (time.time() + seconds, time.time() + seconds))
        whole_way(Workspace.open(space.folder), f"more{number}")
        space.tidy(now=bool(number))
    assert logged(Workspace.open(space.folder), "interactions", "interaction_id") == ["a1", "a2"]


def test_a_refresh_is_seen_by_others_also_where_the_clock_says_it_was_no_later(tmp_path):
    space = open_new(tmp_path / "space")
    take(space, "one", interactions=interactions(ROWS))
    space.refresh()
    other = Workspace.open(space.folder)
    manifest, turn = space.folder / "histories" / "manifest.json", other.derived.ready().turn
    about = manifest.stat()
    take(space, "two", interactions=interactions("interaction_id\nb1"))
    space.refresh()
    os.utime(manifest, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert other.derived.ready().turn == turn + 1


def test_files_that_another_process_holds_are_dropped_later(tmp_path, monkeypatch):
    """As on Windows, where a file that is open can't be deleted: whatever was done is done nevertheless."""
    space = open_new(tmp_path / "space")
    take(space, "one", interactions=interactions(ROWS))
    space.refresh()
    real = os.unlink

    def refuse(path, **options):
        if (
            "dir_fd" not in options
            and Path(path).exists()
            and Path(path).suffix in (".parquet", ".arrow", ".npy", ".bin", ".u64", ".i64")
        ):
            raise PermissionError(13, "The process cannot access the file because it is being used", str(path))
        real(path, **options)

    with monkeypatch.context() as held:
        held.setattr(os, "unlink", refuse)
        for number in range(4):
            whole_way(space, f"more{number}")
    space.refresh()
    take(space, "last", interactions=interactions("interaction_id\nz1"))
    space.refresh()
    named = space.derived.ready().files()
    there = {path.name for path in (space.folder / "histories").glob("*.*")} - {"manifest.json"}
    assert len(there - named) < 12
    shutil.rmtree(space.folder)
