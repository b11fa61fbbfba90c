from __future__ import annotations

import pytest

from ziggurat.sources.guess import guess

from .conftest import take


@pytest.mark.parametrize(
    ("content", "name", "target"),
    [
        ("First Name,Email,Company,Notes\nAna,ana@x.org,Acme,met at fair\n", "members.csv", "people"),
        ("Email\nana@x.org\n", "list.csv", "people"),
        ("Name,Email,Created at,Status\nAna,ana@x.org,2026-01-05,NEW\n", "crm.csv", "people"),
        ("Email,Date,Event\nana@x.org,2026-01-05,Gala\n", "gala.csv", "interactions"),
        ("Name,Email,Date\nAna,ana@x.org,2026-01-05\n", "attendees.csv", "interactions"),
        ("Name,Email,Date\nAna,ana@x.org,2026-01-05\n", "people.csv", "people"),
        ("a,b,c\nana@x.org,2026-01-05,opened\nbo@x.org,2026-01-06,clicked\n", "x.csv", "interactions"),
        ("Name,Email,2026-01-12,2026-02-09\nAna,ana@x.org,x,\n", "attendance.csv", "people"),
    ],
)
def test_what_a_row_is_goes_by_values_names_and_the_file(written, content, name, target):
    assert guess(written(content, name)).mapping.target == target


@pytest.mark.parametrize(
    "said", [{"target": "interactions"}, {"constants": {"kind": "attended"}}, {"kinds": {"x": "asked"}}]
)
def test_what_is_said_decides_what_a_row_is(written, said):
    assert guess(written("Name,Email,Date\nAna,ana@x.org,2026-01-05\n", "people.csv"), said=said).mapping.target == (
        "interactions"
    )


@pytest.mark.parametrize(
    ("name", "channel"),
    [("forum export 3.csv", "forum"), ("Donations 2026-03.csv", "donations"), ("Newsletter.csv", "email")],
)
def test_where_no_column_says_the_channel_the_file_does(written, name, channel):
    path = written("date,email,event\n2026-01-05,ana@x.org,opened\n", name)
    assert guess(path).mapping.constants == {"channel": channel}


def test_marks_under_days_are_attendances_and_others_are_kept_with_a_word(written):
    path = written(
        "Name,Email,2026-01-12,2026-02-09,Picnic\nAna,ana@x.org,x,,yes\nBo,bo@x.org,x,x,no\n", "attendance.csv"
    )
    found = guess(path)
    taken = take(path, found.mapping)
    assert sorted(taken.rows("interactions", "actor", "kind")) == [
        ("email:ana@x.org", "attended"),
        ("email:bo@x.org", "attended"),
        ("email:bo@x.org", "attended"),
    ]
    assert any("'Picnic' holds marks" in note for note in found.notes)
    assert ("email:ana@x.org", "picnic", "yes") in taken.rows("traits", "identity", "trait", "value")


def test_a_mark_that_does_not_say_when_is_kept_and_makes_no_event(written):
    mapping = guess(written("Email,Attended,Joined,Opted out\nana@x.org,yes,2026-01-05,yes\n", "list.csv")).mapping
    assert mapping.events == {"Joined": "joined", "Opted out": "unsubscribed"}
