import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats import paths
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
    key, block, size = steps(found, np.zeros(len(walks), np.int64), order, labels)
    counts = tally(key, size, block, 1, np.ones(key.size))
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
    key, block, size = steps(paths.journeys(some), np.zeros(len(some), np.int64), 2, LABELS)
    one = tally(key, size, block, 2, np.ones(key.size))
    key, block, size = steps(paths.journeys(others), np.ones(len(others), np.int64), 2, LABELS)
    two = tally(key, size, block, 2, np.ones(key.size))
    both = merge(merge(nothing(2), one), two)
    for part, column in ((one, 0), (two, 1)):
        amounts = dict(zip(both.key.tolist(), both.amount[:, column].tolist(), strict=True))
        assert {key: amount for key, amount in amounts.items() if amount} == dict(
            zip(part.key.tolist(), part.amount[:, column].tolist(), strict=True)
        )
