"""Which way does a kind run, where a row of the log states no direction?

It is left open for the kinds of `Kinds.unstated` alone; of all others the log states it.
"""

from __future__ import annotations

from collections.abc import Callable

from ziggurat.base import kinds

SENT = tuple(kind for kind, way in kinds.load().direction_of.items() if way == "out")


def is_sent(text: Callable[[object], str]) -> str:
    """Write an SQL test that the column `kind` is one that runs from the organisation. text: writes a literal."""
    return f"kind IN ({', '.join(text(kind) for kind in SENT)})"


def usual(text: Callable[[object], str]) -> str:
    """Write the direction of a row as SQL: the one that it states, else the usual one of its kind."""
    return f"coalesce(direction, CASE WHEN {is_sent(text)} THEN 'out' ELSE 'in' END)"
