"""Where does somebody stand among others, whatever they are called, and whenever it was?

What is drawn by chance, and what goes by order among equals, needs people in some order. By their hashes, it would be
another answer once somebody's address is spelled otherwise, or files are imported in another order. Here they stand in
the order of what they did; those who did the very same are alike, so that it says nothing which of them is first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.stats.coverage import mixed

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]

ROUNDS = 4  # ties away that are looked at, to tell nodes apart
IN, OUT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def marks_of(*columns: Ints) -> Marks:
    """Return one number for each row, which looks random and depends on nothing but its values."""
    found = np.zeros(columns[0].size, np.uint64)
    for column in columns:
        found = mixed(found ^ mixed(column.astype(np.uint64) + IN))
    return found


def order_of(source: Ints, target: Ints, tie: Marks, names: Ints) -> Ints:
    """Return nodes in the order of their ties, of those around them, and so on; of equal ones by name.

    source, target (E,): places in `names` (N,). tie (E,): what each tie is, as `marks_of` returns it.
    Source of telling nodes apart by what is around them: Weisfeiler & Leman (1968), The reduction of a graph to
    canonical form, Nauchno-Technicheskaya Informatsia 2(9), 12-16.

    >>> order_of(np.array([0, 1]), np.array([1, 2]), marks_of(np.array([7, 7])), np.arange(3)).size
    3
    """
    found = np.zeros(names.size, np.uint64)
    for _ in range(ROUNDS if source.size else 0):
        there, back = np.zeros((2, names.size), np.uint64)
        np.add.at(there, source, mixed(tie ^ found[target] ^ OUT))
        np.add.at(back, target, mixed(tie ^ found[source] ^ IN))
        found = mixed(found ^ mixed(there + OUT) ^ mixed(back + IN))
    return np.lexsort((names, found))


def spread(person: Ints, marks: Marks, parts: int) -> Ints:
    """Put people into so many parts, at random by what they did, those who did the very same into different ones.

    person (E,): ascending, of each thing done. marks (E,): of it, as `marks_of` returns it; 0 for what doesn't count.

    Returns: (E,), the part of each row's person, from 0.

    >>> one, other, _ = spread(np.array([3, 4, 4]), marks_of(np.array([1, 1, 0])), 256)[[0, 1, 2]]
    >>> bool(one != other)
    True
    """
    if not person.size:
        return np.empty(0, np.int64)
    begins = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    whole = mixed(np.add.reduceat(marks, begins))
    order = np.argsort(whole, kind="stable")
    alike = np.append(False, whole[order][1:] == whole[order][:-1])
    first = np.maximum.accumulate(np.where(alike, 0, np.arange(order.size)))
    nth = np.empty(order.size, np.int64)
    nth[order] = np.arange(order.size) - first
    part = ((whole % np.uint64(parts)).astype(np.int64) + nth) % parts
    found: Ints = np.repeat(part, np.diff(np.append(begins, person.size)))
    return found
