"""Which workspaces are in a folder, and how is another made there in the browser?

Each is an application of its own, under `/w/` and the name of its folder; one that is made is served at once. At the
root is the list of them, with the form for another.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ziggurat.base.errors import DeclarationError, WorkspaceError, ZigguratError
from ziggurat.base.kinds import load
from ziggurat.levels import ladder as declared
from ziggurat.server import assets, errors
from ziggurat.server.app import UPLOAD_LIMIT, create_places, health, under
from ziggurat.server.registry import checked
from ziggurat.server.render import page
from ziggurat.server.root import Rooted
from ziggurat.server.safety import Safety
from ziggurat.server.uploads import UPLOAD_PATH
from ziggurat.settings.config import Config
from ziggurat.workspace import Workspace
from ziggurat.workspace.folder import workspaces_in

USUAL = {"name": "", "currency": "EUR", "timezone": "UTC", "ladder": "six-level"}
LONGEST = 200  # characters of what is filled in


class Hall:
    """ASGI: the workspaces of a folder, and the page on which another is made.

    Raises: WorkspaceError if one of them can't be opened, naming it.
    """

    def __init__(self, folder: Path, *, allowed_hosts: Collection[str] = (), upload_limit: int = UPLOAD_LIMIT) -> None:
        self.folder, self.making = folder, asyncio.Lock()
        self.options: dict[str, Any] = {"allowed_hosts": allowed_hosts, "upload_limit": upload_limit}
        self.neighbours: list[tuple[str, Any]] = [("", SimpleNamespace(config=Config(name="All")))]
        self.rooms: dict[str, Starlette] = {}
        self.open = AsyncExitStack()
        for root, space in under([opened(path) for path in workspaces_in(folder) or ()]).items():
            self.add(root, space)
        safety = Middleware(Safety, allowed_hosts=allowed_hosts, upload_path=UPLOAD_PATH, upload_limit=upload_limit)
        self.desk = Starlette(
            routes=[
                Route("/", checked(self.show)),
                Route("/workspaces", checked(self.make), methods=["POST"]),
                Route("/static/{name}", assets.static),
                Route("/health", health),
            ],
            lifespan=self.lifespan,
            middleware=[safety, Middleware(Rooted)],
            exception_handlers={
                ZigguratError: errors.show_error,
                HTTPException: errors.http,
                Exception: errors.crash,
            },
        )
        self.desk.state.workspace = SimpleNamespace(config=Config())
        self.desk.state.menu, self.desk.state.neighbours = (), ()

    def add(self, root: str, space: Workspace) -> Starlette:
        """Show a workspace from now on."""
        self.neighbours.append((root, space))
        self.rooms[root] = create_places({root: space}, self.neighbours, **self.options)
        return self.rooms[root]

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Do what each workspace does behind its pages, until the end."""
        async with self.open:
            for room in self.rooms.values():
                await self.open.enter_async_context(room.router.lifespan_context(room))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        path = scope.get("path", "")
        room = next((app for root, app in self.rooms.items() if path == root or path.startswith(f"{root}/")), self.desk)
        await room(scope, receive, send)

    def show(self, request: Request) -> Response:
        """Answer with the workspaces of the folder, and the form for another."""
        return self.overview(request, USUAL)

    def overview(self, request: Request, given: Mapping[str, str], wrong: str = "") -> Response:
        """Answer with them. given: what the form holds."""
        ladders = {path.stem: declared.load(path, load()) for path in sorted(declared.SHIPPED.glob("*.toml"))}
        return page(
            request,
            "hall.html",
            title="Workspaces",
            status=422 if wrong else 200,
            rooms=self.neighbours[1:],
            given=given,
            wrong=wrong,
            ladders=ladders,
            folder=self.folder.resolve().name,
        )

    async def make(self, request: Request) -> Response:
        """Make a workspace, and go to it; or show the form again with what is wrong."""
        async with request.form(max_files=0, max_fields=20) as form:
            given = {name: str(form.get(name) or "").strip()[:LONGEST] for name in USUAL}
        try:
            async with self.making:
                root, space = await run_in_threadpool(self.made, given)
                room = self.add(root, space)
                await self.open.enter_async_context(room.router.lifespan_context(room))
        except (DeclarationError, WorkspaceError) as error:
            return self.overview(request, given, str(error))
        return RedirectResponse(f"{root}/", 303)

    def made(self, given: Mapping[str, str]) -> tuple[str, Workspace]:
        """Make a workspace of what was filled in. Raises: DeclarationError, WorkspaceError with what is wrong."""
        name = re.sub("[^a-z0-9]+", "-", given["name"].lower()).strip("-")[:40].strip("-")
        if not name:
            raise DeclarationError("Say the name of the organisation, with a letter or a digit in it.")
        path = self.folder / name
        if path.exists() or f"/w/{name}" in self.rooms:
            raise WorkspaceError(f"There is a folder named {name} already; choose another name.")
        if not (declared.SHIPPED / f"{given['ladder']}.toml").is_file() or "/" in given["ladder"]:
            raise DeclarationError("Choose one of the ladders.")
        if not re.fullmatch("[A-Za-z]{3}", given["currency"]):
            raise DeclarationError(
                f"'{given['currency']}' is no currency; write its code of three letters, such as EUR."
            )
        settings = Config(given["name"], given["currency"].upper(), given["timezone"], ladders=(given["ladder"],))
        return next(iter(under([Workspace.create(path, settings)]).items()))


def opened(path: Path) -> Workspace:
    """Open one workspace of several. Raises: WorkspaceError that names it."""
    try:
        return Workspace.open(path)
    except ZigguratError as error:
        raise WorkspaceError(f"{path}: {error}") from error
