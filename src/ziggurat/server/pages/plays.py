"""Which plays are there, and how is one written: filled in, with whom it means beside it, and saved?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base import declare, rewrite
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.playbook.play import STEPS, UNITS, Play
from ziggurat.playbook.segment import FORECASTS, LEDGERS, MOVES, ROLES, SIGNALS, STANCES, Segment
from ziggurat.server import filled, wording
from ziggurat.server.forms import CHANGED, Sent, mark, only, with_form
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.shape import Shape, shape

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

NOT_ASKED = ("title", "ladder", "kind")  # of a segment: the play's own say it
DECLARED = shape(Play).parts
WHOM = {name: one for name, one in shape(Segment).parts.items() if name not in NOT_ASKED} | {
    "moved": Shape("choice", "", tuple(MOVES)),
    "signal": Shape("choices", [], tuple(SIGNALS)),
    "stance": Shape("choices", [], STANCES),
    "role": Shape("choices", [], ROLES),
    "ledger": Shape("choice", "", tuple(LEDGERS)),
    "forecast": Shape("choice", "", tuple(FORECASTS)),
}
UNLESS = replace(
    DECLARED["unless"], parts={**DECLARED["unless"].parts, "one_per": Shape("choice", "", tuple(filter(None, UNITS)))}
)
FIELDS = Shape("group", parts={
    "title": DECLARED["title"], "step": Shape("choice", None, tuple(STEPS)), "segment": Shape("text", ""),
    "whom": Shape("group", parts=WHOM), "success": DECLARED["success"], "owner": DECLARED["owner"],
    "minutes": DECLARED["minutes"], "why": DECLARED["why"], "subject": DECLARED["subject"],
    "text": Shape("prose", ""), "holdout_share": DECLARED["holdout_share"], "unless": UNLESS,
    **{name: DECLARED[name] for name in ("ladder", "channel", "rivals", "seed", "weight", "most_a_week", "least_effect",
                                         "active", "regardless")},
})  # fmt: skip
LISTED = wording.said("play_form")


@dataclass(frozen=True)
class Written:
    """A play in its form. name: under which it is, or would be kept. like: the one whose file is changed; none for a
    new one. values: what its fields hold. wrong: what is wrong with them, in words."""

    name: str
    like: str
    values: Mapping[str, Any]
    wrong: str = ""

    def text(self, held: str) -> str:
        """Return what would be written. held: what stands in the file now. Raises: DeclarationError if a field is
        wrong."""
        if self.wrong:
            raise DeclarationError(self.wrong)
        there = as_filled(declare.parse_toml(held.encode(), "the file"))
        same = {
            name: text for name, text in there.items() if str(text).strip() == self.values.get(name)
        }  # but for edges
        found = filled.trimmed(FIELDS, {**self.values, **same}, there) or {}
        wanted = {name: found.get(name) for name in FIELDS.parts if name != "segment"}
        if self.values.get("segment"):
            wanted["whom"] = self.values["segment"]
        return rewrite.changed(held, wanted)


def as_filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a play's TOML as its form holds it."""
    whom = said.get("whom")
    return {**said, "segment": whom, "whom": None} if isinstance(whom, str) else dict(said)


def own_names(workspace: Workspace) -> set[str]:
    """Return the names of the plays that the workspace has files of, whether they are in use or not."""
    return {path.stem for path in (workspace.folder / "plays").glob("*.toml")}


def plays(request: Request) -> Response:
    """Answer with the plays in use, and with the workspace's own that are not."""
    workspace: Workspace = request.app.state.workspace
    used = workspace.plays()
    own = own_names(workspace)
    return page(request, "plays.html", title="Plays", used=used, own=own, idle=sorted(own - set(used)))


def form(request: Request) -> Response:
    """Answer with the form of a play, of a copy of one, or of a new one."""
    workspace: Workspace = request.app.state.workspace
    name, like = (request.query_params.get(key, "") for key in ("name", "like"))
    held = workspace.play_text(name or like) if name or like else ""
    return show(request, Written(name, name or like, as_filled(declare.parse_toml(held.encode(), name or like))))


def show(request: Request, one: Written, tried: Mapping[str, Any] | None = None) -> Response:
    """Answer with the form. tried: whom the play means, where that was asked for."""
    workspace: Workspace = request.app.state.workspace
    return page(
        request,
        "play.html",
        title=f"Play {one.name}" if one.name and one.name == one.like else "A play of your own",
        status=422 if one.wrong else 200,
        one=one,
        seen=mark(held_text(workspace, one)),
        kept=one.name in own_names(workspace),
        fields=FIELDS,
        say=LISTED,
        rows=filled.rows,
        lists={},
        kinds=workspace.kinds.group_of,
        saved=request.query_params.get("saved") == "yes",
        tried=tried,
    )


def read_form(given: Sent) -> Written:
    """Return the play that was filled in, and what is wrong with its numbers."""
    name, like = (only(given, key).strip() for key in ("play", "like"))
    values = filled.read(FIELDS, given) or {}
    return Written(name, like, values, next(filled.wrong(FIELDS, values, LISTED.label), ""))


def trying(workspace: Workspace, one: Written) -> dict[str, Any]:
    """Return what would be written, and whom it means. Raises: DeclarationError or QuestionError if it is wrong."""
    if not one.wrong and "step" not in one.values:
        raise QuestionError("Choose the step; then it is said here whom the play means.")
    text = one.text(held_text(workspace, one))
    play = workspace.read_play(one.name or "our-own", text)
    whom = workspace.segment(play.whom).words()
    reach = "" if workspace.derived.manifest() is None else workspace.reach(play).words()
    return {"text": text, "whom": whom, "reach": reach}


def held_text(workspace: Workspace, one: Written) -> str:
    """Return what stands in the file that a form changes or copies; nothing for a new play."""
    return workspace.play_text(one.like) if one.like else ""


def try_out(request: Request, given: Sent) -> Response:
    """Answer with whom the play in the form means, as a part of its page."""
    one = read_form(given)
    try:
        found = trying(request.app.state.workspace, one)
    except (DeclarationError, QuestionError) as error:
        return page(request, "play_tried.html", title="Tried", tried=None, wrong=str(error))
    return page(request, "play_tried.html", title="Tried", tried=found, wrong="")


def save(request: Request, given: Sent) -> Response:
    """Save it; or show the form again, with what is wrong or whom the play means."""
    workspace: Workspace = request.app.state.workspace
    one = read_form(given)
    held = held_text(workspace, one)
    if only(given, "seen") != mark(held):
        return show(request, replace(one, wrong=CHANGED))
    try:
        if only(given, "do") == "look":
            return show(request, one, trying(workspace, one))
        if one.name != one.like and one.name in {*workspace.plays(), *own_names(workspace)}:
            raise QuestionError(f"There is a play named {one.name} already; choose another name.")
        workspace.save_play(one.name, one.text(held))
    except (DeclarationError, QuestionError) as error:
        return show(request, replace(one, wrong=str(error)))
    return RedirectResponse(link("/plays/form", name=one.name, saved="yes"), 303)


PAGE = Page(
    (
        Address("/plays", plays, as_of=False),
        Address("/plays/form", form, as_of=False),
        Address("/plays/tried", with_form(try_out), "change"),
        Address("/plays/form", with_form(save), "change"),
    ),
)
