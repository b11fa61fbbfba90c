"""The commands of segments, and how a command says which people it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.words.texts import plain
from ziggurat.cli.place import open_workspace
from ziggurat.cli.show import table, tell

if TYPE_CHECKING:
    from ziggurat.playbook.segment import Segment
    from ziggurat.workspace import Workspace

COMPARES = re.compile(r"\s*(\w*)\s*([<>!~≤≥]|==)")  # a field, and what compares it
SegmentName = Annotated[str | None, typer.Option("--segment", help="A saved segment; `ziggurat segment list`.")]


def meant(workspace: Workspace, name: str | None, filters: Sequence[str], said: Mapping[str, str]) -> Segment:
    """Return whom a command means: a saved segment, with what is said beside it in place of what it says.

    filters: as `did=attended`; of a field with several values, each may be said by itself. said: fields that have
    options of their own. Raises: QuestionError if a field is none, has no value, or is said twice.
    """
    from ziggurat.playbook.segment import APART, FIELDS, LISTS, read

    given = workspace.segment(name).address() if name else {}
    stated = {field for field, text in said.items() if text}
    given |= {field: said[field] for field in stated}
    for one in filters:
        field, sign, text = one.partition("=")
        field = field.strip()
        compares = COMPARES.match(one)
        if compares:
            raise QuestionError(f"'{plain(one)}' compares, which no filter does: {instead(compares[1])}")
        if field not in FIELDS:
            near = suggest(field, FIELDS) or f"; there are: {', '.join(FIELDS)}."
            raise QuestionError(f"a segment has no field '{field[:40]}'{near} Write it as did=attended.")
        if not sign or not text.strip():
            raise QuestionError(f"`{field}` needs a value; write it as {field}=VALUE, such as did=attended.")
        if field in stated and field not in LISTS:
            raise QuestionError(f"`{field}` is said twice; say it once.")
        given[field] = f"{given[field]}{APART}{text}" if field in stated else text
        stated.add(field)
    return read(given, workspace.kinds)


def instead(field: str) -> str:
    """Say how a filter is written where somebody wrote a comparison of a field."""
    if field == "level":
        return "name each level that is meant, as level=3 or level='Owning|Leading'."
    if field.startswith("chance"):
        return "say from or below which chance, as chance_from=0.4 or chance_below=0.4."
    return f"write {field or 'FIELD'}=VALUE, such as did=attended."


def list_(context: typer.Context) -> None:
    """List the saved segments."""
    saved = open_workspace(context).segments()
    table(
        [{"name": name, "title": one.title, "who": one.words()} for name, one in saved.items()],
        ("name", "title", "who"),
    )


def remove(context: typer.Context, name: Annotated[str, typer.Argument(help="A saved segment.")]) -> None:
    """Delete a saved segment; nothing else goes with it."""
    open_workspace(context).remove_segment(name)
    tell(f"Segment {name} is deleted.")
