"""`ziggurat news` prints what the home page says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import harbour
from ziggurat.cli import main
from ziggurat.news import news
from ziggurat.workspace import Workspace


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("harbour")
    harbour.make(place)
    return place


def run(folder: Path, *words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(folder), "news", *words])
    assert ended.value.code == 0


def test_each_sentence_is_a_line_in_the_same_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--since", "2026-02-28", "--topic", "moves", "--topic", "turning")
    lines = capsys.readouterr().out.splitlines()
    items = news(Workspace.open(folder), since="2026-02-28", topics=("moves", "turning"))
    assert lines[0] == "After 2026-02-28, up to the end of 2026-03-31:"
    assert lines[1:] == [f"- {item.text}" for item in items]
    assert any("Ana Moreau" in line for line in lines)


def test_without_a_day_it_tells_of_the_last_seven(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--topic", "moves")
    assert capsys.readouterr().out.startswith("After 2026-03-24, up to the end of 2026-03-31:\n")


def test_json_says_what_each_figure_opens_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(folder, "--since", "2026-02-28", "--topic", "moves", "--json")
    told = json.loads(capsys.readouterr().out)
    (slips,) = (one for one in told if one["text"].startswith("2 people slipped"))
    (opens,) = (one for one in slips["opens"] if one["words"] == "2 people")
    options = {"ladder": "harbour", "since": "2026-02-28", "until": "2026-03-31"}
    assert opens == {"words": "2 people", "study": "moves", "options": options, "row": {"direction": "slipped"}}
    assert any("person" in one for sentence in told for one in sentence["opens"])
