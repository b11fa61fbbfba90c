from __future__ import annotations

import pytest

from ziggurat.sources.guess import guess

from .conftest import take


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("signups.csv", 2025),
        ("signups 2024.csv", 2024),
        ("signups_2025-03-01.csv", 2024),
        ("20260105 signups.csv", 2025),
    ],
)
def test_the_name_of_a_file_says_the_year_of_its_days_else_the_day_of_receipt(written, name, year):
    path = written("Date,Email,Event\n5 Mar,ana@x.org,signup\n17 Apr,bo@x.org,signup\n", name)
    found = guess(path)
    taken = take(path, found.with_suggestions())  # received on 1 February 2026
    assert [f"{at:%Y-%m-%d}" for at in taken.rows("interactions", "at")] == [f"{year}-03-05", f"{year}-04-17"]
    assert any("5 Mar state no year" in note for note in found.notes)


@pytest.mark.parametrize(
    ("heads", "days"),
    [
        ("12 Jan,9 Feb", ["2026-01-12", "2025-02-09"]),
        ("Jan 12,Feb 19", ["2026-01-12", "2025-02-19"]),
        ("12.01.,09.02.", ["2026-01-12", "2025-02-09"]),
        ("Dec 25,Jan 26", ["2025-12-01", "2026-01-01"]),  # months of two years
    ],
)
def test_headings_of_a_wide_file_are_days_without_a_year_or_months(written, heads, days):
    path = written(f"Email,{heads}\nana@x.org,x,x\nbo@x.org,,x\n", "attendance.csv")
    taken = take(path, guess(path).mapping)
    assert sorted({f"{at:%Y-%m-%d}" for at in taken.rows("interactions", "at")}) == sorted(days)


def test_a_fraction_is_no_day(written):
    path = written("Email,When,Event,Answered\nana@x.org,2026-01-05,signup,4/5\nbo@x.org,2026-01-06,signup,5/5\n")
    assert guess(path).mapping.fields["at"] == "When"


@pytest.mark.parametrize("zone", ["Eastern Time (US & Canada)", "(GMT-05:00) Eastern Time (US & Canada)", "US/Eastern"])
def test_a_zone_right_behind_a_time_is_that_of_it(written, zone):
    path = written(f"Email,Event,At,Time zone\nana@x.org,signup,2026-01-05 10:00,{zone}\n")
    taken = take(path, guess(path).with_suggestions())
    assert [f"{at:%H:%M}" for at in taken.rows("interactions", "at")] == ["15:00"]


def test_a_zone_elsewhere_is_kept_with_its_row(written):
    path = written("Email,Time zone,Event,At\nana@x.org,Hawaii,signup,2026-01-05 10:00\n")
    assert guess(path).mapping.fields["at"] == "At"
