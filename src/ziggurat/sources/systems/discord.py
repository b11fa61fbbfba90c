"""Who wrote what on a Discord server, and to whom? Its channels, as DiscordChatExporter writes them to JSON.

Source: DiscordChatExporter (https://github.com/Tyrrrz/DiscordChatExporter), the JSON format: a document a channel.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ziggurat.sources.api import instant
from ziggurat.sources.batch import Batch
from ziggurat.sources.exported import Export, opened
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.topics import Topics
from ziggurat.sources.typed import elements

BATCH = 20_000  # messages
KINDS = {"Default": "posted", "Reply": "replied", "ThreadStarterMessage": "posted", "GuildMemberJoin": "joined"}


class Discord(SystemSettings, frozen=True, tag="discord"):
    """Which export. path: of its folder or ZIP file. channel: under which messages are logged.

    later_answers: whether a message that replies to and mentions nobody answers the last question by somebody else in
    its channel.
    """

    path: PathText = ""
    channel: str = "chat"
    later_answers: bool = False


class Author(msgspec.Struct):
    """An account."""

    id: str = ""
    name: str = ""
    nickname: str | None = None
    isBot: bool = False


class Reference(msgspec.Struct):
    """The message that another replies to."""

    messageId: str | None = None


class Message(msgspec.Struct):
    """A message, as the export has it."""

    id: str
    timestamp: str = ""
    type: str = "Default"
    content: str = ""
    author: Author = msgspec.field(default_factory=Author)
    mentions: list[Author] = []
    reference: Reference | None = None


class Channel(msgspec.Struct):
    """Where messages are."""

    id: str = ""
    name: str = ""


class Document(msgspec.Struct):
    """The messages of a channel."""

    channel: Channel
    messages: list[msgspec.Raw] = []


def read(settings: Discord, pull: Pull) -> Iterator[Part]:
    """Read the export, where it is another than the last time. Raises: SourceError if it is none."""
    with opened(settings.path, pull) as (export, stamp):
        if pull.cursor.get("stamp") != stamp:
            yield Part(export.place.name, batches(export, pull, settings), {"stamp": stamp})


def batches(export: Export, pull: Pull, settings: Discord) -> Iterator[Batch]:
    """Read the channels."""
    rows = Rows(pull.source, pull.received_at, settings.channel, export.place.name)
    topics = Topics({}) if settings.later_answers else None
    for done, name, document in export.documents(sorted(export.sizes), Document, rows):
        for number, message in elements(document.messages, Message, rows, name):
            take(rows, message, document.channel, topics, number)
            if len(rows) >= BATCH:
                yield rows.batch((done - 1) / len(export.sizes))
    yield rows.batch(1.0)


def take(rows: Rows, one: Message, room: Channel, topics: Topics | None, number: int) -> None:
    """Note what a message says. number: its place in its channel, from 1."""
    kind = KINDS.get(one.type)
    if kind is None:
        return
    actor, at = normalise("discord", one.author.id), instant(one.timestamp)
    if actor is None or at is None:
        rows.reject(
            number, "the message names nobody who wrote it, or no time", {"id": one.id, "timestamp": one.timestamp}
        )
        return
    rows.call(actor, one.author.nickname or one.author.name)
    rows.call(actor, "yes" if one.author.isBot else "", "bot")
    parent = one.reference.messageId if one.reference and one.type == "Reply" else None
    others = [other for each in one.mentions if each.id != one.author.id and (other := normalise("discord", each.id))]
    if topics is not None and kind == "posted" and not others:
        parent = topics.answered(room.id or room.name, one.id, at, actor, one.content)
    said = "replied" if kind == "posted" and (others or parent) else kind
    rows.say(one.id, at, actor, said, object=room.id or room.name,
             in_reply_to=parent, counterpart=others[0] if others and not parent else None,
             text=None if kind == "joined" else one.content, cells={"room": room.name[:200]})  # fmt: skip


SOURCE = Source(Discord, lambda _: ("interaction_id",), read)
