"""Every community that can be asked for can be simulated, and what can't be is refused by name."""

import datetime as dt
import re

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.base import schema
from ziggurat.base.errors import DeclarationError
from ziggurat.simulate import Community, Customers, Organisation, simulate
from ziggurat.simulate.community import ASKED_ON

share = st.sampled_from([0.0, 0.01, 0.5, 1.0])
times = st.sampled_from([0.0, 0.2, 1.0, 12.0])
organisations = st.builds(
    Organisation,
    staff=st.sampled_from([0, 1, 9]),
    departments=st.sampled_from([3, 7]),
    answering_departments=st.sampled_from([0, 1, 3]),
    listens_to=st.lists(st.sampled_from(ASKED_ON), unique=True).map(tuple),
    answered_share=share,
    hours_to_answer=st.sampled_from([{}, {"email": 0.001}, {"chat": 5000.0}]),
    spread_of_hours=st.sampled_from([0.0, 3.0]),
    tailored_share=share,
    newsletter_days=st.sampled_from([0.5, 30.0]),
    campaigns_a_year=times,
    campaign_effect=share,
    experiments=st.sampled_from([0, 1, 3]),
    posts_a_week=st.sampled_from([0.0, 3.0]),
    follows_expectations=share,
    thanks_share=share,
    rewards_share=share,
    teaching=times,
    meetings=times,
    events_a_year=times,
    advertising=times,
)
customers = st.builds(
    Customers,
    starts=times,
    reciprocity=st.sampled_from([0.0, 1.0, 3.0]),
    returns=share,
    asks_again=share,
    among=times,
    advocacy=times,
    mood=st.sampled_from([-1.0, 0.0, 1.0]),
    drift=st.sampled_from([-5.0, 0.0, 5.0]),
    buying=share,
    shift=share,
    peer_influence=st.sampled_from([0.0, 1000.0]),
)
communities = st.builds(
    Community,
    people=st.sampled_from([1, 2, 3, 40, 130]),
    days=st.sampled_from([1, 2, 29, 31, 90, 200]),
    seed=st.integers(0, 2**63 - 1),
    start=st.dates(dt.date(1980, 1, 1), dt.date(2040, 1, 1)),
    accounts_share=share,
    anonymous=times,
    organisation=organisations,
    customers=customers,
)


@settings(max_examples=few(60))
@given(communities)
def test_whatever_is_asked_for_can_be_simulated(community):
    made = simulate(community)
    for name, table in made.tables.items():
        assert table.schema == schema.LOGGED[name]
        table.validate(full=True)
    assert made.truth["people"].num_rows == community.people
    ours = made.tables["interactions"].filter(
        pc.is_in(made.tables["interactions"]["kind"], pa.array(["responded", "resolved"]))
    )
    organisation = community.organisation
    if not (organisation.staff and organisation.answering_departments and organisation.answered_share):
        assert ours.num_rows == 0
    assert set(ours["channel"].to_pylist()) <= set(organisation.listens_to)


def test_one_person_on_one_day():
    made = simulate(Community(people=1, days=1))
    assert made.truth["people"].num_rows == 1
    assert made.truth["ties"].num_rows == 0


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        (lambda: Community(people=0), r"^community: people = 0 must be from 1 to 10,000,000\.$"),
        (lambda: Community(days=0), r"community: days = 0 must be from 1"),
        (lambda: Organisation(answered_share=1.5), r"organisation: answered_share = 1.5 must be from 0 to 1\.$"),
        (lambda: Organisation(answered_share=float("nan")), r"answered_share = nan must be"),
        (
            lambda: Organisation(listens_to=("fax",)),
            r"people ask nothing on 'fax'; they do on: email, forum, chat, phone",
        ),
        (lambda: Organisation(hours_to_answer={"email": 0.0}), r"0.0 hours to answer on email; give more than 0"),
        (lambda: Organisation(departments=2), r"answering_departments = 3 must be from 0 to 2"),
        (lambda: Customers(mood=2), r"customers: mood = 2 must be from -1 to 1"),
    ],
)
def test_what_can_not_be_is_refused_by_name(knobs, message):
    with pytest.raises(DeclarationError, match=message):
        knobs()


def test_every_knob_is_described():
    for struct in (Community, Organisation, Customers):
        for name in struct.__struct_fields__:
            assert re.search(rf"\b{name}\b", struct.__doc__), name
    assert msgspec.json.decode(msgspec.json.encode(Community()), type=Community) == Community()
