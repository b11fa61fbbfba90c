"""People's journeys as lives to be folded, without a log around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ziggurat.base.schema import LEVELS
from ziggurat.log.buckets import Buckets

DAY = 86_400_000_000
SLOT = 40 * DAY  # one journey a person begins this long after the one before
CODES = {"kind": ["visited", "donated"], "channel": ["a", "b", "c"], "activity": [], "source": []}
ON = {"ladder": "any", "names": ("Known", "First"), "levels": LEVELS.empty_table()}

Walk = tuple[Sequence[int], bool]


def buckets(people: Sequence[Sequence[Walk]], alone: bool = False) -> Buckets:
    """Lives of people who make such journeys, a touch a day; alone: each journey as if by a person of its own."""
    rows = []
    ids = np.random.default_rng(7).permutation(1 << 20)  # blocks are chosen by the last bits of a person's hash
    for number, walks in enumerate(people):
        for nth, (walk, won) in enumerate(walks):
            person = ids[number * 1000 + nth if alone else number]
            rows += [(person, nth * SLOT + day * DAY, 0, label) for day, label in enumerate(walk)]
            if won:
                rows.append((person, nth * SLOT + len(walk) * DAY, 1, 0))
    rows.sort(key=lambda row: (row[0], row[1]))
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate((pa.int64(),) * 2)]
    columns += [pa.array([row[2] for row in rows], pa.int16()), pa.array([row[3] for row in rows], pa.int32())]
    table = pa.table([*columns, pa.nulls(len(rows), pa.float64())], ["person", "at", "kind", "channel", "amount"])
    return Buckets((table.select,), CODES)
