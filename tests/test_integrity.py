"""A damaged workspace is told: where, what, and what to do. A copy of a whole one can be used in its place."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.written import interactions, links, logged, open_new, take
from ziggurat.base.errors import WorkspaceError
from ziggurat.cli import main
from ziggurat.workspace import Workspace
from ziggurat.workspace.backup import backup
from ziggurat.workspace.integrity import damages

ROWS = """
    interaction_id  at          actor            kind
    i1              2026-01-05  email:ana@x.org  visited
    i2              2026-01-06  email:bob@x.org  posted
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    space = open_new(tmp_path_factory.mktemp("made") / "space")
    take(space, "one.csv", interactions=interactions(ROWS), links=links("a  b\nemail:ana@x.org  user:ana"))
    take(space, "two.csv", interactions=interactions("interaction_id  kind\ni3  visited"))
    space.undo(2)
    space.refresh()
    space.merge("email:ana@x.org", "email:bob@x.org")
    return space


@pytest.fixture
def space(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "space")
    return tmp_path / "space"


def said(folder, **options):
    return [str(damage) for damage in damages(folder, **options)]


def commit(folder, table):
    return max((folder / "log" / table / "_delta_log").glob("*.json"))


def part(folder, table):
    return max((folder / "log" / table).glob("*.parquet"), key=lambda path: path.stat().st_mtime)


@pytest.mark.parametrize("whole", [False, True])
def test_a_whole_workspace_is_whole(space, whole):
    assert said(space, whole=whole) == []


def without_imports(folder):
    shutil.rmtree(folder / "log" / "imports")


def torn(folder):
    (folder / "log" / "imports" / "_delta_log" / f"{99:020}.json").write_bytes(b"{")


def emptied(folder):
    commit(folder, "links").write_bytes(b"")


def without_part(folder):
    part(folder, "links").unlink()


def cut_off(folder):
    part(folder, "links").write_bytes(part(folder, "links").read_bytes()[:-9])


def zeros(folder):
    part(folder, "links").write_bytes(bytes(part(folder, "links").stat().st_size))


def no_manifest(folder):
    (folder / "histories" / "manifest.json").write_bytes(b"{")


def no_segment(folder):
    next((folder / "histories").glob("*.arrow")).unlink()


def no_state(folder):
    (folder / "state.db").write_bytes(b"no database" * 1000)


def no_settings(folder):
    (folder / "ziggurat.toml").write_bytes(b"a = [")


def declared(name):
    def spoil(folder):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"root:x:0:0")

    spoil.__name__ = f"no_{name.replace('/', '_')}"
    return spoil


DECLARED = ("ladders/own.toml", "segments/own.toml", "plays/own.toml", "scenarios.toml")
DAMAGE = {  # how it is done → what is told, and whether data is lost with it
    without_imports: ("imports: .*is missing or damaged.*backup", True),
    torn: ("torn by a crash", False),
    emptied: ("links: .*empty.*backup", True),
    without_part: ("parquet: is missing; put it back from a backup", True),
    cut_off: ("bytes, and was written with", True),
    zeros: ("can't be read", True),
    no_manifest: ("manifest.json: can't be read; `ziggurat refresh`", False),
    no_segment: ("is missing; delete .*manifest.json, and `ziggurat refresh`", False),
    no_state: ("state.db: is damaged", True),
    no_settings: ("ziggurat.toml: .*mend it with an editor", True),
    **{declared(name): (f"{name}: .*mend it with an editor, or move it", True) for name in DECLARED},
}


@pytest.mark.parametrize("spoil", DAMAGE)
def test_damage_is_told(space, spoil, capsys):
    words, lost = DAMAGE[spoil]
    spoil(space)
    found = said(space)
    assert any(re.search(words, text) for text in found), found
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(space), "check"])
    assert ended.value.code == (1 if lost else 0)
    assert capsys.readouterr().out


def test_rows_of_an_undone_import_are_told(space):
    (name,) = Workspace.open(space).log.files("interactions")
    file = Path(name)
    rows, size = pq.read_table(file), file.stat().st_size
    pq.write_table(rows.set_column(rows.column_names.index("import_no"), "import_no", [[2] * len(rows)]), file)
    for told in (space / "log" / "interactions" / "_delta_log").glob("*.json"):
        told.write_text(told.read_text().replace(f'"size":{size}', f'"size":{file.stat().st_size}'))
    assert any("2 rows are of import 2, which was undone" in text for text in said(space)), said(space)


def test_rows_that_came_down_from_an_undone_import_are_no_damage(space):
    opened = Workspace.open(space)
    take(opened, "again.csv", interactions=interactions(f"{ROWS}\n    i9  2026-01-07  email:eva@x.org  visited"))
    opened.undo(1)
    assert len(logged(opened)) == 3
    assert said(space, whole=True) == []


def test_a_missing_table_of_imports_is_never_read_as_no_imports(space):
    """The next import would take back the rows of all others."""
    shutil.rmtree(space / "log" / "imports")
    files = sorted((space / "log").rglob("*.parquet"))
    with pytest.raises(WorkspaceError, match=r"imports: the table that says which imports count is missing"):
        take(Workspace.open(space), interactions=interactions("interaction_id  kind\ni9  visited"))
    assert sorted((space / "log").rglob("*.parquet")) == files


def test_a_damaged_manifest_is_made_anew(space):
    (space / "histories" / "manifest.json").write_bytes(b"\0" * 100)
    found = Workspace.open(space)
    assert found.refresh()["interactions"] == 2
    assert said(space) == []


def test_a_copy_is_whole_and_can_be_used(space, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["-C", str(space), "backup", str(tmp_path / "copy")])
    assert "Copied 3 imports and undos" in capsys.readouterr().out
    assert said(tmp_path / "copy", whole=True) == []
    copy, before = Workspace.open(tmp_path / "copy"), Workspace.open(space)
    copy.refresh()
    before.refresh()
    assert logged(copy, "interactions") == logged(before, "interactions")
    assert copy.state.decisions() == before.state.decisions()
    assert copy.derived.counts() == before.derived.counts()
    take(copy, interactions=interactions("interaction_id  kind\ni9  visited"))
    copy.undo(1)
    assert [row[0] for row in logged(copy, "interactions")] == ["i9"]


def test_a_copy_made_while_others_write_holds_whole_imports(space, tmp_path):
    stop = threading.Event()
    other = Workspace.open(space)

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            rows = f"interaction_id  kind\nw{number}  visited\nv{number}  posted"
            take(other, interactions=interactions(rows), links=links(f"a  b\nx:{number}  y:{number}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(space, tmp_path / f"copy{number}")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        assert said(tmp_path / f"copy{number}", whole=True) == []
        copy = Workspace.open(tmp_path / f"copy{number}")
        written = {row[0][1:] for row in logged(copy, "interactions", "interaction_id", "kind") if row[0][0] in "wv"}
        assert len(logged(copy, "interactions")) == 2 + 2 * len(written)
        assert len(logged(copy, "links")) == 1 + len(written)


def test_nothing_is_overwritten_by_a_copy(space, tmp_path):
    with pytest.raises(WorkspaceError, match="is there already"):
        backup(space, tmp_path)
    with pytest.raises(WorkspaceError, match="lies within the workspace"):
        backup(space, space / "copy")
