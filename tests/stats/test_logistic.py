import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ziggurat.stats import logistic


def cases(seed=1, size=400):
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(size, 3)) * [1.0, 20.0, 0.1] + [0.0, 5.0, -1.0]
    y = (draw.random(size) < logistic.chance(-1 + x[:, 0] - 0.05 * x[:, 1])).astype(float)
    return x, y


def test_it_fits_as_another_implementation_does():
    x, y = cases()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    other = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(z, y)
    ours = logistic.fit(x, y)
    assert ours.log_odds(x) == pytest.approx(other.decision_function(z), abs=1e-5)
    assert ours.parts(x).sum(axis=1) + ours.intercept == pytest.approx(ours.log_odds(x))


def test_its_doubt_is_that_of_other_logs_of_the_same_people():
    who = np.arange(400)
    fits = [(logistic.fit(*cases(seed)), *cases(seed)) for seed in range(60)]
    spread = np.std([one.weight / one.scale for one, _, _ in fits], axis=0)
    doubts = [np.sqrt(np.diag(logistic.covariance(one, x, y, who))) / one.scale for one, x, y in fits]
    assert np.mean(doubts, axis=0) == pytest.approx(spread, rel=0.3)
    one, x, y = fits[1]
    double = np.vstack([x, x]), np.append(y, y)
    twice = logistic.covariance(logistic.fit(*double, ridge=2.0), *double, np.tile(who, 2), ridge=2.0)
    assert twice == pytest.approx(logistic.covariance(one, x, y, who)), "who is there twice is one person"


def test_a_column_that_tells_everything_or_nothing_breaks_nothing():
    y = np.repeat([0.0, 1.0], 50)
    found = logistic.fit(np.column_stack([y, np.ones(100)]), y)
    assert np.isfinite(found.log_odds(np.column_stack([y, np.ones(100)]))).all()
    assert found.weight[1] == 0


@pytest.mark.parametrize("came", [0.0, 3.0, 250.0, 400.0])
def test_after_the_shift_as_many_are_expected_as_came(came):
    odds = np.random.default_rng(2).normal(-3, 4, 400)
    shifted = logistic.chance(odds + logistic.shift(odds, came)).sum()
    assert shifted == pytest.approx(min(max(came, 0.5), 399.5))
