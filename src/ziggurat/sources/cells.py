"""What do the cells of a column say? Each distinct text is read once; what can't be read comes back with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources.currency import bare_amount

SHOWN = 60  # characters of a cell that a reason quotes
PLAIN_NUMBER = {".": r"^[+-]?\d{1,15}(\.\d{1,15})?$", ",": r"^[+-]?\d{1,15}(,\d{1,15})?$"}
GROUPED = {
    ".": re.compile(r"(?=\.?\d)(\d+|\d{1,3}(?:[,'’]\d{2,3})*[,'’]\d{3})?(\.\d*)?(e[+-]?\d{1,3})?", re.I | re.A),
    ",": re.compile(r"(?=,?\d)(\d+|\d{1,3}(?:[.'’]\d{2,3})*[.'’]\d{3})?(,\d*)?(e[+-]?\d{1,3})?", re.I | re.A),
}


class Unreadable(ValueError):
    """One cell that can't be taken; the message says why, as the end of a sentence that starts with the cell."""


@dataclass(frozen=True)
class Cells:
    """A column that was read: `values`, null where empty or wrong, and `wrong`, the reason where a cell is wrong."""

    values: pa.Array
    wrong: pa.Array


def by_distinct(column: pa.Array, read: Callable[[str], Any], to: pa.DataType) -> Cells:
    """Read each distinct text once. `read` returns the value, or None for none, or raises Unreadable."""
    coded = pc.dictionary_encode(column)
    values: list[Any] = []
    wrong: list[str | None] = []
    for text in coded.dictionary.to_pylist():
        try:
            values.append(read(text))
            wrong.append(None)
        except Unreadable as error:
            values.append(None)
            wrong.append(f"'{preview_cell(text)}' {error}")
    return Cells(pa.array(values, to).take(coded.indices), pa.array(wrong, pa.string()).take(coded.indices))


def preview_cell(text: str) -> str:
    """Return the beginning of a cell, fit for one line of a reason."""
    line = " ".join(text[: SHOWN * 2].split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def text_of(column: pa.Array) -> pa.Array:
    """Trim a text column; a cell of nothing but space is null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def numbers(column: pa.Array, decimal: str) -> Cells:
    """Read numbers (float64) written with the given decimal sign; thousands separators and currency signs may be there.

    `(12.00)` and `12.00-` are negative. Not-a-number and infinity are rejected, as is what has the other decimal sign.
    """
    plain = pc.if_else(pc.match_substring_regex(column, PLAIN_NUMBER[decimal]), column, None)
    fast = pc.replace_substring(pc.replace_substring(plain, "+", ""), ",", ".").cast(pa.float64())
    odd = by_distinct(pc.if_else(pc.is_valid(fast), None, column), lambda text: number(text, decimal), pa.float64())
    return Cells(pc.coalesce(fast, odd.values), odd.wrong)


def number(text: str, decimal: str) -> float:
    """Read one number. Raises: Unreadable.

    >>> number("€ 1.234,50", ","), number("(12.00)", ".")
    (1234.5, -12.0)
    """
    if len(text) > 64:
        raise Unreadable("is no number")
    bare = bare_amount(text)
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("()").removesuffix("-").removeprefix("-").removeprefix("+")
    if not (re.search("[0-9]", bare) and GROUPED[decimal].fullmatch(bare)):
        other = "," if decimal == "." else "."
        if re.search("[0-9]", bare) and GROUPED[other].fullmatch(bare):
            raise Unreadable(
                f"is no number with decimal sign '{decimal}'; if '{other}' is meant, say so in the mapping"
            )
        raise Unreadable("is no number")
    value = float(re.sub(r"[.'’]" if decimal == "," else r"[,'’]", "", bare).replace(",", "."))
    if value == float("inf"):
        raise Unreadable("is too large a number")
    return -value if negative else value


CLOCKED = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?", re.A)
SPELLED = re.compile(
    r"(?:(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std\.?|stunden?)\b\.?)?[\s,]*"
    r"(?:(?P<m>\d+(?:[.,]\d+)?)\s*(?:m|mins?|minutes?|minuten)\b\.?)?[\s,]*"
    r"(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|sekunden?)\b\.?)?",
    re.I | re.A,
)


def duration(text: str) -> float:
    """Read how long something took, in minutes, where its unit is written with it. Raises: Unreadable.

    >>> duration("1:30"), duration("1 h 30 min"), duration("0:35:30")
    (90.0, 90.0, 35.5)
    """
    if found := CLOCKED.fullmatch(text.strip()):
        return int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60
    spelled = SPELLED.fullmatch(text.strip())
    if not spelled or not any(spelled.groups()):
        raise Unreadable("is no number and no time that something took")
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in spelled.groups())
    return hours * 60 + minutes + seconds / 60


def json_objects(columns: list[tuple[str, pa.Array]], length: int) -> pa.Array:
    """Write each row as a JSON object of text, in the given order of columns; empty cells are left out."""
    parts = []
    for name, column in columns:
        coded = pc.dictionary_encode(column)
        written = pa.array([msgspec.json.encode(value).decode() for value in coded.dictionary.to_pylist()], pa.string())
        key = msgspec.json.encode(name).decode() + ":"
        parts.append(pc.binary_join_element_wise(key, written.take(coded.indices), ""))
    if not parts:
        return pa.array(["{}"] * length, pa.string())
    return pc.binary_join_element_wise(join_cells(parts, "{", ","), "}", "")


def join_cells(parts: list[pa.Array], start: str, separator: str) -> pa.Array:
    """Join the cells of each row that are not null, after `start`; a row without any is `start` alone.

    The start is part of the join because Arrow, told to skip nulls, leaves out rows that are null in every column.
    """
    whole = pc.binary_join_element_wise(start, *parts, separator, null_handling="skip")
    bare = pc.binary_replace_slice(whole.cast(pa.binary()), len(start), len(start) + len(separator), b"")
    return bare.cast(pa.string())
