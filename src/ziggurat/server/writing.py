"""How are numbers, shares, dates and texts written on a page? As everywhere, in the style of pages."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from markupsafe import Markup

from ziggurat.base.words import days, numbers
from ziggurat.base.words.days import Moment
from ziggurat.base.words.style import NARROW, PAGE
from ziggurat.people.resolve import THROWAWAY

LONGEST = 600  # characters of one text that a page shows

share = partial(numbers.share, style=PAGE)
ago = partial(days.ago, style=PAGE)
moment = days.moment


def number(value: float | Decimal | None, places: int | None = None) -> str:
    """Write a number; see `words.numbers.number`."""
    return numbers.number(value, PAGE, places)


def units(value: float, unit: str) -> str:
    """Write the unit of a number, which is a plural, as it is said of that number.

    >>> units(1, "interactions"), units(2, "days"), units(1, "people"), units(1, "EUR")
    ('interaction', 'days', 'person', 'EUR')
    """
    return {"people": "person"}.get(unit, unit.removesuffix("s")) if value == 1 else unit


def day(value: Moment) -> Markup | str:
    """Write a date so that nobody can misread it, such as 12 Jan 2026."""
    at = moment(value)
    return "–" if at is None else Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%d}", days.day(at))


def instant(value: Moment) -> Markup | str:
    """Write a date and time of day (UTC), such as 12 Jan 2026, 14:05."""
    at = moment(value)
    if at is None:
        return "–"
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", days.instant(at))


def size(limit: int) -> str:
    """Write a number of bytes as one says it.

    >>> size(1024**3).replace(NARROW, " "), size(1_000_000).replace(NARROW, " ")
    ('1 GiB', '976 KiB')
    """
    unit, power = ("GiB", 3) if limit >= 1024**3 else ("MiB", 2) if limit >= 1024**2 else ("KiB", 1)
    return f"{number(limit // 1024**power)}{NARROW}{unit}"


def brief(value: Any, longest: int = LONGEST) -> str:
    """Cut a long text for a page; the log keeps it whole."""
    text = str(value)
    return text if len(text) <= longest else text[:longest].rstrip() + " …"


def order_identities(identities: Iterable[str] | None) -> list[str]:
    """Return identities in their order, those last that are thrown away and tell nobody who it is.

    >>> order_identities(["anon:7f3", "email:ana@example.org", "forum:ana"])
    ['email:ana@example.org', 'forum:ana', 'anon:7f3']
    """
    return sorted(identities or (), key=lambda one: one.partition(":")[0] in THROWAWAY)
