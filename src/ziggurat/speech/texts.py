"""What did people write, and how does it sound?

A text counts where its author did something herself, towards the organisation or among people: what is searched for
(kinds that only look) is no utterance, and what the organisation sends is not hers. That a text on one of our
channels is about us is taken for granted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings
from ziggurat.results.tables import Frame
from ziggurat.speech.sentiment import Reader

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "channel", "direction", "text")


class Texts(NamedTuple):
    """row: of the table that they were found in, ascending. score: -1 to 1, nan where there is none."""

    row: Ints
    score: npt.NDArray[np.float64]


def utters(codes: list[str], kinds: Frame) -> Flags:
    """Tell of each code of a kind whether text in it is an utterance. kinds: a table as `schema.KINDS`."""
    found: Flags = ~Meanings.read({"kind": codes}, kinds).flags("looks")
    return found


def texts_of(rows: pa.Table, speaks: Flags, reader: Reader, since: int, until: int) -> Texts:
    """Return what people wrote within (since, until], µs, with its scores. speaks: of kinds, see `utters`."""
    at, kind, channel, direction = (rows[name].to_numpy() for name in ("at", "kind", "channel", "direction"))
    there = rows["text"].is_valid().to_numpy()
    row = np.flatnonzero((at > since) & (at <= until) & (direction != OUT) & (kind >= 0) & there)
    row = row[speaks[kind[row]]]
    texts = rows["text"].take(pa.array(row)).combine_chunks().cast(pa.string())
    return Texts(row, reader.score(texts, channel[row]))
