import numpy as np
import pytest

from ziggurat.stats.verdicts import chances, decayed


def test_chances_sum_to_one_and_follow_the_votes():
    found = chances([[3, 0, 0], [0.5, 0.5, 0], [0, 0, 0]])
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[0].tolist() == pytest.approx([(3 + 1 / 3) / 4, 1 / 12, 1 / 12])
    assert found[2].tolist() == pytest.approx([1 / 3] * 3)


def test_a_confidence_is_how_often_the_next_piece_of_evidence_agrees():
    draw = np.random.default_rng(1)
    share = draw.dirichlet([1 / 3] * 3, 60_000)
    votes = draw.multinomial(4, share)
    upcoming = (draw.random(len(share))[:, None] > share.cumsum(axis=1)[:, :2]).sum(axis=1)
    chance = chances(votes)
    best, sure = chance.argmax(axis=1), chance.max(axis=1)
    for level in np.unique(sure.round(6)):
        some = np.isclose(sure, level)
        assert np.mean(upcoming[some] == best[some]) == pytest.approx(level, abs=0.03)


def test_weights_halve():
    assert decayed([0, 180, 360], 180).tolist() == [1, 0.5, 0.25]
