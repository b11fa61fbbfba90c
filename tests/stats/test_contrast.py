"""What groups do together: a twin by hand, and worlds with nothing together, and with something."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.stats.contrast import contrast

SIGNS = (1.0, -1.0, -1.0, 1.0)
PEOPLE = st.lists(st.tuples(st.sampled_from([-1.0, 0.0, 1.0]), st.integers(0, 3), st.integers(0, 2)), max_size=60)


@given(PEOPLE)
@settings(max_examples=few(200))
def test_it_is_what_one_adds_up_by_hand(people) -> None:
    columns = np.array(people, float).reshape(-1, 3).T
    found = contrast(columns[0], columns[1].astype(np.int64), columns[2].astype(np.int64), SIGNS, onto=3)
    strata = [
        [[value for value, group, stratum in people if (group, stratum) == (one, which)] for one in range(4)]
        for which in range(3)
    ]
    strata = [groups for groups in strata if all(groups)]
    if not strata:
        assert np.isnan(found.value)
        assert found.people.tolist() == [0, 0, 0, 0]
        return
    both = sum(len(groups[3]) for groups in strata)
    means = [sum(len(s[3]) / both * statistics.mean(s[group]) for s in strata) for group in range(4)]
    assert found.means == pytest.approx(means)
    assert found.value == pytest.approx(means[0] - means[1] - means[2] + means[3])
    error = 0.0
    for group in range(4):
        count = sum(len(s[group]) for s in strata)
        left = [sum((value - statistics.mean(s[group])) ** 2 for value in s[group]) for s in strata]
        usual = (sum(left) + 0.5) / max(1, count - len(strata) + 1)
        for groups, one in zip(strata, left, strict=True):
            size = len(groups[group])
            error += (len(groups[3]) / both) ** 2 * ((one + usual) / size) / size
    assert found.high - found.low == pytest.approx(2 * 1.959963984540054 * error**0.5)


def world(seed: int, together: float, people: int = 1500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People of three strata who differ in what they do and in what reaches them; both things do something alone."""
    draw = np.random.default_rng(seed)
    stratum = draw.integers(0, 3, people)
    first, second = (draw.random(people) < 0.2 + 0.2 * stratum for _ in range(2))
    chance = 0.05 + 0.1 * stratum + 0.1 * first + 0.1 * second + together * (first & second)
    return (draw.random(people) < chance).astype(float), (first + 2 * second).astype(np.int64), stratum


@pytest.mark.parametrize(("together", "least", "most"), [(0.0, 0, 18), (0.2, 170, 200)])
def test_what_is_together_is_found_and_where_nothing_is_it_is_not(together: float, least: int, most: int) -> None:
    """200 worlds of each: 5 % of nothing would be 10, and 18 is once in 200 runs of this test."""
    surely = sum(contrast(*world(seed, together), SIGNS, onto=3).p_value < 0.05 for seed in range(200))
    assert least <= surely <= most


def test_bounds_hold_what_was_planted() -> None:
    held = sum(
        found.low <= 0.2 <= found.high for found in (contrast(*world(s, 0.2), SIGNS, onto=3) for s in range(200))
    )
    assert 182 <= held <= 198


def test_without_strata_people_who_differ_pass_for_an_effect() -> None:
    """The control of the test above: the same worlds, everyone in one stratum."""
    value, group, stratum = world(1, 0.0, people=60_000)
    ones = contrast(value, np.minimum(group, 1), stratum * 0, (-1.0, 1.0), onto=1)
    alike = contrast(value, np.minimum(group, 1), stratum, (-1.0, 1.0), onto=1)
    assert ones.value > alike.value + 0.03
