"""How is a list read that a system gives newest first, page by page? Down to what was read before, and a bit beyond.

The first reading goes down to the oldest, in parts that can each be read on from; a later one begins at the top again,
and goes as deep as what is looked for again: what is there no more is marked as deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ziggurat.sources.batch import Batch
from ziggurat.sources.rows import Rows
from ziggurat.sources.seen import Seen
from ziggurat.sources.source import Part, Pull

PAGES = 50  # in one transaction of the first reading
Page = Callable[[str | None, Rows], tuple[list[datetime], str | None]]


def parts(pull: Pull, channel: str, lists: Mapping[str, Page]) -> Iterator[Part]:
    """Yield what is new of some lists, one after the other.

    lists: by name, what reads the page at a place (None: the top) into rows, and returns when what it holds happened,
    and the place of the next page (None: there is none).
    """
    reached: dict[str, Any] = dict(pull.cursor)
    for name, page in lists.items():
        reading = Reading(name, page, dict(reached.get(name, {})))
        while not reading.over:
            cursor = dict(reached)
            yield Part(name, reading.batches(Rows(pull.source, pull.received_at, channel, name), cursor), cursor)
            reached = cursor


class Reading:
    """The reading of one list. told: of its last part. deep: whether the first reading is under way."""

    def __init__(self, name: str, page: Page, told: dict[str, Any]) -> None:
        self.name, self.page, self.told = name, page, told
        self.place: str | None = told.get("down")
        self.deep = self.place is not None or not told.get("seen")
        self.over = False

    def batches(self, rows: Rows, cursor: dict[str, Any]) -> Iterator[Batch]:
        """Read PAGES pages of the first reading, or what is new; and note how far that is."""
        yield from self.down(rows) if self.deep else self.again(rows)
        yield rows.batch(1.0)
        cursor[self.name] = self.told

    def down(self, rows: Rows) -> Iterator[Batch]:
        """Read on towards the oldest. What a first reading that broke off has seen at the top stays noted."""
        seen = Seen({})
        fresh = self.place is None
        for _ in range(PAGES):
            _, self.place = self.page(self.place, rows)
            if fresh:
                seen.note(rows)
            if self.place is None:
                break
            yield rows.batch(0.5)
        kept = seen.kept() if fresh else {"seen": self.told.get("seen", {})}
        self.told = kept | ({"down": self.place} if self.place is not None else {})
        if self.place is None:
            self.over = fresh  # else what came since that one broke off is still to be read
            self.deep = False

    def again(self, rows: Rows) -> Iterator[Batch]:
        """Read from the top down to the oldest of what is looked for again."""
        seen, place = Seen(self.told), None
        oldest = seen.oldest()
        while True:
            times, place = self.page(place, rows)
            seen.note(rows)
            if place is None or (oldest is not None and times and max(times) < oldest):
                break
            yield rows.batch(0.5)
        seen.mark_gone(rows)
        self.told, self.over = seen.kept(), True
