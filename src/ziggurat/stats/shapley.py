"""What does each player add to a game, averaged over every order in which the players could have come?

Exact, over all 2^n groups, by transforms of n · 2^n additions. `stats.heuristics` has the closed form for the game that
is additive over journeys; this is for any other, such as the conversion rate of the journeys within a group of labels.

Source: Shapley (1953), A value for n-person games; Yates (1937) for the subset-sum (zeta) transform.
"""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt

MOST_PLAYERS = 20  # 8 MB for each game

Floats = npt.NDArray[np.float64]


def subset_sums(worth: Floats) -> Floats:
    """Return, for every group, the sum over its subsets; groups are bit masks along the last axis, 2^n long.

    >>> subset_sums(np.array([0.0, 1.0, 2.0, 4.0])).tolist()
    [0.0, 1.0, 2.0, 7.0]
    """
    sums = worth.copy()
    players = players_of(worth)
    for player in range(players):
        halves = sums.reshape(*worth.shape[:-1], -1, 2, 1 << player)
        halves[..., 1, :] += halves[..., 0, :]
    return sums


def shapley(worth: Floats) -> Floats:
    """Return the Shapley value of each player; groups are bit masks along the last axis, 2^n long, n up to 20.

    The values sum to the worth of all players less that of none.
    Raises: ValueError if the last axis is no power of two, or there are more than MOST_PLAYERS players.

    >>> shapley(np.array([0.0, 1.0, 2.0, 4.0])).tolist()  # one alone makes 1, two alone makes 2, both make 4
    [1.5, 2.5]
    """
    players = players_of(worth)
    if players > MOST_PLAYERS:
        raise ValueError(f"{players} players are too many for an exact Shapley value; {MOST_PLAYERS} are the most.")
    size = np.bitwise_count(np.arange(1 << players)).astype(np.int64)
    weight = np.array([1 / (players * comb(players - 1, others)) for others in range(players)])
    values = np.empty((*worth.shape[:-1], players))
    for player in range(players):
        halves = worth.reshape(*worth.shape[:-1], -1, 2, 1 << player)
        others = size.reshape(-1, 2, 1 << player)[:, 0]
        values[..., player] = ((halves[..., 1, :] - halves[..., 0, :]) * weight[others]).sum(axis=(-2, -1))
    return values


def players_of(worth: Floats) -> int:
    """Return the number of players of a game."""
    players = int(worth.shape[-1]).bit_length() - 1
    if worth.shape[-1] != 1 << players:
        raise ValueError(f"a game of n players has 2^n groups, not {worth.shape[-1]}.")
    return players
