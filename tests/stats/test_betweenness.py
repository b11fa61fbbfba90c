"""Betweenness against its definition, and what a sample says of it against the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.graphs import between, drawn, near_of, planted
from ziggurat.stats import betweenness as stats
from ziggurat.stats.betweenness import betweenness, neighbours, within_two


@given(st.integers(0, 9), st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_it_is_what_its_definition_says(nodes, ties, seed):
    _, _, graph = drawn(seed, max(1, nodes), ties if nodes else 0)
    found = betweenness(*graph, sources=99, seed=1)
    expected = between(*graph) if nodes > 2 else [0.0] * max(1, nodes)
    np.testing.assert_allclose(found.share, expected, atol=1e-12)
    assert found.low is found.share


@given(st.integers(1, 9), st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_within_two_steps_are_neighbours_and_theirs(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    adjacent = near_of(*graph)
    expected = [len({*near, *(far for one in near for far in adjacent[one])} - {v}) for v, near in enumerate(adjacent)]
    assert within_two(*graph, np.arange(nodes)).tolist() == expected


def test_a_sample_covers_the_truth(monkeypatch):
    graph = planted(1, 8, 30, 900, 0.7)
    truth = betweenness(*graph, sources=240, seed=1)
    assert truth.sources == 240
    monkeypatch.setattr(stats, "AFFORDED", 0)
    covered, share, width = [], [], []
    for seed in range(100):
        found = betweenness(*graph, sources=100, seed=seed)
        assert found.sources == 100
        covered.append((found.low <= truth.share) & (truth.share <= found.high))
        share.append(found.share)
        width.append(found.high - found.low)
    assert np.mean(covered, axis=0).min() >= 0.95  # of every node, those with rare and large parts too
    np.testing.assert_allclose(np.mean(share, axis=0), truth.share, atol=0.003)
    assert np.max(width) < 0.45
    more = betweenness(*graph, sources=239, seed=1)
    assert (more.high - more.low).mean() < np.mean(width) / 1.7
    np.testing.assert_array_equal(more.share, betweenness(*graph, sources=239, seed=1).share)


def test_ties_are_simple_whatever_their_direction_and_number():
    first, near = neighbours(np.array([0, 1, 1, 2]), np.array([1, 0, 1, 1]), 4)
    assert near_of(first, near) == [[1], [0, 2], [1], []]


def test_a_star_has_one_middle():
    graph = neighbours(np.zeros(5, np.int64), np.arange(1, 6), 6)
    assert betweenness(*graph, sources=1, seed=1).share.tolist() == pytest.approx([1, 0, 0, 0, 0, 0])
