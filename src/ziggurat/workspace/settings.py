"""What is a workspace told, and how is that changed?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ziggurat.base import declare
from ziggurat.base import kinds as vocabulary
from ziggurat.base.errors import DeclarationError
from ziggurat.levels import ladder as declared
from ziggurat.settings import config
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.ladders import own_files, shipped_files


def read_settings(space: Folder) -> dict[str, Any]:
    """Return the settings as they stand in the file now, by key. Raises: DeclarationError if it can't be read."""
    return declare.read_toml(space.folder / config.FILE)


def settings_text(space: Folder) -> str:
    """Return the file of settings, to the letter."""
    return (space.folder / config.FILE).read_text("utf-8")


def change_settings(space: Folder, wanted: Mapping[str, Any], *, write: bool = True) -> str:
    """Let keys of the settings hold what is wanted, and work by it from now on; return the file as it is then.

    wanted: as TOML would hold it; None takes a key out. All else in the file stays as it is written, comments included.
    write: where this is not said, nothing is changed, and what would be written is returned.
    Raises: DeclarationError if the settings, or a ladder by them, would be wrong; then nothing is changed.
    """
    text = config.change(space.folder, wanted, lambda settings: check(space, settings), write=write)
    if write:
        space.take(config.load(space.folder))
    return text


def check(space: Folder, settings: config.Config) -> None:
    """Raises: DeclarationError if kinds, or a ladder that uses them, would be wrong by these settings."""
    kinds = vocabulary.load(settings.kinds)
    own, shipped = own_files(space), shipped_files()
    for name in dict.fromkeys([*settings.ladders, *own]):
        path = own.get(name) or shipped.get(name)
        if path is None:
            raise DeclarationError(
                f"{config.FILE}: no ladder named '{name}'; there are {', '.join({**shipped, **own})}."
            )
        declared.load(path, kinds)
    if not settings.ladders and not own:
        raise DeclarationError(f"{config.FILE}: no ladder is named; there are {', '.join(shipped)}.")
