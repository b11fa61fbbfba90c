"""What did a machine do, and what a person through a proxy? By rules that the settings declare, each under a name.

What a machine did stays in the log, marked with the name of its rule, and is in no life and no figure. What came
through a proxy is the person's own, and is marked alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from ziggurat.base import declare
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import DeclarationError

FIELDS = {"actors": "actor", "channels": "channel", "kinds": "kind", "activities": "activity", "objects": "object"}
DEFAULTS = Path(__file__).parents[1] / "defaults"
RESERVED = ("mailbox", "browser", "scanner")


class Via(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule: what fits all that it says was done by a machine, or through a proxy.

    actors, channels, kinds, activities, objects: patterns of these fields, one of which must fit; * stands for any
    text. cell, values: the name of a column that no field took, and patterns of what stands there. Upper and lower case
    are one. Raises: DeclarationError if it says nothing, or `values` without a `cell`, or a cell without.
    """

    via: Literal["machine", "proxy"] = "machine"
    actors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    cell: str = ""
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.cell) != bool(self.values):
            raise DeclarationError("[via]: a rule has `cell` and `values` together: in which column stands what.")
        if not self.cell and not any(getattr(self, name) for name in FIELDS):
            raise DeclarationError(f"[via]: a rule must say what it is of: {', '.join(FIELDS)}, or cell and values.")

    def test(self) -> str:
        """Write an SQL test of a row of the log; never null."""
        tests = [fits(engine.name(column), getattr(self, name)) for name, column in FIELDS.items()]
        if self.cell:
            path = engine.text("/" + self.cell.replace("~", "~0").replace("/", "~1"))
            tests.append(fits(f"json_extract_string(properties, {path})", self.values))
        return " AND ".join(test for test in tests if test)


def fits(column: str, patterns: Sequence[str]) -> str:
    """Write an SQL test that a text fits one of some patterns; nothing where there is none."""
    if not patterns:
        return ""
    forms = [each.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace("*", "%") for each in patterns]
    either = " OR ".join(f"{column} ILIKE {engine.text(form)} ESCAPE '!'" for form in forms)
    return f"coalesce({either}, false)"


@lru_cache(maxsize=8)
def shipped(name: str) -> dict[str, Via]:
    """Return the rules of a file of `defaults`, for what some types of sources bring; they are of no other rows."""
    path = DEFAULTS / f"{name}.toml"
    return declare.convert(declare.read_toml(path), dict[str, Via], path.name)


def check(rules: Mapping[str, Via]) -> None:
    """Raises: DeclarationError if a rule has a name that stands for something else."""
    for name in rules:
        if not name.strip() or name in RESERVED:
            raise DeclarationError(f"[via]: a rule can't be called '{name}'; give it a name that says what it finds.")
