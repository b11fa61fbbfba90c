"""Which system wrote this export? A recipe describes one, is known by its headers, and says what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import QuestionError, suggest
from ziggurat.sources.mapping import Mapping, names_of
from ziggurat.sources.names import plain, space_of

FOLDER = Path(__file__).parents[1] / "defaults" / "recipes"
EITHER = "|"  # between names that one column may have


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one system's export is read.

    title: what the export is called. headers: columns by all of which it is known; `A | B` where it may be either, and
    `A*` for what begins like that. mapping: as a source's; columns may be written so too, and what the file lacks is
    left out; a zone of UTC is written Etc/UTC, since UTC is what a mapping has that names none. notes: what to look at,
    in words. owner: of an export that names nobody, since all of it is by the owner of an account: the namespace of
    such accounts. only: whether the headers are all of the file's, and first: whether they must be the first of it, in
    their order, where they say little else. seen: where and when the header was last seen as the system writes it;
    nothing where it is written from memory alone.
    """

    title: str
    headers: tuple[str, ...]
    mapping: Mapping
    notes: tuple[str, ...] = ()
    first: bool = False
    only: bool = False
    owner: str = ""
    seen: str = ""

    def notes_for(self, source: str) -> tuple[str, ...]:
        """Return what to look at in an export that is logged as `source`."""
        if not self.owner:
            return self.notes
        owner = owner_of(self, source)
        return (
            *self.notes,
            f"The export names nobody: all of it is by the owner of the account, who is taken for {owner}. Say who "
            f"it is with --constant actor={self.owner}:NAME; where it is you, say on the page of that person that they "
            "are staff.",
        )


def owner_of(recipe: Recipe, source: str) -> str:
    """Return the identity of the owner of an account, who is known by the name of the source alone."""
    return f"{recipe.owner}:{space_of(source)}"


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
    fits = {name: len(recipe.headers) for name, recipe in shipped().items() if fits_headers(recipe, there)}
    return max(fits, key=lambda name: (fits[name], name), default="")


def fits_headers(recipe: Recipe, there: dict[str, str]) -> bool:
    """Say whether a file has the headers of a recipe; there: plain name → column."""
    found = [column_of(header, there) for header in recipe.headers]
    if None in found or (recipe.only and len(there) > len(found)):
        return False
    return not recipe.first or found == list(there.values())[: len(found)]


def column_of(written: str, there: dict[str, str]) -> str | None:
    """Return the column of a file that a recipe means by `A | B` or `A*`; there: plain name → column."""
    for each in written.split(EITHER):
        name = plain(each)
        if each.strip() == "#":
            name = ""  # which `plain` leaves nothing of
        if each.rstrip().endswith("*"):
            found = next((there[other] for other in there if other.startswith(name)), None)
        else:
            found = there.get(name)
        if found is not None:
            return found
    return None


def fitted(recipe: Recipe, headers: Iterable[str], source: str) -> Mapping:
    """Return the recipe's mapping with the columns of one file, without those that it lacks.

    source: the name of whose data it is, where all of it is by the owner of an account.
    """
    there = {plain(name): name for name in headers}
    changed: dict[str, Any] = {
        part: {
            what: found[0] if len(found) == 1 else found
            for what, columns in getattr(recipe.mapping, part).items()
            if (found := tuple(name for each in names_of(columns) if (name := column_of(each, there)) is not None))
        }
        for part in ("fields", "identities", "traits")
    }
    changed["key"] = tuple(name for each in recipe.mapping.key if (name := column_of(each, there)) is not None)
    if recipe.owner:
        changed["constants"] = {"actor": owner_of(recipe, source), **recipe.mapping.constants}
    events = {column_of(column, there): kind for column, kind in recipe.mapping.events.items()}
    changed["events"] = {column: kind for column, kind in events.items() if column is not None}
    return msgspec.structs.replace(recipe.mapping, **changed)
