"""What becomes of a command that is interrupted? It ends with exit code 130 and no traceback, wherever it is then."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

EXIT_CODE = 130  # of what an interruption ended: 128 and the number of its signal
AGAIN = 0.01  # seconds after which an interruption is repeated that fell where nothing can be raised


def ours() -> bool:
    """Say whether it is for us to choose what an interruption does: nobody else has, and this is the main thread."""
    usual = signal.getsignal(signal.SIGINT) in {signal.default_int_handler, signal.SIG_DFL}
    return usual and threading.current_thread() is threading.main_thread()


@contextmanager
def at_once(*, to_the_end: bool) -> Iterator[None]:
    """Let an interruption end the process by its signal, while nothing runs that would have to end in order.

    to_the_end: of the process; else what was chosen before holds again afterwards.
    """
    if not ours():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if not to_the_end:
            signal.signal(signal.SIGINT, before)


@contextmanager
def in_order() -> Iterator[None]:
    """Let an interruption unwind what runs in here, and end it with exit code 130, whatever libraries make of it.

    One of them may raise an error of its own in place of the interruption, log it with its traceback and go on, or be
    at the end of an object, where Python drops whatever is raised: there the interruption is repeated.
    """
    if not ours():
        yield
        return
    asked, told, dropped = False, logging.root.manager.disable, sys.unraisablehook

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        logging.disable(logging.CRITICAL)  # whatever is logged from now on is about the interruption
        raise KeyboardInterrupt

    def not_raised(what: UnraisableHookArgs) -> None:
        if isinstance(what.exc_value, KeyboardInterrupt):
            again = threading.Timer(AGAIN, signal.raise_signal, [signal.SIGINT])
            again.daemon = True
            again.start()
        elif not asked:
            dropped(what)

    sys.unraisablehook = not_raised
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except BaseException as error:
        if asked:
            raise SystemExit(EXIT_CODE) from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = dropped
        logging.disable(told)
    if asked:
        raise SystemExit(EXIT_CODE)
