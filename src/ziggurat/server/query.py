"""What does the address of a page ask: which ladder, as of when, over which period, which page?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import day
from ziggurat.study.options import LONGEST, Kind, Option

if TYPE_CHECKING:
    from ziggurat.asking.lens import Lens
    from ziggurat.levels.ladder import Ladder
    from ziggurat.results.result import Result
    from ziggurat.workspace import Workspace

WEB = "web"  # who decides on a page: there is no sign-in
NUMBER = Kind("count", "a whole number", whole=True)
FURTHEST = 10_000_000  # page of a list
PERIOD_DAYS = 30  # how far back a page looks when its address does not say


@dataclass(frozen=True)
class PageQuery:
    """A ladder, a day and the period before it, as the address of the page asks for them.

    lens: what is looked at, as of the end of the day; ladders: all that there are, by name.
    at, since: as they stand in the address, '' when it says nothing; at_day, since_day: what is meant by that. A day
    means its end, so that the whole day is included. first_day, last_day: of the whole log. empty: there is no log yet.
    mended: the address asked for a period that ends before it begins, and the usual one is shown instead.
    """

    lens: Lens
    ladders: Mapping[str, Ladder]
    at: str
    since: str
    at_day: date
    since_day: date
    first_day: date
    last_day: date
    empty: bool
    mended: bool

    @property
    def ladder(self) -> Ladder:
        """Return the ladder that is looked at."""
        return self.lens.ladder

    def ask(self, study: str, options: Mapping[str, Any]) -> Result:
        """Answer a study through the lens. options: as in an address, where the ladder may be among them."""
        return self.lens.ask(study, **{name: value for name, value in options.items() if name != "ladder"})

    @property
    def options(self) -> dict[str, str]:
        """Return what the address said, to be carried on to other pages."""
        return {"ladder": self.ladder.name, "at": self.at, "since": self.since}

    @property
    def standing(self) -> dict[str, str]:
        """Return the options of a study of one instant."""
        return {"ladder": self.ladder.name, "at": self.at_day.isoformat()}

    @property
    def window(self) -> dict[str, str]:
        """Return the options of a study of a period."""
        return {"ladder": self.ladder.name, "since": self.since_day.isoformat(), "until": self.at_day.isoformat()}

    @property
    def days(self) -> int:
        """Return the length of the whole log in days, for a slider."""
        return (self.last_day - self.first_day).days

    @property
    def day_index(self) -> int:
        """Return how many days into the log the asked day is, for a slider."""
        return min(max((self.at_day - self.first_day).days, 0), self.days)

    @property
    def periods(self) -> list[tuple[str, str]]:
        """Return the usual periods: their names, and the days on which they begin."""
        lengths = (("7 days", 7), ("30 days", 30), ("90 days", 90), ("a year", 365))
        return [(name, (self.at_day - timedelta(days=days)).isoformat()) for name, days in lengths]


def asked(request: Request, workspace: Workspace) -> PageQuery:
    """Read the address. Raises: QuestionError if it names an unknown ladder or what is no date."""
    ladders = workspace.ladders()
    name = request.query_params.get("ladder") or next(iter(ladders))
    if name not in ladders:
        raise QuestionError(f"There is no ladder named '{name[:40]}'{suggest(name, ladders) or '.'}")
    span, now = workspace.span(), datetime.now(UTC)
    first, last = span or (now, now)
    last = min(last, now)  # as `Workspace.as_of` has it
    at, since = request.query_params.get("at", ""), request.query_params.get("since", "")
    at = at or request.query_params.get("until", "")
    at_day = day("at", at) if at else last.date()
    usual = at_day - timedelta(days=PERIOD_DAYS)
    since_day = day("since", since) if since else usual
    mended = since_day >= at_day
    if mended:
        since, since_day = "", usual
    lens = workspace.through(ladders[name], at_day)
    return PageQuery(
        lens, ladders, at, since, at_day, since_day, first.date(), last.date(), empty=span is None, mended=mended
    )


async def as_asked(request: Request) -> Request:
    """Return a request that asks in its address for what a form asks for in its body: both are read alike."""
    async with request.form(max_files=0, max_fields=100) as form:
        given = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    query = urlencode(given) if given else request.url.query
    return Request({**request.scope, "query_string": query.encode()})


def whole(request: Request, name: str, default: int, *, low: int = 1, high: int = FURTHEST) -> int:
    """Return a whole number from the address. Raises: QuestionError if it is none, or out of bounds."""
    text = request.query_params.get(name, "")
    number: int = Option(name, NUMBER, "in the address", low, high).read(text) if text else default
    return number


def check(request: Request) -> None:
    """Raises: QuestionError if the address gives something twice, of which only one could be meant, or too much."""
    given = request.query_params.multi_items()
    for name, count in Counter(name for name, _ in given).items():
        if count > 1:
            raise QuestionError(f"`{name[:40]}` is given {count} times in the address; give it once.")
    for name, text in given:
        if len(text) > LONGEST:
            raise QuestionError(f"`{name[:40]}` has {len(text)} characters, but may have at most {LONGEST}.")
