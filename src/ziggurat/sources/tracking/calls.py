"""What does one item of a request say? A call: who, when, what, with its context; or why it can't be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ziggurat.sources.cells import preview_cell
from ziggurat.sources.identity import LONGEST_NOBODY, is_nobody
from ziggurat.sources.moments import FIRST, LAST
from ziggurat.sources.tracking import body as bodies
from ziggurat.sources.tracking.arrival import CALLS, MOST_EVENT, Arrival
from ziggurat.sources.tracking.context import NOTHING, Context, context_of, shown
from ziggurat.sources.tracking.posthog import as_segment
from ziggurat.sources.tracking.values import table

LONGEST_ID = 500  # characters of an id of anybody or anything
DAY = 86_400_000_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class RefusedError(ValueError):
    """An item that can't be taken; the message says why."""


class Said(msgspec.Struct, gc=False):
    """What is looked at of an item, whatever it is; a struct, since it is read and asked several times as fast."""

    type: Any = None
    messageId: Any = None
    userId: Any = None
    anonymousId: Any = None
    previousId: Any = None
    groupId: Any = None
    event: Any = None
    name: Any = None
    timestamp: Any = None
    originalTimestamp: Any = None
    sentAt: Any = None
    properties: Any = None
    traits: Any = None
    context: msgspec.Raw = msgspec.Raw()


class Call(msgspec.Struct, gc=False):
    """One call. type: of CALLS. at: µs since 1970 (UTC), by our clock. id: unique in its source."""

    type: str
    id: str
    at: int
    user: str
    anonymous: str
    previous: str
    event: str
    group: str
    properties: Mapping[str, Any]
    traits: Mapping[str, Any]
    context: Context


class Item(NamedTuple):
    """One item of a request. call: what it says, or None where it can't be taken, and `why` not. raw: as it came."""

    nth: int
    raw: bytes
    call: Call | None = None
    why: str = ""


def read_items(arrival: Arrival) -> Iterator[Item]:
    """Yield the items of a request in order. Whatever they are, none raises."""
    try:
        envelope = bodies.opened(arrival.body, single=bool(arrival.call))
    except ValueError as error:
        yield Item(0, arrival.body, why=str(error))
        return
    for nth, raw in enumerate(bodies.items(envelope, arrival.body)):
        try:
            yield Item(nth, raw, read_call(raw, nth, arrival, envelope))
        except RefusedError as error:
            yield Item(nth, raw, why=str(error))


SAID = msgspec.json.Decoder(Said)


def read_call(raw: bytes, nth: int, arrival: Arrival, envelope: bodies.Envelope) -> Call:
    """Return what one item says. Raises: RefusedError."""
    if len(raw) > MOST_EVENT:
        raise RefusedError(f"it has {len(raw):,} bytes, and one event may have {MOST_EVENT:,}")
    said = read_said(raw, posthog=arrival.protocol == "posthog")
    kind = arrival.call or said.type
    if kind not in CALLS:
        raise RefusedError(f"its type is {preview_cell(str(kind))!r}; it can be {', '.join(CALLS)}")
    try:
        context = context_of(bytes(envelope.context), bytes(said.context))
    except (ValueError, RecursionError) as error:
        raise RefusedError("its context can't be read") from error
    user, anonymous = identifier(said.userId, "userId"), identifier(said.anonymousId, "anonymousId")
    user = user or identifier(context.user, "userId")
    previous = "" if said.previousId is None else identifier(said.previousId, "previousId")
    if not (user or anonymous):
        raise RefusedError("it names nobody: it has neither userId nor anonymousId")
    if kind == "alias" and not previous:
        raise RefusedError("it has no previousId, so nothing says who else this is")
    sent = said.sentAt or envelope.sentAt or envelope.sent_at
    traits = table(said.traits)
    return Call(
        kind,
        identifier(said.messageId, "messageId") or f"{arrival.id}-{nth}",
        corrected(said.originalTimestamp or said.timestamp, sent, arrival.at),
        user,
        anonymous,
        previous,
        event_name(said, kind),
        "" if said.groupId is None else identifier(said.groupId, "groupId"),
        table(said.properties),
        context.traits | traits if context.traits else traits,
        context,
    )


def read_said(raw: bytes, *, posthog: bool) -> Said:
    """Return what is looked at of an item, as Segment's protocol names it. Raises: RefusedError if it is no object."""
    try:
        if not posthog and NOTHING not in raw:
            return SAID.decode(raw)
        whole = msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.ValidationError as error:
        raise RefusedError("it is no JSON object") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("it is no JSON that can be read") from error
    whole = shown(whole) if NOTHING in raw else whole
    whole = as_segment(whole) if posthog else whole
    found = Said(**{name: whole[name] for name in Said.__struct_fields__ if name in whole and name != "context"})
    found.context = msgspec.Raw(msgspec.json.encode(whole.get("context")))
    return found


def identifier(value: Any, name: str) -> str:
    """Return an id as text; nothing where there is none. Raises: RefusedError if it is no id."""
    if value is None or value is True or value is False:
        return ""
    if not isinstance(value, (str, int, float)):
        raise RefusedError(f"its {name} is no text")
    text = str(value).strip()
    size = len(text)
    if size > LONGEST_ID:
        raise RefusedError(f"its {name} has {size:,} characters; it may have {LONGEST_ID}")
    return "" if size <= LONGEST_NOBODY and is_nobody(text) else text


def event_name(said: Said, kind: str) -> str:
    """Return the name of what happened, or of the page. Raises: RefusedError if a track call has none."""
    name = said.event if kind == "track" else said.name or table(said.properties).get("name")
    if not isinstance(name, str) or not name.strip():
        if kind == "track":
            raise RefusedError("it is a track call, and has no `event`")
        return ""
    return name.strip()


def corrected(original: Any, sent: Any, received: int) -> int:
    """Return when something happened by our clock, µs: the sender's clock may be wrong, but it runs as ours does.

    Source: Segment, Spec: Common Fields, timestamp = receivedAt - (sentAt - originalTimestamp). Raises: RefusedError.
    """
    if original is None:
        return received
    at = instant(original)
    if at is None:
        raise RefusedError(f"its timestamp is {preview_cell(str(original))!r}, which is no time in ISO 8601")
    by_them = instant(sent) if sent is not None else None
    at = at if by_them is None else received - (by_them - at)
    if not FIRST <= at < LAST + DAY:
        raise RefusedError(f"its timestamp is {preview_cell(str(original))!r}, which lies before 1970 or after 2200")
    return at


def instant(value: Any) -> int | None:
    """Return a time in ISO 8601, of UTC where it says no zone, or in seconds or milliseconds since 1970, as µs.

    >>> instant("2026-01-05T10:00:00.123Z"), instant(1767607200000), instant("soon")
    (1767607200123000, 1767607200000000, None)
    """
    if isinstance(value, str):
        return instant_of(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) >= 1e11 else value
        return round(seconds * 1_000_000) if abs(seconds) < 1e11 else None
    return None


@lru_cache(maxsize=4_096)  # a batch says the same of all when it was sent, and few moments of each
def instant_of(text: str) -> int | None:
    """Return a time in ISO 8601 as µs since 1970, further digits cut off; of UTC where it says no zone."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    gone = (at if at.tzinfo else at.replace(tzinfo=UTC)) - BEGINNING
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds
