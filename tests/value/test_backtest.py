"""A forecast is tried on the log's own past: it holds where its model is right, and else its bounds are widened."""

from __future__ import annotations

import numpy as np
import pytest

from ziggurat.base.instant import DAY
from ziggurat.value import backtest, outlook
from ziggurat.value.backtest import Trial
from ziggurat.value.occasions import Occasions

NOW, AHEAD, PEOPLE, SEEDS = 364, 180, 300, 6  # days, days, people, worlds


def world(seed: int, clockwork: int) -> list[np.ndarray]:
    """When each person comes (days): after gaps of a mean of their own, the more alike the higher `clockwork`."""
    draw, found = np.random.default_rng(seed), []
    for _ in range(PEOPLE):
        rate, leaves = draw.gamma(1.5, 1 / 40), draw.beta(1, 6)
        times = [draw.uniform(0, NOW * 0.6)]
        while times[-1] < 2 * NOW and draw.random() >= leaves:
            times.append(times[-1] + draw.gamma(clockwork, 1 / (rate * clockwork)))
        found.append(np.array(times))
    return found


def occasions(times: list[np.ndarray], at: float, *, timed: bool = False) -> Occasions:
    """Count each person's days with something by a day, back from it. timed: know the times between them, too."""
    rows = []
    for person, when in enumerate(times):
        days = sorted({int(at - one) for one in when if one <= at}, reverse=True)
        if days:
            gaps = float(np.log(-np.diff(days)).sum()) if timed else np.nan
            rows.append((person, len(days) - 1, days[0] - days[-1], days[0], 0.0, 0.0, gaps))
    columns = np.array(rows, float).T
    return Occasions(columns[0].astype(np.int64), *columns[1:])


def foretold(times: list[np.ndarray], *, timed: bool = False):
    """Return the trial, the model's own bounds, those after the trial, and what came."""
    known = occasions(times, NOW, timed=timed)
    fitted = outlook.learn(known, ["purchased"], at=NOW * DAY, span_days=1.0, model="bg/nbd", horizon=float(AHEAD))
    tried = backtest.trials(known, fitted, lambda at: occasions(times, at / DAY, timed=timed), np.inf)
    plain = outlook.totals(known, fitted, np.zeros(known.person.size, np.int64), 1)
    came = sum(len({int(one) for one in times[who] if NOW < one <= NOW + AHEAD}) for who in known.person)
    return tried["times"], plain["times"], backtest.widened(plain, tried)["times"], came


def test_where_the_model_is_right_bounds_stay_as_they_are():
    found = [foretold(world(seed, 1)) for seed in range(SEEDS)]
    assert sum(tried.held for tried, *_ in found) >= SEEDS - 1
    for tried, plain, after, _ in found:
        if tried.held:
            assert [float(end[0]) for end in plain] == [float(end[0]) for end in after]


def test_where_people_come_like_a_clock_bounds_are_widened():
    found = [foretold(world(seed, 8)) for seed in range(SEEDS)]
    failed = [(tried, plain, after) for tried, plain, after, _ in found if not tried.held]
    assert len(failed) >= SEEDS / 2
    for tried, plain, after in failed:
        assert tried.widening > 1
        assert after.high[0] - after.mean[0] == pytest.approx(tried.widening * (plain.high[0] - plain.mean[0]))
        assert plain.mean[0] - plain.low[0] < after.mean[0] - after.low[0] <= after.mean[0]


def test_what_came_half_way_is_what_the_log_has():
    times = world(3, 1)
    known = occasions(times, NOW)
    half = int(max(NOW - when[0] for when in times if when[0] <= NOW)) // 2
    begun = [when for when in times if when[0] <= NOW - half]
    came = sum(len({int(NOW - one) for one in when if NOW - half < one <= NOW}) for when in begun)
    tried, *_ = foretold(times)
    assert (tried.days, tried.came) == (half, came)
    assert known.person.size >= len(begun)


@pytest.mark.parametrize(
    ("came", "held", "widening"),
    [(100.0, True, 1.0), (120.0, True, 1.0), (140.0, False, 2.0), (70.0, False, 3.0), (95.0, True, 1.0)],
)
def test_bounds_widen_to_what_would_just_have_held(came, held, widening):
    one = Trial(30.0, 90.0, 100.0, 120.0, came)
    assert (one.held, one.widening) == (held, widening)
    said = backtest.note("times", one)
    assert ("it held" in said) == held
    assert ("times as wide" in said) != held


def test_a_short_log_says_that_nothing_was_tried():
    times = world(1, 1)
    known = occasions(times, NOW)
    fitted = outlook.learn(known, ["purchased"], at=NOW * DAY, span_days=1.0, model="bg/nbd", horizon=9.0)
    assert backtest.trials(known, fitted, lambda at: occasions(times, at / DAY), 0.0) == {}
    assert "too short" in backtest.notes({}, fitted)[0]


def test_bounds_never_narrow_nor_fall_below_nothing():
    """Of one person who hardly comes, both bounds are 0 and the mean is above them."""
    few = outlook.Bounds(np.array([0.004, 10.0]), np.array([0.0, 4.0]), np.array([0.0, 20.0]))
    wide = backtest.spread(few, 3.0)
    assert (wide.low.tolist(), wide.high.tolist()) == ([0.0, 0.0], [0.0, 40.0])


def test_where_the_times_between_show_the_clock_it_is_foretold_from_them():
    found = [foretold(world(seed, 8), timed=True) for seed in range(SEEDS)]
    assert sum(tried.held for tried, *_ in found) >= SEEDS - 1
