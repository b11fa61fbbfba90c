"""How is a study answered that takes long? Behind its page, once for all who ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat import catalogue
from ziggurat.asking.asking import completed
from ziggurat.asking.lens import Lens
from ziggurat.base.errors import QuestionError, UnaskedError
from ziggurat.base.sqlite import UnwritableError
from ziggurat.catalogue import Study
from ziggurat.results.result import Result
from ziggurat.server.query import WEB
from ziggurat.server.render import link, page
from ziggurat.server.responses import json_response
from ziggurat.server.root import path_of
from ziggurat.server.turns import digest, visitor
from ziggurat.state.queue import CANCELLED, DONE, Order, Piece
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

PATIENCE = 0.5  # seconds


def begin(request: Request, study: Study, options: Mapping[str, Any]) -> None:
    """Begin the work on an answer, if nobody has asked for it yet.

    Raises: what `study.check` does where a part is not installed; QuestionError if the options can't be taken;
    BusyError if too much waits already.
    """
    key = key_of(study, request.app.state.workspace.lens(ladder=options.get("ladder")), options)
    if isinstance(known(request, study, options), Result):
        return
    what = {"name": study.name, "options": dict(options)}
    try:
        put(request, Order("study", study.title, what, key, visitor(request), WEB))
    except UnwritableError:  # a folder that can be read alone has no queue, and is answered at once
        workspace: Workspace = request.app.state.workspace
        workspace.ask(study.name, **options)


def put(request: Request, order: Order) -> Piece:
    """Let work on an answer wait its turn; return soon, but not before what fails at once has failed."""
    fits: Worker = request.app.state.fits
    piece = fits.put(order)
    fits.wait(piece.id, PATIENCE)  # an option that names nothing is found at once
    return piece


def known(request: Request, study: Study, options: Mapping[str, Any]) -> Result | Piece | None:
    """Return the answer if it is there, else the work on it that goes on or failed, else None. Begins nothing.

    Raises: as `begin`.
    """
    fits: Worker = request.app.state.fits
    workspace: Workspace = request.app.state.workspace
    lens = workspace.lens(ladder=options.get("ladder"))
    key = key_of(study, lens, options)

    def answer() -> Result | None:
        return workspace.answers.known(study.name, lens, without_ladder(options))

    if (found := answer()) is not None:
        return found
    piece = fits.latest(key)
    if piece is not None and piece.state == DONE and (found := answer()) is not None:  # it ended between the two looks
        return found
    # What was worked out before the server was begun, or long ago, is not at hand any more; what was let go was not.
    let_go = piece is not None and piece.state == CANCELLED and not piece.ended_by
    return None if piece is None or piece.state == DONE or let_go else piece


def key_of(study: Study, lens: Lens, options: Mapping[str, Any]) -> str:
    """Return what tells the work on an answer from all other. Raises: as `begin`."""
    if study.check is not None:
        study.check()
    given = completed(study, lens.at, without_ladder(options))
    return digest(study.name, lens.version, lens.ladder.name, *sorted(study.function.asked(given).items()))


def without_ladder(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a study itself."""
    return {name: each for name, each in options.items() if name != "ladder"}


def unasked(request: Request, error: UnaskedError) -> Response:
    """Answer one who only looks at what needs an answer that is not there: how far the work on it is, or the button,
    which the page's script presses where it takes seconds."""
    study = catalogue.find(error.study)
    found = known(request, study, error.options)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if isinstance(found, Result):  # it has come just now
        return RedirectResponse(here, 303)
    if path_of(request).startswith("/api/"):
        return told(study, found, link(f"/api/studies/{study.name}", error.options))
    status = 404 if found is not None and found.error else 202
    return page(
        request,
        "waits.html",
        title=study.title,
        status=status,
        study=study,
        options=error.options,
        job=found,
        back=here,
    )


def told(study: Study, found: Piece | None, address: str) -> Response:
    """Tell a program how far the work on an answer is. address: of the answer by itself.

    Raises: QuestionError if it failed, or nobody has begun it.
    """
    if found is None:
        raise QuestionError(
            f"'{study.name}' takes long, and nobody has asked for it with these options yet. POST to {address}, with "
            "the header Origin of this server, begins it."
        )
    if found.error:
        raise QuestionError(found.error)
    return json_response({"study": study.name, "working": found.label, "done_share": found.share}, 202)
