"""The likelihood against its formula, against tick, and against worlds of which the truth is known."""

import math

import numpy as np
import pytest
from bench.branching import simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.events import naive_log_likelihood, ragged
from tests.stats.test_hawkes import TRUE, cover, single
from ziggurat.stats import hawkes, hawkes_likelihood

HALF_LIVES = np.ones(2)


def fitted(streams, *, frailty=True):
    found = hawkes_likelihood.fit(hawkes_likelihood.rows(streams, HALF_LIVES, 64), frailty=frailty)
    return found, hawkes.reach(np.ones(64))


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_likelihood_is_that_of_the_formula(seed):
    draw = np.random.default_rng(seed)
    streams, half_lives = ragged(draw), draw.choice([0.5, 2.0], 3)
    baseline, triggered = draw.uniform(0.1, 0.3, 3), draw.uniform(0, 0.3, (3, 3))
    rows = hawkes_likelihood.rows(streams, half_lives, 3)
    alike = np.ones(streams.begin.size)
    expected = naive_log_likelihood(streams, baseline, triggered, half_lives, alike)
    assert hawkes_likelihood.log_likelihood(rows, baseline, triggered) == pytest.approx(expected)


@pytest.mark.parametrize("shape", [0.4, 1.0, 5.0])
def test_the_frailty_is_integrated_out(shape):
    """One person at a time, against a sum over a fine grid of frailties."""
    draw = np.random.default_rng(2)
    streams = simulate(draw, np.full((1, 2), 0.4), TRUE, 1.0, 30, groups=1)
    baseline, logs = np.array([0.2, 0.1]), np.linspace(-12, 5, 4001)
    prior = shape * math.log(shape) - math.lgamma(shape) + shape * logs - shape * np.exp(logs)
    parts = [naive_log_likelihood(streams, baseline, TRUE, HALF_LIVES, [math.exp(one)]) for one in logs[::4]]
    grid = np.array(parts) + prior[::4]
    expected = grid.max() + math.log(np.exp(grid - grid.max()).sum() * (logs[4] - logs[0]))
    rows = hawkes_likelihood.rows(streams, HALF_LIVES, 1)
    assert hawkes_likelihood.log_likelihood(rows, baseline, TRUE, shape) == pytest.approx(expected, abs=2e-3)


def test_one_stream_has_the_likelihood_of_tick():
    """tick 0.7.0.1: ModelHawkesExpKernLogLik(1.5).loss, by event, which leaves the length of the stream out."""
    streams = single()
    rows = hawkes_likelihood.rows(streams, np.full(2, math.log(2) / 1.5), 1)
    value = hawkes_likelihood.log_likelihood(rows, np.full(2, 0.1), np.full((2, 2), 0.05))
    assert -(value + 2 * streams.end[0]) / 200 == pytest.approx(-0.16780581041680576, abs=1e-12)


def test_one_stream_is_fitted_as_by_tick():
    """The same loss and its gradient, minimised by scipy's L-BFGS-B with bounds at 0."""
    rows = hawkes_likelihood.rows(single(), np.full(2, math.log(2) / 1.5), 1)
    found = hawkes_likelihood.fit(rows, frailty=False)
    assert found.baseline == pytest.approx([0.2195941, 0.1940221], abs=1e-6)
    assert found.triggered == pytest.approx(np.array([[0.1920543, 0.3074918], [0.3363418, 0.2246946]]), abs=1e-6)


def test_where_a_bound_is_met_the_slope_points_beyond_it():
    streams = simulate(np.random.default_rng(4), np.full((300, 2), 0.2), np.zeros((2, 2)), 1.0, 40)
    rows = hawkes_likelihood.rows(streams, HALF_LIVES, 64)
    found = hawkes_likelihood.fit(rows, frailty=False)
    near = 1e-5
    assert (found.triggered == 0).any()
    for effect, cause in np.ndindex(2, 2):
        more = found.triggered.copy()
        more[effect, cause] += near
        gain = hawkes_likelihood.log_likelihood(rows, found.baseline, more) - found.log_likelihood
        assert gain <= 1e-4 * near if found.triggered[effect, cause] > 0 else gain < 0


def busy(triggered, times, people=250):
    """Crowds whose people are busy in everything alike."""
    draw = np.random.default_rng(29)
    for _ in range(times):
        yield simulate(draw, 0.15 * draw.gamma(0.8, 1 / 0.8, (people, 1)) * np.ones(2), triggered, 1.0, 60)


def test_the_intervals_hold_the_truth_as_often_as_they_say():
    assert 0.92 <= cover(fitted, busy(TRUE, 100)) <= 0.99


def test_the_frailty_is_found():
    (streams,) = busy(TRUE, 1, 3000)
    found, _ = fitted(streams)
    assert found.shape == pytest.approx(0.8, abs=0.08)
    assert found.baseline == pytest.approx([0.15, 0.15], abs=0.015)


def test_busy_people_do_not_look_like_causes_unless_the_frailty_is_left_out():
    nothing = np.zeros((2, 2))
    assert cover(fitted, busy(nothing, 60), nothing) >= 0.92
    assert cover(lambda streams: fitted(streams, frailty=False), busy(nothing, 10), nothing) <= 0.1
