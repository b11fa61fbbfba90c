"""What is there to do today, and what is done or can wait?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import QuestionError
from ziggurat.news import cards
from ziggurat.server.phrases import opens
from ziggurat.server.query import NUMBER, WEB, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.spark import spark
from ziggurat.server.turns import in_turn
from ziggurat.study.options import Option

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

WAITS = {"tomorrow": 1, "in a week": 7, "in a month": 30}  # days through which a card can wait


def day(request: Request) -> Response:
    """Answer with the cards of the day."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    found = cards(workspace, at=view.at_day, ladder=view.ladder)
    resting = workspace.resting_cards(view.at_day)[::-1]
    week = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
    more: dict[str, Any] = {"opens": opens, "spark": spark, "resting": resting, "WAITS": WAITS, "week": week}
    return page(request, "cards.html", title="To do", view=view, day=found, **more)


async def rest(request: Request) -> Response:
    """Keep that a card is done, or waits for some days, and show Home."""
    workspace: Workspace = request.app.state.workspace
    async with request.form() as form:
        said = {name: str(form.get(name, "")) for name in ("card", "title", "wait")}
    if said["wait"] and said["wait"] not in WAITS:
        raise QuestionError(f"A card can wait until: {', '.join(WAITS)}.")
    until = datetime.now(UTC).date() + timedelta(days=WAITS[said["wait"]] - 1) if said["wait"] else None
    await run_in_threadpool(workspace.rest_card, said["card"], said["title"], until=until, by=WEB)
    return RedirectResponse(link("/"), 303)


def wake(request: Request) -> Response:
    """Bring a card up again, and show Home."""
    workspace: Workspace = request.app.state.workspace
    number = int(Option("number", NUMBER, "in the address", 1, 2**31 - 1).read(request.path_params["number"]))
    workspace.wake_card(number)
    return RedirectResponse(link("/"), 303)


PAGE = Page(
    (
        Address("/cards", in_turn(day), "part"),
        Address("/cards/rest", rest, "change"),
        Address("/cards/{number}/undo", wake, "change"),
    ),
)
