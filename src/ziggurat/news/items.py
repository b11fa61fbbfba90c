"""What is a piece of news: a sentence, parts of which open to the figures or the person behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ziggurat.base.words import days, numbers
from ziggurat.base.words.style import PAGE

if TYPE_CHECKING:
    from ziggurat.asking.lens import Lens
    from ziggurat.results.result import Result
    from ziggurat.workspace import Workspace

NAMED = 3  # people or things of one sentence
LONGEST = 80  # characters of a name


@dataclass(frozen=True)
class Phrase:
    """A part of a sentence.

    study, options: the question to whose answer it opens, '' for none. row: values of the answer's key columns, so that
    it opens to the people behind those rows; None where it opens to the answer itself. person_id: or to one person.
    """

    text: str
    study: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    row: Mapping[str, str | int | None] | None = None
    person_id: str = ""


@dataclass(frozen=True)
class Item:
    """A sentence or two.

    topic: one of `news.TOPICS`. weight: what comes first, 0 to 100; an order of ours that measures nothing. missing:
    the log lacks what this topic needs, and the sentence says what to bring in.
    """

    topic: str
    weight: float
    phrases: tuple[Phrase, ...]
    missing: bool = False

    @property
    def text(self) -> str:
        """Return the whole sentence."""
        return "".join(phrase.text for phrase in self.phrases)


@dataclass(frozen=True)
class Period:
    """The days after `since` up to and including `until`, in UTC."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """Return its length."""
        return (self.until - self.since).days

    @property
    def window(self) -> dict[str, str]:
        """Return it as options of a study."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}

    def ending(self, until: date, days: int = 0) -> Period:
        """Return a period that ends elsewhere, of the same length or of so many days."""
        return Period(until - timedelta(days=days or self.days), until)


@dataclass(frozen=True)
class Asking:
    """What is asked for news: a workspace, seen through one lens, and a period."""

    workspace: Workspace
    lens: Lens
    period: Period

    @property
    def ladder(self) -> str:
        """Return the name of the ladder."""
        return self.lens.ladder.name

    @property
    def names(self) -> Sequence[str]:
        """Return the names of its levels."""
        return self.lens.ladder.names

    def ask(self, study: str, **options: Any) -> Result:
        """Answer a study on the ladder."""
        return self.lens.ask(study, **options)

    def phrase(
        self, text: str, study: str, options: Mapping[str, str], row: Mapping[str, str | int | None] | None = None
    ) -> Phrase:
        """Return words that open to a study on the ladder, or to the people behind one of its rows."""
        return Phrase(text, study, {"ladder": self.ladder, **options}, row)

    def person(self, row: Mapping[str, Any]) -> Phrase:
        """Return what to call the person of a row that has `person_id` and `name`; it opens to her page."""
        who = row["person_id"]
        words = row["name"] or self.workspace.names([who]).get(who) or who
        return Phrase(words if len(words) <= LONGEST else f"{words[:LONGEST]} …", person_id=who)

    def reaches(self, period: Period) -> bool:
        """Say whether the log begins before a period does, so that the period can be compared with another."""
        span = self.workspace.span()
        return span is not None and span[0].date() <= period.since


def item(topic: str, weight: float, *parts: str | Phrase, missing: bool = False) -> Item:
    """Make a piece of news of words and phrases."""
    return Item(topic, weight, tuple(Phrase(part) if isinstance(part, str) else part for part in parts), missing)


Parts = Sequence[str | Phrase]


def join_phrases(parts: Sequence[Parts], between: str = ", ", last: str = " and ") -> list[str | Phrase]:
    """Return some phrases as one list of words.

    >>> "".join(map(str, join_phrases([["a"], ["b"], ["c"]])))
    'a, b and c'
    """
    found: list[str | Phrase] = []
    for place, part in enumerate(parts):
        found += [between if place < len(parts) - 1 else last] if place else []
        found += part
    return found


number = partial(numbers.number, style=PAGE)
percent = partial(numbers.share, style=PAGE)
points = partial(numbers.percent, style=PAGE)  # of a difference of two shares
lasting = partial(days.lasting, style=PAGE)
day = days.day
people = partial(numbers.count, one="person", many="people", style=PAGE)
