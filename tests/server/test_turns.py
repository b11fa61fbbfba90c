"""Slow parts of pages are worked on one at a time, for those who still wait, and hold up no other page."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.server.conftest import Browser
from ziggurat.base.errors import BusyError
from ziggurat.server import turns
from ziggurat.server.pages import home
from ziggurat.server.turns import LEFT, gated, in_turn


def request(*messages: str) -> Request:
    """A request whose browser sends these messages, and then stays."""
    waiting = list(messages)

    async def receive() -> dict[str, Any]:
        if waiting:
            return {"type": waiting.pop(0)}
        return await asyncio.Event().wait()

    return Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)


def run(work: Coroutine[Any, Any, list[Response]]) -> list[Response]:
    """Run what is asynchronous in a thread of its own: in this one a browser's loop may be under way."""
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, work).result()


def test_no_two_are_worked_on_at_once() -> None:
    inside, most = [], []

    def answer(_: Request) -> Response:
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.02)
        inside.pop()
        return Response("told")

    async def ask() -> list[Response]:
        return await asyncio.gather(*(in_turn(answer)(request("http.request")) for _ in range(5)))

    assert [found.body for found in run(ask())] == [b"told"] * 5
    assert most == [1] * 5


def test_what_nobody_waits_for_any_longer_is_not_worked_on() -> None:
    asked = []

    def answer(given: Request) -> Response:
        asked.append(given)
        threading.Event().wait(0.05)
        return Response("told")

    stays, left = request("http.request"), request("http.request", "http.disconnect")

    async def ask() -> list[Response]:
        return await asyncio.gather(in_turn(answer)(stays), in_turn(answer)(left))

    assert [found.status_code for found in run(ask())] == [200, LEFT]
    assert asked == [stays]


def asked_by(name: str, *messages: str) -> Request:
    """A request of a browser of this name."""
    found = request("http.request", *messages)
    found.scope["headers"] = [(b"user-agent", name.encode())]
    return found


def test_nobody_has_all_the_places_and_turns_go_round() -> None:
    begun, within, most = [], Counter(), Counter()
    lock, gates = threading.Lock(), WeakKeyDictionary()

    def answer(given: Request) -> Response:
        name = given.headers["user-agent"]
        with lock:
            begun.append(name)
            within[name] += 1
            most[name] = max(most[name], within[name])
        threading.Event().wait(0.05)
        with lock:
            within[name] -= 1
        return Response("told")

    async def ask() -> list[Response]:
        endpoint = gated(answer, gates, 3, 2)
        return await asyncio.gather(*(endpoint(asked_by(name)) for name in [*["ana"] * 6, *["bob"] * 2]))

    assert [found.status_code for found in run(ask())] == [200] * 8
    assert most["ana"] == 2  # one place is left for who comes after
    assert sorted(begun[:3]) == ["ana", "ana", "bob"]
    assert begun[-1] == "ana" and "bob" in begun[3:6]


def test_so_many_wait_and_no_more_and_who_leaves_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_OF_ONE", 2)
    asked, go, gates = [], threading.Event(), WeakKeyDictionary()

    def answer(given: Request) -> Response:
        asked.append(given)
        assert go.wait(20)
        return Response("told")

    async def ask() -> list[Response]:
        endpoint = gated(answer, gates, 1, 1)
        first = [asyncio.create_task(endpoint(asked_by("ana"))) for _ in range(2)]
        await asyncio.sleep(0.01)  # one of them has its turn, and the other waits
        gone = await endpoint(asked_by("ana", "http.disconnect"))  # while it waits
        later = asyncio.create_task(endpoint(asked_by("ana")))
        await asyncio.sleep(0.01)
        with pytest.raises(BusyError, match="2 requests wait already, 2 of them yours"):
            await endpoint(asked_by("ana"))
        go.set()
        return [gone, *await asyncio.gather(*first, later)]

    assert [found.status_code for found in run(ask())] == [LEFT, 200, 200, 200]
    assert len(asked) == 3


def test_home_does_not_wait_for_a_part_that_is_being_worked_on(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = home.news

    def slow(workspace: Any, **options: Any) -> Any:
        if options["topics"] == ["scenario"]:
            begun.set()
            assert go_on.wait(60)
        return real(workspace, **options)

    monkeypatch.setattr(home, "news", slow)
    with ThreadPoolExecutor(2) as crowd:
        part = crowd.submit(browser.get, "/news?topic=scenario")
        try:
            assert begun.wait(60)
            assert crowd.submit(browser.get, "/?days=31").result(60).status_code == 200
            assert not part.done()
        finally:
            go_on.set()
        assert part.result(60).status_code == 200
