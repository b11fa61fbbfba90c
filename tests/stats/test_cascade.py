"""Families of events: against a simulation, and against sums over generations."""

import numpy as np
import pytest
from bench.branching import simulate
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats import cascade

numbers = st.lists(st.floats(0, 0.3), min_size=9, max_size=9).map(lambda found: np.array(found).reshape(3, 3))


@given(numbers)
def test_a_family_is_the_sum_of_its_generations(triggered):
    generations, born = np.zeros((3, 3)), np.eye(3)
    for _ in range(400):
        born = triggered @ born
        generations += born
    assert cascade.cumulative(triggered, np.zeros((1, 3, 3)))[0] == pytest.approx(generations, rel=1e-6, abs=1e-9)


@given(numbers, numbers)
def test_pieces_move_as_the_family_does(triggered, pieces):
    """The derivative, by a small step."""
    near = 1e-6
    one, moved = cascade.cumulative(triggered, pieces[None])
    other, _ = cascade.cumulative(triggered + near * pieces, pieces[None])
    assert moved[0] == pytest.approx((other - one) / near, rel=1e-3, abs=1e-3)


@given(numbers, st.lists(st.integers(1, 100), min_size=3, max_size=3))
def test_every_event_has_one_first_cause(triggered, events):
    events = np.array(events, float)
    direct = triggered * 0.9
    if cascade.radius(direct * events[:, None] / events) < 1:
        assert cascade.root_shares(direct, events).sum(axis=1) == pytest.approx(np.ones(3))


def test_first_causes_are_those_of_a_world_in_which_they_are_known():
    """Only type 0 happens of itself: it is the first cause of everything."""
    triggered = np.array([[0.2, 0.1], [0.5, 0.3]])
    streams = simulate(np.random.default_rng(2), np.array([[0.5, 0.0]] * 500), triggered, 0.2, 60)
    events = np.bincount(streams.type).astype(float)
    shares = cascade.root_shares(cascade.direct_shares(triggered, np.tile(events, (2, 1)), events), events)
    assert shares == pytest.approx(np.array([[1, 0], [1, 0]]), abs=0.03)


def test_families_that_never_end_have_no_size():
    found, pieces = cascade.cumulative(np.array([[0.5, 1.0], [1.0, 0.5]]), np.zeros((2, 2, 2)))
    assert np.isnan(found).all()
    assert np.isnan(pieces).all()


def test_what_never_happened_has_no_cause():
    shares = cascade.root_shares(np.array([[0.5, 0.0], [0.0, 0.0]]), np.array([10.0, 0.0]))
    assert shares[0].tolist() == [1, 0]
    assert np.isnan(shares[1]).all()


def test_events_that_need_no_cause_are_first_causes_too():
    """A hundred letters went out before the time watched; each leads to half a visit, a visit to a fifth more."""
    triggered = np.array([[0.0, 0.0], [0.5, 0.2]])
    mass, events = np.array([[100.0, 62.0], [100.0, 62.0]]), np.array([0.0, 62.4])
    found = cascade.began(triggered, mass, events, 1)
    assert found.sum() == pytest.approx(62.4)
    assert found[0] == pytest.approx(50 / (1 - 0.2 * 62 / 62.4))
    assert cascade.root_shares(cascade.direct_shares(triggered, mass, events), events)[1].tolist() != found.tolist()


@given(numbers, st.lists(st.integers(1, 100), min_size=3, max_size=3))
def test_beginnings_are_root_shares_where_every_event_needs_a_cause(triggered, events):
    events = np.array(events, float)
    mass = np.tile(events, (3, 1))
    shares = cascade.root_shares(cascade.direct_shares(triggered, mass, events), events)
    if not np.isnan(shares).any():
        assert cascade.began(triggered, mass, events, 2) == pytest.approx(shares[2] * events[2])
        assert cascade.parts(triggered, mass, events) == pytest.approx(cascade.direct_shares(triggered, mass, events))


def test_shares_are_sound_unless_something_holds_back_or_triggers_more_than_all():
    assert cascade.sound(np.array([[0.5, 0.5], [-0.05, 0.2], [-0.2, 0.2], [0.9, 0.2]])).tolist() == [
        True, True, False, False
    ]  # fmt: skip
