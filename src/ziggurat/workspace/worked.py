"""What did the next steps of plays do, as of an instant?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ziggurat.asking.lens import Lens
from ziggurat.base.instant import instant, moment
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import count, number
from ziggurat.people.ids import person_of
from ziggurat.state import steps
from ziggurat.workspace import plays, proofs, questions
from ziggurat.workspace.candidates import Known
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.proofs import Proof
from ziggurat.workspace.successes import Try, succeeded


@dataclass(frozen=True)
class Worked:
    """steps: all that were assigned by then, held out or not, each with the status that it had (columns of
    `state.steps.STEPS`). proofs: of each play in use that assigned anybody by then, by its name."""

    steps: Sequence[Mapping[str, Any]]
    proofs: Sequence[Proof]


def worked(space: Folder, lens: Lens) -> Worked:
    """Return what next steps did by the instant of a lens: windows that end later are not over.

    What was decided of a step after it is not known yet, unless the lens looks at the log's last day: the log ends
    before the day on which somebody says what became of a step.
    """
    past = [
        one if lens.at >= lens.last else as_of(one, lens.at)
        for one in steps.steps(space.state.database)
        if instant(one["assigned_at"]) <= lens.at
    ]
    if not past:
        return Worked([], [])
    known = Known(space, lens, lens.at, moment(lens.at).date(), past)
    some = {one["play"] for one in past}
    used = [play for name, play in plays.plays(space).items() if name in some]
    return Worked(past, [proofs.prove_play(space, play, known, observe=False) for play in used])


def as_of(step: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    """Return a step as it was known at an instant (µs): what was decided of it later is not."""
    later = step["status"] != "held out" and instant(step["decided_at"]) > at
    return {**step, "status": "queued", "reason": ""} if later else step


@dataclass(frozen=True)
class LastWeek:
    """What became of the steps of the latest week before this one, so far, as of the log's last day.

    week: its Monday. offered: steps; taken, declined: of these; reached: to whom of those offered that came which the
    play asks for. held: people left out by chance; held_reached: of these, likewise.
    """

    week: date
    offered: int
    taken: int
    declined: int
    reached: int
    held: int
    held_reached: int

    def words(self) -> str:
        """Say it in a sentence."""
        said = (
            f"The week of {day(self.week)}: {count(self.offered, 'step', 'steps')}, {number(self.taken)} taken, "
            f"{number(self.declined)} declined. "
            f"What the plays ask for came so far to {number(self.reached)} of those offered"
        )
        return f"{said}, and to {number(self.held_reached)} of the {number(self.held)} left out by chance."


def last_week(space: Folder) -> LastWeek | None:
    """Return what the last week's steps did so far; None where there was no earlier week."""
    known = Known.of(space, questions.lens(space), datetime.now(UTC))
    monday = known.today - timedelta(days=known.today.weekday())
    earlier = [one for one in known.past if one["week"] < monday]
    if not earlier:
        return None
    week = max(one["week"] for one in earlier)
    some = [one for one in earlier if one["week"] == week]
    reached = there(space, known, some)
    held = [one for one in some if one["status"] == "held out"]
    offered = [one for one in some if one["status"] != "held out"]
    return LastWeek(
        week,
        len(offered),
        sum(one["status"] in steps.TAKEN for one in offered),
        sum(one["status"] == "declined" for one in offered),
        sum(one["id"] in reached for one in offered),
        len(held),
        sum(one["id"] in reached for one in held),
    )


def there(space: Folder, known: Known, some: Sequence[Mapping[str, Any]]) -> set[int]:
    """Return the numbers of steps that succeeded, whether or not their window is over."""
    used, found = plays.plays(space), set[int]()
    for name in {one["play"] for one in some} & set(used):
        mine = [one for one in some if one["play"] == name and one["identity"] in known.person_of]
        asked = [
            Try(person_of(known.person_of[one["identity"]]), instant(one["assigned_at"]), one["ladder"], one["target"])
            for one in mine
        ]
        hits = succeeded(space, used[name], asked)
        found |= {one["id"] for one, hit in zip(mine, hits, strict=True) if hit}
    return found
