"""What an answer in time does: planted effects are found, none where there are none, and choosing shows."""

import datetime as dt

import numpy as np
import pytest

from tests import community
from tests.levels.tables import ON
from ziggurat.catalogue import find
from ziggurat.roles.dividend import ALIKE, MORE, OUTCOMES, UNTOLD, compare, count_outcomes, dose
from ziggurat.stats.stratified import slope

DAY = dt.timedelta(days=1)


def drawn(seed, effect=0.0, chosen=0.0, size=400):
    """People of four strata, each more or less active: those answered in time, and what happened after and before."""
    draw = np.random.default_rng(seed)
    stratum = draw.integers(0, 4, size)
    active = draw.random(size) < 0.4
    in_time = draw.random(size) < 0.3 + 0.1 * stratum + chosen * active
    base = 0.1 + 0.1 * stratum + 0.3 * active
    return in_time, draw.random(size) < base + effect * in_time, draw.random(size) < base, stratum


def test_where_answers_do_nothing_hardly_any_difference_is_claimed():
    verdicts = [compare(*drawn(seed))["verdict"] for seed in range(200)]
    assert sum(one not in (ALIKE, UNTOLD) for one in verdicts) <= 0.05 * 200 + 6
    assert verdicts.count(ALIKE) > 170


def test_where_we_answer_whom_we_know_to_be_active_it_can_not_be_told():
    verdicts = [compare(*drawn(seed, chosen=0.5))["verdict"] for seed in range(60)]
    assert verdicts.count(UNTOLD) >= 50
    assert verdicts.count(MORE) <= 6


def test_a_planted_effect_is_within_the_bounds_and_found():
    found = [compare(*drawn(seed, effect=0.2)) for seed in range(100)]
    assert sum(one["difference_low"] <= 0.2 <= one["difference_high"] for one in found) >= 90
    assert sum(one["verdict"] == MORE for one in found) >= 80


def waited(seed, effect=0.0, chosen=0.0, size=300):
    """The hours that people of four strata waited, and what happened after and before."""
    draw = np.random.default_rng(seed)
    stratum = draw.integers(0, 4, size)
    active = draw.random(size) < 0.4
    hours = 2.0 ** (draw.normal(3, 2, size) + 0.5 * stratum - chosen * active)
    base = 0.3 + 0.1 * stratum + 0.2 * active
    return hours, draw.random(size) < base + effect * np.log2(hours), draw.random(size) < base, stratum


def test_a_dose_is_the_slope_of_least_squares_with_a_level_for_each_stratum():
    hours, later, _, stratum = waited(5, -0.03)
    x, hit = np.log2(hours), later.astype(float)
    design = np.column_stack([x, *(stratum == one for one in range(4))])
    told = np.linalg.lstsq(design, hit, rcond=None)[0]
    inner = np.linalg.inv(design.T @ design)
    off = hit - design @ told
    off /= 1 - np.diag(design @ inner @ design.T)
    error = np.sqrt((inner @ (design.T * off**2) @ design @ inner)[0, 0])
    found = slope(x, hit, stratum)
    assert found.value == pytest.approx(told[0])
    assert found.high - found.value == pytest.approx(1.968 * error, rel=1e-3)  # Student's t of 295
    assert np.isnan(slope(x[:1], hit[:1], stratum[:1])).all()
    assert np.isnan(slope(np.ones(9), np.arange(9.0) % 2, np.zeros(9, np.int64))).all()


def test_a_planted_dose_lies_within_its_bounds_and_none_is_found_where_there_is_none():
    planted = [waited(seed, -0.03) for seed in range(1000)]
    found = [slope(np.log2(hours), later.astype(float), stratum) for hours, later, _, stratum in planted]
    assert sum(one.low <= -0.03 <= one.high for one in found) >= 930
    assert sum(one.high < 0 for one in found) >= 500
    none = [dose("bought", *waited(1000 + seed)) for seed in range(200)]
    said = [one for one in none if "no difference seen" not in one and "can't tell" not in one]
    assert len(said) <= 0.05 * 200 + 6
    hours, later, earlier, stratum = waited(1)
    assert dose("bought", hours, later, earlier, stratum)
    assert dose("bought", hours, later & False, earlier, stratum) == ""
    assert dose("bought", hours, later | True, earlier, stratum) == ""


def test_no_dose_is_told_where_those_are_answered_first_who_are_busy_anyway():
    told = [dose("bought", *waited(seed, chosen=4.0, size=1500)) for seed in range(40)]
    assert sum("can't tell" in one for one in told) >= 36


def test_acts_are_counted_after_the_beginning_and_up_to_the_end():
    who, when = np.array([1, 1, 1, 5]), np.array([10, 20, 20, 15])
    person = np.array([1, 1, 1, 5, 7])
    since, until = np.array([9, 10, 20, 0, 0]), np.array([20, 19, 99, 15, 99])
    assert count_outcomes(person, since, until, who, when).tolist() == [3, 0, 0, 1, 0]
    assert count_outcomes(person, since, until, who[:0], when[:0]).tolist() == [0] * 5


def naive(tables, at, hours=24.0):
    """(outcome, answer) → people and how many came back or bought, question by question from the raw log."""
    from ziggurat.base.instant import instant, moment
    from ziggurat.facts.directory import Directory
    from ziggurat.facts.replies import replies

    until = instant(at)
    directory = Directory.of(tables["people"])
    found = replies(tables["buckets"], directory, since=until - 730 * 86_400_000_000, until=until).to_pylist()
    known = set(directory.known().tolist())
    targets = {row["channel"]: row["hours"] for row in tables["targets"].to_pylist()}
    names = tables["buckets"].codes["channel"]
    first = {}
    for row in sorted(found, key=lambda row: (row["at"], row["channel"])):
        if row["person"] in known and moment(row["at"]) + 104 * DAY <= moment(until):
            first.setdefault(row["person"], row)
    owners = dict(
        zip(
            *(part.tolist() for part in (np.asarray(directory.owners[0].to_pylist()), directory.owners[1])), strict=True
        )
    )
    lived = {}
    for row in community.log().to_pylist():
        if row["direction"] != "out" and row["actor"] in owners:
            lived.setdefault(int(directory.person[owners[row["actor"]]]), []).append(row)
    counts = {}
    for person, row in first.items():
        begin, wait = (
            moment(row["at"]),
            None if row["answered_at"] is None else (row["answered_at"] - row["at"]) / 3.6e9,
        )
        target = targets.get(names[row["channel"]], targets.get("*", hours))
        by_then = wait is not None and wait <= 14 * 24
        answer = "in time" if by_then and wait <= target else "late" if by_then else "none"
        some = [one for one in lived.get(person, []) if begin + 14 * DAY < one["at"] <= begin + 104 * DAY]
        money = {"purchased", "donated", "invested", "sponsored"}
        for outcome, hit in (("came back", bool(some)), ("bought", any(one["kind"] in money for one in some))):
            people, hits = counts.get((outcome, answer), (0, 0))
            counts[outcome, answer] = people + 1, hits + hit
    return counts


def test_it_is_what_going_through_question_by_question_gives():
    tables = community.tables()
    rows = find("service-dividend").ask(tables, **ON, at=community.AT).rows()
    assert [row["outcome"] for row in rows[::3]] == list(OUTCOMES)
    expected = naive(tables, community.AT)
    for row in rows:
        if row["outcome"] in ("came back", "bought"):
            assert (row["people"], row["happened"]) == expected.get((row["outcome"], row["answer"]), (0, 0)), row
    assert sum(row["people"] for row in rows[-3:]) > 20
    answered = sum(row["people"] for row in rows[-3:-1])
    notes = find("service-dividend").ask(tables, **ON, at=community.AT).notes
    assert [note for note in notes if note.startswith(f"Of the {answered} people who were answered, “bought”")]
    assert all((row["verdict"] is None) == (row["answer"] != "in time") for row in rows)
    assert rows[0]["share"] is None or rows[0]["share"] == pytest.approx(rows[0]["happened"] / rows[0]["people"])
