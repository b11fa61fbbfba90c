"""Where is a password or a token read from? Of the environment, or a file outside the workspace; never of the settings.

Settings hold where it is, as `env:NAME` or `file:PATH`; what is there goes to the system alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from ziggurat.base.errors import DeclarationError, SourceError

FORMS = ("env:", "file:")
LONGEST = 20_000  # letters


def check(reference: str, key: str) -> None:
    """Raises: DeclarationError, which does not repeat it, if a setting is anything but where a secret is."""
    if reference and not (reference.startswith(FORMS) and reference.partition(":")[2].strip()):
        raise DeclarationError(
            f"`{key}` must say where it is, and not be it: write `env:NAME` for a variable of the environment, or "
            "`file:PATH` for a file outside the workspace."
        )


def is_reference(value: str) -> bool:
    """Say whether a setting names where its value is."""
    return value.startswith(FORMS)


def hide(text: str, *secrets: str) -> str:
    """Return a text that somebody else wrote without secrets that may stand in it."""
    for one in secrets:
        text = text.replace(one, "…") if one else text
    return text


def read(reference: str, key: str, source: str, folder: Path) -> str:
    """Return what a setting refers to. folder: of the workspace, in which it may not lie.

    Raises: SourceError, which never says what it is, if it is not there.
    """
    form, _, place = reference.partition(":")
    where = f"[sources.{source}]: `{key}`"
    if not place:
        raise SourceError(f"{where} is not said; write `env:NAME` or `file:PATH` for where it is.")
    if form == "env":
        found = os.environ.get(place, "")
        if not found:
            raise SourceError(f"{where} is to be in the environment as {place}, which is not set; set it first.")
        return found.strip()
    path = Path(place).expanduser()
    path = (path if path.is_absolute() else folder / path).resolve()
    if path.is_relative_to(folder.resolve()):
        raise SourceError(f"{where} names a file of the workspace, which is copied with it; keep it elsewhere.")
    try:
        with path.open(encoding="utf-8") as file:
            found = file.read(LONGEST).strip()
    except (OSError, ValueError) as error:
        raise SourceError(f"{where}: the file {path} can't be read; mend the path or the file.") from error
    if not found:
        raise SourceError(f"{where}: the file {path} is empty; put it there.")
    return found
