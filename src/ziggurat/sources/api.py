"""How is a system asked over HTTP? One small client: bounded, patient, and silent about what it logs in with.

It follows nobody elsewhere, so that a token goes to its system alone; reads no more than an answer may have; tries
again what failed for a moment; and gives way to a system that asks for a pause: within the reading where it is short,
else by a LaterError, after which what came before is in the log.

Source: RFC 9110 (HTTP semantics; Retry-After), RFC 8288 (links to the next page), RFC 6585 (429).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from ziggurat.base.errors import LaterError, SourceError
from ziggurat.sources import secret

T = TypeVar("T")
SECONDS = 30.0  # that a system may be silent
MOST = 64 << 20  # bytes of an answer
TRIES = 4
SHORT = 20.0  # seconds of a pause that is waited for
PASSING = (500, 502, 503, 504)


@dataclass(frozen=True)
class Response:
    """What a system said. following: the address of the next page, where it names one."""

    content: bytes
    following: str | None


class Client:
    """Asks one system. source: as the settings name it; url: what addresses begin with; secrets: are in no error."""

    def __init__(
        self,
        source: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        login: tuple[str, str] | None = None,
        secrets: tuple[str, ...] = (),
        pause: float = 1.0,
    ) -> None:
        self.source, self.url, self.secrets, self.pause = source, url.rstrip("/"), secrets, pause
        self.http = httpx.Client(
            headers={"user-agent": "ziggurat", "accept": "application/json", **(headers or {})},
            auth=login, timeout=SECONDS, follow_redirects=False, trust_env=False,
        )  # fmt: skip

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def where(self) -> str:
        """What an error begins with."""
        return f"[sources.{self.source}]: {urlsplit(self.url).hostname}"

    def read(self, path: str, to: type[T], **options: Any) -> tuple[T, str | None]:
        """Return an answer in the shape that is expected, and the address of the next page.

        Raises: SourceError if it has another, and as `get` does.
        """
        answer = self.get(path, **options)
        return self.decoded(path, answer, to), answer.following

    def decoded(self, path: str, answer: Response, to: type[T]) -> T:
        """Return an answer in the shape that is expected. Raises: SourceError if it has another."""
        try:
            return msgspec.json.decode(answer.content, type=to)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            words = secret.hide(str(error), *self.secrets)[:200]
            raise SourceError(
                f"{self.where} answered {path.partition('?')[0][:80]} in another shape: {words}"
            ) from None

    def post(self, path: str, content: Any, to: type[T]) -> T:
        """Send something as JSON, and return the answer in the shape that is expected. Raises: as `read` does."""
        return self.decoded(path, self.asked("POST", path, None, content), to)

    def get(self, path: str, **options: Any) -> Response:
        """Ask for an address of the system. options: are added to it, unless they are None. Raises: as `asked` does."""
        wanted = {key: value for key, value in options.items() if value is not None} or None
        return self.asked("GET", path, wanted)

    def asked(self, method: str, path: str, options: Mapping[str, Any] | None, content: Any = None) -> Response:
        """Ask for an address of the system.

        Raises: SourceError if it refuses, is not there, or says too much; LaterError if it asks for a pause.
        """
        address = urljoin(f"{self.url}/", path if "://" in path else path.lstrip("/"))
        if urlsplit(address)[:2] != urlsplit(self.url)[:2]:
            raise SourceError(
                f"{self.where} leads to another system ({urlsplit(address).hostname}); nothing is sent there."
            )
        for turn in range(TRIES):
            last = turn == TRIES - 1
            try:
                with self.http.stream(method, address, params=options, json=content) as response:
                    wait = self.wait(response, last=last)
                    if wait is None:
                        return self.taken(response)
            except httpx.HTTPError as error:
                if last:
                    words = secret.hide(str(error), *self.secrets)[:200]
                    raise SourceError(f"{self.where} can't be reached: {words or type(error).__name__}.") from None
                wait = self.pause * 2.0**turn
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def wait(self, response: httpx.Response, *, last: bool) -> float | None:
        """Return after how many seconds to ask again; None where there is an answer. Raises: as `get` does."""
        code = response.status_code
        if code < 300:
            return None
        rest = self.rest(response)
        if code == 429 or rest is not None:
            seconds = self.pause if rest is None else rest
            if last or seconds > SHORT:
                raise LaterError(f"{self.where} was asked too often, and is asked again later.", max(seconds, 60.0))
            return seconds
        if code in PASSING and not last:
            return self.pause
        raise SourceError(f"{self.where} {self.refusal(code)}")

    def refusal(self, code: int) -> str:
        """Say what a status means, and what to do."""
        if code in (401, 403):
            return f"refuses ({code}): the token is wrong, or may not see this. Make one that may, and name it."
        if code in (404, 410):
            return f"has nothing there ({code}): mend the settings of the source."
        if code < 400:
            return f"is at another address ({code}): write the one that it has now into the settings."
        return f"can't answer ({code}); try again later."

    def rest(self, response: httpx.Response) -> float | None:
        """Return for how many seconds a system wants to be left alone; None where it does not say."""
        said = response.headers.get("retry-after", "")
        if said.replace(".", "", 1).isdecimal():
            return float(said[:10])
        if said:
            try:
                return max(0.0, (parsedate_to_datetime(said[:60]).astimezone(UTC) - datetime.now(UTC)).total_seconds())
            except (ValueError, TypeError, OverflowError):
                return None
        for name in ("x-ratelimit", "ratelimit"):
            reset = response.headers.get(f"{name}-reset", "")
            if response.headers.get(f"{name}-remaining") == "0" and reset:
                at = float(reset[:12]) if reset.isdecimal() else (instant(reset) or datetime.now(UTC)).timestamp()
                return max(1.0, at - time.time())
        return None

    def taken(self, response: httpx.Response) -> Response:
        """Read an answer. Raises: SourceError if it is too large."""
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > MOST:
                raise SourceError(f"{self.where} answers with more than {MOST >> 20} MB at once, which is not read.")
            parts.append(part)
        return Response(b"".join(parts), response.links.get("next", {}).get("url"))


def instant(text: str | None) -> datetime | None:
    """Return an instant that a system writes as ISO 8601; None where it is none.

    >>> instant("2026-01-05T10:00:00.5Z").isoformat()
    '2026-01-05T10:00:00.500000+00:00'
    """
    try:
        found = datetime.fromisoformat((text or "")[:40])
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
