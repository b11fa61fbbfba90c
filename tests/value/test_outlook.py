"""The bounds beside plain simulation: parameters drawn from what the fit leaves open, then lives from those."""

import dataclasses

import numpy as np
import pytest

from tests.stats.shops import SHOP, visits
from ziggurat.stats.lifetime import Fit
from ziggurat.value import outlook
from ziggurat.value.occasions import Occasions

SIZE, AHEAD, DRAWS = 250, 120.0, 4000


@pytest.fixture(scope="module")
def shop():
    """A few people, so that the parameters are far from known, and what was learned of them."""
    draw = np.random.default_rng(12)
    known = draw.integers(100, 280, SIZE).astype(float)
    x, last, _, _ = visits(draw, SIZE, SHOP, known, AHEAD)
    money = np.where(x > 0, draw.gamma(np.maximum(2 * x, 1e-9), 1 / draw.gamma(3.5, 1 / 40, SIZE)), 0.0)
    few = Occasions(np.arange(SIZE), x, last, known, x, money, x * np.nan)
    return few, outlook.learn(few, ["purchased"], at=0, span_days=1.0, model="bg/nbd", horizon=AHEAD)


def parameters(draw: np.random.Generator, fit: Fit) -> np.ndarray:
    above = fit.values - np.exp(fit.logs)
    return above + np.exp(draw.multivariate_normal(fit.logs, fit.spread))


def lived(draw, known, fitted):
    """How often each person comes within the horizon and what she brings: one draw of everything."""
    r, alpha, a, b = parameters(draw, fitted.coming)
    p, q, scale = parameters(draw, fitted.paying)
    x, last, age = known.x, known.last, known.known
    odds = np.where(x > 0, a / (b + x - 1 + (x == 0)) * ((alpha + age) / (alpha + last)) ** (r + x), 0.0)
    alive = draw.random(SIZE) < 1 / (1 + odds)
    rate, leave = draw.gamma(r + x, 1 / (alpha + age)), draw.beta(a, b + x)
    wanted = draw.poisson(rate * AHEAD)
    stays = draw.geometric(np.clip(leave, 1e-12, 1))  # the return after which she goes
    times = np.where(alive, np.minimum(wanted, stays), 0)
    per = draw.gamma(q + p * known.paid, 1 / (scale + known.money))
    money = np.where(times > 0, draw.gamma(np.maximum(p * times, 1e-9), 1 / per), 0.0)
    return alive, times, money


@pytest.fixture(scope="module")
def simulated(shop):
    draw = np.random.default_rng(13)
    found = [lived(draw, *shop) for _ in range(DRAWS)]
    return {what: np.stack([one[place] for one in found]) for place, what in enumerate(("alive", "times", "money"))}


@pytest.mark.parametrize("what", ["alive", "times", "money"])
def test_bounds_of_everyone_are_those_that_simulation_gives(shop, simulated, what):
    known, fitted = shop
    found = outlook.totals(known, fitted, np.zeros(SIZE, np.int64), 1)[what]
    plain = simulated[what].sum(axis=1)
    low, high = np.quantile(plain, [0.025, 0.975])
    assert found.mean[0] == pytest.approx(np.median(plain), rel=0.06)
    assert found.high[0] - found.low[0] == pytest.approx(high - low, rel=0.12)
    assert found.low[0] == pytest.approx(low, rel=0.1)
    assert found.high[0] == pytest.approx(high, rel=0.1)


def test_without_the_doubt_of_parameters_bounds_would_be_far_too_narrow(shop, simulated):
    """The negative control of the test above: chance alone."""
    known, fitted = shop
    best = outlook.spread(
        outlook.MODELS["bg/nbd"].ahead(shop_histories(known), fitted.coming.values, AHEAD),
        shop_histories(known).place,
    )
    chance = np.sqrt((best.square - best.mean**2).sum())
    assert chance < 0.8 * simulated["times"].sum(axis=1).std()


def shop_histories(known):
    return outlook.grouped(known.x, known.last, known.known)


def test_bounds_of_each_person_are_those_that_simulation_gives(shop, simulated):
    known, fitted = shop
    found = outlook.persons(known, fitted)
    for what, slack in (("times", 0.06), ("money", 0.1)):
        low, high = np.quantile(simulated[what], [0.025, 0.975], axis=0)
        inside = ((simulated[what] >= found[what].low - 1e-9) & (simulated[what] <= found[what].high + 1e-9)).mean()
        assert 0.935 <= inside <= 0.99, what
        assert found[what].high.sum() == pytest.approx(high.sum(), rel=slack), what
        assert found[what].low.sum() == pytest.approx(low.sum(), rel=slack, abs=0.02 * high.sum()), what


def test_what_is_spent_at_a_time_varies_too(shop):
    """Of one who surely comes once: the variance of money is that of one purchase, not only of her mean."""
    known, fitted = shop
    each = outlook.expect_spent(known, fitted)
    once = outlook.Ahead(*np.ones((3, SIZE)))
    sums = outlook.money(once, each, 1.0)
    np.testing.assert_allclose(sums.mean, each.mean)
    np.testing.assert_allclose(sums.square, each.square + each.scatter)
    draw = np.random.default_rng(3)
    p, q, scale = fitted.paying.values
    often = int(np.argmax(known.paid))  # of whom most is known, so that her tail is light
    per = draw.gamma(q + p * known.paid[often], 1 / (scale + known.money[often]), 400_000)
    assert sums.square[often] == pytest.approx((draw.gamma(p, 1 / per) ** 2).mean(), rel=0.02)


def test_what_is_open_of_spending_is_in_the_bounds_of_many_people(shop):
    """Of forty times as many people, whose coming is taken as known: chance is little, and what is left is spending."""
    known, fitted = shop
    coming = fitted.coming
    sure = dataclasses.replace(fitted, coming=dataclasses.replace(coming, points=np.stack([coming.values] * 8)))
    many = known.take(np.tile(np.arange(SIZE), 40))
    found = outlook.totals(many, sure, np.zeros(many.person.size, np.int64), 1)["money"]
    draw = np.random.default_rng(14)
    best = outlook.likely(known, sure)["times"]
    plain = [40 * (best @ outlook.expect_spent(known, sure, parameters(draw, sure.paying)).mean) for _ in range(2000)]
    low, high = np.quantile(plain, [0.025, 0.975])
    assert high - low < found.high[0] - found.low[0] < 1.3 * (high - low)
