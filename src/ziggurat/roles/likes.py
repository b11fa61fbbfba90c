"""What do people like and dislike: which themes, told by what they say, buy and bring back?

A theme is a thing that they deal with by name (the `object` of what they buy, return, rate, like, read), or a topic of
what they write, as `topics` finds them. Of each person and theme it is counted how often they spoke for it and against
it (by score, complaint and the tone of the words, docs/facts.md), bought it, brought it back, and looked at it.

What is said counts before what is done: who spoke for it more often than against it `likes` it, the other way round
`dislikes` it, and as often is `mixed`. Of whom nothing was said: who brought back all that they bought dislikes it, who
bought it at least twice more than they returned it likes it, and all else is no more than `met`. A person may like one
part of a theme and not another, and a text is under one topic alone, with the tone of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.meanings import Flags, Meanings
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.roles.said import said
from ziggurat.roles.topics import Texts
from ziggurat.speech.sentiment import VADER, Reader
from ziggurat.speech.tones import AGAINST, FOR, SILENT, sayings, tones
from ziggurat.stats.intervals import wilson
from ziggurat.stats.topics import NONE
from ziggurat.stats.topics import topics as found_in
from ziggurat.study import Count, Limit, Within, Year, study

Ints = npt.NDArray[np.int64]

READ = (
    *("person", "at", "kind", "channel", "direction", "score"),
    *("source", "interaction_id", "object", "in_reply_to", "text"),
)
DEALS = ("exchanges", "endorses", "looks", "scores", "evidence")  # meanings of kinds whose object is a theme
THING, TOPIC = SORTS = ("thing", "topic")
LIKES, DISLIKES, MIXED, MET = VERDICTS = ("likes", "dislikes", "mixed", "met")
COUNTS = ("said_for", "said_against", "bought", "returned", "looked")
AGAIN = 2  # purchases more than returns, from which on buying tells a liking
ROWS = pa.schema([("person", pa.int64()), ("theme", pa.string()), ("at", pa.int64())] +
                 [(name, pa.int64()) for name in COUNTS])  # fmt: skip


def dealing(means: Meanings) -> Flags:
    """Return, by code, whether the object of a kind is something that one may like."""
    return means.flags(*DEALS)


def deals(given: Given) -> Keep:
    """Return what finds acts on a named thing, and texts."""
    means = Meanings.of_log(given["buckets"])
    wanted, looks = dealing(means), means.flags("looks")

    def keep(rows: pa.Table) -> Flags:
        named = needs.own_of_kind(rows, wanted) & needs.valid(rows, ["object"])
        return named | needs.is_text(rows, looks)

    return keep


DEALT = Step(
    "is a text of theirs, or buys, returns, rates, likes or reads something that it names",
    ("act on a theme", "acts on a theme"),
    "Import what was bought, rated or read as `object`, or what people write as `text`.",
    deals,
    ("kind", "direction", "object", "text"),
)


@dataclass(frozen=True)
class Liked(Result):
    """One row per theme, the one that most people like or dislike first.

    theme: the name of a thing, or the words of a topic. sort: thing or topic. people: who dealt with it. likes,
    dislikes, mixed: how many of them do; the others no more than met it. likes_share: of those who like or dislike it,
    0 to 1, with 95 % Wilson bounds; null where nobody does. said_for, said_against, bought, returned, looked: acts.
    Members, one row per person and theme: person_id, name, theme, sort, verdict, the five counts, and last_at (µs).
    """

    columns: ClassVar = {
        "theme": TEXT,
        "sort": TEXT("Thing or topic"),
        "people": COUNT,
        "likes": COUNT("Like it"),
        "dislikes": COUNT("Dislike it"),
        "mixed": COUNT("Both"),
        "likes_share": SHARE("Like it, of those who like or dislike it"),
        **interval(SHARE, "likes_share"),
        "said_for": COUNT("Said for it"),
        "said_against": COUNT("Said against it"),
        "bought": COUNT("Bought"),
        "returned": COUNT("Brought back"),
        "looked": COUNT("Looked at"),
    }
    keys: ClassVar = ("theme", "sort")
    absence: ClassVar = Absence("none is on a theme of its own", "Choose a longer period.", (needs.DONE, DEALT))

    def chart(self) -> alt.TopLevelMixin:
        """Draw which share likes each of the first themes, of those who like or dislike it, with bounds."""
        names = {"likes_share": "share", "likes_share_low": "low", "likes_share_high": "high", "people": "people"}
        drawn = [
            {"theme": row["theme"], "sort": row["sort"]} | {short: row[name] for name, short in names.items()}
            for row in self.rows()[:15]
            if row["likes_share"] is not None
        ]
        return charts.shares(drawn, y="theme", title="Like it") if drawn else charts.nothing()


class Themes(NamedTuple):
    """What people did about themes, a row a person and theme: columns of ROWS, and whether each theme is a topic."""

    rows: pa.Table
    topic: Flags


@study
def likes(
    buckets: Buckets,
    people: Frame,
    languages: Frame,
    *,
    window: Year,
    texts: Texts,
    least: Annotated[Count, Within(1, 1_000_000), "people who dealt with a theme, from which on it has a row"] = 2,
    limit: Limit = 100,
) -> Liked:
    """Tell what people like and dislike, by what they did and wrote within (since, until].

    people, languages: tables as `schema.PEOPLE` and `LANGUAGES`. topics, sample, seed: as `topics` takes them. ladder
    and names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or a number is out of range.
    """
    folk = Folk.of(people, window.until)
    found = read(buckets, languages, window.since, window.until, texts)
    place = folk.places(found.rows["person"].to_numpy())
    rows, topic, place = found.rows.filter(pa.array(place >= 0)), found.topic[place >= 0], place[place >= 0]
    counts = {name: rows[name].to_numpy() for name in COUNTS}
    verdict = judge(counts)
    named = rows["theme"].combine_chunks().dictionary_encode()
    names = named.dictionary.to_pylist()
    key, of = np.unique(named.indices.to_numpy(zero_copy_only=False) * 2 + topic, return_inverse=True)
    told = [
        {"theme": names[one // 2], "sort": SORTS[one % 2]} | row
        for one, row in zip(key.tolist(), rows_of(of, key.size, verdict, counts), strict=True)
        if row["people"] >= least
    ]
    told.sort(key=lambda row: (-(row["likes"] + row["dislikes"]), -row["people"], row["theme"], row["sort"]))
    columns: dict[str, Any] = {
        "theme": rows["theme"],
        "sort": pa.array(SORTS).take(pa.array(topic.astype(np.int64))),
        "verdict": pa.array(VERDICTS).take(pa.array(verdict)),
        **counts,
        "last_at": rows["at"],
    }
    return Liked(tables.from_rows(Liked.columns, told[:limit]), folk.members(place, columns))


def rows_of(of: Ints, themes: int, verdict: Ints, counts: dict[str, Ints]) -> Iterator[dict[str, Any]]:
    """Yield what the row of each theme counts. of: the place of the theme of each person and theme."""
    size = len(VERDICTS)
    times = np.bincount(of * size + verdict, minlength=themes * size).reshape(themes, size)
    sums = [np.bincount(of, count, themes).astype(np.int64).tolist() for count in counts.values()]
    for here, people, *acts in zip(times.tolist(), times.sum(axis=1).tolist(), *sums, strict=True):
        row: dict[str, Any] = dict(zip(VERDICTS[:3], here[:3], strict=True)) | {"people": people}
        row |= dict(zip(counts, acts, strict=True))
        if sure := row[LIKES] + row[DISLIKES]:
            low, high = wilson(row[LIKES], sure)
            row |= {"likes_share": row[LIKES] / sure, "likes_share_low": low, "likes_share_high": high}
        yield row


def judge(counts: dict[str, Ints]) -> Ints:
    """Return the place in VERDICTS of each person and theme: by what was said, else by what was bought and returned."""
    spoken = counts["said_for"] - counts["said_against"]
    any_word = (counts["said_for"] + counts["said_against"]) > 0
    words = np.where(spoken > 0, 0, np.where(spoken < 0, 1, 2))
    kept = counts["bought"] - counts["returned"]
    deeds = np.where((counts["returned"] > 0) & (kept <= 0), 1, np.where(kept >= AGAIN, 0, 3))
    return np.where(any_word, words, deeds).astype(np.int64)


def read(buckets: Buckets, languages: Frame, since: int, until: int, texts: Texts) -> Themes:
    """Return what known people did about themes within (since, until]."""
    means, reader = Meanings.of_log(buckets), Reader.of(VADER, buckets.codes["channel"], languages)
    wanted, back = dealing(means), means.flags("takes_back")
    buys, looks = means.having("gives", "money") & ~back, means.flags("looks")
    written, _ = said(buckets, since=since, until=until, sample=texts.sample, seed=texts.seed)

    def says(rows: pa.Table) -> npt.NDArray[np.int8]:
        kind, way, score = (rows[name].to_numpy() for name in ("kind", "direction", "score"))
        tone = tones(rows, buckets.codes, buckets.kinds, reader)
        return sayings(kind, way, score, tone, buckets.codes["kind"], buckets.kinds)

    praise = means.flags("endorses") & ~means.flags("scores")

    def counted(rows: pa.Table, theme: pa.Array | pa.ChunkedArray, deeds: bool) -> pa.Table:
        kind, heard = rows["kind"].to_numpy(), says(rows)
        good = (heard == FOR) | (deeds & praise[kind] & (heard == SILENT))
        flags = (good, heard == AGAINST, deeds & buys[kind], deeds & back[kind], deeds & looks[kind])
        columns = [rows["person"], theme, rows["at"], *(flag.astype(np.int64) for flag in flags)]
        return summed(pa.table(columns, schema=ROWS))

    def fold(rows: pa.Table) -> pa.Table:
        at = rows["at"].to_numpy()
        own = needs.own_of_kind(rows, wanted) & (at > since) & (at <= until) & needs.valid(rows, ["object"])
        some = rows.filter(pa.array(own))
        return counted(some, some["object"].cast(pa.string()), True)

    things = summed(pa.concat_tables([ROWS.empty_table(), *buckets.fold(fold, READ)]))
    spoken = ROWS.empty_table()
    if written.num_rows:
        parted = found_in(written["text"].to_pylist(), [], texts.topics, texts.seed)
        some = np.flatnonzero(parted.own != NONE)
        named = pa.array([label(words) for words in parted.words], pa.string())
        spoken = counted(written.take(pa.array(some)), named.take(pa.array(parted.own[some])), False)
    rows = pa.concat_tables([things, spoken])
    return Themes(rows, np.arange(rows.num_rows) >= things.num_rows)


def summed(rows: pa.Table) -> pa.Table:
    """Add up rows by person and theme, in their order."""
    how = [("at", "max"), *((name, "sum") for name in COUNTS)]
    found = rows.group_by(["person", "theme"], use_threads=False).aggregate(how).rename_columns(ROWS.names)
    return found.cast(ROWS).sort_by([("person", "ascending"), ("theme", "ascending")])


def label(words: Sequence[str]) -> str:
    """Name a topic by its first words."""
    return ", ".join(words[:3])
