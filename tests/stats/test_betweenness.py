"""Betweenness against its definition, and what a sample says of it against the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.graphs import between, drawn, near_of, planted
from ziggurat.stats import betweenness as stats
from ziggurat.stats.betweenness import betweenness, led_over, neighbours, within_two


@given(st.integers(0, 9), st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_it_is_what_its_definition_says(nodes, ties, seed):
    _, _, graph = drawn(seed, max(1, nodes), ties if nodes else 0)
    found = betweenness(*graph, ways=99, seed=1)
    expected = between(*graph) if nodes > 2 else [0.0] * max(1, nodes)
    np.testing.assert_allclose(found.share, expected, atol=1e-12)
    assert found.low is found.share
    assert found.exact


@given(st.integers(1, 9), st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_within_two_steps_are_neighbours_and_theirs(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    adjacent = near_of(*graph)
    expected = [len({*near, *(far for one in near for far in adjacent[one])} - {v}) for v, near in enumerate(adjacent)]
    assert within_two(*graph, np.arange(nodes)).tolist() == expected


def test_a_sample_covers_the_truth(monkeypatch):
    graph = planted(1, 8, 30, 900, 0.7)
    truth = betweenness(*graph, ways=2, seed=1)
    assert truth.exact
    monkeypatch.setattr(stats, "AFFORDED", 0)
    covered, share, width = [], [], []
    for seed in range(400):
        found = betweenness(*graph, ways=500, seed=seed)
        assert not found.exact
        covered.append((found.low <= truth.share) & (truth.share <= found.high))
        share.append(found.share)
        width.append(found.high - found.low)
    assert np.mean(covered) > 0.95
    assert np.mean(covered, axis=0).min() >= 0.92  # of every node, those with rare and large parts too
    np.testing.assert_allclose(np.mean(share, axis=0), truth.share, atol=0.0025)
    more = betweenness(*graph, ways=4500, seed=1)
    assert (more.high - more.low).mean() < np.mean(width) / 2.5  # a third, or so
    np.testing.assert_array_equal(more.share, betweenness(*graph, ways=4500, seed=1).share)


@given(st.integers(3, 9), st.integers(2, 20), st.integers(0, 2**32 - 1))
def test_ways_are_shortest_ones_and_all_alike(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    draw = np.random.default_rng(seed)
    one, other = draw.permutation(nodes)[:2]
    times = 3000
    count = led_over(
        graph[0],
        graph[1].astype(np.int32),
        *(np.full(times, end) for end in (one, other)),
        draw.integers(0, 2**62, times),
    )
    expected = np.array(shares_of(near_of(*graph), one, other))
    assert np.abs(count / times - expected).max() < 0.05
    assert (count[expected == 0] == 0).all()


def shares_of(near, one, other):
    """Which share of the shortest ways between two nodes leads over each, by writing all ways down."""
    ways, found = [[one]], []
    while ways and not found:
        ways = [[*way, next_] for way in ways for next_ in near[way[-1]] if next_ not in way]
        found = [way for way in ways if way[-1] == other]
    return [sum(node in way[1:-1] for way in found) / max(1, len(found)) for node in range(len(near))]


def test_threads_change_nothing(monkeypatch):
    graph = planted(1, 8, 30, 900, 0.7)
    monkeypatch.setattr(stats, "AFFORDED", 0)
    found = []
    for processors in (1, 2, 5):
        monkeypatch.setattr(stats.os, "cpu_count", lambda processors=processors: processors)
        found.append(betweenness(*graph, ways=99, seed=3).share)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_ties_are_simple_whatever_their_direction_and_number():
    first, near = neighbours(np.array([0, 1, 1, 2]), np.array([1, 0, 1, 1]), 4)
    assert near_of(first, near) == [[1], [0, 2], [1], []]


def test_a_star_has_one_middle():
    graph = neighbours(np.zeros(5, np.int64), np.arange(1, 6), 6)
    assert betweenness(*graph, ways=1, seed=1).share.tolist() == pytest.approx([1, 0, 0, 0, 0, 0])
