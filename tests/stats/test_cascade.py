"""Families of events: against a simulation, and against sums over generations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.events import simulate
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
