"""What does each kind in a log mean, by its code?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.kinds import Meaning
from ziggurat.base.schema import KINDS
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Flags = npt.NDArray[np.bool_]
NOTHING = msgspec.structs.asdict(Meaning())  # more than that it happened: what a kind means that is in no vocabulary


@dataclass(frozen=True)
class Meanings:
    """What the kinds of a log mean. kinds: their names by code. of: their meanings, likewise, as `schema.KINDS` has it.

    Each kind means what docs/facts.md says of the words that it declares; there is no other list of kinds.
    """

    kinds: Sequence[str]
    of: Sequence[Mapping[str, Any]]

    @classmethod
    def of_log(cls, buckets: Buckets) -> Meanings:
        """Return what the kinds of a log mean by the vocabulary that it is of."""
        known, names = buckets.kinds.meaning_of, buckets.codes.get("kind", [])
        return cls(names, [msgspec.structs.asdict(known[name]) if name in known else NOTHING for name in names])

    @classmethod
    def read(cls, codes: Mapping[str, Sequence[str]], kinds: Frame) -> Meanings:
        """Read the codes of a log, and a table as `schema.KINDS`, whatever frame it is."""
        rows = tables.collect(tables.frame(kinds), *KINDS.names).to_pylist()
        known = {row["kind"]: row for row in rows}
        names = list(codes.get("kind", []))
        return cls(names, [known.get(name, NOTHING) for name in names])

    def flags(self, *words: str) -> Flags:
        """Return whether each code's kind has one of some meanings; a last place, False, is that of code -1."""
        return np.array([*(any(bool(one[word]) for word in words) for one in self.of), False], np.bool_)

    def named(self, words: Sequence[str]) -> Flags:
        """Return whether each code's kind is one of those named, or is like one; a last place, False, is of code -1."""
        here = zip(self.kinds, self.of, strict=True)
        return np.array([*(kind in words or one.get("like", kind) in words for kind, one in here), False], np.bool_)

    def words(self, name: str) -> list[str | None]:
        """Return what each code's kind says under one name, None for nothing; a last place, None, is of code -1."""
        return [*(one[name] for one in self.of), None]

    def having(self, name: str, word: str) -> Flags:
        """Return whether each code's kind says a word under one name; a last place, False, is of code -1."""
        return np.array([said == word for said in self.words(name)], np.bool_)

    def codes(self, *words: str) -> pa.Array:
        """Return the codes of the kinds that have one of some meanings, as the column of histories holds them."""
        return codes_of(self.flags(*words))


def alike(words: Sequence[str], buckets: Buckets) -> list[str]:
    """Return the kinds in a log that are one of those named, or are like it; a word stays that names none of them."""
    log = buckets.codes.get("kind", [])
    lower = {word.casefold() for word in words}
    fitting = [kind for kind in log if kind.casefold() in lower or buckets.kinds.like_of.get(kind, kind) in lower]
    named = {name.casefold() for kind in fitting for name in (kind, buckets.kinds.like_of.get(kind, kind))}
    return [*fitting, *(word for word in words if word.casefold() not in named)]


def codes_of(flags: Flags) -> pa.Array:
    """Return the codes of which a flag holds, as the column of histories holds them."""
    return pa.array(np.flatnonzero(flags), pa.int16())
