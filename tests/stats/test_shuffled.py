"""Odd mixes of two sorts, against a count of all ways to deal them, and how often chance alone finds any."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ziggurat.stats.shuffled import dealt, found_falsely


def by_counting(ones, all_, group_ones, group_all):
    """Twice the smaller tail, by counting the ways to deal."""
    ways = [
        math.comb(group_ones, k) * math.comb(group_all - group_ones, all_ - k) if k <= all_ else 0
        for k in range(group_ones + 1)
    ]
    few, many = (Fraction(sum(some), sum(ways)) for some in (ways[: ones + 1], ways[ones:]))
    return min(1.0, float(2 * min(few, many)))


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 15), st.integers(0, 15))
def test_it_is_the_count_of_ways_to_deal(ones, others, more_ones, more_others):
    assume(ones + others > 0)
    mix = (ones, ones + others, ones + more_ones, ones + others + more_ones + more_others)
    assert dealt(*(np.array([number]) for number in mix))[0] == pytest.approx(by_counting(*mix))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_the_share_of_false_findings_is_of_the_best_cut(chances):
    expected = [
        min(min(1.0, p * len(chances) / sum(q <= p for q in chances)) for p in chances if p >= one) for one in chances
    ]
    assert found_falsely(np.array(chances)).tolist() == pytest.approx(expected)


def test_nobody_is_no_list():
    assert found_falsely(np.empty(0)).size == 0
