"""Do our outputs follow what people ask?

Words that questions of the first half of a window use more than our own texts of that half are a gap; texts of ours
that answer somebody are left out, since they speak of what they asked in any case. What is measured is how much of it
our texts of the second half have closed: 1 where they use each such word as often as people asked with it, 0 where
nothing changed, less where the gap grew. Words stand out by one half of our earlier texts, and are followed from the
other half on: else a word that we happened to use little would seem to be taken up. So by chance it is 0 on average.

It compares words, not what is meant by them, and sees no change that needs no new words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import sparse
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings, codes_of
from ziggurat.log.buckets import Buckets
from ziggurat.scenario.lives import Slice

Floats = npt.NDArray[np.float64]

OUT = DIRECTIONS.index("out")
MOST = 20_000  # texts of one side and half that are read: those whose ids sort first, which is as good as by chance
WORDS = 100  # that stand out most
SHOWN_IN = 3  # questions in which a word must stand
DRAWS = 200


@dataclass(frozen=True)
class Followed:
    """How much of the gap was closed, with a 95 % interval; None where there are too few `texts` of one side."""

    closed: float | None
    low: float | None
    high: float | None
    texts: int


def published_texts(buckets: Buckets, *, since: int, until: int, part: Slice) -> pa.Table:
    """Return the distinct texts of the organisation within (since, until] with the instant of the first: text, at.

    A message to many people is one text. What answers somebody is left out: it speaks of what she asked in any case.
    """
    channels = buckets.codes.get("channel", [])
    means = Meanings.of_log(buckets)
    choice = codes_of(means.flags("sent") & ~means.flags("answers", "returns"))

    def read(rows: pa.Table) -> pa.Table:
        rows = part.of(rows, channels)
        there = pc.and_(pc.equal(rows["direction"], OUT), pc.is_valid(rows["text"]))
        inside = pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until))
        ours = pc.is_in(rows["kind"], value_set=choice)
        return firsts(rows.filter(pc.and_(pc.and_(there, inside), ours)).select(["text", "at"]))

    parts = list(buckets.fold(read, ("person", "at", "kind", "channel", "direction", "text")))
    return firsts(pa.concat_tables(parts)) if parts else pa.table({"text": pa.array([], pa.string()), "at": []})


def firsts(rows: pa.Table) -> pa.Table:
    """Return each text once, with the earliest instant."""
    found = rows.group_by("text", use_threads=False).aggregate([("at", "min")])
    return found.rename_columns(["text", "at"])


def measure_followed(questions: pa.Table, outputs: pa.Table, *, middle: int, least: int, seed: int = 1) -> Followed:
    """Measure how much of the gap was closed after an instant.

    questions, outputs: text and at (µs). least: texts that each of the three sides needs. Intervals: texts drawn anew.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # takes a second to import

    asked = some(questions.filter(pc.less_equal(questions["at"], middle)))
    before = some(outputs.filter(pc.less_equal(outputs["at"], middle)))
    after = some(outputs.filter(pc.greater(outputs["at"], middle)))
    fewest = min(len(asked), len(before), len(after))
    if fewest < max(least, 2):  # ours of before are halved
        return Followed(None, None, None, fewest)
    try:
        counter = CountVectorizer(
            min_df=min(SHOWN_IN, len(asked)), stop_words="english", binary=True, max_features=5000
        )
        counter.fit(asked)
    except ValueError:  # no word is left: all of them are stop words, or too rare
        return Followed(None, None, None, fewest)
    sides = [counter.transform(texts) for texts in (asked, before[::2], before[1::2], after)]
    draw = np.random.default_rng(seed)
    closed = share_closed([mean(side, None) for side in sides])
    if closed is None:
        return Followed(None, None, None, fewest)
    drawn = [share_closed([mean(side, draw) for side in sides]) for _ in range(DRAWS)]
    low, high = np.quantile([one for one in drawn if one is not None], [0.025, 0.975])
    return Followed(closed, float(low), float(high), fewest)


def some(texts: pa.Table) -> list[str]:
    """Return the texts, at most MOST, in an order that depends on nothing else."""
    found: list[str] = sorted(text for text in texts["text"].to_pylist() if text)[:MOST]
    return found


def mean(side: sparse.csr_matrix, draw: np.random.Generator | None) -> Floats:
    """Return the share of texts with each word; of as many texts drawn with replacement, where there is a draw."""
    texts = side.shape[0]
    weights = np.ones(texts) if draw is None else draw.multinomial(texts, np.full(texts, 1 / texts)).astype(float)
    shares: Floats = np.asarray(weights @ side).ravel() / texts
    return shares


def share_closed(sides: Sequence[Floats]) -> float | None:
    """Return the share of the gap that was closed, -1 to 1; None where there is no gap.

    sides: shares of questions, of our texts by which words stand out, of those from which they move, and of later ones.
    """
    asked, apart, before, after = sides
    gap = np.maximum(asked - apart, 0)
    widest = np.argsort(-gap, kind="stable")[:WORDS]
    gap, moved = gap[widest], (after - before)[widest]
    if not gap.sum():
        return None
    return float(np.clip(moved, -gap, gap).sum() / gap.sum())
