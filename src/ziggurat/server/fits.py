"""How is a study answered that takes long? Behind its page, once for all who ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from ziggurat.asking.asking import completed
from ziggurat.base.instant import instant
from ziggurat.base.sqlite import UnwritableError
from ziggurat.catalogue import Study
from ziggurat.results.result import Result
from ziggurat.server.query import WEB
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
    key = key_of(request, study, options)
    if isinstance(known(request, study, options), Result):
        return
    what = {"name": study.name, "options": dict(options)}
    put(request, Order("study", study.title, what, key, visitor(request), WEB))


def ask(request: Request, study: Study, options: Mapping[str, Any]) -> Result | Piece | None:
    """Return what is `known`; where that is nothing, of a study that takes seconds, begin it, and of one that takes
    minutes None: whoever only looks, or lets a browser look, begins no such work. Raises: as `begin`."""
    found = known(request, study, options)
    if found is None and study.check is None:
        try:
            begin(request, study, options)
        except UnwritableError:  # a folder that can be read alone has no queue, and is answered at once
            return workspace_of(request).ask(study.name, **options)
        found = known(request, study, options)
    return found


def workspace_of(request: Request) -> Workspace:
    """Return the workspace that a request is about."""
    found: Workspace = request.app.state.workspace
    return found


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
    key = key_of(request, study, options)
    others = {name: each for name, each in options.items() if name != "ladder"}

    def answer() -> Result | None:
        return workspace.answers.known(study.name, workspace.lens(ladder=options.get("ladder")), others)

    if (found := answer()) is not None:
        return found
    piece = fits.latest(key)
    if piece is not None and piece.state == DONE and (found := answer()) is not None:  # it ended between the two looks
        return found
    # What was worked out before the server was begun, or long ago, is not at hand any more; what was let go was not.
    let_go = piece is not None and piece.state == CANCELLED and not piece.ended_by
    return None if piece is None or piece.state == DONE or let_go else piece


def key_of(request: Request, study: Study, options: Mapping[str, Any]) -> str:
    """Return what tells the work on an answer from all other. Raises: as `begin`."""
    workspace: Workspace = request.app.state.workspace
    if study.check is not None:
        study.check()
    asked = {name: each for name, each in options.items() if name != "ladder"}
    given = completed(study, instant(workspace.as_of()), asked)
    version = workspace.derived.version(workspace.state.raises())
    return digest(study.name, version, options.get("ladder"), *sorted(study.function.asked(given).items()))
