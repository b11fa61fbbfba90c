"""How does what people write about us sound, month by month and channel by channel?

The sentiment of each text that people wrote (`speech.texts`), scored by VADER unless another scorer is named
(`speech.sentiment`), from -1 to 1. A month's mood is the mean over the people who wrote, each with the mean of their
own texts, so that a few loud ones don't speak for all. Sentiment is not satisfaction, and those who write are not
everyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.words import numbers
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, NUMBER, TEXT, interval
from ziggurat.roles.parts import none, some, together
from ziggurat.speech.sentiment import VADER, Reader
from ziggurat.speech.texts import READ, texts_of, utters
from ziggurat.stats.scores import student
from ziggurat.study import Text, Year, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mood(Result):
    """One row per month and channel in which known people wrote anything, the oldest first.

    month: as 2026-03, UTC. people: who wrote. scored, unscored: their texts with and without a score (in another
    language, or without a word). mood: the mean of people's means, -1 to 1, with 95 % bounds `mood_low` and `mood_high`
    (Student's t over people); null where nothing could be scored, the bounds where one person's texts alone.
    Members: person_id, name, month, channel, texts, mood (hers; null where none of her texts is scored).
    """

    columns: ClassVar = {
        "month": TEXT,
        "channel": TEXT,
        "people": COUNT,
        "scored": COUNT("Texts scored"),
        "unscored": COUNT("Texts not scored"),
        "mood": NUMBER,
        **interval(NUMBER, "mood"),
    }
    keys: ClassVar = ("month", "channel")
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (needs.UTTERED,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the mood of each month and channel as a cell, pale where it may as well be of the other sign."""
        rows = [row for row in self.rows() if row["mood"] is not None]
        drawn = [row | {"_said": f"{numbers.change(row['mood'])}", "_sure": sure(row)} for row in rows]
        gap = alt.Scale(paddingInner=0.06)
        axis = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelOverlap=True)
        base = alt.Chart(charts.data(drawn)).encode(
            y=alt.Y("channel:N", title=None, axis=charts.BARE, scale=gap),
            x=alt.X("month:O", title="Mood by month", axis=axis, scale=gap),
        )
        colour = alt.Scale(domain=[-1, 0, 1], range=[charts.ORANGE, charts.GREY, charts.GREEN], interpolate="lab")
        cells = base.mark_rect(cornerRadius=2).encode(
            color=alt.Color("mood:Q", scale=colour, legend=None),
            opacity=alt.Opacity("_sure:Q", scale=alt.Scale(domain=[0, 1], range=[0.3, 0.9]), legend=None),
            tooltip=charts.tips(rows),
        )
        return charts.fitted(
            cells + charts.inside(base, drawn, "_said", len({row["month"] for row in rows})),
            len({row["channel"] for row in rows}),
        )


def sure(row: dict[str, Any]) -> int:
    """Return 1 where the sign of a mood is beyond doubt, else 0."""
    return int(row["mood_low"] is not None and (row["mood_low"] > 0 or row["mood_high"] < 0))


class Said(NamedTuple):
    """What people said, one row a person, month and channel."""

    person: Ints
    month: Ints  # since January 1970
    channel: Ints
    scored: Ints
    unscored: Ints
    total: Floats  # of the scores


NOTHING = none(Said, 6)


@study
def mood(
    buckets: Buckets,
    people: Frame,
    kinds: Frame,
    languages: Frame,
    *,
    window: Year,
    scorer: Annotated[Text, "by what sentiment is scored, as it is registered"] = VADER,
) -> Mood:
    """Tell how what known people wrote within (since, until] sounds.

    people, kinds, languages: tables as `schema.PEOPLE`, `KINDS` and `LANGUAGES`. scorer: a name in
    `sentiment.SCORERS`. ladder and names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or there is no such scorer.
    """
    start, end = window.since, window.until
    folk = Folk.of(people, end)
    reader = Reader.of(scorer, buckets.codes["channel"], languages)
    speaks = utters(buckets.codes["kind"], kinds)
    found = together(Said, NOTHING, buckets.fold(lambda rows: utterances(rows, speaks, reader, start, end), READ))
    place = folk.places(found.person)
    found, place = some(Said, found, place >= 0), place[place >= 0]
    mean = np.divide(found.total, found.scored, out=np.full(place.size, np.nan), where=found.scored > 0)
    cell, which = np.unique(np.stack([found.month, found.channel]), axis=1, return_inverse=True)
    months = [f"{1970 + month // 12}-{month % 12 + 1:02}" for month in cell[0].tolist()]
    channels = [buckets.codes["channel"][channel] for channel in cell[1].tolist()]
    order = np.argsort(which, kind="stable")
    edges = np.searchsorted(which[order], np.arange(len(months) + 1))
    rows = []
    for number, (month, channel) in enumerate(zip(months, channels, strict=True)):
        here = order[edges[number] : edges[number + 1]]
        rows.append({"month": month, "channel": channel, **summary(some(Said, found, here), mean[here])})
    rows.sort(key=lambda row: (row["month"], row["channel"]))
    columns = {
        "month": pa.array(months, pa.string()).take(pa.array(which)),
        "channel": pa.array(channels, pa.string()).take(pa.array(which)),
        "texts": found.scored + found.unscored,
        "mood": pa.array(mean, mask=np.isnan(mean)),
    }
    return Mood(tables.from_rows(Mood.columns, rows), folk.members(place, columns))


def summary(found: Said, mean: Floats) -> dict[str, Any]:
    """Return the figures of a month and channel. mean: of each person's scores, nan where she has none."""
    told = dict(zip(("mood", "mood_low", "mood_high"), student(mean[~np.isnan(mean)], -1, 1), strict=True))
    return {"people": mean.size, "scored": int(found.scored.sum()), "unscored": int(found.unscored.sum()), **told}


def utterances(rows: pa.Table, speaks: Any, reader: Reader, start: int, end: int) -> Said:
    """Return what some people wrote within (start, end], µs."""
    texts = texts_of(rows, speaks, reader, start, end)
    if not texts.row.size:
        return NOTHING
    person, at, channel = (rows[name].to_numpy()[texts.row] for name in ("person", "at", "channel"))
    month = at.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    keys, which = np.unique(np.stack([person, month, channel.astype(np.int64)]), axis=1, return_inverse=True)
    scored = ~np.isnan(texts.score)
    size = keys.shape[1]
    heard, unheard = (np.bincount(which[side], minlength=size).astype(np.int64) for side in (scored, ~scored))
    total = np.bincount(which, np.nan_to_num(texts.score), size).astype(np.float64)
    return Said(keys[0], keys[1], keys[2], heard, unheard, total)
