"""Which elements of a list are of the shape that is expected? One that is not is rejected, and the others are taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from ziggurat.sources.rows import Rows

T = TypeVar("T")
LONGEST = 2_000  # letters of an element that are kept where it is rejected


def elements(raw: Sequence[msgspec.Raw], to: type[T], rows: Rows, where: str) -> Iterator[tuple[int, T]]:
    """Yield the elements that have the shape of `to`, each with its place from 1; reject the others.

    where: the document or the page that holds them.

    >>> from datetime import datetime
    >>> rows = Rows("s", datetime(2026, 1, 5), "chat")
    >>> list(elements([msgspec.Raw(b"1"), msgspec.Raw(b'"x"')], int, rows, "a.json")), rows.rejected[0]["reason"]
    ([(1, 1)], 'it has another shape: Expected `int`, got `str`')
    """
    decoder = msgspec.json.Decoder(to)
    for number, one in enumerate(raw, 1):
        try:
            found = decoder.decode(one)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            text = bytes(one).decode("utf-8", "replace")[:LONGEST]
            rows.reject(number, f"it has another shape: {str(error)[:200]}", {"document": where, "element": text})
        else:
            yield number, found
