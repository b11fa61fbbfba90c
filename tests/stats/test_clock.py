"""What clocks say, against the calendar of Python and against that of Arrow, one instant at a time."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.base import declare
from ziggurat.base.instant import DAY
from ziggurat.stats.clock import HOUR, HOURS, WEEKDAYS, hour, local, weekday

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
ZONES += ("America/St_Johns", "Asia/Beirut", "Africa/Casablanca", "Pacific/Chatham", "Etc/GMT+12")
LAST = 230 * 365 * DAY


def moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def micros(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@given(st.lists(st.integers(0, LAST), max_size=30), st.sampled_from(ZONES))
def test_it_is_the_calendar_of_every_instant(instants, zone):
    clock = local(np.array(instants, np.int64), zone)
    there = [moment(at).astimezone(ZoneInfo(zone)) for at in instants]
    assert [moment(at).replace(tzinfo=None) for at in clock.tolist()] == [one.replace(tzinfo=None) for one in there]
    assert [int(HOURS[place]) for place in hour(clock)] == [one.hour for one in there]
    assert [WEEKDAYS[place] for place in weekday(clock)] == [f"{one:%A}" for one in there]


def test_a_machine_that_knows_no_zones_takes_those_that_came_along():
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()
    try:
        assert local(np.array([micros("2026-07-01")]), "Europe/Berlin").tolist() == [micros("2026-07-01 02:00")]
        assert declare.zone("Europe/Berlin", "here", "zone") == "Europe/Berlin"
    finally:
        zoneinfo.reset_tzpath()
        ZoneInfo.clear_cache()


@pytest.mark.skipif(not Path("/usr/share/zoneinfo").exists(), reason="Arrow reads the machine's zones alone")
@pytest.mark.parametrize("zone", ZONES)
def test_every_half_hour_of_a_year_is_as_arrow_has_it(zone):
    at = np.arange(micros("2025-01-01"), micros("2026-02-01"), HOUR // 2)
    stamps = pa.array(at).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone))
    assert local(at, zone).tolist() == pc.local_timestamp(stamps).cast(pa.int64()).to_pylist()


@pytest.mark.parametrize(
    ("zone", "at", "hours"),
    [
        ("Europe/Berlin", "2026-03-29 00:30", [1, 3, 4]),  # forward: 2 o'clock is missing
        ("Europe/Berlin", "2026-10-24 23:30", [1, 2, 2, 3]),  # back: 2 o'clock comes twice
        ("America/New_York", "2026-03-08 06:59:59.999999", [1, 3]),
        ("Australia/Lord_Howe", "2026-04-04 14:15", [1, 1, 2]),  # back by half an hour
    ],
)
def test_where_clocks_are_changed_hours_are_missing_or_come_twice(zone, at, hours):
    begun = micros(at)
    assert hour(local(np.array([begun + place * HOUR for place in range(len(hours))]), zone)).tolist() == hours


def test_nothing_is_nothing_and_utc_is_itself():
    assert local(np.empty(0, np.int64), "Europe/Berlin").size == 0
    assert local(np.array([-1, 5]), "UTC").tolist() == [-1, 5]
