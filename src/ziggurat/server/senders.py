"""Who sends to a workspace, how much, and what was refused? What its collector knows, in this process."""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool

from ziggurat.log.inbox.inbox import FOLDER, Inbox
from ziggurat.sources.tracking.arrival import MOST_EVENT, Arrival
from ziggurat.state import write_keys
from ziggurat.state.write_keys import WriteKey

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

RENEWED = 2.0  # seconds after which a key that was made or revoked elsewhere is known here
BURST_SECONDS = 60  # of a key's rate that may come at once
LATEST = 50  # arrivals that can be looked at
RATE_SECONDS = 60  # over which the rate of a source is told


class Refused(NamedTuple):
    """A request that was not taken."""

    at: float
    status: int
    why: str


@dataclass
class Bucket:
    """How many events a key may still send; below nothing, it waits."""

    left: float
    at: float


@dataclass
class Senders:
    """The keys of one workspace, its inbox, and what came lately. at of everything: seconds since 1970."""

    workspace: Workspace
    keys: dict[str, WriteKey] = field(default_factory=dict)
    renewed: float = -math.inf
    buckets: dict[int, Bucket] = field(default_factory=dict)
    latest: deque[tuple[str, Arrival]] = field(default_factory=lambda: deque(maxlen=LATEST))
    seconds: deque[tuple[int, Counter[str]]] = field(default_factory=lambda: deque(maxlen=RATE_SECONDS))
    refused: deque[Refused] = field(default_factory=lambda: deque(maxlen=LATEST))
    last: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.workspace.folder / FOLDER)

    async def renew(self) -> None:
        """Read the keys again, if some time has passed since."""
        now = time.monotonic()
        if now - self.renewed < RENEWED:
            return
        if self.renewed > -math.inf:
            self.renewed = now  # so that others go on with what is known meanwhile
        found = await run_in_threadpool(write_keys.listed, self.workspace.state.database, living=True)
        self.keys, self.renewed = {key.hash: key for key in found}, now

    def forget(self) -> None:
        """Read the keys again at the next request, because one was made or revoked."""
        self.renewed = -math.inf

    def living(self) -> list[WriteKey]:
        """Return the keys that may be used."""
        return list(self.keys.values())

    def find(self, key: str) -> WriteKey | None:
        """Return a key by what was sent; None where it may not be used."""
        return self.keys.get(write_keys.hashed(key)) if key else None

    def wait(self, key: WriteKey, count: int) -> int:
        """Take events off a key's rate, and return 0; or the seconds to wait, if it has sent too many.

        Source: Turner (1986), New directions in communications, IEEE Communications Magazine 24(10): a leaky bucket.
        """
        now, most = time.monotonic(), float(key.rate * BURST_SECONDS)
        bucket = self.buckets.setdefault(key.id, Bucket(most, now))
        bucket.left, bucket.at = min(most, bucket.left + (now - bucket.at) * key.rate), now
        if bucket.left <= 0:
            return max(1, math.ceil((1 - bucket.left) / key.rate))
        bucket.left -= count
        return 0

    def note(self, key: WriteKey, count: int, one: Arrival) -> None:
        """Note that something came."""
        now = time.time()
        self.last[key.source] = now
        if not self.seconds or self.seconds[-1][0] != int(now):
            self.seconds.append((int(now), Counter()))
        self.seconds[-1][1][key.source] += count
        if len(one.body) <= MOST_EVENT:
            self.latest.append((key.source, one))

    def note_refusal(self, status: int, why: str) -> None:
        """Note that something was not taken."""
        self.refused.append(Refused(time.time(), status, why))

    def per_minute(self, source: str) -> int:
        """Return how many events of a source came within the last minute."""
        since = time.time() - RATE_SECONDS
        return sum(some[source] for at, some in self.seconds if at >= since)
