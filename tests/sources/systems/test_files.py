"""Files that are put into a folder are each read once, and again when they change."""

from __future__ import annotations

import os

import msgspec
import pytest

from tests.formats.make import VISITS
from ziggurat.base.errors import SourceError
from ziggurat.settings import config
from ziggurat.state import cursors
from ziggurat.workspace import Workspace
from ziggurat.workspace import importing as part

MAPPING = msgspec.structs.replace(VISITS, path="in/**/shop-*.csv", key=("who",))


@pytest.fixture
def space(tmp_path):
    made = Workspace.create(tmp_path / "space")
    made.save_mapping("shop", MAPPING)
    return made


def put(space, name, *rows, at=0):
    path = space.folder / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["when,who,note", *rows]), "utf-8")
    os.utime(path, (1_700_000_000 + at, 1_700_000_000 + at))


def pulled(space, **how):
    return [(one["file"], one["new"], one["changed"], one["known"]) for one in space.pull("shop", **how)]


def test_what_is_new_is_read_the_oldest_first_and_what_changed_replaces(space) -> None:
    put(space, "shop-1.csv", "2026-01-01,email:ana@x.org,a", at=2)
    put(space, "deep/shop-2.csv", "2026-01-02,email:bob@x.org,b", "2026-01-02,email:cy@x.org,c", at=1)
    put(space, "other.csv", "2026-01-03,email:dora@x.org,d")
    assert pulled(space) == [("shop-2.csv", 2, 0, 0), ("shop-1.csv", 1, 0, 0)]
    assert pulled(space) == []
    put(space, "shop-1.csv", "2026-01-01,email:ana@x.org,mended", "2026-01-04,email:eve@x.org,e", at=3)
    assert pulled(space) == [("shop-1.csv", 1, 1, 0)]
    assert len(pulled(space, again=True)) == 2
    (space.folder / "in" / "shop-1.csv").unlink()
    assert pulled(space) == []
    put(space, "shop-3.csv", "2026-01-05,email:fay@x.org,f", at=4)
    assert pulled(space) == [("shop-3.csv", 1, 0, 0)]
    kept = [str(space.folder / "in" / name) for name in ("deep/shop-2.csv", "shop-3.csv")]
    assert sorted(cursors.cursor(space.state.database, "shop")) == kept  # what is gone is forgotten


def test_a_process_that_ends_before_it_is_noted_reads_the_part_again_and_counts_nothing_twice(
    space, monkeypatch
) -> None:
    put(space, "shop-1.csv", "2026-01-01,email:ana@x.org,a")

    def ends(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(part.cursors, "move", ends)
        space.pull("shop")
    assert pulled(space) == [("shop-1.csv", 0, 0, 1)]
    assert pulled(space) == []


def test_nothing_there_is_said_and_a_guess_that_is_stored_keeps_the_path(space) -> None:
    with pytest.raises(SourceError, match=r"\[sources.shop\]: there is no file under .*shop-"):
        space.pull("shop")
    space.save_mapping("shop", VISITS)
    assert config.load(space.folder).sources["shop"].path == MAPPING.path
