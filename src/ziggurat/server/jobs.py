"""What is running behind the pages, one after the other, each with its progress: imports, undos, refreshes, fits."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ziggurat.errors import QuestionError, ZigguratError
from ziggurat.faults import sentence

log = logging.getLogger("ziggurat.server")
REMEMBERED = 50  # jobs whose outcome can still be looked at
MOST_WAITING = 16  # pieces of work that may be let go: more are refused
MOST_OF_ONE = 4  # of them of one visitor
MOST_CHANGES = 200  # pieces of work, such as imports, that are never let go
ABANDONED = 120.0  # seconds for which nobody looked at work that waits its turn: it is let go


class BusyError(ZigguratError):
    """More work was asked for than may wait."""


Progress = Callable[[str, float], None]
Work = Callable[[Progress], dict[str, Any]]


@dataclass
class Job:
    """One piece of work. share: 0 to 1. outcome: what it returned. error: what went wrong, in words.

    key: of work that is the same for all who ask for it. visitor: who asked for it first, as the browser's address.
    looked: when somebody last looked at it, by the clock that only runs forward.
    """

    title: str
    key: Hashable = None
    visitor: str = ""
    looked: float = field(default_factory=time.monotonic)
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
    """The work of one server. A single thread runs it, so that two imports never meet.

    Whoever asks for much waits for themselves alone: the next piece is one of the visitor whose last turn was longest
    ago. abandon: whether work that waits is let go once nobody looks at it any more.
    """

    def __init__(self, *, abandon: bool = False) -> None:
        self.abandon = abandon
        self.waiting: list[tuple[Job, Work]] = []
        self.turns: dict[str, float] = {}  # visitor → when their last turn began
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ziggurat-job")
        self.known: OrderedDict[str, Job] = OrderedDict()
        self.lock = threading.RLock()
        self.closing = False

    def start(self, title: str, work: Work, key: Hashable = None, visitor: str = "") -> Job:
        """Begin work, or let it wait its turn, and return at once. Raises: BusyError if too much waits already."""
        with self.lock:
            job = Job(title, key, visitor)
            self.check_room(visitor)
            self.known[job.id] = job
            while len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
            self.waiting.append((job, work))
        self.thread.submit(self.run_next)
        return job

    def check_room(self, visitor: str) -> None:
        """Raises: BusyError if no more work may wait, or none of this visitor."""
        theirs = sum(job.visitor == visitor for job, _ in self.waiting)
        most, of_one = (MOST_WAITING, MOST_OF_ONE) if self.abandon else (MOST_CHANGES, MOST_CHANGES)
        if len(self.waiting) >= most or theirs >= of_one:
            raise BusyError(
                f"{len(self.waiting)} pieces of work wait already, {theirs} of them yours. Wait until some are done, "
                "and ask again."
            )

    def once(self, key: Hashable, title: str, work: Work, visitor: str = "") -> Job:
        """Return the work with this key, running or done; begin it where there is none. Raises: BusyError."""
        with self.lock:
            return self.look(key) or self.start(title, work, key, visitor)

    def look(self, key: Hashable) -> Job | None:
        """Return the work with this key, and note that somebody waits for it; None where nobody has begun it."""
        with self.lock:
            job = next((job for job in self.known.values() if job.key == key), None)
        if job is not None:
            job.looked = time.monotonic()
        return job

    def run_next(self) -> None:
        """Do one piece of the work that waits, and let go of what nobody waits for."""
        with self.lock:
            if not self.waiting:
                return
            if self.abandon:
                self.let_go()
            if not self.waiting:
                return
            # Of equals the first that came, since sorting and the least keep their order.
            chosen = min(self.waiting, key=lambda one: self.turns.get(one[0].visitor, 0.0))
            self.waiting.remove(chosen)
            self.turns[chosen[0].visitor] = time.monotonic()
            for visitor in [one for one in self.turns if len(self.turns) > 1_000][:500]:
                del self.turns[visitor]
        run(*chosen)

    def let_go(self) -> None:
        """Drop the work that waits and at which nobody has looked for some time."""
        latest = time.monotonic() - ABANDONED
        for job, work in [one for one in self.waiting if one[0].looked < latest]:
            self.waiting.remove((job, work))
            self.known.pop(job.id, None)
            job.error = "Nobody waited for this any more; ask again."
            job.done = True
            job.ended.set()

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
        said = sentence(error)
        if said is None:
            log.error("a piece of work failed", exc_info=error)
        job.error = said or "This is a fault of Ziggurat, not of yours. The details are in the server's log."
    job.done = True
    job.ended.set()
