"""Whom to turn to next, with what: the week's steps, what becomes of each, and what earlier ones did?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import QuestionError
from ziggurat.playbook.calendar import write_calendar
from ziggurat.results.result import write_csv
from ziggurat.server import fits
from ziggurat.server.query import NUMBER, WEB, as_asked, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.responses import download, json_response
from ziggurat.server.turns import in_turn
from ziggurat.state.queue import QUEUED, Order
from ziggurat.state.steps import OPEN
from ziggurat.study.options import Option

if TYPE_CHECKING:
    from ziggurat.work.worker import Worker
    from ziggurat.workspace import Workspace
    from ziggurat.workspace.proofs import Proof

COLUMNS = ("id", "owner", "title", "name", "email", "channel", "minutes", "level", "story", "subject", "text", "status")
FILLING = "filling the week"  # the key of that work: whoever asks while it goes on joins
WORDS = {"queued": "", "accepted": "Accepted", "snoozed": "Waits"}


def steps(request: Request) -> list[dict[str, Any]]:
    """Return the steps that the address asks for: everyone's, or one owner's; those that wait only if it says so."""
    workspace: Workspace = request.app.state.workspace
    owner = request.query_params.get("owner", "")
    found = workspace.queue(every=bool(request.query_params.get("waiting")))
    return [one for one in found if owner in ("", one["owner"])]


def show(request: Request) -> Response:
    """Answer with the week."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    # Before the steps: work that ends between the two looks is not shown as over without what it brought.
    job = request.app.state.jobs.latest(FILLING)
    found = steps(request)
    proofs = workspace.prove_all(observe=False)
    return page(
        request,
        "next.html",
        title="Next steps",
        view=view,
        steps=found,
        minutes=sum(one["minutes"] for one in found),
        owners=sorted({one["owner"] for one in found}),
        owner=request.query_params.get("owner", ""),
        waiting=request.query_params.get("waiting", ""),
        job=job,
        ended=[(one, sum(one.left.get(status, 0) for status in OPEN)) for one in proofs if one.ended],
        tried=[one for one in proofs if one.left],
        others=[one for one in proofs if not one.left],
        mix_weight=workspace.config.week.mix_weight,
        last=workspace.last_week(),
        WORDS=WORDS,
    )


def resume(request: Request) -> Response:
    """Let a play go on that was found to do nothing."""
    request.app.state.workspace.resume_play(request.path_params["play"])
    return RedirectResponse(link("/next"), 303)


def observed(request: Request) -> Response:
    """Answer with what a play that holds nobody out seems to have done."""
    workspace: Workspace = request.app.state.workspace
    found = workspace.prove(request.path_params["play"])
    title = found.play.title or found.play.name
    return page(request, "next_observed.html", title=title, view=asked(request, workspace), one=found)


def fill(request: Request) -> Response:
    """Let the steps of this week be queued that are expected to move most, and show how far that is."""
    jobs: Worker = request.app.state.jobs
    piece = jobs.put(Order("week", "Filling the week", {}, FILLING, by=WEB))
    jobs.wait(piece.id, fits.PATIENCE)
    return RedirectResponse(link("/next"), 303)


async def decide(request: Request) -> Response:
    """Do with the steps that are ticked, or with the one that the address names, what the form says."""
    return await run_in_threadpool(decided, await as_asked(request))


def decided(request: Request) -> Response:
    """Do it, and show the week."""
    given = request.query_params
    named = [request.path_params["number"]] if "number" in request.path_params else given.getlist("step")
    numbers = [int(Option("step", NUMBER, "in the form", 1, 2**31 - 1).read(one)) for one in named]
    if not numbers:
        raise QuestionError("No step is ticked; tick at least one.")
    act(request, numbers, given)
    return RedirectResponse(link("/next", owner=given.get("owner", "")), 303)


def act(request: Request, numbers: Sequence[int], given: Mapping[str, str]) -> None:
    """Do what a form says with some steps."""
    workspace: Workspace = request.app.state.workspace
    what = given.get("do", "")
    if what == "edit":
        if len(numbers) > 1:
            raise QuestionError("Change the words of one step at a time.")
        workspace.edit_step(numbers[0], subject=given.get("subject", ""), text=given.get("text", ""), by=WEB)
        return
    day = given.get("day") or None
    if workspace.decide_steps({what: numbers}, day=day, reason=given.get("reason", ""), by=WEB):
        refresh_later(request)


def refresh_later(request: Request) -> None:
    """Let the figures be brought up to what was taken, unless that waits already."""
    jobs = request.app.state.jobs
    if not any(piece.name == "refresh" and piece.state == QUEUED for piece in jobs.waiting()):
        jobs.put(Order("refresh", "Bringing the figures up to date", {}, by=WEB))


def send_csv(request: Request) -> Response:
    """Answer with the steps as CSV."""
    rows = [[one[name] for name in COLUMNS] for one in steps(request)]
    return download(request.app.state.workspace.folder, "next.csv", lambda file: write_csv(file, COLUMNS, rows))


def send_calendar(request: Request) -> Response:
    """Answer with the steps for a calendar."""
    text = write_calendar(steps(request), datetime.now(UTC))
    return download(request.app.state.workspace.folder, "next.ics", lambda file: file.write_bytes(text.encode()))


def as_json(request: Request) -> Response:
    """Answer with the steps, for programs."""
    found, workspace = steps(request), request.app.state.workspace
    beside = {"last_week": workspace.last_week(), "ended": workspace.endings()}
    return json_response({"total": len(found), "rows": found, **beside})


def plays_as_json(request: Request) -> Response:
    """Answer with the plays and what each did, for programs."""
    rows = [described(one) for one in request.app.state.workspace.prove_all()]
    return json_response({"total": len(rows), "rows": rows})


def described(one: Proof) -> dict[str, Any]:
    """Return a play and what it did."""
    return {
        "name": one.play.name, "title": one.play.title, "play": one.play, "verdict": one.verdict, "said": one.said,
        "ended": one.ended,        "effects": one.effects, "observed": one.observed, "open": one.open, "left": one.left,
    }  # fmt: skip


PAGE = Page(
    (
        Address("/next", show, as_of=False),
        Address("/next.csv", send_csv, "file", as_of=False),
        Address("/next.ics", send_calendar, "file", as_of=False),
        Address("/next/fill", fill, "change"),
        Address("/next/observed/{play}", in_turn(observed), "part", as_of=False),
        Address("/next/plays/{play}/resume", resume, "change"),
        Address("/next/steps", decide, "change"),
        Address("/next/steps/{number}", decide, "change"),
        Address("/api/next", as_json, "json", as_of=False),
        Address("/api/plays", plays_as_json, "json", as_of=False),
    ),
    menu="Next",
    order=4,
)
