"""Sets that overlap: fair shares, and the greedy choice against every other choice."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ziggurat.stats.coverage import GUARANTEE, greedy, patterns, shapley, within

covers = arrays.arrays(np.bool_, st.tuples(st.integers(1, 8), st.integers(1, 6)))


@st.composite
def worlds(draw):
    found = draw(covers)
    weights = draw(arrays.arrays(np.int64, len(found), elements=st.integers(0, 9)))
    costs = draw(arrays.arrays(np.float64, found.shape[1], elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5, 10.0])))
    return found, weights, costs


def reached(found, weights, chosen) -> float:
    return float(weights[found[:, list(chosen)].any(axis=1)].sum())


def choices(count):
    return itertools.chain.from_iterable(itertools.combinations(range(count), size) for size in range(count + 1))


@given(worlds())
def test_greedy_reaches_63_percent_of_the_best_for_the_same_money_and_at_most_bounds_the_best(world):
    found, weights, costs = world
    last_for_its_money = {pick.spent: pick for pick in greedy(found, weights, costs)}
    for pick in greedy(found, weights, costs):
        best = max(
            reached(found, weights, chosen)
            for chosen in choices(len(costs))
            if costs[list(chosen)].sum() <= pick.spent + 1e-9
        )
        assert last_for_its_money[pick.spent].reached >= GUARANTEE * best - 1e-9
        assert pick.at_most >= best - 1e-9
        assert pick.at_most >= pick.reached


def test_what_costs_nothing_bounds_nothing_until_all_of_it_is_chosen():
    covers = np.array([[True, False], [False, True]])
    first, second = greedy(covers, [1, 1], [0, 0])
    assert (first.at_most, second.at_most) == (2, 2)


@given(worlds(), st.sampled_from([0.0, 1.0, 2.5, 4.0, 12.0]))
def test_within_a_budget_it_reaches_half_of_that_at_least_and_never_overspends(world, budget):
    found, weights, costs = world
    picks = within(found, weights, costs, budget)
    best = max(reached(found, weights, c) for c in choices(len(costs)) if costs[list(c)].sum() <= budget)
    assert sum(costs[pick.chosen] for pick in picks) <= budget + 1e-9
    got = picks[-1].reached if picks else 0.0
    assert got == reached(found, weights, [pick.chosen for pick in picks])
    assert got >= GUARANTEE / 2 * best - 1e-9
    assert not picks or picks[-1].at_most >= got


@given(worlds())
def test_greedy_is_the_plain_greedy_that_works_everything_out_each_time(world):
    found, weights, costs = world
    left, chosen = weights.astype(float), []
    for pick in greedy(found, weights, costs):
        gains = left @ found
        rates = [
            -1 if one in chosen or gains[one] <= 0 else math.inf if costs[one] == 0 else gains[one] / costs[one]
            for one in range(len(costs))
        ]
        assert rates[pick.chosen] == max(rates)
        assert pick.gain == gains[pick.chosen]
        chosen.append(pick.chosen)
        left[found[:, pick.chosen]] = 0
    assert left @ found.any(axis=1) == 0


def test_best_per_cost_first_and_a_dear_one_where_it_alone_reaches_further():
    found = np.array([[True, False], [False, True]])
    assert [pick.chosen for pick in greedy(found, [2, 100], [1.0, 100.0])] == [0, 1]
    assert [pick.chosen for pick in greedy(found, [2, 100], [1.0, 100.0], 100)] == [0]
    assert [pick.chosen for pick in greedy(found, [2, 100], [1.0, 100.0], 101)] == [0, 1]  # to the last penny
    assert [pick.chosen for pick in within(found, [2, 100], [1.0, 100.0], 100)] == [1]
    assert [pick.chosen for pick in within(found, [2, 100], [1.0, 100.0], 0.5)] == []


@given(worlds())
def test_fair_shares_sum_to_all_that_is_covered_and_are_those_of_every_order_of_arrival(world):
    found, weights, _ = world
    found = found[:, :4]
    shares = shapley(found, weights)
    assert shares.sum() == pytest.approx(reached(found, weights, range(found.shape[1])))
    orders = list(itertools.permutations(range(found.shape[1])))
    naive = np.zeros(found.shape[1])
    for order in orders:
        for place, one in enumerate(order):
            naive[one] += reached(found, weights, order[: place + 1]) - reached(found, weights, order[:place])
    assert shares == pytest.approx(naive / len(orders))


@given(covers)
def test_patterns_hold_everyone_in_exactly_what_she_is_in(found):
    person, sets = np.nonzero(found)
    person = person * 10
    grid, counts, which = patterns(person.astype(np.int64), sets.astype(np.int64), found.shape[1])
    touched = found[found.any(axis=1)]
    assert (grid[which] == touched).all() if len(touched) else not len(which)
    assert counts.sum() == len(touched)
    assert counts.tolist() == sorted(counts.tolist(), reverse=True)
    assert len(np.unique(grid, axis=0)) == len(grid)
