"""Who is this person, how did they get here, what are they said to be, and what is missing to their next step?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import moment
from ziggurat.facts.tellers import TELLERS
from ziggurat.people.called import E_MAIL, display_name
from ziggurat.people.ids import person_of
from ziggurat.server.figures import specification
from ziggurat.server.pages.data import to_job
from ziggurat.server.query import NUMBER, WEB, PageQuery, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.turns import in_turn
from ziggurat.study.options import Option

if TYPE_CHECKING:
    from ziggurat.levels.forecast import Forecast
    from ziggurat.workspace import Workspace
    from ziggurat.workspace.portrait import Portrait

SIZE = 50  # interactions on one page
LISTS: dict[str, Any] = {"FIRST": 5, "MOST": 15}  # of a list: how many are seen at once, and how many when it is opened
ROLE_WORDS = {
    "lurker": "lurker: only watched",
    "other acts": "acted, but in no role (bought, gave)",
    "inactive": "did nothing in this time",
}
SORTS = {  # as `workspace.note` has them → as one says it
    "note": "Note",
    "task": "Task, due on the day",
    "tag": "Tag",
    "contacted": "Contacted on the day",
    "snoozed": "Can wait until the day",
}
AHEAD = "30"  # days
COMING = {"climb": "Climb", "slip": "Slip", "silence": "Fall silent"}
LEAVE = {"subscribed": "they may be written to", "unsubscribed": "they have unsubscribed, and want no mail"}
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
        strip=specification(story.strip_chart(), workspace.config.noted()) if story.levels else None,
        timeline=specification(story.timeline_chart(), workspace.config.noted()) if story.timeline else None,
        page_number=number,
        pages=max(1, -(-story.total // SIZE)),
        kept=kept(workspace, view, story.person["identities"] or ()),
        SORTS=SORTS,
        by_hand=[] if view.at else workspace.by_hand(story.person["identities"] or ()),
        portrait=portrait,
        shared=workspace.shared(story.person["identities"] or ()),
        **mail(story.person["identities"] or ()),
        since=since(view, portrait) if portrait else None,
        ROLE_WORDS=ROLE_WORDS,
        **LISTS,
    )


def mail(identities: Sequence[str]) -> dict[str, Any]:
    """Return the first e-mail address of a person, and the address by which a browser begins a mail to it."""
    email = next((one.removeprefix(E_MAIL) for one in identities if one.startswith(E_MAIL)), "")
    return {"email": email, "mail_to": f"mailto:{quote(email, safe='@')}" if email else ""}


async def keep(request: Request) -> Response:
    """Keep a note, a task, a tag, or that somebody was contacted or can wait, and show the person, or Home."""
    workspace: Workspace = request.app.state.workspace
    who = request.path_params["person_id"]
    async with request.form() as form:
        said: dict[str, Any] = {name: str(form.get(name, "")) for name in ("text", "sort", "day", "owner")}
        home = form.get("then") == "home"
    said["day"] = said["day"] or None
    await run_in_threadpool(workspace.note, who, **said, by=WEB)
    if home:
        return RedirectResponse(link("/"), 303)
    return RedirectResponse(f"{link(f'/people/{who}')}#kept", 303)


async def say(request: Request) -> Response:
    """Say a trait of a person by hand, and bring the figures up to it."""
    async with request.form() as form:
        said = [str(form.get(name, "")) for name in ("trait", "value")]
    return await run_in_threadpool(said_by_hand, request, *said)


def said_by_hand(request: Request, trait: str, value: str) -> Response:
    """Say it, and show how far the figures are."""
    workspace: Workspace = request.app.state.workspace
    workspace.set_trait(request.path_params["person_id"], trait, value, by=WEB)
    return to_job(request, "refresh", "Bringing the figures up to date")


def unsay(request: Request) -> Response:
    """Take back what was said of a person by hand."""
    workspace: Workspace = request.app.state.workspace
    number = request.path_params["number"]
    row = workspace.story(request.path_params["person_id"], size=1).person
    if number not in {one["import_id"] for one in workspace.by_hand(row["identities"] or ())}:
        raise QuestionError(f"Nothing was said of this person by hand under the number {number[:20]}.")
    return to_job(request, "undo", "Taking back what was said", import_id=number, refresh=True)


def close_or_undo(request: Request) -> Response:
    """Say that a task is done, or take back what was kept, and show the person."""
    workspace: Workspace = request.app.state.workspace
    who = request.path_params["person_id"]
    number = int(Option("number", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["number"]))
    if number not in {one["id"] for one in workspace.notes(who)}:
        raise QuestionError(f"Nothing is kept of this person under the number {number}.")
    if request.url.path.endswith("/done"):
        workspace.finish(number, by=WEB)
    else:
        workspace.forget(number)
    return RedirectResponse(f"{link(f'/people/{who}')}#kept", 303)


def kept(workspace: Workspace, view: PageQuery, identities: Sequence[str]) -> list[dict[str, Any]]:
    """Return what was kept of a person up to the day of a page, the newest first. identities: theirs."""
    theirs = [one for one in workspace.notes()[::-1] if one["identity"] in set(identities)]
    return [one for one in theirs if not view.at or one["decided_at"].date() <= view.at_day]


def among(request: Request) -> Response:
    """Answer with the ties of one person, and with how her questions fared."""
    view, portrait, about = part(request, "Ties and answers")
    questions = portrait.questions.questions if portrait.questions else ()
    workspace: Workspace = request.app.state.workspace
    names = workspace.names([row.answerer_id for row in questions if row.answerer_id])
    return page(request, "person_among.html", view=view, portrait=portrait, names=names, **about, **LISTS)


def known(request: Request) -> Response:
    """Answer with what is known of one person, what they like and dislike, and the one question to ask next."""
    view, portrait, about = part(request, "Acquaintance")
    workspace: Workspace = request.app.state.workspace
    story = workspace.story(about["person_id"], at=view.at or None, size=1)
    identities = story.person["identities"] or ()
    spaces = TELLERS.may["write"].namespaces
    return page(
        request,
        "person_known.html",
        view=view,
        portrait=portrait,
        reach=[one for one in identities if one.partition(":")[0] in spaces],
        leave=LEAVE.get(story.person["consent"], "never said whether they may be written to"),
        talker=talker(workspace, portrait),
        told=workspace.told_of(identities, moment(portrait.at)),
        **about,
        **LISTS,
    )


def talker(workspace: Workspace, portrait: Portrait) -> str:
    """Return what to call who of us talked to somebody last, by name where the identity is of one who is known."""
    by = portrait.acquaintance.talked_by if portrait.acquaintance else None
    if by is None:
        return ""
    who = workspace.find(by)
    return workspace.names([who]).get(who, by)


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


def ahead(request: Request) -> Response:
    """Answer with how likely one person is to climb, slip and fall silent, and why."""
    view, _, about = part(request, "What may come")
    who = person_of(about["person_id"])
    found = {outcome: view.ask("forecast", view.standing | {"outcome": outcome, "days": AHEAD}) for outcome in COMING}
    rows = [
        {"outcome": outcome, "words": COMING[outcome], "empty": result.empty, "row": result.of_person(who)}
        for outcome, result in cast("Mapping[str, Forecast]", found).items()
    ]
    return page(request, "person_ahead.html", view=view, rows=rows, days=AHEAD, **about)


def part(request: Request, heading: str) -> tuple[PageQuery, Portrait, dict[str, Any]]:
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


def read_portrait(request: Request, view: PageQuery) -> Portrait:
    """Return the portrait of the person that an address names, as of its day."""
    workspace: Workspace = request.app.state.workspace
    return workspace.portrait(request.path_params["person_id"], ladder=view.ladder, at=view.at or None)


def since(view: PageQuery, portrait: Portrait) -> str:
    """Return the day on which the window of a portrait begins, for studies of everyone in it."""
    return (view.at_day - timedelta(days=round(portrait.days))).isoformat()


PAGE = Page(
    (
        Address("/people/{person_id}", person),
        Address("/people/{person_id}/notes", keep, "change"),
        Address("/people/{person_id}/traits", say, "change"),
        Address("/people/{person_id}/traits/{number}/undo", unsay, "change"),
        Address("/people/{person_id}/notes/{number}/done", close_or_undo, "change"),
        Address("/people/{person_id}/notes/{number}/undo", close_or_undo, "change"),
        Address("/people/{person_id}/among", in_turn(among), "part"),
        Address("/people/{person_id}/ahead", in_turn(ahead), "part"),
        Address("/people/{person_id}/known", in_turn(known), "part"),
        Address("/people/{person_id}/value", in_turn(value), "part"),
    ),
)
