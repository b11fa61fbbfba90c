import datetime as dt

import pytest

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant, moment, window, write_instant

NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MICROSECONDS = 1_767_225_600_000_000


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-01T00:00",
        "2026-01-01 00:00:00",
        "2026-01-01T00:00:00Z",
        "2026-01-01T02:00+02:00",
        NEW_YEAR,
        NEW_YEAR.replace(tzinfo=None),
        NEW_YEAR.astimezone(dt.timezone(dt.timedelta(hours=-5))),
        MICROSECONDS,
    ],
)
def test_one_instant_written_in_many_ways(value):
    assert instant(value) == MICROSECONDS
    assert moment(MICROSECONDS) == NEW_YEAR


@pytest.mark.parametrize("value", ["2025-12-31", "20251231", dt.date(2025, 12, 31)])
def test_a_date_is_the_last_microsecond_of_its_day(value):
    assert instant(value) == MICROSECONDS - 1


@pytest.mark.parametrize("value", ["", "today", "2026-02-30", "2026-01-01T25:00", True, None, 1.5])
def test_anything_else_is_refused_with_a_way_out(value):
    with pytest.raises(QuestionError, match=r"is no instant.* 2026-03-31T12:00Z"):
        instant(value)


@pytest.mark.parametrize(
    "text", ["2026-01-05", "2026-01-05T10:00Z", "2026-01-05T10:00:30Z", "2026-01-05T10:00:00.250000Z"]
)
def test_an_instant_is_told_as_it_was_asked_for(text):
    assert write_instant(instant(text)) == text


def test_a_window_that_ends_before_it_begins_is_told_in_the_days_that_were_asked_for():
    with pytest.raises(QuestionError, match=r"^`since` \(2018-01-01\) must be before `until` \(2017-06-30\); move one"):
        window("2018-01-01", "2017-06-30")
    with pytest.raises(
        QuestionError, match=r"`since` \(2018-01-01T09:30Z\) must be before `until` \(2018-01-01T08:00Z\)"
    ):
        window("2018-01-01T10:30+01:00", "2018-01-01T08:00Z")
