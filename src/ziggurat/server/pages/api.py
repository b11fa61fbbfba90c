"""What do programs get? The same answers as JSON, under /api."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ziggurat import catalogue
from ziggurat.results.result import Result
from ziggurat.server import fits, openapi
from ziggurat.server.pages.people import find, look
from ziggurat.server.pages.person import SIZE
from ziggurat.server.query import asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link
from ziggurat.server.responses import json_response
from ziggurat.workspace.portrait import DAYS, MOST_DAYS

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace


def studies(request: Request) -> Response:
    """Answer with every study: its title, question, options and columns."""
    return json_response(
        [
            {
                "name": study.name,
                "title": study.title,
                "question": study.question,
                "options": openapi.options(study),
                "columns": {name: column.schema(name) for name, column in study.result.columns.items()},
                "keys": study.result.keys,
            }
            for study in catalogue.STUDIES.values()
        ]
    )


def description(request: Request) -> Response:
    """Answer with what all these addresses take and give, as OpenAPI."""
    return json_response(openapi.document())


def study(request: Request) -> Response:
    """Answer with one study's table. Every query parameter is an option of the study, or `ladder`.

    What takes long is begun by POST to the same address, and answered with 202 and how far it is until it is there: ask
    again. Raises: QuestionError if nobody has begun it.
    """
    workspace: Workspace = request.app.state.workspace
    found = catalogue.find(request.path_params["name"])
    options = dict(request.query_params)
    result = fits.known(request, found, options) if found.late else workspace.ask(found.name, **options)
    if not isinstance(result, Result):
        return fits.told(found, result, link(f"/api/studies/{found.name}", options))
    return json_response(
        {
            "study": found.name,
            "title": found.title,
            "question": found.question,
            "asked": result.asked,
            "notes": result.notes,
            "empty": result.empty,
            "rows": workspace.addressed(result.table).to_pylist(),
        }
    )


def begin(request: Request) -> Response:
    """Begin a study that takes long, and answer with 202 and how far it is; any other is answered at once."""
    found = catalogue.find(request.path_params["name"])
    if found.late:
        fits.begin(request, found, dict(request.query_params))
    return study(request)


def people(request: Request) -> Response:
    """Answer with one page of people; parameters as on the page of people."""
    request, view = look(request)
    found, _ = find(request, view)
    return json_response({"total": found.total, "page": found.page, "pages": found.pages, "rows": found.rows})


def segments(request: Request) -> Response:
    """Answer with the saved segments: name, title, words, and the options of an address that mean the same."""
    saved = request.app.state.workspace.segments()
    rows = [
        {"name": name, "title": one.title, "words": one.words(), "options": one.address()}
        for name, one in saved.items()
    ]
    return json_response({"total": len(rows), "rows": rows})


def guarded(request: Request) -> Response:
    """Answer with the identities that link nobody, and why."""
    rows = request.app.state.workspace.guarded()
    return json_response({"total": len(rows), "rows": rows})


def person(request: Request) -> Response:
    """Answer with one person's story, its timeline one page at a time (`page`)."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    story = workspace.story(
        request.path_params["person_id"],
        ladder=view.ladder,
        at=view.at or None,
        page=whole(request, "page", 1),
        size=SIZE,
    )
    parts = ("person", "level", "level_name", "standing", "levels", "why", "timeline", "total")
    return json_response({part: getattr(story, part) for part in parts})


def portrait(request: Request) -> Response:
    """Answer with what one person is told to be, from both sides, in the `days` up to an instant, and why."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    days = whole(request, "days", round(DAYS), high=MOST_DAYS)
    found = workspace.portrait(request.path_params["person_id"], ladder=view.ladder, at=view.at or None, days=days)
    return json_response(found.told())


PAGE = Page(
    (
        Address("/api/openapi.json", description, "json", as_of=False),
        Address("/api/studies", studies, "json"),
        Address("/api/studies/{name}", study, "json"),
        Address("/api/studies/{name}", begin, "change"),
        Address("/api/guarded", guarded, "json"),
        Address("/api/people", people, "json"),
        Address("/api/segments", segments, "json", as_of=False),
        Address("/api/people/{person_id}", person, "json"),
        Address("/api/people/{person_id}/portrait", portrait, "json"),
    ),
)
