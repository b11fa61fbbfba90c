"""Which messages that were there the last time are there no more? What was read last is kept, and looked for again.

Of one that is gone a mark stays in the log: who said something, when and where; its words go.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ziggurat.sources.rows import Rows

MOST = 1_000  # messages that are looked for again
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT = ("kind", "channel", "object", "in_reply_to", "counterpart")


class Seen:
    """The messages that were read last, by id: when (µs since 1970), by whom, and KEPT.

    before: of the last reading; found: the ids of this one; newest: what is kept of this one.
    """

    def __init__(self, cursor: Mapping[str, Any]) -> None:
        self.before: dict[str, list[Any]] = {str(name): list(one) for name, one in cursor.get("seen", {}).items()}
        self.found: set[str] = set()
        self.newest: dict[str, list[Any]] = {}

    def note(self, rows: Rows, *, again: bool = True) -> None:
        """Note what came to what waits to be handed on. again: whether the next reading looks for that again."""
        for name, row in rows.interactions.items():
            if name in self.found:
                continue
            self.found.add(name)
            if again:
                at = (row["at"] - EPOCH) // timedelta(microseconds=1)
                self.newest[name] = [at, row["actor"], *(row.get(each) for each in KEPT)]
        if len(self.newest) > 4 * MOST:
            self.newest = self.trimmed()

    def mark_gone(self, rows: Rows) -> None:
        """Say of each message that was there the last time, and is no more, that it was deleted."""
        for name in self.before.keys() - self.found:
            at, actor, kind, *others = self.before[name]
            about = dict(zip(KEPT[1:], others, strict=True))
            rows.say(name, EPOCH + timedelta(microseconds=at), actor, kind, cells={"deleted": True}, **about)
        self.before = {}

    def oldest(self) -> datetime | None:
        """Return when the oldest of the last reading was said; None where it had none."""
        return EPOCH + timedelta(microseconds=min(one[0] for one in self.before.values())) if self.before else None

    def trimmed(self) -> dict[str, list[Any]]:
        """Return the newest of what is kept."""
        return dict(sorted(self.newest.items(), key=lambda one: one[1][0])[-MOST:])

    def kept(self) -> dict[str, Any]:
        """Return the newest, as a cursor can hold them."""
        return {"seen": self.trimmed()}
