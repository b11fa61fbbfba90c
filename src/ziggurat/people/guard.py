"""Which identities can't be one person's? They link nobody, so that no strangers become one.

What stands for nobody (`noreply@…`, `root@localhost`) links nothing. An identity that is linked to many others of one
namespace is a kiosk's or a mailbox's; an address that more than a few names stand under is nobody's own. And since a
chain of likely links can still join a crowd, the person that comes of them is looked at: while somebody has too many
identities of one namespace, the likeliest bridge within is taken out, an address of several names before any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.people.joined import roots

ADDRESSES = ("email", "phone")
MOST_LINKS = 10
MOST_NAMES = 3
NOREPLY = r"(no|do[-_.]?not|dont)[-_.]?reply"
PLACEHOLDER = (
    rf"^email:(({NOREPLY}|nobody|devnull|dev-null|null|none|mailer-daemon|postmaster)([-_+.][^@]*)?@.*"
    r"|[^@]*@(localhost|localdomain|localhost\.localdomain|invalid|none|null|\(none\)|[^@]*\.(invalid|localdomain))"
    r"|example@example\.[a-z]+|test@test\.[a-z]+|none@none\.[a-z]+|na@na\.[a-z]+|user@example\.com|email@example\.com)$"
)
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Names:
    """Identities by number. space: of each, the number of its namespace in `spaces`."""

    identity: pa.Array
    space: Ints
    spaces: list[str]

    @classmethod
    def of(cls, identity: pa.Array) -> Names:
        """Tell the namespaces of identities."""
        found = pc.list_element(pc.split_pattern(identity, ":", max_splits=1), 0).dictionary_encode()
        return cls(identity, np.asarray(found.indices.to_numpy(), np.int64), found.dictionary.to_pylist())

    def among(self, namespaces: tuple[str, ...]) -> Flags:
        """Tell which identities are of some namespaces."""
        return np.isin(self.space, [place for place, name in enumerate(self.spaces) if name in namespaces])


class Guard(NamedTuple):
    """Identities that link nobody: numbers, and for each the namespace of which it has so many others, and why."""

    node: Ints
    namespace: list[str]
    linked_to: Ints
    why: list[str]


def placeholders(names: Names) -> Flags:
    """Tell which identities stand for nobody."""
    found: Flags = pc.match_substring_regex(names.identity, PLACEHOLDER, ignore_case=True).to_numpy(
        zero_copy_only=False
    )
    return np.asarray(found, np.bool_)


def edges(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return links in both directions, each once."""
    both = np.unique(np.stack([np.concatenate([a, b]), np.concatenate([b, a])], 1), axis=0)
    return both[:, 0], both[:, 1]


def find_guarded(a: Ints, b: Ints, names: Names, thrown: Flags, most: int, most_names: int) -> Guard:
    """Find the identities that are to link nobody.

    a, b: links that nobody decided, by numbers of identities. thrown: which identities are throw-away ones: who has
    many of those is merely one person with many browsers. most, most_names: see `people.Who`.
    """
    one, other = edges(a, b)
    known = ~thrown[other]
    keys, counts = np.unique(one[known] * len(names.spaces) + names.space[other[known]], return_counts=True)
    node, space = keys // max(1, len(names.spaces)), keys % max(1, len(names.spaces))
    addresses = names.among(ADDRESSES)
    is_name = np.array([name not in ADDRESSES for name in names.spaces], np.bool_)
    several = addresses[node] & is_name[space] if node.size else np.zeros(0, np.bool_)
    over = (counts > most) | (several & (counts > most_names))
    found = {}
    for place in np.flatnonzero(over):
        why = "several names" if several[place] and counts[place] > most_names else "many links"
        found[int(node[place])] = (names.spaces[space[place]], int(counts[place]), why)
    for place in np.flatnonzero(placeholders(names)[node]):
        found[int(node[place])] = (names.spaces[space[place]], int(counts[place]), "stands for nobody")
    shared = np.zeros(len(names.identity), np.bool_)
    shared[list(found)] = True
    left = known & ~thrown[one] & ~shared[one] & ~shared[other]
    for bridge, count in bridges(one[left], other[left], names, most):
        space_of = names.spaces[names.space[bridge]]
        found[bridge] = (space_of, count, "joins too many")
    order = sorted(found)
    return Guard(
        np.array(order, np.int64), [found[n][0] for n in order],
        np.array([found[n][1] for n in order], np.int64), [found[n][2] for n in order],
    )  # fmt: skip


def bridges(one: Ints, other: Ints, names: Names, most: int) -> list[tuple[int, int]]:
    """Return the identities to take out until nobody has more than `most` others of one namespace, and their links.

    one, other: links in both directions.
    """
    taken = []
    addresses = names.among(ADDRESSES)
    while one.size:
        nodes, place = np.unique(np.concatenate([one, other]), return_inverse=True)
        first, second = place[: one.size], place[one.size :]
        root = roots(nodes.size, first, second)
        keys, counts = np.unique(root * len(names.spaces) + names.space[nodes], return_counts=True)
        crowds = np.unique(keys[counts > most + 1] // len(names.spaces))
        inside = np.isin(root[first], crowds)
        one, other, first, second = one[inside], other[inside], first[inside], second[inside]
        if not one.size:
            break
        links = np.bincount(first, minlength=nodes.size)
        named = np.bincount(first, addresses[one] & ~addresses[other], minlength=nodes.size).astype(np.int64)
        several = np.where(named > 1, named, 0)
        order = np.lexsort((nodes, -links, -several, root))
        order = order[links[order] > 0]
        worst = order[np.append(True, np.diff(root[order]) != 0)]
        taken += [(int(nodes[n]), int(links[n])) for n in worst]
        out = np.zeros(nodes.size, np.bool_)
        out[worst] = True
        stay = ~(out[first] | out[second])
        one, other = one[stay], other[stay]
    return taken


def beside_several(a: Ints, b: Ints, strong: Flags, thrown: Flags) -> tuple[Flags, Ints]:
    """Tell which links count once a throw-away identity beside several known people joins none of them.

    a, b: links that count otherwise; strong: those that a human decided. Returns: flags, and such identities.
    """
    sure = strong | ~(thrown[a] | thrown[b])
    root = roots(thrown.size, a[sure], b[sure])
    known = np.zeros(thrown.size, np.bool_)
    known[root[~thrown]] = True
    to = np.where(thrown[a], b, a)
    one = np.where(thrown[a], a, b)
    near = ~sure & ~thrown[to]
    own = np.flatnonzero(thrown & known[root])
    pairs = np.unique(np.concatenate([np.stack([one[near], root[to[near]]], 1), np.stack([own, root[own]], 1)]), axis=0)
    whose, count = np.unique(pairs[:, 0], return_counts=True)
    shared = np.zeros(thrown.size, np.bool_)
    shared[whose[count > 1]] = True
    good = sure | ~(shared[a] | shared[b])
    own_root = roots(thrown.size, a[good & (sure | near)], b[good & (sure | near)])
    held = np.zeros(thrown.size, np.bool_)
    held[own_root[~thrown]] = True
    all_root = roots(thrown.size, a[good], b[good])
    people = np.flatnonzero(held & (own_root == np.arange(thrown.size)))
    root_of, size = np.unique(all_root[people], return_counts=True)
    between = good & ~sure & ~near & np.isin(all_root[a], root_of[size > 1])
    return good & ~between, np.flatnonzero(shared)
