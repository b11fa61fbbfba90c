import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma as gamma_of

from tests.stats.shops import published
from ziggurat.stats import spending

TRUE = np.array([6.25, 3.74, 15.44])  # p, q, γ


def spenders(draw, size):
    """How often each came, her average, and what she would spend in the long run."""
    p, q, scale = TRUE
    times, rate = draw.geometric(0.4, size).astype(float), draw.gamma(q, 1 / scale, size)
    return times, draw.gamma(p * times, 1 / rate) / times, p / rate


def test_cdnow_to_the_printed_digits():
    """Fader & Hardie (2013): the 946 customers who came again."""
    _, times, _, _, average = published("cdnow_customers_summary_with_transactions.csv").T
    again = times > 0
    found = spending.fit(times[again], average[again])
    assert again.sum() == 946
    assert tuple(found.values.round(2)) == (6.25, 3.74, 15.45)
    p, q, scale = found.values
    never_seen = spending.expected(np.zeros(1), np.zeros(1), found.values).mean[0]
    assert never_seen == pytest.approx(p * scale / (q - 1))
    assert round(float(never_seen), 1) == 35.2


def test_the_likelihood_is_that_of_an_average_whose_rate_nobody_knows():
    """The density of each average, its rate integrated out by brute force."""
    times, average, _ = spenders(np.random.default_rng(1), 200)
    found = spending.fit(times, average)
    p, q, scale = found.values

    def density(x, z):
        def inside(log):
            rate = np.exp(log)
            return gamma_of.pdf(z, p * x, scale=1 / (rate * x)) * gamma_of.pdf(rate, q, scale=1 / scale) * rate

        near = np.log(p / z)
        return quad(inside, near - 8, near + 8, limit=500, points=[near])[0]

    plain = sum(np.log(density(x, z)) for x, z in zip(times, average, strict=True))
    assert found.log_likelihood == pytest.approx(plain, rel=1e-6)


def test_known_parameters_are_found_and_bounds_hold_as_often_as_they_say():
    draw, hits, off, wrong = np.random.default_rng(2), np.zeros(3), [], np.zeros(2)
    for _ in range(60):
        times, average, truth = spenders(draw, 600)
        found = spending.fit(times, average)
        hits += (found.low <= TRUE) & (found.high >= TRUE)
        each = spending.expected(times, average, found.values)
        off.append(each.mean.mean() / truth.mean() - 1)
        wrong += [np.sum((guess - truth) ** 2) for guess in (each.mean, average)]
    assert (hits >= 50).all()
    assert abs(np.mean(off)) < 0.01
    assert wrong[0] < 0.9 * wrong[1]  # nearer to what people spend in the long run than their own averages


def test_the_spread_is_that_of_what_people_spend():
    draw = np.random.default_rng(5)
    times, average, truth = spenders(draw, 200_000)
    few = spending.expected(times, average, TRUE)
    assert few.square.mean() == pytest.approx((truth**2).mean(), rel=0.03)
    assert few.scatter.mean() == pytest.approx((truth**2 / TRUE[0]).mean(), rel=0.03)


def test_people_who_all_spend_the_same_are_told_apart_from_people_who_differ():
    with pytest.raises(ValueError, match="all averages are the same"):
        spending.fit(np.array([1.0, 2.0, 3.0]), np.array([9.0, 9.0, 9.0]))
    nearly = spending.fit(np.arange(1.0, 31.0), 9 + 1e-3 * np.sin(np.arange(30)))
    assert np.isfinite(nearly.points).all()
    assert spending.expected(np.ones(1), np.full(1, 9.0), nearly.values).mean[0] == pytest.approx(9, rel=0.01)
