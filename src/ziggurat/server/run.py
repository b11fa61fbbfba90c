"""How is the web application run? By uvicorn, in this one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NoReturn

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ziggurat.base.errors import WorkspaceError
from ziggurat.server.app import UPLOAD_LIMIT, create_app, create_collector
from ziggurat.server.bounded import Bounded
from ziggurat.server.hall import Hall
from ziggurat.server.safety import LOOPBACK
from ziggurat.workspace import Workspace
from ziggurat.workspace.folder import workspaces_in

GRACE_SECONDS = 10  # for which whoever waits is answered when the server is told to end
BACKLOG = 2_048  # connections that wait to be taken
LOOP: Literal["uvloop", "asyncio"] = "asyncio" if sys.platform == "win32" else "uvloop"


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8321,
    allowed_hosts: Collection[str] = (),
    *,
    also: Sequence[str | Path] = (),
    upload_limit: int = UPLOAD_LIMIT,
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Serve a workspace until interrupted; work that has begun is finished first, and the process ends with it.

    folder: of a workspace; or one that is empty or has workspaces in it, which are all shown, and others made there.

    host: the address to listen on. There is no sign-in: any other than a loopback address shows the data to whoever
    reaches it, so it needs `allowed_hosts`, the names under which it is meant to be reached. also: folders of further
    workspaces, each shown under `/w/` and the name of its folder. upload_limit: bytes of one uploaded file.
    announce: is called once it listens.
    Raises: WorkspaceError if a folder is no workspace, if the address can't be listened on, or if others could
    reach it under no stated name.
    """
    if host not in LOOPBACK and not allowed_hosts:
        raise WorkspaceError(
            f"{host} can be reached from other machines, and there is no sign-in. Put a proxy that asks for one in "
            "front, and name the host it is reached under: ziggurat serve --host ADDRESS --allow-host NAME"
        )
    with listen(host, port) as listening:
        app: ASGIApp
        if workspaces_in(Path(folder)) is not None and not also:
            app = Hall(Path(folder), allowed_hosts=allowed_hosts, upload_limit=upload_limit)
        else:
            further = [Workspace.open(each) for each in also]
            app = create_app(
                Workspace.open(folder), also=further, allowed_hosts=allowed_hosts, upload_limit=upload_limit
            )
        run_until_stopped(app, listening, announce)


def collect(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8322,
    *,
    also: Sequence[str | Path] = (),
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Take what client libraries send until interrupted, and show nothing; what was acknowledged stays.

    host: the address to listen on; it takes what comes with a write key alone, so it may be one that others reach.
    also: as for `serve`. announce: is called once it listens. Raises: WorkspaceError as `serve` does.
    """
    with listen(host, port) as listening:
        run_until_stopped(create_collector([Workspace.open(each) for each in (folder, *also)]), listening, announce)


def run_until_stopped(app: ASGIApp, listening: socket.socket, announce: Callable[[], None]) -> None:
    """Serve an application until the process is interrupted or told to end, and answer first whoever waits then.

    listening: where. announce: is called once the application is ready.
    """
    config = uvicorn.Config(
        let_go(app), loop=LOOP, http=Bounded, ws="none", interface="asgi3", lifespan="on", log_config=None,
        access_log=False, proxy_headers=False, server_header=False, timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    Server(config, announce).run(sockets=[listening])
    leave()


class Server(uvicorn.Server):
    """A server that announces itself, and ends as a program that has done its work when it is told to end."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets=sockets)
        if self.started:
            self.announce()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let signals end the server, and nothing else: it is not the signal that ends the process, but its end."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def let_go(app: ASGIApp) -> ASGIApp:
    """Return an application whose requests end in silence where the server's end does away with them.

    It answers what is waited for first; what is left then was asked by browsers that have gone.
    """

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if scope["type"] != "http":
                raise

    return answering


def leave() -> NoReturn:
    """End the process, after whatever asked to be done at its end; what threads still do for browsers that have gone is
    not waited for."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def next_free(host: str, port: int) -> int:
    """Return the first port from one on that can be listened on, of a hundred. Raises: WorkspaceError if none can."""
    for each in range(port, port + 99):
        with suppress(WorkspaceError):
            listen(host, each).close()
            return each
    listen(host, port + 99).close()
    return port + 99


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises: WorkspaceError if nobody can listen on this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise WorkspaceError(
            f"Can't listen on {host}, port {port} ({os.strerror(error.errno or 0)}); choose another one: --port 8400"
        ) from error
