"""How are numbers, shares, dates and texts written on a page?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from ziggurat.people.resolve import THROWAWAY

NARROW = "\u202f"  # narrow no-break space: between thousands, and before a unit
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 600  # characters of one text that a page shows


def number(value: float | None, places: int | None = None) -> str:
    """Write a number with narrow spaces between thousands, small to two digits, large to whole ones; a dash for none.

    >>> number(12345).replace(NARROW, "_"), number(0.5), number(0.0173), number(None), number(-3), number(-0.01, 1)
    ('12_345', '0.50', '0.017', '–', '−3', '0.0')
    >>> number(0.0000076).replace(NARROW, "_"), number(-0.0000076).replace(NARROW, "_")
    ('<_0.0001', '>_−0.0001')
    """
    if value is None or value != value:
        return "–"
    if places is None and 0 < abs(value) < 0.0001:
        return f"<{NARROW}0.0001" if value > 0 else f">{NARROW}−0.0001"
    if places is None:
        places = 0 if float(value).is_integer() or abs(value) >= 10_000 else (1 if abs(value) >= 10 else 2)
        if 0 < abs(value) < 0.1:
            places = 1 - math.floor(math.log10(abs(value)))
    text = f"{abs(value):,.{places}f}".replace(",", NARROW)
    return f"−{text}" if value < 0 and text.strip("0.") else text


def share(value: float | None, places: int = 1) -> str:
    """Write a fraction as a percentage.

    >>> share(0.1234).replace(NARROW, " "), share(0.0004).replace(NARROW, " "), share(-0.0004).replace(NARROW, " ")
    ('12.3 %', '< 0.1 %', '> −0.1 %')
    """
    if value is None or value != value:
        return "–"
    if 0 < abs(value) < 0.0005 and places == 1:
        return f"<{NARROW}0.1{NARROW}%" if value > 0 else f">{NARROW}−0.1{NARROW}%"
    return f"{number(value * 100, places)}{NARROW}%"


def units(value: float, unit: str) -> str:
    """Write the unit of a number, which is a plural, as it is said of that number.

    >>> units(1, "interactions"), units(2, "days"), units(1, "people"), units(1, "EUR")
    ('interaction', 'days', 'person', 'EUR')
    """
    return {"people": "person"}.get(unit, unit.removesuffix("s")) if value == 1 else unit


def ago(days: float) -> str:
    """Write how long before the day that is looked at something was.

    >>> ago(0.2), ago(1), ago(12.4)
    ('on that day', '1 day ago', '12 days ago')
    """
    whole = round(days)
    return f"{number(whole)} {units(whole, 'days')} ago" if whole else "on that day"


def moment(value: datetime | date | int | None) -> datetime | None:
    """Return an instant in UTC from a datetime, a day, or µs since 1970."""
    if value is None:
        return None
    if isinstance(value, int):
        return EPOCH + timedelta(microseconds=value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def day(value: datetime | date | int | None) -> Markup | str:
    """Write a date so that nobody can misread it, such as 12 Jan 2026."""
    at = moment(value)
    return "–" if at is None else Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%d}", words(at))


def instant(value: datetime | date | int | None) -> Markup | str:
    """Write a date and time of day (UTC), such as 12 Jan 2026, 14:05."""
    at = moment(value)
    if at is None:
        return "–"
    return Markup('<time datetime="{}">{}, {}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", words(at), f"{at:%H:%M}")


def size(limit: int) -> str:
    """Write a number of bytes as one says it.

    >>> size(1024**3).replace(NARROW, " "), size(1_000_000).replace(NARROW, " ")
    ('1 GiB', '976 KiB')
    """
    unit, power = ("GiB", 3) if limit >= 1024**3 else ("MiB", 2) if limit >= 1024**2 else ("KiB", 1)
    return f"{number(limit // 1024**power)}{NARROW}{unit}"


def words(at: datetime) -> str:
    """Write a day in words, the month in English whatever the machine's language."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day} {months[at.month - 1]} {at.year}"


def brief(value: Any, longest: int = LONGEST) -> str:
    """Cut a long text for a page; the log keeps it whole."""
    text = str(value)
    return text if len(text) <= longest else text[:longest].rstrip() + " …"


def seen(identities: Iterable[str] | None) -> list[str]:
    """Return identities in their order, those last that are thrown away and tell nobody who it is.

    >>> seen(["anon:7f3", "email:ana@example.org", "forum:ana"])
    ['email:ana@example.org', 'forum:ana', 'anon:7f3']
    """
    return sorted(identities or (), key=lambda one: one.partition(":")[0] in THROWAWAY)
