"""The commands that show a workspace in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ziggurat.base.words.numbers import number
from ziggurat.cli.place import folder, open_workspace
from ziggurat.cli.show import progress, tell
from ziggurat.cli.typed import command_line

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8321,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A name under which others reach it; may be given several times.")
    ] = None,
    also: Annotated[
        list[Path] | None, typer.Option(help="Another workspace to show beside it; may be given several times.")
    ] = None,
) -> None:
    """Show the workspace in the browser until interrupted. There is no sign-in: see the page on `serve`."""
    from ziggurat.workspace.folder import workspaces_in

    if workspaces_in(folder(context)) is None or also:
        open_workspace(context)
    start(folder(context), host, port, tuple(allow_host or ()), tuple(also or ()))


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Show it in the browser afterwards.")] = True,
    place: Annotated[Path, typer.Option("--folder", help="Where its workspace is made, or is already.")] = Path("demo"),
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port to listen on; 8321, or the next free one, if not given."),
    ] = None,
) -> None:
    """Make a workspace of a year of shopping and one of a simulated community, and show both in the browser."""
    from ziggurat import demo as demonstration

    where = place if context.obj is None else folder(context)
    named = where if where.name not in ("", "..") else where.resolve()
    beside = named.with_name(f"{named.name}-community")
    with progress() as tell_progress:
        made = demonstration.prepare(where, tell_progress)
        other = demonstration.prepare_community(beside, tell_progress)
    tell(f"{number(made['interactions'])} interactions of {number(made['people'])} households are in {where}.")
    what_next(where, demonstration.NEXT)
    tell(f"{number(other['interactions'])} interactions of {number(other['people'])} simulated people are in {beside}.")
    what_next(beside, demonstration.next_community(other))
    if serve:
        from ziggurat.server.run import next_free

        start(where, "127.0.0.1", port or next_free("127.0.0.1", 8321), (), (beside,))


def what_next(where: Path, commands: Iterable[tuple[str, str]]) -> None:
    """Say what to look at in a workspace."""
    tell("What to look at next:")
    for command, about in commands:
        tell(f"  {command_line(where, f'{command:<38}')} {about}")


def start(where: Path, host: str, port: int, allowed: tuple[str, ...], also: tuple[Path, ...] = ()) -> None:
    """Serve a workspace, and others beside it, and say where once it listens."""
    from ziggurat.server.run import serve as run

    shown = f"[{host}]" if ":" in host else host

    def announce() -> None:
        tell(f"Open http://{shown}:{port} in a browser; Ctrl+C ends it.", "bold")

    run(where, host, port, allowed, also=also, announce=announce)
