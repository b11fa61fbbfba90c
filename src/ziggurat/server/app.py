"""The web application: which address answers with what."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from ziggurat.base.errors import WorkspaceError, ZigguratError
from ziggurat.server import assets, errors
from ziggurat.server.collector import Collecting
from ziggurat.server.intake import Taker
from ziggurat.server.registry import addresses, menu
from ziggurat.server.responses import json_response
from ziggurat.server.root import Rooted
from ziggurat.server.safety import Safety
from ziggurat.server.senders import Senders
from ziggurat.server.turns import LEFT
from ziggurat.server.uploads import UPLOAD_PATH, awaited, clear
from ziggurat.work import tasks
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

log = logging.getLogger("ziggurat.server")
UPLOAD_LIMIT = 1024**3  # bytes
CLEARED_SECONDS = 3_600


def health(request: Request) -> Response:
    """Answer that the server is up."""
    return json_response({"ok": True})


def turn(request: Request) -> Response:
    """Answer which refresh the figures are of, so that a page can tell whether there are newer ones."""
    manifest = request.app.state.workspace.derived.manifest()
    return json_response({"turn": 0 if manifest is None else manifest.turn})


OTHERS = (Route("/static/{name}", assets.static), Route("/health", health), Route("/turn", turn))  # of no page


def create_app(
    workspace: Workspace,
    *,
    also: Sequence[Workspace] = (),
    allowed_hosts: Collection[str] = (),
    upload_limit: int = UPLOAD_LIMIT,
) -> Starlette:
    """Return the application as ASGI.

    also: further workspaces, each shown under `/w/` and the name of its folder; every page leads to the others.
    allowed_hosts: names under which it may be asked, besides those of this machine's loopback.
    upload_limit: bytes of one uploaded file, its form included.
    Raises: WorkspaceError if two of the further workspaces' folders have the same name.
    """
    places = {"": workspace, **under(also)}
    neighbours = list(places.items()) if also else []
    return create_places(places, neighbours, allowed_hosts=allowed_hosts, upload_limit=upload_limit)


def create_places(
    places: Mapping[str, Workspace],
    neighbours: list[tuple[str, Workspace]],
    *,
    allowed_hosts: Collection[str],
    upload_limit: int,
) -> Starlette:
    """Return the application on workspaces, each by where it is shown.

    neighbours: to which their pages lead, by where they are shown; may grow later.
    """
    shown = {root: one_workspace(each, upload_limit) for root, each in places.items()}
    for each in shown.values():
        each.state.neighbours = neighbours

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Bundling the chart library takes a second: better before the first page asks for it.
        await run_in_threadpool(assets.load, assets.VEGA)
        clearing = asyncio.create_task(clear_often([each.state.jobs for each in shown.values()]))
        for each in shown.values():  # what waited when the last server ended is taken up
            each.state.fits.wake()
            each.state.jobs.wake()
            each.state.pulls.wake()
        async with taking_up([each.state.senders for each in shown.values()]):
            yield
        clearing.cancel()
        for each in shown.values():
            await run_in_threadpool(each.state.fits.close)
            await run_in_threadpool(each.state.jobs.close)
            await run_in_threadpool(each.state.pulls.close)

    app = Collecting(
        {root: each.state.senders for root, each in shown.items()},
        # The one at "" takes whatever is of no other.
        routes=[Mount(root, shown[root]) for root in sorted(shown, reverse=True)],
        lifespan=lifespan,
        middleware=[
            Middleware(Safety, allowed_hosts=allowed_hosts, upload_path=UPLOAD_PATH, upload_limit=upload_limit)
        ],
    )
    app.state = next(iter(shown.values())).state
    return app


async def clear_often(workers: Sequence[Worker]) -> None:
    """Delete what was uploaded and never imported, now and every hour. workers: who import it."""
    while True:
        for each in workers:
            await run_in_threadpool(clear_away, each)
        await asyncio.sleep(CLEARED_SECONDS)


@asynccontextmanager
async def taking_up(senders: Sequence[Senders]) -> AsyncIterator[None]:
    """Have what is collected taken up, until the end, and keep what still came then."""
    taker = Taker([each.workspace.folder for each in senders])
    going_on = asyncio.create_task(taker.go_on())
    yield
    going_on.cancel()
    for each in senders:
        await run_in_threadpool(each.inbox.close)
    await run_in_threadpool(taker.close)


def create_collector(workspaces: Sequence[Workspace]) -> Starlette:
    """Return an application that takes what client libraries send, and shows nothing: the first workspace's addresses
    are at the root, those of the others under `/w/` and the name of their folder."""
    first, *others = workspaces
    places = {root: Senders(each) for root, each in {"": first, **under(others)}.items()}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with taking_up(list(places.values())):
            yield

    return Collecting(places, routes=[Route("/health", health)], lifespan=lifespan)


def clear_away(worker: Worker) -> None:
    """Delete what was uploaded to a workspace and never imported; where the queue can't be read, nothing."""
    try:
        clear(worker.workspace.folder, awaited(worker))
    except ZigguratError as error:
        log.warning("uploads were not looked through: %s", error)


def left(request: Request, error: Exception) -> Response:
    """Answer a browser that has gone before it had sent all: nobody reads it, and nothing went wrong here."""
    return Response(status_code=LEFT)


def under(workspaces: Sequence[Workspace]) -> dict[str, Workspace]:
    """Return workspaces by where they are shown. Raises: WorkspaceError if two would be in one place."""
    found: dict[str, Workspace] = {}
    for each in workspaces:
        root = f"/w/{re.sub('[^a-z0-9]+', '-', each.folder.resolve().name.lower()).strip('-') or 'other'}"
        if root in found:
            raise WorkspaceError(
                f"{found[root].folder} and {each.folder} would both be shown at {root}; rename one of the folders."
            )
        found[root] = each
    return found


def one_workspace(workspace: Workspace, upload_limit: int) -> Starlette:
    """Return the application on one workspace, wherever it is mounted."""
    app = Starlette(
        routes=[*(address.route for address in addresses()), *OTHERS],
        middleware=[Middleware(Rooted)],
        exception_handlers={
            ZigguratError: errors.show_error,
            ClientDisconnect: left,
            HTTPException: errors.http,
            Exception: errors.crash,
        },
    )
    app.state.workspace = workspace
    app.state.menu = menu()
    app.state.jobs = Worker(workspace, tasks.CHANGES)
    app.state.fits = Worker(workspace, tasks.ANSWERS)  # apart, so that an import need not wait for minutes
    app.state.pulls = Worker(workspace, tasks.PULLS)
    app.state.senders = Senders(workspace)
    app.state.guesses = OrderedDict()  # of uploaded files, so that not every page reads a large one again
    app.state.upload_limit = upload_limit
    return app
