"""When is what was collected taken up into the log, and when are sources read? In a process of its own.

What was collected is taken up some seconds after it came; sources that are pulled are read when they are due.

Reading what was sent, and working the figures out, keeps a processor busy. In the process that takes requests, those
would wait for it, and so would the pages. The other process begins with the first thing that comes, and ends with the
one that began it, however that ends.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from ziggurat.base.errors import DeclarationError, ZigguratError
from ziggurat.log.inbox import taking
from ziggurat.settings import config
from ziggurat.state.queue import FAILED, Order
from ziggurat.work import tasks
from ziggurat.work.schedule import Schedule, scheduled
from ziggurat.work.worker import Worker
from ziggurat.workspace import Workspace

log = logging.getLogger("ziggurat.collector")
SECONDS = 2.0  # between two looks
AGAIN = 60.0  # seconds after which it is tried again where it failed
PATIENCE = 60.0  # seconds for the other process to end what it is at
LOOKS = 5  # of which one is for sources that are due
NAME, TITLE = "load", "Taking up what was collected"


class Intake:
    """Takes up what comes into the inbox of a workspace, whichever process received it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.worker = Worker(workspace, tasks.COLLECTED)
        self.seen: dict[str, tuple[int, bool]] = {}
        self.asked = -AGAIN

    def look(self) -> None:
        """Ask for what came to be taken up, and what is taken up dropped, unless that goes on or failed lately."""
        now = taking.there(self.workspace.folder)
        known = self.worker.latest(NAME) if now else None
        if not now or (known is not None and not known.done):
            self.worker.wake()  # another process may have left it; what came meanwhile is seen the next time
            return
        failed = known is not None and known.state == FAILED
        if failed and time.monotonic() - self.asked < AGAIN:
            return
        if failed or now.items() - self.seen.items():
            self.worker.put(Order(NAME, TITLE, key=NAME))
            self.asked, self.seen = time.monotonic(), now


def to_pull(folder: Path) -> bool:
    """Say whether a workspace has sources that are read by themselves; not where its settings are wrong."""
    try:
        return is_scheduled(folder, (folder / config.FILE).stat().st_mtime_ns)
    except (OSError, DeclarationError):  # which every page says
        return False


@lru_cache(64)
def is_scheduled(folder: Path, changed: int) -> bool:
    """Say it of settings as they were when their file was last changed."""
    return bool(scheduled(config.load(folder)))


class Taker:
    """The process that takes up what comes into some workspaces, and reads what they pull."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.process: subprocess.Popen[bytes] | None = None

    async def go_on(self) -> None:
        """Begin the process once something came, and once more where it ended."""
        while True:
            await run_in_threadpool(self.begin)
            await asyncio.sleep(SECONDS)

    def begin(self) -> None:
        """Begin the process, unless it runs, or nothing came and nothing is to be read."""
        if self.process is not None and self.process.poll() is None:
            return
        if any(taking.there(folder) or to_pull(folder) for folder in self.folders):
            words = [sys.executable, "-m", "ziggurat.server.intake", *(str(each.resolve()) for each in self.folders)]
            self.process = subprocess.Popen(words, stdin=subprocess.PIPE)  # noqa: S603 - our own program

    def close(self) -> None:
        """Let the process end what it is at, and end."""
        if self.process is None or self.process.stdin is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # what it is at is taken up again by the next one
            self.process.kill()
            self.process.wait()


def main(folders: Sequence[str]) -> None:
    """Take up what comes into workspaces, and read what they pull, until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, it is meant for the process that began this one
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    spaces = [Workspace.open(folder) for folder in folders]
    often: list[Intake | Schedule] = [Intake(each) for each in spaces]
    seldom: list[Intake | Schedule] = [Schedule(each) for each in spaces]
    looks = 0
    while not ended.is_set():
        for each in [*often, *([] if looks % LOOKS else seldom)]:
            try:
                each.look()
            except ZigguratError as error:
                log.error("what was collected, or is to be read, can't be taken up: %s", error)
        looks += 1
        ended.wait(SECONDS)
    for each in [*seldom, *often]:
        each.worker.close()


if __name__ == "__main__":
    main(sys.argv[1:])
