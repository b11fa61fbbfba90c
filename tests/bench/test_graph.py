"""The graph of the benchmark: contenders that are installed reckon the same standing on it."""

from __future__ import annotations

import numpy as np
import pytest

from bench import graph
from tests.stats.test_pagerank import solved


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr(graph, "PEOPLE", 400)
    assert 1500 < graph.write(tmp_path, 400, 2000) <= 2000
    return tmp_path


def test_edges_are_written_once_and_tie_nobody_to_herself(small):
    source, target, weight = graph.read(small)
    assert np.unique(source * 400 + target).size == source.size
    assert (source != target).all()
    assert (weight > 0).all()


def test_ours_is_exact_and_the_diffusion_is_asked_the_same(small):
    for name in ("ours", "scikit_diffusion"):
        graph.graph(str(small), name)
    ours, theirs = (np.load(small / f"{name}.npy") for name in ("ours", "scikit_diffusion"))
    source, target, weight = graph.read(small)
    np.testing.assert_allclose(ours, solved(source, target, weight, 400), atol=1e-7)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.99  # no nearer: its threads race for the same nodes


def test_groups_come_with_their_modularity(small):
    assert graph.graph(str(small), "our_groups")["modularity"] > 0.3
