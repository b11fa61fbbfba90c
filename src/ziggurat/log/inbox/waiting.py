"""How many events wait in the inbox until the log takes them up, and of which sources?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from ziggurat.base.words.numbers import count, number
from ziggurat.log.inbox import taking
from ziggurat.log.inbox.taking import Taken
from ziggurat.sources.tracking import body as bodies
from ziggurat.sources.tracking.arrival import decoded


def waiting(workspace: Path, taken_up: Callable[[str], Taken]) -> dict[str, int]:
    """Return how many events of each source wait; sources of which none does are left out.

    workspace: its folder. taken_up: how far each segment of a source is in the log, by the source's name.
    """
    found = {
        source: sum(
            events(record) for lot in taking.lots(workspace, source, taken_up(source)) for record in lot.records
        )
        for source in taking.sources(workspace)
    }
    return {source: events for source, events in found.items() if events}


def events(record: bytes) -> int:
    """Return how many events a record holds; one that can't be read is one, since it will be rejected as one."""
    try:
        arrival = decoded(record)
        envelope = bodies.opened(arrival.body, single=bool(arrival.call))
    except (msgspec.DecodeError, ValueError):
        return 1
    return len(bodies.items(envelope, arrival.body))


def describe(found: dict[str, int]) -> str:
    """Say how many events wait.

    >>> describe({"app": 1, "web": 1200})
    '1,201 collected events wait in the inbox (app: 1, web: 1,200)'
    """
    each = ", ".join(f"{source}: {number(events)}" for source, events in found.items())
    return f"{count(sum(found.values()), 'collected event waits', 'collected events wait')} in the inbox ({each})"
