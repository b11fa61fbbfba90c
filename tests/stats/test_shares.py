"""How sure is a share of which a few people make up much?"""

import numpy as np
import pytest

from ziggurat.stats.intervals import wilson
from ziggurat.stats.shares import difference, of_people


def test_one_trial_each_is_nearly_a_plain_proportion():
    hits = np.arange(500) % 5 == 0
    assert of_people(hits, np.ones(500)) == pytest.approx((0.2, *wilson(100, 500)), abs=1e-3)


def test_nobody_tells_nothing_and_all_alike_leave_room():
    assert of_people(np.zeros(3), np.zeros(3)) is None
    assert of_people(np.full(4, 2.0), np.full(4, 2.0)) == (1.0, *wilson(4, 4))
    assert of_people(np.array([3.0]), np.array([6.0])) == (0.5, *wilson(0.5, 1))


def test_bounds_hold_the_truth_where_people_differ_and_one_for_all_trials_does_not():
    """People who each have a share of their own: bounds over people hold the mean, over trials they miss it."""
    draw = np.random.default_rng(2)
    held = {"people": 0, "trials": 0}
    for _ in range(400):
        trials = draw.poisson(30, 60) + 1
        hits = draw.binomial(trials, draw.beta(0.6, 1.4, 60))
        _, low, high = of_people(hits, trials)
        held["people"] += low <= 0.3 <= high
        low, high = wilson(hits.sum(), trials.sum())
        held["trials"] += low <= 0.3 <= high
    assert held["people"] / 400 == pytest.approx(0.95, abs=0.03)
    assert held["trials"] / 400 < 0.6


def test_a_difference_is_as_published():
    """Newcombe (1998), table II, method 10: 56/70 − 48/80 and 9/10 − 3/10."""
    for (a, m, b, n), wanted in {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090)}.items():
        gap, low, high = difference((a / m, *wilson(a, m)), (b / n, *wilson(b, n)))
        assert (round(low, 4), round(high, 4)) == wanted
        assert gap == pytest.approx(a / m - b / n)
