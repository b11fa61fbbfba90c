"""A headline says no more than its figures: at the edge of what chance explains, it says that there is no clear way."""

from __future__ import annotations

import pytest

from tests.missed import missed
from ziggurat.report import drawing, driven, limits, moved, near, stands
from ziggurat.report.driven import REST
from ziggurat.results import rendering
from ziggurat.scenario.standing import holding, missing
from ziggurat.stats.intervals import wilson

PAIR = {
    "cause": "emailed", "effect": "visited", "people": 40, "verdict": "followed by more", "sure": True,
    "basis": "order", "more": 0.12, "low": 0.09, "high": 0.15,
    "before": 0.001, "before_low": -0.01, "before_high": 0.012,
    "said": "Followed by 0.12 more than preceded by (0.09 to 0.15), within 7 days.",
}  # fmt: skip
UNTOLD = PAIR | {
    "cause": "read", "verdict": "can't tell", "sure": False, "more": None, "low": None, "high": None,
    "said": "Can't tell. They come together. Draw by lot.",
}  # fmt: skip
WHOLE = {
    "people": 50, "reach_share": 0.5, "value": 0.4, "value_low": 0.35, "value_high": 0.45, "distance": 0.5,
    "distance_low": 0.48, "distance_high": 0.52,
}  # fmt: skip


@pytest.mark.parametrize(
    ("climbed", "slipped", "begins"),
    [
        (59, 41, "No clear way up or down: 59 climbed and 41 slipped"),
        (60, 40, "More people climbed than slipped: 60 climbed and 40 slipped"),
        (40, 60, "More people slipped than climbed: 40 climbed and 60 slipped"),
        (1, 0, "No clear way up or down: 1 climbed and 0 slipped"),
        (0, 0, "Nobody who was known at the beginning climbed or slipped."),
    ],
)
def test_more_climbed_only_where_the_interval_leaves_out_one_half(climbed, slipped, begins):
    found = moved.headline({"climbed": climbed, "slipped": slipped, "stayed": 5, "new": 3})
    assert found.startswith(begins)
    if climbed + slipped:
        low, high = wilson(climbed, climbed + slipped)
        assert ("No clear way" in found) == (low <= 0.5 <= high)


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ({"distance": 0.55, "distance_low": 0.53, "distance_high": 0.57}, ", nearer than the period before (0.55)"),
        ({"distance": 0.45, "distance_low": 0.43, "distance_high": 0.47}, ", further than the period before (0.45)"),
        ({**WHOLE, "distance_low": 0.51}, ", no clear change from the period before (0.50)"),
        ({**WHOLE, "distance": None}, "; the period before can't be told"),
        (None, "; the period before can't be told"),
    ],
)  # fmt: skip
def test_the_mix_is_nearer_only_where_the_bounds_do_not_meet(before, says):
    assert near.tell_change(Before(2, before), WHOLE) == says


def test_a_log_that_does_not_hold_the_period_before_says_so():
    assert near.tell_change(Before(1, WHOLE), WHOLE) == "; the log does not hold the period before"


class Before:
    """A scope that knows how the mix was in the period before."""

    since, length = 10, 5

    def __init__(self, periods, row):
        self.held, self.row = periods, row

    def periods(self, most):
        return min(most, self.held)

    def ask(self, study, since, until):
        assert (study, since, until) == ("mix", 5, 10)
        return self

    def rows(self):
        return [self.row] if self.row else []


@pytest.mark.parametrize(
    ("change", "listed"),
    [
        ({}, True),
        ({"effect": "emailed"}, False),
        ({"cause": REST}, False),
        ({"people": 19}, False),
    ],
)
def test_only_two_different_named_things_seen_in_enough_people_are_a_pair(change, listed):
    assert driven.others({**PAIR, **change}) is listed


def test_influence_is_never_told_as_a_cause_and_its_check_stands_beside_it():
    assert driven.headline([PAIR]) == (
        "12 more “visited” for every hundred “emailed” (95\u00a0% bounds 9 to 15) follow within 7 days than precede "
        "it, while the day before it holds 0.10 more than usual (−1 to 1.20; 0 is as it should be); no lot says "
        "whether it is the cause."
    )
    assert driven.headline([PAIR | {"basis": "lot"}]) == (
        "By lot, so that it is an effect: 12 more “visited” for every hundred “emailed” (95\u00a0% bounds 9 to 15), "
        "within 7 days."
    )
    assert driven.headline([]).startswith("Nothing is surely followed")


def test_what_a_lot_decided_stands_first():
    weak = PAIR | {"more": 0.01, "basis": "lot"}
    assert max([PAIR, weak], key=driven.strength) is weak


def test_what_cannot_be_told_is_said_with_a_reason():
    assert driven.untold([PAIR]) == []
    assert driven.untold([PAIR, UNTOLD]) == [
        "Of 1 pair it can't be told. Of “read” and “visited”: They come together. Draw by lot."
    ]


def test_only_what_is_sure_among_all_pairs_is_listed(told, space):
    rows = space.ask("influence", at=told.content.until).rows()
    sure = [(row["cause"], row["effect"]) for row in rows if row["sure"] and driven.others(row)]
    listed = [row[:2] for table in told.content.pages[3].tables for row in table.rows]
    assert set(listed) <= set(sure)
    assert len(listed) == min(len(sure), driven.LISTED)


def test_nothing_reached_is_said_as_such():
    assert near.headline([], "Of 3 interactions, none.").startswith("Of 3 interactions, none. What media reached")
    assert "can't be told before" in near.headline([{**WHOLE, "value": None}], "")
    assert near.part(None) == ("–", "–", "–")


def test_an_axis_that_cannot_be_told_is_said_beside_one_that_can(told, space):
    found = space.ask("scenario", since=told.content.since, until=told.content.until)
    inside, outside = found.axes
    assert stands.tell_axis(found, inside).startswith("From inside it is step")
    blind = type(outside)("outside", None, None, None, 2, 11, {})
    assert stands.tell_axis(found, blind) == "From outside it can't be told"


def test_a_value_is_never_written_as_the_threshold_that_it_misses(told, space):
    near = missed(space.ask("scenario", since=told.content.since, until=told.content.until))
    rows = {row[0]: row[1:3] for table in stands.road(near) for row in table.rows}
    assert rows and all(value != need.removesuffix(" or less") for value, need in rows.values())
    every = {row[0]: row[1].replace("\u202f", " ") for row in stands.list_measured(near.rows()).rows}
    assert every["Addressed interactions answered by us"] == "59.98 %"
    assert every["Hours to the first human answer"] == "24.01 h"


def test_the_road_says_how_many_of_how_many_are_listed(told, space):
    near = missed(space.ask("scenario", since=told.content.since, until=told.content.until))
    for table, axis in zip(stands.road(near), near.axes, strict=True):
        held = holding(axis.side, near.criteria, near.values)
        more = missing(axis.side, near.criteria, near.values)
        assert len(held) > len(table.rows) == 5
        assert table.caption.endswith(f"{more} of {len(held)} indicators must come this far; the nearest 5 are listed")


@pytest.mark.parametrize(
    ("known", "new", "says"),
    [
        (1, 1, "1 person is known, and new in this period."),
        (1, 0, "1 person is known, and not new in this period."),
        (7, 1, "7 people are known, 1 of them new in this period."),
    ],
)
def test_one_person_is_not_one_of_herself(known, new, says):
    assert moved.people([], known, new) == [says]


def test_channels_are_named_busiest_first_and_the_rest_counted():
    many = limits.Counter({f"c{place:02}": 100 - place for place in range(12)})
    assert limits.name_channels(many).startswith("c00, c01, ") and limits.name_channels(many).endswith("c09 and 2 more")
    assert limits.name_channels(limits.Counter()) == "none"


def test_signs_that_no_drawing_can_hold_are_shown_as_such():
    assert rendering.UNPRINTABLE.sub("?", "a\x00b\u202ec\td") == "a?b?c\td"
    with pytest.raises(ValueError, match="without a size"):
        drawing.size("<svg>")


def test_one_is_said_as_one():
    assert near.headline([WHOLE | {"people": 1}], "").startswith("All activities together reached 1 known person, ")
    row = {"activity": "Letter", "basis": "counted", "reach": 1.0, "value": None, "interact_share": None}
    assert near.table([row], []).caption.startswith("The activity, the value of its messages")
    assert near.table([row] * 2, []).caption.startswith("The activities that reach most people, the value of their")
    many = near.table([row] * 40, []).caption
    assert many.startswith(f"{near.LISTED} of 40 activities, those that reach most people, ")
