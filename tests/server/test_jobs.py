"""Work waits its turn: bounded, fair between those who ask, and let go once nobody waits for it."""

from __future__ import annotations

import threading

import pytest

from ziggurat.server import jobs
from ziggurat.server.jobs import BusyError, Jobs


@pytest.fixture
def held():
    """Jobs of which the first one is under way until it is let go."""
    some, go, begun = Jobs(abandon=True), threading.Event(), threading.Event()

    def first(progress):
        begun.set()
        go.wait(20)
        return {}

    some.start("first", first, visitor="ana")
    assert begun.wait(20)
    some.go = go
    yield some
    go.set()
    some.close()


def done(some):
    some.go.set()
    some.thread.submit(lambda: None).result(20)


def test_who_asks_for_much_waits_for_themselves_alone(held):
    order = []

    def work(name):
        return lambda progress: order.append(name) or {}

    for number in range(3):
        held.start("ana's", work(f"ana{number}"), visitor="ana")
    held.start("bob's", work("bob0"), visitor="bob")
    held.start("bob's", work("bob1"), visitor="bob")
    done(held)
    assert order == ["bob0", "ana0", "bob1", "ana1", "ana2"]


def test_no_more_than_some_work_waits_and_none_is_one_visitor_s_alone(held):
    for number in range(jobs.MOST_OF_ONE):
        held.start("ana's", lambda progress: {}, key=number, visitor="ana")
    with pytest.raises(BusyError, match="4 pieces of work wait already, 4 of them yours"):
        held.start("ana's", lambda progress: {}, visitor="ana")
    assert held.once(1, "ana's", lambda progress: {}, "ana").key == 1  # what waits already is no more work
    for number in range(jobs.MOST_WAITING - jobs.MOST_OF_ONE):
        held.start("others'", lambda progress: {}, visitor=str(number))
    with pytest.raises(BusyError, match="16 pieces of work wait already, 0 of them yours"):
        held.start("bob's", lambda progress: {}, visitor="bob")


def test_what_nobody_waits_for_is_let_go(held, monkeypatch):
    begun = []
    left = held.once("left", "left", lambda progress: begun.append("left") or {}, "ana")
    held.once("kept", "kept", lambda progress: begun.append("kept") or {}, "bob")
    left.looked -= jobs.ABANDONED + 1
    held.look("kept").looked += 1
    done(held)
    held.thread.submit(lambda: None).result(20)
    assert begun == ["kept"]
    assert left.done and "Nobody waited" in left.error
    assert held.look("left") is None  # so that it can be asked for again
