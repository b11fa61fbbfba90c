"""Who said that they come to which event, and was there? The events of a calendar (iCalendar).

Source: RFC 5545 (iCalendar): lines are folded, texts escaped, times in UTC, in a zone, or by the clocks of the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from ziggurat.base.errors import SourceError
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import PathText, SecretAddress, SystemSettings
from ziggurat.sources.place import document, stamp
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source

MOST = 100_000  # events
LONGEST = 20_000  # letters of a line
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?")
SPAN = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"]{0,500}"|[^;:"]{0,500})')


class Ical(SystemSettings, frozen=True, tag="ical"):
    """Which calendar.

    path, url: where it is; an address that is secret is named as a token is. attended: whether who accepted is taken to
    have been there, once it is over. channel: under which it is logged.
    """

    path: PathText = ""
    url: SecretAddress = ""
    attended: bool = True
    channel: str = "event"


@dataclass
class Line:
    """One line: its value, and the parameters before it, by upper-case name."""

    value: str
    parameters: dict[str, str]


@dataclass
class Event:
    """One event, as its lines have it."""

    lines: dict[str, Line] = field(default_factory=dict)
    attendees: list[Line] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a text, unescaped; nothing where there is none."""
        found = self.lines.get(name)
        return re.sub(r"\\(.)", lambda one: "\n" if one[1] in "nN" else one[1], found.value).strip() if found else ""

    def at(self, name: str, home: str) -> datetime | None:
        """Return an instant; None where it says none. home: IANA zone of what names none, or one that is not known."""
        found = self.lines.get(name)
        parts = TIME.fullmatch(found.value.strip()) if found else None
        if found is None or parts is None:
            return None
        try:
            zone = UTC if parts[7] else ZoneInfo(found.parameters.get("TZID", home))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            zone = ZoneInfo(home)
        try:
            year, month, day, hour, minute, second = (int(one or 0) for one in parts.groups()[:6])
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def minutes(self, home: str) -> float:
        """Return how long it lasts; 0 where it does not say, or lasts days."""
        start, end = self.at("DTSTART", home), self.at("DTEND", home)
        span = SPAN.fullmatch(self.text("DURATION"))
        if start and end:
            length = end - start
        else:
            weeks, days, hours, minutes, seconds = (int(one or 0) for one in span.groups()) if span else (0, 0, 0, 0, 0)
            length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return length / timedelta(minutes=1) if timedelta() < length < timedelta(days=1) else 0.0


def read(settings: Ical, pull: Pull) -> Iterator[Part]:
    """Read the events, again also where the calendar is the same, since some are over now. Raises: SourceError."""
    name, raw = document(settings.path, settings.url, pull)
    now = stamp(raw)
    ahead = str(pull.cursor.get("next", ""))
    if pull.cursor.get("stamp") == now and not ("" < ahead <= pull.received_at.isoformat()):
        return
    found = events(raw.decode("utf-8", "replace"))
    if not found and b"BEGIN:VCALENDAR" not in raw[:10_000].upper():
        raise SourceError(f"[sources.{pull.source}]: {name} is no calendar (iCalendar); mend its `path` or `url`.")
    starts = (end_of(one, pull.home) for one in found)
    later = sorted(one.isoformat() for one in starts if one is not None and one > pull.received_at)
    yield Part(name, batches(found, settings, pull, name), {"stamp": now, "next": later[0] if later else ""})


def events(text: str) -> list[Event]:
    """Return the events of a calendar. Raises: SourceError if they are too many."""
    found: list[Event] = []
    inside: list[str] = []
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name, value, parameters = parsed(line[:LONGEST])
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                found.append(Event())
                if len(found) > MOST:
                    raise SourceError(f"a calendar of more than {MOST:,} events is not read; divide it.")
        elif name == "END" and inside:
            inside.pop()
        elif inside[-1:] == ["VEVENT"] and name == "ATTENDEE":
            found[-1].attendees.append(Line(value, parameters))
        elif inside[-1:] == ["VEVENT"]:
            found[-1].lines.setdefault(name, Line(value, parameters))
    return found


def parsed(line: str) -> tuple[str, str, dict[str, str]]:
    """Return the name, the value and the parameters of a line.

    >>> parsed('ATTENDEE;CN="Ng, Ana";PARTSTAT=ACCEPTED:mailto:ana@x.org')
    ('ATTENDEE', 'mailto:ana@x.org', {'CN': 'Ng, Ana', 'PARTSTAT': 'ACCEPTED'})
    """
    name = re.match(r"[A-Za-z0-9-]{1,60}", line)
    place, parameters = name.end() if name else 0, {}
    while (found := PARAMETER.match(line, place)) is not None:
        parameters[found[1].upper()] = found[2].strip('"')
        place = found.end()
    return (name[0].upper() if name else ""), line[place:].removeprefix(":"), parameters


def end_of(event: Event, home: str) -> datetime | None:
    """Return when an event is over; None where it says no time."""
    start = event.at("DTSTART", home)
    return start + timedelta(minutes=event.minutes(home)) if start else None


def batches(found: list[Event], settings: Ical, pull: Pull, name: str) -> Iterator[Batch]:
    """Yield who came to the events. What was taken back, or cancelled, is void."""
    rows, void = Rows(pull.source, pull.received_at, settings.channel, name), set[str]()
    for number, event in enumerate(found, 1):
        start, over = event.at("DTSTART", pull.home), end_of(event, pull.home)
        uid = f"{event.text('UID')} {event.text('RECURRENCE-ID')}".strip()
        if start is None or over is None or not uid:
            rows.reject(number, "the event has no id, or says no time", {"uid": uid, "summary": event.text("SUMMARY")})
            continue
        cancelled = event.text("STATUS").upper() == "CANCELLED"
        about = {"object": uid[:250], "activity": event.text("SUMMARY")[:200]}
        known = min(start, event.at("CREATED", pull.home) or start)  # of when somebody accepted nothing else stays
        for who in event.attendees:
            actor = normalise("email", who.value.partition(":")[2] or who.value)
            if actor is None:
                continue
            rows.call(actor, who.parameters.get("CN", "") if "@" not in who.parameters.get("CN", "") else "")
            ids = [f"{uid} {what} {actor}" for what in ("registered", "attended")]
            if cancelled or who.parameters.get("PARTSTAT", "").upper() != "ACCEPTED":
                void |= set(ids)
                continue
            if known <= pull.received_at:
                rows.say(ids[0], known, actor, "registered", **about)
            if settings.attended and over <= pull.received_at:
                rows.say(ids[1], start, actor, "attended", minutes=event.minutes(pull.home), **about)
    yield replace(rows.batch(1.0), void=pa.array(sorted(void), pa.string()) if void else None)


SOURCE = Source(Ical, lambda _: ("interaction_id",), read)
