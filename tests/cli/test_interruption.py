"""A command that is interrupted ends with 130 and says nothing, whatever a library makes of the interruption."""

import logging
import random
import signal
import subprocess
import sys
import time

import pytest

from ziggurat.cli import interruption

STARTED = "import sys; from ziggurat.cli import main; print('begun', flush=True); main()"


@pytest.fixture(autouse=True)
def usual():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt():
    signal.raise_signal(signal.SIGINT)


def replace():
    try:
        interrupt()
    except KeyboardInterrupt:
        raise RuntimeError("a library's own words for it") from None


def swallow():
    try:
        interrupt()
    except KeyboardInterrupt:
        logging.getLogger("a.library").exception("it was interrupted")


def end():
    try:
        interrupt()
    finally:
        raise SystemExit(1)


class Ending:
    def __del__(self):
        interrupt()


def drop():
    ending = Ending()
    del ending
    until = time.monotonic() + 10
    while time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("does", [interrupt, replace, swallow, end, drop])
def test_it_ends_with_130_whatever_a_library_makes_of_it(does, capfd):
    begun = time.monotonic()
    with pytest.raises(SystemExit) as ended, interruption.in_order():
        does()
    assert ended.value.code == interruption.EXIT_CODE
    assert capfd.readouterr() == ("", "")
    assert time.monotonic() - begun < 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert logging.root.manager.disable == logging.NOTSET


def test_what_is_not_interrupted_ends_as_it_does():
    with pytest.raises(RuntimeError, match="a fault"), interruption.in_order():
        raise RuntimeError("a fault")
    with interruption.in_order():
        pass


def test_what_somebody_else_chose_for_an_interruption_is_left_to_them():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interruption.at_once(to_the_end=True), interruption.in_order():
        interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.parametrize("number", range(3))
def test_a_process_is_interrupted_anywhere_without_a_traceback(number, folder):
    command = [sys.executable, "-c", STARTED, "-C", str(folder), "rising"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun\n"
    time.sleep(random.random() * (0.5 + number))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode in {interruption.EXIT_CODE, -signal.SIGINT, 0}
    assert said == ""
