"""What do the values of a column look like, whatever its name? Dates, numbers, addresses, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources import moments
from ziggurat.sources.cells import Cells
from ziggurat.sources.identity import E_MAIL, normalise

ENOUGH = 0.8  # share of the cells in the sample that must look right
DAY_MONTH = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d{2})\b")


def date_order(columns: Dict[str, pa.Array]) -> tuple[Literal["ymd", "dmy", "mdy"], str]:
    """Decide how dates such as 03/04/2026 are read, by all of them in the sample, with a note where that is unsure."""
    first = second = seen = dotted = 0
    for column in columns.values():
        for value in column.drop_null().to_pylist():
            if found := DAY_MONTH.match(value):
                seen += 1
                dotted += found[2] == "."
                first += int(found[1]) > 12
                second += int(found[3]) > 12
    if not seen:
        return "ymd", ""
    if first and second:
        note = (
            "Some dates can only be day first, others only month first; one of the two is rejected. Look at the dates."
        )
        return ("dmy" if first >= second else "mdy"), note
    if first or second:
        return ("dmy" if first else "mdy"), ""
    if dotted == seen:
        return "dmy", ""
    return (
        "dmy",
        "Dates such as 03/04/2026 could be day first or month first; they are read day first. Look at the dates.",
    )


def decimal_sign(columns: Dict[str, pa.Array]) -> Literal[".", ","]:
    """Decide which sign is decimal: by numbers that can only be read one way."""
    comma = point = 0
    for column in columns.values():
        values = column.drop_null()
        comma += (
            pc.sum(pc.match_substring_regex(values, r"^\D{0,5}\d+(\.\d{3})*,(\d{1,2}|\d{4,})\D{0,5}$")).as_py() or 0
        )
        point += (
            pc.sum(pc.match_substring_regex(values, r"^\D{0,5}\d+(,\d{3})*\.(\d{1,2}|\d{4,})\D{0,5}$")).as_py() or 0
        )
    return "," if comma > point else "."


def share_read(column: pa.Array, cells: Cells) -> float:
    """Return the share of cells that could be read; 0 where there are none."""
    there = len(column) - column.null_count
    return (len(cells.values) - cells.values.null_count) / there if there else 0.0


def is_there(column: pa.Array) -> bool:
    """Say whether the column holds anything."""
    return bool(column.null_count < len(column))


def is_time(column: pa.Array, order: str) -> bool:
    """Say whether the values look like dates even without a name that says so: bare numbers do not."""
    written = pc.match_substring_regex(column, r"[-/.: ]")
    return bool(share_read(column, moments.parse(pc.if_else(written, column, "no"), "UTC", order)) >= ENOUGH)


def share_e_mail(column: pa.Array) -> float:
    """Return the share of values that look like e-mail addresses; 0 where there are none."""
    values = column.drop_null().to_pylist()
    return sum(E_MAIL.fullmatch(value) is not None for value in values) / max(1, len(values))


def share_phone(column: pa.Array) -> float:
    """Return the share of values that look like phone numbers; 0 where there are none."""
    values = column.drop_null().to_pylist()
    looks = [re.fullmatch(r"[\d\s()+/.-]+", value) and normalise("phone", value) for value in values]
    return sum(bool(look) for look in looks) / max(1, len(values))


def is_e_mail(column: pa.Array) -> bool:
    """Say whether the values look like e-mail addresses."""
    return share_e_mail(column) >= ENOUGH


def is_phone(column: pa.Array) -> bool:
    """Say whether the values look like phone numbers."""
    return share_phone(column) >= ENOUGH
