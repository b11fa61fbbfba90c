import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.lifetime import climb, cubature, grouped, sum_bounds

ROWS = st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, 2.5, 1e9, 38.857142857142854])] * 3), max_size=60)


@given(ROWS)
def test_equal_histories_are_found_as_a_sort_finds_them(rows):
    table = np.array(rows).reshape(-1, 3)
    found = grouped(*table.T)
    different, place, people = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    np.testing.assert_array_equal(np.stack(found[:3], axis=1), different)
    np.testing.assert_array_equal(found.people, people)
    np.testing.assert_array_equal(found.place, place.ravel())


def test_a_climb_ends_at_the_top_and_knows_how_flat_it_is_there():
    """20 heads and 60 tails: the odds are 1 : 3, and the logarithm of one of two rates alone is told by nothing."""

    def slope(logs):
        odds = 1 / (1 + np.exp(logs[1] - logs[0]))
        up = 20 - 80 * odds
        return 20 * np.log(odds) + 60 * np.log1p(-odds), np.array([up, -up])

    found = climb(("heads", "tails"), slope, np.zeros(2))
    assert found.values[0] / found.values[1] == pytest.approx(1 / 3, rel=1e-9)
    along, across = np.array([1.0, 1.0]), np.array([1.0, -1.0])
    assert along @ found.spread @ along == pytest.approx(4 * 9 / 2)  # the prior's: nothing else is said of their sum
    assert across @ found.spread @ across == pytest.approx(1 / 20 + 1 / 60, rel=0.01)  # Woolf's, of a log odds


def test_points_have_the_mean_and_the_spread_that_they_stand_for():
    root = np.random.default_rng(1).normal(size=(4, 4))
    points = cubature(np.arange(4.0), root @ root.T)
    np.testing.assert_allclose(points.mean(axis=0), np.arange(4.0), atol=1e-12)
    np.testing.assert_allclose(np.cov(points.T, bias=True), root @ root.T)


def test_bounds_of_a_sum_are_never_below_nothing_and_are_itself_where_nothing_varies():
    low, high = sum_bounds(np.array([0.0, 5.0, 1.0, 1e6]), np.array([0.0, 0.0, 10.0, 1e6]))
    np.testing.assert_array_equal([low[:2], high[:2]], [[0, 5], [0, 5]])
    assert 0 <= low[2] < 1e-9 < 5 < high[2]
    np.testing.assert_allclose([low[3], high[3]], [1e6 - 1960, 1e6 + 1960], rtol=1e-5)
