"""The commands that let client libraries send, and take what they send."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ziggurat.cli.place import folder, open_workspace
from ziggurat.cli.serving import Host
from ziggurat.cli.show import table, tell

Number = Annotated[int, typer.Argument(min=1, max=2**53, metavar="NUMBER", help="Of a key, as `key list` shows it.")]


def add(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Under which name it is logged, such as web.")],
    origin: Annotated[
        list[str] | None,
        typer.Option(help="A site whose pages may send, such as https://example.org; may be given several times."),
    ] = None,
    rate: Annotated[
        int, typer.Option(min=1, max=10**7, help="Events a second that it may send, over a minute.")
    ] = 1_000,
) -> None:
    """Make a write key of a source, and show it once."""
    shown(open_workspace(context).make_key(source, origins=origin or (), rate=rate))


def shown(key: str) -> None:
    """Show a key that was just made."""
    tell(key)
    tell("This is the only time that it is shown: put it where your client library takes its write key.")


def list_(context: typer.Context) -> None:
    """List the write keys, those that are revoked included."""
    rows = [
        {
            "key": str(one.id), "source": one.source, "ends in": one.hint, "sites": ", ".join(one.origins),
            "per second": one.rate, "made": one.made_at, "by": one.made_by, "revoked": one.revoked_at,
        }
        for one in open_workspace(context).write_keys()
    ]  # fmt: skip
    if not rows:
        tell("There is no write key yet; `ziggurat key add SOURCE` makes one.")
        return
    table(rows, tuple(rows[0]))


def replace(context: typer.Context, number: Number) -> None:
    """Revoke a write key, and show a new one for the same source, sites and rate."""
    shown(open_workspace(context).replace_key(number))


def revoke(context: typer.Context, number: Number) -> None:
    """Revoke a write key for good: what is sent with it is refused."""
    found = open_workspace(context).revoke_key(number)
    tell(f"Revoked: the key of {found.source} that ends in {found.hint}.")


def collect(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8322,
    also: Annotated[
        list[Path] | None, typer.Option(help="Another workspace to send to, too; may be given several times.")
    ] = None,
) -> None:
    """Take what client libraries send until interrupted, without showing anything."""
    from ziggurat.server.run import collect as run

    open_workspace(context)
    where = f"[{host}]" if ":" in host else host

    def announce() -> None:
        tell(f"Client libraries can send to http://{where}:{port}; Ctrl+C ends it.", "bold")

    run(folder(context), host, port, also=tuple(also or ()), announce=announce)
