"""Ziggurat: a social CRM that measures.

Open a workspace with `open`, or put a frame of your own into a `Crowd`; take a `ladder`; then ask.
Names are imported when they are first used, so that `import ziggurat` itself takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ziggurat.asking.crowd import Crowd
    from ziggurat.asking.spark_crowd import SparkCrowd
    from ziggurat.base.errors import ZigguratError
    from ziggurat.catalogue import STUDIES
    from ziggurat.channels.declared import Activity
    from ziggurat.levels.causes import causes
    from ziggurat.levels.flagging import flagging
    from ziggurat.levels.ladder import Ladder
    from ziggurat.levels.moves import moves
    from ziggurat.levels.pace import pace
    from ziggurat.levels.passage import passage
    from ziggurat.levels.pyramid import pyramid
    from ziggurat.levels.retention import retention
    from ziggurat.levels.returners import returners
    from ziggurat.levels.rising import rising
    from ziggurat.people.people import Who
    from ziggurat.people.staff import Agents, Staff, StaffRule
    from ziggurat.report.report import Report
    from ziggurat.results.result import Result
    from ziggurat.settings.config import Config
    from ziggurat.workspace import Workspace
    from ziggurat.workspace.library import create, ladder, open

__version__ = "0.1.0"

HOMES = {
    "open": "workspace.library",
    "create": "workspace.library",
    "ladder": "workspace.library",
    "Workspace": "workspace",
    "Crowd": "asking.crowd",
    "SparkCrowd": "asking.spark_crowd",
    "Activity": "channels.declared",
    "Config": "settings.config",
    "Ladder": "levels.ladder",
    "Agents": "people.staff",
    "Staff": "people.staff",
    "StaffRule": "people.staff",
    "Who": "people.people",
    "Report": "report.report",
    "Result": "results.result",
    "STUDIES": "catalogue",
    "ZigguratError": "base.errors",
    "pyramid": "levels.pyramid",
    "moves": "levels.moves",
    "causes": "levels.causes",
    "returners": "levels.returners",
    "passage": "levels.passage",
    "pace": "levels.pace",
    "rising": "levels.rising",
    "flagging": "levels.flagging",
    "retention": "levels.retention",
}

__all__ = [
    "STUDIES",
    "Activity",
    "Agents",
    "Config",
    "Crowd",
    "Ladder",
    "Report",
    "Result",
    "SparkCrowd",
    "Staff",
    "StaffRule",
    "Who",
    "Workspace",
    "ZigguratError",
    "causes",
    "create",
    "flagging",
    "ladder",
    "moves",
    "open",
    "pace",
    "passage",
    "pyramid",
    "retention",
    "returners",
    "rising",
]


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name not in HOMES:
        raise AttributeError(f"module 'ziggurat' has no attribute '{name}'")
    return getattr(importlib.import_module(f"ziggurat.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
