"""Of which format is a stored thing, and which steps lead from an older one to the newest?

Log, state and settings each have a format, numbered from 1. What is stored says its number; what says none is of
format 1, from before the numbers. A step makes the next format of the one before, and is kept for good, so that what
any earlier version has stored can be opened. A number beyond the newest was written by a later version: it is refused,
because nobody can know what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from ziggurat.base.errors import WorkspaceError

Stored = TypeVar("Stored")


@dataclass(frozen=True)
class Format(Generic[Stored]):
    """The formats of one stored thing.

    what: its name in a sentence. steps: the first leads from format `first` to the one after it, and so on. A step is
    given what is stored and changes it; it may be run again from its beginning where it was interrupted.
    """

    what: str
    steps: tuple[Callable[[Stored], None], ...] = ()
    first: int = 1

    @property
    def newest(self) -> int:
        """Return the format that this version reads and writes."""
        return self.first + len(self.steps)

    def ahead(self, found: int, where: object) -> Iterator[tuple[int, Callable[[Stored], None]]]:
        """Return the steps from a format to the newest, each with the number that it leads to.

        where: what is stored, as a message names it. Raises: WorkspaceError if it is of a later format.
        """
        if found > self.newest:
            raise WorkspaceError(
                f"{where}: {self.what} is of format {found}, and this version of Ziggurat knows formats up to "
                f"{self.newest}. A newer version has written it; use that one, or open a copy from before."
            )
        at = max(0, found - self.first)
        return iter([(self.first + at + place, step) for place, step in enumerate(self.steps[at:], 1)])
