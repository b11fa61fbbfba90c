"""Who says what in rooms on Matrix, whom do they answer, and who joins? What an account that is in them may see.

Source: Matrix specification, client-server API v1.11 (https://spec.matrix.org/): *joined_rooms*, *messages* (newest
first, with a token for the next page), and of events *rich replies*, *threads*, *replacements*, *redactions* and
*annotations*.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client
from ziggurat.sources.identity import normalise
from ziggurat.sources.newest import Page, parts
from ziggurat.sources.outside import Address, Secret, SystemSettings
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source
from ziggurat.sources.tracking.values import table
from ziggurat.sources.typed import elements

PAGE = 100
API = "/_matrix/client/v3"
LATEST = 253_402_300_800_000  # milliseconds since 1970
LIKES = frozenset({"👍", "❤️", "❤", "🎉", "😄", "😀", "🚀", "🙏", "💯", "👏", "✅", "+1"})  # that say so


class Matrix(SystemSettings, frozen=True, tag="matrix"):
    """Which rooms.

    url: of the server that the account is on. token: where an access token of it is. rooms: ids of rooms; all that it
    is in unless said. channel: under which all is logged.
    """

    url: Address = ""
    token: Secret = ""
    rooms: tuple[str, ...] = ()
    channel: str = "chat"


class Joined(msgspec.Struct):
    """The rooms that an account is in."""

    joined_rooms: list[str] = []


class Member(msgspec.Struct):
    """What somebody is called."""

    display_name: str | None = None


class Members(msgspec.Struct):
    """Who is in a room."""

    joined: dict[str, Member] = {}


class Event(msgspec.Struct):
    """What happened. content, unsigned: as the specification has them for its type."""

    event_id: str
    type: str
    sender: str
    origin_server_ts: int
    content: dict[str, Any] = {}
    unsigned: dict[str, Any] = {}
    state_key: str | None = None


class Messages(msgspec.Struct):
    """A page of what happened. end: the token of the next one; None where there is none."""

    chunk: list[msgspec.Raw] = []
    end: str | None = None


def read(settings: Matrix, pull: Pull) -> Iterator[Part]:
    """Read what happened, room by room. Raises: SourceError if the server can't be asked, or shows no room."""
    if not settings.url or not settings.token:
        raise SourceError(f"[sources.{pull.source}] names no `url`, or no `token`; add them.")
    token = secret.read(settings.token, "token", pull.source, pull.folder)
    with Client(pull.source, settings.url, headers={"authorization": f"Bearer {token}"}, secrets=(token,)) as client:
        joined = client.read(f"{API}/joined_rooms", Joined)[0].joined_rooms
        wanted = [room for room in joined if room in settings.rooms] if settings.rooms else joined
        if not wanted:
            raise SourceError(
                f"{client.where} shows no room: the account is in none{' of those named' if settings.rooms else ''}. "
                "Invite it, accept, and read again."
            )
        lists: dict[str, Page] = {room: partial(events, Room(client, room)) for room in sorted(wanted)}
        yield from parts(pull, settings.channel, lists)


class Room:
    """A room that is read. edits: the newest words of messages, as the edits say them that were read before."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.path = f"{API}/rooms/{quote(name, safe='')}"
        self.edits: dict[str, str] = {}
        self.called = self.locked = False


def events(room: Room, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
    """Read a page of what happened in a room."""
    if not room.called:
        room.called = True
        for user, member in room.client.read(f"{room.path}/joined_members", Members)[0].joined.items():
            if identity := normalise("matrix", user):
                rows.call(identity, member.display_name or "")
    page, _ = room.client.read(f"{room.path}/messages", Messages, dir="b", limit=PAGE, **{"from": place})
    times = []
    for number, one in elements(page.chunk, Event, rows, room.name):
        if not 0 < one.origin_server_ts < LATEST or normalise("matrix", one.sender) is None:
            rows.reject(number, "the event says no time, or nobody", {"id": one.event_id, "sender": one.sender})
            continue
        at = datetime.fromtimestamp(one.origin_server_ts / 1000, UTC)
        times.append(at)
        take(rows, room, one, at, number)
    return times, page.end if page.chunk else None


def take(rows: Rows, room: Room, one: Event, at: datetime, number: int) -> None:
    """Note what an event says."""
    actor = f"matrix:{one.sender}"
    if one.type == "m.room.message":
        say(rows, room, one, at, actor)
    elif one.type == "m.reaction":
        about = table(one.content.get("m.relates_to"))
        if str(about.get("key")) in LIKES and isinstance(target := about.get("event_id"), str):
            rows.say(one.event_id, at, actor, "liked", object=room.name, in_reply_to=target)
    elif one.type == "m.room.member" and one.state_key == one.sender:
        now = one.content.get("membership")
        before = table(one.unsigned.get("prev_content")).get("membership")
        kind = "joined" if now == "join" else "left" if now in ("leave", "ban") and before == "join" else None
        if kind and now != before:
            rows.say(one.event_id, at, actor, kind, object=room.name)
    elif one.type == "m.room.encrypted" and not room.locked:
        room.locked = True
        rows.reject(number, "the room is encrypted, so that only who is in it can read it", {"room": room.name})


def say(rows: Rows, room: Room, one: Event, at: datetime, actor: str) -> None:
    """Note a message; the words of one that was edited, and a mark of one that was taken back."""
    about = table(one.content.get("m.relates_to"))
    if about.get("rel_type") == "m.replace":
        if isinstance(edited := about.get("event_id"), str):
            room.edits.setdefault(edited, body(table(one.content.get("m.new_content"))))
        return
    gone = "redacted_because" in one.unsigned
    bundled = table(table(one.unsigned.get("m.relations")).get("m.replace"))
    newest = table(table(bundled.get("content")).get("m.new_content"))
    reply = table(about.get("m.in_reply_to")).get("event_id")
    root = about.get("event_id") if about.get("rel_type") == "m.thread" else None
    parent = root if about.get("is_falling_back") or not isinstance(reply, str) else reply
    named = table(one.content.get("m.mentions")).get("user_ids")
    others = [each for each in named if isinstance(each, str) and each != one.sender] if isinstance(named, list) else []
    text = room.edits.get(one.event_id) or body(newest) or own(body(one.content), quotes=isinstance(reply, str))
    rows.say(
        one.event_id,
        at,
        actor,
        "replied" if parent or others else "posted",
        object=f"{room.name} {root}" if isinstance(root, str) else room.name,
        in_reply_to=parent if isinstance(parent, str) else None,
        counterpart=normalise("matrix", others[0]) if others and not parent else None,
        text=None if gone else text,
        cells={"deleted": gone or None},
    )


def body(content: dict[str, Any]) -> str:
    """Return the words of a message."""
    found = content.get("body")
    return found if isinstance(found, str) else ""


def own(text: str, *, quotes: bool) -> str:
    """Return the words of a message without those that it repeats of what it answers. quotes: whether it answers.

    >>> own("> <@ana:x.org> When?\\n> Today?\\n\\nOn Monday.", quotes=True)
    'On Monday.'
    """
    if not quotes or not text.startswith("> "):
        return text
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).strip()


SOURCE = Source(Matrix, lambda _: ("interaction_id",), read)
