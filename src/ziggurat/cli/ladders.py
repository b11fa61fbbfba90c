"""The commands about ladders."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.cli.place import FILE, folder, open_workspace
from ziggurat.cli.show import table, tell

if TYPE_CHECKING:
    from ziggurat.base.kinds import Kinds
    from ziggurat.levels.ladder import Ladder, Level

WIDTH = 78  # of a rule in words: a table cuts what is longer


def kinds_here(context: typer.Context) -> Kinds:
    """Return the kinds of the workspace, or the shipped ones outside of any."""
    from ziggurat.base import kinds

    return open_workspace(context).kinds if (folder(context) / FILE).exists() else kinds.load()


def files(context: typer.Context) -> dict[str, Path]:
    """Return name → file of every ladder: the workspace's own over the shipped."""
    from ziggurat.levels.ladder import SHIPPED

    own = sorted((folder(context) / "ladders").glob("*.toml"))
    return {path.stem: path for path in (*sorted(SHIPPED.glob("*.toml")), *own)}


def find(context: typer.Context, name: str) -> Ladder:
    """Load a ladder by name or file. Raises: QuestionError if there is none, DeclarationError if it is wrong."""
    from ziggurat.levels.ladder import load

    known = files(context)
    given = name.endswith(".toml") or Path(name).is_file()
    path = Path(name) if given else known.get(name)
    if path is None:
        raise QuestionError(f"no ladder named '{name}'{suggest(name, known) or '.'} There are: {', '.join(known)}.")
    return load(path, kinds_here(context), name if given else "")


def check(context: typer.Context, ladder: Annotated[str, typer.Argument(help="A file, or a ladder's name.")]) -> None:
    """Check a ladder, and say its rules in English."""
    found = find(context, ladder)
    describe(found)
    tell(f"'{found.name}' is sound: {len(found.levels)} levels, {len(found.rules())} rules.")


def show(
    context: typer.Context,
    ladder: Annotated[str | None, typer.Argument(help="Its name; the workspace's first if not given.")] = None,
) -> None:
    """Say the levels and rules of a ladder in English."""
    describe(find(context, ladder or open_workspace(context).default_ladder()))


def describe(ladder: Ladder) -> None:
    """Print a ladder, the top level first."""
    tell(ladder.title or ladder.name, "bold")
    rows = [
        {
            "level": str(number) if at == 0 else "",
            "name": level.name if at == 0 else "",
            "holds while": line,
            "a slip waits": f"{level.grace_days:g} days" if at == 0 and level.grace_days else "",
        }
        for number, level in reversed(list(enumerate(ladder.levels, 1)))
        for at, line in enumerate(lines(level))
    ]
    table(rows, list(rows[0]))
    for number, level in reversed(list(enumerate(ladder.levels, 1))):
        if level.means:
            tell(f"{number} {level.name}: {level.means}")


def lines(level: Level) -> list[str]:
    """Return the rules of a level in words, those that are long on several lines."""
    return [line for rule in level.rules for line in wrap(rule.words(), WIDTH, subsequent_indent="  ")]


def list_(context: typer.Context) -> None:
    """List the ladders: those in use in this workspace, and those that are shipped."""
    used = list(open_workspace(context).ladders()) if (folder(context) / FILE).exists() else []
    rows = []
    for name in dict.fromkeys([*used, *files(context)]):
        found = find(context, name)
        use = "first" if used[:1] == [name] else "yes" if name in used else "no"
        rows.append(
            {
                "ladder": name,
                "title": found.title,
                "in use": use,
                "levels": " → ".join(one.name for one in found.levels),
            }
        )
    table(rows, ("ladder", "title", "in use", "levels"))
