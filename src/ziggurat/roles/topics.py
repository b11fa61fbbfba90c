"""What do people ask and talk about, and do we publish about it?

Topics are found in what known people write, by TF-IDF and non-negative matrix factorisation (`stats.topics`); every
text of theirs, and every message that we publish, goes under the one topic that most of it is on, or under none. Bounds
(95 %) of people's share take people as the sample, those of ours messages: one's texts are not independent.

A topic is a group of words that go together, not what anyone meant; its name is its words. Common words of English
alone are left out beforehand. A large share is not an important one, and what we answer in person is no publication.

Sources: Salton & Buckley (1988), Information Processing & Management 24(5); Lee & Seung (1999), Nature 401, 788-791;
bounds of the gap: Newcombe (1998), Statistics in Medicine 17(8), 873-890.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import ints
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.roles.said import said
from ziggurat.stats.intervals import wilson
from ziggurat.stats.shares import Share, difference, of_people
from ziggurat.stats.topics import NONE, Topics
from ziggurat.stats.topics import topics as found_in
from ziggurat.study import Count, Family, Seed, Within, Year, study

MOST = 50  # topics
SHOWN = 300  # characters of a text
OTHER = "none of these"
THEIRS, OURS = "what people write", "what we publish"


@dataclass(frozen=True)
class TopicsOfBoth(Result):
    """One row per topic, the one people write most about first; last, with a null topic, what is under none.

    topic: its number, from 1. words: those that weigh most. people: known people with a text on it. texts: how many;
    questions: of them, those that call for an answer. share: of people's texts, with bounds. ours: messages that we
    published on it; our_share: of all of ours, with bounds, null where we published nothing. gap: share less our_share,
    with bounds; above 0 where we publish less about it than people write. example: the text that its topic says best.
    Members, one row per text: person_id, name, topic, source, interaction_id, text (its first 300 characters).
    """

    columns: ClassVar = {
        "topic": COUNT,
        "words": TEXT,
        "people": COUNT,
        "texts": COUNT,
        "questions": COUNT,
        "share": SHARE("Share of people's texts"),
        **interval(SHARE),
        "ours": COUNT("Messages of ours"),
        "our_share": SHARE("Share of our messages"),
        **interval(SHARE, "our"),
        "gap": SHARE("By which we fall short"),
        **interval(SHARE, "gap"),
        "example": TEXT,
    }
    keys: ClassVar = ("topic",)
    absence: ClassVar = Absence("none is on any topic", "Choose a longer period.", (needs.WRITTEN,))
    wholes: ClassVar = {"words": "none of these"}

    def chart(self) -> alt.TopLevelMixin:
        """Draw what share of people's texts and of ours is on each topic, with bounds."""
        sides = ((THEIRS, "share", "low", "high"), (OURS, "our_share", "our_low", "our_high"))
        drawn = [
            {
                "topic": row["topic"],
                "named": label(row["topic"], row["words"]),
                "side": side,
                "share": row[share],
                "low": row[low],
                "high": row[high],
            }
            for row in self.rows()
            for side, share, low, high in sides
            if row[share] is not None
        ]
        return charts.spreads(drawn, y="named", x="share", low="low", high="high", each="side", unsaid=["topic"])


@dataclass(frozen=True)
class Texts(Family):
    """Which texts are read, and into how many topics they are parted."""

    topics: Annotated[Count, Within(1, 50), "how many topics at most"] = 8
    sample: Annotated[Count, Within(1, 10_000_000), "most texts of either side that are read"] = 20_000
    seed: Annotated[Seed, "of the draw, and of where the search for topics begins"] = 1


@study
def topics(buckets: Buckets, people: Frame, *, window: Year, texts: Texts) -> TopicsOfBoth:
    """Find what people write about within (since, until], and how much of what we publish is about it.

    people: a table as `schema.PEOPLE`. topics: how many at most, 1 to 50. sample: most texts of either side; of more,
    so many are drawn, and all figures are of those. seed: of the draw, and of where the search for topics begins.
    ladder and names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or a number is out of range.
    """
    start, end = window.since, window.until
    theirs, ours = said(buckets, since=start, until=end, sample=texts.sample, seed=texts.seed)
    found = found_in(theirs["text"].to_pylist(), ours, texts.topics, texts.seed)
    number = rank_topics(found) if theirs.num_rows else {}
    rows = [topic_row(theirs, found, topic, place) for topic, place in number.items()]
    folk = members(theirs, found, number, Directory.of(people), buckets.codes.get("source", []))
    return TopicsOfBoth(tables.from_rows(TopicsOfBoth.columns, rows), folk)


def rank_topics(found: Topics) -> dict[int, int | None]:
    """Return the topics that anyone writes about, by how much, with a number each; last, without one, what is left."""
    count = np.bincount(found.own[found.own != NONE], minlength=len(found.words))
    order = [topic for topic in np.argsort(-count, kind="stable").tolist() if count[topic]]
    number: dict[int, int | None] = {topic: place for place, topic in enumerate(order, 1)}
    if (found.own == NONE).any() or (found.others == NONE).any():
        number[NONE] = None
    return number


def topic_row(theirs: pa.Table, found: Topics, topic: int, place: int | None) -> dict[str, Any]:
    """Return the row of one topic."""
    on, ours = found.own == topic, int((found.others == topic).sum())
    person = np.unique(ints(theirs, "person"), return_inverse=True)[1]
    share = of_people(np.bincount(person, on), np.bincount(person).astype(np.float64))
    our_share = (ours / found.others.size, *wilson(ours, found.others.size)) if found.others.size else None
    best = int(np.argmax(np.where(on, found.near, -1))) if on.any() else None
    return {
        "topic": place,
        "words": None if topic == NONE else ", ".join(found.words[topic]),
        "people": np.unique(person[on]).size,
        "texts": int(on.sum()),
        "questions": int((theirs["asks"].to_numpy(zero_copy_only=False) & on).sum()),
        **share_with_bounds("share low high", share),
        "ours": ours,
        **share_with_bounds("our_share our_low our_high", our_share),
        **share_with_bounds("gap gap_low gap_high", difference(share, our_share) if share and our_share else None),
        "example": None if best is None or topic == NONE else theirs["text"][best].as_py()[:SHOWN],
    }


def label(topic: int | None, words: str | None) -> str:
    """Name a topic by its number and its first words."""
    return OTHER if topic is None or words is None else f"{topic}: {', '.join(words.split(', ')[:4])}"


def share_with_bounds(names: str, share: Share | None) -> dict[str, float | None]:
    """Name a share and its bounds; null where there is none."""
    return dict(zip(names.split(), share or (None, None, None), strict=True))


def members(
    theirs: pa.Table, found: Topics, number: dict[int, int | None], directory: Directory, sources: Sequence[str]
) -> nw.LazyFrame[Any]:
    """Return the texts and who wrote them."""
    person = ints(theirs, "person")
    columns = {
        **directory.called(person),
        "topic": pa.array([number[topic] for topic in found.own.tolist()], pa.int64()),
        "source": pa.array(list(sources), pa.string()).take(theirs["source"]),
        "interaction_id": theirs["interaction_id"],
        "text": pa.array([text[:SHOWN] for text in theirs["text"].to_pylist()], pa.string()),
    }
    return tables.frame(pa.table(columns))
