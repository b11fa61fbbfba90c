"""What is running behind the pages, one after the other, each with its progress: imports, undos, refreshes, fits."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ziggurat.errors import QuestionError, ZigguratError

log = logging.getLogger("ziggurat.server")
REMEMBERED = 50  # jobs whose outcome can still be looked at

Progress = Callable[[str, float], None]
Work = Callable[[Progress], dict[str, Any]]


@dataclass
class Job:
    """One piece of work. share: 0 to 1. outcome: what it returned. error: what went wrong, in words.

    key: of work that is the same for all who ask for it.
    """

    title: str
    key: Hashable = None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    label: str = "Waiting"
    share: float = 0.0
    done: bool = False
    outcome: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def progress(self, label: str, share: float) -> None:
        """Note how far the work has come."""
        self.label, self.share = label, min(max(share, 0.0), 1.0)


class Jobs:
    """The work of one server. A single thread runs it, so that two imports never meet."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ziggurat-job")
        self.known: OrderedDict[str, Job] = OrderedDict()
        self.lock = threading.Lock()
        self.closing = False

    def start(self, title: str, work: Work, key: Hashable = None) -> Job:
        """Begin work, or let it wait its turn, and return at once."""
        job = Job(title, key)
        self.known[job.id] = job
        while len(self.known) > REMEMBERED:
            self.known.popitem(last=False)
        self.thread.submit(run, job, work)
        return job

    def once(self, key: Hashable, title: str, work: Work) -> Job:
        """Return the work with this key, running or done; begin it where there is none."""
        with self.lock:
            job = next((job for job in self.known.values() if job.key == key), None)
            return job or self.start(title, work, key)

    def forget(self, job: Job) -> None:
        """Let the next one who asks begin anew."""
        self.known.pop(job.id, None)

    def find(self, name: str) -> Job:
        """Return a job by its id. Raises: QuestionError if it is not known (any more)."""
        if name not in self.known:
            raise QuestionError("That work is not known any more. What became of it stands in the list under Data.")
        return self.known[name]

    def close(self) -> None:
        """Finish what is running, drop what is waiting."""
        self.closing = True
        self.thread.shutdown(wait=True, cancel_futures=True)


def run(job: Job, work: Work) -> None:
    """Do the work, and keep its outcome or what went wrong."""
    try:
        job.outcome = work(job.progress)
    except ZigguratError as error:
        job.error = str(error)
    except Exception as error:
        # The boundary of this thread: what is not told here would be lost.
        log.error("%s failed", job.title, exc_info=error)
        job.error = "This is a fault of Ziggurat, not of yours. The details are in the server's log."
    job.done = True
    job.ended.set()
