"""What is declared that no log can hold, as studies take it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import pyarrow as pa

from ziggurat.base import declare, schema
from ziggurat.channels import declared as channels
from ziggurat.channels.declared import Activity

Hours = Annotated[float, msgspec.Meta(gt=0)]
Money = Annotated[float, msgspec.Meta(ge=0)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")]


@dataclass(frozen=True)
class Declared:
    """What an organisation says of itself.

    activities: what is declared of activities, by name or pattern. targets: hours in which people are to be answered;
    languages: ISO 639-1 codes of what is written; both by channel or pattern, of which the first that fits counts
    (`"*"` fits any). names: of the organisation, its products and its staff, which are no words when it is asked how a
    text sounds. rates: what a kind of interaction or an hour is worth in money. timezone: IANA name of the zone by
    whose clocks it lives. Raises: DeclarationError if there is no such zone.
    """

    activities: Mapping[str, Activity] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    timezone: str = "UTC"
    names: Sequence[str] = ()

    def __post_init__(self) -> None:
        declare.zone(self.timezone, "settings", "timezone")

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables as `schema` declares them, by the names under which studies need them."""
        return {
            "activities": channels.table(self.activities),
            "targets": pa.table([range(len(self.targets)), *sides(self.targets)], schema=schema.TARGETS),
            "languages": language_rows(self.languages, self.names),
            "rates": pa.table(sides(self.rates), schema=schema.RATES),
            "zone": pa.table([[self.timezone]], schema=schema.ZONE),
        }


def language_rows(languages: Mapping[str, str], names: Sequence[str]) -> pa.Table:
    """Return what is written where, and after it, of no language, the names."""
    rows: list[tuple[str, str | None, str | None]] = [(channel, code, None) for channel, code in languages.items()]
    rows += [("*", None, "\n".join(names))] if names else []
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    return pa.table([range(len(rows)), *columns], schema=schema.LANGUAGES)


def sides(pairs: Mapping[str, float] | Mapping[str, str]) -> list[list[object]]:
    """Return the keys and the values of a mapping."""
    return [list(pairs), list(pairs.values())]
