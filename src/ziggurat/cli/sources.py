"""The commands for sources that are read by themselves: declare, list, try, pull and remove them."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from ziggurat.base.errors import DeclarationError
from ziggurat.base.words.numbers import count, number
from ziggurat.cli.imports import pull
from ziggurat.cli.place import FILE, following, open_workspace
from ziggurat.cli.show import table, tell

Name = Annotated[str, typer.Argument(metavar="SOURCE", help="As `[sources.NAME]` names it.")]


def add(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Under which name it is logged, such as list.")],
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="What it is, such as mbox.")],
    settings: Annotated[
        list[str] | None, typer.Argument(metavar="[SETTING=VALUE…]", help="As the page of its type lists them.")
    ] = None,
) -> None:
    """Declare a source."""
    from ziggurat.sources import systems

    texts = texts_of(systems.find(kind, f"[sources.{source}]").settings)
    found: dict[str, Any] = {"type": kind}
    for one in settings or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise DeclarationError(f"a setting is written as `path=archive.mbox`; '{one[:40]}' has no '='.")
        if name in found:
            raise DeclarationError(f"`{name[:40]}` is said twice; say it once.")
        found[name] = value if name in texts else value_of(name, value)
    open_workspace(context).add_source(source, found)
    tell(f"[sources.{source}] is in {FILE}. Next: {following(context, f'source test {source}')}")


def texts_of(settings: type[Any]) -> set[str]:
    """Return which settings are texts, or one of a few."""
    return {name for name, kind in get_type_hints(settings).items() if kind is str or is_word(kind)}


def is_word(kind: Any) -> bool:
    """Say whether a type is one of a few texts."""
    return get_origin(kind) is Literal and all(isinstance(one, str) for one in get_args(kind))


def value_of(name: str, text: str) -> Any:
    """Read a value as TOML has it; a bare word is a text, and words with commas between them a list.

    >>> value_of("merges", "true"), value_of("channels", "help, news"), value_of("days", "7")
    (True, ['help', 'news'], 7)
    """
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return [part.strip() for part in text.split(",")]


def list_(context: typer.Context) -> None:
    """List the sources that are declared, or brought anything, with how they stand."""
    from ziggurat.work.schedule import listed

    rows = listed(open_workspace(context))
    if not rows:
        tell(f"No source is declared yet. Next: {following(context, 'source add SOURCE TYPE SETTING=VALUE')}")
        return
    table(rows, ("source", "type", "by", "state", "last", "next", "changed", "rejected", "error"))
    refused = sum(row["rejected"] for row in rows)
    if refused:
        lists = following(context, "rejected")
        tell(f"{count(refused, 'row was', 'rows were')} rejected, with reasons. `{lists}` lists them.")


def test(context: typer.Context, source: Name) -> None:
    """Read the first rows of a source, and keep nothing."""
    found = open_workspace(context).try_source(source)
    if not found["counts"]:
        tell(f"{source} can be read, and there is nothing in it.")
        return
    some = ", ".join(f"{number(rows)} {name}" for name, rows in found["counts"].items())
    tell(f"{source} can be read. At the beginning of {found['part']} there are {some}.")
    if found["rows"]:
        table(found["rows"], tuple(found["rows"][0]))
    for reason, rows in found["reasons"].items():
        tell(f"{count(rows, 'row', 'rows')} would be rejected: {reason}")
    if found["reasons"]:
        tell(f"After a pull, `{following(context, 'rejected')}` lists them.")
    tell(f"Nothing was kept. Next: {following(context, f'source pull {source}')}")


def remove(context: typer.Context, source: Name) -> None:
    """Forget a source; what it brought stays in the log."""
    open_workspace(context).remove_source(source)
    tell(f"[sources.{source}] is no more in {FILE}. What it brought stays; `ziggurat undo` takes an import back.")


__all__ = ["add", "list_", "pull", "remove", "test"]
