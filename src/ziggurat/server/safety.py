"""Which requests are answered at all, and what may a page do in the browser?

The pages hold personal data and there is no sign-in, so other web sites must neither read nor write through a
visitor's browser. The Host check stops a foreign name that was pointed at this machine (DNS rebinding); the check of
where a request comes from stops forms on other sites; the headers stop foreign or injected script, framing and leaks.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ziggurat.base.errors import ZigguratError
from ziggurat.server.writing import size

LOOPBACK = ("localhost", "127.0.0.1", "::1")
READING = ("GET", "HEAD", "OPTIONS")
FORM_LIMIT = 2 * 1024 * 1024  # bytes of any request body that is no upload
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    # Not 'no-referrer': browsers then send 'Origin: null' with our own forms.
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class TooLargeError(ZigguratError):
    """A request body over the limit of its path."""


class Safety:
    """Middleware: refuse what comes under a wrong name, from another site, or too large; add the headers."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Collection[str], upload_path: str, upload_limit: int) -> None:
        self.app = app
        self.hosts = {name.strip("[]").lower() for name in (*LOOPBACK, *allowed_hosts)}
        self.upload_path = upload_path
        self.upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = with_headers(send)
        refusal = self.refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        limit = self.limit(scope)
        await self.app(scope, limited(receive, limit), send)

    def refusal(self, scope: Scope) -> Response | None:
        """Return the answer that refuses this request, or None if it may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host_name(host) not in self.hosts:
            return plain(
                400,
                "This address is not one that Ziggurat answers to. Open it as http://localhost, or allow the name "
                "when starting it: ziggurat serve --allow-host NAME",
            )
        if scope["method"] not in READING and not from_own_page(headers):
            return plain(403, "This change was not asked for from a page of Ziggurat itself, so nothing was changed.")
        if from_foreign_page(headers):
            return plain(403, "Another web site asked for this without your going there, so it was not worked out.")
        limit = self.limit(scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            return plain(413, too_large(limit))
        return None

    def limit(self, scope: Scope) -> int:
        """Return how many bytes a body may have: uploads end in the same path, whichever workspace they are for."""
        return self.upload_limit if scope["path"].endswith(self.upload_path) else FORM_LIMIT


def host_name(host: str) -> str:
    """Return the name in a Host header without its port, in lower case; nothing if it is malformed.

    >>> host_name("[::1]:8321"), host_name("LOCALHOST:80"), host_name("a@b")
    ('::1', 'localhost', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    clean = parts.netloc == host and "@" not in host and not parts.path
    return (parts.hostname or "") if clean else ""


def from_own_page(headers: Headers) -> bool:
    """Say whether a state-changing request comes from a page of this very server.

    Browsers state this themselves in Sec-Fetch-Site, and older ones in Origin; a request with neither is refused.
    Source: OWASP, Cross-Site Request Forgery Prevention, 'Fetch Metadata headers'.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return False
    if site is not None:
        return site == "same-origin"
    return origin is not None


def from_foreign_page(headers: Headers) -> bool:
    """Say whether another site's page asks for this as a part of its own, such as an image or a frame, or beforehand.

    Following a link from there is something else: that is a navigation to a document, which somebody sees. Without
    this, a foreign page could have us work out as much as it has images.
    Source: W3C, Fetch Metadata Request Headers, a resource isolation policy.
    """
    if headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
        return False
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    return not followed or "prefetch" in headers.get("sec-purpose", "")


def limited(receive: Receive, limit: int) -> Receive:
    """Count the bytes of a body as they come, since no length need be stated. Raises: TooLargeError over the limit."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLargeError(too_large(limit))
        return message

    return counted


def with_headers(send: Send) -> Send:
    """Add the security headers to whatever is answered, and keep personal data out of caches."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def too_large(limit: int) -> str:
    """Say that a request is too large, and what to do."""
    return (
        f"This is larger than the {size(limit)} that this page takes, so nothing was kept. "
        "Import a large file on the command line instead: ziggurat import FILE"
    )


def plain(status: int, text: str) -> Response:
    """Answer with plain words."""
    return Response(text + "\n", status, media_type="text/plain")
