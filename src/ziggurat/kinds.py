"""Which kinds of interaction are there, and which way does each run?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pyarrow as pa

from ziggurat import declare
from ziggurat.errors import DeclarationError, suggest
from ziggurat.schema import KINDS

DEFAULTS = Path(__file__).parent / "defaults"


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"inward": "in"}):
    """The kinds of one group, by direction: `in` to the organisation, `out` from it, `among` between people."""

    inward: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


class Kinds(msgspec.Struct, frozen=True):
    """The vocabulary in force: each kind with its group and its usual direction."""

    group_of: Mapping[str, str]
    direction_of: Mapping[str, str]

    def check(self, kind: str, where: str) -> str:
        """Return the kind. Raises: DeclarationError with the nearest known one if it is unknown."""
        if kind not in self.group_of:
            near = suggest(kind, self.group_of) or "; declare it under [kinds] in ziggurat.toml."
            raise DeclarationError(f"{where}: unknown kind '{kind}'{near}")
        return kind

    def table(self) -> pa.Table:
        """Return the vocabulary as `schema.KINDS`."""
        return pa.table([list(self.group_of), list(self.group_of.values())], schema=KINDS)


def load(own: Mapping[str, Group] | None = None) -> Kinds:
    """Return the shipped kinds, with a workspace's own added. Raises: DeclarationError if one is declared twice."""
    shipped = declare.read_toml(DEFAULTS / "kinds.toml")
    groups = {name: declare.convert(group, Group, "kinds.toml") for name, group in shipped.items()}
    group_of: dict[str, str] = {}
    direction_of: dict[str, str] = {}
    for name, group in [*groups.items(), *(own or {}).items()]:
        for direction, kinds in (("in", group.inward), ("out", group.out), ("among", group.among)):
            for kind in kinds:
                if kind in group_of:
                    raise DeclarationError(f"[kinds.{name}]: '{kind}' is already a kind, in group '{group_of[kind]}'.")
                group_of[kind], direction_of[kind] = name, direction
    return Kinds(group_of, direction_of)
