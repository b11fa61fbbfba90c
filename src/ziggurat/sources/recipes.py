"""Which system wrote this export? A recipe describes one, is known by its headers, and says what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ziggurat import declare
from ziggurat.errors import QuestionError, suggest
from ziggurat.sources.mapping import Mapping, names_of
from ziggurat.sources.names import plain

FOLDER = Path(__file__).parents[1] / "defaults" / "recipes"
EITHER = "|"  # between names that one column may have


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one system's export is read.

    title: what the export is called. headers: columns by all of which it is known; `A | B` where it may be either.
    mapping: as a source's; a column may be written `A | B`, and what the file lacks is left out. notes: what to look
    at, in words. guess: whether columns that the recipe leaves are taken by their names, as in any file.
    """

    title: str
    headers: tuple[str, ...]
    mapping: Mapping
    notes: tuple[str, ...] = ()
    guess: bool = True


@cache
def shipped() -> dict[str, Recipe]:
    """Return every recipe by its name, which is that of its file. Raises: DeclarationError if one is wrong."""
    return {
        path.stem: declare.convert(declare.read_toml(path), Recipe, path.name) for path in sorted(FOLDER.glob("*.toml"))
    }


def named(name: str) -> Recipe:
    """Return a recipe by its name. Raises: QuestionError if there is none."""
    known = shipped()
    if name not in known:
        raise QuestionError(f"no recipe named '{name}'{suggest(name, known) or '.'} There are: {', '.join(known)}.")
    return known[name]


def recognise(headers: Iterable[str]) -> str:
    """Return the name of the recipe that a file's headers fit, of several that with most; nothing where none does."""
    there = {plain(name): name for name in headers}
    fits = {
        name: len(recipe.headers)
        for name, recipe in shipped().items()
        if all(column_of(header, there) is not None for header in recipe.headers)
    }
    return max(fits, key=lambda name: (fits[name], name), default="")


def column_of(written: str, there: dict[str, str]) -> str | None:
    """Return the column of a file that a recipe means by `A | B`; there: plain name → column."""
    return next((there[plain(each)] for each in written.split(EITHER) if plain(each) in there), None)


def fitted(recipe: Recipe, headers: Iterable[str]) -> Mapping:
    """Return the recipe's mapping with the columns of one file, without those that it lacks."""
    there = {plain(name): name for name in headers}
    changed: dict[str, Any] = {
        part: {
            what: found[0] if len(found) == 1 else found
            for what, columns in getattr(recipe.mapping, part).items()
            if (found := tuple(name for each in names_of(columns) if (name := column_of(each, there)) is not None))
        }
        for part in ("fields", "identities", "traits")
    }
    events = {column_of(column, there): kind for column, kind in recipe.mapping.events.items()}
    changed["events"] = {column: kind for column, kind in events.items() if column is not None}
    return msgspec.structs.replace(recipe.mapping, **changed)
