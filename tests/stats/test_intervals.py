"""Bounds cover what they bound as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from ziggurat.stats.intervals import independent, independent_of, poisson, wilson


@pytest.mark.parametrize("mean", [0.5, 1, 3, 7.7, 20, 60])
def test_poisson_bounds_cover_the_mean_in_95_of_100(mean):
    likely = [math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) for count in range(400)]
    covered = sum(chance for count, chance in enumerate(likely) if poisson(count)[0] <= mean <= poisson(count)[1])
    assert 0.95 <= covered <= 0.99
    narrow = sum(chance for count, chance in enumerate(likely) if abs(count - mean) <= math.sqrt(mean))
    assert narrow < 0.93  # one standard deviation would not do


@pytest.mark.parametrize(
    ("count", "low", "high"), [(1, 0.025318, 5.571643), (5, 1.623486, 11.668332), (20, 12.216522, 30.888378)]
)
def test_poisson_bounds_are_nearly_the_exact_ones(count, low, high):
    """The exact ones are Garwood's (1936), as in tables of the Poisson distribution."""
    assert poisson(count) == pytest.approx((low, high), rel=0.006, abs=0.013)
    assert poisson(0)[0] == 0


def test_wilson_stays_within_0_and_1():
    assert wilson(0, 0) == (0, 1)
    assert wilson(0, 5)[0] == 0 and wilson(5, 5)[1] == 1


def covered(draw: np.random.Generator, worlds: int, *, own: float) -> tuple[float, float]:
    """How often bounds hold a share of 0.7 in worlds of 60 people with 1 to 12 cases each: by people, and by cases.

    own: how far each person has a way of her own (the variance of her chance, as a share of the most it could be).
    """
    found = np.zeros(2)
    for _ in range(worlds):
        cases = draw.integers(1, 13, 60)
        chance = draw.beta(0.7 * (1 / own - 1), 0.3 * (1 / own - 1), 60)
        whose = np.repeat(np.arange(60), cases)
        hits = draw.random(whose.size) < chance[whose]
        for place, trials in enumerate((independent(hits, whose), whose.size)):
            low, high = wilson(hits.mean() * trials, trials)
            found[place] += low <= 0.7 <= high
    return tuple(found / worlds)


def test_bounds_by_people_cover_where_bounds_by_cases_do_not():
    by_people, by_cases = covered(np.random.default_rng(3), 600, own=0.5)
    assert 0.92 <= by_people <= 0.98
    assert by_cases < 0.8
    by_people, by_cases = covered(np.random.default_rng(4), 600, own=0.001)  # nobody has a way of her own
    assert 0.92 <= by_people <= 0.98
    assert 0.92 <= by_cases <= 0.98


def test_independent_cases_are_at_most_all_and_at_least_the_people_of_one_mind():
    draw = np.random.default_rng(5)
    whose = draw.integers(0, 9, 50)
    assert independent(np.ones(50, np.bool_), whose) == np.unique(whose).size
    assert independent(draw.random(50) < 0.5, np.arange(50)) == pytest.approx(49)
    assert independent(np.empty(0, np.bool_), np.empty(0, np.int64)) == 0
    hits = draw.random(50) < 0.4
    each = [(hits[whose == who].sum(), (whose == who).sum()) for who in np.unique(whose)]
    assert independent(hits, whose) == independent_of(*np.array(each).T)
    share = hits.mean()
    people = len(each)
    spread = sum((some - share * cases) ** 2 for some, cases in each) * people / (people - 1)
    few = (t.ppf(0.975, 49) / t.ppf(0.975, people - 1)) ** 2
    assert independent(hits, whose) == pytest.approx(min(50, share * (1 - share) * 2500 / spread * few))


def test_eight_people_tell_less_than_their_variance_says():
    """Each has a share of their own: with the factor for so few the bounds hold the mean, without it they don't."""
    draw = np.random.default_rng(6)
    held = np.zeros(2)
    for _ in range(1500):
        cases = draw.poisson(30, 8) + 1
        hits = draw.binomial(cases, draw.beta(2, 2, 8))
        worth = independent_of(hits, cases)
        bare = worth / (t.ppf(0.975, cases.sum() - 1) / t.ppf(0.975, 7)) ** 2 * 8 / 7
        for place, trials in enumerate((worth, bare)):
            low, high = wilson(hits.sum() / cases.sum() * trials, trials)
            held[place] += low <= 0.5 <= high
    assert held[0] / 1500 >= 0.93
    assert held[1] / 1500 < 0.92
