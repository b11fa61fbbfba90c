"""One lens for all of a page, and the same rules wherever tables come from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from tests import written
from tests.addresses import of_person, paths
from tests.server.conftest import Browser
from tests.written import LADDER, MIX, interactions, micros, open_new, take, when
from ziggurat.asking.crowd import Crowd
from ziggurat.asking.lens import present
from ziggurat.base.errors import QuestionError
from ziggurat.levels import ladder as ladders
from ziggurat.server.app import create_app

AHEAD = "interaction_id  at  actor  kind\nf  2099-05-01  user:ana  visited"
NOW = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


# ---- the day that is meant where none is named -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "day"),
    [
        ("2026-01-22", "2026-01-22"),
        ("2026-03-05 23:00", "2026-03-05"),
        ("2099-05-01", "2026-03-05"),
        (None, "2026-03-05"),
    ],
)
def test_it_is_the_last_day_of_the_log_or_today_where_that_lies_ahead(last, day) -> None:
    assert present(None if last is None else micros(last), NOW) == when(f"{day} 23:59:59.999999")


def test_a_folder_and_a_frame_mean_the_same_day_though_a_row_lies_ahead(tmp_path) -> None:
    """A calendar of what is planned, or a typo of a year: neither makes everybody lapse."""
    rows = interactions(MIX), interactions(AHEAD)
    space = open_new(tmp_path / "space")
    for number, table in enumerate(rows):
        take(space, name=str(number), interactions=table)
    space.refresh()
    frames = Crowd(pa.concat_tables(rows))
    assert space.as_of() == frames.as_of()
    assert space.as_of().date() == dt.datetime.now(dt.UTC).date()
    own = space.ladder()
    asked = [each.asked for each in (space.ask("pyramid"), frames.ask("pyramid", own))]
    assert asked[0]["at"] == asked[1]["at"] == space.as_of().isoformat()
    assert space.ask("pyramid").rows() == frames.ask("pyramid", own).rows()


# ---- a lens ------------------------------------------------------------------------------------------------------


def test_a_lens_is_made_once_and_stays_as_it_is(mixed) -> None:
    lens = mixed.lens("2026-01-12")
    before = lens.ask("pyramid").rows()
    assert before == mixed.ask("pyramid", at="2026-01-12").rows()
    mixed.raise_to("user:dora", "Leading", since="2026-01-01", until="2026-02-01", why="x")
    mixed.raise_to("user:bea", "Leading", since="2026-01-01", until="2026-02-01", why="x")
    assert lens.ask("pyramid").rows() == before
    assert mixed.lens("2026-01-12").ask("pyramid").rows() != before
    with pytest.raises(dataclasses.FrozenInstanceError):
        lens.at = 0


def test_a_lens_is_of_a_ladder_that_there_is(mixed) -> None:
    with pytest.raises(QuestionError, match="no ladder named 'onw'; did you mean 'own'"):
        mixed.lens(ladder="onw")
    with pytest.raises(QuestionError, match="is no instant"):
        mixed.lens("yesterday")


# ---- pages -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Browser:
    space = written.mixed(Path(tmp_path_factory.mktemp("town")) / "town")
    (space.folder / "ladders" / "another.toml").write_text(LADDER, "utf-8")
    space.refresh()
    return Browser(create_app(space))


COSTLY = "mass-media"
READ = [path for path in paths("page", "part", "json", names=("pyramid", "moves", "influence")) if COSTLY not in path]


@pytest.mark.parametrize("path", READ)
def test_a_page_reads_each_ladder_once_at_most(town, monkeypatch, path) -> None:
    read = Counter()
    load = ladders.load

    def counted(file, *rest):
        read[file.name] += 1
        return load(file, *rest)

    space = town.app.state.workspace
    monkeypatch.setattr(ladders, "load", counted)
    space.read_ladders.clear()
    answer = town.get(of_person(path, space.find("user:ana")))
    assert answer.status_code == 200, answer.text
    assert set(read.values()) <= {1}, read


def test_what_is_counted_is_there(town, monkeypatch) -> None:
    read = []
    load = ladders.load
    monkeypatch.setattr(ladders, "load", lambda file, *rest: read.append(file.name) or load(file, *rest))
    town.app.state.workspace.read_ladders.clear()
    town.get("/pyramid")
    assert sorted(read) == ["another.toml", "own.toml"]
