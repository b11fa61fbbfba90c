"""Who does the work that waits? One thread for each lane of each process that serves, and a command for its own."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Hashable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ziggurat.base.errors import QuestionError, ZigguratError
from ziggurat.base.faults import sentence
from ziggurat.base.sqlite import UnwritableError
from ziggurat.state import queue
from ziggurat.state.database import Database
from ziggurat.state.queue import OPEN, QUEUED, RUNNING, WORK, Lane, Order, Piece
from ziggurat.work import tasks
from ziggurat.work.turn import HOLDER, Progress, Turn, carry_out

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

log = logging.getLogger("ziggurat.work")
POLL = 1.0  # seconds after which it is looked whether another process has asked for work
LEASE = 20.0  # seconds without a sign of life after which a process is taken for gone
ABANDONED = 120.0  # seconds for which nobody looked at an answer that is awaited: it is let go
AGAIN = 60.0  # seconds after which work is looked for once more where the queue could not be read or written
LOOK = 15.0  # seconds for which one look at work counts


class Watch:
    """For how long has a number stayed as it is? By the clock that only runs forward."""

    def __init__(self) -> None:
        self.seen: dict[Hashable, tuple[int, float]] = {}

    def unchanged(self, key: Hashable, number: int) -> float:
        """Return for how many seconds the number has been seen to be the same."""
        now = time.monotonic()
        before, since = self.seen.get(key, (None, now))
        if before != number:
            self.seen[key] = number, now
            return 0.0
        return now - since

    def forget_all_but(self, keys: set[Hashable]) -> None:
        """Let go of numbers that nobody asks for any more."""
        self.seen = {key: value for key, value in self.seen.items() if key in keys}


class Worker:
    """Does the work of one lane of a workspace, one piece after the other, in a thread that begins with the first."""

    def __init__(self, workspace: Workspace, lane: Lane) -> None:
        self.workspace, self.lane = workspace, lane
        self.database = workspace.state.database
        self.watch = Watch()
        self.looked: dict[int, float] = {}  # piece of work → when a look at it was last noted
        self.thread: threading.Thread | None = None
        self.turn: Turn | None = None
        self.changed = threading.Condition()
        self.closing = False

    def put(self, order: Order) -> Piece:
        """Let work wait its turn, and return at once. Raises: BusyError if too much waits already."""
        found = queue.put(self.database, order, self.lane, at=datetime.now(UTC))
        self.wake()
        return found

    def latest(self, key: str) -> Piece | None:
        """Return the newest work with a key, and note that somebody looks at it; None where nobody has asked for it."""
        found = next(iter(queue.listed(self.database, WORK.c.key == key, most=1)), None)
        now = time.monotonic()
        if found and not found.done and now - self.looked.get(found.id, -math.inf) >= LOOK:
            self.looked = {number: at for number, at in self.looked.items() if now - at < LOOK} | {found.id: now}
            with suppress(UnwritableError):  # then nobody can do this work either
                queue.look(self.database, found.id)
        return found

    def waiting(self) -> list[Piece]:
        """Return the work that waits or is under way, the newest first."""
        return queue.listed(self.database, WORK.c.lane == self.lane.name, WORK.c.state.in_(OPEN))

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until a piece of work is over, or that long; return whether it is."""
        with self.changed:
            return self.changed.wait_for(lambda: queue.find(self.database, number).done, seconds)

    def wake(self) -> None:
        """Begin to work, or to look for work once more."""
        with self.changed:
            if self.thread is None and not self.closing:
                self.thread = threading.Thread(target=self.work, name=f"ziggurat-{self.lane.name}", daemon=True)
                self.thread.start()
            self.changed.notify_all()

    def work(self) -> None:
        """Do what waits until the worker is closed."""
        while not self.closing:
            pause = POLL
            try:
                self.give_up_lost()
                piece = queue.claim(self.database, self.lane, HOLDER)
                if piece is not None:
                    self.do(piece)
                    continue
            except Exception as error:  # the boundary of this thread: what is not told here would be lost
                words = str(error) if isinstance(error, ZigguratError) else sentence(error)
                log.error("work can't be taken up: %s", words or error, exc_info=None if words else error)
                pause = AGAIN
            with self.changed:
                if not self.closing:
                    self.changed.wait(pause)

    def do(self, piece: Piece, shown: Progress | None = None) -> None:
        """Do one piece of work; what went wrong is noted with it. shown: is told how far it is."""
        limit = tasks.MOST_SECONDS if self.lane.abandon else None
        self.turn = Turn(self.database, piece, shown=shown, most_seconds=limit, beside=self.give_up_lost)
        self.turn.closing = self.closing and self.lane.yields
        try:
            carry_out(self.turn, lambda turn: tasks.task(piece.name).run(self.workspace, turn))
        except ZigguratError:
            return  # what is raised on purpose is noted, and no fault
        except Exception as error:
            if sentence(error) is None:
                log.error("a piece of work failed", exc_info=error)
        finally:
            self.turn = None
            with self.changed:
                self.changed.notify_all()

    def give_up_lost(self) -> None:
        """Take up again what a process held that is gone, and let go of what nobody waits for any more."""
        some = self.waiting()
        now = datetime.now(UTC)
        for one in some:
            if one.state == RUNNING and self.watch.unchanged((one.id, one.tries), one.beats) >= LEASE:
                queue.give_back(self.database, one, again=may_run_twice(one), at=now)
            left = self.lane.abandon and (one.state == QUEUED or is_for_who_waits(one))
            if left and self.watch.unchanged((one.id, "looks"), one.looks) >= ABANDONED:
                why = "Nobody waited for this any more; ask again."
                with suppress(QuestionError):  # it has ended just now
                    queue.cancel(self.database, one.id, at=now, by="", why=why)
        self.watch.forget_all_but({key for one in some for key in ((one.id, one.tries), (one.id, "looks"))})

    def close(self) -> None:
        """Finish what is running, or give it back to be done by whoever comes next; what waits stays."""
        self.closing = True
        turn, thread = self.turn, self.thread
        if turn is not None and self.lane.yields:
            turn.closing = True
        with self.changed:
            self.changed.notify_all()
        if thread is not None:
            thread.join()


def may_run_twice(piece: Piece) -> bool:
    """Say whether work whose process ended may be done once more; not where this version does not know it."""
    known = tasks.TASKS.get(piece.name)
    return known is not None and known.again


def is_for_who_waits(one: Piece) -> bool:
    """Say whether what comes of work is kept nowhere but for those who wait for it."""
    known = tasks.TASKS.get(one.name)
    return known is not None and not known.kept


def by_hand(workspace: Workspace, order: Order, shown: Progress | None = None) -> dict[str, Any]:
    """Do work at once, in this process, as a command does, noted in the queue meanwhile; return what came of it.

    Where the queue can't be written, because the folder is read-only or the disk is full, it is not noted.
    Raises: whatever the work raises; CancelledError where somebody cancelled it.
    """
    task, now = tasks.task(order.name), datetime.now(UTC)
    database: Database | None = workspace.state.database
    try:
        piece = queue.put(workspace.state.database, order, task.lane, at=now, holder=HOLDER)
    except UnwritableError:
        database, piece = None, queue.piece({"id": 0, **queue.fresh(order, task.lane, at=now, holder=HOLDER)})
    return dict(carry_out(Turn(database, piece, shown=shown), lambda turn: task.run(workspace, turn)))


def do_all(workspace: Workspace, shown: Progress | None = None) -> list[Piece]:
    """Do what waits in any lane, here and now, and return it as it ended; also what a process held that is gone.

    What is under way elsewhere is watched for a sign of life, for as long as that takes, and left where one comes.
    """
    workers = [Worker(workspace, lane) for lane in (tasks.CHANGES, tasks.COLLECTED, tasks.PULLS, tasks.ANSWERS)]
    done: list[int] = []
    first: dict[Hashable, int] = {}
    while True:
        for worker in workers:
            worker.give_up_lost()
            while (piece := queue.claim(worker.database, worker.lane, HOLDER)) is not None:
                done.append(piece.id)
                worker.do(piece, shown)
        elsewhere = [one for worker in workers for one in worker.waiting() if one.state == RUNNING]
        if all(first.setdefault((one.id, one.tries), one.beats) != one.beats for one in elsewhere):
            return [queue.find(workspace.state.database, number) for number in done]
        time.sleep(POLL)
