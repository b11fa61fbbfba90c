"""What does a collector keep of one request? Its body as it was accepted, and what it was told beside it."""

from __future__ import annotations

import msgspec

CALLS = ("identify", "track", "page", "screen", "group", "alias")
MOST_EVENT = 32 * 1024  # bytes of one event
MOST_BODY = 500 * 1024  # bytes of one request, unpacked
MOST_EVENTS = 2_500  # in one request


class Arrival(msgspec.Struct, frozen=True, array_like=True):
    """One request that was accepted.

    at: when it came, µs since 1970 (UTC). id: of this request alone. call: what its one item is, of CALLS; empty where
    the items say it. protocol: segment or posthog. heads: headers that tell machines from people. body: JSON.
    """

    at: int
    id: str
    call: str
    protocol: str
    heads: dict[str, str]
    body: bytes


ENCODER, DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Arrival)


def encoded(arrival: Arrival) -> bytes:
    """Return an arrival as a record of the inbox."""
    return ENCODER.encode(arrival)


def decoded(record: bytes) -> Arrival:
    """Return the arrival that a record of the inbox holds. Raises: msgspec.DecodeError if it holds none."""
    return DECODER.decode(record)
