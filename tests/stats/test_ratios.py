"""The difference of two shares of the same people: how often its bounds hold the truth."""

import numpy as np
import pytest

from ziggurat.stats.ratios import paired_difference


def test_bounds_hold_the_truth_about_as_often_as_they_say():
    """Of 600 draws of 300 people, some of whom are chosen and get twice the time and bring three times the money."""
    draw = np.random.default_rng(1)
    share, times, runs = 0.2, (2.0, 3.0), 600
    truth = np.subtract(*(share * t / (share * t + 1 - share) for t in times))
    hits = 0
    for _ in range(runs):
        chosen = draw.random(300) < share
        whole = [draw.gamma(2.0, 1.0, 300) * np.where(chosen, t, 1.0) for t in times]
        found = paired_difference(*((amount * chosen, amount) for amount in whole))
        hits += found[1] <= truth <= found[2]
    assert 0.92 < hits / runs < 0.98


def test_shares_that_go_together_differ_less_than_independent_ones():
    draw = np.random.default_rng(2)
    chosen, amount = draw.random(200) < 0.3, draw.gamma(2.0, 1.0, 200)
    same = paired_difference((amount * chosen, amount), (amount * chosen * 5, amount * 5))
    assert same == pytest.approx((0.0, 0.0, 0.0))
    other = draw.permutation(amount)
    gap = paired_difference((amount * chosen, amount), (other * chosen, other))
    assert gap[1] < gap[0] < gap[2]


def test_of_nothing_there_is_no_share():
    none, one = np.zeros(3), np.ones(3)
    assert paired_difference((none, none), (one, one)) is None
    assert paired_difference((one, one), (none, none)) is None
