"""Put sorted segments of one bucket together in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
TIES = ("interaction_id", "source")


def merged(
    segments: list[pa.Table], columns: list[str], sources: Sequence[str], ties: Callable[[], pa.Table]
) -> pa.Table:
    """Merge tables that are each sorted by (person, at, interaction_id, source) into one, with the given columns.

    Every segment needs person and at, and the columns. ties: reads the columns TIES of all segments, one after the
    other; most merges do without. sources: names by code; rows are sorted by the name, because a code depends on
    which source came first. The last segments are merged first: they are the small ones.
    """
    both = pa.concat_tables(segments)
    person, at = column(both, "person"), column(both, "at")
    start = both.num_rows
    order = np.empty(0, np.int64)
    for segment in reversed(segments):
        start -= segment.num_rows
        rows = np.arange(start, start + segment.num_rows)
        place = merge_order(person[rows], at[rows], person[order], at[order])
        order = np.concatenate([rows, order])[place]
    return both.select(columns).take(pa.array(in_order_of_ties(person[order], at[order], order, sources, ties)))


def places_of(person: Ints, people: Ints) -> Ints:
    """Return where the rows of some people, given sorted, are in a sorted column."""
    first, after = np.searchsorted(person, people), np.searchsorted(person, people, "right")
    lengths = after - first
    return np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())


def column(table: pa.Table, name: str) -> Ints:
    """Return an int64 column as an array."""
    values: Ints = whole(table[name]).to_numpy()
    return values


def whole(values: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, and what is in one piece already as it is: `combine_chunks` would copy it."""
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


@jit
def merge_order(person_a: Any, at_a: Any, person_b: Any, at_b: Any) -> Any:
    """Return the order in which the rows of a, then b, are sorted by (person, at); equal rows of a come first."""
    size_a, size_b = person_a.size, person_b.size
    order = np.empty(size_a + size_b, np.int64)
    a = b = 0
    for place in range(order.size):
        take_b = a == size_a or (
            b < size_b and (person_b[b] < person_a[a] or (person_b[b] == person_a[a] and at_b[b] < at_a[a]))
        )
        if take_b:
            order[place] = size_a + b
            b += 1
        else:
            order[place] = a
            a += 1
    return order


def in_order_of_ties(person: Ints, at: Ints, order: Ints, sources: Sequence[str], ties: Callable[[], pa.Table]) -> Ints:
    """Sort runs of equal (person, at) by id and the source's name; the order within all others is right already."""
    same = (person[1:] == person[:-1]) & (at[1:] == at[:-1])
    tied = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
    if tied.size == 0:
        return order
    rows = ties().take(pa.array(order[tied]))
    names = pa.array([*sources, ""], pa.string())  # the last for -1, no source
    keys = {
        "run": np.cumsum(np.concatenate([[True], ~same])[tied]),
        "id": pc.fill_null(rows["interaction_id"], ""),
        "source": names.take(pc.if_else(pc.less(rows["source"], 0), len(sources), rows["source"])),
    }
    order[tied] = order[tied][pc.sort_indices(pa.table(keys), [(key, "ascending") for key in keys]).to_numpy()]
    return order
