"""Organisations built to be in each of the sixteen cells land there, and one knob moves only what depends on it."""

from __future__ import annotations

from functools import cache

import msgspec
import pyarrow as pa
import pytest

from tests import community
from tests.channels import lives
from ziggurat.base.instant import instant
from ziggurat.base.schema import QUESTIONNAIRE
from ziggurat.scenario import criteria
from ziggurat.scenario.scenario import Scenario, scenario
from ziggurat.simulate import Community, Customers, Organisation, simulate

ASKED = [one.name for one in criteria.load().indicators if one.asked]
SLOW, USUAL, QUICK = (
    {"email": email, "forum": forum, "chat": chat, "phone": phone}
    for email, forum, chat, phone in ((45.0, 45.0, 30.0, 30.0), (9.0, 9.0, 6.0, 6.0), (1.0, 1.0, 0.3, 0.1))
)
ORGANISATIONS = {
    1: Organisation(
        staff=2, departments=1, answering_departments=1, listens_to=("email",), answered_share=0.05,
        hours_to_answer={"email": 200.0}, campaigns_a_year=4, tailored_share=0, experiments=0, follows_expectations=0,
        thanks_share=0, rewards_share=0, teaching=0.1, meetings=0.1,
    ),
    2: Organisation(
        staff=5, departments=2, answering_departments=2, answered_share=0.45, hours_to_answer=SLOW, experiments=0,
        posts_a_week=1, follows_expectations=0.1, thanks_share=0.1, rewards_share=0.1,
    ),
    3: Organisation(
        staff=14, departments=4, answering_departments=3, answered_share=0.8, hours_to_answer=USUAL, experiments=4,
        posts_a_week=7, follows_expectations=0.6,
    ),
    4: Organisation(
        staff=40, departments=5, answering_departments=5, answered_share=0.99, hours_to_answer=QUICK, experiments=10,
        posts_a_week=14, follows_expectations=1.0,
    ),
}  # fmt: skip
CUSTOMERS = {
    1: Customers(
        shift=1, starts=0.15, reciprocity=0.02, returns=0, among=0, advocacy=0, mood=-1, drift=-2.5, buying=0.3
    ),
    2: Customers(
        shift=1, starts=0.5, reciprocity=0.2, returns=0.1, among=0.5, advocacy=0.5, mood=-0.3, drift=-1, buying=0.4
    ),
    3: Customers(shift=1, among=1.2),
    4: Customers(shift=1, starts=3, reciprocity=2, returns=0.8, among=8, advocacy=4, mood=1, drift=1.5, buying=0.8),
}


@cache
def there(organisation: str, customers: str) -> dict:
    """The tables of a simulated organisation; both sides written as JSON, so that they can be remembered by."""
    sides = {
        "organisation": msgspec.json.decode(organisation, type=Organisation),
        "customers": msgspec.json.decode(customers, type=Customers),
    }
    return community.tables(made=simulate(Community(people=600, days=400, start=community.START, **sides)))


def assessed(organisation: Organisation, customers: Customers, answer: int | None) -> Scenario:
    """A simulated organisation, its questionnaire answered alike throughout, or not, over its last quarter."""
    found = there(msgspec.json.encode(organisation).decode(), msgspec.json.encode(customers).decode())
    asked = ASKED if answer else []
    said = pa.table(
        {"indicator": asked, "step": [answer] * len(asked), "at": [instant("2026-01-01")] * len(asked)}, QUESTIONNAIRE
    )
    needs = ("buckets", "people", "levels", "stances", "kinds", "targets")
    return scenario(
        *(found[need] for need in needs), said, criteria.load(),
        since=community.SINCE, until=community.AT, ladder=lives.LADDER, names=lives.NAMES, periods=1,
    )  # fmt: skip


@pytest.mark.parametrize("outside", CUSTOMERS)
@pytest.mark.parametrize("inside", ORGANISATIONS)
def test_an_organisation_lands_in_the_cell_that_it_was_built_for(inside, outside):
    """By what is measured alone, and with a questionnaire that was answered as such an organisation would."""
    for answer in (None, inside):
        found = assessed(ORGANISATIONS[inside], CUSTOMERS[outside], answer)
        assert [axis.step for axis in found.axes] == [inside, outside], found.rows()


CALM = Customers(among=1.2, returns=0, gratitude=0, onlooking=0)  # an answer or a trial moves nobody to anything else
PLAIN = msgspec.structs.replace(ORGANISATIONS[3], lift=0)


def values(organisation: Organisation, customers: Customers) -> dict:
    found = assessed(organisation, customers, 3)
    return {name: (one.value, one.cases) for name, one in found.values.items()}


@cache
def usual() -> dict:
    return values(PLAIN, CALM)


ANSWERED = {"answered", "answer-hours", "on-target", "left-alone", "waited", "answerers", "departments", "received"}
# Who is not answered asks again, and has no answer to come back on.
ASKING = {"asked-again", "known", "followed-up", "stance", "come-back", "among-people", "reciprocity"}


@pytest.mark.parametrize(
    ("knob", "value", "moves"),
    [
        ("hours_to_answer", QUICK, {"answer-hours", "waited", "on-target", "answerers", "departments"}),
        ("experiments", 0, {"experiments"}),
        ("answering_departments", 1, {"answerers", "departments"}),
        ("follows_expectations", 0.0, {"followed-up"}),
        ("answered_share", 0.4, ANSWERED | ASKING),
        ("listens_to", ("email",), ANSWERED | ASKING - {"reciprocity"}),  # by answers alone it reached nobody there
    ],
)
def test_one_knob_moves_only_what_depends_on_it(knob, value, moves):
    changed = values(msgspec.structs.replace(PLAIN, **{knob: value}), CALM)
    assert {name for name in changed if changed[name] != usual()[name]} == moves


@pytest.mark.parametrize(
    ("knob", "value", "indicator", "up"),
    [
        ("reciprocity", 0.1, "reciprocity", False),
        ("among", 8.0, "among-people", True),
        ("advocacy", 6.0, "stance", True),
        ("mood", -0.8, "stance", False),
        ("buying", 0.0, "records", False),
        ("asks_again", 0.0, "asked-again", False),
        ("returns", 0.9, "come-back", True),
        ("starts", 4.0, "begun-by-people", True),
        ("drift", 2.0, "climbing", True),
    ],
)
def test_what_people_do_moves_its_own_indicator_far_and_nothing_of_ours_that_was_not_asked(knob, value, indicator, up):
    changed = values(PLAIN, msgspec.structs.replace(CALM, **{knob: value}))
    before, after = usual()[indicator][0], changed[indicator][0]
    assert (after > before) == up
    assert abs(after - before) > 0.03
    for name in ("experiments", "listening", *ASKED):
        assert changed[name] == usual()[name]


def test_outputs_follow_where_they_take_up_what_was_asked_and_not_where_nothing_moves_on():
    moving = Customers(among=1.2, shift=1)
    often = msgspec.structs.replace(PLAIN, posts_a_week=7)
    never, always = (
        assessed(msgspec.structs.replace(often, follows_expectations=share), moving, 3).values["followed-up"]
        for share in (0.0, 1.0)
    )
    assert always.value > 0.2 > 0.1 > never.value
    assert always.low > 0.1
    assert never.low < 0 < never.high
    still = assessed(msgspec.structs.replace(often, follows_expectations=1.0), CALM, 3).values["followed-up"]
    assert still.low < 0 < still.high


def test_an_answer_moves_its_own_indicator_alone():
    other = {name: (one.value, one.cases) for name, one in assessed(PLAIN, CALM, 2).values.items()}
    assert {name for name in other if other[name] != usual()[name]} == set(ASKED)
