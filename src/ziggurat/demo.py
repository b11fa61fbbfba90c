"""The demonstrations: a year at a grocery chain, and two years of a simulated community; made once and used again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

from ziggurat.base import durable
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.instant import moment
from ziggurat.channels.declared import Activity
from ziggurat.settings.config import FILE, Config
from ziggurat.simulate import Community, Simulated, simulate
from ziggurat.simulate.settings import NAME as COMMUNITY
from ziggurat.sources.systems import completejourney
from ziggurat.sources.systems.simulated import batches
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


NEXT_COMMUNITY = (
    ("ask consumption", "who creates, converses, judges, collects, joins or only watches"),
    ("ask answering", "how fast people are answered, against what is promised"),
    ("ask mutual-value --by entry", "what people give, and what they get"),
    ("ask experiment --outcome visited --measure times", "whether a variant makes people come more often"),
    ("rising --rows 5", "who is on the way up"),
)
SIMULATED = "simulated"  # the source under which a simulated community is imported
TRUTH = "truth"  # folder of what is true of it
ABOUT_TRUTH = """# What is true of this community

It is simulated. These tables hold what was drawn and no log can tell: whatever is estimated from the log can be held to
them. Ziggurat itself never reads them. They are described in docs/simulate.md.
"""


def next_community(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what to look at next in a simulated community: commands, with what they show.

    counts: of `Workspace.refresh`; what is compared with is a year before the end, or the middle of a shorter log.
    """
    if counts["last_at"] is None:
        return list(NEXT_COMMUNITY)
    first, last = (moment(counts[name]).date() for name in ("first_at", "last_at"))
    year = last - timedelta(days=365)
    then, words = (year, "in a year") if year > first else (first + (last - first) // 2, "since")
    pyramid = (f"pyramid --compare-at {then}", f"how many stand on each level, and what changed {words}")
    return [pyramid, *NEXT_COMMUNITY]


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
    if not any(one["source"] == completejourney.LOGGED_AS and not one["undone"] for one in workspace.imports()):
        what = completejourney.CompleteJourney()
        workspace.pull(completejourney.LOGGED_AS, settings=what, again=True, progress=progress)
    if workspace.stale():
        return workspace.refresh(progress)
    return workspace.derived.counts()


def prepare_community(folder: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Make the workspace of a simulated community, or take it as it is; return the counts of `Workspace.refresh`.

    Raises: WorkspaceError if the folder is a workspace of something else.
    """
    if not (folder / FILE).exists():
        return make_community(folder, Community(), progress)
    workspace = Workspace.open(folder)
    if workspace.config.name != COMMUNITY:
        raise WorkspaceError(f"{folder} is a workspace of '{workspace.config.name}'; give the demo another --folder.")
    if not any(one["source"] == SIMULATED and not one["undone"] for one in workspace.imports()):
        fill(workspace, simulate(Community()), progress)
    return workspace.refresh(progress) if workspace.stale() else workspace.derived.counts()


def make_community(folder: Path, community: Community, progress: Progress | None = None) -> dict[str, Any]:
    """Make a workspace of a simulated community, and beside it what is true of it; return what `prepare` does.

    Raises: WorkspaceError if the folder is a workspace already; nothing is simulated then.
    """
    if (folder / FILE).exists():
        raise WorkspaceError(f"{folder} is a workspace already; choose another folder.")
    made = simulate(community)
    workspace = Workspace.create(folder, msgspec.convert(made.settings, Config))
    fill(workspace, made, progress)
    return workspace.refresh(progress)


def fill(workspace: Workspace, made: Simulated, progress: Progress | None) -> None:
    """Import a simulated community, and write its truth."""
    workspace.import_batches(batches(made), source=SIMULATED, name="community", progress=progress)
    truth = durable.folder(workspace.folder / TRUTH)
    for name, table in made.truth.items():
        pq.write_table(table, truth / f"{name}.parquet")
    (truth / "README.md").write_text(ABOUT_TRUTH, "utf-8")
