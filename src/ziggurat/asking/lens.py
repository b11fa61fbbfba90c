"""Through what is all of one page, command, report or notebook looked at?

One ladder, the raises by hand, one instant and one version of the data. A lens is made once and changes no more, so
that two figures that stand beside each other are of the same ladder, day and data. Where the tables come from (a
folder, a frame, a cluster) is the one thing that it does not decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from ziggurat.base.instant import end_of_day, moment
from ziggurat.levels.ladder import Ladder
from ziggurat.results.result import Result

Raised = Sequence[Mapping[str, Any]]


class Tables(Protocol):
    """Where tables come from: each as a frame of the engine behind it, which studies take through Narwhals."""

    def version(self, raises: Raised) -> str:
        """Return a text that changes whenever a result could."""

    def opened(self) -> Tables:
        """Return the same for one question: frames that are joined must come from one connection."""

    def table(self, name: str, lens: Lens, at: int) -> Any:
        """Return people, levels, standings at an instant (µs), exposures, costs, or lives as `log.buckets.Buckets`."""

    def small(self, name: str, table: pa.Table) -> Any:
        """Return a table that is at hand, such as what is declared, as a frame of the engine."""


class Asker(Protocol):
    """What answers studies."""

    def ask(self, study: str, lens: Lens, options: Mapping[str, Any]) -> Result:
        """Answer a study; options that are left out are completed from the lens."""


@dataclass(frozen=True)
class Lens:
    """What is looked at.

    at: the instant (µs) that is meant where a study is told none. last: the end of the log's own last day, or of today
    where that lies ahead (µs): what was said of the organisation after it counts as said then.
    """

    ladder: Ladder
    raises: Raised
    at: int
    last: int
    version: str
    asker: Asker = field(repr=False, compare=False)

    def ask(self, study: str, /, **options: Any) -> Result:
        """Answer a study; options may be text. `at` and `until` default to the lens's instant.

        Raises: QuestionError if the study or an option is unknown; WorkspaceError before the first refresh.
        """
        return self.asker.ask(study, self, options)


def present(last_at: int | None, now: datetime) -> datetime:
    """Return the instant that is meant where none is given: the end of the day (UTC) of the last interaction (µs), so
    that it is the same to ask of that day by name; of today where that lies ahead, or where there is none."""
    return end_of_day(now if last_at is None else min(moment(last_at), now))
