"""What do the columns of a file mean? Take what is known of its source, else guess, show it, and ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ziggurat.cli.place import FILE
from ziggurat.cli.show import table, tell
from ziggurat.errors import DeclarationError
from ziggurat.words.numbers import count

if TYPE_CHECKING:
    from ziggurat.sources.files import Preview
    from ziggurat.sources.guess import Guess
    from ziggurat.sources.mapping import Mapping as SourceMapping
    from ziggurat.workspace import Workspace

PREVIEWED = ("at", "actor", "channel", "kind", "activity", "amount", "text")


@dataclass(frozen=True)
class Said:
    """What the command said of the mapping beside a guess: field → column, field → value, event name → kind."""

    fields: Mapping[str, str]
    constants: Mapping[str, str]
    kinds: Mapping[str, str]

    def on(self, base: SourceMapping) -> SourceMapping:
        """Return the mapping with what was said put over it."""
        import msgspec

        return msgspec.structs.replace(
            base,
            fields={**base.fields, **self.fields},
            constants={**base.constants, **self.constants},
            kinds={**base.kinds, **self.kinds},
        )


def source_name(path: Path) -> str:
    """Return a name for a source from a file's name, the same for every month's export.

    >>> source_name(Path("Donations 2026-03.csv.gz")), source_name(Path("2026.csv"))
    ('donations', 'file')
    """
    plain = re.sub(r"[^a-z]+", "-", path.name.lower().partition(".")[0])
    return plain.strip("-") or "file"


def choose(
    workspace: Workspace, path: Path, source: str, file: Path | None, said: Said, *, accepted: bool, asking: bool
) -> SourceMapping | None:
    """Return the mapping for a file, stored if it is new, or None if a guess was declined.

    Raises: DeclarationError if it lacks a field, was guessed and nobody is there to accept it, or was accepted unseen
    although every row that was tried would be rejected.
    """
    known = from_file(file) if file is not None else workspace.mapping(source)
    guess = None
    if known is None:
        guess = workspace.guess(path)
        known = guess.with_suggestions()
    chosen = said.on(known)
    if chosen == workspace.mapping(source):
        return chosen
    if guess is not None:
        show_guess(path, guess, chosen)
    check(chosen, source)
    preview = show_preview(workspace, path, chosen)
    if guess is not None and accepted:
        check_taken(path, preview)
    if guess is not None and not accepted:
        if not asking:
            raise DeclarationError(
                f"the meaning of {path.name} was guessed, and nobody is here to accept it; "
                "look it over above, then add --yes."
            )
        if not typer.confirm(f"Import it like this, and keep it in {FILE} as source '{source}'?"):
            return None
    workspace.save_mapping(source, chosen)
    tell(f"Kept the mapping as [sources.{source}] in {FILE}; change it there at any time.")
    return chosen


def from_file(path: Path) -> SourceMapping:
    """Read a mapping from TOML. Raises: DeclarationError."""
    from ziggurat import declare
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
    tell(f"What the columns of {path.name} seem to be ({chosen.target}):")
    by_hand = {
        column: f"{name} (as said)"
        for name, column in chosen.fields.items()
        if column not in guess.mapping.fields.values()
    }
    rows = [
        {
            "column": column.name,
            "taken for": by_hand.get(column.name, column.taken_for),
            "why": column.why,
            "for example": ", ".join(column.samples[:3]),
        }
        for column in guess.columns
    ]
    table(rows, ("column", "taken for", "why", "for example"))
    names = [
        {"event name": one.name, "rows": one.count, "kind": chosen.kinds.get(one.name)} for one in guess.unmapped_names
    ]
    if names:
        tell("What their event names seem to mean, in the first 1,000 rows:")
        table([{**row, "kind": row["kind"] or "unknown: its rows will be rejected"} for row in names], list(names[0]))
    open_ones = [row["event name"] for row in names if row["kind"] is None]
    if open_ones and not {"*", ""} & chosen.kinds.keys():
        tell(f"Say what '{open_ones[0]}' means with --kind '{open_ones[0]}=KIND', or leave it out with KIND skip.")
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
    for row in preview.tables["rejected"].to_pylist()[:5]:
        tell(f"Line {row['line']} would be rejected: {row['reason']}")
    return preview
