"""What is in a report? The one content from which the HTML file and the PDF are both written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from ziggurat.base.heavy import alt


@dataclass(frozen=True)
class Figure:
    """A chart. about: what it shows, for those who can't see it. caption: how it is read."""

    chart: alt.TopLevelMixin
    about: str
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A small table of text. heads: one per column; figures: the columns that hold figures, from 0."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Page:
    """One page. title: what it asks. headline: the finding, in a sentence. sentences: what else is to be known.

    caveats: what it does not say. beside: whether its figures are narrow, and stand beside each other on paper.
    missing: whether the log holds nothing from which it could be told; the headline then says so.
    """

    title: str
    headline: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    caveats: tuple[str, ...] = ()
    beside: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Logo:
    """A picture. ending: png, jpg or svg."""

    picture: bytes
    ending: str


@dataclass(frozen=True)
class Content:
    """All that a report says. since (excluded), until (included): UTC. made: the day that it bears.

    limits: of the data, label and text. pages: six, or seven where there were next
    steps. comment: of whoever hands it over, in paragraphs. logo: of the
    organisation, if it has one.
    """

    organisation: str
    since: datetime
    until: datetime
    made: date
    limits: tuple[tuple[str, str], ...]
    pages: tuple[Page, ...] = field(default=())
    comment: tuple[str, ...] = ()
    logo: Logo | None = None
