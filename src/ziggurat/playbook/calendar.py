"""How are the steps of a week written for a calendar (iCalendar)?

Source: RFC 5545: 3.1 for folding, 3.3.11 for texts, 3.6.1 for events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ziggurat.base.words.texts import plain

WIDTH = 75  # bytes of a line at most


def write_calendar(steps: Iterable[Mapping[str, Any]], made: datetime) -> str:
    """Return a calendar with one event of a whole day a step, on the Monday of its week.

    steps: id, week, title, name, owner, story, subject, text. made: when, with its zone.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ziggurat//Next steps//EN"]
    for step in steps:
        summary = f"{step['title']}: {step['name']} ({step['owner']})"
        said = "\n\n".join(filter(None, [step["story"], step["subject"], step["text"]]))
        lines += [
            "BEGIN:VEVENT",
            f"UID:step-{step['id']}@ziggurat",
            f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{step['week']:%Y%m%d}",
            f"DTEND;VALUE=DATE:{step['week'] + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escape(plain(summary, 200))}",
            f"DESCRIPTION:{escape(said)}",
            "END:VEVENT",
        ]
    return "".join(f"{fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escape(text: str) -> str:
    r"""Return a text as a value has it; whatever steers is left out.

    >>> escape("a;b,c\nd")
    'a\\;b\\,c\\nd'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign.isprintable())
    return kept.replace("\n", "\\n")


def fold(line: str) -> str:
    """Return a line folded where it is too long, never within a character."""
    parts: list[bytes] = []
    part = b""
    for sign in line:
        more = sign.encode("utf-8", "replace")
        if len(part) + len(more) > WIDTH - bool(parts):
            parts.append(part)
            part = b""
        part += more
    return "\r\n ".join(one.decode() for one in [*parts, part])
