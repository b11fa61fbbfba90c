"""The rules equal the packages that people use, on the same journeys, digit by digit."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats import paths
from ziggurat.stats.heuristics import MODELS, credit

WALKS = st.lists(st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=7).map(tuple), st.just(True)), max_size=12)
WEEK = 7 * 24 * paths.STEP

# PyPI ChannelAttribution 2.2.5, heuristic_models on `paths.SAMPLE`, counts of equal paths; labels a to e
CHANNEL_ATTRIBUTION = {
    "first": [3.0, 1.0, 3.0, 7.0, 0.0],
    "last": [5.0, 1.0, 5.0, 2.0, 1.0],
    "linear": [4.566666666666666, 3.4666666666666663, 2.2333333333333334, 3.5666666666666664, 0.16666666666666666],
}
# PyPI marketing-attribution-models 2.1.1, format 'journey', touches 24 hours apart, half-life of 168 hours
MAM = {
    "first": [3.0, 1.0, 3.0, 7.0, 0.0],
    "last": [5.0, 1.0, 5.0, 2.0, 1.0],
    "linear": [4.566666666666666, 3.466666666666667, 2.2333333333333334, 3.566666666666667, 0.16666666666666666],
    "position": [4.083333333333333, 2.1166666666666667, 3.25, 4.15, 0.4],
    "time decay": [4.580027998176068, 3.459495701763365, 2.2718595891099755, 3.478157435889112, 0.21045927506147913],
}


def credited(walks, labels=4, direct=(), half_life=WEEK, hours=24):
    found = paths.journeys(walks, hours)
    passed = np.isin(np.arange(labels), direct)
    none = np.zeros(len(walks), np.int64)
    out = credit(found, np.ones(len(walks)), none, 1, passed, half_life)[0]
    return dict(zip(MODELS, out.tolist(), strict=True))


@pytest.mark.parametrize("package", [CHANNEL_ATTRIBUTION, MAM], ids=["ChannelAttribution", "MAM"])
def test_the_rules_say_what_the_packages_say(package):
    walks, names = paths.read(paths.SAMPLE)
    found = credited(walks, len(names))
    for model, expected in package.items():
        assert found[model] == pytest.approx(expected, rel=1e-15, abs=1e-15), model  # the sums are in another order


def naive(walks, labels, direct):
    """Every rule in exact fractions, time decay apart."""
    out = {model: [Fraction(0)] * labels for model in MODELS}
    for walk, _ in walks:
        size = len(walk)
        out["first"][walk[0]] += 1
        out["last"][walk[-1]] += 1
        out["last non-direct"][next((one for one in reversed(walk) if one not in direct), walk[-1])] += 1
        for nth, label in enumerate(walk):
            out["linear"][label] += Fraction(1, size)
            inner = Fraction(1, 5 * (size - 2)) if size > 2 else Fraction(1, size)
            out["position"][label] += Fraction(2, 5) if size > 2 and nth in (0, size - 1) else inner
        for label in set(walk):
            out["shapley"][label] += Fraction(1, len(set(walk)))
    return out


@given(WALKS, st.sets(st.integers(0, 3)))
def test_the_rules_are_those_of_the_definition_and_share_out_everything(walks, direct):
    found, expected = credited(walks, direct=list(direct)), naive(walks, 4, direct)
    for model in MODELS:
        assert sum(found[model]) == pytest.approx(len(walks))
        if model != "time decay":
            assert found[model] == pytest.approx([float(value) for value in expected[model]])


def test_time_decay_halves_over_its_half_life():
    found = credited([((0, 1), True)], half_life=24 * paths.STEP)
    assert found["time decay"][:2] == pytest.approx([1 / 3, 2 / 3])


@given(WALKS)
def test_shapley_by_its_closed_form_is_that_of_the_game_over_all_sets(walks):
    worth = [sum(1 for walk, _ in walks if all(1 << one & mask for one in walk)) for mask in range(16)]
    assert credited(walks)["shapley"] == pytest.approx(paths.shapley(worth, 4))


def test_credit_is_kept_by_block_and_weighed():
    found = paths.journeys([((0,), True), ((1, 0), True)])
    out = credit(found, np.array([2.0, 10.0]), np.array([1, 0]), 2, np.zeros(2, np.bool_), WEEK)
    assert out[:, MODELS.index("linear")].tolist() == [[5.0, 5.0], [2.0, 0.0]]
