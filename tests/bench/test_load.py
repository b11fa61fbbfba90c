"""The measurement under load counts what visitors met with, and what a heavy question costs."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from bench.pages import serving

from bench import load
from tests import harbour


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("load") / "harbour"
    harbour.make(folder)
    with serving(folder) as (port, process):
        yield folder, port, process


@pytest.fixture
def once(served, monkeypatch):
    """Measure on a server that is there already, without long pauses."""

    @contextmanager
    def there(folder):
        yield served[1], served[2]

    monkeypatch.setattr(load, "serving", there)
    monkeypatch.setattr(load, "READING", 0.05)
    monkeypatch.setattr(load, "REST", 0.0)
    monkeypatch.setattr(load, "VISITORS", 3)
    monkeypatch.setattr(load, "ASKERS", 3)
    return served[0]


def test_visitors_are_answered_and_what_fails_is_told(once, monkeypatch):
    said = []
    rows = load.loaded(once, "the harbour", ("causes",), 1.5, said.append)
    assert "Not answered: 0" in said[0]
    assert [row.what.partition(": ")[2] for row in rows][:2] == ["half of the pages", "99 in 100 pages"]
    assert 0 < rows[0].median <= rows[1].median < load.PATIENCE
    assert all(row.memory > 2**20 for row in rows if "memory" in row.what)
    monkeypatch.setattr(load.Place, "address", lambda place, rng: "/people/nobody")
    rows = load.loaded(once, "the harbour", ("causes",), 0.3, said.append)
    assert "Not answered: 0" not in said[1] and "404" in said[2]
    assert not rows[1].met


def test_a_part_is_left_when_its_visitor_goes_on(served, monkeypatch):
    monkeypatch.setattr(load, "READING", 0.01)
    timed = load.Timed()
    place = SimpleNamespace(address=lambda rng: "/")

    def gone(port, path, visitor, seconds):
        if path == "/":
            return 200, b'<section data-load="/cards?x=1&amp;y=2">'
        assert path == "/cards?x=1&y=2"
        raise TimeoutError

    monkeypatch.setattr(load, "ask", gone)
    load.visit(served[1], place, 0.2, timed)
    assert timed.left > 0 and timed.parts == [] and timed.wrong == []


def test_what_one_and_several_ask_is_measured_and_a_refusal_ends_it(once, served, monkeypatch):
    monkeypatch.setattr(load, "HEAVY", ("causes",))
    rows = load.shared(once, "the harbour", lambda text: None)
    assert [row.what.rpartition(", ")[2] for row in rows] == ["asked once", "asked by 3 at once"]
    monkeypatch.setattr(load, "ask", lambda *given: (404, b"there is none"))
    with pytest.raises(RuntimeError, match="there is none"):
        load.cost(served[2].pid, served[1], "causes", load.dt.date(2026, 1, 5), 2)
