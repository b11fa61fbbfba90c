"""What the log says of people as they are, and what an experiment then needs."""

import math

import pytest

from tests import written
from tests.channels.trials import asked, simulated
from ziggurat.base.errors import QuestionError
from ziggurat.channels.power import LIFTS, power
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.stats.power import people_needed

LOG = """
    at      actor      kind     amount
    06-01   user:ana   donated  10
    06-20   user:ana   donated  30
    06-16   user:bo    visited  -
    04-01   user:cy    donated  99
    06-20   user:cy    donated  99
    06-10   user:dee   emailed  -
    06-20   user:dee   donated  99
"""


def test_those_who_did_something_before_are_reckoned_with_by_what_they_did_after():
    """14 days up to 30 June begin on 17 June. Cy was last seen too long before; Dee did nothing, but was written to."""
    found = asked(power, written.interactions(LOG), outcome="donated", measure="amount")
    members = found.members.collect(backend="pyarrow").to_native().to_pylist()
    assert {row["person_id"]: (row["outcome"], row["before"]) for row in members} == {
        person_id(hash_of("user:ana")): (30, 10),
        person_id(hash_of("user:bo")): (0, 0),
    }
    row = found.rows()[-1]
    assert (row["lift_share"], row["people"], row["mean"], row["effect"]) == (1, 2, 15, 15)
    assert row["people_needed"] == math.ceil(people_needed(15, 450))
    assert row["people_once"] == math.ceil(people_needed(15, 450, peeking=False))


def test_more_variants_need_more_people_and_the_past_makes_it_fewer():
    log = simulated(5, 300)
    two = asked(power, log, at="2026-03-10", outcome="donated", measure="amount", before_days=40).rows()
    four = asked(power, log, at="2026-03-10", outcome="donated", measure="amount", before_days=40, variants=4).rows()
    assert [row["lift_share"] for row in two] == list(LIFTS)
    for few, many in zip(two, four, strict=True):
        assert few["people_adjusted"] <= few["people_needed"] < many["people_needed"]
        assert few["people_once"] < few["people_needed"]
        assert few["people_needed_low"] < few["people_needed"] < few["people_needed_high"]


def test_a_log_with_nothing_to_reckon_by_gives_no_rows():
    assert asked(power, written.interactions(LOG), at="2026-01-01", outcome="donated").rows() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"power": 1.0}, "`power` is 1.0, but must be a share from 0.01 to 0.9999"),
        ({"power": float("nan")}, "`power` is nan, but must be a share from 0.01"),
        ({"variants": 1}, "`variants` is 1, but must be a whole number from 2 to"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(QuestionError, match=message):
        asked(power, written.interactions(LOG), outcome="donated", **options)
