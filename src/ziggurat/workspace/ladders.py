"""Which ladders does a workspace have?"""

from __future__ import annotations

from pathlib import Path

from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.levels import ladder as declared
from ziggurat.log import place
from ziggurat.settings import config
from ziggurat.workspace.folder import Folder

Named = str | declared.Ladder | None  # a ladder by name, one that is read already, or the first one


def ladders(space: Folder) -> dict[str, declared.Ladder]:
    """Return the ladders of this workspace: those that its settings name, then all others in `ladders/`.

    Raises: DeclarationError if one is wrong, or named and nowhere to be found.
    """
    place.check(space.folder)
    own, shipped = own_files(space), shipped_files()
    found = {}
    for name in dict.fromkeys([*space.config.ladders, *own]):
        path = own.get(name) or shipped.get(name)
        if path is None:
            near = suggest(name, {**own, **shipped}) or f"; shipped are {', '.join(sorted(shipped))}."
            raise DeclarationError(f"{config.FILE}: no ladder named '{name}'{near}")
        found[name] = read(space, path)
    if not found:
        raise DeclarationError(f"{config.FILE}: no ladder is named; shipped are {', '.join(sorted(shipped))}.")
    return found


def own_files(space: Folder) -> dict[str, Path]:
    """Return the files of a workspace's own ladders, by name."""
    return {path.stem: path for path in sorted((space.folder / "ladders").glob("*.toml"))}


def shipped_files() -> dict[str, Path]:
    """Return the files of the shipped ladders, by name."""
    return {path.stem: path for path in sorted(declared.SHIPPED.glob("*.toml"))}


def default_ladder(space: Folder) -> str:
    """Return the name of the ladder that is shown first."""
    return next(iter(ladders(space)))


def read(space: Folder, path: Path) -> declared.Ladder:
    """Read a file, unless it holds what it did when it was read last. Raises: DeclarationError."""
    held = path.read_bytes() if path.is_file() else b""
    known = space.read_ladders.get(path)
    if known is None or known[0] != held:
        known = space.read_ladders[path] = (held, declared.load(path, space.kinds))
    return known[1]


def ladder(space: Folder, name: Named = None) -> declared.Ladder:
    """Return one ladder, the default one without a name; one that is read already is returned as it is.

    Raises: QuestionError if there is none of that name.
    """
    if isinstance(name, declared.Ladder):
        return name
    known = ladders(space)
    chosen = name or next(iter(known))
    if chosen not in known:
        raise QuestionError(f"no ladder named '{chosen}'{suggest(chosen, known) or '.'} There are: {', '.join(known)}.")
    return known[chosen]
