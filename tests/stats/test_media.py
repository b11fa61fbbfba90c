"""The arithmetic of a media-mix model against sums written out, and the budget against every other way to spend it."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.stats.media import STEPS, Draws, allotted, contributions, lingering, response, saturated


def test_spending_lingers_by_weights_that_sum_to_one():
    spend = np.array([[8.0, 1.0], [0.0, 0.0], [4.0, 0.0]])
    found = lingering(spend, np.array([[0.5, 0.0]]), 3)[0]
    assert found[:, 0] == pytest.approx([8 * 4 / 7, 8 * 2 / 7, 8 * 1 / 7 + 4 * 4 / 7])
    assert found[:, 1] == pytest.approx([1, 0, 0])


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), st.floats(0, 0.95), st.integers(1, 8))
def test_what_lingers_is_what_was_spent_once_all_of_it_has_come(spend, carry, weeks):
    padded = np.array([*spend, *[0.0] * weeks])[:, None]
    assert lingering(padded, np.array([[carry]]), weeks).sum() == pytest.approx(sum(spend))


def test_saturation_is_that_of_the_model():
    """PyMC-Marketing 0.19.2: logistic_saturation(np.array([0, 0.3, 1, 5.0]), 2.0).eval()."""
    x = np.array([0, 0.3, 1, 5.0])
    assert saturated(x, np.array(2.0)) == pytest.approx((1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x)))
    assert saturated(x, np.array(2.0)) == pytest.approx([0.0, 0.2913126, 0.7615942, 0.9999092], abs=1e-7)


def draws(bend, most, scale):
    bend, most = np.atleast_2d(bend).astype(float), np.atleast_2d(most).astype(float)
    return Draws(np.zeros_like(bend), bend, most, np.asarray(scale, float))


def test_constant_spending_brings_its_response_every_week():
    known = draws([[2, 3], [1, 4]], [[10, 20], [30, 5]], [50, 80])
    steady = contributions(np.tile([25.0, 40.0], (6, 1)), known, 4)
    for activity, amount in enumerate((25.0, 40.0)):
        assert steady[:, -1, activity] == pytest.approx(response(np.array([amount]), known, activity)[:, 0])


@given(
    st.lists(st.tuples(st.floats(0.5, 6), st.floats(1, 50), st.floats(10, 200)), min_size=3, max_size=3),
    st.floats(20, 300),
)
@settings(max_examples=few(30), deadline=None)
def test_no_other_way_to_spend_the_budget_brings_more(activities, money):
    bend, most, ceilings = (np.array(each) for each in zip(*activities, strict=True))
    known = draws(bend, most, ceilings)
    chosen = allotted(money, ceilings, known)

    def brought(amounts):
        return sum(response(np.array([amount]), known, place).mean() for place, amount in enumerate(amounts))

    step = money / STEPS
    assert chosen.sum() <= money * (1 + 1e-9)
    assert (chosen <= ceilings * (1 + 1e-9)).all()
    best = brought(chosen)
    for one, other in itertools.permutations(range(3), 2):
        for steps in (1, 7, 60):
            moved = chosen.copy()
            moved[one] -= steps * step
            moved[other] += steps * step
            if moved[one] >= -1e-9 and moved[other] <= ceilings[other]:
                assert brought(moved) <= best + 1e-9


def test_no_money_is_handed_out_where_there_is_none():
    assert allotted(0, np.array([5.0, 5.0]), draws([1, 1], [1, 1], [5, 5])).tolist() == [0, 0]
