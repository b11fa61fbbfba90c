"""Collectors are killed while clients send, a few times; and what is lost would be seen."""

from __future__ import annotations

from tests.inbox import http_kills
from ziggurat.workspace import Workspace


def test_what_was_acknowledged_is_there_once_however_collectors_end(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(http_kills, "MOST_SECONDS", 2.0)
    assert list(http_kills.attack(tmp_path / "space", 3, seed=5)) == []
    space = Workspace.open(tmp_path / "space")
    held = {row["interaction_id"] for row in space.sql("SELECT interaction_id FROM interactions").to_pylist()}
    assert len(held) > 10
    assert list(http_kills.wrong(space, held, set())) == []
    assert "1 of 2 are lost, such as never" in next(http_kills.wrong(space, {min(held), "never"}, set()))
    assert "1 of 1 that were refused are lost" in next(http_kills.wrong(space, set(), {"never"}))
