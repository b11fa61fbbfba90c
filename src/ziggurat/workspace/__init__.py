"""A folder of data, opened. Each part says one thing of it; `workspace` puts them together."""

from ziggurat.workspace.folder import Progress
from ziggurat.workspace.workspace import Workspace

__all__ = ["Progress", "Workspace"]
