from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats import paths
from ziggurat.stats.journeys import OPEN
from ziggurat.stats.markov import removal, steps, walk
from ziggurat.stats.tally import merge, nothing, tally

LABELS = 3
WALKS = st.lists(
    st.tuples(st.lists(st.integers(0, LABELS - 1), min_size=1, max_size=6).map(tuple), st.booleans()),
    min_size=1,
    max_size=14,
).filter(lambda walks: any(won for _, won in walks))
TEXTBOOK = """
    C1 > C2 > C3  1/0
    C1            0/1
    C2 > C3       0/1
"""
# PyPI marketing-attribution-models 2.1.1, run_markov on `paths.SAMPLE`, its removal_effect
MAM = [0.6580122994274406, 0.39058196623158914, 0.4896513154245782, 0.472629818292405, 0.14350667919441162]


def effects(walks, labels=LABELS, order=1):
    found = paths.journeys(walks)
    counts = steps(found, np.zeros(len(walks), np.int64), 1, order, labels)
    return removal(walk(counts.key, labels, order), counts.amount[:, 0])


def test_the_case_of_the_textbooks():
    walks, names = paths.read(TEXTBOOK)
    assert names == ["C1", "C2", "C3"]
    chance, found = effects(walks)
    assert chance == pytest.approx(1 / 3)
    assert found == pytest.approx([1 / 2, 1, 1], abs=1e-14)


def test_removal_effects_are_those_of_the_package():
    walks, names = paths.read(paths.SAMPLE)
    assert effects(walks, len(names))[1] == pytest.approx(MAM, abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
@given(walks=WALKS)
def test_removal_effects_are_those_of_the_chain_without_the_label(order, walks):
    chance, found = effects(walks, order=order)
    assert found == pytest.approx(paths.removal(walks, LABELS, order), abs=1e-9)
    assert chance == pytest.approx(sum(won for _, won in walks) / len(walks))


def test_a_chain_that_remembers_more_tells_ways_apart():
    walks, _ = paths.read(TEXTBOOK)
    assert effects(walks, order=3)[1] == pytest.approx([1, 1, 1])


def test_without_any_conversion_there_is_nothing_to_lose():
    chance, found = effects([((0, 1), False)])
    assert chance == 0
    assert np.isnan(found).all()


@given(WALKS, WALKS)
def test_tallies_of_different_people_add_up(some, others):
    one = steps(paths.journeys(some), np.zeros(len(some), np.int64), 2, 2, LABELS)
    two = steps(paths.journeys(others), np.ones(len(others), np.int64), 2, 2, LABELS)
    both = merge(merge(nothing(2), one), two)
    for part, column in ((one, 0), (two, 1)):
        amounts = dict(zip(both.key.tolist(), both.amount[:, column].tolist(), strict=True))
        assert {key: amount for key, amount in amounts.items() if amount} == dict(
            zip(part.key.tolist(), part.amount[:, column].tolist(), strict=True)
        )


@given(st.lists(st.tuples(st.lists(st.integers(0, LABELS - 1), max_size=6).map(tuple), st.booleans()), max_size=14))
def test_steps_are_those_of_journeys_that_are_decided_and_hold_a_touch(walks):
    """Of each the last two labels, base 4, and what comes next: a label, 3 for a conversion, 4 for nothing."""
    expected: Counter[int] = Counter()
    for walk_, won in walks[1:]:
        digits = [0, 0, *(label + 1 for label in walk_)]
        ends = [*walk_, LABELS + (not won)]
        expected.update((digits[n] * 4 + digits[n + 1]) * 5 + to for n, to in enumerate(ends) if walk_)
    found = paths.journeys(walks)
    found.state[:1] = OPEN
    counts = steps(found, np.zeros(len(walks), np.int64), 1, 2, LABELS)
    assert dict(zip(counts.key.tolist(), counts.amount[:, 0].tolist(), strict=True)) == expected
    assert counts.key.tolist() == sorted(expected)


def test_what_has_no_key_is_counted_nowhere():
    found = tally(np.array([3, -1, 3, 0]), 4, np.array([0, 0, 1, 1]), 2, np.array([1.0, 2.0, 4.0, 8.0]))
    assert found.key.tolist() == [0, 3]
    assert found.amount.tolist() == [[0, 8], [1, 4]]
