"""How do mails become parts of a reading? In lots, each with what is to be known for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from ziggurat.sources.batch import Batch
from ziggurat.sources.mail.folder import Found
from ziggurat.sources.mail.letters import Box, take
from ziggurat.sources.mail.threads import Threads
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull

BATCH = 5_000  # mails
PART = 50_000


def parts(
    found: Iterator[Found],
    pull: Pull,
    box: Box,
    channel: str,
    name: str,
    *,
    reached: Callable[[int], dict[str, Any]],
    total: int,
) -> Iterator[Part]:
    """Yield what mails say, PART mails in one transaction.

    name: of what is read. reached: makes the cursor after the mail that ends at a place. total: the last such place.
    """
    threads, number, ahead = Threads.of(pull.cursor), 0, next(found, None)
    while ahead is not None:
        cursor: dict[str, Any] = {}

        def batches(first: Found, into: dict[str, Any]) -> Iterator[Batch]:
            nonlocal number, ahead
            rows, end = Rows(pull.source, pull.received_at, channel, name), 0
            for count, one in enumerate(chain((first,), islice(found, PART - 1)), 1):
                number, end = number + 1, one.end
                take(rows, one.raw, box, threads, number)
                if count % BATCH == 0:
                    yield rows.batch(min(end / max(total, 1), 1.0))
            yield rows.batch(min(end / max(total, 1), 1.0))
            into |= reached(end) | threads.kept()
            ahead = next(found, None)

        yield Part(name, batches(ahead, cursor), cursor)
