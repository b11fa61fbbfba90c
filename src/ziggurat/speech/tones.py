"""How do the words of an interaction sound, and what does the interaction say of us?

Of each interaction that a person did (`tones`): whether its words are for us, against us or neither, by their sentiment
beyond ±0.05, as in `speech.evidence`; `silent` where there are none, and `unread` where no scorer reads them.
What it says (`sayings`) is told by the score first, then by the words, then by the kind alone:

a score         of a rating or review, by the bounds of the net promoter score: 9 or 10 of 10 for us, 7 or 8 neither,
                less against us
a complaint     is against us, however polite
words           as they sound; a recommendation or referral is for us unless its words are against us
nothing         what is done without a word is silent, but for a recommendation or referral, which is for us

How words sound is not what is meant by them: irony and quotations escape it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds, Meaning
from ziggurat.base.schema import DIRECTIONS
from ziggurat.speech.evidence import COMPLAINT, NEUTRAL, RATING, RECOMMENDATION
from ziggurat.speech.sentiment import Reader
from ziggurat.speech.texts import READ as READ
from ziggurat.speech.texts import utters

Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

SAYINGS = ("silent", "for", "against", "neither", "unread")
SILENT, FOR, AGAINST, NEITHER, UNREAD = range(5)
OUT = DIRECTIONS.index("out")
GOOD, FAIR, TOP = 9.0, 7.0, 10.0
BLANK = r"^\s*$"


def tones(rows: pa.Table, codes: Mapping[str, Sequence[str]], kinds: Kinds, reader: Reader) -> Bytes:
    """Return how the words of each row sound, as its place in SAYINGS. rows: with the columns READ, in any order."""
    kind, channel, direction = (rows[name].to_numpy() for name in ("kind", "channel", "direction"))
    found = np.zeros(rows.num_rows, np.int8)
    theirs = (direction != OUT) & (kind >= 0)
    theirs &= np.append(utters(list(codes["kind"]), kinds.table()), False)[kind]
    theirs &= rows["text"].is_valid().to_numpy()
    row = np.flatnonzero(theirs)
    texts = rows["text"].take(pa.array(row)).combine_chunks().cast(pa.string())
    row = row[~pc.match_substring_regex(texts, BLANK).to_numpy(zero_copy_only=False)]
    texts = rows["text"].take(pa.array(row)).combine_chunks().cast(pa.string())
    found[row] = sounds(reader.score(texts, channel[row]))
    return found


def sounds(score: Floats) -> Bytes:
    """Return the place in SAYINGS of sentiment from -1 to 1; nan is unread."""
    read = np.where(score >= NEUTRAL, FOR, np.where(score <= -NEUTRAL, AGAINST, NEITHER))
    found: Bytes = np.where(np.isnan(score), UNREAD, read).astype(np.int8)
    return found


def sayings(
    kind: npt.NDArray[Any], direction: npt.NDArray[Any], score: Floats, tone: Bytes, codes: Sequence[str], kinds: Kinds
) -> Bytes:
    """Return what each interaction says, as its place in SAYINGS. kind: coded, -1 for none; codes: what it stands for.

    score: 0 to 10, nan for none. tone: as `tones` returns it. What the organisation does is silent.
    """
    means = [kinds.meaning_of.get(name, Meaning()) for name in codes]
    evidence = [one.evidence for one in means]

    def flags(values: Sequence[bool]) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = np.array([*values, False], np.bool_)[kind]
        return found

    said = tone.copy()
    said[flags([one == RECOMMENDATION for one in evidence]) & (tone != AGAINST)] = FOR
    said[flags([one == COMPLAINT for one in evidence])] = AGAINST
    scored = flags([one.scores or one.evidence == RATING for one in means])  # whose score is about us
    with np.errstate(invalid="ignore"):
        scored &= (score >= 0) & (score <= TOP)
        said[scored] = np.where(score >= GOOD, FOR, np.where(score >= FAIR, NEITHER, AGAINST))[scored]
    said[(direction == OUT) | (kind < 0)] = SILENT
    return said
