"""When is what was collected taken up into the log? Some seconds after it came, by whoever serves the workspace."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.concurrency import run_in_threadpool

from ziggurat.errors import ZigguratError
from ziggurat.inbox import taking
from ziggurat.server.senders import Senders
from ziggurat.state.queue import FAILED, Order
from ziggurat.work import tasks
from ziggurat.work.worker import Worker

log = logging.getLogger("ziggurat.collector")
SECONDS = 2.0  # between two looks
AGAIN = 60.0  # seconds after which it is tried again where it failed
NAME, TITLE = "load", "Taking up what was collected"


class Intake:
    """Takes up what comes into the inbox of a workspace, whichever process received it."""

    def __init__(self, senders: Senders) -> None:
        self.senders = senders
        self.worker = Worker(senders.workspace, tasks.COLLECTED)
        self.seen: dict[str, int] = {}
        self.asked = -AGAIN

    async def go_on(self) -> None:
        """Look for what came, again and again."""
        while True:
            try:
                await run_in_threadpool(self.look)
            except ZigguratError as error:
                log.error("what was collected can't be taken up: %s", error)
            await asyncio.sleep(SECONDS)

    def look(self) -> None:
        """Ask for what came to be taken up, unless that is under way, or failed a short time ago."""
        sizes = taking.size(self.senders.workspace.folder)
        known = self.worker.latest(NAME) if sizes else None
        if not sizes or (known is not None and not known.done):
            return  # what came meanwhile is seen the next time
        failed = known is not None and known.state == FAILED
        if failed and time.monotonic() - self.asked < AGAIN:
            return
        if failed or any(size > self.seen.get(name, 0) for name, size in sizes.items()):
            self.worker.put(Order(NAME, TITLE, key=NAME))
            self.asked, self.seen = time.monotonic(), sizes

    def close(self) -> None:
        """Keep what still waits, and end what is under way."""
        self.senders.inbox.close()
        self.worker.close()
