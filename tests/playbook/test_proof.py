"""Helpful plays are found, useless ones are not said to help more often than stated however often one looks."""

from __future__ import annotations

import math
import os
from collections import Counter
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from ziggurat.playbook import holdout, proof
from ziggurat.playbook.holdout import HELD, OFFERED
from ziggurat.playbook.proof import FEW, HARMS, HELPS, NOTHING, OPEN, Case
from ziggurat.workspace.candidates import Candidate
from ziggurat.workspace.proofs import Rates

WORLDS = int(os.environ.get("ZIGGURAT_WORLDS", "40"))  # 1,000 take minutes
LOOKS = range(200, 2001, 200)


def world(seed: int, base: float, effect: float, size: int = 2000) -> list[Case]:
    """Cases in the order in which their windows close, a third of them held out."""
    chance = np.random.default_rng(seed)
    held, luck = chance.random(size) < 1 / 3, chance.random(size)
    return [
        Case(
            str(one), HELD if held[one] else OFFERED, "Following", bool(luck[one] < base + (0 if held[one] else effect))
        )
        for one in range(size)
    ]


def looks(seed: int, base: float, effect: float, least: float = 0.05) -> list[proof.Effect]:
    cases = world(seed, base, effect)
    return [proof.effect("", cases[:look], least, 0.05) for look in LOOKS]


def rate(verdict: str, base: float, effect: float, least: float) -> float:
    """In how many worlds a verdict was given at any look."""
    return (
        sum(any(one.verdict == verdict for one in looks(seed, base, effect, least)) for seed in range(WORLDS)) / WORLDS
    )


def wrong_of_useless() -> float:
    """In how many worlds a useless play is said to help or to harm at any look."""
    return float(
        np.mean([any(one.verdict in (HELPS, HARMS) for one in looks(seed, 0.3, 0.0)) for seed in range(WORLDS)])
    )


def missed() -> float:
    """In how many worlds the bounds miss the truth at any look."""
    found = (looks(seed, 0.2, 0.1) for seed in range(WORLDS))
    return float(
        np.mean([any(one.low is not None and not one.low <= 0.1 <= one.high for one in some) for some in found])
    )


def test_a_useless_play_is_said_to_help_or_harm_no_more_often_than_stated_under_peeking() -> None:
    assert wrong_of_useless() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / WORLDS)


def test_the_usual_interval_at_every_look_would_be_wrong_far_more_often() -> None:
    """The negative control: what bounds for a single look do when one looks often."""
    chance, wrong, looked = np.random.default_rng(1), 0, np.arange(100, 2000, 20)
    for _ in range(200):
        held, hit = chance.random(2000) < 1 / 3, chance.random(2000) < 0.3
        sizes = [np.cumsum(arm)[looked] for arm in (~held, held)]
        means = [np.cumsum(arm & hit)[looked] / size for arm, size in zip((~held, held), sizes, strict=True)]
        error = np.sqrt(sum(mean * (1 - mean) / size for mean, size in zip(means, sizes, strict=True)))
        wrong += bool(np.any(np.abs(means[0] - means[1]) > 1.96 * error))
    assert wrong / 200 > 0.15


@pytest.mark.parametrize(
    ("effect", "least", "verdict"), [(0.12, 0.05, HELPS), (-0.12, 0.05, HARMS), (0.0, 0.1, NOTHING)]
)
def test_what_was_planted_is_found(effect, least, verdict) -> None:
    assert rate(verdict, 0.3, effect, least) >= 0.9


def test_the_bounds_hold_the_truth_at_every_look() -> None:
    assert missed() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / WORLDS)


def test_few_are_told_to_be_few_and_an_account_counts_once() -> None:
    few = [Case(str(one), OFFERED if one % 2 else HELD, "", one % 3 == 0) for one in range(60)]
    assert proof.effect("", few, 0.05, 0.05).verdict == FEW
    assert "too few" in proof.sentence(proof.effect("", few, 0.05, 0.05), "came back")
    assert "Nothing to compare yet" in proof.sentence(proof.effect("", few[:1], 0.05, 0.05), "came back")
    account = [Case("acme", OFFERED, "", outcome) for outcome in (True, True, False, False)]
    found = proof.effect("", [*account, Case("bo", HELD, "", False)], 0.05, 0.05)
    assert (found.offered, found.offered_share, found.effect) == (1, 0.5, 0.5)
    assert proof.prove([], 0.05)[0].verdict == FEW


def test_levels_are_told_apart_and_the_sentence_says_what_the_figures_do() -> None:
    cases = [Case(f"{level}{one.unit}", one.arm, level, one.outcome) for level, effect in (("A", 0.3), ("B", 0.0))
             for one in world(1, 0.3, effect, 1500)]  # fmt: skip
    everyone, first, second = proof.prove(cases, 0.1)
    assert (everyone.verdict, first.verdict, second.verdict) == (HELPS, HELPS, NOTHING)
    assert first.level == "A" and first.needed is not None
    assert first.needed[1] < first.needed[0] < first.needed[2]
    said = proof.sentence(everyone, "climbed to Owning within 30 days")
    assert f"{100 * everyone.effect:.1f} points" in said and "it helps" in said and "one more for every" in said
    assert proof.verdict(-0.1, 0.2, 0.05) == OPEN


def test_who_is_held_out_is_drawn_by_hash_alone_at_the_share_that_is_meant() -> None:
    drawn = Counter(holdout.draw(f"p{one}", "invite", 0, 0.2) for one in range(5000))
    assert 0.18 < drawn[HELD] / 5000 < 0.22
    assert holdout.draw("acme", "invite", 0, 0.5) == holdout.draw("acme", "invite", 0, 0.5)
    both = [
        (holdout.draw(f"p{one}", "invite", 0, 0.5), holdout.draw(f"p{one}", "thank", 0, 0.5)) for one in range(2000)
    ]
    assert 0.45 < sum(a == b for a, b in both) / 2000 < 0.55  # plays hold out others
    assert all(holdout.draw(f"p{one}", "invite", 0, 0.0) == OFFERED for one in range(500))
    some = {holdout.draw("p1", "invite", seed, 0.5) for seed in range(40)}
    assert some == {HELD, OFFERED}


if __name__ == "__main__":  # what docs/plays.md tells
    print(f"useless, said to help or harm at any of ten looks: {100 * wrong_of_useless():.1f} %")
    print(f"bounds that miss the truth at any of ten looks: {100 * missed():.1f} %")
    for plan, least, verdict in ((0.12, 0.05, HELPS), (-0.12, 0.05, HARMS), (0.0, 0.1, NOTHING)):
        found = 100 * rate(verdict, 0.3, plan, least)
        print(f"effect of {100 * plan:g} points, found to be what it is ({verdict}): {found:.1f} %")


@pytest.mark.parametrize(
    ("level", "hits", "days"),
    [(0, 2, 1000.0), (1, 1, 30.0), (2, 0, 30.0), (3, 0, 30.0)],  # of levels where few stood, as if for a window
)
def test_without_a_forecast_a_climb_comes_at_the_rate_of_its_level(level: int, hits: int, days: float) -> None:
    known = {"forecast": lambda _: {}, "climbing": {0: [2, 3, 1], 1: [2], 2: [1]}, "days": {0: 1000.0, 1: 7.0}}
    rates = SimpleNamespace(**known, play=SimpleNamespace(success=SimpleNamespace(within_days=30)))
    one = SimpleNamespace(target=2, row={"person_id": "p", "level": level})
    expected = 1 - math.exp(-(hits + 0.5) / days * 30)
    assert Rates.of(cast(Rates, rates), cast(Candidate, one)) == pytest.approx(expected)
