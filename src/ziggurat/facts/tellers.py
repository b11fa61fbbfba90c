"""What counts as knowing a person, and as having leave of them? As `defaults/knows.toml` declares it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ziggurat.base import declare


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which traits tell something of a person, and which acts do."""

    traits: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()


class Tellers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`defaults/knows.toml`: what counts as knowing a person, and as having leave of them."""

    knows: Mapping[str, Told]
    may: Mapping[str, Told]


TELLERS = declare.convert(
    declare.read_toml(Path(__file__).parent.parent / "defaults" / "knows.toml"), Tellers, "knows.toml"
)
