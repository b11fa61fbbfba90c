"""What a workspace's folder holds, wired: settings, log, state, and what follows from them. The only wiring."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ziggurat.asking.asking import DerivedTables, StudyRunner
from ziggurat.base import kinds as vocabulary
from ziggurat.base.cache import Cache
from ziggurat.base.errors import WorkspaceError
from ziggurat.derived import Derived
from ziggurat.log.log import Log
from ziggurat.settings import config
from ziggurat.state import State
from ziggurat.workspace.assessments import Assessments
from ziggurat.workspace.rejections import Rejections

if TYPE_CHECKING:
    from ziggurat.levels.ladder import Ladder
    from ziggurat.playbook.observation import Observation
    from ziggurat.workspace.portrait import Portraits

Progress = Callable[[str, float], None]
# In a path, a pattern or an escape to those who read it, or what they refuse: control characters, and what is no UTF-8.
UNUSABLE = re.compile(r"""[][{}*?^|`"<>\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}""")


class Folder:
    """What each part of a workspace works with."""

    def __init__(self, folder: Path, settings: config.Config) -> None:
        self.folder = folder
        self.log = Log(folder / "log")
        self.log.migrate()
        self.state = State(folder, settings.state)
        self.assessments = Assessments(folder, self.state)
        self.rejections = Rejections(self.log, self.state)
        self.config = settings
        self.wire(settings)

    def take(self, settings: config.Config) -> None:
        """Work by these settings from now on; what is being worked out goes on by those that it began with.

        Where no figure follows from what changed, what was worked out is kept.
        """
        if same_figures(self.config, settings):
            self.config = settings
        else:
            self.wire(settings)

    def wire(self, settings: config.Config) -> None:
        """Make what works by the settings."""
        self.kinds = vocabulary.load(settings.kinds)
        self.derived = Derived(self.folder, self.kinds, settings.declared().tables()["languages"])
        self.answers = StudyRunner(DerivedTables(self.derived), settings.declared(), self.assessments.said, self.folder)
        self.observed: dict[Hashable, Observation] = {}  # by play, figures and steps; see `workspace.observations`
        self.read_ladders: dict[Path, tuple[bytes, Ladder]] = {}  # what each file held when it was read
        self.counted = Cache[int](lambda _: 8, most=2_000, most_bytes=16_000)  # people by rule: see `trials`
        self.__dict__.pop("portraits", None)
        self.config = settings

    @cached_property
    def portraits(self) -> Portraits:
        """What people are told to be: it takes a dozen studies, which no other answer need load."""
        from ziggurat.workspace.portrait import Portraits

        return Portraits(self.derived, self.answers)


def same_figures(one: config.Config, other: config.Config) -> bool:
    """Tell whether two settings differ in nothing that a figure of the tables on disk follows from."""
    return one.kinds == other.kinds and one.declared() == other.declared()


def usable(folder: Path) -> Path:
    """Return a folder under whose name the log's tables can be kept and found. Raises: WorkspaceError."""
    wrong = UNUSABLE.search(str(folder.resolve()))
    if wrong:
        raise WorkspaceError(
            f"{str(folder.resolve())!r}: a workspace's path can't have {wrong[0]!r} in it; rename it or choose another."
        )
    return folder


def today(space: Folder, now: datetime) -> date:
    """Return the day by the workspace's clocks. now: with its zone."""
    return now.astimezone(ZoneInfo(space.config.timezone)).date()


def workspaces_in(folder: Path) -> list[Path] | None:
    """Return the workspaces right beneath a folder; none yet in one that is empty, None for one of anything else."""
    if not folder.is_dir() or (folder / config.FILE).exists():
        return None
    found = sorted(path.parent for path in folder.glob(f"*/{config.FILE}"))
    empty = not any(not path.name.startswith(".") for path in folder.iterdir())
    return found if found or empty else None


def login() -> str:
    """Return the name of the user who is logged in; nothing where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
