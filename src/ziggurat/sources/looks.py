"""What do the values of a column look like, whatever its name? Dates, numbers, addresses, and how they are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping as Dict
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources import moments, names
from ziggurat.sources.addresslist import addresses_in
from ziggurat.sources.cells import Unreadable, number
from ziggurat.sources.identity import E_MAIL, EXTENSION, listed, normalise, profile, said
from ziggurat.sources.occasions import is_day
from ziggurat.sources.profile import Seen

ENOUGH = 0.8  # share of the cells that must look right where no name speaks for a column
SHORT_NUMBERS = r"^\d{1,2}/\d{1,2}$|^\d{1,2}\.\d{1,2}\.?$"  # which without a year may be anything
IBAN = r"(?i)^\s*[a-z]{2}\d{2}(?: ?[a-z0-9]){11,30}\s*$"
PERSONAL = r"^\p{Lu}[\p{L}.'’-]*,?(?: (?:\p{Lu}[\p{L}.'’-]*|de|da|del|van|von|der|den|la|le|bin|al)){1,3}$"
PHONE = re.compile(r"[\d\s()+/.-]+")


def sort_of(cell: str) -> str:
    """Say what one cell is, whatever its column: an e-mail address, a number, a date, or text.

    >>> [sort_of(cell) for cell in ("ana@x.org", "€ 12", "5 Jan 2026", "Ana")]
    ['email', 'number', 'date', 'text']
    """
    cell = cell.strip()
    if "@" in cell and (E_MAIL.fullmatch(cell.lower()) or addresses_in(cell)):
        return "email"
    if not any(sign.isdigit() for sign in cell):
        return "text"
    for decimal in ".,":
        try:
            number(cell, decimal)
        except Unreadable:
            continue
        return "number"
    return "date" if is_day(cell) else "text"


def date_order(columns: Dict[str, Seen]) -> tuple[Literal["ymd", "dmy", "mdy"], str]:
    """Decide how dates such as 03/04/2026 are read, by all of them in the file, with a note where that is unsure."""
    dates, dotted, first, second, halves = (
        sum(seen.signs[sign] for seen in columns.values())
        for sign in ("dates", "dotted", "day_first", "month_first", "half_days")
    )
    if not dates:
        dates, dotted, first, second = short_dates(columns)
        halves = 0
    if not dates:
        return "ymd", ""
    if first and second:
        note = (
            "Some dates can only be day first, others only month first; one of the two is rejected. Look at the dates."
        )
        return ("dmy" if first >= second else "mdy"), note
    if first or second:
        return ("dmy" if first else "mdy"), ""
    if dotted == dates:
        return "dmy", ""
    if halves:
        note = "are read month first, as is usual beside AM and PM"
        return "mdy", f"Dates such as 03/04/2026 could be day first or month first; they {note}. Look at the dates."
    return (
        "dmy",
        "Dates such as 03/04/2026 could be day first or month first; they are read day first. Look at the dates.",
    )


def short_dates(columns: Dict[str, Seen]) -> tuple[int, int, int, int]:
    """Count days such as 5/3 in the columns that are named for a time: all, with dots, day first, and month first."""
    heads = set(names.FIELD_NAMES["at"].split())
    found = [seen.signs for name, seen in columns.items() if heads & set(names.variants(name))]
    all_, dotted, first, second = (
        sum(signs[sign] for signs in found)
        for sign in ("short", "short_dotted", "short_day_first", "short_month_first")
    )
    return all_, dotted, first, second


def decimal_sign(columns: Dict[str, Seen], habit: bool) -> tuple[Literal[".", ","], str]:
    """Decide which sign is decimal, by numbers that can only be read one way, with a note where that is unsure.

    habit: whether the file is otherwise written as where the comma is decimal (semicolons, dates with dots). Where no
    number decides, three digits after a point are thousands by habit, or where all such numbers of a column have three.
    """
    total = {
        sign: sum(seen.signs[sign] for seen in columns.values() if is_numeric(seen))
        for sign in ("comma", "point", "either_point", "either_comma")
    }
    if total["comma"] and total["point"]:
        decimal: Literal[".", ","] = "," if total["comma"] > total["point"] else "."
        return decimal, (
            "Some numbers are written with a decimal comma, others with a decimal point: read is the one that more of "
            f"them have ('{decimal}'), and the others are rejected. Look at the numbers."
        )
    if total["comma"] or total["point"]:
        return ("," if total["comma"] else "."), ""
    grouped = total["either_point"] > total["either_comma"]
    if grouped and (habit or any(seen.signs["either_point"] == len(seen.counts) > 1 for seen in columns.values())):
        return ",", "Numbers such as 1.500 are read as fifteen hundred, not as one and a half. Look at the numbers."
    if total["either_comma"]:
        return ".", "Numbers such as 1,500 are read as fifteen hundred, not as one and a half. Look at the numbers."
    return ".", ""


def is_numeric(seen: Seen) -> bool:
    """Say whether most of the first values of a column are numbers; dates with dots are none."""
    first = list(seen.counts)[:200]
    return bool(first) and sum(sort_of(value) == "number" for value in first) >= len(first) / 2


def is_there(seen: Seen) -> bool:
    """Say whether the column holds anything."""
    return seen.filled > 0


def is_name(seen: Seen) -> bool:
    """Say whether values can be what people are called: mostly letters; no `#1001`, and no address."""
    right = [value[:1] != "#" and "@" not in value and any(map(str.isalpha, value)) for value in seen.counts]
    return seen.share(pa.array(right, pa.bool_())) >= ENOUGH


def is_full_name(seen: Seen) -> bool:
    """Say whether values are the names of people and no ids: most are of several words."""
    return is_name(seen) and seen.share(pc.match_substring_regex(seen.values(), r"\p{L}[.,]? \p{L}")) > 0.5


def is_personal(seen: Seen) -> bool:
    """Say whether values are written as first and last names are: two to four words, each with a capital letter."""
    return seen.share(pc.match_substring_regex(seen.values(), PERSONAL)) >= ENOUGH


def share_called(seen: Seen) -> float:
    """Return the share of cells that hold an address with a name before it, as `Ana Ng <ana@x.org>`."""
    return seen.share(pc.match_substring_regex(seen.values(), r"\w\W*<[^<>@\s]+@[^<>\s]+>\s*$"))


def profiles_of(seen: Seen) -> str:
    """Return the network whose pages of people a column holds the addresses of; nothing where it holds others."""
    found = Counter(page[0] for value in seen.counts if (page := profile(value)))
    network, count = found.most_common(1)[0] if found else ("", 0)
    return network if count >= ENOUGH * len(seen.counts) else ""


def is_iban(seen: Seen) -> bool:
    """Say whether a column holds numbers of bank accounts as Europe and others write them."""
    return seen.share(pc.match_substring_regex(seen.values(), IBAN)) >= ENOUGH


def share_time(seen: Seen, order: str) -> float:
    """Return the share of cells that read as a date or a time."""
    return seen.share(pc.is_valid(moments.parse(seen.values(), "UTC", order, latest=moments.LEAP).values))


def is_time(seen: Seen, order: str) -> bool:
    """Say whether the values look like dates even without a name that says so: bare numbers and 4/5 do not."""
    values = seen.values()
    written = pc.and_(
        pc.match_substring_regex(values, r"[-/.: ]"), pc.invert(pc.match_substring_regex(values, SHORT_NUMBERS))
    )
    read = moments.parse(pc.if_else(written, values, "no"), "UTC", order, latest=moments.LEAP).values
    return seen.share(pc.is_valid(read)) >= ENOUGH


def share_e_mail(seen: Seen) -> float:
    """Return the share of cells that hold e-mail addresses, one or several; 0 where there are none."""
    if "email" not in seen.shares:
        right = [("@" in value or ":" in value) and bool(listed("email", value)) for value in seen.counts]
        seen.shares["email"] = seen.share(pa.array(right, pa.bool_()))
    return seen.shares["email"]


def share_phone(seen: Seen) -> float:
    """Return the share of cells that look like phone numbers; 0 where there are none."""
    return seen.share(
        pa.array(
            [
                bool(PHONE.fullmatch(EXTENSION.sub("", value).strip()) and normalise("phone", value))
                for value in seen.counts
            ],
            pa.bool_(),
        )
    )


def share_said(seen: Seen) -> float:
    """Return the share of cells that say what sort of identity they are, as email:ana@example.org does."""
    return seen.share(pa.array([said(value) is not None for value in seen.counts], pa.bool_()))


def is_e_mail(seen: Seen) -> bool:
    """Say whether the values look like e-mail addresses."""
    return share_e_mail(seen) >= ENOUGH


def is_phone(seen: Seen) -> bool:
    """Say whether the values look like phone numbers."""
    return share_phone(seen) >= ENOUGH
