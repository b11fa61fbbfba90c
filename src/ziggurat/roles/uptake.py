"""When did each person first do each thing, and how busy had they been before?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.buckets import Buckets

Ints = npt.NDArray[np.int64]

OUT = DIRECTIONS.index("out")
BY = ("activity", "kind", "object")
FIRSTS = pa.schema([("person", pa.int64()), ("thing", pa.string()), ("at", pa.int64())])
COUNTS = pa.schema([("person", pa.int64()), ("times", pa.int64())])


@dataclass(frozen=True)
class Uptake:
    """firsts: one row for a person and a thing: columns FIRSTS. busy: by person asked for, what she did before."""

    firsts: pa.Table
    busy: Ints


def read(buckets: Buckets, people: Ints, by: str, thing: str | None, *, since: int, until: int) -> Uptake:
    """Read what people did themselves up to `until`, and how much until `since` (µs).

    people: hashes, sorted. by: activity, kind or object. thing: one of them only; all if left out.
    """
    kernel = partial(
        first_times, codes=buckets.codes.get(by), people=pa.array(people), by=by, thing=thing, since=since, until=until
    )
    parts = list(buckets.fold(kernel, list(dict.fromkeys(("person", "at", "kind", "direction", by)))))
    firsts = pa.concat_tables([FIRSTS.empty_table(), *(part[0] for part in parts)])
    counts = pa.concat_tables([COUNTS.empty_table(), *(part[1] for part in parts)])
    busy = np.zeros(people.size, np.int64)
    busy[np.searchsorted(people, counts["person"].to_numpy())] = counts["times"].to_numpy()
    return Uptake(firsts, busy)


def first_times(
    rows: pa.Table, *, codes: list[str] | None, people: pa.Array, by: str, thing: str | None, since: int, until: int
) -> tuple[pa.Table, pa.Table]:
    """Return FIRSTS and COUNTS of one bucket."""
    hers = pc.and_(pc.greater_equal(rows["kind"], 0), pc.not_equal(rows["direction"], OUT))
    hers = pc.and_(hers, pc.less_equal(rows["at"], until))
    rows = rows.filter(pc.and_(hers, pc.is_in(rows["person"], value_set=people)))
    before = rows.filter(pc.less_equal(rows["at"], since)).group_by("person", use_threads=False)
    counts = before.aggregate([([], "count_all")]).rename_columns(COUNTS.names).cast(COUNTS)
    if codes is None:
        named = rows["object"].cast(pa.string())
    else:
        code = rows[by].cast(pa.int64())
        named = pa.chunked_array(
            [pa.array(codes, pa.string()).take(pc.if_else(pc.less(code, 0), None, code).combine_chunks())]
        )
    told = pa.table({"person": rows["person"], "thing": named, "at": rows["at"]})
    told = told.filter(pc.is_valid(told["thing"]) if thing is None else pc.equal(told["thing"], thing))
    firsts = told.group_by(["person", "thing"], use_threads=False).aggregate([("at", "min")])
    return firsts.rename_columns(FIRSTS.names).cast(FIRSTS), counts
