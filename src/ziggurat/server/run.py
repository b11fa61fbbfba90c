"""How is the web application run? By granian, in this one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp, Receive, Scope, Send

from ziggurat.base.errors import WorkspaceError
from ziggurat.server.app import UPLOAD_LIMIT, create_app, create_collector
from ziggurat.server.hall import Hall
from ziggurat.server.safety import LOOPBACK
from ziggurat.workspace import Workspace
from ziggurat.workspace.folder import workspaces_in


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
    check_free(host, port)
    app: ASGIApp
    if workspaces_in(Path(folder)) is not None and not also:
        app = Hall(Path(folder), allowed_hosts=allowed_hosts, upload_limit=upload_limit)
    else:
        further = [Workspace.open(each) for each in also]
        app = create_app(Workspace.open(folder), also=further, allowed_hosts=allowed_hosts, upload_limit=upload_limit)
    run_until_stopped(app, host, port, announce)


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
    check_free(host, port)
    app = create_collector([Workspace.open(each) for each in (folder, *also)])
    run_until_stopped(app, host, port, announce)


def run_until_stopped(app: ASGIApp, host: str, port: int, announce: Callable[[], None]) -> NoReturn:
    """Serve an application until interrupted, and end the process."""
    server = Server(
        let_go(app), address=host, port=port, interface=Interfaces.ASGI, websockets=False, log_level=LogLevels.error
    )
    asyncio.run(until_stopped(server, host, port, announce))
    leave()


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
    """End the process, after whatever asked to be done at its end.

    Not by returning: a thread of the server's runtime may still hold something of Python's, and one that hands it back
    while the interpreter is going aborts the process.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def until_stopped(server: Server, host: str, port: int, announce: Callable[[], None]) -> None:
    """Serve until the process is interrupted or told to end, and announce it once somebody can connect."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Embedded, granian leaves signals to its host; the loop's own way of handling them is not there on Windows.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(server.stop))
    serving = asyncio.ensure_future(server.serve())
    while not serving.done() and not await answers(host, port):
        await asyncio.sleep(0.05)
    if not serving.done():
        announce()
    await serving


async def answers(host: str, port: int) -> bool:
    """Say whether somebody listens."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


def next_free(host: str, port: int) -> int:
    """Return the first port from one on that can be listened on, of a hundred. Raises: WorkspaceError if none can."""
    for each in range(port, port + 99):
        with suppress(WorkspaceError):
            check_free(host, each)
            return each
    check_free(host, port + 99)
    return port + 99


def check_free(host: str, port: int) -> None:
    """Raises: WorkspaceError if nobody can listen on this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise WorkspaceError(
            f"Can't listen on {host}, port {port} ({os.strerror(error.errno or 0)}); choose another one: --port 8400"
        ) from error
