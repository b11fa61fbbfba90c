"""What do the columns of a file mean? Take what is known of its source, else guess, show it, and ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.words.numbers import count
from ziggurat.base.words.texts import listed
from ziggurat.cli.place import FILE
from ziggurat.cli.show import TOLD, table, tell

if TYPE_CHECKING:
    from ziggurat.sources.files import Preview
    from ziggurat.sources.guess import Guess
    from ziggurat.sources.mapping import Mapping as SourceMapping
    from ziggurat.workspace import Workspace

PREVIEWED = ("at", "actor", "channel", "kind", "activity", "amount", "text")


@dataclass(frozen=True)
class Choice:
    """A file whose mapping is to be chosen, for one source, with what the command said of it (keys of a mapping)."""

    workspace: Workspace
    path: Path
    source: str
    said: Mapping[str, Any]


def choose(choice: Choice, file: Path | None, *, accepted: bool, asking: bool) -> SourceMapping | None:
    """Return the mapping for a file, stored if it is new, or None if a guess was declined.

    Raises: DeclarationError if it lacks a field, was guessed and nobody is there to accept it, names an event that the
    file has not, or was accepted unseen although every row that was tried would be rejected.
    """
    from ziggurat.sources.said import over

    workspace, source, said = choice.workspace, choice.source, choice.said
    kept = workspace.mapping(source)
    known = from_file(file) if file is not None else kept
    guess = None
    if known is None or "kinds" in said or "states" in said:
        guess = workspace.guess(choice.path, source=source, said=said)
    chosen = over(known, said, "the options") if known is not None else cast("Guess", guess).with_suggestions()
    if guess is not None:
        check_names(guess, chosen, said)
    if chosen == kept:
        return chosen
    if guess is not None and known is None:
        show_guess(choice.path, guess, chosen)
    check(chosen, source)
    preview = show_preview(workspace, choice.path, chosen)
    for note in workspace.foretell(choice.path, source, chosen):
        tell(note)
    if known is None and accepted:
        check_taken(choice.path, preview)
    if known is None and not accepted:
        if not asking:
            raise DeclarationError(
                f"the meaning of {choice.path.name} was guessed, and nobody is here to accept it; "
                "look it over above, then add --yes."
            )
        if not typer.confirm(
            f"Import it like this, and keep it in {FILE} as source '{source}'?", err=TOLD.get() is not None
        ):
            return None
    workspace.save_mapping(source, chosen)
    tell(f"Kept the mapping as [sources.{source}] in {FILE}; change it there at any time.")
    return chosen


def check_names(guess: Guess, chosen: SourceMapping, said: Mapping[str, Any]) -> None:
    """Raises: DeclarationError if an option tells the meaning of an event name, or a state, that the file has not."""
    for part, field, what in (("kinds", "kind", "event name"), ("states", "state", "state")):
        column = chosen.fields.get(field, "")
        for name in said.get(part, ()):
            there = guess.seen[column].counts if isinstance(column, str) and column in guess.seen else {}
            if name not in ("*", "") and name.lower() not in {other.lower() for other in there}:
                where = f"column '{column}' holds none of it" if column else "no column says what happened"
                near = suggest(name, there) or f"; name the column with --field {field}=COLUMN."
                raise DeclarationError(f"--{field} '{name}': there is no such {what}, since {where}{near}")


def from_file(path: Path) -> SourceMapping:
    """Read a mapping from TOML. Raises: DeclarationError."""
    from ziggurat.base import declare
    from ziggurat.sources.mapping import Mapping as SourceMapping

    return declare.convert(declare.read_toml(path), SourceMapping, path.name)


def check(chosen: SourceMapping, source: str) -> None:
    """Raises: DeclarationError that says which option gives a field that is missing."""
    if missing := chosen.missing():
        name = missing[0]
        example = {"channel": "--constant channel=email", "kind": "--constant kind=purchased"}.get(name, "")
        other = f", or say one for all rows with {example}" if example else ""
        raise DeclarationError(
            f"[sources.{source}]: nothing says the {' or '.join(missing)} of a row; "
            f"name its column with --field {name}=COLUMN{other}."
        )


def show_guess(path: Path, guess: Guess, chosen: SourceMapping) -> None:
    """Print what each column was taken for and why, and what the event names mean."""
    if guess.recipe:
        tell(f"{path.name} has the columns of {guess.recipe}.")
    tell(f"What the columns of {path.name} seem to be ({chosen.target}):")
    rows = [
        {
            "column": column.name,
            "taken for": column.taken_for,
            "why": column.why,
            "for example": ", ".join(column.samples[:3]),
        }
        for column in guess.columns
    ]
    table(rows, ("column", "taken for", "why", "for example"))
    meant = {name.strip().lower(): kind for name, kind in chosen.kinds.items()}
    names = [
        {"event name": one.name, "rows": one.count, "kind": meant.get(one.name.lower(), meant.get("*"))}
        for one in guess.unmapped_names
    ]
    if names:
        tell("What their event names seem to mean:")
        table([{**row, "kind": row["kind"] or "unknown: its rows will be rejected"} for row in names], list(names[0]))
    open_ones = [row["event name"] for row in names if row["kind"] is None]
    if open_ones and not {"*", ""} & chosen.kinds.keys():
        tell(f"Say what '{open_ones[0]}' means with --kind '{open_ones[0]}=KIND', or leave it out with KIND skip.")
    if chosen.states:
        tell(
            "What their states make of a row: "
            + "; ".join(f"{name or 'none'}: {what}" for name, what in chosen.states.items())
        )
    if chosen.key:
        same = listed(chosen.key)
        tell(f"A row that comes again with the same {same} replaces what it said; say otherwise with --key COLUMN.")
    for text in guess.notes:
        tell(f"Note: {text}")


def check_taken(path: Path, preview: Preview) -> None:
    """Raises: DeclarationError if every one of the first rows would be rejected: the guess is wrong."""
    rejected = preview.tables["rejected"]
    taken = sum(table.num_rows for name, table in preview.tables.items() if name != "rejected")
    if rejected.num_rows and not taken and not preview.skipped:
        first = rejected.slice(0, 1).to_pylist()[0]
        raise DeclarationError(
            f"{path.name}: all of the first {count(rejected.num_rows, 'row', 'rows')} would be rejected, so the guess "
            f"is wrong and nothing was imported. Line {first['line']}: {first['reason']}. Say what is meant "
            "with --field, --constant or --kind."
        )


def show_preview(workspace: Workspace, path: Path, chosen: SourceMapping) -> Preview:
    """Print the first rows as they would be logged, and why the first ones would be rejected; return both."""
    preview = workspace.preview(path, chosen)
    rows = preview.tables["interactions"].to_pylist()
    if rows:
        tell("The first rows, as they would be logged:")
        table(rows[:5], [name for name in PREVIEWED if any(row[name] is not None for row in rows)])
    people = people_of(preview) if chosen.target == "people" else []
    if people:
        tell("The first people, and what is said of them:")
        table(people[:5], ("person", "traits"))
    for row in preview.tables["rejected"].to_pylist()[:5]:
        tell(f"Line {row['line']} would be rejected: {row['reason']}")
    return preview


def people_of(preview: Preview) -> list[dict[str, str]]:
    """Return what a preview says of each person."""
    said: dict[str, list[str]] = {}
    for row in preview.tables["traits"].to_pylist():
        said.setdefault(row["identity"], []).append(f"{row['trait']}: {row['value']}")
    return [{"person": person, "traits": ", ".join(traits)} for person, traits in said.items()]
