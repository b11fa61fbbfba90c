"""Who accepted comes to an event, and was there once it is over; what is taken back is void."""

from __future__ import annotations

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems.ical import Ical

EVENT = """BEGIN:VEVENT
UID:cake@x.org
DTSTART;TZID=Europe/Berlin:20260105T100000
DTEND;TZID=Europe/Berlin:20260105T113000
CREATED:20260101T080000Z
SUMMARY:Cake\\, tea\\nand more
ATTENDEE;CN="Ng, Ana";PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:ana@x.org
ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.org
ATTENDEE;CN=cy@x.org;PARTSTAT=ACC
 EPTED:mailto:Cy@x.org
BEGIN:VALARM
SUMMARY:no
END:VALARM
END:VEVENT
"""
AHEAD = (
    EVENT.replace("cake@", "ahead@")
    .replace("DTSTART;TZID=Europe/Berlin:2026", "DTSTART:2999")
    .replace("DTEND;TZID=Europe/Berlin:2026", "DTEND:2999")
)
DAY = "BEGIN:VEVENT\nUID:day\nDTSTART;VALUE=DATE:20260106\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@x.org\nEND:VEVENT\n"


@pytest.fixture
def put(tmp_path):
    def written(*events):
        text = "BEGIN:VCALENDAR\n" + "".join(events) + "END:VCALENDAR\n"
        (tmp_path / "calendar.ics").write_bytes(text.replace("\n", "\r\n").encode())
        return Ical(path="../calendar.ics")

    return written


def test_who_accepted_registered_and_was_there_once_it_is_over(put, pulled) -> None:
    rows = pulled(put(EVENT, AHEAD, DAY))
    assert {(row["object"], row["kind"], row["actor"]) for row in rows.values()} == {
        *(("cake@x.org", kind, f"email:{who}@x.org") for kind in ("registered", "attended") for who in ("ana", "cy")),
        *(("ahead@x.org", "registered", f"email:{who}@x.org") for who in ("ana", "cy")),
        *(("day", kind, "email:ana@x.org") for kind in ("registered", "attended")),
    }
    one = rows["cake@x.org attended email:ana@x.org"]
    assert (str(one["at"])[:16], one["minutes"], one["activity"]) == ("2026-01-05 09:00", 90.0, "Cake, tea\nand more")
    assert str(rows["cake@x.org registered email:cy@x.org"]["at"])[:16] == "2026-01-01 08:00"
    assert pulled.space.sql("SELECT identity, value FROM traits WHERE trait = 'name'").to_pylist() == [
        {"identity": "email:ana@x.org", "value": "Ng, Ana"}
    ]
    pulled(put(EVENT, AHEAD, DAY))
    assert pulled.counts == [0, 0, 0, 0]


def test_what_is_taken_back_is_void(put, pulled) -> None:
    pulled(put(EVENT, DAY))
    declined = EVENT.replace('CN="Ng, Ana";PARTSTAT=ACCEPTED', "PARTSTAT=DECLINED")
    rows = pulled(put(declined, DAY.replace("END:", "STATUS:CANCELLED\nEND:")))
    assert {row["actor"] for row in rows.values()} == {"email:cy@x.org"}


def test_what_is_no_calendar_is_said_and_an_event_without_a_time_rejected(put, pulled, tmp_path) -> None:
    pulled(put("BEGIN:VEVENT\nUID:x\nDTSTART:soon\nEND:VEVENT\n"))
    assert pulled.counts == [0, 0, 0, 1]
    (tmp_path / "calendar.ics").write_text("<html>")
    with pytest.raises(SourceError, match="is no calendar"):
        pulled(Ical(path="../calendar.ics"))
    for line in ("A;" * 500_000, ";A=" * 300_000, "\n " * 500_000, "BEGIN:VEVENT\n" * 70_000, 'A;B="' * 200_000):
        pulled(put(line[:1_000_000], "\n"))
