"""A difference of shares over strata covers the truth where groups differ in what they are; a plain one misses it."""

from __future__ import annotations

import numpy as np
import pytest

from ziggurat.stats.stratified import risk_difference


def test_the_truth_is_covered_where_a_plain_difference_misses_it():
    draw, covered, plain = np.random.default_rng(1), [], []
    base, effect = np.array([0.1, 0.3, 0.6]), 0.1
    for _ in range(1000):
        people, others = np.array([20, 40, 80]), np.array([80, 40, 20])
        hits, other_hits = draw.binomial(people, base + effect), draw.binomial(others, base)
        found = risk_difference(*(one.astype(float) for one in (hits, people, other_hits, others)))
        covered.append(found.low <= effect <= found.high)
        plain.append(hits.sum() / people.sum() - other_hits.sum() / others.sum())
    assert 0.93 < np.mean(covered) < 0.97
    assert np.mean(plain) > effect + 0.15  # the negative control


def test_one_stratum_is_a_plain_difference_and_nothing_to_compare_is_none():
    found = risk_difference(np.array([30.0]), np.array([100.0]), np.array([20.0]), np.array([100.0]))
    assert found.value == pytest.approx(0.1)
    half = 1.959963984540054 * np.sqrt(0.3 * 0.7 / 100 + 0.2 * 0.8 / 100)
    assert (found.low, found.high) == (pytest.approx(0.1 - half), pytest.approx(0.1 + half))
    alone = risk_difference(np.array([3.0, 0.0]), np.array([9.0, 0.0]), np.array([0.0, 1.0]), np.array([0.0, 4.0]))
    assert np.isnan(alone).all()
