"""A simulated community is a source: read once, and again when its settings change."""

from __future__ import annotations

from ziggurat.simulate import Community
from ziggurat.sources.systems.simulated import SimulatedSettings
from ziggurat.workspace import Workspace


def test_it_is_read_once(tmp_path) -> None:
    space = Workspace.create(tmp_path / "space")
    settings = SimulatedSettings(Community(people=12, days=40, seed=3))
    [done] = space.pull("trial", settings=settings)
    assert done["new"] > 20
    assert space.pull("trial", settings=settings) == []
    [other] = space.pull("trial", settings=SimulatedSettings(Community(people=12, days=40, seed=4)))
    assert other["new"] + other["changed"] > 0
