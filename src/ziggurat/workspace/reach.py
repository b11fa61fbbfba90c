"""How many people does a play mean, and to how many of them could it turn now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ziggurat.base.words.numbers import count, number
from ziggurat.playbook.play import Play
from ziggurat.workspace import ladders, lists, plays, questions, segments
from ziggurat.workspace.candidates import Known, candidates
from ziggurat.workspace.folder import Folder


@dataclass(frozen=True)
class Reach:
    """People of a play. meant: by its segment. now: those to whom it could turn, the holdout still among them: at the
    level that it asks for, permitted, not contacted of late, nor asked before. ladder: that levels are of."""

    meant: int
    now: int
    ladder: str

    def words(self) -> str:
        """Say it."""
        if not self.meant:
            return f"On the ladder {self.ladder} it means nobody now."
        could = "nobody" if not self.now else "all" if self.now == self.meant else number(self.now)
        people = count(self.meant, "person", "people")
        return f"On the ladder {self.ladder} it means {people}; it could turn to {could} of them now."


def reach(space: Folder, play: Play) -> Reach:
    """Return how many people a play means, as of the log's last day, whether or not it is in use.

    Raises: DeclarationError if it does not fit this workspace; WorkspaceError before the first refresh.
    """
    rungs = ladders.ladders(space)
    ladder = plays.ladder_of(plays.fitting(space, play, rungs), rungs)
    lens = questions.lens(space)
    meant = lists.listed(space, segments.segment(space, play.whom), ladder=ladder)
    return Reach(len(meant), len(candidates(Known.of(space, lens, datetime.now(UTC)), play, ladder)), ladder.name)
