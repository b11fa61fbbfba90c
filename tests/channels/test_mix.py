"""The mix, its overlap, what a budget reaches, and what it returns: counted by hand."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels import lives
from tests.channels.test_reach_value import media, spent
from tests.examples import few
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.base.errors import QuestionError
from ziggurat.catalogue import STUDIES
from ziggurat.channels.overlap import APART
from ziggurat.stats.intervals import poisson, wilson

YEAR = {"since": "2025-12-31", "until": "2026-12-31"}
TEXT = """
    interaction_id  actor   at     kind       channel  activity  in_reply_to  amount
    m1              user:a  02-01  messaged   post     Offer     -            -
    m2              user:b  02-01  messaged   post     Offer     -            -
    m3              user:b  03-01  emailed    email    News      -            -
    m4              user:c  03-01  emailed    email    News      -            -
    m5              user:c  04-01  responded  forum    Help      -            -
    m6              user:c  04-02  responded  forum    Help      -            -
    b1              user:b  03-03  purchased  shop     -         -            70
    b2              user:c  03-16  purchased  shop     -         -            70
    b3              user:a  02-03  opened     post     Offer     m1           -
    v1              user:d  02-03  visited    web      -         -            -
"""


def world(text: str = TEXT, exposures=None, costs=None) -> dict:
    return lives.tables(interactions(text), activities={}, bought=(exposures or media(), costs or spent()))


def rows(study: str, tables: dict, **options) -> list[dict]:
    return STUDIES[study].ask(tables, **ON, **{**YEAR, **options}).rows()


def by_name(study: str, tables: dict, **options) -> dict:
    return {row["activity"]: row for row in rows(study, tables, **options)}


class TestMix:
    def test_everyone_counts_once_and_each_person_alike(self):
        whole = rows("mix", world())[0]
        half = 1 - math.log(2) / math.log(4)
        personal = (half + (half + half) / 2 + (half + 2 + 2) / 3) / 3  # a, b, c: means of their own messages
        value = (personal + 1 / 3) / 3  # a alone came back
        assert (whole["activity"], whole["people"], whole["reach_share"]) == (None, 3, 0.75)
        assert whole["value"] == pytest.approx(value)
        low, high = wilson(1, 3)
        assert (whole["value_low"], whole["value_high"]) == pytest.approx(((personal + low) / 3, (personal + high) / 3))
        assert whole["distance"] == pytest.approx(math.hypot(0.25, 1 - value) / math.sqrt(2))
        assert whole["distance_low"] < whole["distance"] < whole["distance_high"]

    def test_what_an_activity_adds_is_the_mix_with_it_against_the_mix_without(self):
        found = by_name("mix", world())
        for name in ("Offer", "News", "Help"):
            others = "\n".join(line for line in TEXT.splitlines() if not ("m" in line[:6] and f"  {name}  " in line))
            without = rows("mix", world(others))[0]
            assert found[name]["nearer"] == pytest.approx(without["distance"] - found[None]["distance"]), name
        assert found["Help"]["nearer"] > 0

    def test_those_reached_by_one_alone_and_the_fair_share(self):
        found = by_name("mix", world())
        assert {name: found[name]["only"] for name in ("Offer", "News", "Help")} == {"Offer": 1, "News": 0, "Help": 0}
        shares = {name: found[name]["shapley"] for name in ("Offer", "News", "Help")}
        assert shares == pytest.approx({"Offer": 1.5, "News": 1.0, "Help": 0.5})
        assert found["Offer"]["shapley_share"] == pytest.approx(0.5)

    def test_all_together_open_to_everyone_reached(self):
        found = STUDIES["mix"].ask(world(), **ON, **YEAR).people(activity=None)
        assert found.collect(backend="pyarrow").to_native()["name"].length() == 3

    def test_too_early_to_tell_leaves_the_distance_between_bounds(self):
        whole = rows("mix", world(), until="2026-02-10")[0]
        assert whole["value"] is None and whole["distance"] is None
        assert 0 < whole["distance_low"] < whole["distance_high"] < 1
        assert by_name("mix", world(), until="2026-02-10")["Offer"]["nearer"] is None


class TestOverlap:
    def test_everyone_is_in_exactly_one_combination(self):
        found = by_name("overlap", world())
        assert {name: row["people"] for name, row in found.items()} == {
            "Offer": 1,
            APART.join(["News", "Offer"]): 1,
            APART.join(["Help", "News"]): 1,
        }
        assert sum(row["share"] for row in found.values()) == pytest.approx(1)
        assert [row["activities"] for row in rows("overlap", world())] == [1, 2, 2]

    def test_by_channel(self):
        assert set(by_name("overlap", world(), by="channel")) == {
            "post", APART.join(["email", "post"]), APART.join(["email", "forum"])
        }  # fmt: skip


class TestBudget:
    COSTS = spent(
        ("Offer", dt.date(2026, 3, 1), 10.0, None), ("News", dt.date(2026, 3, 1), 4.0, None),
        ("Help", dt.date(2026, 3, 1), 1.0, None),
    )  # fmt: skip

    def test_without_costs_each_activity_costs_one(self):
        found = rows("budget", world())
        assert [(row["step"], row["activity"], row["people"], row["spent"]) for row in found] == [
            (1, "News", 2, 1), (2, "Offer", 1, 2), (None, "Help", 0, None)
        ]  # fmt: skip
        assert [row["cost_per_person"] for row in found] == [None] * 3

    def test_the_most_people_for_the_money_first(self):
        found = rows("budget", world(costs=self.COSTS))
        assert [(row["step"], row["activity"], row["people"], row["cost"], row["reached"]) for row in found] == [
            (1, "Help", 1, 1, 1), (2, "News", 1, 4, 2), (3, "Offer", 1, 10, 3)
        ]  # fmt: skip
        assert [row["cost_per_person"] for row in found] == [1, 4, 10]
        assert found[-1]["at_most"] == 3

    def test_a_budget_that_is_spent(self):
        found = rows("budget", world(costs=self.COSTS), money=10)
        assert [(row["step"], row["activity"], row["people"]) for row in found] == [
            (1, "Help", 1), (2, "News", 1), (None, "Offer", 1)
        ]  # fmt: skip
        found = rows("budget", world(costs=self.COSTS), money=15)
        assert [(row["step"], row["activity"], row["spent"]) for row in found] == [
            (1, "Help", 1), (2, "News", 5), (3, "Offer", 15)
        ]  # fmt: skip

    def test_what_has_no_known_cost_is_not_chosen_but_told(self):
        found = by_name("budget", world(costs=spent(("News", dt.date(2026, 3, 1), 4.0, None))))
        assert found["News"]["step"] == 1
        assert (found["Offer"]["step"], found["Offer"]["people"], found["Offer"]["cost"]) == (None, 1, None)

    def test_a_budget_below_zero_is_refused(self):
        with pytest.raises(QuestionError, match=r"`money` is .*, but must be an amount of money from 0 to"):
            rows("budget", world(), money="-1")


class TestReturns:
    COSTS = spent(("Offer", dt.date(2026, 3, 1), 10.0, 30.0), ("News", dt.date(2026, 3, 1), None, 120.0))

    def test_cost_of_each_person_reached_climber_and_outcome(self):
        found = {(row["activity"], row["per"]): row for row in rows("returns", world(costs=self.COSTS))}
        assert found["Offer", "person reached"]["cost_each"] == 5
        assert found["Offer", "person reached"]["cost_each_low"] is None
        assert found["Offer", "climber"]["people"] == 1  # a opened it and became a follower by that
        assert found["Offer", "climber"]["cost_each"] == 10
        low, high = poisson(1)
        assert found["Offer", "climber"]["cost_each_low"] == pytest.approx(10 / high)
        assert found["Offer", "climber"]["cost_each_high"] == pytest.approx(10 / low)
        assert found["Offer", "person with the outcome"]["people"] == 0
        assert found["Offer", "person with the outcome"]["cost_each_high"] is None
        assert found["News", "person with the outcome"]["people"] == 1  # b in two days; c took fifteen
        assert found["News", "person with the outcome"]["cost"] is None

    def test_staff_time_costs_what_an_hour_costs(self):
        found = {row["activity"]: row for row in rows("returns", world(costs=self.COSTS), hourly=20)}
        assert (found["Offer"]["cost"], found["News"]["cost"], found["Help"]["cost"]) == (20, 40, None)
        assert found["News"]["staff_minutes"] == 120

    def test_by_channel_staff_time_is_shared_by_touches(self):
        """Two of three messages of News went by e-mail."""
        text = TEXT + "    m7  user:a  03-01  messaged  post  News  -  -\n"
        found = {
            row["activity"]: row for row in rows("returns", world(text, costs=self.COSTS), by="channel", hourly=20)
        }
        assert found["email"]["staff_minutes"] == pytest.approx(80)
        assert found["post"]["staff_minutes"] == pytest.approx(30 + 40)
        assert found["email"]["cost"] == pytest.approx(80 / 3)

    def test_an_outcome_later_or_of_another_kind(self):
        found = {(row["activity"], row["per"]): row["people"] for row in rows("returns", world(), days=15)}
        assert found["News", "person with the outcome"] == 2
        found = {(row["activity"], row["per"]): row["people"] for row in rows("returns", world(), outcome="opened")}
        assert found["Offer", "person with the outcome"] == 1
        with pytest.raises(QuestionError, match=r"`outcome` is 'purchase', which is no kind; did you mean 'purchased'"):
            rows("returns", world(), outcome="purchase")

    def test_by_channel_climbs_are_of_the_channel_that_tipped_them(self):
        found = {(row["activity"], row["per"]): row["people"] for row in rows("returns", world(), by="channel")}
        assert found["post", "climber"] == 1
        assert found["web", "climber"] == 1  # nobody was reached there, yet d climbed by a visit


log = st.lists(
    st.tuples(
        st.sampled_from("abcde"), st.integers(5, 28), st.sampled_from(["emailed", "responded", "opened"]),
        st.sampled_from(["Offer", "News", "Help", "-"]),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@settings(max_examples=few(30), deadline=None)
@given(log)
def test_what_is_reached_together_is_at_most_the_sum_and_exactly_the_fair_shares(given_log):
    lines = "\n".join(f"user:{who}  01-{day:02}  {kind}  {name}" for who, day, kind, name in given_log)
    tables = world("actor  at  kind  activity\n" + lines)
    found = by_name("mix", tables, until="2026-01-31")
    if not found:
        assert rows("overlap", tables) == rows("budget", tables) == []
        return
    whole = found.pop(None)
    assert max(row["people"] for row in found.values()) <= whole["people"]
    assert whole["people"] <= sum(row["people"] for row in found.values())
    assert sum(row["shapley"] for row in found.values()) == pytest.approx(whole["people"])
    assert sum(row["shapley_share"] for row in found.values()) == pytest.approx(1)
    assert sum(row["people"] for row in rows("overlap", tables)) == whole["people"]
    assert max(row["reached"] or 0 for row in rows("budget", tables)) == whole["people"]
