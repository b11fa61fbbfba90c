"""What a person of each level gives in a year, against an addition by hand; and nothing of it is counted twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import community
from tests.examples import few
from tests.levels.tables import NAMES, ON
from tests.value import spending, worlds
from ziggurat.base.instant import DAY, instant
from ziggurat.catalogue import find
from ziggurat.stats.ratios import per_unit

SINCE, UNTIL = instant("2026-01-05"), instant("2026-01-30")


def ask(name, tables, **options):
    return find(name).ask(tables, **ON, **({"since": SINCE, "until": UNTIL} | options))


def stays(tables):
    """(person, level) → days there within the window, and person → highest level, change by change."""
    known = {row["person_id"] for row in tables["people"].to_pylist() if not (row["staff"] or row["anonymous"])}
    days, peak = {}, {}
    for row in tables["levels"].to_pylist():
        if row["person_id"] not in known or row["since"] > UNTIL:
            continue
        end = min(UNTIL, row["until"] or UNTIL)
        stay = max(0, end - max(SINCE, row["since"])) / DAY
        key = row["person_id"], row["level"]
        days[key] = days.get(key, 0.0) + stay
        peak[row["person_id"]] = max(peak.get(row["person_id"], 0), row["level"])
    return {key: stay for key, stay in days.items() if stay > 0}, peak


@given(st.integers(0, 10**6))
@settings(max_examples=few(8))
def test_it_is_what_was_given_there_by_the_years_spent_there(seed):
    tables = worlds.tables(spending.world(seed), **spending.bought(seed))
    days, peak = stays(tables)
    brought = {row["level"]: row for row in ask("effort", tables).rows()}
    hours = {row["level"]: row["value"] for row in ask("effort", tables, value="hours").rows()}
    for row in ask("level-value", tables).rows():
        level = row["level"]
        there = [stay for (_, on), stay in days.items() if on == level]
        assert row["people"] == len(there)
        assert row["years"] == pytest.approx(sum(there) / 365.25)
        assert row["ever"] == sum(one >= level for one in peak.values())
        if level < len(NAMES) - 1 and row["ever"]:
            assert row["beyond_share"] == pytest.approx(sum(one > level for one in peak.values()) / row["ever"])
        if there:  # the sums are those of the ledger and of effort, once
            assert row["money"] * row["years"] == pytest.approx(brought[level]["value"] or 0, abs=1e-6)
            assert row["hours"] * row["years"] == pytest.approx(hours[level] or 0, abs=1e-6)
            assert row["our_money"] * row["years"] == pytest.approx(brought[level]["money"])
            assert row["our_hours"] * row["years"] == pytest.approx(brought[level]["hours"])


def test_most_never_go_beyond_is_said_as_the_log_has_it():
    result = find("level-value").ask(community.tables(), **ON, since="2025-09-01", until=community.AT)
    said, rows = result.notes[0], {row["level"]: row for row in result.rows()}
    total = rows[0]["ever"]
    level = next(level for level in sorted(rows) if (total - rows.get(level + 1, {"ever": 0})["ever"]) * 2 > total)
    assert said.startswith(f"Most never go beyond {rows[level]['level_name']}: ")
    assert f"of {total} people" in said


def test_bounds_hold_what_a_year_gives_where_all_levels_give_the_same():
    """Nothing to find: all give alike, and stay for other spans."""
    draw = np.random.default_rng(4)
    held = 0
    for _ in range(400):
        years = draw.gamma(1.0, 0.5, 60)
        low, high = per_unit(draw.poisson(3.0 * years) * 20.0, years)[1:]
        held += low <= 60.0 <= high
    assert held / 400 >= 0.92
    assert per_unit(np.zeros(0), np.zeros(0)) is None
    assert per_unit(np.ones(1), np.ones(1)) == (1.0, None, None)
