"""The passes of influence against counts made pair by pair, as docs/studies/influence.md says them."""

import math

import numpy as np
import pytest
from bench.worlds import SENT, Plan, always, fading, leavers, office, shocks

from ziggurat.base.instant import DAY
from ziggurat.stats import controls, kind_mix, lag_pairs, net_excess
from ziggurat.stats.lag_pairs import AFTER, BEFORE, BY_LAG, EARLIER, NET, NET_DAY, SILENCE
from ziggurat.stats.streams import HOUR, WEEK, Streams, span

OWN = np.array([True, True, True, False])


def streams(made):
    at = np.round(made.at * DAY).astype(np.int64)
    known = np.full(made.people, np.iinfo(np.int64).max)
    np.minimum.at(known, made.person[made.kind != SENT], at[made.kind != SENT])
    return Streams(np.searchsorted(made.person, np.arange(made.people + 1)), at, made.kind.astype(np.int64), known)


def framed(given):
    when = span(int(given.at.min()), int(given.at.max()))
    mix = kind_mix.fit(kind_mix.choices(given, OWN, when), OWN, when)
    return lag_pairs.Frame(OWN, when, mix, controls.rates(controls.around(given, OWN, when)))


def read(made):
    given = streams(made)
    frame = framed(given)
    sums = lag_pairs.sums(given, frame)
    return given, frame, sums, net_excess.estimate(sums, OWN)


def lives(given):
    for person in range(given.start.size - 1):
        rows = range(given.start[person], given.start[person + 1])
        events = [(int(given.at[row]), int(given.type[row])) for row in rows]
        own = [time for time, kind in events if kind != SENT]
        yield events, (min(own), max(own)) if own else (1, 0)


@pytest.fixture(scope="module", params=[(fading, "random"), (shocks, "days"), (office, "random")])
def seen(request):
    drive, sent = request.param
    return read(Plan(drive, sent=sent, people=40, days=70, rate=0.3, rounded=1 / 48).draw(3))


def test_a_third_of_what_comes_after_must_be_shown_not_to_come_before():
    """Of what people do themselves: 0.3 after - before, less 1.645 of its standard errors, must be above 0."""

    def unclear(early, early_error, late, late_error, cause=0):
        found = np.zeros((3, lag_pairs.FIGURES, OWN.size, OWN.size))
        found[:2, BEFORE + 1, 1, cause] = early, early_error
        found[:2, AFTER + 1, 1, cause] = late, late_error
        return bool(net_excess.gates(net_excess.Estimates(*found), OWN).unclear[1, cause])

    assert not unclear(0.0, 0.01, 0.1, 0.01)  # .03 > 1.645 (.01² + .003²)^½ = .0172
    assert unclear(0.0, 0.02, 0.1, 0.01)  # .03 < 1.645 (.02² + .003²)^½ = .0333
    assert unclear(0.02, 0.01, 0.1, 0.01)  # .01 < .0172
    assert not unclear(0.02, 0.001, 0.1, 0.001)
    assert unclear(0.0, 0.01, 0.0, 0.01)
    assert unclear(math.nan, math.nan, math.nan, math.nan)
    assert not unclear(0.0, 0.02, 0.1, 0.01, SENT)


def stays(events, ends, days):
    return [(time, kind) for time, kind in events if ends[0] <= time - days * DAY and time + days * DAY <= ends[1]]


def test_what_comes_before_and_after_is_as_counted_by_hand(seen):
    given, _, _, found = seen
    for number, wide in ((0, 3 * HOUR), (1, DAY), (2, 3 * DAY)):
        for effect in range(3):
            for cause in range(4):
                if effect == cause:
                    continue
                before = after = silence = earlier = causes = far = 0.0
                for events, ends in lives(given):
                    for time, kind in stays(events, ends, 10):
                        if kind != cause:
                            continue
                        causes += 1
                        lags = [when - time for when, what in events if what == effect and when != time]
                        before += sum(-wide <= lag < 0 for lag in lags)
                        before -= 0.5 * sum(WEEK - wide <= lag < WEEK for lag in lags)
                        before -= 0.5 * sum(-WEEK - wide <= lag < -WEEK for lag in lags)
                        after += sum(0 < lag <= wide for lag in lags)
                        after -= 0.5 * sum(WEEK < lag <= WEEK + wide for lag in lags)
                        after -= 0.5 * sum(-WEEK < lag <= -WEEK + wide for lag in lags)
                    for time, kind in stays(events, ends, 22):
                        if kind == cause:
                            far += 1
                            lags = [when - time for when, what in events if what == effect and when != time]
                            silence += sum(-WEEK <= lag < 0 for lag in lags)
                            silence -= 0.5 * sum(2 * WEEK <= lag < 3 * WEEK for lag in lags)
                            silence -= 0.5 * sum(-3 * WEEK <= lag < -2 * WEEK for lag in lags)
                            earlier += sum(-WEEK <= lag < 0 for lag in lags)
                            earlier -= sum(-3 * WEEK <= lag < -2 * WEEK for lag in lags)
                assert found.value[BEFORE + number, effect, cause] == pytest.approx(before / causes)
                assert found.value[AFTER + number, effect, cause] == pytest.approx(after / causes)
                assert found.value[SILENCE, effect, cause] == pytest.approx(silence / far)
                assert found.value[EARLIER, effect, cause] == pytest.approx(earlier / far)


def test_own_kinds_weigh_as_the_page_says(seen):
    given, frame, sums, found = seen
    mix, begin = frame.mix, frame.when.begin
    total = np.zeros((4, 4))
    for person, (events, _) in enumerate(lives(given)):
        for time, j in events:
            for other, i in events:
                if i == j or SENT in (i, j) or other == time or abs(other - time) > WEEK:
                    continue
                days = [(some - begin) // DAY for some in (time, other)]
                bins = [
                    int(np.searchsorted(kind_mix.TENURES, (some - given.known[person]) / DAY, side="right")) - 1
                    for some in (time, other)
                ]
                x = mix.cycle[bins[1], i] * mix.cycle[bins[0], j]
                y = mix.cycle[bins[0], i] * mix.cycle[bins[1], j]
                if days[0] != days[1]:
                    y *= mix.calendar[days[0], i] * mix.calendar[days[1], j]
                    x *= mix.calendar[days[1], i] * mix.calendar[days[0], j]
                    for day, kind in ((days[1], i), (days[0], j)):
                        x *= (mix.counts[day, kind] + 9) / (mix.counts[day, kind] + 10)
                total[i, j] += math.copysign(2 * y / (x + y), other - time)
    count = np.bincount(given.type, minlength=4)
    for i in range(3):
        for j in range(3):
            if i != j:
                assert found.value[NET, i, j] == pytest.approx(total[i, j] / count[j], abs=1e-12)
                assert sums.power[NET, i, j, 0] == pytest.approx(-sums.power[NET, j, i, 0], abs=1e-9)


def calendar(given, frame, cell, effect, wide, clean):
    """q about a cell, from the events of everyone, or of clean controls, before and after it."""
    begin, step, _ = frame.when
    before = after = 0
    for events, ends in lives(given):
        free = [(ends[0] + 10 * DAY, ends[1] - 10 * DAY)]
        for sent, kind in events if clean else []:
            if kind == SENT:
                ahead = [(low, min(high, sent - WEEK - 1)) for low, high in free]
                free = ahead + [(max(low, sent + 2 * WEEK + 1), high) for low, high in free]
        for time, kind in events:
            for low, high in free if kind == effect else []:
                for way, start in ((0, time), (1, time - wide)):
                    first, last = max(start, low), min(start + wide, high)
                    held = first <= last and (first - begin) // step <= cell <= (last - begin) // step
                    before, after = before + (held and way == 0), after + (held and way == 1)
    return before, after


def test_the_calendar_is_that_of_those_who_are_there(seen):
    given, frame, _, _ = seen
    rates = frame.rates
    clean = rates.within_a_day[0] >= controls.BUNCHED
    for time in given.at[given.type == SENT][::7]:
        cell = (time - frame.when.begin) // frame.when.step
        for number, wide in enumerate((WEEK, DAY)):
            before, after = calendar(given, frame, cell, 1, wide, clean)
            if before + after < controls.LEAST:
                before, after = calendar(given, frame, cell, 1, wide, False)
            said = (after - before) / (after + before) if after + before >= controls.LEAST else 0.0
            assert rates.q[0, 1, number, cell] == pytest.approx(said)


def test_what_is_sent_is_compared_with_the_calendar(seen):
    """The errors that controls bring add up to nothing, so that the total is that of the sendings alone."""
    given, frame, _, found = seen
    rates, when = frame.rates, frame.when
    for figure, number, wide in ((NET, 0, WEEK), (NET_DAY, 1, DAY)):
        for effect in range(3):
            total, count = 0.0, 0
            for events, ends in lives(given):
                for time, kind in stays(events, ends, 10):
                    if kind == SENT:
                        lags = [when_ - time for when_, what in events if what == effect and when_ != time]
                        after, before = (sum(0 < way * lag <= wide for lag in lags) for way in (1, -1))
                        q = rates.q[0, effect, number, (time - when.begin) // when.step]
                        total += after - before - (after + before) * q
                        count += 1
            assert found.value[figure, effect, SENT] == pytest.approx(total / count, abs=1e-9)
    lags = found.value[BY_LAG : BY_LAG + 5].sum(axis=0)
    assert lags[:3, SENT] == pytest.approx(found.value[NET, :3, SENT])


def test_it_is_seen_whether_sendings_leave_anybody_to_compare_with():
    def rates(sent):
        return framed(streams(Plan(sent=sent, people=90, days=70, rate=0.3).draw(1))).rates

    third, all_, weekly, alone = (rates(sent) for sent in ("once to a third", "once to all", "own weekday", "random"))
    assert third.clean[0] == 1
    assert 0.25 < third.bunched[0] < 0.5
    assert all_.bunched[0] > 0.9
    assert all_.clean[0] == 0
    assert weekly.weekly[0] > 0.9
    assert alone.weekly[0] < 0.1
    assert alone.within_a_day[0] < 0.05


@pytest.mark.parametrize(("drive", "sent"), [(always, "random"), (shocks, "days")])
def test_twice_as_many_people_halve_the_variance(drive, sent):
    made = Plan(drive, sent=sent, people=60, days=80, rate=0.3).draw(5)
    twice = streams(made)
    size = twice.at.size
    double = Streams(
        np.concatenate([twice.start, twice.start[1:] + size]), np.tile(twice.at, 2), np.tile(twice.type, 2),
        np.tile(twice.known, 2),
    )  # fmt: skip
    once = net_excess.estimate(lag_pairs.sums(twice, framed(double)), OWN)
    both = net_excess.estimate(lag_pairs.sums(double, framed(double)), OWN)
    some = ~np.eye(4, dtype=bool)[:3]
    assert both.value[BEFORE, :3][some] == pytest.approx(once.value[BEFORE, :3][some])
    assert both.error[BEFORE, :3][some] == pytest.approx(once.error[BEFORE, :3][some] / math.sqrt(2))


def test_the_error_is_that_of_people_drawn_anew():
    """The clustered error against the spread over draws of people, with the calendar read anew."""
    made = Plan(shocks, sent="once to a third", people=120, days=50, rate=0.3).draw(2)
    given = streams(made)
    found = net_excess.estimate(lag_pairs.sums(given, framed(given)), OWN)
    draw = np.random.default_rng(1)
    values = []
    for _ in range(40):
        who = draw.integers(0, made.people, made.people)
        rows = np.concatenate([np.arange(given.start[p], given.start[p + 1]) for p in who])
        start = np.concatenate([[0], np.cumsum(np.diff(given.start)[who])])
        again = Streams(start, given.at[rows], given.type[rows], given.known[who])
        values.append(net_excess.estimate(lag_pairs.sums(again, framed(again)), OWN).value[NET, :3, SENT])
    spread = np.std(values, axis=0)
    assert spread == pytest.approx(found.error[NET, :3, SENT], rel=0.4)


def test_a_taste_a_calendar_and_a_life_cycle_are_told_apart():
    """Kinds by a known model: what is fitted gives each event's chances back."""
    draw = np.random.default_rng(4)
    people, days = 400, 60
    taste = draw.dirichlet([2, 2, 2], people)
    calendar_ = np.exp(0.8 * np.sin(np.arange(days) / 5))[:, None] ** np.array([1, 0, -1])
    person = np.repeat(np.arange(people), 60)
    day = draw.integers(0, days, person.size)
    chance = taste[person] * calendar_[day]
    chance /= chance.sum(axis=1, keepdims=True)
    kind = (draw.random(person.size)[:, None] > chance.cumsum(axis=1)).sum(axis=1)
    own = np.ones(3, bool)
    events = kind_mix.Choices(person, day, np.zeros(person.size, np.int64), kind)
    mix = kind_mix.fit(events, own, span(0, days * DAY - 1))
    ratio = np.log(mix.calendar[:, 0] / mix.calendar[:, 2])
    true = np.log(calendar_[:, 0] / calendar_[:, 2])
    assert np.corrcoef(ratio, true)[0, 1] > 0.98
    assert np.std(ratio - ratio.mean() - (true - true.mean())) < 0.2
    assert mix.counts.sum() == person.size


def test_nobody_and_one_kind_only():
    nobody = Streams(np.zeros(1, np.int64), *(np.empty(0, np.int64) for _ in range(3)))
    when = span(0, DAY)
    mix = kind_mix.fit(kind_mix.choices(nobody, OWN, when), OWN, when)
    rates = controls.rates(controls.around(nobody, OWN, when))
    found = net_excess.estimate(lag_pairs.sums(nobody, lag_pairs.Frame(OWN, when, mix, rates)), OWN)
    assert np.isnan(found.value).all()
    assert not net_excess.gates(found, OWN).silence.any()
    made = Plan(leavers, people=20, days=40).draw(1)
    given = streams(made)
    alone = given._replace(type=np.zeros_like(given.type))
    single = np.array([True])
    when = span(int(alone.at.min()), int(alone.at.max()))
    mix = kind_mix.fit(kind_mix.choices(alone, single, when), single, when)
    rates = controls.rates(controls.around(alone, single, when))
    sums = lag_pairs.sums(alone, lag_pairs.Frame(single, when, mix, rates))
    assert net_excess.estimate(sums, single).value[NET].tolist() == [[0.0]]
