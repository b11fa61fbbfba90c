"""How is one piece of work carried out: who holds it, how far is it, and what became of it?"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ziggurat.base.errors import QuestionError, WorkspaceError, ZigguratError
from ziggurat.base.faults import sentence
from ziggurat.base.words import numbers
from ziggurat.state import queue
from ziggurat.state.database import Database, naive
from ziggurat.state.queue import CANCELLED, DONE, FAILED, QUEUED, Piece

log = logging.getLogger("ziggurat.work")
BEAT = 2.0  # seconds between the signs of life of who does a piece of work
HOLDER = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
FAULT = "This is a fault of Ziggurat, not of yours. The details are in the server's log."
Progress = Callable[[str, float], None]
Run = Callable[["Turn"], Mapping[str, Any]]


def has_ended(holder: str) -> bool:
    """Say whether a process of this machine that held work is no more; False where that can't be known.

    >>> has_ended(HOLDER), has_ended("elsewhere:1:0")
    (False, False)
    """
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if os.name != "posix" or host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)  # 0: no signal, only whether there is anyone to send it to
    except ProcessLookupError:
        return True
    except PermissionError:  # it is another user's
        return False
    return False


class CancelledError(QuestionError):
    """Work that was cancelled, or taken over, while it was under way."""


class StoppedError(QuestionError):
    """Work that its process gives back, because the process ends."""


class Turn:
    """One piece of work under way, as whoever does it tells how far it is.

    database: where that is noted; None: nowhere. shown: is told the same. most_seconds: that it may take. beside: is
    called with every sign of life.
    """

    def __init__(
        self,
        database: Database | None,
        piece: Piece,
        *,
        shown: Progress | None = None,
        most_seconds: float | None = None,
        beside: Callable[[], None] = lambda: None,
    ) -> None:
        self.database, self.piece, self.shown, self.beside = database, piece, shown, beside
        self.kept: dict[str, Any] = dict(piece.outcome)
        self.most_seconds, self.began = most_seconds, time.monotonic()
        self.label, self.share = piece.label, piece.share
        self.lost = self.closing = False

    def __call__(self, label: str, share: float) -> None:
        """Tell how far the work is. Raises: QuestionError where it is to stop."""
        changed, self.label, self.share = label != self.label, label, min(max(share, 0.0), 1.0)
        if self.shown is not None:
            self.shown(label, share)
        if changed:
            self.beat()
        if self.lost:
            raise CancelledError("It was cancelled, or another process has taken it over.")
        if self.closing:
            raise StoppedError("The process was stopped before it was done.")
        if self.most_seconds is not None and time.monotonic() - self.began > self.most_seconds:
            raise QuestionError(
                f"This was not done after {numbers.number(self.most_seconds / 60)} minutes, and was stopped. "
                "Ask for a shorter period, or on the command line, where nothing stops it."
            )

    def beat(self) -> None:
        """Give a sign of life, and notice where the work is not ours any more."""
        try:
            self.lost = self.lost or not self.note()
        except WorkspaceError as error:  # the disk is full, say: the work itself finds out whether it can go on
            log.warning("how far work is can't be noted: %s", error)

    def look_around(self) -> None:
        """Do what is to be done beside the work."""
        try:
            self.beside()
        except WorkspaceError as error:
            log.warning("what else waits can't be looked at: %s", error)

    def keep(self, **outcome: Any) -> None:
        """Note what is done for good, so that whoever takes this work up again does not do it twice."""
        self.kept |= outcome
        self.note(outcome=self.kept)

    def note(self, **values: Any) -> bool:
        """Note columns of the piece of work; see `queue.note`."""
        if self.database is None:
            return True
        return queue.note(self.database, self.piece, **{"label": self.label, "share": self.share} | values)

    def end(self, state: str, error: str = "", outcome: Mapping[str, Any] | None = None) -> None:
        """Note what became of it."""
        self.note(state=state, error=error, outcome=dict(outcome or {}), ended_at=naive(datetime.now(UTC)))


def carry_out(turn: Turn, run: Run) -> Mapping[str, Any]:
    """Do a piece of work that we hold, note what became of it, and return it. Raises: whatever the work raises."""
    try:
        with beating(turn):
            found = run(turn)
    except CancelledError:
        raise
    except StoppedError:
        turn.note(state=QUEUED, label="Waiting", share=0.0)
        raise
    except KeyboardInterrupt:
        turn.end(CANCELLED, "It was interrupted.")
        raise
    except Exception as error:
        turn.end(FAILED, str(error) if isinstance(error, ZigguratError) else sentence(error) or FAULT)
        raise
    turn.end(DONE, outcome=found)
    return found


@contextmanager
def beating(turn: Turn) -> Iterator[None]:
    """Give signs of life while something goes on, whether or not it says how far it is."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            turn.look_around()
            turn.beat()

    thread = threading.Thread(target=beat, name="ziggurat-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
