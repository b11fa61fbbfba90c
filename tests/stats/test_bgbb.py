import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln, gammaln

from tests.stats.shops import CHARITY, donors, gifts
from ziggurat.stats import bgbb
from ziggurat.stats.lifetime import Histories, grouped, sum_bounds

SOME = st.floats(0.05, 20)


def one(x, last, known):
    return Histories(*(np.array([float(value)]) for value in (x, last, known, 1)), np.zeros(1, np.int64))


def plain_likelihood(x, last, known, alpha, beta, gamma, delta):
    """Equation 5 of the paper, term by term."""
    terms = [betaln(alpha + x, beta + known - x) + betaln(gamma, delta + known)]
    for missed in range(int(known - last)):
        terms.append(betaln(alpha + x, beta + last - x + missed) + betaln(gamma + 1, delta + last + missed))
    return np.log(np.exp(terms).sum()) - betaln(alpha, beta) - betaln(gamma, delta)


def plain_expectation(x, last, known, ahead, alpha, beta, gamma, delta):
    """Equation 13 of the paper."""
    found = np.exp(betaln(alpha + x + 1, beta + known - x) - betaln(alpha, beta))
    found *= delta / (gamma - 1) * np.exp(gammaln(gamma + delta) - gammaln(1 + delta))
    ends = (known, known + ahead)
    first, then = (np.exp(gammaln(1 + delta + end) - gammaln(gamma + delta + end)) for end in ends)
    return found * (first - then) / np.exp(plain_likelihood(x, last, known, alpha, beta, gamma, delta))


def test_the_donors_to_the_printed_digits():
    """Fader, Hardie & Shang (2010), table 2; and the expected gifts of the next five years of two kinds of donor."""
    found = bgbb.fit(donors())
    assert tuple(found.values.round(3)) == (1.204, 0.750, 0.657, 2.783)
    assert round(found.log_likelihood, 1) == -33225.6
    best = bgbb.ahead(donors(), found.values, 5)
    x, last = donors().x, donors().last
    assert round(float(best.mean[(x == 6) & (last == 6)][0]), 2) == 3.75
    assert round(float(best.mean[x == 0][0]), 2) == 0.07


@given(st.integers(0, 9), st.integers(0, 9), SOME, SOME, SOME, SOME)
def test_the_likelihood_and_its_slope_are_those_of_the_paper(x, more, alpha, beta, gamma, delta):
    last = min(9, x + more) if x else 0
    values = np.array([alpha, beta, gamma, delta])
    logged, slopes, _ = bgbb.likelihoods(one(x, last, 9), values)
    assert logged[0] == pytest.approx(plain_likelihood(x, last, 9, *values), rel=1e-9)
    for place in range(4):
        near = np.zeros(4)
        near[place] = 1e-5 * values[place]
        ends = [plain_likelihood(x, last, 9, *(values + way * near)) for way in (1, -1)]
        assert slopes[0, place] == pytest.approx((ends[0] - ends[1]) / (2 * near[place]), rel=1e-4, abs=1e-5)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 30), SOME, SOME, SOME, SOME)
def test_the_expectation_is_that_of_the_paper(x, more, ahead, alpha, beta, gamma, delta):
    if abs(gamma - 1) < 0.05:
        return  # where the formula of the paper loses its digits
    last = min(9, x + more) if x else 0
    found = bgbb.ahead(one(x, last, 9), np.array([alpha, beta, gamma, delta]), ahead)
    assert found.mean[0] == pytest.approx(
        plain_expectation(x, last, 9, ahead, alpha, beta, gamma, delta), rel=1e-6, abs=1e-12
    )


@given(st.integers(0, 9), st.integers(1, 30), SOME, SOME, SOME, SOME)
def test_moments_and_chances_are_those_of_one_distribution(x, ahead, alpha, beta, gamma, delta):
    values, history = np.array([alpha, beta, gamma, delta]), one(x, x, 9)
    found = bgbb.ahead(history, values, ahead)
    chance = np.zeros((1, ahead + 1))
    alive = bgbb.likelihoods(history, values)[2]
    bgbb.spread_kernel(history.x, history.known, values, alive, chance)
    chance[0, 0] += 1 - alive[0]
    times = np.arange(ahead + 1)
    assert chance.sum() == pytest.approx(1)
    assert chance[0] @ times == pytest.approx(found.mean[0], rel=1e-8)
    assert chance[0] @ times**2 == pytest.approx(found.square[0], rel=1e-8)
    reach, never = bgbb.quantiles(history, values[None], ahead, np.array([0.5]))
    assert never[0] == pytest.approx(chance[0, 0])
    assert chance[0, : int(reach[0, 0]) + 1].sum() >= 0.5 - 1e-9
    assert chance[0, : int(reach[0, 0])].sum() < 0.5 + 1e-9


def test_known_parameters_are_found_and_bounds_hold_as_often_as_they_say():
    """60 charities of 2,000 people: of 95 % bounds, fewer than 50 of 60 holding would be one in a hundred thousand."""
    draw, hits, total, worst = np.random.default_rng(3), np.zeros(4), 0, 0.0
    for _ in range(60):
        x, last, later, alive = gifts(draw, 2000, CHARITY, 8, 5)
        histories = grouped(x, last, np.full(2000, 8.0))
        found = bgbb.fit(histories)
        hits += (found.low <= CHARITY) & (found.high >= CHARITY)
        best = bgbb.ahead(histories, found.values, 5)
        mean = float(best.mean @ histories.people)
        each = [bgbb.ahead(histories, values, 5).mean @ histories.people for values in found.points]
        doubt = np.mean((np.array(each) - mean) ** 2)
        low, high = sum_bounds(mean, doubt + (best.square - best.mean**2) @ histories.people)
        total += low <= later.sum() <= high
        worst = max(worst, abs(best.alive @ histories.people - alive.sum()) / 2000)
    assert (hits >= 50).all()
    assert total >= 50
    assert worst < 0.12


def test_nobody_is_taken_for_gone_where_nobody_leaves():
    draw = np.random.default_rng(4)
    x, last, later, _ = gifts(draw, 3000, np.array([1.2, 1.5, 1e-9, 3.0]), 10, 10)
    histories = grouped(x, last, np.full(3000, 10.0))
    best = bgbb.ahead(histories, bgbb.fit(histories).values, 10)
    assert best.alive.min() > 0.9
    assert best.mean @ histories.people == pytest.approx(later.sum(), rel=0.03)
