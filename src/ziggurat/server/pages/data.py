"""What has come in, what was rejected and why, and how is an import undone?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.server import uploads
from ziggurat.server.query import NUMBER, WEB, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.responses import download
from ziggurat.sources.tracking.tracked import FILE as COLLECTED
from ziggurat.state import queue
from ziggurat.state.queue import Order, Piece
from ziggurat.study.options import Option
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SIZE = 50
LOTS = 10  # of what was collected that are listed of each source, and all of which anything was rejected


def data(request: Request) -> Response:
    """Answer with the imports, the newest first, and the form for another file."""
    workspace: Workspace = request.app.state.workspace
    acted = workspace.acted()
    imports, left_out = few_lots(workspace.imports())
    return page(
        request,
        "data.html",
        title="Data",
        imports=imports,
        left_out=left_out,
        span=workspace.span(),
        stale=workspace.stale(),
        guarded=workspace.guarded(),
        moved={row["was"]: row["rows"] for row in acted if row["via"] is None},
        marked=marked(acted),
        of_agents=workspace.derived.of_agents() if workspace.derived.manifest() else 0,
        pending=uploads.pending(workspace.folder),
        running=jobs(request).waiting()[::-1],
        limit=request.app.state.upload_limit,
    )


def few_lots(imports: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Return imports without the older lots of what was collected, of which a day may have thousands, and how many."""
    seen: Counter[str] = Counter()
    shown = []
    for one in imports:
        lot = one["file"] == COLLECTED
        seen[one["source"]] += lot
        if not lot or seen[one["source"]] <= LOTS or (one["rejected"] and not one["settled"]):
            shown.append(one)
    return shown, len(imports) - len(shown)


def marked(acted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what machines did, and what came through proxies, by the rule that says so: why, via and rows."""
    found: Counter[tuple[str, str]] = Counter()
    for row in acted:
        if row["via"]:
            found[row["via"], row["why"]] += row["rows"]
    return [{"via": via, "why": why, "rows": rows} for (via, why), rows in sorted(found.items())]


def show_rejected(request: Request) -> Response:
    """Answer with why rows could not be taken, each reason once, or with the rows that failed for one."""
    workspace: Workspace = request.app.state.workspace
    name = request.query_params.get("import_id") or None
    number = whole(request, "page", 1)
    reason = request.query_params.get("reason") or None
    found = workspace.rejected(import_id=name, page=number, size=SIZE, reason=reason)
    reasons = [] if reason else workspace.rejected_reasons(name)
    return page(
        request,
        "rejected.html",
        title="Rejected rows",
        rows=found["rows"] if reason or len(reasons) < 2 else [],
        reasons=reasons if len(reasons) > 1 else [],
        reason=reason,
        total=found["total"],
        page_number=number,
        pages=max(1, -(-found["total"] // SIZE)),
        options={"import_id": name or ""} | ({"reason": reason} if reason else {}),
        imported=next((one for one in workspace.imports() if one["import_id"] == name), None),
    )


async def settle(request: Request) -> Response:
    """Note that the rejected rows of one import are dealt with, or open again, and show them."""
    workspace: Workspace = request.app.state.workspace
    name = request.path_params["import_id"]
    async with request.form() as form:
        is_open = form.get("open") == "yes"
    await run_in_threadpool(workspace.settle, name, settled=not is_open, by=WEB)
    return RedirectResponse(link("/data/rejected", import_id=name), 303)


def send_rejected(request: Request) -> Response:
    """Answer with the rejected rows as CSV, to be mended and imported again."""
    workspace: Workspace = request.app.state.workspace
    name = request.query_params.get("import_id") or None
    return download(workspace.folder, "rejected.csv", lambda file: workspace.export_rejected(file, import_id=name))


def jobs(request: Request) -> Worker:
    """Return who does what changes the data of this workspace."""
    found: Worker = request.app.state.jobs
    return found


def job(request: Request) -> Response:
    """Answer with how far a piece of work has come."""
    workspace: Workspace = request.app.state.workspace
    found = meant(request)
    pending = uploads.pending(workspace.folder) if found.done else []
    return page(request, "job.html", title="Progress", job=found, pending=pending)


def meant(request: Request) -> Piece:
    """Return the work that the address names. Raises: QuestionError if there is none of that number (any more)."""
    number = Option("job", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["job_id"])
    return queue.find(jobs(request).database, int(number))


def cancel(request: Request) -> Response:
    """End a piece of work that waits or is under way."""
    found = meant(request)
    queue.cancel(jobs(request).database, found.id, at=datetime.now(UTC), by=WEB)
    return RedirectResponse(link(f"/data/jobs/{found.id}"), 303)


def to_job(request: Request, name: str, title: str, **options: Any) -> Response:
    """Let a piece of work wait its turn, and go to the page that shows how far it is."""
    piece = jobs(request).put(Order(name, title, options, by=WEB))
    return RedirectResponse(link(f"/data/jobs/{piece.id}"), 303)


async def undo(request: Request) -> Response:
    """Take everything out again that one import brought."""
    workspace: Workspace = request.app.state.workspace
    name = request.path_params["import_id"]
    known = await run_in_threadpool(workspace.imports)
    file = next((row["file"] for row in known if row["import_id"] == name), name)
    title = f"Undoing the import of {file}"
    return await run_in_threadpool(to_job, request, "undo", title, import_id=name, refresh=True)


def refresh(request: Request) -> Response:
    """Bring every figure up to date with the log."""
    return to_job(request, "refresh", "Bringing the figures up to date")


PAGE = Page(
    (
        Address("/data", data, as_of=False),
        Address("/data/rejected", show_rejected, as_of=False),
        Address("/data/rejected.csv", send_rejected, "file", as_of=False),
        Address("/data/imports/{import_id}/settle", settle, "change"),
        Address("/data/refresh", refresh, "change"),
        Address("/data/imports/{import_id}/undo", undo, "change"),
        Address("/data/jobs/{job_id}", job, as_of=False),
        Address("/data/jobs/{job_id}/cancel", cancel, "change"),
    ),
    menu="Data",
    order=7,
)
