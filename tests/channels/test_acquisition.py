"""Who came by which campaign, and what became of them."""

from __future__ import annotations

import pytest

from tests.roles.told import ask, members
from ziggurat.stats.intervals import wilson

LOG = """
    actor       at     kind     channel  activity
    email:ana   01-05  visited  web      Spring
    email:ana   01-20  posted   forum    -
    email:bea   01-06  visited  web      Spring
    email:bea   01-06  posted   forum    -
    email:cy    01-07  posted   forum    Spring
    email:cy    03-07  posted   forum    Fair
    email:dan   03-25  visited  web      Spring
    email:dan   03-28  visited  web      Spring
    email:eve   03-01  visited  web      Fair
    email:fay   03-01  visited  web      -
    email:early  2025-06-01  visited  web  Spring
    email:sam@ours.org  01-07  visited  web  Spring
    anon:1      01-07  visited  web      Spring
"""
WINDOW = {"since": "2025-12-31", "until": "2026-04-01"}


def rows(**options):
    return {row["activity"]: row for row in ask("acquisition", LOG, **(WINDOW | options)).rows()}


def test_people_count_once_by_what_brought_them():
    found = rows()
    assert {name: row["people"] for name, row in found.items()} == {"Spring": 4, "Fair": 1, None: 1}
    assert list(found) == ["Spring", None, "Fair"]
    assert found["Spring"]["share"] == pytest.approx(4 / 6)
    assert found["Spring"]["channel"] == "web"


def test_who_is_there_again_is_told_of_those_whose_days_are_over():
    spring = rows()["Spring"]
    assert (spring["due"], spring["back_share"]) == (3, pytest.approx(1 / 3))
    assert (spring["back_share_low"], spring["back_share_high"]) == pytest.approx(wilson(1, 3))
    assert rows(days=60)["Spring"]["back_share"] == pytest.approx(2 / 3)
    assert rows(days=3)["Spring"]["due"] == 4
    fair = rows(until="2026-03-10")["Fair"]
    assert (fair["due"], fair["back_share"], fair["back_share_low"]) == (0, None, None)


def test_a_row_opens_to_those_who_came_by_it():
    found = ask("acquisition", LOG, **WINDOW)
    assert len([one for one in members(found) if one["activity"] == "Spring"]) == 4
    assert found.worded(found.rows()[1] | {"activity": None})["activity"] == "by no activity"
