"""Runs the real server in a process of its own, and a real browser in front of it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests import harbour

SERVE = (
    "import sys; from ziggurat.server.run import serve; serve(sys.argv[2], port=int(sys.argv[1]), also=sys.argv[3:])"
)
ENDED: set[str] = set()  # addresses of servers that were told to end


@contextmanager
def served(folder: Path, *also: Path) -> Iterator[str]:
    """Serve workspaces; yield their address. That it ends cleanly when told to is checked on the way out."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port), str(folder), *map(str, also)])
    home = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{home}/health").is_success, process)
        yield home
    finally:
        ENDED.add(home)  # a page that is still open goes on asking whether anything is new
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def wait_for(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    for _ in range(300):
        assert process.poll() is None, "the server ended before it answered"
        try:
            if ready():
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer within 30 s")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the workspace that tests only read."""
    folder = tmp_path_factory.mktemp("harbour")
    harbour.make(folder)
    with served(folder) as address:
        yield address


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    """The address of a server on a workspace of its own, to be written to."""
    harbour.make(tmp_path / "harbour")
    with served(tmp_path / "harbour") as address:
        yield address


def is_fault(line: ConsoleMessage) -> bool:
    """Say whether a line of the console is a complaint, but one that a server which was ended is there no more."""
    gone = "/".join(line.location.get("url", "").split("/")[:3]) in ENDED and "ERR_CONNECTION_REFUSED" in line.text
    return line.type in ("error", "warning") and not gone


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page. Whatever a page asks another host for, or complains about, fails the test that opened it."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(address: str, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        origin = "/".join(address.split("/")[:3])
        page.on("request", lambda request: faults.append(request.url) if not ours(request.url, origin) else None)
        page.on("console", lambda line: faults.append(line.text) if is_fault(line) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def ours(address: str, origin: str) -> bool:
    """Say whether an address is on this server, or in the page itself."""
    return address.startswith((f"{origin}/", "data:", "blob:"))
