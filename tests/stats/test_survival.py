"""Kaplan-Meier against the published figures, and against a curve worked out person by person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.intervals import wilson
from ziggurat.stats.survival import kaplan_meier

# Remission of 21 leukaemia patients on 6-mercaptopurine, in weeks; + is censored.
# Freireich et al. (1963), Blood 21(6), 699-716; the estimates as in Kleinbaum & Klein, Survival Analysis, chapter 2.
REMISSIONS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
TIMES = [float(word.strip("+")) for word in REMISSIONS.split()]
EVENTS = [not word.endswith("+") for word in REMISSIONS.split()]


def test_the_leukaemia_patients():
    curve = kaplan_meier(TIMES, EVENTS)
    happened = curve.events > 0
    assert curve.times[happened].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk[happened].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.events[happened].tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival[happened].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]


def test_bounds_and_median_of_the_leukaemia_patients():
    """R: survfit(Surv(time, status) ~ 1, conf.type = "log-log") gives these bounds, and median 23 (13, NA)."""
    curve = kaplan_meier(TIMES, EVENTS)
    assert curve.at(6) == pytest.approx((0.8571, 0.6197, 0.9516), abs=5e-5)
    assert curve.at(10) == pytest.approx((0.7529, 0.5032, 0.8894), abs=5e-5)
    assert curve.at(23) == pytest.approx((0.4482, 0.1881, 0.6801), abs=5e-5)
    assert curve.median() == (23, 13, None)
    assert curve.quantile(0.25)[0] == 13


def test_weights_stand_for_people():
    plain, weighted = kaplan_meier([2, 2, 5, 5, 5], [1, 1, 1, 0, 0]), kaplan_meier([2, 5, 5], [1, 1, 0], [2, 1, 2])
    for name in ("times", "at_risk", "events", "survival", "low", "high"):
        assert getattr(plain, name).tolist() == getattr(weighted, name).tolist()


def test_where_the_log_log_scale_is_undefined_wilson_stands_in():
    curve = kaplan_meier([1, 2, 3], [False, True, True])
    assert curve.at(0) == (1, wilson(3, 3)[0], 1)
    assert curve.at(1) == (1, wilson(3, 3)[0], 1)
    assert curve.at(3) == (0, 0, pytest.approx(wilson(0, 1)[1]))


def test_nothing_is_known_beyond_the_longest_time_unless_it_happened_to_all():
    assert kaplan_meier([1, 5], [True, False]).at(6) is None
    assert kaplan_meier([1, 5], [True, True]).at(6)[0] == 0
    assert kaplan_meier([], []).at(0) is None
    assert kaplan_meier([], []).median() == (None, None, None)


def naive(times, events, moment):
    """The product over every earlier moment, each counted by going through all people again."""
    share = 1.0
    for time in sorted(set(times)):
        if time <= moment:
            at_risk = sum(other >= time for other in times)
            happened = sum(other == time and event for other, event in zip(times, events, strict=True))
            share *= 1 - happened / at_risk
    return share


people = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@given(people)
def test_the_curve_is_the_naive_one_and_lies_within_its_bounds(people):
    times, events = zip(*people, strict=True)
    curve = kaplan_meier(times, events)
    assert curve.survival == pytest.approx([naive(times, events, moment) for moment in curve.times])
    assert np.all(np.diff(curve.survival) <= 0)
    assert np.all((curve.low >= 0) & (curve.high <= 1))
    assert np.all((curve.low <= curve.survival + 1e-12) & (curve.survival <= curve.high + 1e-12))


def test_the_bounds_cover_the_truth_and_leaving_the_censored_out_does_not():
    """Exponential waits with a mean of 10 days, watched for 1 to 30: half have climbed by 6.93 days."""
    draw, truth, covered, wrong = np.random.default_rng(3), float(np.exp(-0.8)), 0, 0
    for _ in range(300):
        waits, watched = draw.exponential(10, 150), draw.uniform(1, 30, 150)
        times, events = np.minimum(waits, watched), waits <= watched
        _, low, high = kaplan_meier(times, events).at(8)
        covered += low <= truth <= high
        _, low, high = kaplan_meier(times[events], events[events]).at(8)
        wrong += low <= truth <= high
    assert 0.92 <= covered / 300 <= 0.98
    assert wrong / 300 < 0.2
