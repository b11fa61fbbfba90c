"""Who mentions, answers, boosts, favourites and follows an account on Mastodon, and what does it say itself?

Source: Mastodon API docs, *notifications* and *accounts* (https://docs.joinmastodon.org/methods/): both lists are given
newest first, forty or eighty a page, and name the next page in the header `Link`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client, instant
from ziggurat.sources.identity import normalise
from ziggurat.sources.mail.message import words
from ziggurat.sources.newest import Page, parts
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.typed import elements

NOTICES, STATUSES = 80, 40  # the most that a page holds
DEEDS = {"favourite": "liked", "reblog": "shared", "follow": "followed"}  # a notice's type → what somebody did
SAID = ("mention", "quote")  # types of notices that hold what somebody said
PRIVATE = "direct"


class Mastodon(SystemSettings, frozen=True, tag="mastodon"):
    """Which account.

    url: of its server. token: where an access token of the account is, with the scopes read:accounts,
    read:notifications and read:statuses. channel: under which all is logged.
    """

    url: Address = ""
    token: Secret = ""
    channel: str = "mastodon"


class Account(msgspec.Struct):
    """An account, as the API has it. acct: its name, without a server for one of the same."""

    id: str
    acct: str = ""
    display_name: str = ""
    bot: bool = False


class Mention(msgspec.Struct):
    """Whom a status names."""

    id: str = ""
    acct: str = ""


class Status(msgspec.Struct):
    """What was said."""

    id: str
    created_at: str = ""
    content: str = ""
    visibility: str = "public"
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    account: Account | None = None
    mentions: list[Mention] = []


class Notice(msgspec.Struct):
    """What happened to the account."""

    id: str
    type: str = ""
    created_at: str = ""
    account: Account | None = None
    status: Status | None = None


def read(settings: Mastodon, pull: Pull) -> Iterator[Part]:
    """Read what happened to the account, and what it said. Raises: SourceError if it can't be asked."""
    if not settings.url or not settings.token:
        raise SourceError(f"[sources.{pull.source}] names no `url`, or no `token`; add them.")
    token = secret.read(settings.token, "token", pull.source, pull.folder)
    headers = {"authorization": f"Bearer {token}"}
    with Client(pull.source, settings.url, headers=headers, secrets=(token,)) as client:
        us = client.read("/api/v1/accounts/verify_credentials", Account)[0]
        at = Place(client, us, urlsplit(settings.url).hostname or "")
        lists: dict[str, Page] = {"notifications": partial(notices, at), "statuses": partial(statuses, at)}
        yield from parts(pull, settings.channel, lists)


class Place:
    """The account that is read. server: its name. done: the deeds that were noted, the last of each kind alone."""

    def __init__(self, client: Client, us: Account, server: str) -> None:
        self.client, self.us, self.server = client, us, server
        self.done: set[str] = set()

    def who(self, account: Account | Mention | None) -> str | None:
        """Return the identity of an account; None where there is none."""
        if account is None or not account.acct:
            return None
        return normalise("mastodon", account.acct if "@" in account.acct else f"{account.acct}@{self.server}")


def notices(at: Place, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
    """Read a page of what happened to the account."""
    path, options = place or "/api/v1/notifications", {} if place else {"limit": NOTICES}
    raw, following = at.client.read(path, list[msgspec.Raw], **options)
    times = []
    for number, one in elements(raw, Notice, rows, "notifications"):
        when, actor = instant(one.created_at), at.who(one.account)
        if one.type not in SAID and one.type not in DEEDS:
            continue
        if when is None or actor is None or (one.status is None and one.type != "follow"):
            rows.reject(number, "the notification says no time, nobody, or nothing", {"id": one.id, "type": one.type})
            continue
        times.append(when)
        called(rows, actor, one.account)
        if one.type in SAID and one.status is not None:
            hear(rows, at, one.status, actor, quotes=one.type == "quote")
            continue
        about = one.status.id if one.status else ""
        name = " ".join(filter(None, (one.type, actor, about)))
        if name in at.done:  # done, undone and done again, it is one
            continue
        at.done.add(name)
        rows.say(name, when, actor, DEEDS[one.type], object=about, in_reply_to=about, counterpart=at.who(at.us))
    return times, following


def called(rows: Rows, actor: str, account: Account | None) -> None:
    """Note what an account is called, and whether it says that a program runs it."""
    if account is not None:
        rows.call(actor, account.display_name)
        if account.bot:
            rows.call(actor, "yes", "bot")


def hear(rows: Rows, at: Place, said: Status, actor: str, *, quotes: bool) -> None:
    """Note what somebody said to the account, or of it."""
    when = instant(said.created_at)
    if when is None:
        rows.reject(1, "the status says no time", {"id": said.id})
        return
    kind = "contacted" if said.visibility == PRIVATE else "replied" if said.in_reply_to_id else "mentioned"
    rows.say(said.id, when, actor, "shared" if quotes else kind, object=said.in_reply_to_id or said.id,
             in_reply_to=said.in_reply_to_id, counterpart=at.who(at.us), text=words(said.content))  # fmt: skip


def statuses(at: Place, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
    """Read a page of what the account said."""
    path = place or f"/api/v1/accounts/{at.us.id}/statuses"
    options = {} if place else {"limit": STATUSES, "exclude_reblogs": "true"}
    raw, following = at.client.read(path, list[msgspec.Raw], **options)
    times, ours = [], at.who(at.us)
    for number, one in elements(raw, Status, rows, "statuses"):
        when = instant(one.created_at)
        if when is None or ours is None:
            rows.reject(number, "the status says no time", {"id": one.id})
            continue
        times.append(when)
        to = at.who(next((each for each in one.mentions if each.id == one.in_reply_to_account_id), None))
        answers = one.in_reply_to_id is not None and one.in_reply_to_account_id != at.us.id
        kind = "messaged" if one.visibility == PRIVATE else "responded" if answers else "broadcast"
        rows.call(ours, at.us.display_name)
        rows.say(one.id, when, ours, kind, object=one.in_reply_to_id or one.id, in_reply_to=one.in_reply_to_id,
                 counterpart=to, text=words(one.content), activity=None if answers else "posts")  # fmt: skip
    return times, following


SOURCE = Source(Mastodon, lambda _: ("interaction_id",), read)
