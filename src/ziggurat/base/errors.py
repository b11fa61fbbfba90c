"""One hierarchy of errors: each says what happened, where, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping


class ZigguratError(Exception):
    """Anything that Ziggurat raises on purpose. The command line prints it and exits with 1."""


class DeclarationError(ZigguratError):
    """A declaration (ladder, mapping, configuration, kinds) that can't be taken as written."""


class SourceError(ZigguratError):
    """A whole file or system that can't be read. Single bad rows never raise: they go to `rejected`."""


class LaterError(SourceError):
    """A system that asks to be left alone for a while. seconds: for how long."""

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


class WorkspaceError(ZigguratError):
    """A workspace folder that is missing, damaged, or not ready for what was asked."""


class QuestionError(ZigguratError):
    """A question that can't be answered as asked: an unknown study, person, level, or date."""


class ExtraError(ZigguratError):
    """A part of Ziggurat that is not installed, because it is large and few need it."""


class BusyError(ZigguratError):
    """More work was asked for than may wait."""


class UnaskedError(ZigguratError):
    """An answer that takes long, that is not there, and that whoever only looks does not have worked out.

    study: that would give it. options: of it, as text, the ladder among them.
    """

    def __init__(self, study: str, options: Mapping[str, str]) -> None:
        super().__init__(f"'{study}' takes long, and nobody has asked for it with these options yet.")
        self.study, self.options = study, dict(options)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or nothing when none is near.

    >>> suggest("at_leest", ["at_least", "worth"])
    "; did you mean 'at_least'?"
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
