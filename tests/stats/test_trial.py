"""Differences between variants against numpy on the people one by one, and against the truth of simulations."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ziggurat.stats.trial import Moments, difference, slope


def moments(y, x):
    y, x = np.asarray(y, float), np.asarray(x, float)
    return Moments(len(y), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum())


pairs = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=30)


@given(pairs, pairs)
def test_the_difference_is_that_of_the_people_one_by_one(one, control):
    (y1, x1), (y0, x0) = (np.array(arm, float).T for arm in (one, control))
    plain = difference(moments(y1, x1), moments(y0, x0))
    assert plain.effect == pytest.approx(y1.mean() - y0.mean())
    assert plain.variance == pytest.approx(y1.var(ddof=1) / len(y1) + y0.var(ddof=1) / len(y0), abs=1e-9)
    deviations = np.concatenate([x1 - x1.mean(), x0 - x0.mean()])
    assume((deviations**2).sum() > 1e-3)
    theta = slope(moments(y1, x1), moments(y0, x0))
    expected = (deviations * np.concatenate([y1 - y1.mean(), y0 - y0.mean()])).sum() / (deviations**2).sum()
    assert theta == pytest.approx(expected, abs=1e-9)
    adjusted = difference(moments(y1, x1), moments(y0, x0), theta)
    assert adjusted.effect == pytest.approx((y1 - theta * x1).mean() - (y0 - theta * x0).mean(), abs=1e-9)
    rest = (y1 - theta * x1).var(ddof=1) / len(y1) + (y0 - theta * x0).var(ddof=1) / len(y0)
    assert adjusted.variance == pytest.approx(rest, abs=1e-7)


@given(pairs, pairs)
def test_sums_add_up(one, other):
    both = moments(*zip(*one, strict=True)) + moments(*zip(*other, strict=True))
    assert both == moments(*zip(*(one + other), strict=True))


def test_where_the_past_tells_nothing_nothing_is_adjusted():
    assert slope(moments([1, 2, 3], [7, 7, 7]), moments([0, 1, 5], [7, 7, 7])) == 0


def test_the_adjusted_effect_is_the_same_effect_and_surer_and_a_past_touched_by_the_variant_would_not_be():
    """Half of the variance is a habit that was there before. What is measured after the assignment is no past: an
    adjustment by it takes the effect away."""
    draw, plain, better, wrong, variances = np.random.default_rng(4), [], [], [], []
    for _ in range(400):
        habit, new = draw.normal(0, 1, 400), np.arange(400) % 2 == 1
        y = habit + draw.normal(0, 1, 400) + 0.5 * new
        arms = [moments(y[side], (habit + draw.normal(0, 0.3, 400))[side]) for side in (new, ~new)]
        plain.append(difference(*arms))
        better.append(difference(*arms, slope(*arms)))
        variances.append(better[-1].variance / plain[-1].variance)
        late = [moments(y[side], (y + draw.normal(0, 0.3, 400))[side]) for side in (new, ~new)]
        wrong.append(difference(*late, slope(*late)).effect)
    assert np.mean([one.effect for one in better]) == pytest.approx(0.5, abs=0.02)
    assert 0.5 < np.mean(variances) < 0.6
    covered = [abs(one.effect - 0.5) <= 1.96 * one.variance**0.5 for one in better]
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.std([one.effect for one in better]) < 0.85 * np.std([one.effect for one in plain])
    assert np.mean(wrong) < 0.1
