"""Which workspace is meant: the folder that was given, else the nearest one upwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ziggurat.cli.show import note, tell
from ziggurat.cli.typed import command_line

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

FILE = "ziggurat.toml"  # as `config.FILE`, which can't be imported at once: it would bring half the library


def folder(context: typer.Context) -> Path:
    """Return the folder that was given, else the nearest parent that is a workspace, else the current folder."""
    if context.obj is not None:
        return Path(context.obj)
    here = Path.cwd()
    return next((place for place in (here, *here.parents) if (place / FILE).exists()), here)


def following(context: typer.Context, command: str) -> str:
    """Return a command for the same workspace, as it is typed here."""
    return command_line(None if context.obj is None else Path(context.obj), command)


def tell_waiting(context: typer.Context, found: dict[str, int]) -> None:
    """Say how many collected events wait for the log, if any does. found: by source."""
    if found:
        from ziggurat.log.inbox.waiting import describe

        tell(f"{describe(found)}; `{following(context, 'refresh')}` takes them up.")


def open_workspace(context: typer.Context) -> Workspace:
    """Open the workspace that is meant. Raises: WorkspaceError if the folder is none."""
    from ziggurat.base.heavy import without_pandas
    from ziggurat.workspace import Workspace

    without_pandas()
    return Workspace.open(folder(context))


def fresh(context: typer.Context) -> Workspace:
    """Open the workspace for a question, and say so where the answer will miss what came in since the last refresh."""
    workspace = open_workspace(context)
    if workspace.derived.manifest() is not None and workspace.stale():
        refresh = following(context, "refresh")
        note(f"The log, or who is who, has changed since the last refresh; `{refresh}` brings the answers up to it.")
    return workspace
