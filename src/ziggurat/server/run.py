"""How is the web application run? By granian, in this one process."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from ziggurat.errors import WorkspaceError
from ziggurat.server.app import create_app
from ziggurat.server.safety import LOOPBACK
from ziggurat.workspace import Workspace


def serve(folder: str | Path, host: str = "127.0.0.1", port: int = 8321, allowed_hosts: Collection[str] = ()) -> None:
    """Serve a workspace until interrupted.

    host: the address to listen on. There is no sign-in: any other than a loopback address shows the data to whoever
    reaches it, so it needs `allowed_hosts`, the names under which it is meant to be reached.
    Raises: WorkspaceError if the folder is no workspace, or if others could reach it under no stated name.
    """
    if host not in LOOPBACK and not allowed_hosts:
        raise WorkspaceError(
            f"{host} can be reached from other machines, and there is no sign-in. Put a proxy that asks for one in "
            "front, and name the host it is reached under: ziggurat serve --host ADDRESS --allow-host NAME"
        )
    app = create_app(Workspace.open(folder), allowed_hosts=allowed_hosts)
    server = Server(
        app, address=host, port=port, interface=Interfaces.ASGI, websockets=False, log_level=LogLevels.error
    )
    asyncio.run(server.serve())
