"""How is a command written that somebody is told to type?"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from contextvars import ContextVar
from pathlib import Path

GIVEN: ContextVar[Path | None] = ContextVar("the folder that was given, if one was", default=None)
OF_A_WORKSPACE = re.compile(r"`ziggurat (?!-C\b|--|init\b|demo\b)")


def command_line(place: Path | None, command: str) -> str:
    """Return a command as it is typed here: by the name that the shell finds, of the workspace that is meant."""
    name = "ziggurat"
    if Path(sys.argv[0]).name == name and shutil.which(name) is None:
        name = shlex.quote(sys.argv[0])
    return f"{name} {command}" if place is None else f"{name} -C {shlex.quote(str(place))} {command}"


def typed(text: str) -> str:
    """Return a text whose commands are of the workspace that was given, wherever in the program they were written.

    >>> was = GIVEN.set(Path("my club"))
    >>> typed("`ziggurat log` lists them; `ziggurat init DIR` makes another.")
    "`ziggurat -C 'my club' log` lists them; `ziggurat init DIR` makes another."
    >>> GIVEN.reset(was)
    """
    place = GIVEN.get()
    return text if place is None else OF_A_WORKSPACE.sub(lambda _: f"`{command_line(place, '')}", text)
