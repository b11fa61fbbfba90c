"""Least squares against every pair of events, against tick, and against worlds of which the truth is known."""

import math

import numpy as np
import pytest
from bench.branching import simulate
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.events import naive_common, naive_own, ragged
from ziggurat.stats import hawkes
from ziggurat.stats.hawkes import WHOLE, Streams

TRUE = np.array([[0.2, 0.1], [0.4, 0.0]])


def single():
    """200 events of one stream by a formula; the same were given to tick."""
    step = np.arange(200)
    at = np.round(np.cumsum(0.05 + 8 * (step * math.sqrt(2) % 1) ** 6), 6)
    kind = ((step // 2 + step // 5) % 2).astype(np.int64)
    return Streams(np.array([0, 200]), at, kind, np.zeros(1), at[-1:], np.zeros(1, np.int64), np.zeros(1))


def total(sums):
    return sums.product.sum(axis=(0, 1)), sums.response.sum(axis=(0, 1)), sums.mass.sum(axis=(0, 1))


@given(seed=st.integers(0, 10_000), period=st.sampled_from([WHOLE, 3.0, 7.0]), half_life=st.floats(0.1, 5))
@settings(max_examples=25, deadline=None)
def test_the_sums_are_those_of_every_pair_of_events(seed, period, half_life):
    streams = ragged(np.random.default_rng(seed))
    found = total(hawkes.own_sums(streams, np.array([half_life]), 3, period, 3))
    for one, other in zip(found, naive_own(streams, half_life, 3, period), strict=True):
        assert one == pytest.approx(other, abs=1e-9)
    product, response, mass = total(hawkes.common_sums(streams, np.array([half_life]), 3, 3))
    expected = naive_common(streams, half_life, 3)
    assert product[1:, 1:] == pytest.approx(expected[0], abs=1e-9)
    assert response[:, 1:] == pytest.approx(expected[1], abs=1e-9)
    assert product[0, 1:] == pytest.approx(mass)


def test_the_order_within_an_instant_is_nothing():
    streams = ragged(np.random.default_rng(3))
    person = np.repeat(np.arange(streams.begin.size), np.diff(streams.start))
    turned = np.lexsort((-streams.type, streams.at, person))
    assert (np.diff(streams.at) == 0).any()
    for sums in (lambda s: hawkes.own_sums(s, np.ones(1), 3, 7.0), lambda s: hawkes.common_sums(s, np.ones(1), 3)):
        for one, other in zip(sums(streams), sums(streams._replace(type=streams.type[turned])), strict=True):
            assert one == pytest.approx(other, abs=1e-12)


def test_people_are_added_and_taken_out():
    draw = np.random.default_rng(5)
    one, other = ragged(draw), ragged(draw)
    sums = [hawkes.own_sums(streams, np.ones(1), 3, 7.0, 3) for streams in (one, other)]
    for whole, part in zip(sums[0] + sums[1] - sums[1], sums[0], strict=True):
        assert whole == pytest.approx(part, abs=1e-9)


def test_one_stream_is_solved_as_by_tick():
    """tick 0.7.0.1: HawkesExpKern(1.5, 'least-squares', penalty='none', solver='agd', tol=1e-13)."""
    found = hawkes.solve(hawkes.common_sums(single(), np.log(2) / np.array([1.5]), 2, 1))
    assert found.triggered == pytest.approx(np.array([[0.1169998, 0.3136470], [0.3087587, 0.1394558]]), abs=1e-6)
    assert np.isnan(found.pieces).all(), "one person tells nothing of the error"


def cover(estimate, draws, true=TRUE):
    """Share of the intervals that hold the truth, over draws."""
    held = [
        abs(found.triggered - true) <= hawkes.deviation(found.pieces) * wide for found, wide in map(estimate, draws)
    ]
    return np.mean(held)


def by_own(streams, period=WHOLE):
    sums = hawkes.own_sums(streams, np.ones(1), 2, period, 64)
    return hawkes.solve(sums), hawkes.reach(sums.days)


def by_common(streams):
    sums = hawkes.common_sums(streams, np.ones(1), 2, 64)
    return hawkes.solve(sums), hawkes.reach(sums.days)


def crowds(triggered, times=120, people=250):
    """Crowds whose people are busy in everything, each more in one thing than in another, and come in over time."""
    draw = np.random.default_rng(17)
    for _ in range(times):
        busy = draw.gamma(0.8, 1 / 0.8, (people, 1)) * draw.gamma(2, 1 / 2, (people, 2))
        yield simulate(draw, 0.15 * busy, triggered, 1.0, 70, born=30.0)


@pytest.mark.parametrize("period", [WHOLE, 14.0])
def test_the_intervals_hold_the_truth_as_often_as_they_say(period):
    assert 0.92 <= cover(lambda streams: by_own(streams, period), crowds(TRUE)) <= 0.98


def test_busy_people_do_not_look_like_causes_unless_all_have_one_baseline():
    nothing = np.zeros((2, 2))
    assert cover(by_own, crowds(nothing), nothing) >= 0.92
    assert cover(by_common, crowds(nothing, 20), nothing) <= 0.1


def test_the_half_life_that_explains_most_is_the_true_one():
    draw = np.random.default_rng(23)
    streams = simulate(draw, np.full((1500, 2), 0.1), np.array([[0.4, 0.0], [0.5, 0.3]]), 1.0, 80)
    sums = hawkes.own_sums(streams, np.array([0.25, 1.0, 4.0]), 2, WHOLE)
    assert hawkes.best(sums).tolist() == [1, 1]


def test_what_never_happened_has_no_influence_to_tell():
    streams = simulate(np.random.default_rng(1), np.array([[0.3, 0.0]] * 40), np.zeros((2, 2)), 1.0, 30)
    found = hawkes.solve(hawkes.own_sums(streams, np.ones(1), 2, WHOLE, 64))
    assert np.isnan(found.triggered).tolist() == [[False, True], [False, True]]


def test_there_must_be_room_for_all_types_and_groups():
    with pytest.raises(IndexError, match="a group is not in 0 to 0"):
        hawkes.common_sums(ragged(np.random.default_rng(1)), np.ones(1), 3, 1)
    with pytest.raises(IndexError, match="a type is not in 0 to 1"):
        hawkes.own_sums(ragged(np.random.default_rng(1)), np.ones(1), 2, 7.0)


def test_a_few_groups_reach_further():
    """Student's t at 97.5 %: 2.776 with 4 degrees of freedom, 2.262 with 9, 1.9695 with 255."""
    assert [round(hawkes.reach(np.ones(groups)), 2) for groups in (5, 10, 256)] == [2.77, 2.26, 1.97]
