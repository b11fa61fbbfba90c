"""Which ladders are there, and how is one of one's own made: copied, changed, tried and saved?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import DeclarationError
from ziggurat.levels import ladder as declared
from ziggurat.levels.ladder import Ladder
from ziggurat.server import filled, wording
from ziggurat.server.forms import CHANGED, Sent, mark, only, with_form
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.shape import Shape, shape

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

KEYS = ("title", "levels")
FIELDS = Shape("group", parts={key: shape(Ladder).parts[key] for key in KEYS})


@dataclass(frozen=True)
class Edited:
    """A ladder in its form. name: under which it is, or would be kept. like: the one whose file is changed; the same
    for one of the workspace's own. values: what its fields hold. wrong: what is wrong with them, in words."""

    name: str
    like: str
    values: Mapping[str, Any]
    wrong: str = ""

    def wanted(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is to be written. held: what stands there now."""
        found = filled.trimmed(FIELDS, self.values, held) or {}
        return {key: found.get(key) for key in KEYS}


def own_names(workspace: Workspace) -> set[str]:
    """Return the names of the ladders that the workspace has files of, whether they are in use or not."""
    return {path.stem for path in (workspace.folder / "ladders").glob("*.toml")}


def ladders(request: Request) -> Response:
    """Answer with the ladders that are in use, and those that are shipped."""
    workspace: Workspace = request.app.state.workspace
    used = workspace.ladders()
    own = own_names(workspace)
    shipped = {path.stem: declared.load(path, workspace.kinds) for path in sorted(declared.SHIPPED.glob("*.toml"))}
    rows = [(one, name in own, name in used) for name, one in {**shipped, **used}.items()]
    return page(request, "ladders.html", title="Ladders", rows=sorted(rows, key=lambda row: (not row[2], row[0].name)))


def form(request: Request) -> Response:
    """Answer with the form of a ladder of the workspace's own, or of a copy of another."""
    workspace: Workspace = request.app.state.workspace
    name = request.query_params.get("name", "")
    like = name or request.query_params.get("like") or workspace.default_ladder()
    values = tomllib.loads(workspace.ladder_text(like))
    return show(request, Edited(name, like, {key: values.get(key) for key in KEYS}))


def show(request: Request, one: Edited, *, tried: Mapping[str, Any] | None = None) -> Response:
    """Answer with the form. tried: what the ladder would do, where that was asked for."""
    workspace: Workspace = request.app.state.workspace
    own = own_names(workspace)
    return page(
        request,
        "ladder.html",
        title=f"Ladder {one.name}" if one.name in own else "A ladder of your own",
        status=422 if one.wrong else 200,
        one=one,
        seen=mark(workspace.ladder_text(one.like)),
        kept=one.name in own,
        fields=FIELDS,
        say=wording.said(),
        rows=filled.rows,
        lists={},
        kinds=workspace.kinds.group_of,
        saved=request.query_params.get("saved") == "yes",
        **(tried or {"trial": None}),
    )


def read_form(given: Sent) -> Edited:
    """Return the ladder that was filled in, and what is wrong with its numbers."""
    name, like = (only(given, key).strip() for key in ("ladder", "like"))
    values = filled.read(FIELDS, given) or {}
    wrong = next(filled.wrong(FIELDS, values, wording.said().label), "")
    return Edited(name, like, {key: values.get(key) for key in KEYS}, wrong)


def trying(workspace: Workspace, one: Edited) -> dict[str, Any]:
    """Return what a ladder would do, as the page shows it. Raises: DeclarationError if it is wrong."""
    if one.wrong:
        raise DeclarationError(one.wrong)
    held = tomllib.loads(workspace.ladder_text(one.like))
    draft = workspace.draft_ladder(one.name or "our-own", one.wanted(held), like=one.like)
    found: dict[str, Any] = {"trial": None, "draft": draft, "names": {}, "before": one.like}
    if workspace.derived.manifest() is None:
        return found
    before = declared.parse(held | {"name": one.like}, workspace.kinds, one.like)
    trial = workspace.try_ladder(draft.ladder, before)
    names = workspace.names([person for move in trial.moves for person in move.some])
    return found | {"trial": trial, "names": names}


def try_out(request: Request, given: Sent) -> Response:
    """Answer with what the ladder in the form would do, as a part of its page."""
    one = read_form(given)
    try:
        found = trying(request.app.state.workspace, one)
    except DeclarationError as error:
        return page(request, "ladder_tried.html", title="Tried", trial=None, wrong=str(error))
    return page(request, "ladder_tried.html", title="Tried", wrong="", **found)


def save(request: Request, given: Sent) -> Response:
    """Save it; or show the form again, with what is wrong or what the ladder would do."""
    workspace: Workspace = request.app.state.workspace
    one = read_form(given)
    try:
        text = workspace.ladder_text(one.like)
        if only(given, "seen") != mark(text):
            raise DeclarationError(CHANGED)
        if only(given, "do") == "look":
            return show(request, one, tried=trying(workspace, one))
        if one.wrong:
            raise DeclarationError(one.wrong)
        held = tomllib.loads(text)
        if one.name != one.like and one.name in own_names(workspace):
            raise DeclarationError(f"There is a ladder named {one.name} already; choose another name.")
        workspace.save_ladder(one.name, one.wanted(held), like=one.like)
    except DeclarationError as error:
        return show(request, Edited(one.name, one.like, one.values, str(error)))
    return RedirectResponse(link("/ladders/form", name=one.name, saved="yes"), 303)


PAGE = Page(
    (
        Address("/ladders", ladders, as_of=False),
        Address("/ladders/form", form, as_of=False),
        Address("/ladders/tried", with_form(try_out), "change"),
        Address("/ladders/form", with_form(save), "change"),
    ),
)
