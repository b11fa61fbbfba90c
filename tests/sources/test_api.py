"""A system is asked with patience, within bounds, and nothing that it says betrays the token."""

from __future__ import annotations

import gzip

import msgspec
import pytest

from tests.sources.systems.conftest import fake as fake
from ziggurat.base.errors import DeclarationError, LaterError, SourceError
from ziggurat.sources import api
from ziggurat.sources.api import Client
from ziggurat.sources.outside import check_url

BUSY, DOWN = (429, {"retry-after": "0"}, b""), (503, {}, b"")


class Shape(msgspec.Struct):
    name: str = ""


def client(server):
    return Client("it", server.url, secrets=("hunter2",), headers={"authorization": "Bearer hunter2"}, pause=0.01)


def test_what_fails_for_a_moment_is_asked_again_and_a_short_pause_is_kept(fake) -> None:
    server = fake(lambda *_: {"name": "Ana"})
    server.first = [BUSY, DOWN, BUSY]
    with client(server) as one:
        assert one.read("/x", Shape, page=2, none=None) == (Shape("Ana"), None)
    assert server.asked == [("/x", {"page": "2"})] * 4


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        ((429, {"retry-after": "7200"}, b""), 7_200), ((503, {"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}, b""), 10**9),
        ((403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444799"}, b""), 10**9), (BUSY, 60),
    ],
)  # fmt: skip
def test_a_long_pause_is_given(fake, answer, least) -> None:
    server = fake(lambda *_: answer)
    with client(server) as one, pytest.raises(LaterError, match="asked too often") as raised:
        one.get("/x")
    assert raised.value.seconds >= least


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {}, b"hunter2 is wrong"), "the token is wrong"), ((404, {}, b""), "has nothing there"), ((500, {}, b""), "can't answer"),
        ((302, {"location": "https://elsewhere.org/"}, b""), "is at another address"), (b"[" * 100_000, "another shape"),
        (b'{"name": hunter2}', "another shape"), ({"name": 3}, "another shape"), (b"\xff", "another shape"),
        ((200, {"content-encoding": "gzip"}, gzip.compress(b" " * (2 << 20))), "more than"), ((200, {"content-length": "9"}, b"x"), "can't be reached"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_without_the_token(fake, monkeypatch, answer, said) -> None:
    monkeypatch.setattr(api, "MOST", 1 << 20)
    server = fake(lambda *_: answer)
    with client(server) as one, pytest.raises(SourceError, match=said) as raised:
        one.read("/x", Shape)
    assert "hunter2" not in str(raised.value)


def test_a_token_goes_to_its_system_alone(fake) -> None:
    other = fake(lambda *_: {})
    server = fake(lambda *_: (200, {"link": f'<{other.url}/2>; rel="next"'}, {}))
    with client(server) as one:
        _, following = one.read("/x", Shape)
        with pytest.raises(SourceError, match="leads to another system"):
            one.get(following)
    assert other.asked == []


@pytest.mark.parametrize("url", ["http://x.org", "ftp://x.org", "x.org", "https://", "https://ana:pw@x.org", "//x.org"])
def test_no_address_is_asked_in_the_open(url) -> None:
    with pytest.raises(DeclarationError):
        check_url(url)
    for fine in ("https://x.org", "http://localhost:3", ""):
        check_url(fine)


def test_an_address_that_is_secret_is_named_where_one_may_be() -> None:
    check_url("env:CALENDAR", secret_too=True)
    for wrong, also in (("env:CALENDAR", False), ("file:///etc/passwd", True)):
        with pytest.raises(DeclarationError, match=r"^`url` must be an address that begins with https://\.$"):
            check_url(wrong, secret_too=also)
