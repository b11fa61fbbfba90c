"""A model that is true fits, one that is not doesn't, and drawn-anew times keep nothing but habits."""

import math

import numpy as np
import pytest
from bench.branching import simulate

from tests.stats.events import intensity, lives, ragged
from tests.stats.test_hawkes import TRUE, by_own, cover, crowds
from ziggurat.stats import hawkes_likelihood, rescaling
from ziggurat.stats.hawkes import WHOLE

HALF_LIVES = np.ones(2)


def waits(streams, *, frailty):
    rows = hawkes_likelihood.rows(streams, HALF_LIVES, 64)
    found = hawkes_likelihood.fit(rows, frailty=frailty)
    return rows, found, *rescaling.rescaled(streams, found, HALF_LIVES)


def crowd(people=3000):
    draw = np.random.default_rng(31)
    return simulate(draw, 0.15 * draw.gamma(0.8, 1 / 0.8, (people, 1)) * np.ones(2), TRUE, 1.0, 60, born=20.0)


def test_a_true_model_fits_and_one_without_frailty_does_not():
    streams = crowd()
    for frailty in (True, False):
        rows, _, found, _ = waits(streams, frailty=frailty)
        for effect in range(2):
            distance, p_value = rescaling.kolmogorov(found[rows.effect == effect])
            assert (p_value > 0.01 and distance < 0.02) if frailty else p_value < 1e-3


def test_the_waits_are_the_integral_of_the_intensity():
    """Without frailty, summed up in small steps."""
    streams = ragged(np.random.default_rng(8), people=3, types=2)
    _rows, found, waited, values = waits(streams, frailty=False)
    beta, expected, since = np.log(2) / HALF_LIVES, [], np.zeros(2)
    for _, events, begin, end in lives(streams):
        last = begin
        for time in [*sorted({time for time, _ in events if time > begin}), end]:
            steps = last + (np.arange(400) + 0.5) / 400 * (time - last)
            for effect in range(2):
                mean = [intensity(events, step, effect, found.baseline, found.triggered, beta) for step in steps]
                since[effect] += np.mean(mean) * (time - last)
            for _, effect in [event for event in events if event[0] == time > begin]:
                expected.append(since[effect])
                since[effect] = 0
            last = time
    assert waited == pytest.approx(expected, abs=1e-3)
    assert values.sum() == pytest.approx(found.log_likelihood)


def test_the_filtered_likelihood_is_near_the_exact_one():
    _, found, _, values = waits(crowd(), frailty=True)
    assert values.sum() == pytest.approx(found.log_likelihood, rel=1e-4)


def test_drawn_anew_everyone_does_the_same_things_in_the_same_periods():
    streams = crowd(60)
    person = np.arange(60)
    moved = rescaling.shuffled(streams, person, 7.0, 1)
    for (_, before, begin, end), (number, after, *_) in zip(lives(streams), lives(moved), strict=True):
        assert sorted(kind for _, kind in before) == sorted(kind for _, kind in after)
        edge = streams.phase[number] * 7
        weeks = [sorted((math.floor((time - edge) / 7), kind) for time, kind in one) for one in (before, after)]
        assert weeks[0] == weeks[1]
        assert all(begin < time <= end for time, _ in after)
        assert [time for time, _ in after] == sorted(time for time, _ in after)
    assert not np.array_equal(streams.at, moved.at)
    assert np.array_equal(moved.at, rescaling.shuffled(streams, person, 7.0, 1).at)
    assert not np.array_equal(moved.at, rescaling.shuffled(streams, person, 7.0, 2).at)


@pytest.mark.parametrize("period", [7.0, WHOLE])
def test_drawn_anew_within_person_weeks_the_influence_vanishes(period):
    """Which is there before: no interval holds 0 where one event in two or three triggers another."""
    nothing, strong = np.zeros((2, 2)), np.array([[0.4, 0.3], [0.5, 0.3]])

    def anew(streams):
        return by_own(rescaling.shuffled(streams, np.arange(streams.begin.size), period, 1), period)

    assert cover(anew, crowds(strong, 60), nothing) >= 0.92
    assert cover(lambda streams: by_own(streams, WHOLE), crowds(strong, 20), nothing) <= 0.05


def test_the_distance_is_that_of_the_definition():
    waited = np.random.default_rng(3).exponential(1.3, 200)
    ordered = np.sort(waited)
    expected = max(
        max((place + 1) / 200 - (1 - math.exp(-wait)), 1 - math.exp(-wait) - place / 200)
        for place, wait in enumerate(ordered)
    )
    assert rescaling.kolmogorov(waited)[0] == pytest.approx(expected)
    assert math.isnan(rescaling.kolmogorov(np.empty(0))[0])
