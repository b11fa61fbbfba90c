"""What speaks for or against someone as an advocate?

A piece of evidence is something that she did or wrote, with what it speaks for and a weight:

rating          kind `rated` with a score: by the bounds of the net promoter score (Reichheld 2003), 9 or 10 of 10 for
                an advocate, 7 or 8 for a passive, less for a detractor; weight 3, because she was asked and answered
recommendation  kinds `recommended` and `referred`: for an advocate; weight 2, because she did it
complaint       kind `complained`: for a detractor; weight 1 only, because who complains may care
text            anything else that she wrote: by its sentiment, beyond ±0.05 for an advocate or a detractor, otherwise
                for a passive (the bounds of Hutto & Gilbert 2014 for VADER); weight ½, because words are only words

The weights are judgements, and stated as such. What is of one day counts once, by its weightiest piece, the latest of
several: an angry person writes three messages in an hour, and they are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings
from ziggurat.results.tables import Frame
from ziggurat.speech.sentiment import Reader
from ziggurat.speech.texts import READ as TEXTS
from ziggurat.speech.texts import texts_of, utters

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OUT = DIRECTIONS.index("out")
STANCES = ("advocate", "passive", "detractor")
ADVOCATE, PASSIVE, DETRACTOR = range(3)
READ = (*TEXTS, "score")
RATING, RECOMMENDATION, COMPLAINT, TEXT = "rating", "recommendation", "complaint", "text"
WEIGHTS = {RATING: 3.0, RECOMMENDATION: 2.0, COMPLAINT: 1.0, TEXT: 0.5}
SORTS = tuple(WEIGHTS)
SAYS = {RECOMMENDATION: ADVOCATE, COMPLAINT: DETRACTOR}
NEUTRAL = 0.05
EVER = -(2**62)  # before any instant, µs


class Evidence(NamedTuple):
    """Pieces of evidence, by person and day. row: in the table that they were found in."""

    row: Ints
    person: Ints
    at: Ints  # µs
    sort: Ints  # place in SORTS
    says: Ints  # place in STANCES
    score: Floats  # of a rating 0 to 10, of a text -1 to 1; nan for others


@dataclass(frozen=True)
class Looker:
    """How evidence is looked for.

    sort: by code of a kind, the place in SORTS, or -1. speaks, reader: see `speech.texts`. top: of the scale of
    ratings.
    """

    sort: Ints
    speaks: npt.NDArray[np.bool_]
    reader: Reader
    top: float

    @classmethod
    def of(cls, codes: Mapping[str, list[str]], kinds: Frame, languages: Frame, scorer: str, top: float) -> Looker:
        """Look up codes. kinds, languages: tables as `schema.KINDS` and `LANGUAGES`."""
        said = Meanings.read(codes, kinds).words("evidence")
        sorts = [-1 if word is None else SORTS.index(word) for word in said]
        reader = Reader.of(scorer, codes["channel"], languages)
        return cls(np.array(sorts, np.int64), utters(codes["kind"], kinds), reader, top)

    def found(self, rows: pa.Table, until: int) -> Evidence:
        """Return the evidence in some people's rows up to an instant (µs), one piece a day."""
        at, kind, direction, score = (rows[name].to_numpy() for name in ("at", "kind", "direction", "score"))
        hers = (at <= until) & (direction != OUT) & (kind >= 0)
        sort = np.full(at.size, -1, np.int64)
        sort[hers] = self.sort[kind[hers]]
        rating = sort == SORTS.index(RATING)
        sort[rating & ~((score >= 0) & (score <= self.top))] = -1
        worth = np.full(at.size, np.nan)
        rated = np.flatnonzero(sort == SORTS.index(RATING))
        worth[rated] = score[rated] * 10 / self.top
        texts = texts_of(rows, self.speaks, self.reader, EVER, until)
        words = (sort[texts.row] == -1) & ~np.isnan(texts.score)
        sort[texts.row[words]] = SORTS.index(TEXT)
        worth[texts.row[words]] = texts.score[words]
        row = np.flatnonzero(sort >= 0)
        person = rows["person"].to_numpy()[row]
        return daily(Evidence(row, person, at[row], sort[row], verdicts(sort[row], worth[row]), worth[row]))


def verdicts(sort: Ints, worth: Floats) -> Ints:
    """Return what each piece speaks for, as its place in STANCES."""
    rated = np.where(worth >= 9, ADVOCATE, np.where(worth >= 7, PASSIVE, DETRACTOR))
    written = np.where(worth >= NEUTRAL, ADVOCATE, np.where(worth <= -NEUTRAL, DETRACTOR, PASSIVE))
    found = np.where(sort == SORTS.index(RATING), rated, written)
    for name, stance in SAYS.items():
        found[sort == SORTS.index(name)] = stance
    return found.astype(np.int64)


def daily(found: Evidence) -> Evidence:
    """Return the weightiest piece of each person and day, the latest of several."""
    order = np.lexsort((found.row, -found.sort, found.at // DAY, found.person))  # SORTS goes by weight, from the top
    person, day = found.person[order], found.at[order] // DAY
    last = np.flatnonzero((np.diff(person, append=-1) != 0) | (np.diff(day, append=-1) != 0))
    rows = order[last]
    return Evidence(
        *(found.row[rows], person[last], found.at[rows], found.sort[rows], found.says[rows]), score=found.score[rows]
    )
