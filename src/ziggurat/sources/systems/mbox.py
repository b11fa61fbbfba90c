"""Who wrote to whom, in an archive of mails that is one file (mbox)? Read on from where it ended the last time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ziggurat.base.errors import SourceError
from ziggurat.sources.mail.folder import mails, tail_of
from ziggurat.sources.mail.letters import Box
from ziggurat.sources.mail.reading import parts
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.place import local
from ziggurat.sources.source import Part, Pull, Source


class Mbox(SystemSettings, frozen=True, tag="mbox"):
    """Which mails.

    path: of the file. channel: under which they are logged. open: whether what begins a thread is said to all, as on a
    list. shared: addresses of the organisation that many read, such as `info@ours.org` or `*@ours.org`.
    """

    path: PathText = ""
    channel: str = "email"
    open: bool = False
    shared: tuple[str, ...] = ()


def read(settings: Mbox, pull: Pull) -> Iterator[Part]:
    """Read the mails that were added; all of them where the file is another. Raises: SourceError if there is none."""
    path = local(settings.path, pull)
    if not settings.path or not path.is_file():
        raise SourceError(f"[sources.{pull.source}]: there is no file {path}; name that of the archive as `path`.")
    size, start = path.stat().st_size, int(pull.cursor.get("end", 0))
    if start > size or (start and tail_of(path, start) != pull.cursor.get("tail")):
        start = 0
    if start == size:
        return

    def reached(end: int) -> dict[str, Any]:
        return {"end": end or start, "tail": tail_of(path, end or start)}

    yield from parts(mails(path, start), pull, Box(settings.shared, settings.open), settings.channel, path.name,
                     reached=reached, total=size)  # fmt: skip


SOURCE = Source(Mbox, lambda _: ("interaction_id",), read, marks="automatic")
