"""How much has each person done, from when to when, and did they subscribe or unsubscribe last, by an instant?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.kinds import Consenting
from ziggurat.base.schema import CONSENT
from ziggurat.log import histories
from ziggurat.log.merge import column
from ziggurat.stats.jit import jit

READ = ("person", "at", "kind")
SAID = CONSENT
NOTHING = -1  # in place of either, or of its code where no history has it
LIVED = pa.schema(
    [
        ("person", pa.int64()),
        ("interactions", pa.int64()),
        ("first_at", pa.int64()),  # µs, when she first became known
        ("last_at", pa.int64()),  # µs, her last interaction, null for none
        ("consent", pa.string()),  # the later of SAID, null for neither
    ]
)
Ints = npt.NDArray[np.int64]


def read_lives(
    folder: Path, manifest: histories.Manifest, says: Consenting, people: Ints | None = None, at: int | None = None
) -> pa.Table:
    """Return one row a person, with the columns LIVED, sorted by person; of some people only, given sorted.

    says: the kinds that say something of consent. at: the instant (µs) up to which a life is looked at; who was not
    known by then has no row. Of what was said at one instant, that of the higher id counts.
    """
    means = consents(manifest.codes.get("kind", []), says)
    buckets = manifest.buckets()
    wanted = None if people is None else people >> (63 - manifest.bits)
    if wanted is not None:
        buckets = np.intersect1d(buckets, wanted).tolist()

    def one(bucket: int) -> pa.Table:
        some = None
        if people is not None and wanted is not None:
            some = people[slice(*np.searchsorted(wanted, [bucket, bucket + 1]))]
        rows = histories.read(folder, manifest, bucket, READ, some)
        if at is not None:
            rows = rows.filter(pc.less_equal(rows["at"], at))
        kind = rows["kind"].combine_chunks().to_numpy()
        who, interactions, first, last, said = sum_lives(column(rows, "person"), column(rows, "at"), kind, means).T
        known = [pa.array(values) for values in (who, interactions, first)]
        last_at, said_last = pa.array(last, mask=interactions == 0), pa.array(said, mask=said == NOTHING)
        return pa.table([*known, last_at, pa.array(SAID).take(said_last)], schema=LIVED)

    return pa.concat_tables([LIVED.empty_table(), *engine.fold(buckets, one)])


def consents(kinds: Sequence[str], says: Consenting) -> Ints:
    """Return what each code of a kind says of consent, as a position in SAID, or NOTHING."""
    return np.array([0 if kind in says.given else 1 if kind in says.withdrawn else NOTHING for kind in kinds], np.int64)


@jit
def sum_lives(person: Any, at: Any, kind: Any, means: Any) -> Any:
    """Return one row a person of sorted rows, with the columns LIVED; consent as a position in SAID, or NOTHING."""
    out = np.empty((person.size, 5), np.int64)
    people = 0
    for row in range(person.size):
        if row == 0 or person[row] != person[row - 1]:
            out[people] = (person[row], 0, at[row], at[row], NOTHING)
            people += 1
        if kind[row] >= 0:
            out[people - 1, 1] += 1
            out[people - 1, 3] = at[row]
            if means[kind[row]] != NOTHING:
                out[people - 1, 4] = means[kind[row]]
    return out[:people]
