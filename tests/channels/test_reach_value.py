"""The map of reach and value, counted by hand."""

from __future__ import annotations

import datetime as dt
import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels import lives
from tests.examples import few
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.catalogue import STUDIES
from ziggurat.channels import picture
from ziggurat.channels.declared import Activity, responsiveness, table
from ziggurat.results import rendering
from ziggurat.stats.intervals import wilson

YEAR = {"since": "2025-12-31", "until": "2026-12-31"}
TEXT = """
    interaction_id  actor   at     kind      channel  activity  in_reply_to
    m1              user:a  02-01  messaged  post     Offer     -
    m2              user:b  02-01  messaged  post     Offer     -
    m3              user:c  02-01  messaged  post     Picks     -
    m4              user:d  02-02  emailed   email    News      -
    r1              user:c  02-03  redeemed  store    Picks     m3
    v1              user:e  02-03  visited   web      -         -
    v2              user:f  02-03  visited   web      -         -
    v3              user:g  02-03  visited   web      -         -
    v4              user:h  02-03  visited   web      -         -
"""
TOLD = {"Offer*": Activity("segment"), "Picks": Activity("person"), "Radio": Activity("test")}


def media(*rows: tuple) -> pa.Table:
    names = ("activity", "channel", "day", "reach", "impressions", "cost")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema.EXPOSURES)


def spent(*rows: tuple) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.COSTS.names, row, strict=True)) for row in rows], schema=schema.COSTS)


def world(text: str = TEXT, exposures: pa.Table | None = None, costs: pa.Table | None = None) -> dict:
    return lives.tables(interactions(text), activities=TOLD, bought=(exposures or media(), costs or spent()))


def placed(tables: dict, **options) -> dict[str, dict]:
    asked = STUDIES["reach-value"].ask(tables, **ON, **{**YEAR, **options})
    return {row["activity"]: row for row in asked.rows()}


def test_value_is_the_mean_of_its_three_parts():
    found = placed(world())
    assert found["Offer"]["addressing"] == pytest.approx(1 - math.log(2) / math.log(8))
    assert found["Offer"]["responsiveness"] == 0.5
    assert found["Offer"]["reciprocity"] == 0
    assert found["Offer"]["value"] == pytest.approx((2 / 3 + 0.5 + 0) / 3)
    assert found["Picks"]["value"] == 1
    assert found["News"]["value"] == pytest.approx(1 / 3)
    low, high = wilson(0, 2)
    assert (found["Offer"]["reciprocity_low"], found["Offer"]["reciprocity_high"]) == (low, high)
    assert found["Offer"]["value_high"] == pytest.approx((2 / 3 + 0.5 + high) / 3)


def test_reach_counts_people_and_sectors_count_messages():
    found = placed(world(TEXT + "m5  user:a  03-01  messaged  post  Offer  -\n"))
    assert (found["Offer"]["people"], found["Offer"]["reach"], found["Offer"]["touches"]) == (2, 2, 3)
    assert [found["Offer"][f"{name}_share"] for name in ("act", "react", "interact")] == [0, 1, 0]
    assert [found["News"][f"{name}_share"] for name in ("act", "react", "interact")] == [1, 0, 0]


def test_too_early_to_say_who_comes_back_leaves_value_between_bounds():
    found = placed(world(), until="2026-02-10")["News"]
    assert found["value"] is None and found["reciprocity"] is None
    assert (found["value_low"], found["value_high"]) == pytest.approx((1 / 3, 2 / 3))
    assert placed(world(), until="2026-02-10", days=3)["News"]["value"] == pytest.approx(1 / 3)


def test_media_are_an_estimate_between_their_best_day_and_all_days():
    radio = (dt.date(2026, 2, 1), 300.0, None, 10.0), (dt.date(2026, 2, 2), 100.0, None, None)
    found = placed(world(exposures=media(*(("Radio", "radio", *row) for row in radio))))["Radio"]
    assert (found["people"], found["reach"], found["reach_low"], found["reach_high"]) == (0, 300, 300, 400)
    assert (found["basis"], found["cost"], found["reciprocity"]) == ("estimated", 10, None)
    assert found["value"] == pytest.approx(0.5 / 3)  # declared as chosen by a test
    assert (found["act_share"], found["react_share"]) == (0, 1)


def test_media_weigh_down_an_activity_that_has_people_too():
    found = placed(world(exposures=media(("Picks", "print", dt.date(2026, 2, 1), 3.0, None, None))))["Picks"]
    assert (found["people"], found["reach"], found["reach_low"], found["reach_high"]) == (1, 4, 3, 4)
    assert found["addressing"] == found["reciprocity"] == 1 / 4
    assert found["responsiveness"] == 1


def test_placements_reach_nobody_knows_whom():
    found = placed(world(exposures=media(("Display", "store", dt.date(2026, 2, 1), None, 500.0, None))))["Display"]
    assert (found["reach"], found["reach_low"], found["reach_high"]) == (None, None, 8)
    assert (found["basis"], found["impressions"], found["value"], found["act_share"]) == ("unknown", 500, 0, 1)


def test_a_day_of_media_belongs_to_the_window_that_it_begins_in():
    days = [("Radio", "radio", dt.date(2026, 2, day), float(day), None, None) for day in (1, 2, 3, 4)]
    found = placed(world(exposures=media(*days)), since="2026-02-01", until="2026-02-03")["Radio"]
    assert (found["reach"], found["reach_high"]) == (3, 5)


def test_costs_are_of_the_window_and_unknown_where_nothing_is_said():
    costs = spent(("Offer", dt.date(2026, 3, 1), 7.0, None), ("Offer", dt.date(2027, 3, 1), 9.0, None),
                  ("News", dt.date(2026, 3, 1), None, 60.0))  # fmt: skip
    found = placed(world(costs=costs))
    assert [found[name]["cost"] for name in ("Offer", "News", "Picks")] == [7, None, None]


def test_by_channel_an_activitys_cost_is_shared_by_touches():
    text = TEXT + "m6  user:a  03-01  emailed  email  Offer  -\nm7  user:b  03-02  emailed  email  Offer  -\n"
    found = placed(world(text, costs=spent(("Offer", dt.date(2026, 3, 1), 8.0, None))), by="channel")
    assert (found["post"]["people"], found["post"]["cost"]) == (3, 4)
    assert (found["email"]["people"], found["email"]["cost"]) == (3, 4)


def test_the_first_declaration_that_fits_counts():
    told = table({"A*": Activity("segment"), "A 1": Activity("person"), "*": Activity(triggered=True)})
    assert responsiveness(told, ["A 1", "A 2", "B"]).tolist() == [0.5, 0.5, 1.0]
    assert responsiveness(table({}), ["A 1"]).tolist() == [0.0]


def test_people_behind_a_dot_say_who_came_back():
    found = STUDIES["reach-value"].ask(world(), **ON, **YEAR).people(activity="Picks")
    rows = found.collect(backend="pyarrow").to_native().to_pylist()
    assert [(row["touches"], row["came_back"]) for row in rows] == [(1, True)]


def test_rows_are_cut_off_but_people_are_not():
    found = STUDIES["reach-value"].ask(world(), **ON, **YEAR, limit=1)
    assert len(found.rows()) == 1
    assert found.members.collect(backend="pyarrow").to_native().num_rows == 4


@pytest.mark.parametrize(("option", "value"), [("days", -1), ("limit", 0), ("by", "kind")])
def test_bad_options_are_refused(option, value):
    with pytest.raises(QuestionError, match=f"`{option}` is"):
        placed(world(), **{option: value})


def test_the_picture_names_the_sectors_and_the_references_and_says_what_is_unknown():
    exposures = media(*(("Display", f"store {n}", dt.date(2026, 2, n), None, 1.0, None) for n in (1, 2)),
                      ("Window", "street", dt.date(2026, 2, 1), None, 1.0, None),
                      ("Radio", "radio", dt.date(2026, 2, 1), 50.0, None, None))  # fmt: skip
    svg = rendering.to_svg(STUDIES["reach-value"].ask(world(exposures=exposures), **ON, **YEAR).chart())
    for word in ("ACT", "REACT", "INTERACT", "voice of customer", "CRM", "Offer", "2 media: reach unknown"):
        assert word in svg, word


def test_on_a_phone_no_name_runs_over_another_dot_or_out_of_the_picture():
    dot = {"activity": "Letter to all", "_value": 0.3, "_reach": 100.0, "_side": "left", "_said": "Letter to all"}
    dot["_up"] = 0.5
    beside = {"activity": "Post", "_value": 0.35, "_reach": 112.0}  # to the right of it, where its name is
    beneath = {"activity": "Call", "_value": 0.35, "_reach": 20.0}
    assert picture.fits(dot, [dot, beneath], top=10_000)
    assert not picture.fits(dot, [dot, beneath, beside], top=10_000)
    assert not picture.fits(dot | {"_value": 0.9}, [dot], top=10_000)


rows = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(1, 28),
        st.sampled_from(["emailed", "responded", "messaged", "posted", "opened", "redeemed"]),
        st.sampled_from(["email", "forum"]),
        st.sampled_from(["-", "Offer", "News"]),
        st.sampled_from(["-", "t1", "t2"]),
        st.sampled_from(["-", "i1", "i2", "i5"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=few(25), deadline=None)
@given(rows)
def test_shares_sum_to_1_and_parts_stay_within_0_and_1(log):
    head = "actor  at  kind  channel  activity  object  in_reply_to\n"
    text = head + "\n".join("  ".join([f"user:{a}", f"01-{day:02}", *rest]) for a, day, *rest in log)
    found = placed(world(text), until="2026-01-31", since="2026-01-04", days=7)
    for row in found.values():
        assert row["act_share"] + row["react_share"] + row["interact_share"] == pytest.approx(1)
        for name in ("addressing", "responsiveness", "reciprocity", "value", "value_low", "value_high", "act_share"):
            assert row[name] is None or -1e-12 <= row[name] <= 1 + 1e-12, name
        assert row["value"] is None or row["value_low"] - 1e-12 <= row["value"] <= row["value_high"] + 1e-12
        assert row["people"] <= row["touches"] + row["onlookers"]
