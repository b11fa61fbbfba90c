import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats import paths
from ziggurat.stats.shapley import MOST_PLAYERS, shapley, subset_sums

GAMES = st.integers(0, 4).flatmap(
    lambda players: st.lists(st.integers(-9, 9), min_size=1 << players, max_size=1 << players)
)


@given(GAMES)
def test_values_are_those_of_the_definition(worth):
    players = len(worth).bit_length() - 1
    found = shapley(np.array(worth, float))
    assert found.tolist() == pytest.approx(paths.shapley(worth, players))
    assert found.sum() == pytest.approx(worth[-1] - worth[0] if players else 0)


@given(GAMES)
def test_subset_sums_are_those_of_the_definition(worth):
    expected = [sum(worth[part] for part in range(mask + 1) if part & mask == part) for mask in range(len(worth))]
    assert subset_sums(np.array(worth, float)).tolist() == expected


def test_games_may_be_stacked():
    games = np.random.default_rng(1).normal(size=(3, 2, 16))
    assert np.allclose(shapley(games)[1, 0], shapley(games[1, 0]))
    assert np.allclose(subset_sums(games)[2, 1], subset_sums(games[2, 1]))


def test_what_is_no_game_is_refused():
    with pytest.raises(ValueError, match="2\\^n groups, not 3"):
        shapley(np.zeros(3))
    with pytest.raises(ValueError, match="21 players are too many"):
        shapley(np.zeros(1 << (MOST_PLAYERS + 1)))
