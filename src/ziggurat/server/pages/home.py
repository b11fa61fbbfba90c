"""What is there to do today, and what changed since last time?

Last time is the last day of data that this browser was shown. It is kept in a cookie that holds two days and nothing of
the visitor: that of the visit before and that of the last one, so that a page loaded again still says the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import day as read_day
from ziggurat.news import TOPICS, Item, news
from ziggurat.server.phrases import opens
from ziggurat.server.query import PageQuery, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.root import ROOT as PLACE
from ziggurat.server.turns import in_turn

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

USUAL_DAYS = 7
LENGTHS = (7, 30, 91)
A_YEAR = 365 * 24 * 3600  # seconds
TITLES = {
    "moves": "Climbs and slips",
    "waiting": "Waiting for an answer",
    "turning": "Rising and flagging",
    "activities": "Activities that moved",
    "scenario": "Where we stand",
}
MORE = {  # topic → the page that says more, and its words
    "moves": ("/moves", "All moves"),
    "waiting": ("/study/unanswered", "All open questions"),
    "turning": ("/turning", "More of both"),
    "activities": ("/study/reach-value", "All activities"),
    "scenario": ("/scenario", "All indicators"),
}
CAUTIONS = {
    "activities": "Bounds hold for all comparisons together, at 95 %. Value is how personal a message is, not what it "
    "earns. What a message triggered is estimated from what follows it; only a randomised holdout can prove it.",
    "scenario": "The thresholds, the third and fourth step and the view from outside are Ziggurat's own.",
}


@dataclass(frozen=True)
class Since:
    """From which day on news is told. last: the day that this browser was shown before, where it is known."""

    day: date
    last: date | None
    days: int  # as the address asks; 0 for since last time

    @property
    def usual(self) -> bool:
        """Say whether neither the address nor a visit says since when."""
        return not self.days and self.last is None


@dataclass(frozen=True)
class Part:
    """The news of one topic. address: of a page of them. more: the address and name of a page that says more."""

    topic: str
    title: str
    address: str
    more: tuple[str, str]
    caution: str
    news: tuple[Item, ...] = ()


def home(request: Request) -> Response:
    """Answer with the pyramid in small and the moves; the cards of the day come once the page is there."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    visits = last_visits(request, view.at_day)
    since = period(request, view, visits)
    window = {"ladder": view.ladder.name, "since": since.day.isoformat(), "until": view.at_day.isoformat()}
    counts = view.ask("pyramid", {**view.standing, "compare_at": since.day.isoformat()})
    answer = page(
        request,
        "home.html",
        title="Today",
        view=view,
        since=since,
        lengths=LENGTHS,
        usual=USUAL_DAYS,
        steps=[row for row in counts.rows() if row["level"] >= 0],
        known=sum(row["people"] for row in counts.rows() if row["level"] >= 0),
        parts=[part(topic, window) for topic in TOPICS if topic != "moves"],
        moves=write_topic(workspace, view, "moves", window),
        opens=opens,
        stale=workspace.stale(),
    )
    return answer if view.at else remember_visit(request, answer, visits)  # who looks back has seen nothing new


def part(topic: str, window: dict[str, str]) -> Part:
    """Return what a page says of one topic, without its sentences."""
    path, words = MORE[topic]
    days = {"at": window["until"]} if topic in ("waiting", "turning") else window
    more = link(path, {"ladder": window["ladder"]}, days)
    return Part(topic, TITLES[topic], link("/news", window, topic=topic), (more, words), CAUTIONS.get(topic, ""))


def write_topic(workspace: Workspace, view: PageQuery, topic: str, window: dict[str, str]) -> Part:
    """Return a topic with its sentences."""
    found = news(workspace, ladder=view.ladder, since=window["since"], until=window["until"], topics=[topic])
    return replace(part(topic, window), news=tuple(found))


def topic(request: Request) -> Response:
    """Answer with the news of one topic."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    name = request.query_params.get("topic", "moves")
    if name not in TOPICS:
        near = suggest(name[:40], TOPICS) or "."
        raise QuestionError(f"There is no news of '{name[:40]}'{near} There are: {', '.join(TOPICS)}.")
    found = write_topic(workspace, view, name, view.window)
    return page(request, "news.html", title=TITLES[name], view=view, part=found, opens=opens)


# ---- last time -----------------------------------------------------------------------------------------------


def period(request: Request, view: PageQuery, visits: tuple[date | None, date]) -> Since:
    """Return since when to tell: so many days as the address asks, else since last time, else the usual days.

    The last day that was shown may not have been over, so it is told again.
    """
    days = whole(request, "days", 0, high=3_650)
    last = visits[0]
    if days:
        return Since(view.at_day - timedelta(days=days), last, days)
    if last is not None:
        return Since(min(last, view.at_day) - timedelta(days=1), last, 0)
    return Since(view.at_day - timedelta(days=USUAL_DAYS), None, 0)


def last_visits(request: Request, today: date) -> tuple[date | None, date]:
    """Return the last day of data as of the visit before, if there was one, and as of this one.

    What is no cookie of ours counts as none: whoever changed it would see news of another period.
    """
    before, _, last = request.cookies.get(cookie(), "").partition(".")
    known = [day_of(text) for text in (before, last)]
    return (known[0] if known[1] == today else known[1]), today


def day_of(text: str) -> date | None:
    """Return the day that a cookie names, or None."""
    try:
        return read_day("seen", text)
    except QuestionError:
        return None


def remember_visit(request: Request, answer: Response, visits: tuple[date | None, date]) -> Response:
    """Let the browser keep which days it was shown.

    Not for one who comes by a link on another site: the browser then does not say what it keeps, and would lose it.
    """
    if request.headers.get("sec-fetch-site") != "cross-site":
        answer.set_cookie(
            cookie(),
            f"{visits[0] or ''}.{visits[1]}",
            max_age=A_YEAR,
            path=PLACE.get() or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
    return answer


def cookie() -> str:
    """Return the name under which this workspace's visits are kept."""
    return f"seen{PLACE.get().replace('/', '-')}"


PAGE = Page(
    (
        Address("/", home),
        Address("/news", in_turn(topic), "part"),
    ),
    menu="Home",
    order=1,
)
