"""Systems that are not there, and a workspace that reads them."""

from __future__ import annotations

import pytest

from tests.sources.systems.fake import Fake
from ziggurat.workspace import Workspace


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setenv("SYSTEM_TOKEN", "hunter2")
    made = []

    def begin(answer):
        made.append(Fake(answer))
        return made[-1]

    yield begin
    for one in made:
        one.close()


@pytest.fixture
def pulled(tmp_path):
    """Pull a source, and return what is in the log of it now, by id."""
    space = Workspace.create(tmp_path / "pulled")

    def pull(settings, **how):
        done = space.pull("it", settings=settings, **how)
        found = space.sql('SELECT * FROM interactions ORDER BY "at", interaction_id').to_pylist()
        pull.counts = [sum(one[what] for one in done) for what in ("new", "known", "changed", "rejected")]
        return {row["interaction_id"]: row for row in found}

    pull.space, pull.counts = space, []
    return pull
