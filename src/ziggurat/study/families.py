"""Which options belong together? Small values that a study takes whole, and that are given one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import write_instant
from ziggurat.study.options import Draws, Instant, Seed


class Family:
    """What belongs together. Each field is an option by itself, or is handed on with the ladder."""


@dataclass(frozen=True)
class Rungs(Family):
    """A ladder's name, and the names of its levels, level 0 first."""

    ladder: str
    names: Sequence[str]


@dataclass(frozen=True)
class Back:
    """How many days before `until` a window begins, where nobody says since when."""

    days: int


@dataclass(frozen=True)
class Window(Family):
    """The time that a study looks at, µs since 1970: after `since`, and up to `until`.

    Raises: QuestionError if it ends before it begins.
    """

    since: Annotated[Instant, "where the window begins, itself excluded; a date means the end of that day, UTC"]
    until: Annotated[Instant, "where the window ends, itself included; a date means the end of that day, UTC"]

    def __post_init__(self) -> None:
        if self.since >= self.until:
            one, other = write_instant(self.since), write_instant(self.until)
            raise QuestionError(f"`since` ({one}) must be before `until` ({other}); move one of them.")


Month = Annotated[Window, Back(30)]
Quarter = Annotated[Window, Back(90)]
Year = Annotated[Window, Back(365)]  # campaigns are few in a month


@dataclass(frozen=True)
class Drawn(Family):
    """What is drawn by chance: how often, and where the draws begin."""

    draws: Annotated[Draws, "how often people are drawn anew for the bounds"] = 200
    seed: Annotated[Seed, "where the draws begin"] = 1
