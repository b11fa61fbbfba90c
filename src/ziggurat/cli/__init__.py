"""The command line: one command, one call of the library.

Nothing heavy is imported before a command needs it, so that `ziggurat --help` answers at once.
"""

from ziggurat.cli.app import main

__all__ = ["main"]
