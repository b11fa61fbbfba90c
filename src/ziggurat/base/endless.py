"""Does what a path leads to have an end? A pipe and a device may have none, and give their content once."""

from __future__ import annotations

import stat
from pathlib import Path


def is_endless(path: Path) -> bool:
    """Say whether a path leads to neither a file nor a folder. Raises: OSError if it leads nowhere."""
    mode = path.stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
