"""Who is who? Identities that are linked, directly or through others, are one person.

A person's id comes from the identity of hers that the log saw first, so it stays when people merge: the older id
remains, and every id that any of her identities would have had still leads to her.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.stats.jit import jit

THROWAWAY = ("anon", "cookie", "device")  # many of these on one person are no sign of a shared identity
MOST_LINKS = 10
DECIDED = "decided"

Ints = npt.NDArray[np.int64]

IDENTITIES = pa.schema([("identity", pa.string()), ("person", pa.int64())])
GUARDED = pa.schema([("identity", pa.string()), ("namespace", pa.string()), ("linked_to", pa.int64())])


@dataclass(frozen=True)
class Resolution:
    """identities: identity → person, a row each. guarded: identities that link nothing because of too many links."""

    identities: pa.Table
    guarded: pa.Table


def hash_of(identity: str) -> int:
    """Return the 63-bit hash of an identity, the same that SQL's `(md5_number_lower(x) >> 1)` gives.

    Two of a hundred million identities share one with a chance of 5 in 10,000.

    >>> hash_of("email:ana@example.org")
    5966001403309009800
    """
    digest = hashlib.md5(identity.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little") >> 1


def resolve(
    seen: pa.Table, links: pa.Table, *, apart: frozenset[frozenset[str]] = frozenset(), most_links: int = MOST_LINKS
) -> Resolution:
    """Resolve identities to people.

    seen: identity (string), person (int64, `hash_of` it) and first (int64: import that brought it first), one row an
    identity. links: a, b (strings), evidence; links `decided` by a human are never guarded. apart: pairs of
    identities that a human has said are not to be linked directly.
    """
    order = pc.sort_indices(seen, sort_keys=[("first", "ascending"), ("identity", "ascending")])
    seen = seen.take(order)
    names = seen["identity"].combine_chunks()
    a, b = positions(links["a"], names), positions(links["b"], names)
    decided = np.asarray(pc.equal(links["evidence"], DECIDED).to_numpy(zero_copy_only=False), np.bool_)
    wanted = (a != b) & (a >= 0) & (b >= 0) & ~pairs_apart(links, apart)
    guarded, counts = too_many(a[wanted & ~decided], b[wanted & ~decided], names, most_links)
    shared = np.zeros(len(names) + 1, np.bool_)  # the last stands for -1, an identity that nobody has
    shared[guarded["node"]] = True
    wanted &= decided | ~(shared[a] | shared[b])
    root = roots(len(names), a[wanted], b[wanted])
    hashes = np.asarray(seen["person"].combine_chunks().to_numpy(), np.int64)
    return Resolution(
        pa.table([names, pa.array(hashes[root])], schema=IDENTITIES),
        pa.table([names.take(pa.array(guarded["node"])), guarded["namespace"], pa.array(counts)], schema=GUARDED),
    )


def positions(values: pa.ChunkedArray, among: pa.Array) -> Ints:
    """Return where each value stands in an array of distinct ones, -1 for nowhere."""
    found = pc.fill_null(pc.index_in(values, value_set=among), -1)
    return np.asarray(found.to_numpy(), np.int64)


def pairs_apart(links: pa.Table, apart: frozenset[frozenset[str]]) -> npt.NDArray[np.bool_]:
    """Tell which links join two identities that are to be kept apart."""
    flags = np.zeros(links.num_rows, np.bool_)
    if apart:
        members = pa.array(sorted({identity for pair in apart for identity in pair}))
        near = pc.and_(pc.is_in(links["a"], members), pc.is_in(links["b"], members)).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(near):
            flags[row] = frozenset((links["a"][row].as_py(), links["b"][row].as_py())) in apart
    return flags


def too_many(a: Ints, b: Ints, names: pa.Array, most: int) -> tuple[dict[str, Any], Ints]:
    """Find identities that are linked to more than `most` distinct others of one namespace.

    A shared mailbox or a kiosk is linked to many e-mail addresses. An address that is linked to many throw-away
    identities (cookies, devices) is merely one person's who uses many: those namespaces don't count.
    """
    spaces = pc.list_element(pc.split_pattern(names, ":", max_splits=1), 0).dictionary_encode()
    space, known = np.asarray(spaces.indices.to_numpy(), np.int64), spaces.dictionary.to_pylist()
    edges = np.unique(np.concatenate([np.stack([a, b], 1), np.stack([b, a], 1)]), axis=0)
    counted = ~np.isin(space[edges[:, 1]], [i for i, name in enumerate(known) if name in THROWAWAY])
    keys, counts = np.unique(edges[counted, 0] * len(known) + space[edges[counted, 1]], return_counts=True)
    over = counts > most
    nodes = keys[over] // max(1, len(known))
    return {"node": nodes, "namespace": pa.array([known[key % len(known)] for key in keys[over]], pa.string())}, counts[
        over
    ]


@jit
def roots(size: int, a: Any, b: Any) -> Any:
    """Union-find: return for each of `size` nodes the smallest node that it is connected with.

    Source: Tarjan and van Leeuwen (1984), JACM 31(2), with path halving; linking to the smaller node keeps the
    oldest identity at the root.
    """
    parent = np.arange(size)
    for edge in range(a.size):
        x, y = a[edge], b[edge]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x < y:
            parent[y] = x
        elif y < x:
            parent[x] = y
    for node in range(size):
        parent[node] = parent[parent[node]]
    return parent
