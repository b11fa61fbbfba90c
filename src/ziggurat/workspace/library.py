"""The doors of the library: a workspace, or a ladder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ziggurat.base import kinds as vocabulary
from ziggurat.base.errors import QuestionError, suggest
from ziggurat.levels import ladder as declared
from ziggurat.settings.config import Config
from ziggurat.workspace import Workspace


def open(folder: str | Path = ".") -> Workspace:
    """Open the workspace in a folder. Raises: WorkspaceError if it is none."""
    return Workspace.open(folder)


def create(folder: str | Path, settings: Config | None = None) -> Workspace:
    """Make a workspace in a folder. Raises: WorkspaceError if it is one already."""
    return Workspace.create(folder, settings)


def ladder(
    what: str | Path | Mapping[str, Any], kinds: Mapping[str, vocabulary.Group] | None = None
) -> declared.Ladder:
    """Return a ladder: a shipped one by name, one from a TOML file by path, or one declared as a dict.

    kinds: own kinds by group, beside the shipped ones. Raises: QuestionError if no ladder of that name is shipped;
    DeclarationError if the declaration is wrong.

    >>> ladder("six-level").names
    ('Known', 'Observing', 'Following', 'Endorsing', 'Contributing', 'Owning', 'Leading')
    """
    known = vocabulary.load(kinds)
    if isinstance(what, Mapping):
        return declared.parse({"name": "ladder", **what}, known)
    if isinstance(what, Path) or what.endswith(".toml"):
        return declared.load(Path(what), known)
    shipped = {path.stem: path for path in declared.SHIPPED.glob("*.toml")}
    if what not in shipped:
        near = suggest(what, shipped) or "."
        raise QuestionError(f"no ladder named '{what}' is shipped{near} There are: {', '.join(sorted(shipped))}.")
    return declared.load(shipped[what], known)
