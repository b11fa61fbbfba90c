"""A server that is told to end answers whoever waits, ends with 0, and logs nothing of who has gone."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from ziggurat.server.run import let_go

SLOW = """
import sys, time
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from ziggurat.server import bounded
from ziggurat.server.run import listen, run_until_stopped
from ziggurat.server.turns import fairly

def slow(request):
    time.sleep(1.5)
    return PlainTextResponse("told")

bounded.HEAD_SECONDS = 1.0
app = Starlette(routes=[Route("/", fairly(slow))])
run_until_stopped(app, listen("127.0.0.1", int(sys.argv[1])), lambda: print("up", flush=True))
"""


@pytest.fixture
def slow() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that is up, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = [sys.executable, "-c", SLOW, str(port)]
    with subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process, port
        process.kill()


def test_who_waits_is_answered_and_who_has_gone_is_in_no_log(slow) -> None:
    process, port = slow
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"http://127.0.0.1:{port}/", timeout=0.5, trust_env=False)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")


def said(port: int, *parts: bytes) -> bytes:
    """Send something, and return what is said until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        found = b""
        with suppress(ConnectionError):
            while some := connection.recv(65_536):
                found += some
        return found


def test_a_head_has_its_time_and_its_size(slow) -> None:
    process, port = slow
    begun = b"GET / HTTP/1.1\r\nhost: localhost\r\n"
    for name, parts in {
        "nothing": (),
        "half a line": (b"GET /",),
        "no end of a header": (begun, b"x: ya"),
        "a second one": (begun + b"\r\n", b"GET / HT"),
    }.items():
        assert said(port, *parts).rpartition(b"HTTP/1.1 ")[2].startswith(b"408"), name
    for name, parts in {
        "a long header": (begun, b"x: ", *[b"y" * 10_000] * 20),
        "many headers": (begun, *[b"x: " + b"y" * 997 + b"\r\n"] * 200),
        "a long address": (b"GET /", *[b"y" * 10_000] * 20),
    }.items():
        assert b"HTTP/1.1 431" in said(port, *parts), name
    assert b"HTTP/1.1 400" in said(port, b"what is this\r\n\r\n")
    assert said(port, begun + b"connection: close\r\n\r\n").endswith(b"told")
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, "")


@pytest.mark.parametrize(("kind", "raised"), [("http", False), ("lifespan", True)])
def test_only_a_request_is_let_go(kind: str, raised: bool) -> None:
    async def cancelled(*_: Any) -> None:
        raise asyncio.CancelledError

    work: Any = let_go(cancelled)({"type": kind}, None, None)  # type: ignore[arg-type]
    with pytest.raises(StopIteration if not raised else asyncio.CancelledError):
        work.send(None)


def test_an_error_is_not_swallowed() -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("a fault")

    work: Any = let_go(broken)({"type": "http"}, None, None)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="a fault"):
        work.send(None)
