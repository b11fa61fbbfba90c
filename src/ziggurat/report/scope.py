"""What does every page of a report ask from: which workspace, which ladder, which period?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ziggurat.levels.ladder import Ladder
from ziggurat.scenario.criteria import Criteria

if TYPE_CHECKING:
    from ziggurat.asking.lens import Lens
    from ziggurat.workspace import Workspace

DAYS = 91  # of a period whose beginning nobody says: a quarter, as for the study of the scenarios


@dataclass(frozen=True)
class Scope:
    """A period of one workspace, looked at by one ladder. since: excluded; until: included; first: of the whole log."""

    workspace: Workspace
    lens: Lens
    since: datetime
    until: datetime
    first: datetime

    @property
    def ladder(self) -> Ladder:
        """The ladder that it is looked at by."""
        return self.lens.ladder

    def ask(self, study: str, **options: Any) -> Any:
        """Answer a study by this ladder."""
        return self.lens.ask(study, **options)

    def over(self, study: str, **options: Any) -> Any:
        """Answer a study of this period."""
        return self.ask(study, since=self.since, until=self.until, **options)

    def at_end(self, study: str, **options: Any) -> Any:
        """Answer a study of the end of this period."""
        return self.ask(study, at=self.until, **options)

    @property
    def length(self) -> timedelta:
        """How long the period is."""
        return self.until - self.since

    def periods(self, most: int) -> int:
        """How many periods of this length the log holds, this one included, `most` at most, 1 at least."""
        return max(1, min(most, int((self.until - self.first) / self.length)))

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self.workspace.config.currency

    @cached_property
    def criteria(self) -> Criteria:
        """By what the scenario is told."""
        return self.workspace.answers.criteria


Tell = Callable[[str, float], None]
