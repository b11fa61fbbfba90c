"""Who asked, answered, contributed and reviewed in repositories on GitHub? What changed since the last time.

Source: GitHub REST API documentation: *List repository issues* (pull requests are among them), *List issue comments for
a repository*, *List review comments in a repository*, *List reviews for a pull request*, *Rate limits*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from ziggurat.base.errors import DeclarationError, SourceError
from ziggurat.sources import newest, secret
from ziggurat.sources.api import Client, instant
from ziggurat.sources.batch import Batch
from ziggurat.sources.discussions import LOCKED, Discussions
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.typed import elements

PAGE = 100
PAGES = 5  # in one transaction
WINDOW = timedelta(hours=1)  # before the last change that is read again
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
NUMBER = re.compile(r"/(?:issues|pull|pulls)/(\d{1,12})(?:$|[#/])")
STATES = {"APPROVED": "approved", "CHANGES_REQUESTED": "changes wanted", "COMMENTED": "", "DISMISSED": "dismissed"}


class GitHub(SystemSettings, frozen=True, tag="github"):
    """Which repositories.

    repositories: as `owner/name`. token: where a token is that may read them; without one a hundredth may be asked.
    url: of the interface. channel: under which what is said is logged. reviews: whether those of pull requests are
    read, one question for each that changed. discussions: whether those are read, for which a token is needed.
    """

    repositories: tuple[str, ...] = ()
    token: Secret = ""
    url: Address = "https://api.github.com"
    channel: str = "github"
    reviews: bool = True
    discussions: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for one in self.repositories:
            if not NAME.fullmatch(one):
                raise DeclarationError(f"`repositories`: '{one[:80]}' is none; write owner/name.")


class User(msgspec.Struct):
    """An account."""

    login: str = ""
    type: str = "User"


class Item(msgspec.Struct):
    """An issue, a pull request, a comment or a review, as the API has it."""

    id: int
    html_url: str = ""
    user: User | None = None
    body: str | None = None
    title: str | None = None
    number: int = 0
    created_at: str | None = None
    updated_at: str | None = None
    submitted_at: str | None = None
    state: str = ""
    pull_request: dict[str, Any] | None = None
    in_reply_to_id: int | None = None


def read(settings: GitHub, pull: Pull) -> Iterator[Part]:
    """Read what changed, repository by repository. Raises: SourceError if one is not there, or may not be read."""
    if not settings.repositories:
        raise SourceError(f'[sources.{pull.source}] names no `repositories`; add them, as ["owner/name"].')
    token = secret.read(settings.token, "token", pull.source, pull.folder) if settings.token else ""
    if settings.discussions and not token:
        raise SourceError(f"[sources.{pull.source}] {LOCKED}")
    headers = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
    headers |= {"authorization": f"Bearer {token}"} if token else {}
    cursor = dict(pull.cursor)
    with Client(pull.source, settings.url, headers=headers, secrets=(token,)) as client:
        for name in settings.repositories:
            for what, take in KINDS.items():
                reading = Reading(client, name, what, cursor.get(f"{name} {what}"), reviews=settings.reviews)
                while not reading.over:
                    reached = dict(cursor)
                    rows = Rows(pull.source, pull.received_at, settings.channel, name)
                    yield Part(f"{name} {what.replace('/', ' ')}", reading.batches(rows, take, reached), reached)
                    cursor = reached
        lists = {f"{name} discussions": Discussions(client, name).page for name in settings.repositories}
        yield from newest.parts(replace(pull, cursor=cursor), settings.channel, lists if settings.discussions else {})


class Reading:
    """What changed of one kind in a repository. since: when the last that was read had changed."""

    def __init__(self, client: Client, name: str, what: str, since: str | None, *, reviews: bool) -> None:
        self.client, self.name, self.what, self.since, self.reviews = client, name, what, since, reviews
        self.following: str | None = None
        self.over = False

    def page(self, rows: Rows) -> list[Item]:
        """Read the next page, the longest unchanged first."""
        if self.following is not None:
            items, self.following = self.client.read(self.following, list[msgspec.Raw])
        else:
            last = instant(self.since)
            items, self.following = self.client.read(
                f"/repos/{self.name}/{self.what}", list[msgspec.Raw], sort="updated", direction="asc", per_page=PAGE,
                since=(last - WINDOW).strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
                state="all" if self.what == "issues" else None,
            )  # fmt: skip
        self.over = self.following is None
        return [one for _, one in elements(items, Item, rows, self.what)]

    def batches(self, rows: Rows, take: Callable[[Rows, Item, str], None], reached: dict[str, Any]) -> Iterator[Batch]:
        """Read some pages, and note how far that is."""
        key = f"{self.name} {self.what}"
        for _ in range(PAGES):
            items = self.page(rows)
            for one in items:
                take(rows, one, self.name)
                changed = self.since is None or (one.updated_at or "") > self.since
                if self.reviews and changed and one.pull_request is not None:
                    self.read_reviews(rows, one)
            reached[key] = max([str(reached.get(key) or ""), *(one.updated_at or "" for one in items)])
            yield rows.batch(1.0 if self.over else 0.5)
            if self.over:
                return

    def read_reviews(self, rows: Rows, pulled: Item) -> None:
        """Read who reviewed a pull request."""
        page, following = self.client.read(
            f"/repos/{self.name}/pulls/{pulled.number}/reviews", list[msgspec.Raw], per_page=PAGE
        )
        while True:
            for _, one in elements(page, Item, rows, f"reviews of {pulled.number}"):
                if one.submitted_at:
                    say(
                        rows,
                        one,
                        self.name,
                        "reviewed",
                        number=pulled.number,
                        cells={"review": STATES.get(one.state, "")},
                    )
            if following is None:
                return
            page, following = self.client.read(following, list[msgspec.Raw])


def say(rows: Rows, one: Item, name: str, kind: str, *, number: int, **columns: Any) -> None:
    """Note what somebody did about an issue or a pull request, in reply to it, unless it is that itself."""
    login = one.user.login if one.user else ""
    actor, at = normalise("github", login), instant(one.submitted_at or one.created_at)
    if actor is None or at is None:
        if login:
            rows.reject(number, "it says no time at which it was written", {"url": one.html_url})
        return  # an account that is gone wrote it, and nobody is left who did
    if one.user and one.user.type == "Bot":
        rows.call(actor, "yes", "bot")
    thread = f"{name}#{number}"
    itself = one.number == number
    about = {"object": thread, "in_reply_to": None if itself else thread, "text": one.body} | columns
    rows.say(thread if itself else f"{name} {kind} {one.id}", at, actor, kind, **about)


def take_issue(rows: Rows, one: Item, name: str) -> None:
    """Note an issue, or a pull request."""
    kind = "asked" if one.pull_request is None else "contributed"
    say(rows, one, name, kind, number=one.number, text=f"{one.title or ''}\n\n{one.body or ''}".strip())


def take_comment(rows: Rows, one: Item, name: str) -> None:
    """Note a comment on an issue, or on lines of a pull request."""
    found = NUMBER.search(one.html_url)
    if found:
        say(rows, one, name, "replied", number=int(found[1]))


KINDS: dict[str, Callable[[Rows, Item, str], None]] = {
    "issues": take_issue,
    "issues/comments": take_comment,
    "pulls/comments": take_comment,
}
SOURCE = Source(GitHub, lambda _: ("interaction_id",), read)
