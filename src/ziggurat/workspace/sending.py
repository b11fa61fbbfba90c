"""How does a step leave the house? As an interaction of ours with the play as its activity, which every figure sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.schema import INTERACTIONS
from ziggurat.playbook.play import STEPS, Play
from ziggurat.sources.batch import Batch
from ziggurat.workspace import moot, plays, refresh
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.importing import import_batches

SOURCE = "plays"
TITLE = "Steps that were taken"


def log(space: Folder, taken: Sequence[dict[str, Any]], *, by: str, at: datetime) -> str:
    """Log steps as interactions of ours; return the number of that import.

    Permission is looked at now: whoever unsubscribed since is sent no mail, and nothing of all that is logged then. The
    figures know of it after the next refresh. It is dated `at`, or at the end of the log's last day where that is
    earlier. A step that is logged twice is one, by its number. Raises: QuestionError if one of them may not be sent.
    """
    declared = plays.plays(space)
    withdrew = moot.withdrawn(space, [one["identity"] for one in taken])
    rows = []
    for one in taken:
        play = declared.get(one["play"])
        if one["channel"] == "email" and one["identity"] in withdrew and not (play and play.answers):
            raise QuestionError(
                f"step {one['id']}: they have unsubscribed since, so no mail may be sent to them; decline the step."
            )
        rows.append(row_of(one, play, min(at, refresh.as_of(space)), at))
    batch = Batch({"interactions": pa.Table.from_pylist(rows, schema=INTERACTIONS)})
    return str(import_batches(space, [batch], source=SOURCE, name=f"{TITLE} by {by}")["import_id"])


def row_of(step: dict[str, Any], play: Play | None, at: datetime, now: datetime) -> dict[str, Any]:
    """Return the interaction that a step is."""
    kind = STEPS[play.step][0] if play else "messaged"
    return {
        "interaction_id": f"step-{step['id']}", "source": SOURCE, "at": at, "received_at": now,
        "actor": step["identity"], "channel": step["channel"], "kind": kind, "direction": "out",
        "activity": step["play"], "object": step["subject"] or None, "text": step["text"] or None,
        "minutes": step["minutes"],
    }  # fmt: skip
