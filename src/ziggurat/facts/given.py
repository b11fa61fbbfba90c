"""Which tables do several studies read together? Families of them, given one by one in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ziggurat.log.buckets import Buckets
from ziggurat.study import Family
from ziggurat.tables import Frame


@dataclass(frozen=True)
class Climbers(Family):
    """Everyone's lives, who they are, their levels, and what kinds mean: as `schema.PEOPLE`, `LEVELS` and `KINDS`."""

    buckets: Buckets
    people: Frame
    levels: Frame
    kinds: Frame


@dataclass(frozen=True)
class Questions(Family):
    """What questions and their answers are read from: lives, people, levels and `schema.TARGETS`."""

    buckets: Buckets
    people: Frame
    levels: Frame
    targets: Frame


@dataclass(frozen=True)
class Ledgers(Family):
    """What everyone's ledger is read from: as `Climbers`, and what an act is worth, as `schema.RATES`."""

    buckets: Buckets
    people: Frame
    levels: Frame
    kinds: Frame
    rates: Frame


@dataclass(frozen=True)
class Spending(Family):
    """What everyone's ledger and our own effort are read from: as `Ledgers`, with `schema.EXPOSURES` and `COSTS`."""

    buckets: Buckets
    people: Frame
    levels: Frame
    exposures: Frame
    costs: Frame
    kinds: Frame
    rates: Frame

    @property
    def ledgers(self) -> Ledgers:
        """What the ledger alone is read from."""
        return Ledgers(self.buckets, self.people, self.levels, self.kinds, self.rates)

    @property
    def bought(self) -> tuple[Any, Any, Any]:
        """Exposures, costs and kinds."""
        return self.exposures, self.costs, self.kinds
