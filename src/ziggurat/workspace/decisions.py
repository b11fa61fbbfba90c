"""What is decided about people: who is one person, and who is raised by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ziggurat.base.errors import WorkspaceError
from ziggurat.base.instant import after, begin, moment
from ziggurat.workspace import ladders, persons
from ziggurat.workspace.folder import Folder, login
from ziggurat.workspace.ladders import Named


def merge(space: Folder, a: str, b: str, *, why: str = "", by: str | None = None) -> None:
    """Decide that two identities are one person; takes effect with the next refresh.

    Raises: QuestionError if one of them is unknown, WorkspaceError if they are the same.
    """
    decide(space, a, b, same=True, why=why, by=by)


def part(space: Folder, a: str, b: str, *, why: str = "", by: str | None = None) -> None:
    """Decide that two identities are not to be linked with each other; takes effect with the next refresh.

    Raises: QuestionError if one of them is unknown, WorkspaceError if they are the same.
    """
    decide(space, a, b, same=False, why=why, by=by)


def decide(space: Folder, a: str, b: str, *, same: bool, why: str, by: str | None = None) -> None:
    """Note what was decided of two identities; an id or a name stands for the first identity of its person."""
    one, other = persons.identity(space, a), persons.identity(space, b)
    if one == other:
        raise WorkspaceError(f"'{a}' and '{b}' are the same identity; give two different ones.")
    space.state.decide(one, other, same=same, why=why, at=datetime.now(UTC), by=by or login())


def undecide(space: Folder, a: str, b: str) -> None:
    """Take a decision back; takes effect with the next refresh. Raises: WorkspaceError if there is none."""
    one, other = (space.derived.identity(each) or each for each in (a, b))
    space.state.undecide(one, other)


def raise_to(
    space: Folder,
    identity: str,
    level: int | str,
    *,
    until: Any,
    why: str,
    since: Any = None,
    ladder: Named = None,
    by: str | None = None,
) -> None:
    """Raise a person to a level by hand until an expiry, for a reason.

    identity: one of theirs. since, until: a day means all of it: a raise holds from the beginning of the first one
    through the end of the last one; since is now if left out. by: who decides it; the user who is logged in if
    left out. Raises: QuestionError if nobody is known by it, or there is no such level.
    """
    rungs, now = ladders.ladder(space, ladder), datetime.now(UTC)
    begins = moment(begin(since)) if since else now
    identity = persons.identity(space, identity)
    level, ends = rungs.number(level), moment(after(until))
    space.state.raise_to(identity, rungs.name, level, since=begins, until=ends, why=why, by=by or login(), at=now)
