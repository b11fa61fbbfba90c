"""Who wrote to whom, in a folder in which every mail is a file (Maildir)? What came since, and a day before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ziggurat.base.errors import SourceError
from ziggurat.sources.mail.folder import AGAIN_SECONDS, Found, files
from ziggurat.sources.mail.letters import MOST_MAIL, Box
from ziggurat.sources.mail.reading import parts
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.place import local
from ziggurat.sources.source import Part, Pull, Source


class Maildir(SystemSettings, frozen=True, tag="maildir"):
    """Which mails; as of an `mbox`, but that `path` is a folder."""

    path: PathText = ""
    channel: str = "email"
    open: bool = False
    shared: tuple[str, ...] = ()


def read(settings: Maildir, pull: Pull) -> Iterator[Part]:
    """Read the mails that came since. Raises: SourceError if there is no such folder."""
    path = local(settings.path, pull)
    if not settings.path or not path.is_dir():
        raise SourceError(f"[sources.{pull.source}]: there is no folder {path}; name that of the mails as `path`.")
    there = files(path, int(pull.cursor.get("until", 0)))
    if there and pull.cursor.get("last") == there[-1][1] and pull.cursor.get("count") == recent(there, len(there)):
        return

    def contents() -> Iterator[Found]:
        for number, (_, _, file) in enumerate(there, 1):
            try:
                with file.open("rb") as opened:
                    yield Found(opened.read(MOST_MAIL), number)
            except FileNotFoundError:  # it was moved or deleted meanwhile; moved, it is found the next time
                continue

    def reached(end: int) -> dict[str, Any]:
        until, last, _ = there[end - 1]
        return {"until": until, "last": last, "count": recent(there, end)}

    yield from parts(contents(), pull, Box(settings.shared, settings.open), settings.channel, path.name,
                     reached=reached, total=len(there))  # fmt: skip


def recent(there: Sequence[tuple[int, str, Path]], end: int) -> int:
    """Return how many of the mails up to a place will be read again the next time."""
    return sum(at >= there[end - 1][0] - AGAIN_SECONDS for at, _, _ in there[:end])


SOURCE = Source(Maildir, lambda _: ("interaction_id",), read, marks="automatic")
