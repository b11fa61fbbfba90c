"""Exports in the forms that systems and people write them, each with what somebody careful would make of it."""

from __future__ import annotations

import json

import pytest

from tests.sources.exports import judged, records
from ziggurat.sources import recipes
from ziggurat.sources.guess import Home, guess
from ziggurat.sources.names import source_name

from .conftest import take

EXPORTS = judged.EXPORTS | records.EXPORTS


def comes_in(written, text, file):
    path = written(text, name=file)
    found = guess(path, source=source_name(file))
    assert found.missing == ()
    taken = take(path, found.with_suggestions())
    return found, taken


def acts(taken):
    rows = taken.rows("interactions", "actor", "kind", "amount")
    return [" ".join(str(part) for part in row if part is not None) for row in rows]


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_comes_in_as_somebody_careful_would_say(written, name):
    file, text, made = EXPORTS[name]
    _, taken = comes_in(written, text, file)
    assert sorted(acts(taken)) == sorted(made)


def test_hours_under_months_are_minutes_of_the_month(written):
    file, text, _ = EXPORTS["hours under months"]
    found, taken = comes_in(written, text, file)
    assert sorted(taken.rows("interactions", "minutes")) == [60.0, 150.0, 180.0]
    assert "What stands under 'Jan 2026' and the like is dated on the first day of that month or year." in found.notes


def test_who_has_no_address_in_a_list_is_known_by_name_and_the_sum_beneath_is_nobody(written):
    text = "Name,Email,City\nAna Ng,ana@x.org,Ulm\nBo Ito,,Bonn\nTotal,,2\n"
    found, taken = comes_in(written, text, "list.csv")
    assert ("list:bo ito", "city", "Bonn") in taken.rows("traits", "identity", "trait", "value")
    assert (taken.reasons, taken.skipped) == ([], 1)
    assert taken.rows("links", "a") == []
    assert any("known by the name alone, such as list:ana ng" in note for note in found.notes)


def test_sums_and_remarks_are_no_records_and_what_lacks_something_is_rejected(written):
    text = (
        "Donor,Email,Date,Amount\nAna Ng,ana@x.org,2026-01-05,50.00\nBo Li,bo@x.org,2026-01-06,20.00\n"
        "Total,,,70.00\nReport created 2026-03-01 by admin\nSource: our books\n"
        "Cy Ro,,,10.00\n,,,5.00\nDi Fo\n,,2026-01-07,\n"
    )
    _, taken = comes_in(written, text, "gifts.csv")
    assert acts(taken) == ["email:ana@x.org donated 50.0", "email:bo@x.org donated 20.0"]
    assert (taken.skipped, [line for line, _ in taken.reasons]) == (3, [7, 8, 9, 10])


def test_who_joined_a_meeting_twice_registered_once(written):
    text = (
        "Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,"
        "Leave Time,Time in Session (minutes),Is Guest,Country/Region Name\n"
        "Yes,Ana Ng,Ana,Ng,ana@x.org,2026-03-01 10:00:00,approved,2026-03-04 18:00:10,2026-03-04 18:20:00,20,Yes,DE\n"
        "Yes,Ana Ng,Ana,Ng,ana@x.org,2026-03-01 10:00:00,approved,2026-03-04 18:25:10,2026-03-04 19:00:00,35,Yes,DE\n"
        "No,Bo Li,Bo,Li,bo@x.org,2026-03-02 10:00:00,approved,--,--,--,--,--\n"
    )
    _, taken = comes_in(written, text, "webinar.csv")
    assert sorted(acts(taken)) == [
        "email:ana@x.org attended", "email:ana@x.org attended", "email:ana@x.org registered",
        "email:bo@x.org registered",
    ]  # fmt: skip


def test_who_says_yes_to_an_invitation_registered_on_the_day_that_they_said_so(written):
    text = (
        "Event,Event Date,Guest Name,Guest Email,RSVP,Responded On\n"
        "Gala,2026-05-20,Ana Ng,ana@x.org,Yes,2026-04-02\nGala,2026-05-20,Bo Li,bo@x.org,No,2026-04-03\n"
        "Gala,2026-05-20,Cy Ro,cy@x.org,Maybe,2026-04-05\n"
    )
    _, taken = comes_in(written, text, "rsvp.csv")
    assert acts(taken) == ["email:ana@x.org registered"]
    assert [at.date().isoformat() for at in taken.rows("interactions", "at")] == ["2026-04-02"]
    assert taken.rows("interactions", "object") == ["Gala"]
    assert taken.skipped == 2


def test_a_state_of_which_half_is_unknown_is_told_in_words(written):
    text = "Date,Email,Status,Amount\n2026-04-02,ana@x.org,Zork,5\n2026-04-03,bo@x.org,Blip,6\n"
    found, _ = comes_in(written, text, "payments.csv")
    assert next(one.why for one in found.columns if one.name == "Status")


@pytest.mark.parametrize(
    ("heading", "values", "minutes"),
    [
        ("Duration", (312, 45, 0, 1260), [5.2, 0.75, 0.0, 21.0]),
        ("Duration", (30, 95, 5, 10), [30.0, 95.0, 5.0, 10.0]),
        ("Duration (seconds)", (30, 90, 60, 0), [0.5, 1.5, 1.0, 0.0]),
        ("Duration (min)", (312, 45, 0, 1260), [312.0, 45.0, 0.0, 1260.0]),
    ],
)
def test_numbers_of_calls_that_can_be_no_minutes_are_seconds_and_told(written, heading, values, minutes):
    rows = "".join(f"2026-03-0{day} 09:00:00,+4930123456{day},{value}\n" for day, value in enumerate(values, 1))
    found, taken = comes_in(written, f"Call Time,From,{heading}\n{rows}", "calls.csv")
    assert taken.rows("interactions", "kind") == ["called"] * 4
    assert taken.rows("interactions", "minutes") == pytest.approx(minutes)
    assert any("Nothing says the unit" in note for note in found.notes) == (heading == "Duration")


def test_a_list_of_somebodys_addresses_links_them_and_one_of_who_took_part_links_nobody(written):
    people = [
        {"name": "Ana Ng", "emails": [{"type": "work", "address": "ana@x.org"}, {"address": "ng@y.org"}],
         "phones": [{"number": "+49 30 1234567"}], "tags": ["donor", "vip"]},
        {"name": "Bo Li", "emails": [{"type": "work", "address": "bo@x.org"}], "phones": [], "tags": []},
    ]  # fmt: skip
    _, taken = comes_in(written, json.dumps({"contacts": people}), "contacts.json")
    assert taken.rows("links", "a", "b") == [
        ("email:ana@x.org", "email:ng@y.org"), ("email:ana@x.org", "phone:+49301234567"),
    ]  # fmt: skip
    assert ("email:ana@x.org", "tags", "donor, vip") in taken.rows("traits", "identity", "trait", "value")
    bare = [
        {"name": "Cy Ro", "email_addresses": ["cy@x.org", "cy@y.org"]},
        {"name": "Di", "email_addresses": ["d@x.org"]},
    ]
    _, taken = comes_in(written, json.dumps(bare), "people.json")
    assert taken.rows("links", "a", "b") == [("email:cy@x.org", "email:cy@y.org")]
    met = [{"date": "2026-01-05", "organizer": "ana@x.org", "attendees": ["bo@x.org", "cy@x.org"]}] * 2
    _, taken = comes_in(written, json.dumps(met), "meetings.json")
    assert taken.rows("links", "a") == []


@pytest.mark.parametrize(
    ("file", "value", "actor"),
    [
        (
            "followers_1.json",
            [{"title": "", "string_list_data": [{"href": "https://www.instagram.com/ana", "timestamp": 1773483072}]}],
            "instagram:ana",
        ),
        (
            "orders.json",
            {"orders": [{"id": 1, "created_at": "2026-03-14T10:11:12Z", "email": "ana@x.org", "total_price": "30.00"}]},
            "email:ana@x.org",
        ),
    ],
)
def test_json_that_is_one_line_or_holds_lists_of_one(written, file, value, actor):
    _, taken = comes_in(written, json.dumps(value), file)
    assert taken.rows("interactions", "actor") == [actor]


def test_an_archive_that_is_a_script_is_read_as_what_it_assigns(written):
    text = (
        'window.YTD.like.part0 = [\n {"like": {"id": "1", "user_id": "ana", "created_at": "2026-03-14T10:11:12Z"}}\n]'
    )
    _, taken = comes_in(written, text, "likes.js")
    assert taken.rows("interactions", "kind") == ["liked"]


def test_the_address_that_money_went_to_links_nobody(written):
    file, text, _ = EXPORTS["the address that money went to is no address of the donor"]
    _, taken = comes_in(written, text, file)
    assert taken.rows("links", "a") == []


def test_a_heading_that_says_utc_is_believed_and_a_recipe_in_utc_too(written):
    home = Home("Europe/Berlin")
    text = "Email,Submitted at (UTC),Subject,Ticket #\nana@x.org,2026-03-14 10:00,Hi,1\n"
    found = guess(written(text, name="tickets.csv"), home=home)
    assert found.mapping.time_zone == "UTC"
    assert any("times are in UTC" in note for note in found.notes)
    said = guess(written(text, name="tickets.csv"), home=home, said={"time_zone": "Asia/Tokyo"})
    assert said.mapping.time_zone == "Asia/Tokyo"
    assert {each.mapping.time_zone for each in recipes.shipped().values()} == {"UTC", "Etc/UTC"}


def test_a_list_of_json_is_neither_an_address_nor_what_somebody_said(written):
    rows = [{"id": 1, "email": "ana@x.org", "created_at": "2026-03-14T10:11:12Z", "subject": "Hi"}]
    rows[0]["comments"] = [{"author": "inez@x.org", "body": "done"}]
    _, taken = comes_in(written, json.dumps(rows), "tickets.json")
    assert taken.rows("links", "a") == [] and taken.rows("interactions", "text") == [None]


def test_columns_of_marks_that_may_be_events_are_told(written):
    text = "Email,Name,Kickoff,Gala\nana@x.org,Ana Ng,Yes,No\nbo@x.org,Bo Ito,No,Yes\n"
    found, taken = comes_in(written, text, "list.csv")
    assert taken.rows("interactions", "kind") == []
    assert any("'Kickoff', 'Gala' hold marks" in note and "--event 'Kickoff=attended'" in note for note in found.notes)


def test_the_day_in_a_heading_is_when_it_was_whatever_the_order_of_its_numbers(written):
    text = "Email,{}\nana@x.org,x,x\nbo@x.org,,x\n"
    for heads in ("12.01.2026,13.02.2026", "1/12/2026,2/13/2026", "2026-01-12,2026-02-13"):
        path = written(text.format(heads), name="attendance.csv")
        taken = take(path, guess(path).mapping)
        assert {f"{at:%m-%d}" for at in taken.rows("interactions", "at")} == {"01-12", "02-13"}


def test_a_phone_with_an_extension_is_one(written):
    path = written(
        "First,Last,Cell Phone,Home Phone\nAna,Ng,(415) 555-0101 x12,\nBo,Ito,,415-555-0102\n", name="list.csv"
    )
    taken = take(path, guess(path).mapping)
    assert {*taken.rows("traits", "identity")} == {"phone:4155550101x12", "phone:4155550102"}
    assert ("name", "Ana Ng") in taken.rows("traits", "trait", "value")


def test_an_amount_none_of_which_can_be_read_is_rejected_and_said(written):
    path = written(
        "Date,Email,Amount\n2026-03-05,ana@x.org,500 shells\n2026-03-06,bo@x.org,1 200 shells\n", name="kr.csv"
    )
    found = guess(path)
    assert "2 cells of 'Amount' can't be read as a number; such rows are rejected, and can be mended." in found.notes
    assert [line for line, _ in take(path, found.mapping).reasons] == [2, 3]


def test_promises_on_which_nothing_is_paid_are_told(written):
    head = "Email,Pledge Date,Pledge Amount,Amount Paid\nana@x.org,2026-01-05,60.00,15.00\nbo@x.org,2026-01-06,90.00,"
    notes = [guess(written(f"{head}{paid}\n", "pledges.csv")).notes for paid in ("0.00", "90.00")]
    assert [any("nothing is paid yet" in note for note in each) for each in notes] == [True, False]


def test_loans_ask_what_they_are_and_are_nobodys_traits(written):
    text = "Loan ID,Patron Barcode,Patron Name,Title,Checkout Date\n1,77,Ana Ng,Dune,2026-01-05\n"
    found = guess(written(text, "circulation.csv"))
    assert (found.mapping.target, found.missing) == ("interactions", ("kind",))
