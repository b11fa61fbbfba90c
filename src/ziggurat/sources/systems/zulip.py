"""Who wrote what in the public channels of a Zulip chat, and to whom? Its messages, and the last thousand again.

Source: Zulip API documentation, *Get messages* (https://zulip.com/api/get-messages), *Message formatting*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.seen import Seen
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.topics import Topics
from ziggurat.sources.typed import elements

PAGE = 1_000
PART = 20  # pages in one transaction
PUBLIC = '[{"operator":"channels","operand":"public"}]'
QUOTED = re.compile(r"\[said\]\([^()\s]{0,400}/near/(\d{1,15})\):?")
MENTION = re.compile(r"@_?\*\*[^*|]{1,100}\|(\d{1,12})\*\*")
FENCE = re.compile(r"^(`{3,})quote\s*$")
HIDDEN = re.compile(r"user\d+@")  # what stands where an address is not shown
LATEST = 253_402_300_800


class Zulip(SystemSettings, frozen=True, tag="zulip"):
    """Which chat.

    url: of it. user, token: the address of the bot that reads, and where its API key is. channels: that are read; all
    public ones unless said. channel: under which messages are logged. later_answers: whether a message that quotes and
    mentions nobody answers the last question by somebody else in its topic.
    """

    url: Address = ""
    user: str = ""
    token: Secret = ""
    channels: tuple[str, ...] = ()
    channel: str = "chat"
    later_answers: bool = False


class Message(msgspec.Struct):
    """A message, as the API has it."""

    id: int
    sender_id: int
    timestamp: int
    content: str = ""
    sender_full_name: str = ""
    sender_email: str = ""
    type: str = "stream"
    display_recipient: Any = ""
    subject: str = ""
    stream_id: int = 0


class Messages(msgspec.Struct):
    """A page of them."""

    messages: list[msgspec.Raw] = []
    found_newest: bool = False


def read(settings: Zulip, pull: Pull) -> Iterator[Part]:
    """Read the messages that came, and again the last thousand. Raises: SourceError if there are none to see."""
    if not settings.url or not settings.user:
        raise SourceError(f"[sources.{pull.source}] names no `url`, or no `user`; add them.")
    token = secret.read(settings.token, "token", pull.source, pull.folder)
    seen, over = Seen(pull.cursor), False
    known = sorted(int(name) for name in seen.before)
    with Client(pull.source, settings.url, login=(settings.user, token), secrets=(token,)) as client:
        reading = Reading(client, settings, seen, (known or [0])[0])
        while not over:
            cursor: dict[str, Any] = {}
            yield Part("messages", reading.batches(pull, cursor), cursor)
            over = reading.over
        if not reading.count and not known:
            raise SourceError(
                f"{client.where} shows no message to {settings.user}: there is none in its public channels, or the bot "
                "is a guest, or of a type that may not read. Make it a generic bot that is a member, and read again."
            )


class Reading:
    """A reading under way. anchor: the number from which it goes on; count: messages that were read."""

    def __init__(self, client: Client, settings: Zulip, seen: Seen, anchor: int) -> None:
        self.client, self.settings, self.seen, self.anchor = client, settings, seen, anchor
        self.over, self.count = False, 0
        self.topics: Topics | None = None

    def batches(self, pull: Pull, cursor: dict[str, Any]) -> Iterator[Batch]:
        """Read PART pages, and note how far that is."""
        rows = Rows(pull.source, pull.received_at, self.settings.channel, "messages")
        if self.topics is None and self.settings.later_answers:
            self.topics = Topics(pull.cursor)
        for _ in range(PART):
            page, _following = self.client.read(
                "/api/v1/messages", Messages, anchor=self.anchor, num_before=0, num_after=PAGE, narrow=PUBLIC,
                apply_markdown="false", client_gravatar="true",
            )  # fmt: skip
            there = elements(page.messages, Message, rows, f"messages from {self.anchor}")
            fresh = [one for _, one in there if one.id >= self.anchor]
            for one in fresh:
                take(rows, one, self.settings, self.topics)
            self.count += len(fresh)
            self.seen.note(rows)
            self.over = page.found_newest or not fresh
            if self.over:
                break
            self.anchor = fresh[-1].id + 1
            yield rows.batch(0.5)
        self.seen.mark_gone(rows)  # those that were read before are among the first thousand that are there
        yield rows.batch(1.0)
        cursor |= self.seen.kept() | (self.topics.kept() if self.topics else {})


def take(rows: Rows, one: Message, settings: Zulip, topics: Topics | None = None) -> None:
    """Note what a message says."""
    stream = one.display_recipient if isinstance(one.display_recipient, str) else ""
    if one.type not in ("stream", "channel") or (settings.channels and stream not in settings.channels):
        return
    actor = f"zulip:{one.sender_id}"
    if not 0 < one.timestamp < LATEST:
        rows.reject(
            one.id, "the message says no time at which it was written", {"id": one.id, "timestamp": one.timestamp}
        )
        return
    rows.call(actor, one.sender_full_name)
    if one.sender_email and not HIDDEN.match(one.sender_email):
        rows.join(actor, normalise("email", one.sender_email), "their account")
    quoted, mention = QUOTED.search(one.content), MENTION.search(own(one.content))
    parent, other = quoted[1] if quoted else None, f"zulip:{mention[1]}" if mention else None
    at, text, topic = (
        datetime.fromtimestamp(one.timestamp, UTC),
        own(one.content),
        f"{one.stream_id}/{one.subject}"[:250],
    )
    if topics is not None and not parent and not other:
        parent = topics.answered(topic, str(one.id), at, actor, text)
    kind = "replied" if parent or other else "posted"
    cells = {"room": stream[:200], "topic": one.subject[:200]}
    rows.say(str(one.id), at, actor, kind, object=topic, in_reply_to=parent,
             counterpart=None if parent else other, text=text, cells=cells)  # fmt: skip


def own(content: str) -> str:
    """Return a message without what it quotes.

    >>> own("@_**Bo|7** [said](https://x.org/#narrow/near/3):\\n```quote\\nWhen?\\n```\\nOn Monday.")
    'On Monday.'
    """
    kept, fence = [], ""
    for line in content.split("\n"):
        if fence:
            fence = "" if line.strip() == fence else fence
            continue
        found = FENCE.match(line.strip()[:100])
        fence = found[1] if found else ""
        if not found and not QUOTED.search(line):
            kept.append(line)
    return "\n".join(kept).strip()


SOURCE = Source(Zulip, lambda _: ("interaction_id",), read)
