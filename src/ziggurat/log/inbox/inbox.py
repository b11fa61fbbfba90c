"""How is what comes in kept before anybody is told so? One thread writes for all who wait, and syncs once for them.

While one group is on its way to the disk the next one gathers, so that the more come at once, the more of them share
one sync. Source: DeWitt et al. (1984), Implementation Techniques for Main Memory Database Systems, SIGMOD 84, 1-8.
"""

from __future__ import annotations

import asyncio
import errno
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ziggurat.base import durable
from ziggurat.base.errors import BusyError
from ziggurat.log.inbox.segment import Writer, framed

FOLDER = "inbox"  # of a workspace; in it a folder for each source
SEGMENT_BYTES = 64 << 20  # after which the next segment is begun
SEGMENT_SECONDS = 30.0  # likewise, so that what is taken up soon leaves the disk
MOST_WAITING = 128 << 20  # bytes that may wait to be written
Loop = asyncio.AbstractEventLoop


class Waiting(NamedTuple):
    """A record on its way to the disk, and who waits for it."""

    source: str
    record: bytes
    kept: asyncio.Future[None]


class Inbox:
    """The inbox of one workspace, as one process writes to it; several may at once. folder: of the inbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changed = threading.Condition()
        self.waiting: list[Waiting] = []
        self.bytes_waiting = 0
        self.writers: dict[str, Writer] = {}
        self.closing = False
        self.thread: threading.Thread | None = None

    async def put(self, source: str, content: bytes) -> None:
        """Keep a record of a source; it is on the disk for good once this returns.

        Raises: OSError if the disk does not take it; BusyError if too much waits. Then it is not kept.
        """
        kept = asyncio.get_running_loop().create_future()
        with self.changed:
            if self.closing or self.bytes_waiting > MOST_WAITING:
                raise BusyError("More comes in than the disk takes; send it again in a few seconds.")
            self.waiting.append(Waiting(source, framed(content), kept))
            self.bytes_waiting += len(content)
            if self.thread is None:
                self.thread = threading.Thread(target=self.work, name="ziggurat-inbox", daemon=True)
                self.thread.start()
            self.changed.notify()
        await kept

    def work(self) -> None:
        """Write what waits, group by group, until the inbox is closed."""
        while True:
            with self.changed:
                if not self.waiting and not self.closing:
                    self.changed.wait(SEGMENT_SECONDS)
                group, self.waiting, self.bytes_waiting = self.waiting, [], 0
                ended = self.closing and not group
            for source in dict.fromkeys(one.source for one in group):
                self.write(source, [one for one in group if one.source == source])
            self.end_segments(every=ended)
            if ended:
                return

    def write(self, source: str, group: list[Waiting]) -> None:
        """Write the records of one source, and tell all who wait for them what became of them."""
        error: Exception | None = None
        try:
            if source not in self.writers:
                self.writers[source] = Writer(self.place(source))
            self.writers[source].append([one.record for one in group])
        except Exception as failure:  # the boundary of this thread: whoever waits is told
            self.writers.pop(source, None)
            error = failure
        loops: dict[Loop, list[asyncio.Future[None]]] = {}
        for one in group:
            loops.setdefault(one.kept.get_loop(), []).append(one.kept)
        for loop, futures in loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, futures, error)

    def place(self, source: str) -> Path:
        """Return the folder of a source, made where it is missing. Raises: OSError if the workspace is not there."""
        if not self.folder.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "the workspace was moved or deleted", str(self.folder.parent))
        return durable.folder(self.folder / source)

    def end_segments(self, *, every: bool = False) -> None:
        """Close the segments that are large or old enough."""
        now = time.monotonic()
        for source, writer in list(self.writers.items()):
            if every or writer.size >= SEGMENT_BYTES or now - writer.begun >= SEGMENT_SECONDS:
                del self.writers[source]
                writer.close()

    def close(self) -> None:
        """Write what waits, and end."""
        with self.changed:
            self.closing = True
            self.changed.notify()
        if self.thread is not None:
            self.thread.join()


def tell(futures: Iterable[asyncio.Future[None]], error: Exception | None) -> None:
    """Tell those who wait that their records are kept, or why not."""
    for kept in futures:
        if kept.done():  # whoever waited has gone
            continue
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
