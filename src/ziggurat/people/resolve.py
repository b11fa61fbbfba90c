"""Who is who? Identities that are linked, directly or through others, are one person.

A person's id comes from the identity of hers that the log saw first, so it stays when people merge: the older id
remains, and every id that any of her identities would have had still leads to her.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.people import guard
from ziggurat.people.guard import MOST_LINKS, MOST_NAMES
from ziggurat.people.joined import roots

THROWAWAY = ("anon", "cookie", "device")  # many of these on one person are no sign of a shared identity
DECIDED = "decided"

Ints = npt.NDArray[np.int64]

IDENTITIES = pa.schema([("identity", pa.string()), ("person", pa.int64())])
GUARDED = pa.schema(
    [("identity", pa.string()), ("namespace", pa.string()), ("linked_to", pa.int64()), ("why", pa.string())]
)


@dataclass(frozen=True)
class Resolution:
    """identities: identity → person, a row each. guarded: identities that link nobody, and why (see `guard`)."""

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
    seen: pa.Table, links: pa.Table, *, apart: frozenset[frozenset[str]] = frozenset(), most_links: int = MOST_LINKS,
    most_names: int = MOST_NAMES, throwaway: Sequence[str] = THROWAWAY,
) -> Resolution:  # fmt: skip
    """Resolve identities to people.

    seen: identity (string), person (int64, `hash_of` it) and first (int64: import that brought it first), one row an
    identity. links: a, b (strings), evidence; links `decided` by a human are never guarded. apart: pairs of
    identities that a human has said are not to be linked directly. most_links, most_names: see `guard`. throwaway:
    namespaces of throw-away identities.
    """
    order = pc.sort_indices(seen, sort_keys=[("first", "ascending"), ("identity", "ascending")])
    seen = seen.take(order)
    names = guard.Names.of(seen["identity"].combine_chunks())
    thrown = names.among(tuple(throwaway))
    a, b = positions(links["a"], names.identity), positions(links["b"], names.identity)
    decided = np.asarray(pc.equal(links["evidence"], DECIDED).to_numpy(zero_copy_only=False), np.bool_)
    wanted = (a != b) & (a >= 0) & (b >= 0) & ~pairs_apart(links, apart)
    a, b, decided = a[wanted], b[wanted], decided[wanted]
    out = guard.find_guarded(a[~decided], b[~decided], names, thrown, most_links, most_names)
    shared = np.zeros(thrown.size, np.bool_)
    shared[out.node] = True
    good = decided | ~(shared[a] | shared[b])
    a, b, decided = a[good], b[good], decided[good]
    good, several = guard.beside_several(a, b, decided, thrown)
    root = roots(thrown.size, a[good], b[good])
    hashes = np.asarray(seen["person"].combine_chunks().to_numpy(), np.int64)
    table = pa.table(
        {
            "identity": names.identity.take(pa.array(np.concatenate([out.node, several]))),
            "namespace": pa.array([*out.namespace, *[None] * several.size], pa.string()),
            "linked_to": pa.array([*out.linked_to.tolist(), *[None] * several.size], pa.int64()),
            "why": pa.array([*out.why, *["several people"] * several.size], pa.string()),
        }
    )
    return Resolution(pa.table([names.identity, pa.array(hashes[root])], schema=IDENTITIES), table.cast(GUARDED))


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
