"""What stands in the body of a request? JSON, whatever it calls itself: packed, in a form, or as it is.

Browser libraries post JSON as plain text, some label packed JSON as a form, and some send a form in which it stands.
So what is done depends on the first bytes, never on what is said of them: a proxy that unpacks a body may leave the
header that says it is packed.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from ziggurat.sources.tracking.arrival import MOST_BODY, MOST_EVENT, MOST_EVENTS

GZIP, ZLIB = b"\x1f\x8b", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
IN_FORM = b"data="  # how the JSON begins in a form


class UnacceptableError(ValueError):
    """A body that is not taken; the message says why. large: what is too large, if anything: event or request."""

    def __init__(self, why: str, *, large: str = "") -> None:
        super().__init__(why)
        self.large = large


class Envelope(msgspec.Struct):
    """What a request says for all of its items. batch: the items, each as it came; unset where it is one itself."""

    batch: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    writeKey: Any = None
    api_key: Any = None
    token: Any = None
    sentAt: Any = None
    sent_at: Any = None
    context: msgspec.Raw = msgspec.Raw()
    properties: Any = None

    def key(self) -> str:
        """Return the key that is sent in the body, or nothing."""
        inner = self.properties.get("token") if isinstance(self.properties, dict) else None
        found = next((key for key in (self.writeKey, self.api_key, self.token, inner) if isinstance(key, str)), "")
        return found.strip()

    def count(self) -> int:
        """Return how many items it has."""
        return 1 if self.batch is msgspec.UNSET else len(self.batch)


READER = msgspec.json.Decoder(Envelope)
LIST = msgspec.json.Decoder(list[msgspec.Raw])


def unpack(body: bytes) -> bytes:
    """Return the JSON of a body. Raises: UnacceptableError if it is too large, packed wrongly, or a form without it."""
    if len(body) > MOST_BODY:
        raise UnacceptableError(f"a request may have {MOST_BODY:,} bytes", large="request")
    if body.startswith(GZIP) or body.startswith(ZLIB):
        body = inflated(body)
    if body.startswith(IN_FORM):
        body = from_form(body)
    return body.removeprefix(b"\xef\xbb\xbf").strip()


def inflated(body: bytes) -> bytes:
    """Return what was packed. Raises: UnacceptableError if it is too large or can't be unpacked."""
    reader = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = reader.decompress(body, MOST_BODY + 1)
    except zlib.error as error:
        raise UnacceptableError("what was packed can't be unpacked") from error
    if len(found) > MOST_BODY:
        raise UnacceptableError(f"a request may have {MOST_BODY:,} bytes unpacked", large="request")
    if not reader.eof:
        raise UnacceptableError("what was packed is cut off")
    return found


def from_form(body: bytes) -> bytes:
    """Return the JSON in a form's field `data`, which may be in base 64."""
    try:
        data = dict(parse_qsl(body.decode("ascii"), max_num_fields=20))["data"]
    except (ValueError, KeyError) as error:
        raise UnacceptableError("the form has no field `data`") from error
    if data.lstrip()[:1] in ("{", "["):
        return data.encode()
    try:
        found = base64.b64decode(data.replace(" ", "+"))
    except (binascii.Error, ValueError) as error:
        raise UnacceptableError("the form's `data` is neither JSON nor base 64") from error
    return inflated(found) if found.startswith(GZIP) else found


def opened(content: bytes, *, single: bool) -> Envelope:
    """Return what a body of JSON holds: an object with a batch, one item, or a list of items.

    single: whether it is one item by its address. Raises: UnacceptableError if it is none of these, holds too many
    items or none that is an object, or is one item and too large. An item of many that is too large is another one's
    matter; see `calls.read_call`.
    """
    if single and content.startswith(b"["):
        raise UnacceptableError("it is a list, and this address takes one event; many go to /v1/batch")
    try:
        found = Envelope(LIST.decode(content)) if content.startswith(b"[") else READER.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnacceptableError(unreadable(content, error)) from error
    if single:
        found.batch = msgspec.UNSET
    if found.batch is msgspec.UNSET:
        if len(content) > MOST_EVENT:
            raise UnacceptableError(f"one event may have {MOST_EVENT:,} bytes", large="event")
    elif len(found.batch) > MOST_EVENTS:
        raise UnacceptableError(f"a request may have {MOST_EVENTS:,} events", large="event")
    elif found.batch and not any(bytes(raw).lstrip().startswith(b"{") for raw in found.batch):
        raise UnacceptableError("none of its events is a JSON object")
    return found


def unreadable(content: bytes, error: Exception) -> str:
    """Say why a body is not taken for what it should be."""
    if isinstance(error, msgspec.ValidationError) and "$.batch" in str(error):
        return "its `batch` is no list of events"
    if content[:1] in (b"{", b"["):
        return "the body is no JSON that can be read"
    return "the body is no JSON object; it can be packed with gzip or deflate, and in no other way"


def items(envelope: Envelope, content: bytes) -> list[bytes]:
    """Return the items of a body, each as it came."""
    return [content] if envelope.batch is msgspec.UNSET else [bytes(raw) for raw in envelope.batch]
