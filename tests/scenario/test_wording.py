"""Is a value ever written as the threshold that it misses?"""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.scenario import criteria
from ziggurat.scenario.criteria import Indicator
from ziggurat.scenario.wording import write_threshold, write_value

SHIPPED = [one for one in criteria.load().indicators if not one.asked]
UNITS = {"share": 100, "hours": 1, "count": 1, "score": 1}


def step_read(text: str, one: Indicator) -> int:
    """Say which step a number is on to somebody who reads it beside the thresholds, both as they are written."""
    plain = text.replace("\u202f", "").replace("−", "-").removesuffix("%").removesuffix("h")
    value = Decimal(plain) / UNITS[one.unit]
    bounds = [Decimal(repr(bound)) for bound in one.thresholds]
    return 1 + sum(value <= bound if one.less else value >= bound for bound in bounds)


@pytest.mark.parametrize(
    ("unit", "value", "need", "words"),
    [
        ("share", 0.596, 0.6, "59.6 %"),
        ("share", 0.8996, 0.9, "89.96 %"),
        ("share", 0.59, 0.6, "59 %"),
        ("hours", 24.3, 24, "24.3 h"),
        ("hours", 24.03, 24, "24.03 h"),
        ("hours", 4.004, 4, "4.004 h"),
        ("count", 2.96, 3, "2.96"),
        ("score", 0.1996, 0.2, "0.1996"),
        ("share", 0.125, 0.125, "12.5 %"),
        ("score", -0.2, -0.2, "−0.20"),
    ],
)
def test_a_value_is_written_with_the_digits_that_tell_it_from_what_it_takes(unit, value, need, words):
    assert write_value(unit, value, need).replace("\u202f", " ") == words


@given(st.sampled_from(SHIPPED), st.integers(0, 2), st.integers(-3, 3), st.floats(0, 1))
def test_whoever_reads_a_value_finds_the_step_that_it_is_on(one, place, steps, away):
    bound = one.thresholds[place]
    for value in (bound, math.nextafter(bound, steps), bound + steps * 1e-4 * away, bound * (1 + steps * away)):
        if one.fits(value) and (value == 0 or abs(value) > 1e-12):
            assert step_read(write_value(one.unit, value, *one.thresholds), one) == one.step(value)


@given(st.floats(), st.sampled_from(list(UNITS)))
def test_any_number_can_be_written(value, unit):
    assert write_value(unit, value, 0.5).strip()
    assert (write_value(unit, value) == "–") == (not math.isfinite(value))


def test_all_is_all_and_none_is_none():
    assert [write_value("share", value).replace("\u202f", " ") for value in (1.0, 0.9996, 0.0, 0.00012)] == [
        "100 %",
        "99.96 %",
        "0 %",
        "0.012 %",
    ]


def test_what_a_step_takes_is_written_in_full():
    one = Indicator("waited", "outside", "Waited", "Hours.", "hours", (96.0, 24.0, 4.25), less=True)
    assert [write_threshold(one, need).replace("\u202f", " ") for need in one.thresholds] == [
        "96 h or less",
        "24 h or less",
        "4.25 h or less",
    ]
