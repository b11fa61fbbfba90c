"""What is declared for each channel?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ziggurat.base.declare import matches
from ziggurat.results import tables


def first_fit(declared: Any, value: str, channels: Sequence[str]) -> list[Any]:
    """Return what is declared for each channel in the column `value`; None where nothing fits its name.

    declared: a table as `schema.TARGETS` or `LANGUAGES`. Where several patterns fit, the one declared first counts.
    """
    rows = tables.collect(tables.frame(declared).sort("place"), "channel", value).to_pylist()
    return [next((row[value] for row in rows if matches(name, [row["channel"]])), None) for name in channels]
