"""How do client libraries send what happens? As to Segment and PostHog; a 200 means that it is on the disk.

These addresses stand before the guards of the pages: they give nothing of the data, take what is sent with a write key
alone, and may be asked under any name, by programs and from pages of the sites that a key allows.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from ziggurat.base.errors import BusyError, ZigguratError
from ziggurat.base.faults import sentence
from ziggurat.server import pixel
from ziggurat.server.senders import Senders
from ziggurat.sources.tracking import body as bodies
from ziggurat.sources.tracking.arrival import CALLS, MOST_BODY, Arrival, encoded
from ziggurat.sources.tracking.tracked import AGENT, METHOD, PURPOSE
from ziggurat.state.write_keys import WriteKey

log = logging.getLogger("ziggurat.collector")
SLOWEST = 30.0  # seconds in which a request must be whole
PROCESS, NUMBERS = f"request-{secrets.token_hex(12)}-", count()  # together they name a request as no other
RETRY_SECONDS = 5
SHORT = {"identify": "i", "track": "t", "page": "p", "screen": "s", "group": "g", "alias": "a"}
BROWSER = "Mozilla/"  # how the user agent of a person's browser begins; a library's on a server says nothing of them
PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
HEADERS = {
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'",
    b"cross-origin-resource-policy": b"cross-origin",
}


Headers = Mapping[str, str]  # by their names in lower case; of several of a name the first


class Way(NamedTuple):
    """One address. protocol: segment or posthog; empty for a file. call: what its one item is, where it is one."""

    protocol: str
    call: str = ""


def ways() -> dict[str, Way]:
    """Return what is sent to which path, without a slash at its end."""
    found = {f"/v1/{name}": Way("segment", call) for call in CALLS for name in (call, SHORT[call])}
    found |= {f"/v1/{name}": Way("segment") for name in ("batch", "b", "import")}
    return found | {path: Way("posthog") for path in ("/batch", "/capture", "/e", "/i/v0/e", "/track")}


WAYS = ways()
FILES = {"/v1/open.gif", "/v1/snippet.js"}
TAKEN = WAYS.keys() | FILES


@dataclass(frozen=True)
class Said:
    """A response. body: JSON, or a file of another type."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    media: bytes = b"application/json"


class RefusalError(Exception):
    """A request that is not taken: a status, and why."""

    def __init__(self, status: int, code: str, why: str, *, retry: int | None = None) -> None:
        super().__init__(why)
        self.status, self.code, self.retry = status, code, retry

    def said(self) -> Said:
        """Return the response."""
        body = msgspec.json.encode({"success": False, "code": self.code, "message": str(self)})
        retry = () if self.retry is None else ((b"retry-after", str(self.retry).encode()),)
        return Said(self.status, body, retry)


UNACCEPTABLE = {"": (400, "unreadable"), "event": (400, "too_large"), "request": (413, "too_large")}
OK = Said(200, b'{"success":true,"status":1}')


class Collecting(Starlette):
    """An application that takes what client libraries send to workspaces, before its guards; all else goes on.

    places: who takes it, by where each workspace is shown.
    """

    def __init__(self, places: Mapping[str, Senders], **options: Any) -> None:
        super().__init__(**options)
        self.places = dict(sorted(places.items(), reverse=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        found = self.place(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await super().__call__(scope, receive, send)
            return
        said = await answer(*found, scope, receive)
        length = str(len(said.body)).encode()
        named = {**HEADERS, **dict(said.headers), b"content-type": said.media, b"content-length": length}
        headers = list(named.items())
        await send({"type": "http.response.start", "status": said.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else said.body})

    def place(self, path: str) -> tuple[Senders, str] | None:
        """Return the workspace that is sent to, and the path within it; None where nothing is sent to that."""
        for root, senders in self.places.items():
            if path.startswith(root) and (rest := path.removeprefix(root).rstrip("/")) in TAKEN:
                return senders, rest
        return None


async def answer(senders: Senders, path: str, scope: Scope, receive: Receive) -> Said:
    """Return the response to a request. Whatever goes wrong, nothing is acknowledged that is not on the disk."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    origin = headers.get("origin", "")
    try:
        await senders.renew()
        if scope["method"] == "OPTIONS":
            return preflight(senders, origin, headers)
        if path in FILES:
            return await send_file(senders, path, scope, headers)
        if scope["method"] != "POST":
            raise RefusalError(405, "method", "Send it with POST.")
        key = await take(senders, WAYS[path], scope, headers, receive)
        return shared(OK, origin, key)
    except RefusalError as refusal:
        senders.note_refusal(refusal.status, str(refusal))
        return shared(refusal.said(), origin)
    except Exception as error:  # the boundary: a client that hears anything but 200 sends it again
        words = str(error) if isinstance(error, ZigguratError) else sentence(error)
        log.error("what was sent can't be kept: %s", words or error, exc_info=None if words else error)
        senders.note_refusal(507 if words else 500, words or "a fault of Ziggurat")
        status = 507 if words else 500
        text = "It can't be kept now, so send it again later; the server's log says why."
        return shared(RefusalError(status, "storage", text, retry=RETRY_SECONDS).said(), origin)


async def take(senders: Senders, way: Way, scope: Scope, headers: Headers, receive: Receive) -> WriteKey:
    """Keep what is sent, and return the key that it was sent with. Raises: RefusalError; OSError."""
    content, envelope = opened(await received(receive, headers), single=bool(way.call))
    query = scope.get("query_string", b"").decode("latin-1")
    key = allowed(senders, basic(headers) or envelope.key() or in_query(query), headers)
    await keep(senders, key, envelope.count(), arrival(way, headers, scope["method"], content))
    return key


async def keep(senders: Senders, key: WriteKey, events: int, one: Arrival) -> None:
    """Keep an arrival on the disk. Raises: RefusalError if too much comes; OSError if the disk does not take it."""
    wait = senders.wait(key, events)
    if wait:
        text = f"More than {key.rate:,} events a second come with this key; wait, and send it again."
        raise RefusalError(429, "rate", text, retry=wait)
    try:
        await senders.inbox.put(key.source, encoded(one))
    except BusyError as error:
        raise RefusalError(429, "busy", str(error), retry=RETRY_SECONDS) from error
    senders.note(key, events, one)


def opened(body: bytes, *, single: bool) -> tuple[bytes, bodies.Envelope]:
    """Return the JSON of a body, and what holds for all of it. Raises: RefusalError."""
    try:
        content = bodies.unpack(body)
        return content, bodies.opened(content, single=single)
    except bodies.UnacceptableError as error:
        status, code = UNACCEPTABLE[error.large]
        raise RefusalError(status, code, f"Not taken: {error}.") from error


async def received(receive: Receive, headers: Headers) -> bytes:
    """Return the body of a request. Raises: RefusalError if it is too large, comes too slowly, or breaks off."""
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BODY:
        raise too_large()
    body, more = b"", True
    try:
        async with asyncio.timeout(SLOWEST):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RefusalError(400, "broken", "It broke off.")
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MOST_BODY:
                    raise too_large()
    except TimeoutError as error:
        raise RefusalError(408, "slow", f"It was not whole after {SLOWEST:g} seconds.") from error
    return body


def too_large() -> RefusalError:
    """Return what refuses a request that is too large."""
    return RefusalError(413, "too_large", f"A request may have {MOST_BODY:,} bytes; send it in several.")


def arrival(way: Way, headers: Headers, method: str, content: bytes) -> Arrival:
    """Return what is kept of a request."""
    agent = headers.get("user-agent", "")[:400]
    purpose = next((headers[name] for name in PURPOSES if name in headers), "")[:100]
    heads = {AGENT: agent if agent.startswith(BROWSER) or way.protocol == pixel.PROTOCOL else "", PURPOSE: purpose}
    heads[METHOD] = method if method == "HEAD" else ""
    told = {name: text for name, text in heads.items() if text}
    protocol = "segment" if way.protocol == pixel.PROTOCOL else way.protocol
    return Arrival(time.time_ns() // 1000, f"{PROCESS}{next(NUMBERS):x}", way.call, protocol, told, content)


def basic(headers: Headers) -> str:
    """Return the key that Basic auth carries as the user's name, or nothing."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0].strip()
    except (binascii.Error, ValueError):
        return ""


def in_query(query: str) -> str:
    """Return the key that an address carries, or nothing."""
    given = parse_qs(query, max_num_fields=100) if len(query) < 8_000 else {}
    return next((given[name][0] for name in ("key", "writeKey", "api_key") if name in given), "")


def allowed(senders: Senders, key: str, headers: Headers) -> WriteKey:
    """Return a key that may be used where it is. Raises: RefusalError."""
    if not key:
        raise RefusalError(401, "no_key", "No write key came with it: not by Basic auth, and not in the body.")
    found = senders.find(key)
    if found is None:
        raise RefusalError(401, "unknown_key", "No such write key can be used here; it may have been revoked.")
    origin = headers.get("origin", "")
    own = origin.partition("://")[2].lower() == headers.get("host", "").lower()
    if origin and not own and not fits(origin, found):
        raise RefusalError(403, "origin", f"This key is not for pages of {origin[:200]}; allow that site for it.")
    return found


def fits(origin: str, key: WriteKey) -> bool:
    """Say whether pages of a site may send with a key."""
    return "*" in key.origins or origin.lower() in {one.lower().rstrip("/") for one in key.origins}


def preflight(senders: Senders, origin: str, headers: Headers) -> Said:
    """Answer a browser that asks whether a page of another site may send: before it does, it shows no key."""
    if not any(fits(origin, key) for key in senders.living()):
        raise RefusalError(403, "origin", "No key is for pages of that site; allow the site for one.")
    wanted = headers.get("access-control-request-headers", "content-type")[:500].encode("latin-1", "replace")
    said = Said(204, b"", (
        (b"access-control-allow-methods", b"POST, GET"), (b"access-control-allow-headers", wanted),
        (b"access-control-max-age", b"86400"),
    ))  # fmt: skip
    return with_origin(said, origin)


def shared(said: Said, origin: str, key: WriteKey | None = None) -> Said:
    """Let the page that sent read the response, where its site is one of the key's; also why it was refused."""
    return with_origin(said, origin) if origin and (key is None or fits(origin, key)) else said


def with_origin(said: Said, origin: str) -> Said:
    """Return a response that pages of a site may read."""
    more = ((b"access-control-allow-origin", origin.encode("latin-1", "replace")), (b"vary", b"origin"))
    return Said(said.status, said.body, (*said.headers, *more), said.media)


async def send_file(senders: Senders, path: str, scope: Scope, headers: Headers) -> Said:
    """Return the script for a page, or the image of a mail, which says that it was opened. Raises: RefusalError."""
    if scope["method"] not in ("GET", "HEAD"):
        raise RefusalError(405, "method", "Ask for it with GET.")
    if path == "/v1/snippet.js":
        cached = ((b"cache-control", b"public, max-age=3600"),)
        return Said(200, pixel.snippet(), cached, b"text/javascript; charset=utf-8")
    query = scope.get("query_string", b"").decode("latin-1")
    key = senders.find(in_query(query))
    if key is None:
        return Said(401, pixel.IMAGE, (), b"image/gif")
    content = pixel.opened(query)
    await keep(senders, key, 1, arrival(Way(pixel.PROTOCOL, "track"), headers, scope["method"], content))
    return Said(200, pixel.IMAGE, (), b"image/gif")
