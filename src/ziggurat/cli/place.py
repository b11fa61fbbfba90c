"""Which workspace is meant: the folder that was given, else the nearest one upwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ziggurat.cli.show import note

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

FILE = "ziggurat.toml"  # as `config.FILE`, which can't be imported at once: it would bring half the library


def folder(context: typer.Context) -> Path:
    """Return the folder that was given, else the nearest parent that is a workspace, else the current folder."""
    if context.obj is not None:
        return Path(context.obj)
    here = Path.cwd()
    return next((place for place in (here, *here.parents) if (place / FILE).exists()), here)


def opened(context: typer.Context) -> Workspace:
    """Open the workspace that is meant. Raises: WorkspaceError if the folder is none."""
    from ziggurat.workspace import Workspace

    return Workspace.open(folder(context))


def fresh(context: typer.Context) -> Workspace:
    """Open the workspace for a question, and say so where the answer will miss what came in since the last refresh."""
    workspace = opened(context)
    if workspace.derived.manifest() is not None and workspace.stale():
        note("The log has changed since the last refresh; `ziggurat refresh` brings the answers up to it.")
    return workspace
