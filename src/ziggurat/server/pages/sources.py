"""Who sends, and what is read from: when did anything last come, how much, what was refused, and with which keys?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import DeclarationError
from ziggurat.server.query import NUMBER, WEB
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.root import with_root
from ziggurat.server.senders import Senders
from ziggurat.settings import config
from ziggurat.sources import allow, systems
from ziggurat.sources.tracking.calls import read_items
from ziggurat.state.queue import Order
from ziggurat.state.write_keys import USUAL_RATE
from ziggurat.study.options import Option
from ziggurat.work import schedule
from ziggurat.work.worker import Worker
from ziggurat.workspace.importing import of_source

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SHOWN = 30  # of what came last
LONGEST_SETTINGS = 4_000  # letters
RATE = Option("rate", NUMBER, "in the form", 1, 10**7)


def senders_of(request: Request) -> Senders:
    """Return who sends to this workspace."""
    found: Senders = request.app.state.senders
    return found


def sources(request: Request) -> Response:
    """Answer with every source, its keys, and a form for another key."""
    return listed(request)


def listed(request: Request, made: str = "", source: str = "") -> Response:
    """Answer with the page. made: a key that was just made, and is shown this once; source: of which."""
    workspace: Workspace = request.app.state.workspace
    keys = workspace.write_keys()
    return page(
        request,
        "sources.html",
        title="Sources",
        rows=states(request),
        keys=[key for key in keys if key.revoked_at is None][::-1],
        revoked=sum(key.revoked_at is not None for key in keys),
        made=made,
        of=source,
        address=str(request.base_url).rstrip("/") + with_root(""),
        rate=USUAL_RATE,
        allow=config.load(workspace.folder).allow,
        types=[name for name in systems.names() if name not in ("files", "segment")],
        **lately(request),
    )


def states(request: Request) -> list[dict[str, Any]]:
    """Return a row for each source, as `schedule.listed` does; besides, a_minute, and stopped, in words."""
    workspace: Workspace = request.app.state.workspace
    senders = senders_of(request)
    stopped = {one.source: str(one) for one in workspace.stopped()}
    found = schedule.listed(workspace)
    for row in found:
        name = row["source"]
        at = senders.last.get(name)
        row["arrived"] = row["arrived"] if at is None else datetime.fromtimestamp(at, UTC)
        row |= {"a_minute": senders.per_minute(name), "stopped": stopped.get(name, "")}
    return sorted(found, key=lambda row: (row["by"] != "sender", row["source"]))


def live(request: Request) -> Response:
    """Answer with what came last, newest first, and what was refused; asked for again and again."""
    return page(request, "sources_live.html", title="What arrives", **lately(request))


def lately(request: Request) -> dict[str, Any]:
    """Return what came to this server last, newest first, and what it refused."""
    senders = senders_of(request)
    came: list[dict[str, Any]] = []
    for source, one in reversed(senders.latest):
        for item in read_items(one):
            call = item.call
            came.append(
                {
                    "at": datetime.fromtimestamp(one.at / 1e6, UTC), "source": source, "why": item.why,
                    "what": (call.event or call.type) if call else "", "type": call.type if call else "",
                    "who": (call.user or call.anonymous) if call else "",
                }
            )  # fmt: skip
        if len(came) >= SHOWN:
            break
    refused = [one._asdict() | {"at": datetime.fromtimestamp(one.at, UTC)} for one in reversed(senders.refused)]
    return {"came": came[:SHOWN], "refused": refused[:5], "collecting": bool(senders.living() or came)}


async def make_key(request: Request) -> Response:
    """Make a key, and show it once."""
    workspace: Workspace = request.app.state.workspace
    async with request.form(max_files=0) as form:
        said = {name: str(form.get(name) or "").strip() for name in ("source", "origins", "rate")}

    def make() -> str:
        rate = int(RATE.read(said["rate"] or str(USUAL_RATE)))
        return workspace.make_key(said["source"], origins=said["origins"].split(), rate=rate, by=WEB)

    return await shown(request, make, said["source"])


async def replace(request: Request) -> Response:
    """Revoke a key, and show the one that takes its place once."""
    workspace: Workspace = request.app.state.workspace
    number = numbered(request)
    source = next((key.source for key in await run_in_threadpool(workspace.write_keys) if key.id == number), "")
    return await shown(request, lambda: workspace.replace_key(number, by=WEB), source)


async def shown(request: Request, make: Any, source: str) -> Response:
    """Make a key, and answer with the page that shows it."""
    key = await run_in_threadpool(make)
    senders_of(request).forget()
    return await run_in_threadpool(listed, request, key, source)


def revoke(request: Request) -> Response:
    """Revoke a key for good."""
    workspace: Workspace = request.app.state.workspace
    workspace.revoke_key(numbered(request), by=WEB)
    senders_of(request).forget()
    return RedirectResponse(link("/sources") + "#keys", 303)


def numbered(request: Request) -> int:
    """Return the number of the key that the address names. Raises: QuestionError if it is none."""
    return int(Option("key", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["key_id"]))


def pull(request: Request) -> Response:
    """Read what is new in a source, behind a page that shows how far it is. Raises: QuestionError if there is none."""
    workspace: Workspace = request.app.state.workspace
    source = request.path_params["source_name"]
    of_source(config.load(workspace.folder).sources, source)
    options = {"source": source, "again": False, "refresh": True}
    works: Worker = request.app.state.pulls
    piece = works.put(Order("pull", f"Reading {source}", options, key=f"pull {source}", by=WEB))
    return RedirectResponse(link(f"/data/jobs/{piece.id}"), 303)


async def add(request: Request) -> Response:
    """Declare a source as a form says it, and show all."""
    workspace: Workspace = request.app.state.workspace
    async with request.form(max_files=0) as form:
        said = {name: str(form.get(name) or "").strip() for name in ("source", "type", "settings")}
    await run_in_threadpool(declare_source, workspace, said)
    return RedirectResponse(link("/sources"), 303)


def declare_source(workspace: Workspace, said: Mapping[str, str]) -> None:
    """Declare a source. said: source, type, and settings as lines of TOML.

    Raises: DeclarationError if it is wrong, or names what a page may not name.
    """
    if len(said["settings"]) > LONGEST_SETTINGS:
        raise DeclarationError(f"The settings are longer than {LONGEST_SETTINGS:,} letters; nothing was declared.")
    try:
        settings = tomllib.loads(said["settings"])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DeclarationError(f'The settings can\'t be read ({error}); write one a line, as path = "a".') from error
    if "type" in settings:
        raise DeclarationError("`type` is chosen in the form, and can't be said among the settings; take it out.")
    settings |= {"type": said["type"]}
    found = systems.settings(settings, f"[sources.{said['source'][:60]}]")
    allow.check(found, config.load(workspace.folder).allow, workspace.folder)
    workspace.add_source(said["source"], settings)


def remove(request: Request) -> Response:
    """Forget a source; what it brought stays."""
    workspace: Workspace = request.app.state.workspace
    workspace.remove_source(request.path_params["source_name"])
    return RedirectResponse(link("/sources"), 303)


PAGE = Page(
    (
        Address("/sources", sources, as_of=False),
        Address("/sources/live", live, "part", as_of=False),
        Address("/sources/keys", make_key, "change"),
        Address("/sources/keys/{key_id}/replace", replace, "change"),
        Address("/sources/keys/{key_id}/revoke", revoke, "change"),
        Address("/sources/add", add, "change"),
        Address("/sources/{source_name}/pull", pull, "change"),
        Address("/sources/{source_name}/remove", remove, "change"),
    ),
    menu="Sources",
    order=7,
)
