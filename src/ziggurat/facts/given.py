"""Which tables do several studies read together? Families of them, given one by one in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.study import Family


@dataclass(frozen=True)
class Climbers(Family):
    """Everyone's lives, who they are, their levels, and what kinds mean: as `schema.PEOPLE`, `LEVELS` and `KINDS`."""

    buckets: Buckets
    people: Frame
    levels: Frame
    kinds: Frame


@dataclass(frozen=True)
class Talk(Family):
    """What conversation is read from: lives, `schema.PEOPLE`, and `KINDS`."""

    buckets: Buckets
    people: Frame
    kinds: Frame


@dataclass(frozen=True)
class Histories(Family):
    """Everyone's lives, who they are, and their levels: `schema.PEOPLE` and `LEVELS`."""

    buckets: Buckets
    people: Frame
    levels: Frame


@dataclass(frozen=True)
class Bought(Family):
    """What was paid for: tables as `schema.EXPOSURES` and `COSTS`."""

    exposures: Frame
    costs: Frame


@dataclass(frozen=True)
class Contacts(Family):
    """What touches are read from: lives, `schema.PEOPLE`, `KINDS` and `ACTIVITIES`."""

    buckets: Buckets
    people: Frame
    kinds: Frame
    activities: Frame


@dataclass(frozen=True)
class Paid(Family):
    """What touches and their cost are read from: as `Contacts` and `Bought`."""

    buckets: Buckets
    people: Frame
    exposures: Frame
    costs: Frame
    kinds: Frame
    activities: Frame

    @property
    def contacts(self) -> Contacts:
        """What touches alone are read from."""
        return Contacts(self.buckets, self.people, self.kinds, self.activities)


@dataclass(frozen=True)
class Signalled(Family):
    """What those who rise or flag are read from: `schema.STANDINGS`, `LEVELS`, `PEOPLE`, lives, and `KINDS`."""

    standings: Frame
    levels: Frame
    people: Frame
    buckets: Buckets
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
