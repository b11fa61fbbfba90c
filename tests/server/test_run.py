"""A server that is told to end answers whoever waits, ends with 0, and logs nothing of who has gone."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest

from ziggurat.server.run import let_go

SLOW = """
import sys, time
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from ziggurat.server.run import run_until_stopped
from ziggurat.server.turns import fairly

def slow(request):
    time.sleep(1.5)
    return PlainTextResponse("told")

app = Starlette(routes=[Route("/", fairly(slow))])
run_until_stopped(app, "127.0.0.1", int(sys.argv[1]), lambda: print("up", flush=True))
"""


def test_who_waits_is_answered_and_who_has_gone_is_in_no_log() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = [sys.executable, "-c", SLOW, str(port)]
    process = subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"http://127.0.0.1:{port}/", timeout=0.5, trust_env=False)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")


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
