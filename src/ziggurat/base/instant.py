"""Which instant does `at` mean?

Every study takes an instant as text, a date, a datetime, or int64 microseconds since 1970-01-01 UTC. A bare date
means the end of that day in UTC, so that the whole day is included: `2026-03-31` is the last microsecond of 31 March.
A time without an offset is read as UTC.
"""

from __future__ import annotations

import datetime as dt

from ziggurat.base.errors import QuestionError

DAY = 86_400_000_000  # microseconds
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of the days that can be asked about: others are mistakes

Instant = str | dt.date | dt.datetime | int


def instant(value: Instant) -> int:
    """Return the instant as microseconds since 1970-01-01 UTC.

    Raises: QuestionError if the text is no date or time, a text or date is of no year from 1900 to 2200, or the value
    is of another type.

    >>> instant("1970-01-01"), instant("1970-01-01T00:00:01Z"), instant(5)
    (86399999999, 1000000, 5)
    """
    if isinstance(value, str):
        value = near(parse(value))
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return (aware - EPOCH) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date):
        near(value)
        return (value.toordinal() - EPOCH.toordinal() + 1) * DAY - 1
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise QuestionError(f"{value!r} is no instant; give a date such as 2026-03-31 or a time such as 2026-03-31T12:00Z.")


def day(name: str, value: str | dt.date) -> dt.date:
    """Return the day that is given under a name. Raises: QuestionError that says how to write one.

    >>> day("since", "2026-01-31")
    datetime.date(2026, 1, 31)
    """
    if isinstance(value, dt.date):
        return near(value.date() if isinstance(value, dt.datetime) else value)
    try:
        return near(dt.date.fromisoformat(value))
    except ValueError as error:
        raise QuestionError(f"`{name}` is '{value[:40]}', which is no day; write it as 2026-01-31.") from error


def ahead(name: str, value: str | dt.date, today: dt.date) -> dt.date:
    """Return the day that is given under a name. Raises: QuestionError if it is none, or lies before today.

    >>> ahead("day", "2026-01-31", dt.date(2026, 1, 31))
    datetime.date(2026, 1, 31)
    """
    found = day(name, value)
    if found < today:
        raise QuestionError(f"`{name}` is {found}, which is over; give a day from {today} on.")
    return found


def near(day: dt.date) -> dt.date:
    """Return a day or time. Raises: QuestionError if it is too far away to be asked about."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise QuestionError(f"{day.isoformat()} is too far away; give a day from {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def begin(value: Instant) -> int:
    """Return the instant (µs) at which what is meant begins: a bare date at the beginning of that day.

    >>> begin("1970-01-02") == DAY, begin("1970-01-02T00:00:01Z") - DAY
    (True, 1000000)
    """
    at = instant(value)
    return at - DAY + 1 if at % DAY == DAY - 1 else at


def after(value: Instant) -> int:
    """Return the first instant (µs) that is no longer meant: after the whole day where the value is a bare date.

    >>> after("1970-01-01") == DAY, after("1970-01-01T00:00:01Z")
    (True, 1000000)
    """
    at = instant(value)
    return at + 1 if at % DAY == DAY - 1 else at


def parse(text: str) -> dt.date | dt.datetime:
    """Read ISO 8601 text, told apart by its length: ten characters are a date, more are a time."""
    try:
        return dt.date.fromisoformat(text) if len(text) <= 10 else dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(
            f"{text[:40]!r} is no instant ({str(error)[:80]}); write a date such as 2026-03-31 or a time such as "
            "2026-03-31T12:00Z."
        ) from error


def window(since: Instant, until: Instant) -> tuple[int, int]:
    """Read the two instants of a window. Raises: QuestionError if the first is not before the second."""
    start, end = instant(since), instant(until)
    if start >= end:
        raise QuestionError(
            f"`since` ({write_instant(start)}) must be before `until` ({write_instant(end)}); move one of them."
        )
    return start, end


def end_of_day(at: dt.datetime) -> dt.datetime:
    """Return the end of the UTC day of a moment: what is meant by its date.

    >>> end_of_day(moment(0)).isoformat()
    '1970-01-01T23:59:59.999999+00:00'
    """
    return moment(instant(at.astimezone(dt.UTC).date()))


def write_instant(microseconds: int) -> str:
    """Write an instant as somebody asks for it: the end of a day as that day, any other as a time in UTC.

    >>> write_instant(86_399_999_999), write_instant(60_000_000)
    ('1970-01-01', '1970-01-01T00:01Z')
    """
    when = moment(microseconds)
    if microseconds % DAY == DAY - 1:
        return when.date().isoformat()
    return when.replace(tzinfo=None).isoformat(timespec="auto" if when.second or when.microsecond else "minutes") + "Z"


def moment(microseconds: int) -> dt.datetime:
    """Return the UTC datetime of an instant.

    >>> moment(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return EPOCH + dt.timedelta(microseconds=microseconds)


EARLIEST = instant(dt.date(FIRST_YEAR, 1, 1)) + 1 - DAY
LATEST = instant(dt.date(LAST_YEAR, 12, 31))
