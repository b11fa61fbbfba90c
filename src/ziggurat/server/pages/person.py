"""Who is this person, how did she get here, what is she told to be, and what is missing to her next step?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.errors import QuestionError
from ziggurat.people.called import display_name
from ziggurat.server.figures import specification
from ziggurat.server.query import Asked, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import page
from ziggurat.server.turns import in_turn

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace
    from ziggurat.workspace.portrait import Portrait

SIZE = 50  # interactions on one page
LISTS: dict[str, Any] = {"FIRST": 5, "MOST": 15}  # of a list: how many are seen at once, and how many when it is opened
ROLE_WORDS = {
    "lurker": "lurker: only watched",
    "other acts": "acted, but in no role (bought, gave)",
    "inactive": "did nothing in this time",
}
AMOUNTS = ("hours", "money", "worth")


def person(request: Request) -> Response:
    """Answer with one person's whole story. An unknown person is a QuestionError of the workspace."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    number = whole(request, "page", 1)
    story = workspace.story(
        request.path_params["person_id"], ladder=view.ladder, at=view.at or None, page=number, size=SIZE
    )
    traits = story.person.get("traits") or "{}"
    portrait = None if story.person["staff"] or story.person["agent"] else read_portrait(request, view)
    return page(
        request,
        "person.html",
        title=display_name(story.person["name"], story.person["identities"] or ()) or story.person["person_id"],
        view=view,
        story=story,
        traits=msgspec.json.decode(traits) if isinstance(traits, str) else traits,
        strip=specification(story.strip_chart()) if story.levels else None,
        timeline=specification(story.timeline_chart()) if story.timeline else None,
        page_number=number,
        pages=max(1, -(-story.total // SIZE)),
        portrait=portrait,
        since=since(view, portrait) if portrait else None,
        ROLE_WORDS=ROLE_WORDS,
        **LISTS,
    )


def among(request: Request) -> Response:
    """Answer with the ties of one person, and with how her questions fared."""
    view, portrait, about = part(request, "Ties and answers")
    questions = portrait.questions.questions if portrait.questions else ()
    workspace: Workspace = request.app.state.workspace
    names = workspace.names([row.answerer_id for row in questions if row.answerer_id])
    return page(request, "person_among.html", view=view, portrait=portrait, names=names, **about, **LISTS)


def value(request: Request) -> Response:
    """Answer with the ledger of one person, what is to be expected of her, and who else of her account is known."""
    view, portrait, about = part(request, "Value for both sides")
    sides: dict[str, Any] = {side: [row for row in portrait.ledger if row.side == side] for side in ("gave", "got")}
    columns = [name for name in AMOUNTS if any(getattr(row, name) is not None for row in portrait.ledger)]
    workspace: Workspace = request.app.state.workspace
    currency = workspace.config.currency
    units = {"hours": "Hours", "money": currency, "worth": f"Worth, {currency}"}
    return page(
        request,
        "person_value.html",
        view=view,
        portrait=portrait,
        columns=columns,
        UNITS=units,
        **sides,
        **about,
        **LISTS,
    )


def part(request: Request, heading: str) -> tuple[Asked, Portrait, dict[str, Any]]:
    """Return what a part of a person's page is of, and what its template says of it.

    Raises: QuestionError for staff, agents and anonymous people, of whom it tells nothing.
    """
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    portrait = read_portrait(request, view)
    if not portrait.known:
        raise QuestionError("This is told of known people alone, of neither staff, agents nor anonymous visitors.")
    id_ = workspace.find(request.path_params["person_id"])
    name = workspace.names([id_])[id_]
    about = {"person_id": id_, "name": name, "heading": heading, "since": since(view, portrait)}
    return view, portrait, {"title": f"{heading}: {name}", **about}


def read_portrait(request: Request, view: Asked) -> Portrait:
    """Return the portrait of the person that an address names, as of its day."""
    workspace: Workspace = request.app.state.workspace
    return workspace.portrait(request.path_params["person_id"], ladder=view.ladder, at=view.at or None)


def since(view: Asked, portrait: Portrait) -> str:
    """Return the day on which the window of a portrait begins, for studies of everyone in it."""
    return (view.at_day - timedelta(days=round(portrait.days))).isoformat()


PAGE = Page(
    (
        Address("/people/{person_id}", person),
        Address("/people/{person_id}/among", in_turn(among), "part"),
        Address("/people/{person_id}/value", in_turn(value), "part"),
    ),
)
