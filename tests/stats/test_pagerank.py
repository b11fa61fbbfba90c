"""Standing against a dense linear system, and its bounds against acts that are drawn one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.pagerank import Acted, pagerank, redrawn


def solved(source, target, weight, nodes: int, damping: float = 0.85):
    """PageRank as the solution of its equations."""
    matrix = np.zeros((nodes, nodes))
    np.add.at(matrix, (target, source), weight)
    out = matrix.sum(axis=0)
    matrix = np.where(out > 0, matrix / np.where(out > 0, out, 1), 1 / nodes)
    found = np.linalg.solve(np.eye(nodes) - damping * matrix, np.full(nodes, (1 - damping) / nodes))
    return found / found.sum()


@given(st.integers(1, 12), st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_it_solves_its_equations(nodes, edges, seed):
    draw = np.random.default_rng(seed)
    source, target = draw.integers(0, nodes, (2, edges))
    weight = draw.random(edges) + 0.01
    found = pagerank(source, target, weight, nodes, tolerance=1e-13)
    np.testing.assert_allclose(found, solved(source, target, weight, nodes), atol=1e-11)
    assert found.sum() == pytest.approx(1)


def test_nobody_has_no_standing():
    none = np.empty(0, np.int64)
    assert pagerank(none, none, np.empty(0), 0).size == 0
    assert redrawn(Acted(none, none, np.empty(0), np.empty(0)), np.empty(0), draws=3, seed=1).shape == (3, 0)


def test_how_often_one_writes_gives_nobody_more_than_she_has():
    source, target = np.array([0, 1, 2]), np.array([3, 3, 4])
    often = pagerank(source, target, np.array([1, 1, 50.0]), 5)
    np.testing.assert_allclose(often, pagerank(source, target, np.ones(3), 5))
    assert often[3] > often[4]


def test_two_sums_an_edge_tell_as_much_as_all_acts():
    source, target = np.array([0, 0, 1, 2, 2, 3]), np.array([1, 2, 2, 0, 3, 0])
    many = np.array([1, 4, 9, 2, 2, 5])
    draw = np.random.default_rng(1)
    standing = pagerank(source, target, many.astype(float), 4)
    drawn = redrawn(Acted(source, target, many.astype(float), many.astype(float)), standing, draws=4000, seed=2)
    edge = np.repeat(np.arange(6), many)
    one_by_one = np.array(
        [pagerank(source, target, np.bincount(edge, draw.exponential(size=edge.size)), 4) for _ in range(4000)]
    )
    np.testing.assert_allclose(drawn.mean(axis=0), one_by_one.mean(axis=0), atol=0.004)
    np.testing.assert_allclose(drawn.std(axis=0), one_by_one.std(axis=0), atol=0.004)
    few = redrawn(Acted(source, target, many / 9, many / 81), standing, draws=4000, seed=2)
    np.testing.assert_allclose(few, drawn, atol=1e-5)  # what all acts weigh alike is nothing


def test_what_weighs_nothing_any_more_is_no_error():
    found = redrawn(Acted(np.array([0]), np.array([1]), np.zeros(1), np.zeros(1)), np.full(2, 0.5), draws=2, seed=1)
    np.testing.assert_allclose(found, 0.5)
