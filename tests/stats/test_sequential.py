"""Bands that are looked at all the time, and counts of people by variant."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.sequential import half_width, mismatch, tuning, visible_skew

PEOPLE, RUNS, PLANNED = 3000, 300, 1500


def widths(variance, people, planned=PLANNED, alpha=0.05):
    """The half width at many times at once, written out from Waudby-Smith et al. (2024), theorem 2.2."""
    rho2 = tuning(planned, alpha)
    inside = 2 * (people * rho2 + 1) / (people**2 * rho2) * np.log(np.sqrt(people * rho2 + 1) / alpha)
    return np.sqrt(variance) * np.sqrt(inside)


@given(st.floats(0.01, 100), st.integers(2, 10**6), st.integers(1, 10**6), st.floats(0.001, 0.2))
def test_the_width_is_that_of_the_paper(variance, people, planned, alpha):
    assert half_width(variance, people, planned, alpha) == pytest.approx(widths(variance, people, planned, alpha))


@given(st.integers(10, 10**6), st.floats(0.001, 0.2))
def test_against_the_usual_interval_it_is_narrowest_near_where_it_is_planned_to_be(planned, alpha):
    width = {
        factor: half_width(1, planned * factor, planned, alpha) * math.sqrt(planned * factor) for factor in (0.5, 1, 2)
    }
    assert width[1] < width[0.5]
    assert width[1] < width[2]


OUTCOMES = {
    "rarely": (lambda draw: (draw.random(PEOPLE) < 0.03).astype(float), 50, 5),
    "often": (lambda draw: draw.poisson(1.5, PEOPLE).astype(float), 100, 20),
    "skewed": (lambda draw: draw.lognormal(0, 1.2, PEOPLE) * (draw.random(PEOPLE) < 0.1), 100, 20),
}


def running(y, chosen):
    """People, people with an outcome, mean and variance of those chosen, after each person."""
    people, total, squares = chosen.cumsum(), (y * chosen).cumsum(), (y * y * chosen).cumsum()
    count = np.maximum(people, 2)
    return people, ((y != 0) & chosen).cumsum(), total / count, (squares - total**2 / count) / (count - 1) / count


@pytest.mark.parametrize("kind", OUTCOMES)
def test_looked_at_all_the_time_the_band_of_a_difference_holds_and_the_usual_interval_does_not(kind):
    """Two halves that do not differ, looked at after each person from the first time that bounds are given."""
    outcomes, least, hits = OUTCOMES[kind]
    draw, held, usual = np.random.default_rng(8), 0, 0
    people = np.arange(1, PEOPLE + 1)
    for _ in range(RUNS):
        y, new = outcomes(draw), draw.random(PEOPLE) < 0.5
        one, control = running(y, new), running(y, ~new)
        given = (np.minimum(one[0], control[0]) >= least) & (np.minimum(one[1], control[1]) >= hits)
        off, variance = np.abs(one[2] - control[2])[given], (one[3] + control[3])[given]
        held += bool((off <= widths(variance * people[given], people[given])).all())
        usual += bool((off <= 1.96 * np.sqrt(variance)).all())
    assert held / RUNS >= 0.95
    assert usual / RUNS < 0.8


def test_a_mismatch_is_seldom_seen_where_there_is_none_however_often_one_looks():
    """At p < 0.05, at any of 3,000 looks; the usual chi-square test is alarmed far more often."""
    draw, alarms, usual = np.random.default_rng(9), 0, 0
    looks = range(20, PEOPLE, 20)
    for _ in range(RUNS):
        new = (draw.random(PEOPLE) < 0.3).cumsum()
        alarms += any(mismatch([look - new[look - 1], new[look - 1]], [0.7, 0.3]) < 0.05 for look in looks)
        usual += any(abs(new[look - 1] - 0.3 * look) > 1.96 * math.sqrt(0.21 * look) for look in looks)
    assert alarms / RUNS <= 0.05
    assert usual / RUNS > 0.2


@pytest.mark.parametrize(
    ("counts", "shares", "p"),
    [
        ([600, 400], [0.5, 0.5], 3.7499418286e-08),
        ([60, 20, 20], [1 / 3, 1 / 3, 1 / 3], 9.483455956e-04),
        ([250, 290, 460], [0.3, 0.3, 0.4], 3.364521074e-03),
    ],
)
def test_the_peer_finds_the_same_mismatch(counts, shares, p):
    """PyPI ssrm-test 0.1.5: sequential_p_values(np.array([counts]), shares, shares, 100)."""
    assert mismatch(counts, shares) == pytest.approx(p, rel=1e-9)


def test_a_mismatch_is_seen_where_there_is_one():
    assert mismatch([5000, 5000], [0.5, 0.5]) == 1
    assert mismatch([5300, 4700], [0.5, 0.5]) < 1e-6
    assert mismatch([60, 20, 20], [1 / 3, 1 / 3, 1 / 3]) < 0.001
    assert mismatch([0, 0], [0.5, 0.5]) == 1, "nobody was assigned, so nothing is known"


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=5))
def test_the_order_of_variants_does_not_matter_to_a_mismatch(counts):
    shares = [1 / len(counts)] * len(counts)
    assert 0 < mismatch(counts, shares) + 1e-300 <= 1 + 1e-300
    assert mismatch(counts, shares) == pytest.approx(mismatch(counts[::-1], shares), rel=1e-6)


@pytest.mark.parametrize(("total", "share"), [(200, 0.5), (1000, 0.5), (50_000, 0.3), (400, 0.9)])
def test_the_skew_that_is_visible_is_seen_and_a_bit_less_is_not(total, share):
    least = visible_skew(total, share, 0.001)
    seen = [
        [mismatch([total * (share + way * size), total * (1 - share - way * size)], [share, 1 - share]) < 0.001
         for way in (1, -1) if 0 <= share + way * size <= 1]
        for size in (least * 1.001, least * 0.98)
    ]  # fmt: skip
    assert any(seen[0])
    assert not any(seen[1])
    assert visible_skew(total * 4, share, 0.001) < least


def test_three_people_show_no_skew():
    assert visible_skew(3, 0.5, 0.001) is None
