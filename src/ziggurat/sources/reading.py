"""How is one file read? Its mapping, and what the rows of all its chunks have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ziggurat.kinds import Kinds
from ziggurat.sources.mapping import Mapping


@dataclass(frozen=True)
class Reading:
    """How one file is read: its mapping, and what the rows of all its chunks have in common.

    received_at: when the file came in. home: IANA zone in which dates without a time stay on their day.
    """

    mapping: Mapping
    kinds: Kinds
    source: str
    file: str
    received_at: datetime
    home: str = "UTC"
