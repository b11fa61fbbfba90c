"""Roles of people, against a naive reading of the same log, with known habits, and counted by hand."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from tests.meaning import DECLARED
from tests.written import interactions, micros
from ziggurat.asking.crowd import Crowd
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY
from ziggurat.base.kinds import Group, load
from ziggurat.log.histories import COLUMNS
from ziggurat.people.resolve import hash_of
from ziggurat.roles.acts import ROLES
from ziggurat.roles.consumption import NAMES, Habit, consumption, of_person
from ziggurat.stats.habits import expected, sure

LOG = lives.log()
TABLES = lives.tables(LOG)
WINDOW = {"since": "2026-03-31", "until": "2026-06-30"}
START, END = micros("2026-04-01") - 1, micros("2026-07-01") - 1


OURS = {kind for kind, way in load().direction_of.items() if way == "out"}


def ask(tables, **options):
    needs = (tables[name] for name in ("buckets", "people", "levels", "kinds"))
    return consumption(*needs, **ON, **(WINDOW | options))


def of(text: str, **options) -> dict[str, dict]:
    found = ask(lives.tables(interactions(text)), since="2025-12-31", **options)
    return {row["role"]: row for row in found.rows()}


def naive(person_of: dict[str, str]) -> dict[str, dict[str, list[int]]]:
    """Role → person → instants, by reading row by row."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in LOG.to_pylist():
        at = int(row["at"].timestamp()) * 1_000_000
        if row["actor"] != lives.STAFF and START < at <= END and row["direction"] != "out":
            found[DECLARED[row["kind"]].get("role", "other acts")][person_of[row["actor"]]].append(at)
    acted = {person for people in found.values() for person in people}
    by_person = {person: {role for role in found if person in found[role]} for person in acted}
    for person, roles in by_person.items():
        if roles == {"spectator"}:
            found["lurker"][person] = found["spectator"][person]
        if len(roles) > 1:
            found["other acts"].pop(person, None)
    return found


def test_it_agrees_with_reading_row_by_row():
    folk = TABLES["people"].to_pylist()
    found = naive({one: row["person_id"] for row in folk for one in row["identities"]})
    known = {row["person_id"]: row for row in folk if not row["staff"] and not row["anonymous"]}
    result = ask(TABLES)
    assert {row["role"]: row["people"] for row in result.rows() if row["role"] != "inactive"} == {
        role: sum(person in known for person in found[role]) for role in NAMES[:-1]
    }
    assert sum(row["people"] for row in result.rows()) > len(known)
    assert {row["role"]: row["anonymous"] for row in result.rows() if row["role"] != "inactive"} == {
        role: sum(person not in known for person in found[role]) for role in NAMES[:-1]
    }
    active = {person for role in found for person in found[role]}
    members = result.members.collect(backend="pyarrow").to_native().to_pylist()
    assert {row["person_id"] for row in members if row["role"] == "inactive"} == set(known) - active
    for row in members:
        times = found[row["role"]][row["person_id"]] if row["role"] != "inactive" else []
        assert row["acts"] == len(times)
        assert row["days"] == len({at // DAY for at in times})
        assert row["latest_at"] == max(times, default=None)
        role = ROLES.get(row["role"])
        if role:
            watched = (END - max(START, known[row["person_id"]]["first_at"])) / (role * DAY)
            assert row["confidence"] == pytest.approx(float(sure(row["days"], watched)))


def test_roles_overlap_and_every_known_person_is_in_one_at_least():
    found = of("""
        actor        at     kind       direction
        email:ana    01-05  posted     in
        email:ana    01-05  visited    in
        email:bea    01-06  visited    in
        email:bea    01-07  opened     in
        email:carl   01-06  purchased  in
        email:dora   01-06  emailed    out
        email:eva    01-08  left       in
        anon:1       01-09  visited    in
        anon:2       01-09  visited    in
        anon:2       01-09  posted     in
        email:sam@ours.org  01-09  posted  in
    """)
    assert {role: row["people"] for role, row in found.items() if row["people"]} == {
        "creator": 1,
        "spectator": 2,
        "lurker": 1,
        "other acts": 2,
        "inactive": 1,
    }
    assert found["creator"]["anonymous"] == 1
    assert found["spectator"]["anonymous"] == 2
    lurkers = found["lurker"]
    assert (lurkers["share"], lurkers["low"], lurkers["high"]) == (None, 1 / 5, (1 + 1) / (5 + 1))


def test_a_role_of_another_level_is_not_counted_there():
    rows = ask(TABLES, by="level").rows()
    everyone = {row["role"]: row["people"] for row in ask(TABLES).rows()}
    for role in NAMES:
        parts = [row for row in rows if row["role"] == role]
        assert [row["level"] for row in parts] == [4, 3, 2, 1, 0]
        assert sum(row["people"] for row in parts) == everyone[role]
        assert all(row["anonymous"] is None for row in parts)
        assert all((row["share"] is None) == (row["low"] is None) for row in parts)


def test_a_level_without_a_name_is_an_error():
    needs = (TABLES[name] for name in ("buckets", "people", "levels", "kinds"))
    with pytest.raises(QuestionError, match=r"holds level .*; refresh the history or name every level"):
        consumption(*needs, ladder=ON["ladder"], names=ON["names"][:2], by="level", **WINDOW)


def test_a_kind_of_ones_own_follows_its_group():
    crowd = Crowd(
        interactions("actor  kind  at\nemail:ana  yodelled  01-05", direction="in"),
        kinds={"conversation": Group(inward=("yodelled",)), "craft": Group(inward=("knitted",))},
    )
    rows = crowd.ask("consumption", lives.ladder(), since="2025-12-31", until="2026-01-31").rows()
    assert [row["role"] for row in rows if row["people"]] == ["conversationalist"]


def test_whatever_people_do_is_an_act_of_one_role_but_for_giving_work_and_going():
    assert {one["role"] for one in DECLARED.values() if "role" in one} == set(ROLES)
    assert {kind for kind, one in DECLARED.items() if "role" not in one and kind not in OURS} == {
        *("unsubscribed", "unfollowed", "left", "purchased", "refunded", "redeemed", "donated", "volunteered"),
        *("sponsored", "invested", "served", "recruited"),
    }


def test_the_roles_of_one_person_are_those_of_the_study_with_the_acts_behind_them():
    crowd = Crowd(LOG)
    rows = ask(TABLES).members.collect(backend="pyarrow").to_native().to_pylist()
    for identity in ("user:1", "user:7", "user:30"):
        person = hash_of(identity)
        _, history, codes = crowd.derived.one(person, END)
        habits = of_person(history, codes, TABLES["kinds"], **WINDOW)
        hers = {row["role"]: row for row in rows if row["person_id"] == f"p{person:016x}"}
        assert {habit.role for habit in habits} == set(hers)
        for habit in habits:
            row = hers[habit.role]
            assert (habit.acts, habit.days) == (row["acts"], row["days"])
            assert habit.confidence == (row["confidence"] and pytest.approx(row["confidence"]))
            assert len(habit.latest) == min(5, habit.acts)
            done = {(one["source"], one["interaction_id"]): one for one in LOG.to_pylist()}
            assert all(done[one]["actor"] == identity for one in habit.latest)


def test_one_person_who_did_nothing_is_inactive():
    history = pa.Table.from_pylist([{"person": 1, "at": 0, "kind": -1, "direction": 0}], schema=COLUMNS)
    codes = {"kind": [], "source": []}
    habits = of_person(history, codes, TABLES["kinds"], since="2026-01-01", until="2026-02-01")
    assert habits == (Habit("inactive", 0, 0, None, ()),)


class TestHabit:
    def test_it_is_as_likely_as_not_at_the_convention_itself(self):
        draw = np.random.default_rng(1)
        found = sure(draw.poisson(6 * 1.0, 20_000), 6)
        assert np.mean(found) == pytest.approx(0.5, abs=0.02)

    def test_it_is_calibrated_where_nothing_is_known_beforehand(self):
        """Of people given a confidence of 70 %, 70 % have the habit, if rates are spread as the prior says."""
        draw = np.random.default_rng(2)
        rate = draw.uniform(0, 1.6, 400_000) ** 2  # density ∝ 1/√rate
        found = sure(draw.poisson(rate * 3), 3)
        for low in (0.1, 0.3, 0.5, 0.7):
            some = (found >= low) & (found < low + 0.2)
            assert np.mean(rate[some] >= 1) == pytest.approx(np.mean(found[some]), abs=0.03)

    def test_who_does_it_seldom_does_not_pass_for_habitual(self):
        draw = np.random.default_rng(3)
        assert np.mean(sure(draw.poisson(6 * 0.2, 5000), 6) > 0.5) < 0.01
        assert np.mean(sure(draw.poisson(6 * 3.0, 5000), 6) > 0.5) > 0.99

    def test_less_than_a_period_counts_as_one(self):
        assert sure(1, 0.01) == sure(1, 1) == pytest.approx(0.5724, abs=1e-4)

    def test_the_number_of_the_habitual_is_within_its_bounds(self):
        draw = np.random.default_rng(4)
        chance = draw.random(200)
        mean, low, high = expected(chance)
        drawn = (draw.random((4000, 200)) < chance).sum(axis=1)
        assert np.mean((drawn >= low) & (drawn <= high)) == pytest.approx(0.95, abs=0.02)
        assert mean == pytest.approx(chance.sum())
        assert expected([]) == (0.0, 0.0, 0.0)
