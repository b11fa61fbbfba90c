"""Series in which nothing changes stay within their bands at the stated rate; planted changes leave them."""

from __future__ import annotations

import numpy as np
import pytest
from bench.bands import RATES, campaign, fallen, outs, world

from ziggurat.stats.bands import Line, Weekly, drawn_in, drawn_out, judge, verdicts


@pytest.mark.parametrize("kind", RATES)
def test_where_nothing_changes_hardly_anything_is_found(kind):
    wrong = sum(bool(outs(world(seed, kind))) for seed in range(12))
    assert wrong <= 3  # of 12 looks at a rate of 0.05 more than 3 are rarer than 1 in 400


def test_what_fell_and_what_was_brought_is_found_among_them():
    for seed in range(3):
        start = world(seed, "overdispersed")
        assert {len(start), len(start) + 1} <= set(outs([*start, fallen(seed), campaign(seed)]))


def test_a_line_is_that_of_weighted_least_squares():
    draw = np.random.default_rng(1)
    x, y, weight = -np.arange(3.0, 20.0), draw.normal(0, 1, 17), draw.integers(1, 9, 17).astype(float)
    line = Line.through(x, y, weight, 0.0)
    slope, level = np.polyfit(x, y, 1, w=np.sqrt(weight))
    assert (line.slope, line.level) == (pytest.approx(slope), pytest.approx(level))
    design = np.stack([np.ones(17), x], axis=1)
    inverse = np.linalg.inv(design.T @ (design * weight[:, None]))
    rest = y - design @ [level, slope]
    assert line.variance == pytest.approx((weight * rest**2).sum() / 15)
    plain = np.array([1, 0.5]) @ inverse @ np.array([1, 0.5])
    assert line.leverage(0.5) == pytest.approx(plain * (1 + line.hanging) / (1 - line.hanging))


def test_what_a_series_did_before_is_nothing_new():
    draw = np.random.default_rng(2)
    counts = draw.poisson(20, 34)
    counts[0] = 90
    assert verdicts([Weekly.of_counts(counts)], 0.05)[0].out
    counts[15] = 90
    assert not verdicts([Weekly.of_counts(counts)], 0.5)[0].out


def test_a_new_activity_must_bring_more_than_any_did():
    old = [np.where(np.arange(34) == week, 40, 0) for week in range(1, 34)]
    for brought, out in ((41, False), (400, True)):
        new = np.where(np.arange(34) == 0, brought, 0)
        found = verdicts([Weekly.of_counts(one, "new") for one in (*old, new)], 0.05)
        assert found[-1].out == out


def test_one_late_answer_where_almost_none_is_late_is_no_change():
    size = np.full(34, 8.0)
    total = size.copy()
    total[0] = 7
    assert not verdicts([Weekly(size, total, total, 1.0)], 0.05)[0].out


def test_too_short_a_past_and_too_few_answers_are_not_judged():
    assert judge(Weekly.of_counts(np.full(10, 5)), 1) is None
    assert judge(Weekly.of_counts(np.full(11, 5)), 1) is not None
    few = np.full(34, 3.0)
    assert judge(Weekly(few, few, few, 1.0), 1) is None
    assert judge(Weekly(few, few, few, 1.0), 2) is not None


def test_counts_come_back_from_their_scale():
    assert [drawn_in(float(one)) for one in drawn_out([0, 3, 250])] == pytest.approx([0, 3, 250])
