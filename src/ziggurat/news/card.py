"""What is a card of the day: one thing to do, in one sentence, with its figure, its people, and what is behind it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ziggurat.news.items import Item, Phrase, item


@dataclass(frozen=True)
class Who:
    """Somebody on a card. words: why they are on it."""

    person: Phrase
    words: str = ""


@dataclass(frozen=True)
class Card:
    """One thing to do.

    key: by which it is done or waits; the same on each day on which it is about the same. title: what it is usually
    called. said: one sentence. weight: what is at stake times how surprising it is, each from 0 to 1; an order of ours
    that measures nothing. figure: the number that it is about, with `unit`, its words. weekly: the series, the oldest
    week first, null where there is nothing; empty where there is none. people: whom it is about, most at stake first.
    behind: how sure it is, with bounds, in sentences. more: a phrase that opens to all of it; place: or a page's path.
    matter: the person, the channel, the activity or the source that it is about, where it is about one alone: of two
    cards about one the first says what the other would.
    """

    key: str
    title: str
    said: Item
    weight: float
    figure: str = ""
    unit: str = ""
    weekly: tuple[float | None, ...] = ()
    people: tuple[Who, ...] = ()
    behind: str = ""
    more: Phrase | None = None
    place: str = ""
    matter: str = ""

    @property
    def text(self) -> str:
        """Return its sentence."""
        return self.said.text


@dataclass(frozen=True)
class Day:
    """The cards of a day, first what comes first. others: how many more there are."""

    at: date
    cards: tuple[Card, ...]
    others: int = 0


def say(*parts: str | Phrase) -> Item:
    """Make the sentence of a card."""
    return item("cards", 0.0, *parts)
