"""Who wrote what in a Slack workspace, and to whom? Its export: a document a day and channel, one of its people.

Source: Slack help, *How to read Slack data exports*; Slack API docs, *Message events*, *Formatting text*.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ziggurat.sources.batch import Batch
from ziggurat.sources.exported import Export, opened
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.topics import Topics
from ziggurat.sources.typed import elements

BATCH = 20_000  # messages
MENTION = re.compile(r"<@([A-Z0-9]{2,20})(?:\|[^<>]{0,100})?>")
LINK = re.compile(r"<((?:https?|mailto):[^<>|]{1,2000})(?:\|([^<>]{0,500}))?>")
KINDS = {"channel_join": "joined", "group_join": "joined", "channel_leave": "left", "group_leave": "left"}
SAID = ("", "bot_message", "thread_broadcast", "me_message", "file_share", "tombstone")
LATEST = 253_402_300_800


class Slack(SystemSettings, frozen=True, tag="slack"):
    """Which export. path: of its folder or ZIP file. channel: under which messages are logged.

    later_answers: whether a message that replies to and mentions nobody answers the last question by somebody else in
    its channel.
    """

    path: PathText = ""
    channel: str = "chat"
    later_answers: bool = False


class Profile(msgspec.Struct):
    """What somebody says of themselves."""

    email: str | None = None
    real_name: str | None = None
    display_name: str | None = None


class User(msgspec.Struct):
    """An account."""

    id: str
    name: str = ""
    real_name: str | None = None
    is_bot: bool = False
    profile: Profile = msgspec.field(default_factory=Profile)


class Message(msgspec.Struct):
    """A message, as the export has it."""

    ts: str = ""
    type: str = "message"
    subtype: str = ""
    user: str | None = None
    bot_id: str | None = None
    text: str = ""
    thread_ts: str | None = None


def read(settings: Slack, pull: Pull) -> Iterator[Part]:
    """Read the export, where it is another than the last time. Raises: SourceError if it is none."""
    with opened(settings.path, pull) as (export, stamp):
        if pull.cursor.get("stamp") != stamp:
            yield Part(export.place.name, batches(export, pull, settings), {"stamp": stamp})


def batches(export: Export, pull: Pull, settings: Slack) -> Iterator[Batch]:
    """Read who there is, then the days of each channel."""
    rows = Rows(pull.source, pull.received_at, settings.channel, export.place.name)
    people: dict[str, User] = {}
    listed = [one for one in export.sizes if one.rpartition("/")[2] in ("users.json", "org_users.json")]
    for _, name, found in export.documents(listed, list[msgspec.Raw], rows):
        people |= {one.id: one for _, one in elements(found, User, rows, name)}
    for one in people.values():
        identity = f"slack:{one.id}"
        rows.call(identity, one.profile.real_name or one.real_name or one.profile.display_name or one.name)
        rows.call(identity, "yes" if one.is_bot else "", "bot")
        rows.join(identity, normalise("email", one.profile.email or ""), "their account")
    topics = Topics({}) if settings.later_answers else None
    days = sorted(one for one in export.sizes if re.fullmatch(r"(?:.*/)?[^/]+/\d{4}-\d\d-\d\d\.json", one))
    for done, name, found in export.documents(days, list[msgspec.Raw], rows):
        room = name.split("/")[-2]
        for number, message in elements(found, Message, rows, name):
            take(rows, message, Room(room, people, topics), number)
        if len(rows) >= BATCH:
            yield rows.batch(done / len(days))
    yield rows.batch(1.0)


class Room(NamedTuple):
    """A channel, who there is, and the questions that what comes later answers."""

    name: str
    people: dict[str, User]
    topics: Topics | None


def take(rows: Rows, one: Message, where: Room, number: int) -> None:
    """Note what a message says. number: its place in its document, from 1."""
    room, people = where.name, where.people
    kind = KINDS.get(one.subtype)
    if one.type != "message" or (kind is None and one.subtype not in SAID):
        return
    at, who = instant(one.ts), one.user or one.bot_id or ""
    actor = normalise("slack", who)
    if at is None or actor is None:
        rows.reject(
            number, "the message names nobody who wrote it, or no time", {"ts": one.ts, "user": who, "room": room}
        )
        return
    gone = one.subtype == "tombstone"
    mentions = [name for name in MENTION.findall(one.text) if name != who]
    parent = f"{room}/{one.thread_ts}" if one.thread_ts and one.thread_ts != one.ts else None
    text = "" if gone or kind else plain(one.text, people)
    if where.topics and not (parent or mentions or gone or kind):
        parent = where.topics.answered(room, f"{room}/{one.ts}", at, actor, text)
    said = kind or ("replied" if parent or mentions else "posted")
    about = {
        "object": f"{room}/{one.thread_ts or one.ts}", "in_reply_to": parent,
        "counterpart": f"slack:{mentions[0]}" if mentions and not parent else None,
        "text": text,
        "cells": {"room": room[:200], "deleted": gone or None},
    }  # fmt: skip
    rows.say(f"{room}/{one.ts}", at, actor, said, **about)
    if who not in people and one.bot_id:
        rows.call(actor, "yes", "bot")


def instant(ts: str) -> datetime | None:
    """Return the instant of a timestamp of Slack's: seconds since 1970, with six digits after the point."""
    seconds, _, rest = ts.partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 13 and 0 < int(seconds) < LATEST):
        return None
    micros = int(rest[:6].ljust(6, "0")) if rest.isascii() and rest.isdecimal() else 0
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=micros)


def plain(text: str, people: dict[str, User]) -> str:
    """Return a text with names and addresses in place of what stands for them."""

    def named(found: re.Match[str]) -> str:
        one = people.get(found[1])
        return f"@{(one.profile.display_name or one.real_name or one.name) if one else found[1]}"

    return html.unescape(LINK.sub(lambda one: one[2] or one[1], MENTION.sub(named, text))).strip()


SOURCE = Source(Slack, lambda _: ("interaction_id",), read)
