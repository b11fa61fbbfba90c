"""Of plays that compete the better one gets more, each gets its floor, and trying costs less than an equal split."""

from __future__ import annotations

import os
from collections import Counter

import numpy as np
import pytest

from ziggurat.playbook.rivals import FLOOR, Tried, draw, regret

WORLDS = int(os.environ.get("ZIGGURAT_WORLDS", "40"))
CHANCE = {"call": 0.4, "invite": 0.2}
SIZE, WEEK = 400, 20  # people, and how many of them come between two looks at what became of the earlier ones


def lost(seed: int) -> float:
    """Successes lost against always taking the better play, which the naive twin below counts for an equal split."""
    chance, tried, shown = np.random.default_rng(seed), dict.fromkeys(CHANCE, Tried()), dict.fromkeys(CHANCE, Tried())
    missed = 0.0
    for one in range(SIZE):
        if one % WEEK == 0:
            shown = dict(tried)
        play = draw(f"{seed}-{one}", shown)
        missed += max(CHANCE.values()) - CHANCE[play]
        hit = bool(chance.random() < CHANCE[play])
        tried[play] = Tried(tried[play].offers + 1, tried[play].hits + hit)
    return missed


def test_trying_costs_less_than_an_equal_split() -> None:
    found = [lost(seed) for seed in range(WORLDS)]
    equal = SIZE / 2 * (CHANCE["call"] - CHANCE["invite"])
    assert np.mean(found) < 0.5 * equal
    assert np.mean([one < equal for one in found]) >= 0.95


def test_each_gets_its_floor_whatever_is_known_and_the_same_people_get_the_same() -> None:
    known = {"call": Tried(1000, 900), "invite": Tried(1000, 10)}
    drawn = [draw(f"p{one}", known) for one in range(4000)]
    assert Counter(drawn)["invite"] / 4000 == pytest.approx(FLOOR, abs=0.015)
    assert drawn == [draw(f"p{one}", dict(reversed(known.items()))) for one in range(4000)]
    nothing = Counter(draw(f"p{one}", dict.fromkeys("abcd", Tried())) for one in range(4000))
    assert all(abs(nothing[play] / 4000 - 0.25) < 0.03 for play in "abcd")
    many = Counter(draw(f"p{one}", {f"{n}": Tried(9, 9 * (n == 0)) for n in range(20)}) for one in range(4000))
    assert min(many[f"{n}"] for n in range(20)) / 4000 > 0.03
    assert draw("p", {"call": Tried()}) == "call"
    assert regret([]) == regret([Tried(), Tried(5, 5)]) == 0
