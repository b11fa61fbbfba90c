"""The command line: one command, one call of the library.

Nothing heavy is imported before a command needs it, so that `ziggurat --help` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from ziggurat.cli import interruption

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. An error that Ziggurat raised on purpose, or of the disk, is one line, and exit code 1.

    An interruption is exit code 130. With `--json` an error is one JSON object on standard error: `error`, the
    sentence, and `code`, the exit code. arguments: None takes those of the process, which ends with the command.
    """
    with interruption.at_once(to_the_end=arguments is None):
        from ziggurat.cli import app

        app.main(arguments)
