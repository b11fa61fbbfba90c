import numpy as np
import pytest
from sklearn import metrics

from ziggurat.stats import ranking


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_another_implementation(seed):
    draw = np.random.default_rng(seed)
    told = draw.random(300).round(1 + seed)  # many are told the same
    came = (draw.random(300) < told).astype(float)
    assert ranking.auc(told, came) == pytest.approx(metrics.roc_auc_score(came, told))
    assert ranking.average_precision(told, came) == pytest.approx(metrics.average_precision_score(came, told))
    assert ranking.brier(told, came) == pytest.approx(metrics.brier_score_loss(came, told))
    assert ranking.log_loss(told, came).mean() == pytest.approx(metrics.log_loss(came, np.clip(told, 1e-12, 1 - 1e-12)))


def test_who_ties_counts_as_drawn_in_any_order():
    draw = np.random.default_rng(5)
    told, came = draw.integers(0, 4, 60) / 4, draw.integers(0, 2, 60).astype(float)
    tried = []
    for _ in range(4000):
        order = np.lexsort((draw.random(60), -told))[:6]
        tried.append(came[order].mean() / came.mean())
    assert ranking.lift(told, came) == pytest.approx(np.mean(tried), abs=0.03)


def test_where_it_came_to_none_or_all_there_is_nothing_to_put_in_order():
    told = np.array([0.1, 0.2])
    assert ranking.auc(told, np.zeros(2)) is ranking.auc(told, np.ones(2)) is None
    assert ranking.average_precision(told, np.zeros(2)) is ranking.lift(told, np.zeros(2)) is None
