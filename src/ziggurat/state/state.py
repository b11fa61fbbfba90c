"""What people decide and say: who is one person, who is raised by hand, which rejected rows are dealt with, what only
they can tell of the organisation, and how it was assessed. Each decision knows by whom and when it was taken."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ziggurat.state import assessments, decisions, raises, rejections
from ziggurat.state.database import Database, naive


class State:
    """The decisions of one workspace. folder: of the workspace. url: see `database.Database`."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.database = Database(folder, url)

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """Open a transaction."""
        return self.database.begin()

    def decide(self, a: str, b: str, *, same: bool, why: str, at: datetime, by: str = "") -> None:
        """Say that two identities are one person, or that they are not to be linked; the latest word counts."""
        decisions.decide(self.database, a, b, same=same, why=why, at=at, by=by)

    def undecide(self, a: str, b: str) -> None:
        """Take a decision back. Raises: WorkspaceError if there is none."""
        decisions.undecide(self.database, a, b)

    def decisions(self) -> list[dict[str, Any]]:
        """Return all decisions, oldest first."""
        return decisions.decisions(self.database)

    def decided(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return the pairs of identities that are one person, and those that are two."""
        return decisions.decided(self.database)

    def raise_to(
        self, identity: str, ladder: str, level: int, *, since: datetime, until: datetime, why: str,
        by: str = "", at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Raise a person to a level by hand until an instant, itself excluded.

        at: when it was decided. Raises: WorkspaceError if it ends before it begins.
        """
        said = {"why": why, "decided_by": by, "decided_at": None if at is None else naive(at)}
        raises.add(self.database, (identity, ladder, level), since=since, until=until, **said)

    def lower(self, raise_id: int) -> None:
        """Take a raise back. Raises: WorkspaceError if there is none of that number."""
        raises.lower(self.database, raise_id)

    def raises(self) -> list[dict[str, Any]]:
        """Return all raises by hand, oldest first."""
        return raises.raises(self.database)

    def settle(self, import_no: int, *, settled: bool, at: datetime, by: str = "") -> None:
        """Say that nothing is left to do about the rejected rows of an import, or that there is after all."""
        rejections.settle(self.database, import_no, settled=settled, at=at, by=by)

    def settled(self) -> set[int]:
        """Return the imports about whose rejected rows nothing is left to do."""
        return rejections.settled(self.database)

    def say(self, indicator: str, step: int, *, at: datetime, by: str = "") -> None:
        """Note what was answered about the organisation."""
        assessments.say(self.database, indicator, step, at=at, by=by)

    def questionnaire(self) -> list[dict[str, Any]]:
        """Return all that was answered about the organisation, oldest first."""
        return assessments.questionnaire(self.database)

    def assess(self, **values: Any) -> int:
        """Keep an assessment, with the columns of `assessments.ASSESSMENTS`; return its number."""
        return assessments.assess(self.database, values)

    def assessments(self) -> list[dict[str, Any]]:
        """Return all assessments, oldest first."""
        return assessments.assessments(self.database)
