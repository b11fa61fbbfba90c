import numpy as np
import pytest

from ziggurat.stats.scores import net, student


def test_the_mean_is_within_its_bounds_as_often_as_they_say():
    draw = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        _, low, high = student(draw.normal(0.2, 0.1, 6), -1, 1)
        hits += low <= 0.2 <= high
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_a_mean_has_bounds_only_where_it_is_known_how_values_vary():
    assert student([], -1, 1) == (None, None, None)
    assert student([0.4], -1, 1) == (0.4, None, None)
    assert student([0.5, 0.5, 0.5], -1, 1) == (0.5, None, None)
    assert student([-0.9, 0.9], -1, 1)[1:] == (-1, 1)


def test_the_score_is_the_difference_of_percentages():
    assert net(5, 3, 2)[0] == pytest.approx(30)
    assert net(0, 0, 0) == (None, None, None)
    assert net(0, 4, 0)[0] == 0


@pytest.mark.parametrize("counts", [(1, 0, 0), (0, 0, 1), (9, 0, 0), (0, 1, 0), (400, 0, 0)])
def test_the_bounds_take_in_the_score_and_stay_on_the_scale(counts):
    score, low, high = net(*counts)
    assert -100 <= low <= score <= high <= 100


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.7, 0.25, 0.05), (0.1, 0.1, 0.8), (0.34, 0.33, 0.33)])
@pytest.mark.parametrize("answers", [10, 40, 300])
def test_the_bounds_cover_as_often_as_they_say(shares, answers):
    """And those of Wald, which take the sample for the truth, do not: the negative control at ten answers."""
    draw = np.random.default_rng(2)
    truth = 100 * (shares[0] - shares[2])
    counts = draw.multinomial(answers, shares, 4000)
    bounds = [net(*row)[1:] for row in counts.tolist()]
    assert np.mean([low <= truth <= high for low, high in bounds]) > 0.935


def test_wald_bounds_would_cover_too_seldom():
    draw = np.random.default_rng(3)
    counts = draw.multinomial(10, (0.9, 0.05, 0.05), 4000) / 10
    up, down = counts[:, 0], counts[:, 2]
    half = 1.96 * np.sqrt((up + down - (up - down) ** 2) / 10)
    ours = [net(*(10 * row).round().astype(int).tolist())[1:] for row in counts]
    assert np.mean(np.abs(up - down - 0.85) <= half) < 0.9
    assert np.mean([low <= 85 <= high for low, high in ours]) > 0.93
