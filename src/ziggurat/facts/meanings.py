"""What does each kind in a log mean, by its code?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.kinds import Meaning
from ziggurat.schema import KINDS

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
    def read(cls, codes: Mapping[str, Sequence[str]], kinds: Any) -> Meanings:
        """Read the codes of a log, and a table as `schema.KINDS`, whatever frame it is."""
        rows = tables.collect(tables.frame(kinds), *KINDS.names).to_pylist()
        known = {row["kind"]: row for row in rows}
        names = list(codes.get("kind", []))
        return cls(names, [known.get(name, NOTHING) for name in names])

    def flags(self, *words: str) -> Flags:
        """Return whether each code's kind has one of some meanings; a last place, False, is that of code -1."""
        return np.array([*(any(bool(one[word]) for word in words) for one in self.of), False], np.bool_)

    def words(self, name: str) -> list[str | None]:
        """Return what each code's kind says under one name, None for nothing; a last place, None, is of code -1."""
        return [*(one[name] for one in self.of), None]

    def codes(self, *words: str) -> pa.Array:
        """Return the codes of the kinds that have one of some meanings, as the column of histories holds them."""
        return codes_of(self.flags(*words))


def codes_of(flags: Flags) -> pa.Array:
    """Return the codes of which a flag holds, as the column of histories holds them."""
    return pa.array(np.flatnonzero(flags), pa.int16())
