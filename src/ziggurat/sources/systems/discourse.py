"""Who wrote what in a Discourse forum, and whom did they answer? Its posts, by number, from a little before the last.

Source: Discourse API docs, *List latest posts across topics* (https://docs.discourse.org/): `/posts.json?before=N`
gives those of the fifty numbers up to N that the account may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client, instant
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import normalise
from ziggurat.sources.mail.message import words
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.seen import MOST, Seen
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.typed import elements

STEP = 50  # numbers that one page covers
PART = 200  # pages in one transaction
REGULAR, WHISPER = 1, 4  # types of posts that somebody wrote


class Discourse(SystemSettings, frozen=True, tag="discourse"):
    """Which forum.

    url: of the forum. token, user: where the API key is, and for which account; without them what everybody may see is
    read. channel: under which posts are logged.
    """

    url: Address = ""
    token: Secret = ""
    user: str = "system"
    channel: str = "forum"


class Post(msgspec.Struct):
    """A post, as the API has it."""

    id: int
    topic_id: int
    post_number: int
    created_at: str
    username: str = ""
    name: str | None = None
    raw: str | None = None
    cooked: str | None = None
    topic_title: str | None = None
    post_type: int = REGULAR
    reply_to_post_number: int | None = None
    deleted_at: str | None = None
    user_deleted: bool = False
    accepted_answer: bool = False


class Numbered(msgspec.Struct):
    """A post, of which the number alone matters."""

    id: int = 0


class Posts(msgspec.Struct):
    """A page of them."""

    latest_posts: list[msgspec.Raw] = []


def read(settings: Discourse, pull: Pull) -> Iterator[Part]:
    """Read the posts that came, and again those from a little before. Raises: SourceError if there are none to see."""
    if not settings.url:
        raise SourceError(f"[sources.{pull.source}] names no `url`; add that of the forum.")
    token = secret.read(settings.token, "token", pull.source, pull.folder) if settings.token else ""
    headers = {"Api-Key": token, "Api-Username": settings.user} if token else {}
    with Client(pull.source, settings.url, headers=headers, secrets=(token,)) as client:
        page, around = client.read("/posts.json", Posts)[0], Rows(pull.source, pull.received_at, settings.channel)
        newest = max((post.id for _, post in elements(page.latest_posts, Numbered, around, "posts")), default=0)
        if not newest:
            raise SourceError(
                f"{client.where} shows no post: it is empty, or the account `{settings.user}` may read none of its "
                "categories. Let it read them, and read again."
            )
        done = int(pull.cursor.get("post", 0))
        start = first = max(0, min(done, newest) - MOST)
        while start < newest:
            end = min(newest, start + STEP * PART)
            cursor: dict[str, Any] = {}
            yield Part(
                f"posts to {end}",
                batches(client, settings, pull, (start, end, newest), cursor, again=start == first),
                cursor,
            )
            start = end


def batches(
    client: Client, settings: Discourse, pull: Pull, span: tuple[int, int, int], cursor: dict[str, Any], *, again: bool
) -> Iterator[Batch]:
    """Read the posts of some numbers, and note how far that is. again: whether those read before are among them."""
    start, end, newest = span
    rows, seen = Rows(pull.source, pull.received_at, settings.channel, "posts"), Seen(pull.cursor)
    for before in range(start + STEP, end + STEP, STEP):
        page = client.read("/posts.json", Posts, before=min(before, end))[0]
        there = elements(page.latest_posts, Post, rows, f"posts to {min(before, end)}")
        for _, post in sorted(there, key=lambda one: one[1].id):
            if start < post.id <= end:
                take(rows, post)
        seen.note(rows, again=before - STEP >= end - MOST)
        if len(rows) >= 1_000:
            yield rows.batch(min(before, end) / newest)
    if again:
        seen.mark_gone(rows)
    yield rows.batch(end / newest)
    cursor |= {"post": end} | seen.kept()


def take(rows: Rows, post: Post) -> None:
    """Note what a post says. Its id is its place in its topic, by which others reply to it."""
    actor, at = normalise("discourse", post.username.lower()), instant(post.created_at)
    if post.post_type not in (REGULAR, WHISPER):
        return
    name = f"{post.topic_id}/{post.post_number}"
    if actor is None or at is None:
        rows.reject(post.id, "the post names nobody who wrote it, or no time", {"id": post.id, "user": post.username})
        return
    rows.call(actor, post.name or "")
    first = post.post_number == 1
    parent = None if first else f"{post.topic_id}/{post.reply_to_post_number or 1}"
    gone = post.deleted_at is not None or post.user_deleted
    text = "" if gone else post.raw or words(post.cooked or "")
    said = f"{post.topic_title or ''}\n\n{text}".strip() if first and not gone else text
    kind = "posted" if first else "answered" if post.accepted_answer else "replied"
    rows.say(
        name, at, actor, kind, object=str(post.topic_id), in_reply_to=parent, text=said, cells={"deleted": gone or None}
    )


SOURCE = Source(Discourse, lambda _: ("interaction_id",), read)
