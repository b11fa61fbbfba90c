"""How is one file read? Its mapping, and what the rows of all its chunks have in common."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ziggurat.base.kinds import Kinds
from ziggurat.sources.mapping import Mapping

DATED = re.compile(r"(?<!\d)((?:19[7-9]|20\d)\d)(?:[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")


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

    @cached_property
    def latest(self) -> date:
        """Return the last day that one without a year may be: as the file's name says, else that of receipt."""
        return last_day(self.file) or self.received_at.astimezone(ZoneInfo(self.home)).date()


def last_day(file: str) -> date | None:
    """Return the last day of the year, the month or the day that the name of a file says; None where it says none.

    >>> last_day("gifts 2025.csv"), last_day("export-2026-02.csv"), last_day("gifts.csv")
    (datetime.date(2025, 12, 31), datetime.date(2026, 2, 28), None)
    """
    found = DATED.search(file)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    most = calendar.monthrange(year, month)[1]
    return date(year, month, min(int(found[3] or most), most))
