"""Accounts on Mastodon and Bluesky: what happens to them and what they say, paged newest first, resumed, deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ziggurat.base.errors import LaterError, SourceError
from ziggurat.sources import newest
from ziggurat.sources.systems.bluesky import Bluesky
from ziggurat.sources.systems.mastodon import Mastodon

BEGAN = datetime(2026, 1, 5, 10, tzinfo=UTC)
US = {"id": "1", "acct": "club", "display_name": "The Club"}
ANA = {"id": "2", "acct": "ana@far.example", "display_name": "Ana Ng"}
BO = {"id": "3", "acct": "bo", "display_name": "Bo", "bot": True}


def at(number):
    return (BEGAN + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")


def place_of(rows, limit, before):
    """Return a page of rows by number, newest first, and the number below which the next one is."""
    some = sorted((number for number in rows if before is None or number < before), reverse=True)
    return [rows[number] for number in some[:limit]], (some[limit - 1] if len(some) > limit else None)


class Toots:
    """A server of Mastodon: two lists, newest first, whose next page stands in the header `Link`."""

    def __init__(self) -> None:
        self.notices, self.statuses, self.url, self.page = {}, {}, "", 3

    def notice(self, number, kind, account=ANA, status=None):
        self.notices[number] = {
            "id": str(number), "type": kind, "created_at": at(number), "account": account, "status": status,
        }  # fmt: skip

    def status(self, number, text, account=US, **more):
        return {
            "id": f"s{number}", "created_at": at(number), "content": f"<p>{text}</p>", "visibility": "public",
            "in_reply_to_id": None, "in_reply_to_account_id": None, "account": account, "mentions": [], **more,
        }  # fmt: skip

    def say(self, number, text, **more):
        self.statuses[number] = self.status(number, text, **more)

    def hear(self, number, text, account=ANA, **more):
        self.notice(number, "mention", account, self.status(number, text, account, **more))

    def __call__(self, path, options, headers):
        if headers.get("authorization") != "Bearer hunter2":
            return 401, {}, {"error": "The access token is invalid"}
        if path == "/api/v1/accounts/verify_credentials":
            return US
        rows = {"/api/v1/notifications": self.notices, "/api/v1/accounts/1/statuses": self.statuses}[path]
        before = options.get("max_id")
        page, last = place_of(rows, self.page, None if before is None else int(before))
        link = (
            {} if last is None else {"link": f'<{self.url}{path}?max_id={last}>; rel="next", <{self.url}>; rel="prev"'}
        )
        return 200, link, page


class Skeets:
    """A server of Bluesky: two lists, newest first, with a cursor for the next page, and an empty last one."""

    def __init__(self) -> None:
        self.notices, self.posts, self.page = {}, {}, 3

    def person(self, who):
        return {"did": f"did:plc:{who}", "handle": f"{who}.example.org", "displayName": who.title()}

    def notice(self, number, reason, who="ana", subject=None, text="", **record):
        self.notices[number] = {
            "uri": f"at://{who}/{number}", "author": self.person(who), "reason": reason, "reasonSubject": subject,
            "indexedAt": at(number), "record": {"text": text, **record},
        }  # fmt: skip

    def post(self, number, text, reply=None, **more):
        post = {
            "uri": f"at://club/{number}",
            "author": self.person("club"),
            "indexedAt": at(number),
            "record": {"text": text},
        }
        if reply:
            post["record"]["reply"] = {"parent": {"uri": reply["uri"]}, "root": {"uri": reply["uri"]}}
            more["reply"] = {"parent": reply}
        self.posts[number] = {"post": post, **more}

    def answer(self, path, options, headers):
        if path.endswith("createSession"):
            asked = options["__json__"]
            if asked != {"identifier": "club.example.org", "password": "hunter2"}:
                return 401, {}, {"error": "AuthenticationRequired"}
            return {"accessJwt": "a.b.c", "did": "did:plc:club", "handle": "club.example.org"}
        assert headers.get("authorization") == "Bearer a.b.c"
        rows, name = (self.notices, "notifications") if path.endswith("listNotifications") else (self.posts, "feed")
        before = options.get("cursor")
        page, _ = place_of(rows, self.page, None if before is None else int(before))
        last = min((number for number, one in rows.items() if one in page), default=None)
        return {name: page} | ({} if last is None else {"cursor": str(last)})

    __call__ = answer


@pytest.fixture
def toots(fake):
    server = Toots()
    there = fake(server)
    server.url = there.url
    return server, there, Mastodon(there.url, "env:SYSTEM_TOKEN")


@pytest.fixture
def skeets(fake):
    server = Skeets()
    there = fake(server)
    return server, there, Bluesky("club.example.org", "env:SYSTEM_TOKEN", there.url)


def test_what_happens_to_an_account_on_mastodon_is_in_the_log(toots, pulled) -> None:
    server, _, settings = toots
    server.say(1, "We open on Monday &amp; you?")
    server.hear(2, "@club When?", in_reply_to_id="s1")
    server.say(
        3, "At nine.", in_reply_to_id="s2", in_reply_to_account_id="2", mentions=[{"id": "2", "acct": ANA["acct"]}]
    )
    server.hear(4, "in private", visibility="direct")
    for number, kind in enumerate(("favourite", "reblog"), 5):
        server.notice(number, kind, BO, server.status(1, "We open"))
    server.notice(7, "follow", BO)
    server.notice(8, "poll", BO, server.status(1, "We open"))
    server.notice(9, "favourite", BO, server.status(1, "We open"))  # taken back, and done again
    rows = pulled(settings)
    assert pulled.counts[0] == 7 and not pulled.counts[3]
    assert {name: (row["actor"], row["kind"]) for name, row in rows.items()} == {
        "s1": ("mastodon:club@127.0.0.1", "broadcast"),
        "s2": ("mastodon:ana@far.example", "replied"),
        "s3": ("mastodon:club@127.0.0.1", "responded"),
        "s4": ("mastodon:ana@far.example", "contacted"),
        "favourite mastodon:bo@127.0.0.1 s1": ("mastodon:bo@127.0.0.1", "liked"),
        "reblog mastodon:bo@127.0.0.1 s1": ("mastodon:bo@127.0.0.1", "shared"),
        "follow mastodon:bo@127.0.0.1": ("mastodon:bo@127.0.0.1", "followed"),
    }
    assert (rows["s1"]["text"], rows["s2"]["in_reply_to"]) == ("We open on Monday & you?", "s1")
    assert (rows["s3"]["in_reply_to"], rows["s3"]["counterpart"]) == ("s2", "mastodon:ana@far.example")
    traits = pulled.space.sql("SELECT identity, trait, value FROM traits ORDER BY ALL").to_pylist()
    assert {"identity": "mastodon:bo@127.0.0.1", "trait": "bot", "value": "yes"} in traits
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


def test_what_happens_to_an_account_on_bluesky_is_in_the_log(skeets, pulled) -> None:
    server, _, settings = skeets
    server.post(1, "We open on Monday")
    first = {"parent": {"uri": "at://club/1"}, "root": {"uri": "at://club/1"}}
    server.notice(2, "reply", text="When?", reply=first)
    server.post(3, "At nine.", reply={"uri": "at://ana/2", "author": server.person("ana")})
    for number, reason in enumerate(("like", "repost"), 4):
        server.notice(number, reason, "bo", "at://club/1")
    server.notice(6, "follow", "bo")
    server.notice(7, "verified", "bo")
    server.notice(8, "quote", "bo", "at://club/1", "Look!")
    server.post(9, "somebody's", reason={"$type": "app.bsky.feed.defs#reasonRepost"})
    rows = pulled(settings)
    assert {name: (row["actor"].partition(".")[0], row["kind"], row["in_reply_to"]) for name, row in rows.items()} == {
        "at://club/1": ("bluesky:club", "broadcast", None),
        "at://ana/2": ("bluesky:ana", "replied", "at://club/1"),
        "at://club/3": ("bluesky:club", "responded", "at://ana/2"),
        "at://bo/4": ("bluesky:bo", "liked", "at://club/1"),
        "at://bo/5": ("bluesky:bo", "shared", "at://club/1"),
        "at://bo/6": ("bluesky:bo", "followed", None),
        "at://bo/8": ("bluesky:bo", "shared", None),
    }
    assert (rows["at://club/3"]["counterpart"], rows["at://club/3"]["text"]) == ("bluesky:ana.example.org", "At nine.")
    links = pulled.space.sql("SELECT a, b FROM links ORDER BY ALL").to_pylist()
    assert {"a": "bluesky:ana.example.org", "b": "did:plc:ana"} in links
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


def many(server, numbers):
    for number in numbers:
        if isinstance(server, Toots):
            server.hear(number, f"words {number}")
        else:
            server.notice(number, "mention", text=f"words {number}")


@pytest.mark.parametrize("system", ["toots", "skeets"])
def test_an_edit_replaces_and_what_is_gone_leaves_a_mark_within_the_window(system, request, pulled) -> None:
    server, there, settings = request.getfixturevalue(system)
    many(server, range(1, 12))
    assert len(pulled(settings)) == 11
    asked = len(there.asked)
    del server.notices[10], server.notices[4]
    if system == "toots":
        server.hear(9, "mended")
    many(server, [20, 21])
    rows = pulled(settings)
    assert len(there.asked) - asked < 10
    assert pulled.counts[0] == 2 and pulled.counts[2] == (3 if system == "toots" else 2)
    gone = [row["text"] is None and json.loads(row["properties"]) == {"deleted": True} for row in rows.values()]
    assert sum(gone) == 2
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


@pytest.mark.parametrize("system", ["toots", "skeets"])
def test_a_first_reading_that_is_sent_away_goes_on_where_it_was(system, request, pulled, monkeypatch) -> None:
    monkeypatch.setattr(newest, "PAGES", 2)
    server, there, settings = request.getfixturevalue(system)
    many(server, range(1, 31))
    left = {"pages": 5}

    def tired(path, options, headers):
        if "otifications" in path:
            left["pages"] -= 1
            if left["pages"] < 0:
                return 429, {"retry-after": "900"}, b""
        return server(path, options, headers)

    there.answer = tired
    with pytest.raises(LaterError):
        pulled(settings)
    many(server, [40, 41])
    for _ in range(20):
        left["pages"] = 5
        try:
            rows = pulled(settings)
            break
        except LaterError:
            continue
    assert len(rows) == 32
    left["pages"] = 99
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


@pytest.mark.parametrize("system", ["toots", "skeets"])
def test_a_wrong_token_and_a_page_of_another_shape_are_told(system, request, pulled, monkeypatch) -> None:
    server, there, settings = request.getfixturevalue(system)
    many(server, range(1, 4))
    server.notices[2] = {"id": 7}
    if system == "skeets":
        server.notices[2] = {"uri": 7}
    assert len(pulled(settings)) == 2
    assert pulled.counts[3] == 1
    there.answer = lambda path, options, headers: (
        server(path, options, headers) if "erify" in path or "Session" in path else (200, {}, b"<html>")
    )
    with pytest.raises(SourceError, match="in another shape"):
        pulled(settings)
    there.answer = server
    monkeypatch.setenv("SYSTEM_TOKEN", "hunter3")
    with pytest.raises(SourceError, match="refuses") as told:
        pulled(settings)
    assert "hunter3" not in str(told.value)


def test_an_account_without_a_token_is_not_asked_for(pulled) -> None:
    for settings in (Mastodon("https://x.example"), Bluesky("club.example.org")):
        with pytest.raises(SourceError, match="names no"):
            pulled(settings)


def test_a_limit_that_names_its_end_as_mastodon_does_is_kept(toots, pulled) -> None:
    _, there, settings = toots
    soon = (datetime.now(UTC) + timedelta(seconds=900)).isoformat()
    there.first = [(429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": soon}, b"")]
    with pytest.raises(LaterError) as told:
        pulled(settings)
    assert 800 < told.value.seconds < 1_000
