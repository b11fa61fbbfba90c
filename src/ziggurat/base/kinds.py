"""Which kinds of interaction are there, which way does each run, and what does each mean?"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.schema import KINDS

DEFAULTS = Path(__file__).parent.parent / "defaults"
Direction = Literal["in", "out", "among"]
VERBS = {"saw": "looked"}  # what somebody did, by the name of a kind or group that does not say it alone


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a kind is for, as `docs/facts.md` says; the words of strings are explained there too."""

    sent: bool = True
    reacts: bool = True
    asks: bool = False
    may_ask: bool = False
    answers: bool = False
    speaks: bool = False
    begins: bool = False
    private: bool = False
    meets: bool = False
    hears: bool = False
    looks: bool = False
    exchanges: bool = False
    endorses: bool = False
    works: bool = False
    turns: bool = False
    spreads: bool = False
    returns: bool = False
    thanks: bool = False
    scores: bool = False
    publishes: bool = False
    assigns: bool = False
    takes_back: bool = False
    gives: str | None = None
    gets: str | None = None
    passes_on: str | None = None
    role: Literal["creator", "conversationalist", "critic", "collector", "joiner", "spectator"] | None = None
    evidence: Literal["rating", "recommendation", "complaint"] | None = None
    consent: Literal["given", "withdrawn"] | None = None


class Consenting(msgspec.Struct, frozen=True):
    """The kinds by which people give, and by which they withdraw the permission to write to them."""

    given: tuple[str, ...]
    withdrawn: tuple[str, ...]


class Mailing(msgspec.Struct, frozen=True):
    """The kinds by which we write to people, and those by which they look at what they got."""

    sent: tuple[str, ...]
    looked: tuple[str, ...]


class Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shipped group: the usual direction of its kinds, which of them a workspace's own one is like, and all kinds."""

    direction: Direction
    like: str
    kinds: Mapping[str, Meaning]


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename={"inward": "in"}):
    """What a workspace adds under `[kinds.NAME]`: the kinds of a group by direction, or one kind of that name.

    inward, out, among: the group's kinds that run `in` to the organisation, `out` from it, `among` people. like: the
    kind that all of them are like, or, where none is listed, that NAME itself is like. direction: of that one kind,
    if it is another than that of the kind it is like.
    """

    inward: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    like: str | None = None
    direction: Direction | None = None

    def listed(self) -> list[tuple[str, str]]:
        """Return the kinds that are listed, each with its direction."""
        ways = {"in": self.inward, "out": self.out, "among": self.among}
        return [(kind, way) for way, kinds in ways.items() for kind in kinds]


class Kinds(msgspec.Struct, frozen=True):
    """The vocabulary in force: each kind with its group, its usual direction, its meaning, and what it is like.

    like_of: for a kind of a workspace's own that says what it is like, the shipped kind at the end of that; for any
    other, the kind itself.
    """

    group_of: dict[str, str]
    direction_of: dict[str, str]
    meaning_of: dict[str, Meaning]
    like_of: dict[str, str]

    def check(self, kind: str, where: str) -> str:
        """Return the kind. Raises: DeclarationError with the nearest known one if it is unknown."""
        if kind not in self.group_of:
            near = suggest(kind, self.group_of) or "; declare it under [kinds] in ziggurat.toml."
            raise DeclarationError(f"{where}: unknown kind '{kind}'{near}")
        return kind

    def consenting(self) -> Consenting:
        """Return the kinds that say something of consent."""
        words = ("given", "withdrawn")
        found = ([kind for kind, one in self.meaning_of.items() if one.consent == word] for word in words)
        return Consenting(*map(tuple, found))

    def mailing(self) -> Mailing:
        """Return the kinds that are sent by us, and those that are a look, a workspace's own among them."""
        return Mailing(
            tuple(kind for kind, way in self.direction_of.items() if way == "out"),
            tuple(kind for kind in self.group_of if self.group_of[self.like_of.get(kind, kind)] == "attention"),
        )

    def unstated(self) -> list[str]:
        """Return the kinds of which a row need not state its direction, because it is settled by who did it.

        Those are the shipped ones, and those of a workspace's own that run `in`. What an own kind says otherwise is
        stated in the log, which is then read alike whatever is declared later.
        """
        sent = {kind for group in load_shipped().values() if group.direction == "out" for kind in group.kinds}
        return [kind for kind, way in self.direction_of.items() if way == ("out" if kind in sent else "in")]

    def fits(self, kind: str, wanted: Collection[str]) -> bool:
        """Tell whether a kind is one of those wanted, or is like one of them."""
        return kind in wanted or self.like_of.get(kind, kind) in wanted

    def table(self) -> pa.Table:
        """Return the vocabulary as `schema.KINDS`."""
        rows = [
            {"kind": kind, "group": group, "direction": self.direction_of[kind], "like": self.like_of[kind]}
            | msgspec.structs.asdict(self.meaning_of[kind])
            for kind, group in self.group_of.items()
        ]
        return pa.Table.from_pylist(rows, schema=KINDS)


@functools.cache
def load_shipped() -> Mapping[str, Shipped]:
    """Return the shipped groups of kinds."""
    found = declare.read_toml(DEFAULTS / "kinds.toml")
    return {name: declare.convert(group, Shipped, f"kinds.toml: [{name}]") for name, group in found.items()}


def load(own: Mapping[str, Group] | None = None) -> Kinds:
    """Return the shipped kinds, with a workspace's own added, in the order in which they are declared.

    An own kind means what the kind that it is `like` means; one that does not say so, in a shipped group, what the
    group's `like` means; any other means no more than that it happened.
    Raises: DeclarationError if a kind is declared twice, is like an unknown one, or has a direction and is like none.
    """
    groups = load_shipped()
    found = Kinds({}, {}, {}, {})
    for name, group in groups.items():
        for kind, meaning in group.kinds.items():
            add(found, kind, name, group.direction, meaning, kind)
    for name, some in (own or {}).items():
        add_own(found, name, some, groups)
    return found


def add_own(found: Kinds, name: str, some: Group, groups: Mapping[str, Shipped]) -> None:
    """Add what stands under one [kinds.NAME]. Raises: DeclarationError."""
    where, listed = f"[kinds.{name}]", some.listed()
    if some.like is not None:
        found.check(some.like, f"{where}: like")
    if some.direction is not None and (listed or some.like is None):
        raise DeclarationError(
            f"{where}: `direction` belongs to one kind that is `like` another; kinds of a group stand under in, out or "
            f"among."
        )
    if some.like is not None and not listed:
        free(found, name, where)
        way = some.direction or found.direction_of[some.like]
        add(found, name, found.group_of[some.like], way, found.meaning_of[some.like], found.like_of[some.like])
    root = some.like or (groups[name].like if name in groups else None)
    meaning = Meaning() if root is None else found.meaning_of[root]
    for kind, way in listed:
        free(found, kind, where)
        add(found, kind, name, way, meaning, found.like_of[some.like] if some.like else kind)


def free(found: Kinds, kind: str, where: str) -> None:
    """Check that a kind is not declared yet. Raises: DeclarationError if there is one of that name."""
    if kind in found.group_of:
        raise DeclarationError(f"{where}: '{kind}' is already a kind, in group '{found.group_of[kind]}'.")


def add(found: Kinds, kind: str, group: str, direction: str, meaning: Meaning, like: str) -> None:
    """Add one kind."""
    found.group_of[kind], found.direction_of[kind] = group, direction
    found.meaning_of[kind], found.like_of[kind] = meaning, like
