"""Coming more regularly than at random: told where it is, not told where it is not, and foretold."""

import numpy as np
import pytest
from scipy import integrate, special

from ziggurat.stats import bgnbd, regular
from ziggurat.stats.lifetime import grouped

TRUE = (1.0, 20.0, 0.8, 2.4)  # r, α (days) of coming at random, a, b
FEW = grouped(np.array([0.0, 1, 4, 9]), np.array([0.0, 12, 40, 88]), np.array([30.0, 30, 60, 90]))


def live(k: int, seed: int, people: int = 1500, days: float = 365.0) -> list[list[float]]:
    """Draw the instants at which people come, the first at 0, over twice so many days."""
    draw = np.random.default_rng(seed)
    r, alpha, a, b = TRUE
    lives = []
    for rate, leave in zip(draw.gamma(r, k / alpha, people), draw.beta(a, b, people), strict=True):
        at = [0.0]
        while True:
            then = at[-1] + draw.gamma(k, 1 / rate)
            if then > 2 * days:
                break
            at.append(then)
            if draw.random() < leave:
                break
        lives.append(at)
    return lives


def seen(lives: list[list[float]], days: float = 365.0):
    """What is known of them by then: histories, the logarithms of gaps, and how often they came after."""
    cut = [[at for at in one if at <= days] for one in lives]
    x, last = np.array([len(one) - 1.0 for one in cut]), np.array([one[-1] for one in cut])
    gaps = sum(float(np.log(np.diff(one)).sum()) for one in cut)
    return grouped(x, last, np.full(x.size, days)), gaps, sum(map(len, lives)) - sum(map(len, cut))


def test_with_one_phase_it_is_coming_at_random():
    values = np.array([0.7, 20.0, 0.8, 2.4])
    one, other = regular.ahead(FEW, values, 50.0, 1), bgnbd.ahead(FEW, values, 50.0)
    for mine, theirs in zip(one, other, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-9)
    points = values * np.array([[0.9], [1.1]])
    chances = np.array([0.025, 0.5, 0.975])
    for mine, theirs in zip(
        regular.quantiles(FEW, points, 50.0, chances, 1), bgnbd.quantiles(FEW, points, 50.0, chances), strict=True
    ):
        assert mine == pytest.approx(theirs)
    some, *_ = seen(live(1, 1))
    assert regular.fit(some, 1).values == pytest.approx(bgnbd.fit(some).values, rel=1e-4)
    assert regular.fit(some, 1).log_likelihood == pytest.approx(bgnbd.fit(some).log_likelihood, abs=1e-5)


@pytest.mark.parametrize("k", [2, 3])
def test_the_likelihood_is_what_its_definition_adds_up_to(k):
    """A twin by quadrature over rate and chance of leaving: Erlang times, and a silence that no k-th phase ends."""
    r, alpha, a, b = TRUE

    def of(x: float, last: float, known: float, parts: tuple[int, ...]) -> float:
        def given(rate: float, leave: float) -> float:
            came = rate ** (k * x) * np.exp(-rate * last) * (1 - leave) ** x
            quiet = special.gammaincc(k, rate * (known - last))
            gone = leave / (1 - leave) if x else 0.0
            each = came * (quiet * (0 in parts) + gone * (1 in parts))
            prior = rate ** (r - 1) * np.exp(-alpha * rate) * alpha**r / special.gamma(r)
            return each * prior * leave ** (a - 1) * (1 - leave) ** (b - 1) / special.beta(a, b)

        return integrate.dblquad(given, 0, 1, 0, 3, epsabs=0, epsrel=1e-7)[0]

    logged, _ = regular.terms(FEW, np.array(TRUE), k)
    norm = r * np.log(alpha) - special.gammaln(r) - special.betaln(a, b)
    alive = regular.phases(FEW, np.array(TRUE), k).alive
    for row, (x, last, known) in enumerate(zip(FEW.x, FEW.last, FEW.known, strict=True)):
        if x < 5:
            whole, here = of(x, last, known, (0, 1)), of(x, last, known, (0,))
            assert special.logsumexp(logged[row]) + norm == pytest.approx(np.log(whole), rel=1e-5)
            assert alive[row] == pytest.approx(here / whole, rel=1e-5)


def test_where_people_come_at_random_nothing_else_is_chosen():
    for seed in range(12):
        some, gaps, _ = seen(live(1, seed, people=300))
        assert regular.regularity(some, gaps, bgnbd.fit(some))[0] == 1
    assert regular.regularity(some, np.nan, bgnbd.fit(some))[0] == 1


def test_regular_people_are_foretold_where_coming_at_random_is_off():
    off = []
    for seed in range(4):
        some, gaps, came = seen(live(3, seed))
        random = bgnbd.fit(some)
        k, found = regular.regularity(some, gaps, random)
        assert k == 3
        mean = float(regular.ahead(some, found.values, 365.0, k).mean @ some.people)
        plain = float(bgnbd.ahead(some, random.values, 365.0).mean @ some.people)
        off.append([abs(mean - came) / came, abs(plain - came) / came])
    ours, theirs = np.mean(off, axis=0)
    assert ours < 0.06
    assert theirs > ours
