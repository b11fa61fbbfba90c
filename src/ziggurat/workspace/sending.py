"""How does a step leave the house? As an interaction of ours with the play as its activity, which every figure sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa

from ziggurat.errors import QuestionError, WorkspaceError
from ziggurat.playbook.play import STEPS, Play
from ziggurat.schema import INTERACTIONS
from ziggurat.sources.batch import Batch
from ziggurat.state import steps
from ziggurat.workspace import moot, plays, refresh
from ziggurat.workspace.folder import Folder, login
from ziggurat.workspace.imports import import_batches

SOURCE = "plays"
TITLE = "Steps that were taken"


def take_steps(space: Folder, numbers: Sequence[int], *, status: Literal["sent", "done"] = "sent", by: str = "") -> str:
    """Say that open steps were taken, and log each as an interaction of ours; return the number of that import.

    Permission is looked at now: whoever unsubscribed since is sent no mail, and nothing of all that is taken then. The
    figures know of it after the next refresh. It is dated now, or at the end of the log's last day where that is
    earlier. Raises: QuestionError or WorkspaceError if one of them can't be taken; then none is.
    """
    who, now = by or login(), datetime.now(UTC)
    database = space.state.database
    known = {one["id"]: one for one in steps.steps(database)}
    if not numbers:
        raise QuestionError("no step is named; give the number of at least one.")
    rows = []
    declared = plays.plays(space)
    withdrew = moot.withdrawn(space, [known[number]["identity"] for number in numbers if number in known])
    for number in dict.fromkeys(numbers):
        one = known.get(number)
        if one is None or one["status"] not in steps.OPEN:
            raise WorkspaceError(f"there is no open step {number}; `ziggurat next` lists them.")
        play = declared.get(one["play"])
        if one["channel"] == "email" and one["identity"] in withdrew and not (play and play.answers):
            raise QuestionError(
                f"step {number}: they have unsubscribed since, so no mail may be sent to them; decline the step."
            )
        rows.append(row_of(one, play, min(now, refresh.as_of(space)), now))
    table = pa.Table.from_pylist(rows, schema=INTERACTIONS)  # a step that is logged twice is one, by its number
    done = import_batches(space, [Batch({"interactions": table})], source=SOURCE, name=f"{TITLE} by {who}")
    for number in dict.fromkeys(numbers):
        steps.decide(database, number, status, by=who, at=now)
    return str(done["import_id"])


def row_of(step: dict[str, Any], play: Play | None, at: datetime, now: datetime) -> dict[str, Any]:
    """Return the interaction that a step is."""
    kind = STEPS[play.step][0] if play else "messaged"
    return {
        "interaction_id": f"step-{step['id']}", "source": SOURCE, "at": at, "received_at": now,
        "actor": step["identity"], "channel": step["channel"], "kind": kind, "direction": "out",
        "activity": step["play"], "object": step["subject"] or None, "text": step["text"] or None,
        "minutes": step["minutes"],
    }  # fmt: skip
