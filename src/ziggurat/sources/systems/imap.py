"""Who wrote to whom, in folders of a mailbox? Read over IMAP, on from the last mail that was read.

Nothing is changed there: folders are opened to be read, and no mail becomes a seen one.
Source: RFC 3501 (IMAP4rev1): UIDs of a folder grow while its UIDVALIDITY stays.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ziggurat.base.errors import DeclarationError, SourceError
from ziggurat.sources import secret
from ziggurat.sources.mail.folder import Found
from ziggurat.sources.mail.letters import MOST_MAIL, Box
from ziggurat.sources.mail.reading import parts
from ziggurat.sources.outside import Host, Secret, SystemSettings
from ziggurat.sources.source import Part, Pull, Source

LOT = 50  # mails that are asked for at once
SECONDS = 60.0  # that an answer may take
HERE = ("localhost", "127.0.0.1", "::1")
UID = re.compile(rb"\bUID (\d{1,10})\b")


class Imap(SystemSettings, frozen=True, tag="imap"):
    """Which mails.

    host, port: of the server. user, password: who logs in, and where the password is. folders: that are read. tls:
    false for a server of this machine alone. channel, open, shared: as of an `mbox`. Raises: DeclarationError if the
    password stands here, or would go over a network in the open.
    """

    host: Host = ""
    user: str = ""
    password: Secret = ""
    port: int = 993
    tls: bool = True
    folders: tuple[str, ...] = ("INBOX",)
    channel: str = "email"
    open: bool = False
    shared: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.tls and self.host not in HERE:
            raise DeclarationError("`tls` can be false for a server of this machine alone; leave it out.")


def read(settings: Imap, pull: Pull) -> Iterator[Part]:
    """Read the mails that came, folder by folder. Raises: SourceError if the server can't be asked."""
    if not settings.host or not settings.user:
        raise SourceError(f"[sources.{pull.source}] names no `host`, or no `user`; add them.")
    password = secret.read(settings.password, "password", pull.source, pull.folder)
    with logged_in(settings, pull.source, password) as server:
        cursor = dict(pull.cursor)
        for folder in settings.folders:
            for part in of_folder(server, folder, settings, Asking(pull, cursor, password)):
                yield part
                cursor = dict(part.cursor)


class Asking:
    """A reading under way. cursor: how far all folders are read."""

    def __init__(self, pull: Pull, cursor: Mapping[str, Any], password: str) -> None:
        self.pull, self.cursor, self.password = pull, cursor, password

    def ask(self, what: str, answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
        """Return what the server said. Raises: SourceError if it refused."""
        if answer[0] != "OK":
            raise SourceError(f"[sources.{self.pull.source}]: the server refused {what}: {self.said(answer[1])}")
        return answer[1]

    def said(self, answer: Sequence[Any]) -> str:
        """Return the words of an answer, without the password."""
        words = b" ".join(one for one in answer if isinstance(one, bytes)).decode("utf-8", "replace")
        return secret.hide(words, self.password)[:300] or "it said no more."


@contextmanager
def logged_in(settings: Imap, source: str, password: str) -> Iterator[imaplib.IMAP4]:
    """Log in, and out in the end. Raises: SourceError if the server is not there, refuses, or breaks off."""
    try:
        context = ssl.create_default_context()
        server = (
            imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=context, timeout=SECONDS)
            if settings.tls
            else imaplib.IMAP4(settings.host, settings.port, timeout=SECONDS)
        )
    except (OSError, imaplib.IMAP4.error) as error:
        raise SourceError(f"[sources.{source}]: {settings.host}:{settings.port} can't be reached: {error}") from error
    try:
        server.login(settings.user, password)
        yield server
    except (imaplib.IMAP4.error, OSError) as error:
        words = secret.hide(str(error), password)[:300]
        raise SourceError(f"[sources.{source}]: {settings.host} does not go on: {words}") from None
    finally:
        try:
            server.logout()
        except (imaplib.IMAP4.error, OSError):
            server.shutdown()


def of_folder(server: imaplib.IMAP4, folder: str, settings: Imap, asking: Asking) -> Iterator[Part]:
    """Read the mails of one folder that came since."""
    name = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    asking.ask(f"the folder {folder[:60]}", server.select(name, readonly=True))
    validity = asking.said(server.response("UIDVALIDITY")[1] or [b"0"])
    known = asking.cursor.get("folders", {}).get(folder, {})
    last = int(known.get("uid", 0)) if known.get("validity") == validity else 0
    found = asking.ask("a search", server.uid("SEARCH", f"UID {last + 1}:*"))
    uids = sorted({int(one) for line in found if line for one in line.split() if int(one) > last})

    def reached(end: int) -> dict[str, Any]:
        folders = asking.cursor.get("folders", {}) | {folder: {"validity": validity, "uid": end}}
        return {"folders": folders}

    pull = replace(asking.pull, cursor=asking.cursor)
    yield from parts(fetched(server, uids, asking), pull, Box(settings.shared, settings.open), settings.channel, folder,
                     reached=reached, total=uids[-1] if uids else 0)  # fmt: skip


def fetched(server: imaplib.IMAP4, uids: Sequence[int], asking: Asking) -> Iterator[Found]:
    """Yield mails by their numbers, in lots; one that is gone meanwhile is left out."""
    for start in range(0, len(uids), LOT):
        lot = uids[start : start + LOT]
        wanted = ",".join(map(str, lot))
        answer = asking.ask("mails", server.uid("FETCH", wanted, f"(UID BODY.PEEK[]<0.{MOST_MAIL}>)"))
        found: dict[int, bytes] = {}
        for one in answer:
            number = UID.search(one[0]) if isinstance(one, tuple) else None
            if number is not None:
                found[int(number[1])] = one[1]
        for uid in lot:
            if uid in found:
                yield Found(found[uid], uid)


SOURCE = Source(Imap, lambda _: ("interaction_id",), read, marks="automatic")
