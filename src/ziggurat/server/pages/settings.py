"""What is the workspace told, and how is that changed? A form writes what one would write by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base import rewrite
from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.base.instant import instant
from ziggurat.channels.assigned import list_experiments
from ziggurat.server import filled, wording
from ziggurat.server.forms import CHANGED, Sent, mark, only, with_form
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.shape import Shape, shape
from ziggurat.settings.config import Config

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

IN_THE_FILE = ("state", "allow")  # may hold a password, and needs a new start; says what pages may not say themselves
PROPOSED = ("staff", "agents")
MOST_NAMES = 400  # of activities and channels that a field proposes
FIELDS = Shape("group", parts={name: one for name, one in shape(Config).parts.items() if name not in IN_THE_FILE})


def parts() -> Mapping[str, wording.Part]:
    """Return what is on each page; settings that the words name on none are on the last."""
    said = wording.said().parts
    named = {key for part in said.values() for key in part.keys}
    rest = tuple(key for key in FIELDS.parts if key not in named)
    return {**said, **({"others": wording.Part("Others", "", rest)} if rest else {})}


@dataclass(frozen=True)
class Chosen:
    """One part of the settings as a page shows it: its name, its fields, and what they hold."""

    name: str
    fields: Shape
    held: Mapping[str, Any]

    @property
    def seen(self) -> str:
        """Return a short text that changes with what the part holds."""
        return mark(msgspec.json.encode(self.held, order="deterministic"))


def chosen(workspace: Workspace, name: str) -> Chosen:
    """Return a part of the settings as it stands in the file. Raises: QuestionError if there is none of that name."""
    known = parts()
    if name not in known:
        raise QuestionError(f"There are no settings named '{name[:40]}'{suggest(name[:40], known) or '.'}")
    fields = Shape("group", parts={key: FIELDS.parts[key] for key in known[name].keys})
    held = workspace.read_settings()
    return Chosen(name, fields, {key: held[key] for key in fields.parts if key in held})


def settings(request: Request) -> Response:
    """Answer with the form for one part of the settings, and with what stands in the file."""
    workspace: Workspace = request.app.state.workspace
    found = chosen(workspace, request.query_params.get("part") or next(iter(parts())))
    return show(request, found, with_defaults(found))


def with_defaults(found: Chosen) -> dict[str, Any]:
    """Return what a part holds, and what is meant where nothing is said."""
    return {key: found.held.get(key, one.default) for key, one in found.fields.parts.items()}


def show(request: Request, found: Chosen, values: Mapping[str, Any], *, wrong: str = "", preview: str = "") -> Response:
    """Answer with the form. values: what its fields hold. preview: the whole file as it would be."""
    workspace: Workspace = request.app.state.workspace
    keys = [*found.fields.parts]
    return page(
        request,
        "settings.html",
        title=parts()[found.name].title,
        status=422 if wrong else 200,
        parts=parts(),
        found=found,
        values=values,
        say=wording.said(),
        rows=filled.rows,
        wrong=wrong,
        preview=preview and rewrite.part(preview, keys),
        written=rewrite.part(workspace.settings_text(), keys),
        kept=request.query_params.get("kept") == "yes",
        stale=workspace.stale(),
        lists=lists(workspace, found.name),
        proposed=found.name in PROPOSED,
    )


def lists(workspace: Workspace, name: str) -> dict[str, list[str]]:
    """Return names that fields of a part propose, by the path of the field."""
    if name == "money":
        return {"rates.name": ["hour", *workspace.kinds.group_of]}
    if workspace.derived.manifest() is None:
        return {}
    at = instant(workspace.as_of())
    if name == "activities":
        trials = list_experiments(workspace.derived.buckets(), at)
        others = [one for one in workspace.derived.seen("activity", at) if one not in trials]
        return {"activities.name": [*sorted(trials), *others][:MOST_NAMES]}
    channels = workspace.derived.seen("channel", at)[:MOST_NAMES]
    return {"answers": {"targets.name": channels}, "organisation": {"languages.name": channels}}.get(name, {})


def change(request: Request, given: Sent) -> Response:
    """Write what was filled in, or show what would be written; or the form again, with what is wrong."""
    workspace: Workspace = request.app.state.workspace
    found = chosen(workspace, request.path_params["part"])
    values = filled.read(found.fields, given) or {}
    shown = {key: values.get(key) for key in found.fields.parts}
    wrong = next(filled.wrong(found.fields, values, wording.said().label), "")
    if only(given, "seen") != found.seen:  # first: the form that is shown again is made from what stands there now
        wrong = CHANGED
    if wrong:
        return show(request, found, shown, wrong=wrong)
    wanted = filled.trimmed(found.fields, values, found.held) or {}
    look = only(given, "do") == "look"
    try:
        text = workspace.change_settings({key: wanted.get(key) for key in found.fields.parts}, write=not look)
    except DeclarationError as error:
        return show(request, found, shown, wrong=str(error))
    if look:
        return show(request, found, shown, preview=text)
    return RedirectResponse(link("/settings", part=found.name, kept="yes"), 303)


def proposals(request: Request) -> Response:
    """Answer with who may be staff, or which accounts may be agents."""
    workspace: Workspace = request.app.state.workspace
    agents = request.query_params.get("part") == "agents"
    likely = workspace.likely_agents() if agents else workspace.likely_staff()
    return page(request, "settings_likely.html", title="Proposed", likely=likely, agents=agents)


def add(request: Request, given: Sent) -> Response:
    """Add the addresses and domains that are ticked to the staff, or to the agents, that stand in the file."""
    workspace: Workspace = request.app.state.workspace
    name = "agents" if only(given, "part") == "agents" else "staff"
    held = dict(chosen(workspace, name).held.get(name, {}))
    for key in ("domains", "identities"):
        more = [one for one in given.get(key, []) if one not in held.get(key, ())]
        held |= {key: [*held.get(key, ()), *more]} if more else {}
    workspace.change_settings({name: held or None})
    return RedirectResponse(link("/settings", part=name, kept="yes"), 303)


PAGE = Page(
    (
        Address("/settings", settings, as_of=False),
        Address("/settings/proposed", proposals, "part", as_of=False),
        Address("/settings/proposed/add", with_form(add), "change"),
        Address("/settings/{part}", with_form(change), "change"),
    ),
    menu="Settings",
    order=9,
)
