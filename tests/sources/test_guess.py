from __future__ import annotations

import pytest
from msgspec.structs import replace as with_

from ziggurat.base.errors import SourceError
from ziggurat.sources.guess import guess
from ziggurat.sources.names import COUNTERPART_NAMES, FIELD_NAMES, IDENTITY_NAMES, TRAIT_NAMES, plain

from .conftest import take

SHOP = """
Order ID,Created At,E-Mail,Customer ID,Full Name,Event Name,Source,Total,Page URL,Colour
1,2026-01-05 10:00,ana@x.org,c1,Ana Ng,Order Placed,web,"1,250.50",/a,red
2,2026-01-06 11:00,bob@x.org,c2,Bob Ito,page_view,web,,/b,blue
3,2026-01-07 12:00,ana@x.org,c1,Ana Ng,Page View,email,3.50,/c,red
4,2026-01-07 12:00,ana@x.org,c1,Ana Ng,frobnicated,email,3.50,/c,red
5,2026-01-07 12:00,ana@x.org,c1,Ana Ng,clicked,email,3.50,/c,red
"""


def test_an_export_is_recognised_column_by_column(written):
    found = guess(written(SHOP))
    assert found.mapping.target == "interactions"
    assert found.mapping.fields == {
        "at": "Created At",
        "actor": "E-Mail",
        "channel": "Source",
        "kind": "Event Name",
        "interaction_id": "Order ID",
        "amount": "Total",
        "object": "Page URL",
    }
    assert found.mapping.namespaces == {"actor": "email"}
    assert found.mapping.identities == {"user": "Customer ID"}
    assert found.mapping.traits == {"name": "Full Name"}
    assert (found.mapping.delimiter, found.mapping.encoding, found.mapping.decimal) == (",", "utf-8", ".")
    assert found.missing == ()


def test_each_column_says_what_it_was_taken_for_and_why(written):
    columns = {column.name: column for column in guess(written(SHOP)).columns}
    assert columns["E-Mail"].taken_for == "actor email"
    assert columns["E-Mail"].why == "its name, and its values look like e-mail addresses"
    assert columns["E-Mail"].samples == ("ana@x.org", "bob@x.org")
    assert columns["Created At"].why == "its name, and its values look like dates"
    assert columns["Colour"].taken_for == "properties"
    assert columns["Colour"].why == "neither its name nor its values say what it is; it is kept with each row"


def test_event_names_without_a_kind_come_with_a_suggestion(written):
    found = guess(written(SHOP))
    assert [(name.name, name.count, name.suggested) for name in found.unmapped_names] == [
        ("Order Placed", 1, "purchased"),
        ("page_view", 1, "visited"),
        ("Page View", 1, "visited"),
        ("frobnicated", 1, None),
    ]


def test_an_accepted_guess_reads_the_file(written):
    path = written(SHOP)
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "kind") == ["purchased", "visited", "visited", "clicked"]
    assert [line for line, _ in taken.reasons] == [5]


@pytest.mark.parametrize(
    ("dates", "order", "note"),
    [
        (["2026-01-05"], "ymd", False),
        (["13/01/2026", "01/02/2026"], "dmy", False),
        (["01/13/2026", "01/02/2026"], "mdy", False),
        (["01.02.2026"], "dmy", False),
        (["01/02/2026"], "dmy", True),
        (["13/01/2026", "01/13/2026", "14/01/2026"], "dmy", True),
    ],
)
def test_the_order_of_day_and_month_is_decided_and_said(written, dates, order, note):
    found = guess(written("when,email\n" + "".join(f"{date},ana@x.org\n" for date in dates)))
    assert found.mapping.date_order == order
    assert bool(found.notes) == note


@pytest.mark.parametrize(
    ("cell", "sign"), [("12,50", ","), ("1.234,50", ","), ("12.50", "."), ("1,234", "."), ("12", ".")]
)
def test_the_decimal_sign_is_decided(written, cell, sign):
    found = guess(written(f"date;email;amount\n2026-01-05;ana@x.org;{cell}\n"))
    assert found.mapping.decimal == sign
    assert found.mapping.fields["amount"] == "amount"


def test_values_speak_where_names_do_not(written):
    found = guess(written("a,b,c\nana@x.org,2026-01-05,x\nbob@x.org,2026-01-06,y\n"))
    columns = {column.name: (column.taken_for, column.why) for column in found.columns}
    assert columns["a"] == ("actor email", "its values look like e-mail addresses")
    assert columns["b"] == ("at", "its values look like dates")


def test_a_birthday_is_not_when_something_happened(written):
    found = guess(written("email,birthday\nana@x.org,1990-01-05\n"))
    assert (found.mapping.target, found.mapping.traits) == ("people", {"birthday": "birthday"})
    assert "at" not in found.mapping.fields


def test_a_name_alone_does_not_make_a_date_or_a_number(written):
    found = guess(written("email,date,amount,text\nana@x.org,soon,many,hi\n"))
    assert not {"at", "amount"} & found.mapping.fields.keys()


def test_a_list_of_people_is_recognised(written):
    found = guess(written("First Name,Surname,Email Address,Phone,City\nAna,Ng,ana@x.org,+49 30 12345,Bonn\n"))
    assert found.mapping.target == "people"
    assert found.mapping.identities == {"phone": "Phone"}
    assert found.mapping.traits == {
        "name": ("First Name", "Surname"),
        "first_name": "First Name",
        "last_name": "Surname",
        "city": "City",
    }
    assert found.missing == ()


def test_exposures_and_costs_are_recognised(written):
    assert guess(written("campaign,station,date,reach\nspring,TV,2026-01-05,1000\n")).mapping.target == "exposures"
    costs = guess(written("project,day,spend\nspring,2026-01-05,1000\n")).mapping
    assert (costs.target, costs.fields) == ("costs", {"activity": "project", "day": "day", "money": "spend"})


def test_what_is_missing_is_said(written):
    assert guess(written("email,when,message\nana@x.org,2026-01-05,hi\n", "May.csv")).missing == ("kind",)


def test_rows_with_money_and_no_event_name_are_purchases(written):
    found = guess(written("email,date,total\nana@x.org,2026-01-05,3\n"))
    assert found.mapping.constants == {"kind": "purchased", "channel": "web"}


def test_a_western_windows_file_is_said_to_be_one(written):
    found = guess(written("email;name\nana@x.org;Zoë\n".encode("cp1252")))
    assert (found.mapping.encoding, found.mapping.delimiter) == ("cp1252", ";")
    assert "cp1252" in found.notes[0]


def test_json_lines_are_guessed_too(written):
    found = guess(written('{"user": {"email": "ana@x.org"}, "timestamp": 1767605400}\n', "visits.jsonl"))
    assert found.mapping.fields["at"] == "timestamp"
    assert found.mapping.fields["actor"] == "user.email"


@pytest.mark.parametrize(
    ("content", "name"),
    [("email,date,event\n", "may.csv"), ("email\n\n\n", "may.csv"), ("email;date", "may.txt")],
)
def test_a_file_without_rows_is_said_to_have_none(written, content, name):
    with pytest.raises(SourceError, match=f"^{name}: has a header and no rows below it"):
        guess(written(content, name))


def whys(found):
    return {column.name: (column.taken_for, column.why) for column in found.columns}


MIXED = """
Date,email,Amount,Phone
2026-01-05,ana@x.org,3,12345678
2026-01-06,bob,4,x
2026-01-07,cyd@x.org,much,y
soon,dan,more,z
tomorrow,eve@x.org,9,+49 30 123456
"""


def test_a_column_whose_values_speak_for_its_name_only_in_part_is_said_to(written):
    path = written(MIXED)
    found = guess(path)
    assert whys(found) == {
        "Date": ("at", "its name says when, but only 60 % of its values read as dates"),
        "email": ("actor email", "its name says e-mail address, but only 60 % of its values read as e-mail addresses"),
        "Amount": ("amount", "its name says amount, but only 60 % of its values read as numbers"),
        "Phone": (
            "identity phone",
            "its name says phone number, but only 40 % of its values read as phone numbers",
        ),
    }
    assert (found.mapping.fields["at"], found.mapping.namespaces) == ("Date", {"actor": "email"})
    mapping = with_(found.mapping, constants={"channel": "web", "kind": "visited"}, target="interactions")
    assert [line for line, _ in take(path, mapping).reasons] == [3, 4, 5, 6]


def test_a_column_is_not_taken_for_what_no_value_says(written):
    columns = whys(guess(written("email,date,note,id,kind\nana@x.org,soon,,7,visited\nbob@x.org,later,,7,asked\n")))
    assert columns["date"] == (
        "properties",
        "its name says when, but no value reads as a date; it is kept with each row",
    )
    assert columns["note"][1] == "all of its cells are empty"
    assert (
        columns["id"][1]
        == "its name says an id, but some of its values are missing or there twice; it is kept with each row"
    )


def test_a_second_column_for_the_same_says_which_is_taken(written):
    columns = whys(guess(written("email,date,created_at,kind\nana@x.org,2026-01-05,2026-01-06,visited\n")))
    assert columns["created_at"][1] == "its name says when, but 'date' is taken for that; it is kept with each row"


@pytest.mark.parametrize(
    ("dates", "taken"),
    [(("2026-01-05", "2026-01-06", "soon"), "date"), (("2026-01-05", "soon", "late"), "x")],
)
def test_a_name_goes_before_values_where_half_of_its_own_speak_for_it(written, dates, taken):
    rows = "".join(f"ana{day}@x.org,{day},2026-02-03,visited\n" for day in dates)
    assert guess(written(f"email,date,x,kind\n{rows}")).mapping.fields["at"] == taken


@pytest.mark.parametrize("header", ["ts", "epoch", "unixtime", "Unix Timestamp", "timestamp_ms", "eventTs"])
@pytest.mark.parametrize("moment", ["1767605400", "1767605400000", "1767605400.25"])
def test_seconds_since_1970_are_taken_for_the_time(written, header, moment):
    path = written(f"email,{header},event\nana@x.org,{moment},visited\n")
    found = guess(path)
    assert found.mapping.fields["at"] == header
    taken = take(path, with_(found.mapping, constants={"channel": "web"}))
    assert taken.rows("interactions", "at")[0].isoformat().startswith("2026-01-05T09:30:00")


MEETUPS = "Date,Email,Event,What\n" + "".join(
    f"2026-01-{day:02d},ana@x.org,Meetup {day % 7},{'Volunteered' if day % 3 else 'Attended'}\n" for day in range(1, 29)
)


def test_the_column_whose_values_name_events_says_what_happened(written):
    path = written(MEETUPS)
    found = guess(path)
    assert (found.mapping.fields["kind"], found.mapping.fields["object"]) == ("What", "Event")
    assert whys(found)["What"] == ("kind", "its values are known event names")
    taken = take(path, with_(found.with_suggestions(), constants={"channel": "event"}))
    assert (len(taken.rows("interactions")), taken.reasons) == (28, [])


def test_of_two_columns_named_for_what_happened_the_one_with_known_names_is_taken(written):
    assert guess(written(MEETUPS.replace("What", "Type"))).mapping.fields["kind"] == "Type"


def test_an_event_column_with_unknown_names_is_said_to_have_them(written):
    columns = whys(guess(written(MEETUPS.replace("What", "Status"))))
    assert columns["Event"] == ("kind", "its name says what happened, but no value reads as a known event name")


def test_a_list_of_people_with_a_status_stays_one(written):
    found = guess(written("First Name,Email Address,Member\nAna,ana@x.org,Subscribed\nBo,bo@x.org,Unsubscribed\n"))
    assert (found.mapping.target, "kind" in found.mapping.fields) == ("people", False)


def test_a_file_that_can_not_be_read_raises(written):
    with pytest.raises(SourceError):
        guess(written(b""))


def test_every_name_is_written_plainly_and_means_one_thing():
    for names in (FIELD_NAMES, IDENTITY_NAMES, TRAIT_NAMES, {"": COUNTERPART_NAMES}):
        words = [word for value in names.values() for word in value.split()]
        assert words == [plain(word) for word in words]


def test_a_guess_is_a_mapping_that_can_be_changed(written):
    path = written("email,when,message\nana@x.org,2026-01-05,hi\n")
    mapping = with_(guess(path).mapping, constants={"channel": "web", "kind": "visited"})
    assert take(path, mapping).rows("interactions", "kind") == ["visited"]


GITHUB = "\n".join(
    f'{{"id": "{place}", "type": "{kind}", "actor": {{"login": "{who}"}}, "created_at": "2026-01-0{place}T10:00:00Z"}}'
    for place, (kind, who) in enumerate([("PushEvent", "Ana-Ng"), ("WatchEvent", "bo"), ("PushEvent", "ana-ng")], 1)
)


def test_what_is_said_of_a_file_is_built_upon(written):
    said = {"fields": {"actor": "actor.login"}, "kinds": {"PushEvent": "contributed", "WatchEvent": "liked"}}
    path = written(GITHUB, "events.jsonl")
    found = guess(path, said=said, source="github")
    assert whys(found)["actor.login"] == ("actor github", "as said")
    taken = take(path, found.mapping)
    assert taken.rows("interactions", "actor", "kind", "channel") == [
        ("github:ana-ng", "contributed", "github"),
        ("github:bo", "liked", "github"),
        ("github:ana-ng", "contributed", "github"),
    ]


def test_a_value_that_is_an_identity_stays_one(written):
    path = written("when,member,event\n2026-01-05,email:Ana@x.org,opened\n2026-01-06,github:bo,clicked\n")
    taken = take(path, guess(path).mapping)
    assert taken.rows("interactions", "actor") == ["email:ana@x.org", "github:bo"]


def test_the_whole_file_decides_how_dates_and_event_names_are_read(written):
    days = "".join(f"0{1 + row % 9}/01/2026,p{row}@x.org,joined\n" for row in range(1_500))
    path = written(f"date,email,event\n{days}12/31/2026,late@x.org,Left us\n")
    found = guess(path)
    assert (found.mapping.date_order, [one.name for one in found.unmapped_names]) == ("mdy", ["Left us"])


@pytest.mark.parametrize(
    ("cells", "delimiter", "sign", "noted"),
    [
        ("1.500|2.000|10.000", ";", ",", True),
        ("1.500|2.000,00", ";", ",", False),
        ("1.500|2.25", ",", ".", False),
        ("1,500|2,000", ",", ".", True),
        ("1.5|2,5|3,75", ";", ",", True),
        ("12|13", ",", ".", False),
    ],
)
def test_thousands_and_decimals_are_decided_by_the_column_and_said(written, cells, delimiter, sign, noted):
    rows = "".join(f'2026-01-05{delimiter}p{n}@x.org{delimiter}"{c}"\n' for n, c in enumerate(cells.split("|")))
    found = guess(written(f"date{delimiter}email{delimiter}amount\n{rows}"))
    assert found.mapping.decimal == sign
    assert any("Numbers such as" in note or "Some numbers" in note for note in found.notes) == noted


def test_what_should_be_looked_at_is_said(written):
    rows = "2026-01-05 10:00 EST,ana@x.org,$5\n2026-01-06 10:00,bo@x.org,€ 7\n2026-01-07 10:00,cy@x.org,many\n"
    notes = " ".join(guess(written(f"date,email,amount\n{rows}")).notes)
    assert "1 cell of 'amount' can't be read as a number" in notes
    assert "several currencies (EUR, USD)" in notes
    assert "such as EST or PST" in notes


def test_a_browser_stands_in_for_nobody_but_where_nothing_else_does(written):
    path = written("date,anonymous_id,email,event\n2026-01-05,d1,,visited\n2026-01-06,d1,ana@x.org,joined\n")
    taken = take(path, guess(path).mapping)
    assert taken.rows("interactions", "actor") == ["anon:d1", "email:ana@x.org"]


def test_date_and_time_in_two_columns_and_several_addresses_are_taken_together(written):
    path = written(
        "Date,Time,Time zone,First name,Last name,Email,Work email,Type\n"
        "2026-01-05,7:30 PM,EST,Ana,Ng,ana@x.org,ana@y.org,visited\n"
    )
    mapping = guess(path).mapping
    assert mapping.fields["at"] == ("Date", "Time", "Time zone")
    assert (mapping.traits["name"], mapping.identities) == (("First name", "Last name"), {"email": "Work email"})
    assert take(path, mapping).rows("interactions", "at")[0].isoformat() == "2026-01-06T00:30:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "Name,E-mail,Attended on,Status\nAna,ana@example.org,2026-07-01,attended\n"
        "Mo,mo@example.org,2026-07-01,registered\nLena,lena@example.org,2026-07-01,no-show\n"
        "Bo,bo@example.org,2026-07-01,cancelled\n",
        "Name;E-Mail;Teilgenommen am;Status\nAna;ana@example.org;01.07.2026;anwesend\n"
        "Mo;mo@example.org;01.07.2026;angemeldet\nLena;lena@example.org;01.07.2026;nicht erschienen\n"
        "Bo;bo@example.org;01.07.2026;abgesagt\n",
    ],
)
def test_whether_somebody_came_is_said_by_the_state_and_not_by_the_heading_of_the_day(written, text):
    path = written(text.encode())
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "actor", "kind") == [
        ("email:ana@example.org", "attended"),
        ("email:mo@example.org", "registered"),
        ("email:lena@example.org", "registered"),
    ]
    assert taken.skipped == 1


def test_what_an_event_was_called_is_kept_where_its_state_says_who_came(written):
    rows = "".join(f"Gala,2026-03-01 19:00,{who}@example.org,{state}\n" for who, state in (
        ("ana", "attended"), ("mo", "registered"), ("lena", "no-show"), ("bo", "cancelled")))  # fmt: skip
    path = written(f"Event,Event date,E-mail,Status\n{rows}".encode())
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "kind", "object") == [
        ("attended", "Gala"),
        ("registered", "Gala"),
        ("registered", "Gala"),
    ]
