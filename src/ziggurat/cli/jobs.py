"""The command that shows the work that waits, and how commands do theirs: noted in the queue like that of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.base.words.numbers import count
from ziggurat.cli.choosing import only_one
from ziggurat.cli.place import open_workspace
from ziggurat.cli.show import progress, table, tell

if TYPE_CHECKING:
    from ziggurat.state.queue import Piece
    from ziggurat.workspace import Workspace


def carried_out(workspace: Workspace, name: str, title: str, **options: Any) -> Mapping[str, Any]:
    """Do work here and now, and show how far it is. Raises: whatever the work raises."""
    from ziggurat.state.queue import Order
    from ziggurat.work.worker import by_hand
    from ziggurat.workspace.folder import login

    with progress() as tell_progress:
        return by_hand(workspace, Order(name, title, options, by=login()), tell_progress)


def jobs(
    context: typer.Context,
    cancel: Annotated[int | None, typer.Option(min=1, max=2**53, help="End the work of this number.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show what is over, too.")] = False,
    work: Annotated[bool, typer.Option("--work", help="Do what waits, until nothing does.")] = False,
) -> None:
    """List the work that waits or is under way, cancel it, or do it."""
    from ziggurat.state import queue
    from ziggurat.work.worker import do_all
    from ziggurat.workspace.folder import login

    only_one(cancel=cancel, work=work, all=every)
    workspace = open_workspace(context)
    database = workspace.state.database
    if cancel is not None:
        found = queue.cancel(database, cancel, at=datetime.now(UTC), by=login())
        tell(f"Cancelled: {found.title}.")
        return
    if work:
        with progress() as tell_progress:
            done = do_all(workspace, tell_progress)
        tell(f"{count(len(done), 'piece of work is', 'pieces of work are')} over.")
        shown(done)
        return
    where = () if every else (queue.WORK.c.state.in_(queue.OPEN),)
    found_all = queue.listed(database, *where)
    if not found_all:
        tell("No work waits." if not every else "There has been no work yet.")
        return
    shown(found_all)


def shown(some: list[Piece]) -> None:
    """Print work as a table, if there is any."""
    rows = [
        {
            "job": str(one.id), "asked": one.asked_at, "by": one.asked_by, "what": one.title, "state": one.state,
            "at": "" if one.done else one.label, "share": one.share, "error": one.error,
        }
        for one in some
    ]  # fmt: skip
    if rows:
        table(rows, ("job", "asked", "by", "what", "state", "at", "share", "error"))
