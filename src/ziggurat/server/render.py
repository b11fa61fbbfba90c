"""How is a page written? From a template, in which everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ziggurat.base.words import templates
from ziggurat.facts.silence import Stopped
from ziggurat.results import units
from ziggurat.server import advice, assets, columns, figures, writing
from ziggurat.server.root import ROOT as PLACE
from ziggurat.server.root import path_of, with_root

ROW = "row."  # before a key column in the address of the people of a row: options may have the same name
TEMPLATES = Path(__file__).parent / "templates"


def link(path: str, *options: Mapping[str, Any], **more: Any) -> str:
    """Return the address of a path of this workspace, with all options that say something; later ones win.

    Options that open a row (`row.…`) are said even when they are empty: that stands for rows where the column is empty.
    """
    merged: dict[str, Any] = {}
    for given in (*options, more):
        merged.update(given)
    said = {name: value for name, value in merged.items() if value not in (None, "") or name.startswith(ROW)}
    return with_root(f"{path}?{urlencode(said)}" if said else path)


def environment() -> jinja2.Environment:
    """Return the templates, everything in them escaped unless made safe on purpose."""
    env = templates.environment(TEMPLATES)
    env.filters.update(num=writing.number, share=writing.share, day=writing.day, instant=writing.instant)
    env.filters.update(brief=writing.brief, head=units.plain, size=writing.size, seen=writing.order_identities)
    env.filters.update(units=writing.units, ago=writing.ago, fit=advice.fit)
    env.globals.update(link=link, asset=assets.link, embedded=figures.embedded, themes=figures.themes())
    env.globals.update(cell=columns.cell, numeric=columns.numeric)
    return env


ENVIRONMENT = environment()


def automatic(request: Request, view: Any) -> int:
    """Return how many acts of machines a page leaves out, as of the instant that it looks at, if it does at one."""
    if view is None or view.empty:
        return 0
    found: int = request.app.state.workspace.derived.automatic(view.lens.at)
    return found


def stopped(request: Request, view: Any) -> list[Stopped]:
    """Return the sources that have stopped as of the instant that a page looks at, if it does at one."""
    if view is None or view.empty:
        return []
    found: list[Stopped] = request.app.state.workspace.derived.stopped(view.lens.at)
    return found


def turn(request: Request, view: Any) -> int | None:
    """Return which refresh a page is of that looks at what is known now; None where it looks at a day that was said."""
    if view is None or view.at:
        return None
    manifest = request.app.state.workspace.derived.manifest()
    return None if manifest is None else int(manifest.turn)


def page(request: Request, template: str, *, title: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return one page. `title` names it in the window and is escaped like everything else."""
    text = ENVIRONMENT.get_template(template).render(
        title=title,
        path=path_of(request),
        space=request.app.state.workspace,
        neighbours=[(root, each.config.name) for root, each in request.app.state.neighbours],
        places=request.app.state.menu,
        here=PLACE.get(),
        automatic=automatic(request, context.get("view")),
        stopped=stopped(request, context.get("view")),
        turn=turn(request, context.get("view")),
        **context,
    )
    return HTMLResponse(text, status)
