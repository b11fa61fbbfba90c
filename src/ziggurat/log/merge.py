"""Put sorted segments of one bucket together in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
TIES = ("interaction_id", "source")


def merged(
    segments: list[pa.Table], columns: list[str], sources: Sequence[str], people: Ints | None = None
) -> pa.Table:
    """Merge tables that are each sorted by (person, at, interaction_id, source) into one, with the given columns.

    Every segment needs the columns, person, at and TIES. sources: names by code; rows are sorted by the name, because
    a code depends on which source came first. people: those whose rows are wanted, sorted, if not everyone's. The first
    segment, by far the largest, is never copied as a whole.
    """
    first, later = segments[0], pa.concat_tables(segments[1:])
    person_a, at_a, person_b, at_b = (column(rows, name) for rows in (first, later) for name in ("person", "at"))
    start, order_b = later.num_rows, np.empty(0, np.int64)
    for segment in reversed(segments[1:]):
        start -= segment.num_rows
        rows = start + rows_of_people(column(segment, "person"), people)
        order_b = merge_order(person_b, at_b, rows, person_b, at_b, order_b, 0)
    order = merge_order(person_a, at_a, rows_of_people(person_a, people), person_b, at_b, order_b, first.num_rows)
    both = pa.concat_tables([first, later])
    person, at = pick_values(person_a, person_b, order), pick_values(at_a, at_b, order)
    order = in_order_of_ties(person, at, order, sources, both.select(TIES))
    return pa.table({name: in_order(first[name], later[name], order) for name in columns})


def in_order(first: pa.ChunkedArray, later: pa.ChunkedArray, order: Ints) -> pa.Array:
    """Return what is in two columns, one behind the other, in an order."""
    if pa.types.is_integer(first.type) and first.null_count == later.null_count == 0:
        return pa.array(pick_values(whole(first).to_numpy(), whole(later).to_numpy(), order))
    return whole(pa.chunked_array([*first.chunks, *later.chunks])).take(pa.array(order))


def rows_of_people(person: Ints, people: Ints | None) -> Ints:
    """Return the rows of some people, given sorted, or of everyone, of a sorted column."""
    return np.arange(person.size) if people is None else places_of(person, people)


def places_of(person: Ints, people: Ints) -> Ints:
    """Return where the rows of some people, given sorted, are in a sorted column."""
    places: Ints = runs_of(person, np.searchsorted(person, people), people)
    return places


@jit
def runs_of(person: Any, first: Any, people: Any) -> Any:
    """Return the rows of some people, of each of whom it is known where hers would begin."""
    places = np.empty(person.size, np.int64)
    size = 0
    for nth in range(people.size):
        row = first[nth]
        while row < person.size and person[row] == people[nth]:
            places[size] = row
            size += 1
            row += 1
    return places[:size].copy()


def column(table: pa.Table, name: str) -> Ints:
    """Return an int64 column as an array."""
    values: Ints = whole(table[name]).to_numpy()
    return values


def whole(values: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, and what is in one piece already as it is: `combine_chunks` would copy it."""
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


@jit
def merge_order(person_a: Any, at_a: Any, rows_a: Any, person_b: Any, at_b: Any, rows_b: Any, offset: int) -> Any:
    """Return rows of a and of b, each given sorted by (person, at), in that order; of equal ones those of a first.

    offset: is added to the rows of b.
    """
    order = np.empty(rows_a.size + rows_b.size, np.int64)
    a = b = 0
    for place in range(order.size):
        take_b = a == rows_a.size
        if not take_b and b < rows_b.size:
            one, other = rows_a[a], rows_b[b]
            take_b = person_b[other] < person_a[one] or (person_b[other] == person_a[one] and at_b[other] < at_a[one])
        if take_b:
            order[place] = rows_b[b] + offset
            b += 1
        else:
            order[place] = rows_a[a]
            a += 1
    return order


@jit
def pick_values(first: Any, later: Any, order: Any) -> Any:
    """Return the values of two arrays, one behind the other, in an order."""
    found = np.empty(order.size, first.dtype)
    for place in range(order.size):
        row = order[place]
        found[place] = first[row] if row < first.size else later[row - first.size]
    return found


def in_order_of_ties(person: Ints, at: Ints, order: Ints, sources: Sequence[str], ties: pa.Table) -> Ints:
    """Sort runs of equal (person, at) by id and the source's name; the order within all others is right already.

    person, at: sorted, as the rows in order have them. ties: their columns TIES, not in order.
    """
    tied, run = ties_of(person, at)
    if tied.size == 0:
        return order
    rows = ties.take(pa.array(order[tied]))
    names = pa.array([*sources, ""], pa.string())  # the last for -1, no source
    keys = {
        "run": run,
        "id": pc.fill_null(rows["interaction_id"], ""),
        "source": names.take(pc.if_else(pc.less(rows["source"], 0), len(sources), rows["source"])),
    }
    order[tied] = order[tied][pc.sort_indices(pa.table(keys), [(key, "ascending") for key in keys]).to_numpy()]
    return order


@jit
def ties_of(person: Any, at: Any) -> Any:
    """Return the rows that share person and instant with the row before or behind, and the number of each one's run."""
    tied, run = np.empty(person.size, np.int64), np.empty(person.size, np.int64)
    size = runs = 0
    for row in range(1, person.size):
        if person[row] == person[row - 1] and at[row] == at[row - 1]:
            if size == 0 or tied[size - 1] != row - 1:
                runs += 1
                tied[size], run[size] = row - 1, runs
                size += 1
            tied[size], run[size] = row, runs
            size += 1
    return tied[:size].copy(), run[:size].copy()
