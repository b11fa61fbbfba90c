"""What people decide and say, and what is still to be done: one file a concern, over one database."""

from ziggurat.state.state import State

__all__ = ["State"]
