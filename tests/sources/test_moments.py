from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.moments import DAY, LAST, parse

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(text, zone="UTC", order="ymd"):
    cells = parse(pa.array([text], pa.string()), zone, order)
    micros = cells.values[0].as_py()
    when = None if micros is None else (EPOCH + timedelta(microseconds=micros)).isoformat(" ")[:19]
    return when, cells.wrong[0].as_py()


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-12 09:30:00",
        "2026-01-12T09:30",
        "2026-01-12T09:30:00Z",
        "2026-01-12T09:30:00.000+00:00",
        "2026-01-12T11:30:00+02:00",
        "2026-01-12T04:30:00-0500",
        "2026-01-12 09:30:00 UTC",
        "2026-01-12T09:30:00.123456789Z",
        "20260112T093000Z",
        "20260112093000",
        "2026/01/12 9:30",
        "Mon, 12 Jan 2026 09:30:00 +0000",
        "Mon, 12 Jan 2026 10:30:00 +0100 (CET)",
        "12 Jan 2026 09:30",
        "12-Jan-2026 09:30",
        "January 12, 2026 9:30 AM",
        "Jan 12th, 2026 at 9:30 am",
        "Monday, January 12, 2026 9:30 a.m.",
        "1768210200",
        "1768210200.25",
        "1768210200000",
        "1768210200000000",
        "46034.395833333336",
        "12-Jan-26 9:30 am",
        "12/Jan/26 9:30 AM",
        "9:30 12.01.2026",
        "2026-01-12 04:30 EST",
        "2026-01-12 01:30:00 (PST)",
        "2026-01-12 10:30:00 Europe/Berlin",
        "2026-01-12 04:30 America/New_York",
        "2026-01-12 4:30 AM Eastern Time (US & Canada)",
        "2026-01-12 10:30 (GMT+01:00) Berlin",
        "2026-01-12 15:00 Mumbai",
        "12 janvier 2026 à 9:30",
        "le 12 janvier 2026 9h30",
        "12. Januar 2026 um 9:30 Uhr",
        "12 de enero de 2026 9:30 a. m.",
        "12 Jan '26 9:30",
        "12Jan2026 9:30",
        "2026年1月12日 9:30",
        "9:30 am on 12 January 2026",
        "2026-01-12 01:30 Pacific Standard Time",
        "2026/1/12 上午 9:30",
        "12 janvier 2026 09:30",
        "12. Januar 2026 09:30",
        "12 de enero de 2026 9:30",
        "Mon Jan 12 09:30:00 +0000 2026",
        "2026-01-12 00:00:00 09:30:00",
        "2026. 1. 12. 09:30",
        "2026/01/12(月) 9:30",
        "12 Jan 2026 @ 9:30 am",
        "Monday 12 January 2026 - 09:30",
        "12/Jan/2026:09:30:00 +0000",
        "2026-01-12 09:30:00+00",
        "2026-01-12T10:30:00+01:00[Europe/Berlin]",
        "2026-01-12T10:30:00 [Europe/Berlin]",
        "12.I.2026 9:30",
        "2026-Jan-12 09:30",
        "2026. január 12. 09:30",
        "poniedziałek, 12 stycznia 2026 9:30",
        "12. ledna 2026 9:30",
        "12 января 2026 г. 9:30",
        "12 Ocak 2026 9:30",
        "12. tammikuuta 2026 9:30",
    ],
)
def test_many_ways_to_write_one_moment(text):
    assert read(text) == ("2026-01-12 09:30:00", None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-W05", "2026-01-26"),
        ("2026-W05-3", "2026-01-28"),
        ("2026W053", "2026-01-28"),
        ("2026-W01", "2025-12-29"),
        ("KW 5/2026", "2026-01-26"),
        ("2026 week 53", "2026-12-28"),
    ],
)
def test_a_week_is_read_as_its_monday_or_the_day_in_it(text, day):
    assert read(text) == (f"{day} 00:00:00", None)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("UTC", "2026-01-01 00:00:00"),
        ("Europe/Berlin", "2026-01-01 00:00:00"),  # when it has been the first of January there for an hour
        ("Asia/Tokyo", "2026-01-01 00:00:00"),
        ("America/New_York", "2026-01-01 05:00:00"),
    ],
)
@pytest.mark.parametrize("text", ["2026-01-01", "1 Jan 2026", "46023"])
def test_a_date_without_a_time_is_that_day_at_home_and_in_utc(zone, instant, text):
    cells = parse(pa.array([text]), "Asia/Kolkata", "ymd", home=zone)
    when = EPOCH + timedelta(microseconds=cells.values[0].as_py())
    assert when.isoformat(" ")[:19] == instant
    assert when.astimezone(ZoneInfo(zone)).date().isoformat() == "2026-01-01"


@pytest.mark.parametrize(
    ("text", "order", "when"),
    [
        ("3/4/26 3pm", "mdy", "2026-03-04 15:00:00"),
        ("5-Mar-26", "ymd", "2026-03-05 00:00:00"),
        ("2026-03-05 24:00", "ymd", "2026-03-06 00:00:00"),
        ("2026-03-05 24:01", "ymd", None),
        ("2026-03-05 10", "ymd", None),
        ("2026-03-05 10:00 XYZ", "ymd", None),
        ("2026-03-05 10:00 Europe/Nowhere", "ymd", None),
        ("03/04/2026 18:00", "dmy", "2026-04-03 18:00:00"),
        ("03/04/2026 6:00 PM", "mdy", "2026-03-04 18:00:00"),
        ("3.4.26", "dmy", "2026-04-03 00:00:00"),
        ("Fr 03.04.2026 18:00", "dmy", "2026-04-03 18:00:00"),
        ("31/12/99", "dmy", "1999-12-31 00:00:00"),
        ("12:00 AM", "dmy", None),
        ("13/04/2026", "auto", "2026-04-13 00:00:00"),
        ("04/13/2026", "auto", "2026-04-13 00:00:00"),
        ("01/02/2026 12:00 AM", "dmy", "2026-02-01 00:00:00"),
        ("01/02/2026 12:00 PM", "dmy", "2026-02-01 12:00:00"),
    ],
)
def test_the_order_of_day_and_month_is_the_mappings(text, order, when):
    assert read(text, order=order)[0] == when


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("2026-02-30", "ymd", "'2026-02-30' is a day or time that does not exist"),
        ("2026-01-12 25:00:00", "ymd", "'2026-01-12 25:00:00' is a day or time that does not exist"),
        ("12 Foo 2026", "ymd", "'12 Foo 2026' is a day or time that does not exist"),
        ("1899-12-30", "ymd", "'1899-12-30' lies before 1970 or after 2200, which is probably wrong"),
        ("12 Marker 2026", "ymd", "'12 Marker 2026' is a day or time that does not exist"),
        ("2026-W54", "ymd", "'2026-W54' is a week that does not exist"),
        (
            "5. listopada 2026",
            "ymd",
            "'5. listopada 2026' names a month by a word that is another month in Croatia than in Poland",
        ),
        ("2201-01-01", "ymd", "'2201-01-01' lies before 1970 or after 2200, which is probably wrong"),
        ("0001-01-01 00:00:00", "ymd", "'0001-01-01 00:00:00' lies before 1970 or after 2200, which is probably wrong"),
        ("9999-12-31", "ymd", "'9999-12-31' lies before 1970 or after 2200, which is probably wrong"),
        ("soon", "ymd", "'soon' is no date"),
        ("9" * 5000, "ymd", f"'{'9' * 60}…' is no date"),
        ("31/12/2026", "mdy", "'31/12/2026' is a day or time that does not exist"),
    ],
)
def test_what_is_no_moment_says_why(text, order, reason):
    assert read(text, order=order) == (None, reason)


@pytest.mark.parametrize("order", ["ymd", "auto"])
def test_a_date_that_is_anyones_guess_is_not_guessed(order):
    assert "say date_order" in read("03/04/2026", order=order)[1]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-01-12 09:30", "2026-01-12 08:30:00"),
        ("2026-07-12 09:30", "2026-07-12 07:30:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30:00"),  # comes twice: the first is meant
        ("2026-10-25 03:30", "2026-10-25 02:30:00"),
        ("2026-03-29 02:30", "2026-03-29 01:30:00"),  # is missing: read with the offset from before
        ("2026-03-29 03:30", "2026-03-29 01:30:00"),
        ("29.03.2026 03:30", "2026-03-29 01:30:00"),
        ("2026-01-12 09:30:00Z", "2026-01-12 09:30:00"),
    ],
)
def test_a_time_without_a_zone_is_local(local, utc):
    assert read(local, "Europe/Berlin", "dmy") == (utc, None)


def test_one_impossible_day_does_not_harm_its_neighbours():
    cells = parse(pa.array(["2026-01-01", "2026-02-30", None, "2026-01-02T00:00:00Z", "x"]), "UTC", "ymd")
    assert [value is None for value in cells.values.to_pylist()] == [False, True, True, False, True]
    assert [reason is None for reason in cells.wrong.to_pylist()] == [True, False, True, True, False]


@given(st.integers(DAY, LAST - DAY - 1), st.sampled_from(["Europe/Berlin", "America/St_Johns", "UTC"]))
def test_local_time_agrees_with_the_standard_library(micros, zone):
    when = EPOCH + timedelta(microseconds=micros)
    expected = when.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    written = when.replace(tzinfo=None).isoformat(" ", "microseconds")
    read = parse(pa.array([written]), zone, "ymd").values[0].as_py()
    assert EPOCH + timedelta(microseconds=read) == expected


@given(st.text(max_size=30), st.sampled_from(["ymd", "dmy", "mdy", "auto"]))
def test_no_text_raises(text, order):
    cells = parse(pa.array([text]), "America/New_York", order)
    assert (cells.values[0].as_py() is None) == (cells.wrong[0].as_py() is not None)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("5 Mar", "ymd", "2026-03-05"),
        ("Mar 5th", "ymd", "2026-03-05"),
        ("Thu, 5 Mar, 3:04 PM", "ymd", "2026-03-05 15:04"),
        ("2. Juli", "ymd", "2025-07-02"),  # which has not been yet in 2026
        ("17-Dec", "ymd", "2025-12-17"),
        ("05.03.", "ymd", "2026-03-05"),
        ("3/5", "mdy", "2026-03-05"),
        ("3/5", "dmy", "2025-05-03"),
        ("29 Feb", "ymd", "2024-02-29"),
    ],
)
def test_a_day_without_a_year_is_the_last_of_its_name(text, order, day):
    micros = parse(pa.array([text]), "UTC", order, latest=date(2026, 3, 31)).values[0].as_py()
    assert (EPOCH + timedelta(microseconds=micros)).isoformat(" ").startswith(day)


@pytest.mark.parametrize("text", ["5 Mar", "3/5"])
def test_a_day_without_a_year_is_none_where_nobody_says_the_last(text):
    assert read(text, order="mdy") == (None, f"'{text}' states no year")


@pytest.mark.parametrize("text", ["31 Feb", "5 Marx Street", "4/5/6/7", "3.5", "Room 5"])
def test_what_only_resembles_a_day_without_a_year_is_no_date(text):
    assert parse(pa.array([text]), "UTC", "dmy", latest=date(2026, 3, 31)).values[0].as_py() is None
