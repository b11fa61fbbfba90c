"""Groups: found where they were planted, connected, as good as others find them; and chance that keeps degrees."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sknetwork.clustering import Louvain, get_modularity

from tests.stats.graphs import drawn, near_of, planted, shortest
from ziggurat.roles.communities import FEW
from ziggurat.stats.betweenness import neighbours
from ziggurat.stats.leiden import leiden
from ziggurat.stats.modularity import SWAPS, expected, participation, rewired, shares


def modularity(graph, group) -> float:
    inside, chance = shares(*graph, group)
    return float((inside - chance).sum())


def best(graph) -> float:
    """The highest modularity of any grouping, by trying all."""
    nodes, groupings = graph[0].size - 1, [[0]]
    for _ in range(nodes - 1):
        groupings = [[*one, next_] for one in groupings for next_ in range(max(one) + 2)]
    return max(modularity(graph, np.array(one)) for one in groupings)


@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_small_graphs_are_grouped_nearly_as_well_as_can_be(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    group = leiden(*graph)
    assert modularity(graph, group) >= best(graph) - 0.06
    if graph[1].size:
        assert modularity(graph, group) >= -1e-12


@given(st.integers(2, 40), st.integers(1, 120), st.integers(0, 2**32 - 1), st.sampled_from([0.5, 1.0, 2.0]))
def test_every_group_is_connected(nodes, ties, seed, resolution):
    _, _, graph = drawn(seed, nodes, ties)
    group, adjacent = leiden(*graph, resolution=resolution), near_of(*graph)
    assert set(group.tolist()) == set(range(group.max() + 1))
    sizes = np.bincount(group)
    assert (np.diff(sizes) <= 0).all()
    for one in range(sizes.size):
        mine = np.flatnonzero(group == one)
        inside = [[other for other in near if group[other] == one] for near in adjacent]
        assert set(shortest(inside, int(mine[0]))[0]) == set(mine.tolist())


def test_planted_groups_are_found():
    for seed in range(5):
        graph = planted(seed, 10, 40, 2400, 0.85)
        group = leiden(*graph, order=np.random.default_rng(seed).permutation(400))
        assert group.max() == 9
        strangers = sum(40 - np.bincount(group[start : start + 40]).max() for start in range(0, 400, 40))
        assert strangers <= 4  # of 400


def test_it_groups_as_well_as_a_library_does():
    for graph in (planted(1, 30, 40, 5000, 0.6), drawn(2, 800, 2400)[2]):
        nodes = graph[0].size - 1
        matrix = sp.csr_matrix((np.ones(graph[1].size), graph[1], graph[0]), shape=(nodes, nodes))
        theirs = get_modularity(matrix, Louvain(modularity="newman").fit_predict(matrix))
        group = leiden(*graph)
        assert modularity(graph, group) == pytest.approx(get_modularity(matrix, group))
        assert modularity(graph, group) > theirs - 0.005


@given(st.integers(2, 30), st.integers(1, 80), st.integers(0, 2**32 - 1))
def test_chance_keeps_everyones_number_of_ties_and_a_simple_graph(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    again = rewired(*graph, seed)
    np.testing.assert_array_equal(np.diff(graph[0]), np.diff(again[0]))
    for node, near in enumerate(near_of(*again)):
        assert node not in near
        assert sorted(set(near)) == near
        assert all(node in near_of(*again)[other] for other in near)


def test_chance_reaches_all_graphs_of_the_same_degrees():
    path = neighbours(np.array([0, 1, 2]), np.array([1, 2, 3]), 4)  # degrees 1 2 2 1: 0-1-2-3 or 0-2-1-3
    seen = [tuple(map(tuple, near_of(*rewired(*path, seed)))) for seed in range(400)]
    counts = {graph: seen.count(graph) for graph in set(seen)}
    assert len(counts) == 2
    assert min(counts.values()) > 150


def test_in_few_rounds_hardly_a_tie_stays():
    graph = drawn(3, 3000, 20_000)[2]
    owner = np.repeat(np.arange(3000), np.diff(graph[0]))
    before = set((owner * 3000 + graph[1]).tolist())
    stays = []
    for swaps in (0, FEW, SWAPS):
        first, near = rewired(*graph, 1, swaps)
        after = set((np.repeat(np.arange(3000), np.diff(first)) * 3000 + near).tolist())
        stays.append(len(before & after) / len(before))
    assert stays[0] == 1
    assert stays[2] < 0.01  # ties that came to be again by chance
    assert stays[1] < stays[2] + 0.005  # and e⁻⁶ that were in no swap, or in refused ones only


def test_groups_that_were_planted_are_above_chance_and_noise_is_not():
    def above(graph) -> bool:
        null = [modularity(again, leiden(*again)) for again in (rewired(*graph, seed) for seed in range(12))]
        return modularity(graph, leiden(*graph)) > expected(np.array(null))[1]

    assert all(above(planted(seed, 6, 20, 500, 0.7)) for seed in range(10))
    assert sum(above(drawn(seed, 120, 500)[2]) for seed in range(100)) <= 8  # 2.5 of 100 are to be expected


def test_participation_is_what_it_says():
    graph = neighbours(np.array([0, 0, 0, 0]), np.array([1, 2, 3, 4]), 6)
    found = participation(*graph, np.array([0, 0, 1, 1, 2, 2]))
    assert found[0] == pytest.approx(1 - (1 + 4 + 1) / 16)
    assert found[1:5].tolist() == [0, 0, 0, 0]
    assert np.isnan(found[5])
