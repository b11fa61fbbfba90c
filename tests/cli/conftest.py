"""Commands as they are typed, and two workspaces to type them in."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import harbour
from ziggurat.cli import main

EVENTS = """Date,Email,Event,Amount
2026-01-05,ana@example.org,Newsletter signup,
2026-01-20,ana@example.org,Donation,10
2026-01-21,bea@example.org,Donation,30
2026-02-01,bea@example.org,Donation,50
2026-02-03,bea@example.org,Blorb,
someday,chidi@example.org,Donation,20
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("cli") / "harbour"
    harbour.make(place)
    return place


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.delenv("ZIGGURAT_FOLDER", raising=False)

    def typed(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code or 0, out=printed.out, err=printed.err)

    return typed


@pytest.fixture
def club(tmp_path, run, monkeypatch):
    """A new workspace with a file beside it that has a bad row and an event name nobody knows."""
    monkeypatch.chdir(tmp_path)
    Path("Events 2026-01.csv").write_text(EVENTS, "utf-8")
    assert run("init", "club", "--name", "Harbour Club", "--currency", "eur", "--ladder", "nonprofit").code == 0
    return lambda *arguments: run("-C", "club", *arguments)
