import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta as beta_of
from scipy.special import gammaln, hyp2f1, logsumexp
from scipy.stats import nbinom

from tests.stats.shops import CDNOW, SHOP, published, visits
from ziggurat.stats import bgnbd
from ziggurat.stats.lifetime import Histories, grouped, sum_bounds

SOME = st.floats(0.05, 20)


def one(x, last, known):
    return Histories(*(np.array([float(value)]) for value in (x, last, known, 1)), np.zeros(1, np.int64))


def plain_likelihood(x, last, known, r, alpha, a, b):
    """Equation 6 of the paper, term by term."""
    terms = [gammaln(b + x) + gammaln(a + b) - gammaln(b) - gammaln(a + b + x) - (r + x) * np.log(alpha + known)]
    if x > 0:
        terms.append(np.log(beta_of(a + 1, b + x - 1) / beta_of(a, b)) - (r + x) * np.log(alpha + last))
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + logsumexp(terms)


def plain_expectation(x, last, known, ahead, r, alpha, a, b):
    """Equation 10 of the paper."""
    z = ahead / (alpha + known + ahead)
    many = hyp2f1(r + x, b + x, a + b + x - 1, z) * ((alpha + known) / (alpha + known + ahead)) ** (r + x)
    odds = a / (b + x - 1) * ((alpha + known) / (alpha + last)) ** (r + x) if x > 0 else 0
    return (a + b + x - 1) / (a - 1) * (1 - many) / (1 + odds)


def test_cdnow_to_the_printed_digits():
    """Fader, Hardie & Lee (2005), table 1 and the customer of the example: 2 purchases, the last in week 30.43."""
    _, x, last, known = published("cdnow_customers_summary.csv").T
    histories = grouped(x, last, known)
    found = bgnbd.fit(histories)
    assert histories.people.sum() == 2357
    assert tuple(found.values.round(3)) == CDNOW
    assert round(found.log_likelihood, 1) == -9582.4
    example = bgnbd.ahead(one(2, 30.43, 38.86), found.values, 39.0)
    assert round(float(example.mean[0]), 3) == 1.226


def test_time_may_have_any_unit():
    _, x, last, known = published("cdnow_customers_summary.csv").T
    weeks, days = bgnbd.fit(grouped(x, last, known)), bgnbd.fit(grouped(x, last * 7, known * 7))
    np.testing.assert_allclose(days.values, weeks.values * [1, 7, 1, 1], rtol=1e-6)


@given(st.integers(0, 30), st.floats(0, 1), SOME, SOME, SOME, SOME)
def test_the_likelihood_and_its_slope_are_those_of_the_paper(x, share, r, alpha, a, b):
    last = 40.0 * share if x else 0.0
    values = np.array([r, alpha, a, b])
    slope = []
    for place in range(4):
        near = np.zeros(4)
        near[place] = 1e-5 * values[place]
        ends = (plain_likelihood(x, last, 40.0, *(values + way * near)) for way in (1, -1))
        slope.append((next(ends) - next(ends)) / (2e-5 * values[place]))
    plain, slopes = bgnbd.by_count(np.array([float(x)]), np.ones(1), values)
    plain += bgnbd.slope_kernel(tuple(one(x, last, 40)[:4]), tuple(values), slopes)
    assert plain == pytest.approx(plain_likelihood(x, last, 40.0, *values), rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(slopes, slope, rtol=1e-4, atol=1e-5)


@given(st.integers(0, 30), st.floats(0, 1), st.floats(0.1, 200), SOME, SOME, SOME, SOME)
def test_the_expectation_is_that_of_the_paper(x, share, ahead, r, alpha, a, b):
    if abs(a - 1) < 0.05 or (x == 0 and a + b < 1.05):
        return  # where the formula of the paper loses its digits, or its series has no such parameter
    last = 40.0 * share if x else 0.0
    found = bgnbd.ahead(one(x, last, 40), np.array([r, alpha, a, b]), ahead)
    assert found.mean[0] == pytest.approx(plain_expectation(x, last, 40.0, ahead, r, alpha, a, b), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("a", [1.0, 1 + 1e-12, 0.999999])
def test_the_expectation_holds_where_the_formula_of_the_paper_divides_by_nothing(a):
    """Beside the integral over the chance of leaving: ∫ (1 - (1 + p t / (α + T))^-(r + x)) / p Beta(p; a, b + x) dp."""
    r, alpha, b, x, known, ahead = 0.5, 10.0, 2.0, 3, 40.0, 52.0

    def inside(p):
        return (1 - (1 + p * ahead / (alpha + known)) ** -(r + x)) / p * p ** (a - 1) * (1 - p) ** (b + x - 1)

    plain = quad(inside, 0, 1)[0] / beta_of(a, b + x)
    found = bgnbd.ahead(one(x, 30, known), np.array([r, alpha, a, b]), ahead)
    assert found.mean[0] / found.alive[0] == pytest.approx(plain, rel=1e-8)


def test_nothing_overflows_for_people_who_come_very_often_or_are_known_for_very_long():
    values = np.array([0.24, 4.4, 0.8, 2.4])
    histories = grouped(
        np.array([0, 1, 20_000, 20_000, 5, 500.0]), np.array([0, 1e-9, 39_999, 1, 1e6, 1e7]),
        np.array([1e9, 1e9, 40_000, 40_000, 1e6, 1e7]),
    )  # fmt: skip
    found = bgnbd.ahead(histories, values, 365.0)
    assert all(np.isfinite(column).all() for column in found)
    assert (found.square >= found.mean**2).all()
    often = np.flatnonzero((histories.x == 20_000) & (histories.last > 1))[0]
    assert found.mean[often] == pytest.approx(20_000 / 40_000 * 365, rel=0.01)
    assert found.alive[(histories.x == 20_000) & (histories.last == 1)] == 0
    reach, never = bgnbd.quantiles(histories, values[None], 365.0, np.array([0.025, 0.975]))
    assert reach[often][0] < found.mean[often] < reach[often][1]
    assert (never >= 0).all()
    assert (never <= 1).all()


@given(st.integers(1, 8), SOME, SOME, SOME, SOME, st.floats(1, 100))
def test_moments_and_quantiles_are_those_of_one_distribution(x, r, alpha, a, b, ahead):
    """P(Y ≥ y) = P(alive) P(N ≥ y) B_{y-1}, written out."""
    values = np.array([r, alpha, a, b])
    history = one(x, 30, 40)
    found = bgnbd.ahead(history, values, ahead)
    y = np.arange(1, 6000)
    outlive = np.cumprod(np.concatenate([[1.0], (b + x + y[:-1] - 1) / (a + b + x + y[:-1] - 1)]))
    reach = found.alive[0] * nbinom.sf(y - 1, r + x, (alpha + 40) / (alpha + 40 + ahead)) * outlive
    assert found.mean[0] == pytest.approx(reach.sum(), rel=1e-7)
    assert found.square[0] == pytest.approx(((2 * y - 1) * reach).sum(), rel=1e-7)
    chances = np.array([0.1, 0.5, 0.9])
    got, never = bgnbd.quantiles(history, np.stack([values, values]), ahead, chances)
    assert never[0] == pytest.approx(1 - reach[0], abs=1e-9)
    for chance, value in zip(chances, got[0], strict=True):
        tail = np.concatenate([[1.0], reach])
        assert 1 - tail[int(value) + 1] >= chance - 1e-9
        assert value == 0 or 1 - tail[int(value)] < chance + 1e-9


def test_known_parameters_are_found_and_bounds_hold_as_often_as_they_say():
    """60 shops of 1,000 people: of 95 % bounds, fewer than 50 of 60 holding would be one in a hundred thousand."""
    draw, hits, total, people, worst = np.random.default_rng(3), np.zeros(4), 0, [], 0.0
    for _ in range(60):
        known = draw.integers(100, 280, 1000).astype(float)
        x, last, later, alive = visits(draw, 1000, SHOP, known, 180.0)
        histories = grouped(x, last, known)
        found = bgnbd.fit(histories)
        hits += (found.low <= SHOP) & (found.high >= SHOP)
        best = bgnbd.ahead(histories, found.values, 180.0)
        each = [bgnbd.ahead(histories, values, 180.0) for values in found.points]
        mean = float(best.mean @ histories.people)
        doubt = np.mean([(one.mean @ histories.people - mean) ** 2 for one in each])
        low, high = sum_bounds(mean, doubt + (best.square - best.mean**2) @ histories.people)
        total += low <= later.sum() <= high
        reach, _ = bgnbd.quantiles(histories, found.points, 180.0, np.array([0.025, 0.975]))
        low, high = reach[histories.place].T
        people.append(np.mean((low <= later) & (later <= high)))
        worst = max(worst, abs(best.alive @ histories.people - alive.sum()) / 1000)
    assert (hits >= 50).all()
    assert total >= 50
    assert 0.95 <= np.mean(people) <= 0.995  # counts are whole: a little more than asked for
    assert worst < 0.12


def test_nobody_is_taken_for_gone_where_nobody_leaves():
    """People who come at random for ever, for whom a model without leaving is right. BG/NBD must find that."""
    draw = np.random.default_rng(4)
    known = np.full(3000, 200.0)
    x, last, later, _ = visits(draw, 3000, np.array([0.8, 25.0, 1e-9, 3.0]), known, 200.0)
    histories = grouped(x, last, known)
    found = bgnbd.fit(histories)
    best = bgnbd.ahead(histories, found.values, 200.0)
    assert best.alive.min() > 0.9
    assert best.mean @ histories.people == pytest.approx(later.sum(), rel=0.05)
    assert later.sum() == pytest.approx(x.sum(), rel=0.1)  # half of the time, half of the visits


def test_people_who_are_all_alike_are_no_reason_to_fail():
    same = grouped(np.full(50, 3.0), np.full(50, 20.0), np.full(50, 30.0))
    found = bgnbd.fit(same)
    best = bgnbd.ahead(same, found.values, 30.0)
    assert np.isfinite(found.points).all()
    assert 2 < best.mean[0] < 4
