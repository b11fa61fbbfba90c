"""Nothing is found where there is nothing, what was planted is, and a hidden cause is told to be as strong as it is."""

from __future__ import annotations

import os

import numpy as np
import pytest

from ziggurat.playbook import observation
from ziggurat.stats.doubly_robust import adjusted, e_value

WORLDS = int(os.environ.get("ZIGGURAT_WORLDS", "40"))
WRONG = 0.05 + 2 * np.sqrt(0.05 * 0.95 / WORLDS)


def chance(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def world(seed, effect=0.0, size=1500):
    """Whoever is active is turned to more often, and succeeds more often anyway. effect: in log odds."""
    draws = np.random.default_rng(seed)
    x = draws.normal(size=(size, 3))
    treated = draws.random(size) < chance(-1.5 + 0.8 * x[:, 0] + 0.4 * x[:, 1])
    outcome = draws.random(size) < chance(-1.0 + 1.0 * x[:, 0] - 0.5 * x[:, 2] + effect * treated)
    return x, treated, outcome.astype(float)


def hidden(seed, strength, size=3000):
    """Something unknown makes both being turned to and success so many times as likely; nothing else does anything."""
    draws = np.random.default_rng(seed)
    cause = draws.random(size) < 0.5
    treated = draws.random(size) < 0.1 * np.where(cause, strength, 1)
    outcome = draws.random(size) < 0.15 * np.where(cause, strength, 1)
    return draws.normal(size=(size, 2)), treated, outcome.astype(float)


def verdicts(make, **given):
    return [observation.read(*make(seed, **given), least=0.05).verdict for seed in range(WORLDS)]


def test_where_there_is_nothing_nothing_is_found_though_the_plain_difference_would_find_it():
    found = verdicts(world)
    assert np.mean([one in (observation.HELPS, observation.HARMS) for one in found]) <= WRONG
    plain = []
    for seed in range(40):
        _, treated, outcome = world(seed)
        one, other = outcome[treated], outcome[~treated]
        error = np.sqrt(one.var() / len(one) + other.var() / len(other))
        plain.append(abs(one.mean() - other.mean()) > 1.96 * error)
    assert np.mean(plain) > 0.9


@pytest.mark.parametrize(("effect", "verdict"), [(1.2, observation.HELPS), (-1.6, observation.HARMS)])
def test_what_was_planted_is_found(effect, verdict):
    assert np.mean([one == verdict for one in verdicts(world, effect=effect)]) >= 0.9


def test_it_agrees_with_strata_weighed_by_hand():
    """The twin: among those alike, the difference of means, weighed by how many of the treated are among them."""
    draws = np.random.default_rng(5)
    stratum = draws.integers(0, 3, 20_000)
    treated = draws.random(20_000) < np.array([0.05, 0.2, 0.5])[stratum]
    outcome = (draws.random(20_000) < np.array([0.2, 0.4, 0.3])[stratum] + 0.1 * treated).astype(float)
    twin = sum(
        (outcome[treated & (stratum == one)].mean() - outcome[~treated & (stratum == one)].mean())
        * (treated & (stratum == one)).sum() / treated.sum()
        for one in range(3)
    )  # fmt: skip
    found = adjusted(np.eye(3)[stratum], treated, outcome)
    assert found is not None and found.effect == pytest.approx(twin, abs=0.002)
    assert found.effect == pytest.approx(0.1, abs=0.03)
    sure = 1.96 * np.sqrt(found.variance / 20_000)
    assert 0.01 < sure < 0.03  # as wide as the strata by hand are unsure


def test_a_hidden_cause_is_told_to_be_no_stronger_than_it_is():
    found = [observation.read(*hidden(seed, 3.0), least=0.05) for seed in range(WORLDS)]
    assert np.mean([one.verdict == observation.HELPS for one in found]) > 0.2  # it can't be known from such figures
    assert np.mean([one.e_low <= 3.0 for one in found]) >= 1 - WRONG
    big = adjusted(*hidden(1, 3.0, 60_000))
    assert big is not None and 1.5 < e_value(big.ratio) <= 3.1


def test_too_few_or_nobody_to_compare_with_is_said():
    x, treated, outcome = world(1, size=60)
    assert observation.read(x, treated, outcome, least=0.05).verdict == observation.FEW
    alone = np.zeros((400, 1))
    alone[:200] = 5.0
    apart = np.arange(400) < 200  # all who are treated are like nobody else
    assert observation.read(alone, apart, (np.arange(400) % 3 == 0) * 1.0, least=0.05).verdict == observation.FEW
    assert adjusted(x, treated, np.zeros(60)) is None
