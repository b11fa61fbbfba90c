"""Bounds cover what they bound as often as they say."""

from __future__ import annotations

import math

import pytest

from ziggurat.stats.intervals import poisson, wilson


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
