"""How are figures, names and dates written in a sentence of a report?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

GAP = "\u00a0"  # a number and its unit stay on one line
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST = 48  # characters of a name from outside
JOINERS = "\u200c\u200d"  # invisible, and needed to write names


def share(value: float) -> str:
    """Write a fraction as a percentage, without decimals except below 10 %.

    >>> share(0.614).replace(GAP, "_"), share(0.0174).replace(GAP, "_"), share(1.0).replace(GAP, "_")
    ('61_%', '1.7_%', '100_%')
    """
    return f"{percent(value)}{GAP}%"


def percent(value: float) -> str:
    """Write a fraction as a percentage without its sign.

    >>> percent(0.0), percent(0.0998), percent(0.5), percent(-0.0001)
    ('0', '10', '50', '0')
    """
    text = f"{value * 100:.1f}" if 0 < abs(value) < 0.0995 else f"{value * 100:.0f}"
    return text.removesuffix(".0").replace("-0", "0") if float(text) == 0 else text.removesuffix(".0")


def between(low: float, high: float) -> str:
    """Write the bounds of a share.

    >>> between(0.16, 0.251).replace(GAP, "_")
    '16 to 25_%'
    """
    return f"{percent(low)} to {percent(high)}{GAP}%"


def number(value: float) -> str:
    """Write a number: whole from 10 on, else with two digits.

    >>> number(1234.5), number(0.3234), number(3), number(0.00231)
    ('1,234', '0.32', '3', '0.0023')
    """
    if value == int(value) or abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.2g}"


def count(size: int, one: str, many: str) -> str:
    """Say how many there are.

    >>> count(1, "person", "people"), count(1234, "person", "people")
    ('1 person', '1,234 people')
    """
    return f"{size:,} {one if size == 1 else many}"


def day(at: date) -> str:
    """Write a date so that nobody can misread it, the month in English whatever the machine's language.

    >>> day(date(2026, 1, 12))
    '12 Jan 2026'
    """
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Return a name or text from outside on one line, cut, without signs that steer a terminal, a printer or the
    direction in which the rest of the sentence is written.

    >>> plain("Ana\n\u202eWeb \x00 of"), plain("x" * 60, 10)
    ('Ana Web of', 'xxxxxxxxx…')
    """
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" or sign in JOINERS else " " for sign in text)
    line = re.sub(r"\s+", " ", kept).strip()
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def listed(words: Sequence[str]) -> str:
    """Write some words in a row.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
