"""The order of people's lives is the one that a sort by comparison gives, whoever they are and however they come."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.order import ordered, piled

LAST = 2**63 - 1
people = st.one_of(st.integers(0, 5), st.integers(0, LAST), st.sampled_from([0, 1, LAST - 1, LAST]))
rows = st.lists(st.tuples(people, st.integers(-3, 3)), max_size=120)


def sorted_by_comparison(person, at) -> list[int]:
    return np.lexsort((at, person)).tolist()


@given(rows)
def test_rows_are_ordered_by_person_and_time_and_else_as_they_came(some) -> None:
    person, at = (np.array([row[side] for row in some], np.int64) for side in (0, 1))
    assert ordered(person, at).tolist() == sorted_by_comparison(person, at)


@pytest.mark.parametrize("backwards", [False, True])
def test_busy_people_are_ordered_too(backwards) -> None:
    """One who did most of it, neighbours with hashes side by side, and rows in order of time or against it."""
    draw = np.random.default_rng(1)
    person = np.array([LAST - 1, LAST, 7])[draw.choice(3, 5000, p=[0.9, 0.09, 0.01])]
    at = np.sort(draw.integers(0, 3000, 5000))[:: -1 if backwards else 1].copy()
    assert ordered(person, at).tolist() == sorted_by_comparison(person, at)


@given(st.lists(st.integers(0, 63), max_size=50))
def test_piles_hold_what_belongs_on_them_as_it_came(some) -> None:
    person = np.array(some, np.int64)
    order, edges = piled(person + 64, 3, 64, 8)
    piles = [person[order[a:b]].tolist() for a, b in pairwise(edges)]
    assert piles == [[one for one in some if one >> 3 == pile] for pile in range(8)]
