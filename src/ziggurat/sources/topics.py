"""Which question does a message answer that quotes nobody? The last one by somebody else in its topic, where the source
says that what comes later there answers.

Most who answer in a chat quote nobody: where only quotes count, hardly anything is ever answered.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

MOST = 2_000  # topics that are kept in a cursor
EACH = 50  # questions of one
SPAN = timedelta(days=14)  # within which a later message answers, as a bare answer on a channel does
MARK = re.compile(r"[?？؟]['\"”’»)\]\s]*$")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Topics:
    """The questions of topics: when (µs since 1970), the id of the message, and who asked, the oldest first."""

    def __init__(self, cursor: Mapping[str, Any]) -> None:
        kept = cursor.get("topics", {})
        self.asked: dict[str, list[tuple[int, str, str]]] = {
            str(topic): [(int(one[0]), str(one[1]), str(one[2])) for one in some] for topic, some in kept.items()
        }

    def answered(self, topic: str, name: str, at: datetime, who: str, text: str) -> str | None:
        """Return the id of the question that a message answers; None for none, and for one that asks, which is noted.

        name: of the message. What is later than it, such as a reading before this one has noted, is not looked at.
        """
        some = [one for one in self.asked.get(topic, ()) if one[1] != name]
        when = (at - EPOCH) // timedelta(microseconds=1)
        if MARK.search(text[-200:]):
            bisect.insort(some, (when, name, who))
            self.asked[topic] = some[-EACH:]
            return None
        if topic in self.asked:
            self.asked[topic] = some
        fits = (one for one in reversed(some) if one[0] < when and one[2] != who)
        last = next(fits, None)
        return last[1] if last is not None and when - last[0] <= SPAN // timedelta(microseconds=1) else None

    def kept(self) -> dict[str, Any]:
        """Return the newest, as a cursor can hold them."""
        newest = sorted((one for one in self.asked.items() if one[1]), key=lambda one: one[1][-1][0])[-MOST:]
        return {"topics": {topic: [list(one) for one in some] for topic, some in newest}} if newest else {}
