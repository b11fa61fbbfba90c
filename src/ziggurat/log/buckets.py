"""People's lives in order, bucket by bucket: what every fold reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import kinds
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.kinds import Kinds

Part = TypeVar("Part")
Ints = npt.NDArray[np.int64]
NOBODY = np.empty(0, np.int64)


@dataclass(frozen=True)
class Buckets:
    """The histories of many people, to be folded.

    readers: one for each bucket; given column names of `histories.COLUMNS`, it returns the bucket's rows sorted by
    (person, at, interaction_id, source), a person's rows all in one bucket. Rows of kind -1 are no interactions.
    codes: what the small integers of the columns kind, channel, activity and source stand for.
    staff, anonymous, agents: hashes of those people, sorted. Neither staff nor agents are in the rows that `fold` hands
    out; agents of ours are staff.
    kinds: the vocabulary that the kinds in the codes are of.
    """

    readers: Sequence[Callable[[Sequence[str]], pa.Table]]
    codes: Mapping[str, list[str]]
    staff: Ints = field(default_factory=lambda: NOBODY)
    anonymous: Ints = field(default_factory=lambda: NOBODY)
    kinds: Kinds = field(default_factory=kinds.load)
    agents: Ints = field(default_factory=lambda: NOBODY)

    def fold(
        self, kernel: Callable[[pa.Table], Part], columns: Sequence[str], *, staff: bool = False
    ) -> Iterator[Part]:
        """Hand each bucket's rows to a kernel, on threads, and yield its partial results in order of the buckets.

        columns: those that the kernel reads, `person` among them. staff: hand out their rows too, for what they did to
        others. Memory holds a few buckets at a time.
        """
        hidden = self.hidden(staff=staff)

        def one(reader: Callable[[Sequence[str]], pa.Table]) -> Part:
            rows = reader(columns)
            if hidden.size:
                rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=pa.array(hidden))))
            return kernel(rows)

        return engine.fold(self.readers, one)

    def hidden(self, *, staff: bool) -> Ints:
        """Return the hashes of those whose rows no kernel sees. staff: whether it sees those of staff."""
        return self.agents if staff else np.concatenate([self.staff, self.agents])
