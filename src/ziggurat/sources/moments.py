"""When was it? Dates and times as exports write them, turned into microseconds since 1970-01-01 UTC.

A time without a zone is local to the mapping's zone. Where clocks are put back, an hour comes twice and the first is
meant; where they are put forward, an hour is missing and is read with the offset from before (02:30 becomes 03:30).

A date without a time belongs to no zone: it is that day wherever it is written. It becomes the first moment of the day
that has begun both in UTC and at home, so that no count by day, week or month puts it on the day before.

A day without a year, such as 5 Mar, is the last of its name up to a day that whoever reads it must say.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources import zones
from ziggurat.sources.cells import Cells, Unreadable, by_distinct
from ziggurat.sources.months import CROATIAN, month_of

SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST, LAST = 0, int(datetime(2201, 1, 1, tzinfo=UTC).timestamp()) * SECOND  # 1970 to 2200, both included
# Days of the week in several languages, whole or as they are cut short: after any other word a date is no date.
WEEKDAYS = (
    r"mon|monday|tue|tues|tuesday|wed|weds|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday|"
    r"mo|montag|di|dienstag|mi|mittwoch|do|donnerstag|fr|freitag|sa|samstag|sonnabend|so|sonntag|"
    r"lun|lundi|mar|mardi|mer|mercredi|jeu|jeudi|ven|vendredi|sam|samedi|dim|dimanche|"
    r"lunes|martes|mié|mie|miércoles|miercoles|jue|jueves|vie|viernes|sáb|sab|sábado|sabado|dom|domingo|"
    r"lunedì|lunedi|martedì|martedi|mercoledì|mercoledi|gio|giovedì|giovedi|venerdì|venerdi|sabato|domenica|"
    r"seg|segunda|ter|terça|terca|qua|quarta|qui|quinta|sex|sexta|"
    r"ma|maandag|dinsdag|wo|woensdag|donderdag|vr|vrijdag|za|zaterdag|zo|zondag|"
    r"pon|poniedziałek|wt|wtorek|śr|środa|czw|czwartek|pt|piątek|sob|sobota|niedz|niedziela|"
    r"mån|måndag|man|mandag|tis|tisdag|tir|tirsdag|ons|onsdag|tors|torsdag|fre|fredag|lör|lördag|lør|lørdag|sön|söndag|"
    r"søn|søndag"
)
WEEKDAY = rf"(?:(?:{WEEKDAYS})(?:-feira)?\.?,?\s+)?"
# Zones that e-mail and American exports write by letters, in hours; others mean several zones, and are not read.
LETTERS = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "wet": 0, "west": 1,
    "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "jst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip

ISO_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
ISO_LOCAL = ISO_DAY + r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?)?$"
ISO_ZONED = ISO_DAY + r"[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-][01]\d:[0-5]\d)$"
CLOCK = re.compile(
    r"(?:(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?(?![a-z]))?)?"
    r"\s*(?P<zone>z|utc|gmt|(?:(?:utc|gmt)?[+-]\d{2}(?::?\d{2})?)|(?:(?:utc|gmt)[+-]\d{1,2}(?::\d{2})?)|\(?(?:"
    + "|".join(LETTERS)
    + r")\)?"
    r"|[a-z]+/[a-z_]+(?:/[a-z_]+)?)?(?:\s*\([a-z ]+\))?",
    re.I | re.A,
)
TIME_FIRST = re.compile(
    r"((?:\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]m)),?\s+(?:on\s+)?(\S.*)", re.I | re.A
)
EASTERN_DAY = re.compile(r"^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
HALF = re.compile(r"(?<=\d)\s*([ap])\.\s?m\b\.?", re.I)  # as Spanish writes it: `3:04 p. m.`
SMALL = re.compile(  # what says nothing of the time
    rf"^(?:le|el|il|am|den|on)\s+(?=\S)|^(?:{WEEKDAYS})\.?,?\s+(?=\d{{1,4}}[-/.])|(?<=\d)\s*(?:uhr|hrs)$|"
    r"(?<=\d{4})\s*(?:г\.?|r\.)(?=[\s,]|$)|"
    r"\s*[(（](?:[月火水木金土日]|[월화수목금토일])(?:曜日?)?[)）]",
    re.I,
)
BETWEEN = re.compile(  # a day and a time
    r"^(?:(?:at|à|um|alle|a las|om|kl\.?|ore)\s+|@\s*|[-–—|]\s+|:(?=\d\d:))(?=\d)", re.I
)
OF_ZONE = re.compile(r"\s*\[([A-Za-z]+(?:/[A-Za-z_]+)+)\]$")  # behind a time, as Java writes it
OFFSET = re.compile(r"(?:[+-]\d\d:?\d\d|Z)$")
YEAR_FIRST = re.compile(r"^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?(?=\s|$)")  # as in Hungary and Korea
YEAR_AND_NAME = re.compile(r"^(\d{4})[-.,/\s]+([^\W\d]{3,12})\.?[-/\s]+(\d{1,2})\.?(?=[\s,T]|$)")
ROMAN = re.compile(r"^(\d{1,2})([-./ ])\s?([IVX]{1,4})\2\s?(\d{4})(?=\s|$)")  # 5.III.2026
SERVER = re.compile(r"^(\d{1,2}/[A-Za-z]{3}/\d{4}):(?=\d\d:)")  # as logs of web servers write it
WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?")
NAMED_WEEK = re.compile(r"(?:(\d{4})[-,/ ]*)?(?:KW|week|wk)[- ]?(\d{1,2})(?:[-,/ ]+(\d{4}))?", re.I)
DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})")
EASTERN_HALF = re.compile(r"(上午|下午|오전|오후|午前|午後)\s*(\d{1,2}(?::\d{2}){1,2})")
MIDNIGHT_AND_TIME = re.compile(r"^(\d{4}-\d{2}-\d{2}) 00:00:00 (?=\d)")  # a workbook's date cell beside its time cell
DATES = {
    "ymd": re.compile(r"(?P<y>\d{4})([-/. ]?)(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
    "dmy": re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4}|\d{2})"),
    "mdy": re.compile(r"(?P<m>\d{1,2})([-/.])(?P<d>\d{1,2})\2(?P<y>\d{4}|\d{2})"),
    "named": re.compile(
        WEEKDAY + r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?:[\s/-]*|\s+de\s+)(?P<m>[^\W\d]{3,12})\.?,?"
        r"(?:[\s/-]*|\s+de\s+)['’]?(?P<y>\d{4}|\d{2})\b(?!:)",
        re.I,
    ),
    "named first": re.compile(
        WEEKDAY + r"(?P<m>[^\W\d]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})\b", re.I
    ),
    "year last": re.compile(
        WEEKDAY + r"(?P<m>[a-z]{3})\s+(?P<d>\d{1,2})\s+(?P<clock>\d{2}:\d{2}:\d{2}(?:\s+\S+)?)\s+(?P<y>\d{4})",
        re.I,
    ),
}
# Dates that state no year, by the same names of their parts.
SHORT_DATES = {
    "named": re.compile(
        WEEKDAY + r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?:[\s/-]+|\s+de\s+)(?P<m>[^\W\d]{3,12})\b\.?,?", re.I
    ),
    "named first": re.compile(
        WEEKDAY + r"(?P<m>[^\W\d]{3,12})\.?[\s-]+(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:h]),?", re.I
    ),
    "dmy": re.compile(r"(?P<d>\d{1,2})(?:/(?P<m>\d{1,2})(?![\d/.])|\.(?P<dotted>\d{1,2})\.(?!\d))"),
    "mdy": re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/.])"),
}
LEAP = date(2000, 12, 31)  # up to which any day without a year can be read, where only its form matters
EPOCHS = {9: SECOND, 10: SECOND, 12: 1_000, 13: 1_000, 15: 1, 16: 1}


NAMED_ZONE = re.compile(r"(\d{1,2}(?::\d{2}){0,2}(?:\.\d+)?\s*(?:[ap]\.?m\.?)?)\s+(\(?[a-z].*)", re.I)
READ = pa.struct([("at", pa.int64()), ("local", pa.bool_()), ("bare", pa.bool_())])


def parse(column: pa.Array, zone: str, order: str, home: str = "UTC", latest: date | None = None) -> Cells:
    """Return instants (int64 µs, UTC) of a text column, null where empty or unreadable, with the reasons of the latter.

    zone: IANA name for times that state none. order: how 03/04/2026 is read, 'dmy' or 'mdy'; under 'ymd' it is
    rejected, and under 'auto' it is taken where only one reading is a date. home: zone in which dates without a time
    stay on their day. latest: the last day that one without a year may be; without it such a day is rejected. Years
    before 1970 and after 2200 are rejected.
    """
    days, local, zoned = (pc.match_substring_regex(column, form) for form in (f"{ISO_DAY}$", ISO_LOCAL, ISO_ZONED))
    try:
        at_home = pc.if_else(local, column, None).cast(pa.timestamp("us")).cast(pa.int64())
        fixed = pc.if_else(zoned, column, None).cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    except pa.ArrowInvalid:  # a day that is in no calendar, such as 30 February: find it one by one
        at_home = fixed = pa.nulls(len(column), pa.int64())
    odd = pc.if_else(pc.is_null(pc.coalesce(at_home, fixed)), column, None)
    read = by_distinct(odd, lambda text: one(text, order, latest), READ)
    odd_at, odd_local, odd_bare = (pc.struct_field(read.values, field) for field in range(3))
    at_home = pc.coalesce(at_home, pc.if_else(odd_local, odd_at, None))
    fixed = pc.coalesce(fixed, pc.if_else(odd_local, None, odd_at))
    bare = pc.fill_null(pc.coalesce(odd_bare, days), False)
    at = pc.coalesce(day_start(pc.if_else(bare, at_home, None), home), to_utc(at_home, zone), fixed)
    why = pc.binary_join_element_wise("'", column, "' lies before 1970 or after 2200, which is probably wrong", "")
    outside = pc.fill_null(pc.or_(pc.less(at, FIRST), pc.greater_equal(at, LAST)), False)
    return Cells(pc.if_else(outside, None, at), pc.coalesce(read.wrong, pc.if_else(outside, why, None)))


def day_start(midnight: pa.Array, home: str) -> pa.Array:
    """Return the first moment of a day that has begun both in UTC and at home; midnight: of the day, local µs."""
    return pc.max_element_wise(midnight, to_utc(midnight, home), skip_nulls=False)


def one(text: str, order: str, latest: date | None = None) -> dict[str, Any]:
    """Read one date or time: µs since 1970, whether it is local, and whether it is a bare date. Raises: Unreadable."""
    text = text.strip()
    if len(text) > 64:
        raise Unreadable("is no date")
    if (number := re.fullmatch(r"(\d{9,16})(\.\d{1,9})?", text)) and len(number[1]) in EPOCHS:
        at = round(float(text) * SECOND) if number[2] else int(text) * EPOCHS[len(number[1])]
        return {"at": at, "local": False, "bare": False}
    if re.fullmatch(r"\d{5}(\.\d+)?", text):  # a spreadsheet's day number, counted from 1899-12-30
        at = round((float(text) - 25_569) * 86_400) * SECOND
        return {"at": at, "local": True, "bare": at % DAY == 0 and "." not in text}
    if week := week_day(text):
        return {"at": week, "local": True, "bare": True}
    if compact := re.fullmatch(r"(\d{8})T?(\d{2})(\d{2})(\d{2})(\D.*)?", text):
        text = "{} {}:{}:{}{}".format(*compact.groups(""))
    if CROATIAN.search(text):
        raise Unreadable("names a month by a word that is another month in Croatia than in Poland")
    year, month, day, rest = calendar_date(rearrange(text), order, latest)
    rest = BETWEEN.sub("", rest.lstrip(" ,Tt").rstrip(" ,"))
    clock = CLOCK.fullmatch(rest) or CLOCK.fullmatch(with_zone(rest))
    if not clock or (clock["hour"] and not clock["minute"] and not clock["half"]):
        raise Unreadable("is no date")
    try:
        when = datetime(year, month, day, tzinfo=UTC) + time_of_day(clock)
        away = offset(clock["zone"], when)
        when -= away or timedelta(0)
    except (ValueError, OverflowError):
        raise Unreadable("is a day or time that does not exist") from None
    at = (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return {"at": at, "local": away is None, "bare": not rest}


def is_week(text: str) -> bool:
    """Say whether a text names a week and no day of it."""
    found = WEEK.fullmatch(text.strip())
    return (found is not None and not found[3]) or NAMED_WEEK.fullmatch(text.strip()) is not None


def week_day(text: str) -> int | None:
    """Return the midnight (µs) of a day of a week, of its Monday where it names none; None where it is no week.

    Source: ISO 8601, which counts weeks from that with the year's first Thursday.
    """
    found, named = WEEK.fullmatch(text), NAMED_WEEK.fullmatch(text)
    if found:
        year, week, day = int(found[1]), int(found[2]), int(found[3] or 1)
    elif named and bool(named[1]) != bool(named[3]):
        year, week, day = int(named[1] or named[3]), int(named[2]), 1
    else:
        return None
    try:
        when = date.fromisocalendar(year, week, day)
    except ValueError:
        raise Unreadable("is a week that does not exist") from None
    return (when - date(1970, 1, 1)).days * DAY


def rearrange(text: str) -> str:
    """Write a time with the date first, and the half of the day as English does, whatever came first.

    >>> rearrange("12:30 05.03.2026"), rearrange("2026/3/5 下午 3:04")
    ('2026-03-05 12:30', '2026/3/5 3:04 PM')
    """
    text = EASTERN_DAY.sub(r"\1-\2-\3", HALF.sub(r" \1m", SMALL.sub("", text)))
    text = YEAR_FIRST.sub(r"\1-\2-\3", SERVER.sub(r"\1 ", text))
    text = YEAR_AND_NAME.sub(r"\3 \2 \1", ROMAN.sub(lambda found: f"{found[4]}-{month_of(found[3])}-{found[1]}", text))
    if zone := OF_ZONE.search(text):
        before = text[: zone.start()]
        text = before if OFFSET.search(before) else f"{before} {zone[1]}"
    text = EASTERN_HALF.sub(lambda found: f"{found[2]} {'AM' if found[1] in '上午오전午前' else 'PM'}", text)
    if found := TIME_FIRST.fullmatch(text):  # with dots, the day comes first: nobody in America writes it so
        return DOTTED.sub(r"\3-\2-\1", f"{found[2]} {found[1]}")
    return MIDNIGHT_AND_TIME.sub(r"\1 ", text)


def with_zone(rest: str) -> str:
    """Return a time of the day with its zone as IANA names it, where it is written otherwise.

    >>> with_zone("10:00 Eastern Time (US & Canada)"), with_zone("10:00 soon")
    ('10:00 America/New_York', '10:00 soon')
    """
    found = NAMED_ZONE.fullmatch(rest)
    zone = zones.named(found[2]) if found else ""
    return f"{found[1]} {zone}" if found and zone else rest


def calendar_date(text: str, order: str, latest: date | None = None) -> tuple[int, int, int, str]:
    """Return year, month, day and the rest of the text. Raises: Unreadable."""
    for form, pattern in DATES.items():
        if not (found := pattern.match(text)) or text[found.end() : found.end() + 1].isdigit():
            continue
        if form in ("dmy", "mdy"):
            found = DATES[numeric_order(found.group(0), order)].match(text) or found
        month = int(found["m"]) if found["m"].isdigit() else month_of(found["m"])
        year = int(found["y"])
        if len(found["y"]) == 2:
            year += 1900 if year >= 70 else 2000
        between = f" {found['clock']}" if form == "year last" else ""
        return year, month, int(found["d"]), between + text[found.end() :]
    return short_date(text, order, latest)


def short_date(text: str, order: str, latest: date | None) -> tuple[int, int, int, str]:
    """Return year, month, day and the rest where a date has no year: the last up to a day. Raises: Unreadable."""
    for form, pattern in SHORT_DATES.items():
        if not (found := pattern.match(text)) or (found["m"] and not found["m"].isdigit() and not month_of(found["m"])):
            continue
        if form in ("dmy", "mdy") and found["m"]:  # with dots, the day comes first
            found = SHORT_DATES[numeric_order(found.group(0), order)].match(text) or found
        said = found["m"] or found.groupdict().get("dotted") or ""
        month, day = int(said) if said.isdigit() else month_of(said), int(found["d"])
        if latest is None:
            raise Unreadable("states no year")
        for year in range(latest.year, latest.year - 9, -1):  # 29 February may be eight years away
            try:
                if date(year, month, day) <= latest:
                    return year, month, day, text[found.end() :]
            except ValueError:
                continue
        raise Unreadable("is a day or time that does not exist")
    raise Unreadable("is no date")


def numeric_order(text: str, order: str) -> str:
    """Say how a date such as 03/04/2026 is read. Raises: Unreadable where that is anyone's guess."""
    first, second = (int(part) for part in re.split(r"[-/.]", text)[:2])
    if order in ("dmy", "mdy"):
        return order
    if order == "auto" and (first > 12 or second > 12 or first == second):
        return "dmy" if first > 12 else "mdy"
    raise Unreadable("can be read day first or month first; say date_order = 'dmy' or 'mdy' in the mapping")


def time_of_day(clock: re.Match[str]) -> timedelta:
    """Return the time since midnight; none stated is midnight. Raises: ValueError if there is no such time."""
    hour, minute, second = (int(clock[part] or 0) for part in ("hour", "minute", "second"))
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    if (hour > 23 or minute > 59 or second > 60) and (hour, minute, second) != (24, 0, 0):
        raise ValueError("no such time")
    return timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=int((clock["fraction"] or "0").ljust(6, "0")[:6])
    )


def offset(zone: str | None, local: datetime) -> timedelta | None:
    """Return the offset from UTC at a local time, or None where no zone is stated. Raises: ValueError if unknown."""
    if zone is None:
        return None
    letters = zone.strip("()").lower()
    if letters in LETTERS:
        return timedelta(hours=LETTERS[letters])
    if "/" in zone:
        try:
            return local.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        except ZoneInfoNotFoundError:
            raise ValueError("no such zone") from None
    digits = re.sub(r"[^\d+-]", "", zone)
    if not digits:
        return timedelta(0)
    hours, minutes = (digits[1:3], digits[3:5]) if len(digits) > 3 and ":" not in zone else (digits[1:-2], digits[-2:])
    if len(digits) < 4:
        hours, minutes = digits[1:], "0"
    away = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-away if digits[0] == "-" else away).utcoffset(None)


def to_utc(local: pa.Array, zone: str) -> pa.Array:
    """Turn local microseconds into UTC. Days without a change of clocks take one offset; the others go one by one."""
    if zone in ("UTC", "Etc/UTC") or local.null_count == len(local):
        return local
    there = local.is_valid().to_numpy(zero_copy_only=False)
    values = np.clip(local.fill_null(0).to_numpy(), FIRST, LAST).astype(np.int64)  # what is outside is rejected anyway
    info = ZoneInfo(zone)
    days, place = np.unique(values // DAY, return_inverse=True)
    starts = np.array([utc_offset(day * DAY, info) for day in days.tolist()], np.int64)
    ends = np.array([utc_offset((day + 1) * DAY, info) for day in days.tolist()], np.int64)
    offsets: npt.NDArray[np.int64] = starts[place]
    for row in np.flatnonzero((starts != ends)[place]).tolist():
        offsets[row] = utc_offset(int(values[row]), info)
    exact = local.fill_null(0).to_numpy() - offsets
    return pa.array(exact, pa.int64(), mask=~there)


def utc_offset(local: int, zone: ZoneInfo) -> int:
    """Return a zone's offset at a local time, in microseconds."""
    away = (datetime(1970, 1, 1) + timedelta(microseconds=local)).replace(tzinfo=zone).utcoffset()  # noqa: DTZ001
    return (away or timedelta(0)) // timedelta(microseconds=1)
