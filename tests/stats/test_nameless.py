"""Order among equals: by what was done, whatever people are called."""

import numpy as np

from ziggurat.stats.nameless import marks_of, order_of, spread


def ring(names: np.ndarray) -> tuple[np.ndarray, ...]:
    """A chain of 50 people, each of whom turned to the next at another time; edges in the order of their names."""
    place = np.argsort(np.argsort(names))
    source, target, at = place[:-1], place[1:], np.arange(49)
    order = np.lexsort((target, source))
    return np.sort(names), source[order], target[order], at[order]


def test_people_stand_in_the_same_order_under_any_names():
    orders = []
    for seed in range(3):
        whose = np.random.default_rng(seed).permutation(50) * 7 + seed
        names, source, target, at = ring(whose)
        found = names[order_of(source, target, marks_of(at, at * 0), names)]
        orders.append([int(np.flatnonzero(whose == name)[0]) for name in found])
    assert orders[0] == orders[1] == orders[2]
    assert orders[0] != sorted(orders[0])


def test_parts_go_by_what_was_done_and_part_those_who_are_alike():
    person = np.repeat(np.arange(300), 2)
    done = np.random.default_rng(1).integers(0, 10**6, 600)
    one = spread(person, marks_of(done), 256)[::2]
    other = spread(person + 10**9, marks_of(done.reshape(-1, 2)[::-1].ravel()), 256)[::2]
    assert (one == other[::-1]).all()
    assert (one == spread(person, marks_of(done.reshape(-1, 2)[:, ::-1].ravel()), 256)[::2]).all()
    assert np.bincount(one).max() < 10
    twins = spread(person, marks_of(np.ones(600, np.int64)), 256)[::2]
    assert np.bincount(twins, minlength=256).max() == 2
