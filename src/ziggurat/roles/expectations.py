"""Where do we fall short of what people expect, and how many of them does it concern?

Every gap that the other studies of expectations find, in one unit: known people, as a share of those who did anything
in the window. The largest first.

No answer: an open question of theirs is older than what is promised on the channel, or, where nothing is, than they are
used to (unanswered).

Later than promised: they were answered, but later than promised (answering).

Slower than usual: they waited longer than they are used to, on a channel where more than half do. That many would by
chance alone, so the lower bound must be above half (answering).

Little published: they write about a topic on which we surely publish less than people write (topics).

Not met there: nothing of ours reached them on a channel on which people surely are more than we are (places).

Bounds (95 %) are Wilson's (1927), and read people as a sample of those one could have. A gap is not a grievance: nobody
was asked what they expect. It is read from what they do, what is promised, and what they were used to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Questions
from ziggurat.facts.waits import WHO, Waits, usual, waits
from ziggurat.people.ids import people_of
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.roles import places
from ziggurat.roles.answering import after, ratio
from ziggurat.roles.topics import Texts, TopicsOfBoth, label
from ziggurat.roles.topics import topics as topics_of
from ziggurat.stats.intervals import wilson
from ziggurat.study import OneOf, Quarter, Rungs, Window, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Found = tuple[str, str, str, Ints]  # study, gap, what it is about, people
OPEN, LATE, SLOWER = "no answer", "later than promised", "slower than usual"
SILENT, ABSENT = "little published", "not met there"
HALF = 0.5
DRAWN = 20  # gaps


@dataclass(frozen=True)
class Expectations(Result):
    """One row per gap, the one that concerns most people first.

    gap: no answer, later than promised, slower than usual, little published, or not met there. what: the channel, or
    the number and words of the topic. people: known people whom it concerns. share: of known people who did anything in
    the window, with bounds. study: the one that tells more of it. Members: person_id, name, gap, what.
    """

    columns: ClassVar = {
        "gap": TEXT,
        "what": TEXT,
        "people": COUNT,
        "share": SHARE,
        **interval(SHARE),
        "study": TEXT,
    }
    keys: ClassVar = ("gap", "what")
    absence: ClassVar = Absence(
        "none shows surely that we fall short of what people expect",
        "That is good news, if questions, texts and what we publish are in the log; a longer period is surer.",
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the twenty largest gaps as shares of people, with bounds."""
        rows = [row | {"gap": f"{row['gap']} · {row['what']}"} for row in self.rows()[:DRAWN]]
        return charts.shares(rows, y="gap")


@study
def expectations(
    given: Questions,
    *,
    window: Quarter,
    rungs: Rungs,
    answers: Annotated[str, OneOf(*WHO), "whose answers count"] = "anyone",
    texts: Texts,
) -> Expectations:
    """Find where people got less than they may expect within (since, until].

    people, levels, targets: tables as `schema.PEOPLE`, `LEVELS` and `TARGETS`. names: the level names, level 0 first.
    answers: as of `answering`. topics, sample, seed: as of `topics`. Nothing after `until` is looked at.
    Raises: QuestionError if an option is out of range, or a level has no name.
    """
    start, end = window.since, window.until
    about = topics_of(
        given.buckets, given.people, since=start, until=end, topics=texts.topics, sample=texts.sample, seed=texts.seed
    )
    asked = waits(given, Window(2 * start - end, end), rungs, answers=answers)
    directory = Directory.of(given.people)
    where = places.count_places(given.buckets, directory, since=start, until=end)
    channels = list(given.buckets.codes.get("channel", []))
    everyone = np.unique(where.person[where.hers > 0]).size
    found = [*of_answers(asked, start), *of_topics(about), *of_places(where, channels)]
    rows: list[dict[str, Any]] = [
        {"gap": gap, "what": what, "people": who.size, "share": who.size / everyone, "study": study}
        | dict(zip(("low", "high"), wilson(who.size, everyone), strict=True))
        for study, gap, what, who in found
    ]
    rows.sort(key=lambda row: (-row["people"], row["gap"], row["what"]))
    return Expectations(tables.from_rows(Expectations.columns, rows), tables.frame(members(found, directory)))


def of_answers(both: Waits, start: int) -> Iterator[Found]:
    """Yield the gaps in answering of known people, by channel."""
    both = both.some(both.known)
    before, now = both.as_of(start), both.some(both.at > start)
    used = usual(now, before)
    due = np.where(np.isnan(now.target), used, now.target)
    with np.errstate(invalid="ignore"):
        open_, late = ~now.done & (now.hours > due), now.done & (now.hours > now.target)
        longer = now.hours > used
    for code in np.unique(now.channel).tolist():
        here, channel = now.channel == code, now.channels[code]
        yield from gap_rows("unanswered", OPEN, channel, now.person[here & open_])
        yield from gap_rows("answering", LATE, channel, now.person[here & late])
        share, low, _ = after(now.some(here), ratio(now.some(here), used[here]))
        if share is not None and low is not None and low > HALF:
            yield from gap_rows("answering", SLOWER, channel, now.person[here & longer])


def of_topics(about: TopicsOfBoth) -> Iterator[Found]:
    """Yield the topics on which we publish less than people write."""
    texts = tables.collect(about.members, "person_id", "topic")
    topic = texts["topic"].fill_null(0).to_numpy()
    person = people_of(texts["person_id"].combine_chunks().cast(pa.string()))
    for row in about.rows():
        if row["topic"] is not None and row["gap_low"] is not None and row["gap_low"] > 0:
            yield from gap_rows("topics", SILENT, label(row["topic"], row["words"]), person[topic == row["topic"]])


def of_places(where: places.Places, channels: Sequence[str]) -> Iterator[Found]:
    """Yield the channels on which people are more than we are, and whom nothing of ours reached there."""
    for code in np.unique(where.channel).tolist():
        row = places.measure_channel(where, code)
        if row["gap_low"] is not None and row["gap_low"] > 0:
            unmet = (where.channel == code) & (where.hers > 0) & (where.ours == 0)
            yield from gap_rows("places", ABSENT, channels[code], where.person[unmet])


def gap_rows(study: str, gap: str, what: str, person: Ints) -> Iterator[Found]:
    """Yield a gap if it concerns anyone."""
    if person.size:
        yield study, gap, what, np.unique(person)


def members(found: Sequence[Found], directory: Directory) -> pa.Table:
    """Return who is behind each gap."""
    person = np.concatenate([np.empty(0, np.int64), *(who for *_, who in found)])
    return pa.table(
        {
            **directory.called(person),
            "gap": pa.array([gap for _, gap, _, who in found for _ in who], pa.string()),
            "what": pa.array([what for _, _, what, who in found for _ in who], pa.string()),
        }
    )
