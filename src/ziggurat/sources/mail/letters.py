"""What do mails say, as rows of the log? Each is a row of its writer, towards whom it replies to or is addressed.

What nobody wrote says so in its cell `automatic`, by which it is in no figure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from ziggurat.sources.identity import normalise
from ziggurat.sources.mail import message
from ziggurat.sources.mail.automatic import automatic
from ziggurat.sources.mail.message import Letter
from ziggurat.sources.mail.own_words import own_words
from ziggurat.sources.mail.threads import Threads
from ziggurat.sources.rows import Rows

MOST_MAIL = 8 << 20  # bytes of one that are read
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)  # what is said to be before it has no time
AHEAD = timedelta(days=1)  # by which a clock may be ahead of ours


@dataclass(frozen=True)
class Box:
    """How the mails of a source are meant. shared: addresses or patterns of the organisation's own, such as `info@*`.

    open: whether what begins a thread is said to all, as on a list.
    """

    shared: tuple[str, ...]
    open: bool

    def is_shared(self, address: str) -> bool:
        """Say whether an address is one that many read."""
        return any(
            fnmatchcase(address, one.lower() if "@" in one.strip("@") else f"*{one.lower()}") for one in self.shared
        )


def take(rows: Rows, raw: bytes, box: Box, threads: Threads, place: int) -> None:
    """Note what one mail says; or why it can't be taken. place: the how manieth it is, from 1."""
    letter = message.read(raw[:MOST_MAIL])
    writers = letter.people("from") or letter.people("sender")
    address = writers[0][1].lower() if writers else ""
    actor = normalise("email", address)
    at = letter.at
    why = "names nobody who wrote it" if actor is None else fault(at, rows.received_at)
    if actor is None or at is None or why:
        shown = {name: letter.headers.get(name, "") for name in ("message-id", "from", "date", "subject")}
        rows.reject(place, f"the mail {why}", shown)
        return
    rows.call(actor, writers[0][0] if not box.is_shared(address) else "")
    name = next(iter(letter.ids("message-id")), None) or hashlib.blake2b(raw[:MOST_MAIL], digest_size=16).hexdigest()
    root, parent = threads.place(letter, name, at)
    text = own_words(letter.text)
    subject = letter.subject.strip()
    said = f"{subject}\n\n{text}".strip() if parent is None else text or subject
    of_list = box.open or "list-post" in letter.headers or "list-id" in letter.headers
    kind = "replied" if parent else "posted" if of_list else "contacted"
    cells = {
        "automatic": automatic(letter, address),
        "subject": subject[:300],
        "list": letter.headers.get("list-id", "")[:200],
    }
    about = {"object": root, "text": said, "cells": cells}
    if parent or of_list:
        rows.say(name, at, actor, kind, in_reply_to=parent, **about)
        return
    for number, other in enumerate(towards(letter, address, box)):
        rows.say(f"{name} {other}" if number else name, at, actor, kind, counterpart=other, **about)


def fault(at: datetime | None, received_at: datetime) -> str:
    """Return what is wrong with a time; nothing where it can be right."""
    if at is None:
        return "says no time at which it was written"
    if not EARLIEST <= at <= received_at + AHEAD:
        return f"says that it was written at {at:%Y-%m-%d %H:%M}, which can't be"
    return ""


def towards(letter: Letter, address: str, box: Box) -> list[str | None]:
    """Return to whom a mail is written: whoever it is addressed to and not merely copied, all of the organisation's
    shared addresses as nobody in particular."""
    found: dict[str | None, None] = {}
    for _, other in letter.people("to"):
        if other.lower() != address:
            found[None if box.is_shared(other.lower()) else normalise("email", other)] = None
    people = [one for one in found if one is not None]
    return list(people) or [None]
