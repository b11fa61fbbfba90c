"""Is the workspace still where it was when it was opened? Else what is written would come to lie where nobody looks."""

from __future__ import annotations

from pathlib import Path

from ziggurat.base.errors import WorkspaceError


def check(workspace: Path) -> None:
    """Raises: WorkspaceError if the folder was moved or deleted since it was opened."""
    if not workspace.is_dir():
        raise WorkspaceError(
            f"{workspace} is not where it was when it was opened: it was moved or deleted. Nothing was changed; open "
            "it where it is now, and start a server on it anew."
        )
