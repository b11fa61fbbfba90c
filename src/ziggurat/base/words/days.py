"""How are days, times of day and spans written, so that nobody can misread them?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ziggurat.base.words.numbers import number
from ziggurat.base.words.style import TERMINAL, Style

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Moment = datetime | date | int | None  # a number: µs since 1970


def moment(value: Moment) -> datetime | None:
    """Return an instant in UTC from a datetime, a day, or µs since 1970."""
    if value is None:
        return None
    if isinstance(value, int):
        return EPOCH + timedelta(microseconds=value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def day(value: Moment) -> str:
    """Write a day, the month in English whatever the machine's language; a dash for none.

    >>> day(date(2026, 1, 12)), day(None)
    ('12 Jan 2026', '–')
    """
    at = moment(value)
    return "–" if at is None else f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def instant(value: Moment) -> str:
    """Write a day with its time of day (UTC); a dash for none.

    >>> instant(datetime(2026, 1, 12, 14, 5, tzinfo=UTC))
    '12 Jan 2026, 14:05'
    """
    at = moment(value)
    return "–" if at is None else f"{day(at)}, {at:%H:%M}"


def ago(days: float, style: Style = TERMINAL) -> str:
    """Write how long before the day that is looked at something was.

    >>> ago(0.2), ago(1), ago(12.4)
    ('on that day', '1 day ago', '12 days ago')
    """
    whole = round(days)
    return f"{number(whole, style)} {'day' if whole == 1 else 'days'} ago" if whole else "on that day"


def lasting(hours: float, style: Style = TERMINAL) -> str:
    """Write a length of time.

    >>> lasting(0.4), lasting(30), lasting(1116.7)
    ('less than an hour', '30 hours', '47 days')
    """
    if hours < 1:
        return "less than an hour"
    size, unit = (round(hours / 24), "day") if hours >= 48 else (round(hours), "hour")
    return f"{number(size, style)} {unit if size == 1 else f'{unit}s'}"
