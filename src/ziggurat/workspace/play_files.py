"""How is a play's file written, so that it holds what somebody says on a page or on the command line?"""

from __future__ import annotations

from typing import Any

import tomlkit

from ziggurat.base import declare, durable
from ziggurat.base.errors import QuestionError
from ziggurat.playbook import play as declared
from ziggurat.playbook.play import Play
from ziggurat.playbook.segment import check_name
from ziggurat.workspace import plays
from ziggurat.workspace.folder import Folder


def save_play(space: Folder, name: str, text: str) -> Play:
    """Write a play's TOML into `plays/`, in place of what has its name there, if it is sound; return it.

    Raises: QuestionError if the name can be none; DeclarationError that says what is wrong, and then nothing is
    written.
    """
    check_name(name)
    found = read_play(space, name, text)
    durable.folder(space.folder / plays.FOLDER)
    durable.replace(space.folder / plays.FOLDER / f"{name}.toml", text.encode())
    return found


def read_play(space: Folder, name: str, text: str) -> Play:
    """Return the play that a text declares. Raises: DeclarationError that says what is wrong, QuestionError if the name
    can't be one."""
    check_name(name)
    where = f"{plays.FOLDER}/{name}.toml"
    found = declared.parse(
        {"name": name} | declare.parse_toml(text.encode("utf-8", "replace"), where), space.kinds, where
    )
    return plays.fits(space, found, where)


def text_of(space: Folder, name: str) -> str:
    """Return the text of a play's file: its own, else the shipped one. Raises: QuestionError if there is neither."""
    check_name(name)
    for folder in (space.folder / plays.FOLDER, declared.SHIPPED):
        path = folder / f"{name}.toml"
        if path.is_file():
            return path.read_text("utf-8")
    plays.play(space, name)  # says which is meant
    raise QuestionError(f"no play named '{name}'.")


def set_in_play(space: Folder, name: str, **values: Any) -> Play:
    """Set fields of a play in its own file, which a shipped one gets by that; return it. Raises: as `save_play`."""
    document, fresh = tomlkit.parse(text_of(space, name)), tomlkit.document()
    for key, value in values.items():
        (document if key in document else fresh)[key] = value
    # What is new goes first: beneath the first table it would be the table's own.
    return save_play(space, name, tomlkit.dumps(fresh) + tomlkit.dumps(document))


def resume_play(space: Folder, name: str) -> Play:
    """Let a play go on although it was found to do nothing worth its minutes; one that harms stays stopped.

    Raises: QuestionError if there is no such play.
    """
    plays.play(space, name)
    return set_in_play(space, name, regardless=True)
