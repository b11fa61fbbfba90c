"""Who mentions, answers, reposts, likes and follows an account on Bluesky, and what does it say itself?

Source: the lexicons of AT Protocol, com.atproto.server.createSession, app.bsky.notification.listNotifications and
app.bsky.feed.getAuthorFeed (https://docs.bsky.app/): both lists are given newest first, a hundred a page, with a cursor
for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client, instant
from ziggurat.sources.identity import normalise
from ziggurat.sources.newest import Page, parts
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.typed import elements

PAGE = 100
DEEDS = {
    "like": "liked",
    "like-via-repost": "liked",
    "repost": "shared",
    "repost-via-repost": "shared",
    "follow": "followed",
}
SAID = {"mention": "mentioned", "reply": "replied", "quote": "shared"}


class Bluesky(SystemSettings, frozen=True, tag="bluesky"):
    """Which account.

    user, password: its handle, and where an app password of it is. url: of the server that it is on. channel: under
    which all is logged.
    """

    user: str = ""
    password: Secret = ""
    url: Address = "https://bsky.social"
    channel: str = "bluesky"


class Session(msgspec.Struct):
    """Who is logged in."""

    accessJwt: str
    did: str
    handle: str


class Author(msgspec.Struct):
    """An account. did: its id, which stays when its handle changes."""

    did: str
    handle: str = ""
    displayName: str | None = None


class Strong(msgspec.Struct):
    """What is referred to."""

    uri: str = ""


class Reply(msgspec.Struct):
    """What a post answers: root is what its thread begins with."""

    parent: Strong = msgspec.field(default_factory=Strong)
    root: Strong = msgspec.field(default_factory=Strong)


class Record(msgspec.Struct):
    """What was written, where it is a post."""

    text: str = ""
    reply: Reply | None = None


class Notice(msgspec.Struct):
    """What happened to the account."""

    uri: str
    author: Author
    reason: str = ""
    reasonSubject: str | None = None
    indexedAt: str = ""
    record: Record = msgspec.field(default_factory=Record)


class Post(msgspec.Struct):
    """A post, as a feed has it."""

    uri: str
    author: Author
    indexedAt: str = ""
    record: Record = msgspec.field(default_factory=Record)


class Item(msgspec.Struct):
    """An element of a feed. reason: that it was reposted; reply: with the posts that it answers."""

    post: Post
    reason: dict[str, Any] | None = None
    reply: dict[str, Any] | None = None


class Notices(msgspec.Struct):
    """A page of what happened."""

    notifications: list[msgspec.Raw] = []
    cursor: str | None = None


class Items(msgspec.Struct):
    """A page of a feed."""

    feed: list[msgspec.Raw] = []
    cursor: str | None = None


def read(settings: Bluesky, pull: Pull) -> Iterator[Part]:
    """Read what happened to the account, and what it said. Raises: SourceError if it can't be asked."""
    if not settings.user or not settings.password:
        raise SourceError(f"[sources.{pull.source}] names no `user`, or no `password`; add them.")
    password = secret.read(settings.password, "password", pull.source, pull.folder)
    asks = {"identifier": settings.user, "password": password}
    with Client(pull.source, settings.url, secrets=(password,)) as client:
        us = client.post("/xrpc/com.atproto.server.createSession", asks, Session)
    headers = {"authorization": f"Bearer {us.accessJwt}"}
    with Client(pull.source, settings.url, headers=headers, secrets=(password, us.accessJwt)) as client:
        lists: dict[str, Page] = {"notifications": partial(notices, client, us), "posts": partial(posts, client, us)}
        yield from parts(pull, settings.channel, lists)


def who(rows: Rows, author: Author) -> str | None:
    """Return the identity of an account by its handle, and note that its id is the same one's."""
    found = normalise("bluesky", author.handle) if author.handle and author.handle != "handle.invalid" else None
    lasting = normalise("did", author.did.removeprefix("did:"))
    rows.join(found, lasting, "their account")
    actor = found or lasting
    if actor:
        rows.call(actor, author.displayName or "")
    return actor


def notices(client: Client, us: Session, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
    """Read a page of what happened to the account."""
    page, _ = client.read("/xrpc/app.bsky.notification.listNotifications", Notices, limit=PAGE, cursor=place)
    times, ours = [], normalise("bluesky", us.handle)
    for number, one in elements(page.notifications, Notice, rows, "notifications"):
        kind = DEEDS.get(one.reason) or SAID.get(one.reason)
        if kind is None:
            continue
        when, actor = instant(one.indexedAt), who(rows, one.author)
        if when is None or actor is None:
            rows.reject(number, "the notification says no time, or nobody", {"uri": one.uri, "reason": one.reason})
            continue
        times.append(when)
        reply = one.record.reply
        about = one.reasonSubject if one.reason in DEEDS else reply.root.uri if reply else one.uri
        parent = one.reasonSubject if one.reason in DEEDS else reply.parent.uri if reply else None
        rows.say(one.uri, when, actor, kind, object=about, in_reply_to=parent, counterpart=ours,
                 text=one.record.text if one.reason in SAID else None)  # fmt: skip
    return times, page.cursor if page.notifications else None


def posts(client: Client, us: Session, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
    """Read a page of what the account said."""
    page, _ = client.read(
        "/xrpc/app.bsky.feed.getAuthorFeed", Items, actor=us.did, limit=PAGE, filter="posts_with_replies", cursor=place
    )
    times = []
    for number, item in elements(page.feed, Item, rows, "posts"):
        one = item.post
        if item.reason is not None or one.author.did != us.did:
            continue
        when, ours = instant(one.indexedAt), who(rows, one.author)
        if when is None or ours is None:
            rows.reject(number, "the post says no time", {"uri": one.uri})
            continue
        times.append(when)
        reply = one.record.reply
        to = answered(rows, item.reply)
        answers = reply is not None and to != ours
        kind, thread = ("responded" if answers else "broadcast"), (reply.root.uri if reply else one.uri)
        rows.say(
            one.uri,
            when,
            ours,
            kind,
            object=thread,
            in_reply_to=reply.parent.uri if reply else None,
            counterpart=to if answers else None,
            text=one.record.text,
            activity=None if answers else "posts",
        )
    return times, page.cursor if page.feed else None


def answered(rows: Rows, reply: dict[str, Any] | None) -> str | None:
    """Return whom a post answers; None where the feed does not show it."""
    parent = (reply or {}).get("parent")
    author = parent.get("author") if isinstance(parent, dict) else None
    try:
        return who(rows, msgspec.convert(author, Author)) if author else None
    except msgspec.ValidationError:
        return None


SOURCE = Source(Bluesky, lambda _: ("interaction_id",), read)
