"""Following: none is found in shuffled times, a planted one is, and being busy does not pass for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.graphs import drawn, near_of
from ziggurat.stats.adoption import holm, leader, shuffle_test

SIZE, DAYS, SPAN = 150, 180.0, 10.0


def shuffled(at, graph, stratum=None, seed=1, draws=199):
    stratum = np.zeros(at.size, np.int64) if stratum is None else stratum
    return shuffle_test(at, *graph, stratum, span=SPAN, draws=draws, seed=seed)


def influenced(seed: int, share: float):
    """Times of which a share are a few days after that of someone near, and a graph."""
    draw = np.random.default_rng(seed)
    _, _, graph = drawn(seed, SIZE, 2 * SIZE)
    at = draw.random(SIZE) * DAYS
    for node, near in enumerate(near_of(*graph)):
        earlier = [other for other in near if other < node]
        if earlier and draw.random() < share:
            at[node] = at[earlier[0]] + draw.random() * SPAN
    return at, graph


@given(st.integers(1, 12), st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_the_leader_is_the_last_one_near_before_her(nodes, ties, seed):
    _, _, graph = drawn(seed, nodes, ties)
    at = np.random.default_rng(seed).integers(0, 9, nodes).astype(np.float64)
    found = leader(at, *graph, 4.0)
    for node, near in enumerate(near_of(*graph)):
        before = [other for other in near if 0 < at[node] - at[other] <= 4]
        expected = min(before, key=lambda other: (-at[other], other), default=-1)
        assert found[node] == expected


def test_shuffled_times_pass_for_influence_in_one_of_twenty():
    found = []
    for seed in range(400):
        at, graph = influenced(seed, 0.5)
        at = np.random.default_rng(1000 + seed).permutation(at)
        found.append(shuffled(at, graph, seed=seed).p_value)
    share = np.mean(np.array(found) <= 0.05)
    assert 0.02 < share < 0.075  # of 400: 0.05 give or take 2.3 standard errors; counts make it a little less


def test_planted_influence_is_found():
    found = []
    for seed in range(100):
        at, graph = influenced(seed, 0.4)
        test = shuffled(at, graph, seed=seed)
        found.append(test.p_value <= 0.05 and test.excess()[1] >= 0)
    assert np.mean(found) > 0.95


def test_the_excess_is_what_influence_added():
    """Beside the number that chance brings: what is followed with influence less what was without."""
    inside = []
    for seed in range(200):
        draw = np.random.default_rng(seed)
        _, _, graph = drawn(seed, SIZE, 2 * SIZE)
        at = draw.random(SIZE) * DAYS
        before = shuffled(at, graph, draws=0).followed
        moved = at.copy()
        for node, near in enumerate(near_of(*graph)):
            if near and draw.random() < 0.2:
                moved[node] = at[near[0]] + draw.random() * SPAN
        test = shuffled(moved, graph, seed=seed)
        _, low, high = test.excess()
        inside.append(low <= test.followed - before <= high)
    assert 0.85 < np.mean(inside) < 0.99


def test_the_busy_who_are_early_and_tied_to_the_busy_are_no_influence_once_told_apart():
    plain, told = [], []
    for seed in range(200):
        draw = np.random.default_rng(seed)
        half = SIZE // 2
        _, _, (first, near) = drawn(seed, half, 250)
        _, _, (second, far) = drawn(seed + 1, half, 40)
        graph = np.concatenate([first, second[1:] + first[-1]]), np.concatenate([near, far + half])
        at = np.concatenate([draw.random(half) * 40, draw.random(half) * DAYS])
        busy = np.repeat([1, 0], half)
        plain.append(shuffled(at, graph, seed=seed).p_value)
        told.append(shuffled(at, graph, busy, seed=seed).p_value)
    assert np.mean(np.array(plain) <= 0.05) > 0.5  # the negative control: without strata, it passes for influence
    assert np.mean(np.array(told) <= 0.05) < 0.09


def test_those_whose_times_are_kept_are_followed_but_do_not_count():
    at = np.array([0.0, 5.0, 100.0])
    graph = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1])
    test = shuffled(at, graph, np.array([-1, 0, -1]))
    assert test.followed == 1
    assert (test.drawn == 1).all()
    assert test.p_value == 1.0


def test_several_tests_are_held_to_one():
    assert holm(np.array([0.02, 0.01, 0.2])).tolist() == pytest.approx([0.04, 0.03, 0.2])
    assert holm(np.array([])).size == 0
