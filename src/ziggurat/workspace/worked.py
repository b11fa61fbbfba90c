"""What did the next steps of plays do, as of an instant?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ziggurat.instant import instant, moment
from ziggurat.lens import Lens
from ziggurat.state import steps
from ziggurat.workspace import plays, proofs
from ziggurat.workspace.candidates import Known
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.proofs import Proof


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
