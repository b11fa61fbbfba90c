"""What does one item of a request say? A call: who, when, what, with its context; or why it can't be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from ziggurat.sources.cells import preview_cell
from ziggurat.sources.chunk import UNREADABLE
from ziggurat.sources.identity import is_nobody
from ziggurat.sources.moments import FIRST, LAST
from ziggurat.sources.tracking import body as bodies
from ziggurat.sources.tracking.arrival import CALLS, MOST_EVENT, Arrival
from ziggurat.sources.tracking.posthog import as_segment

LONGEST_ID = 500  # characters of an id of anybody or anything
NOTHING = b"\\u0000"  # how JSON writes it
FRACTION = re.compile(r"\.(\d{7,})")
DAY = 86_400_000_000


class RefusedError(ValueError):
    """An item that can't be taken; the message says why."""


@dataclass(frozen=True)
class Call:
    """One call. type: of CALLS. at: µs since 1970 (UTC), by our clock. id: unique in its source."""

    type: str
    id: str
    at: int
    user: str
    anonymous: str
    previous: str = ""
    event: str = ""
    group: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
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


def read_call(raw: bytes, nth: int, arrival: Arrival, envelope: bodies.Envelope) -> Call:
    """Return what one item says. Raises: RefusedError."""
    if len(raw) > MOST_EVENT:
        raise RefusedError(f"it has {len(raw):,} bytes, and one event may have {MOST_EVENT:,}")
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("it is no JSON that can be read") from error
    if NOTHING in raw:
        said = shown(said)
    if not isinstance(said, dict):
        raise RefusedError("it is no JSON object")
    if arrival.protocol == "posthog":
        said = as_segment(said)
    kind = arrival.call or said.get("type")
    if kind not in CALLS:
        raise RefusedError(f"its type is {preview_cell(str(kind))!r}; it can be {', '.join(CALLS)}")
    context = table(envelope.context) | table(said.get("context"))
    user, anonymous = (identifier(said.get(name), name) for name in ("userId", "anonymousId"))
    user = user or identifier(context.get("userId"), "userId")
    previous = identifier(said.get("previousId"), "previousId")
    if not (user or anonymous):
        raise RefusedError("it names nobody: it has neither userId nor anonymousId")
    if kind == "alias" and not previous:
        raise RefusedError("it has no previousId, so nothing says who else this is")
    sent = said.get("sentAt") or envelope.sentAt or envelope.sent_at
    return Call(
        kind,
        identifier(said.get("messageId"), "messageId") or f"{arrival.id}-{nth}",
        corrected(said.get("originalTimestamp") or said.get("timestamp"), sent, arrival.at),
        user,
        anonymous,
        previous,
        event_name(said, kind),
        identifier(said.get("groupId"), "groupId"),
        table(said.get("properties")),
        table(context.get("traits")) | table(said.get("traits")),
        context,
    )


def shown(value: Any) -> Any:
    """Return JSON in which the sign of number 0, which few systems take in a text, is one for what can't be shown."""
    if isinstance(value, str):
        return value.replace("\0", UNREADABLE)
    if isinstance(value, dict):
        return {shown(name): shown(inner) for name, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value


def table(value: Any) -> dict[str, Any]:
    """Return an object of JSON; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def identifier(value: Any, name: str) -> str:
    """Return an id as text; nothing where there is none. Raises: RefusedError if it is no id."""
    if value is None or isinstance(value, bool):
        return ""
    if not isinstance(value, (str, int, float)):
        raise RefusedError(f"its {name} is no text")
    text = str(value).strip()
    if len(text) > LONGEST_ID:
        raise RefusedError(f"its {name} has {len(text):,} characters; it may have {LONGEST_ID}")
    return "" if is_nobody(text) else text


def event_name(said: Mapping[str, Any], kind: str) -> str:
    """Return the name of what happened, or of the page. Raises: RefusedError if a track call has none."""
    name = said.get("event") if kind == "track" else said.get("name") or table(said.get("properties")).get("name")
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
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) >= 1e11 else value
        return round(seconds * 1_000_000) if abs(seconds) < 1e11 else None
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(FRACTION.sub(lambda found: f".{found[1][:6]}", value.strip()))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    gone = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds
