"""Numbers of people against the textbook, and against experiments that are simulated with them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.power import baseline, people_needed
from ziggurat.stats.sequential import half_width


def powers(y):
    return tuple(float((np.asarray(y, float) ** power).sum()) for power in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("effect", "power", "people"),
    [(0.2, 0.8, 392.4), (0.5, 0.8, 62.8), (0.8, 0.8, 24.5), (0.5, 0.9, 84.1)],
)
def test_the_textbook(effect, power, people):
    """Cohen (1988), table 2.4.1, has 393, 64, 26 and 85: a few more, because of the t distribution."""
    assert people_needed(effect, 1, power=power, peeking=False) == pytest.approx(people, abs=0.05)


def test_so_many_people_find_the_effect_as_often_as_said():
    """With 80 % at the last look; and where one may stop before, more often, as the page says."""
    draw, effect = np.random.default_rng(2), 0.3
    people = math.ceil(people_needed(effect, 1))
    sizes = np.arange(50, people + 1)
    width = np.array([half_width(2 * 2, 2 * size, 2 * people) for size in sizes])
    last = ever = 0
    for _ in range(2000):
        found = (draw.normal(effect, 1, people) - draw.normal(0, 1, people)).cumsum()[49:] / sizes > width
        last, ever = last + bool(found[-1]), ever + bool(found.any())
    assert 0.77 <= last / 2000 <= 0.83
    assert last < ever


@given(st.floats(0.01, 5), st.floats(0.1, 50), st.floats(0.5, 0.95))
def test_smaller_effects_more_variance_more_power_and_more_looks_need_more_people(effect, variance, power):
    people = people_needed(effect, variance, power=power)
    assert people_needed(effect / 2, variance, power=power) == pytest.approx(4 * people)
    assert people_needed(effect, 2 * variance, power=power) == pytest.approx(2 * people)
    assert people_needed(effect, variance, power=power + 0.04) > people
    assert people > people_needed(effect, variance, power=power, peeking=False)


def test_a_baseline_is_as_sure_as_it_says():
    draw, covered = np.random.default_rng(6), 0
    truth = math.log(2**2 * 3 / (2 * 3) ** 2)
    for _ in range(400):
        found = baseline(300, powers(draw.gamma(3, 2, 300)))
        covered += abs(math.log(found.variance / found.mean**2) - truth) <= 1.96 * found.error
    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize("y", [[], [3], [1, 1, 1], [0, 0, 0]])
def test_too_little_is_no_baseline(y):
    with pytest.raises(ValueError, match="baseline"):
        baseline(len(y), powers(y))
