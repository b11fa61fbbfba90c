"""Which interaction is a call? By its type, and the name of its event: what a source declares, then what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base import declare
from ziggurat.base.kinds import Kinds
from ziggurat.sources.cells import preview_cell
from ziggurat.sources.events import kind_of
from ziggurat.sources.mapping import SKIP
from ziggurat.sources.tracking.calls import Call, RefusedError

FILE = Path(__file__).parents[2] / "defaults" / "tracking.toml"
VISITED = "visited"
MOST_NAMES = 10_000  # event names of which is remembered what they mean


class Meant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event name means; see `defaults/tracking.toml`."""

    kind: str
    object: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    amount: tuple[str, ...] = ()
    score: tuple[str, ...] = ()
    channel: str = ""
    activity: tuple[str, ...] = ()


GENERAL = Meant(  # of an event that is declared by its kind alone
    "",
    object=("order_id", "product_id", "sku", "id", "title", "url"),
    text=("text", "message", "comment", "body"),
    amount=("total", "revenue", "value", "amount"),
    score=("score", "rating"),
)


PAGE = Meant(VISITED)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Meant]:
    """Return what usual names mean, by the name in lower case."""
    found = declare.convert(declare.read_toml(FILE), dict[str, Meant], FILE.name)
    return {name.lower(): meant for name, meant in found.items()}


@dataclass(frozen=True)
class Money:
    """currency: ISO code of the workspace's amounts, or nothing. rates: what one of another currency is worth in it."""

    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Meaning:
    """What the calls of one source mean. named: event name → kind or skip, as the source declares it."""

    source: str
    kinds: Kinds
    named: Mapping[str, str]
    money: Money = Money()
    found: dict[str, Meant | None] = field(default_factory=dict, compare=False)  # what names mean that came already

    def of(self, call: Call) -> Meant | None:
        """Return what a call means; None where it is no interaction. Raises: RefusedError if nobody says it."""
        if call.type == "track":
            return self.of_event(call.event)
        return PAGE if call.type in ("page", "screen") else None

    def of_event(self, name: str) -> Meant | None:
        """Return what an event's name means; None for one to be skipped. Raises: RefusedError if nobody says it."""
        if name in self.found:
            return self.found[name]
        found = self.look_up(name)
        if len(self.found) < MOST_NAMES:
            self.found[name] = found
        return found

    def look_up(self, name: str) -> Meant | None:
        """Find out what an event's name means, as `of_event` returns it, which does so once of each."""
        plain = name.lower()
        usual = shipped().get(plain)
        declared = next((kind for each, kind in self.named.items() if each.lower() == plain), None)
        kind = declared or (usual.kind if usual else kind_of(name, self.kinds))
        if kind is None:
            raise RefusedError(
                f"its event '{preview_cell(name)}' is no kind of interaction that is known; say what it means, or "
                f"'{SKIP}', under [sources.{self.source}.kinds]"
            )
        if kind == SKIP:
            return None
        return msgspec.structs.replace(usual or GENERAL, kind=kind)

    def amount(self, meant: Meant, call: Call) -> float | None:
        """Return the amount of a call in the workspace's currency. Raises: RefusedError if it is in one of no rate."""
        value = number(first(meant.amount, call.properties))
        said = call.properties.get("currency")
        if value is None or not isinstance(said, str) or not said.strip():
            return value
        currency = said.strip().upper()
        if currency == self.money.currency or not self.money.currency:
            return value
        if currency not in self.money.rates:
            raise RefusedError(
                f"its amount is in {preview_cell(currency)}, and those of the workspace are in {self.money.currency}; "
                f"say under [sources.{self.source}.rates] what one {preview_cell(currency)} is worth"
            )
        return value * self.money.rates[currency]


def first(names: tuple[str, ...], properties: Mapping[str, Any]) -> Any:
    """Return the first of some properties that says something."""
    for name in names:
        value = properties.get(name)
        if value is not None and value != "":
            return value
    return None


def number(value: Any) -> float | None:
    """Return a number, written as one or as text; None where there is none. Raises: RefusedError if it is no number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise RefusedError(f"'{preview_cell(str(value))}' is no number") from error
    if not isfinite(found):
        raise RefusedError(f"'{preview_cell(str(value))}' is no number")
    return found


def check(named: Mapping[str, str], kinds: Kinds, where: str) -> None:
    """Raises: DeclarationError if an event is to mean what is no kind."""
    for name, kind in named.items():
        if kind != SKIP:
            kinds.check(kind, f"{where}.'{name}'")
