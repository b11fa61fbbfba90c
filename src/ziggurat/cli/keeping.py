"""The commands that keep a workspace safe."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ziggurat.cli.place import folder, tell_waiting
from ziggurat.cli.show import tell


def check(
    context: typer.Context,
    whole: Annotated[bool, typer.Option("--whole", help="Read every byte, rather than the ends of each file.")] = False,
) -> None:
    """Say whether a workspace is whole, and what can be done where it is not. Nothing is changed."""
    from ziggurat.log.inbox.waiting import waiting
    from ziggurat.log.log import Log
    from ziggurat.workspace.integrity import damages

    place = folder(context)
    found = damages(place, whole=whole)
    for damage in found:
        tell(str(damage))
    if any(damage.lost for damage in found):
        raise typer.Exit(1)
    log = Log(place / "log")
    tell_waiting(context, waiting(place, log.taken_up))
    if not found:
        rows = log.rows()
        tell(f"{place} is whole: {len(rows):,} imports and undos, what follows from them, settings and decisions.")


def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the copy goes; it must not be there yet.")],
) -> None:
    """Copy a workspace as it is after its last import, while others may write to it."""
    from ziggurat.workspace.backup import backup as copy

    count = copy(folder(context), target)
    place = shlex.quote(str(target))
    tell(f"Copied {count:,} imports and undos, settings and decisions to {target}.")
    tell(f"To restore it, put it in place of the workspace, and: ziggurat -C {place} refresh")
