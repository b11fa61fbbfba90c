"""What client libraries send is taken by every way of the protocols, and comes into the log as it was meant."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from tests import asynchronous
from tests.server.collecting import SITE, TRACK, Client
from tests.server.conftest import Browser
from ziggurat.cli import main
from ziggurat.log.inbox import segment
from ziggurat.server import senders as sending
from ziggurat.server.app import create_collector
from ziggurat.server.collector import WAYS
from ziggurat.sources.tracking.arrival import CALLS
from ziggurat.workspace import Workspace


@pytest.fixture
def client(tmp_path):
    return Client(Workspace.create(tmp_path / "space"))


def item(call, number):
    said = {"identify": {"traits": {"plan": "pro"}}, "track": {"event": "Signed In"}, "page": {"name": "Home"}}
    said |= {"screen": {"name": "Start"}, "group": {"groupId": "acme"}, "alias": {"previousId": "anon-1"}}
    return {"userId": "u1", "messageId": f"m{number}", **said[call]}


def test_every_way_takes_its_call_and_it_comes_into_the_log_once(client):
    for number, (path, way) in enumerate(sorted(WAYS.items())):
        if way.protocol == "segment":
            body = item(way.call, number) if way.call else {"batch": [item("track", number) | {"type": "track"}]}
            assert client.send(path, body).json()["success"] is True, path
            assert client.send(path + "/", body).status_code == 200
    expected = sum(way.call in ("track", "page", "screen", "") for way in WAYS.values() if way.protocol == "segment")
    rows = client.rows()
    assert len(rows) == len({row["interaction_id"] for row in rows}) == expected
    assert {row["kind"] for row in rows} == {"visited"}
    assert client.rows("rejected") == []
    (person,) = client.rows("people")
    assert json.loads(person["traits"])["company"] == "acme"
    assert {"user:u1", "anon:anon-1"} <= set(person["identities"])
    assert sorted(CALLS) == sorted({way.call for way in WAYS.values()} - {""})


PACKED = (
    (lambda body: body, {"content_type": "text/plain"}),
    (lambda body: body, {}),
    (gzip.compress, {"content_encoding": "gzip"}),
    (lambda body: body, {"content_encoding": "gzip"}),  # a proxy unpacked it
    (gzip.compress, {"content_type": "application/x-www-form-urlencoded"}),
    (zlib.compress, {"content_encoding": "deflate"}),
    (lambda body: b"data=" + base64.b64encode(body).replace(b"+", b"%2B"), {"content_type": "application/json"}),
    (lambda body: b"\xef\xbb\xbf" + body, {}),
)


def test_a_body_is_read_whatever_it_calls_itself_and_wherever_its_key_is(client):
    ids = set()
    for number, (encode, headers) in enumerate(PACKED):
        for where in ("basic", "body", "address"):
            said = TRACK | {"messageId": f"{where} {number}"} | ({"writeKey": client.key} if where == "body" else {})
            path = "/v1/t" + (f"?key={client.key}" if where == "address" else "")
            key = client.key if where == "basic" else None
            answer = client.send(path, encode(json.dumps(said).encode()), key=key, **headers)
            assert answer.status_code == 200, (where, headers, answer.text)
            ids.add(said["messageId"])
    assert {row["interaction_id"] for row in client.rows()} == ids


def test_what_is_refused_says_why_and_nothing_of_it_is_kept(client):
    big, nested = {"properties": {"x": "y" * 33_000}}, b"[" * 100_000
    bomb = gzip.compress(b'{"batch": [' + b" " * 40_000_000 + b"]}")
    for status, path, body, options in (
        (401, "/v1/track", TRACK, {"key": None}),
        (401, "/v1/track", TRACK, {"key": "zk_wrong"}),
        (400, "/v1/track", b"{", {}),
        (400, "/v1/track", b"7", {}),
        (400, "/v1/track", nested, {}),
        (400, "/v1/track", b'{"x": "\xff"', {}),
        (400, "/v1/track", TRACK | big, {}),
        (400, "/v1/batch", {"batch": [TRACK] * 2_501}, {}),
        (400, "/v1/batch", b"[1]", {}),
        (400, "/v1/batch", {"batch": [None, 7, "x"]}, {}),
        (400, "/v1/batch", {"batch": None}, {}),
        (400, "/v1/batch", {"batch": TRACK}, {}),
        (400, "/v1/track", [TRACK], {}),
        (400, "/batch/", [1], {}),
        (413, "/v1/batch", bomb, {}),
        (400, "/v1/batch", gzip.compress(b"{}")[:-9], {}),
        (400, "/v1/batch", b"data=%7B", {}),
        (413, "/v1/batch", b" " * 600_000, {}),
        (403, "/v1/track", TRACK, {"origin": "https://evil.example"}),
        (405, "/v1/track", b"", {"method": "GET"}),
    ):
        answer = client.send(path, body, **options)
        assert answer.status_code == status, (body[:40], answer.text)
        said = answer.json()
        assert said["message"].endswith(".") and said["success"] is False
    assert client.rows() == []
    assert client.send("/v2/track", TRACK).status_code == 404


def test_what_is_refused_within_a_200_is_kept_with_its_reason(client):
    many = [
        TRACK,
        7,
        {"type": "track", "event": "Signed In"},
        TRACK | {"messageId": "m2", "event": "Frobnicated"},
        TRACK | {"messageId": "m3", "timestamp": "soon"},
        TRACK | {"messageId": "m4", "properties": {"x": "y" * 33_000}},
        TRACK | {"messageId": "m5", "type": "dance"},
        TRACK | {"messageId": "m6", "event": "Order Completed", "properties": {"total": 5, "currency": "EUR"}},
        TRACK | {"messageId": ["m7"]},
    ]
    assert client.send("/v1/batch", {"batch": many}).status_code == 200
    assert [row["interaction_id"] for row in client.rows()] == ["m1"]
    found = client.space.rejected()
    assert found["total"] == len(many) - 1
    reasons = " | ".join(row["reason"] for row in found["rows"])
    for words in (
        "no JSON object",
        "names nobody",
        "[sources.web.kinds]",
        "ISO 8601",
        "33,",
        "'dance'",
        "EUR",
        "messageId",
    ):
        assert words in reasons, words


def test_what_waits_in_the_inbox_is_told_and_refresh_takes_it_up(client, capsys):
    def said(*words):
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(client.space.folder), *words])
        assert not ended.value.code
        return capsys.readouterr().out

    assert client.send("/v1/batch", {"batch": [TRACK, TRACK | {"messageId": "m2"}, 7]}).is_success
    assert client.send("/v1/track", TRACK | {"messageId": "m3"}).is_success
    for words in ("log", "rejected", "check"):
        assert "4 collected events wait in the inbox (web: 4)" in said(words), words
    assert "3 collected events were taken up" in (told := said("refresh"))
    assert "3 interactions of 1 person" in told
    for words in ("log", "rejected", "check", "refresh"):
        assert "collected event" not in said(words), words
    assert client.space.waiting() == {}


def test_one_id_counts_once_for_ever_and_the_first_stands(client):
    batch = {"batch": [TRACK, TRACK | {"event": "Order Completed", "properties": {"total": 1}}]}
    for body in (batch, {"batch": [TRACK | {"event": "Products Searched"}]}, batch):
        assert client.send("/v1/batch", body).status_code == 200
        (row,) = client.rows()
        assert row["kind"] == "visited"
    assert [each["changed"] for each in client.space.imports()] == [0, 0, 0]
    assert client.send("/v1/batch", {"batch": [{k: v for k, v in TRACK.items() if k != "messageId"}] * 2}).is_success
    assert len(client.rows()) == 3  # of those without an id each counts


def test_an_id_that_looks_as_if_it_were_made_of_what_a_row_says_is_one_as_any_other(client):
    ids = [f"c{'0' * 24}{end}" for end in ("", "-0", "-1", "-2", "-01", "-4294967296", "-999999999")]
    for _ in range(2):
        assert client.send("/v1/batch", {"batch": [TRACK | {"messageId": one} for one in ids]}).is_success
        assert sorted(row["interaction_id"] for row in client.rows()) == sorted(ids)


def test_the_sender_s_clock_is_corrected_and_what_holds_for_a_batch_holds_for_each(client):
    now, wrong = datetime.now(UTC), datetime(2031, 5, 5, 12, tzinfo=UTC)
    told = {"timestamp": (wrong - timedelta(minutes=10)).isoformat(), "context": {"page": {"path": "/b"}}}
    context = {"userAgent": "Mozilla/5.0 (iPhone)", "campaign": {"source": "google", "medium": "cpc", "name": "spring"}}
    items = [TRACK | told, TRACK | {"messageId": "m2", "timestamp": "2026-01-05T10:00:00+01:00", "sentAt": None}]
    client.send("/v1/batch", {"batch": items[:1], "context": context, "sentAt": wrong.isoformat()})
    client.send("/v1/batch", {"batch": items[1:]})
    one, two = sorted(client.rows(), key=lambda row: row["interaction_id"])
    assert abs(one["at"] - (now - timedelta(minutes=10))) < timedelta(seconds=30)
    assert (one["device"], one["channel"], one["activity"]) == ("mobile", "paid search", "spring")
    assert two["at"] == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_posthog_s_events_come_through_the_same_door(client):
    made_up = "0190c1f0-7a3b-7c1d-9e2f-0123456789ab"
    events = [
        {"event": "$pageview", "distinct_id": made_up, "uuid": "e1", "timestamp": "2026-01-05T10:00:00Z",
         "properties": {"$current_url": f"{SITE}/a", "$pathname": "/a", "$referrer": "https://www.google.de/",
                        "$raw_user_agent": "Mozilla/5.0 (Windows NT 10.0)"}},
        {"event": "$identify", "distinct_id": "u1", "uuid": "e2",
         "properties": {"$anon_distinct_id": made_up, "$set": {"email": "ana@x.org", "name": "Ana"}}},
        {"event": "Order Completed", "distinct_id": "u1", "uuid": "e3", "properties": {"total": 9.5}},
        {"event": "$create_alias", "uuid": "e4", "properties": {"distinct_id": "u1", "alias": "u2"}},
    ]  # fmt: skip
    assert client.send("/batch/", {"api_key": client.key, "batch": events}, key=None).json()["status"] == 1
    single = {"api_key": client.key, "event": "Signed Up", "distinct_id": "u1", "uuid": "e5"}
    assert client.send("/capture/", single, key=None).is_success
    rows = {row["interaction_id"]: row for row in client.rows()}
    assert {name: row["kind"] for name, row in rows.items()} == {"e1": "visited", "e3": "purchased", "e5": "registered"}
    assert (rows["e1"]["channel"], rows["e1"]["object"], rows["e1"]["device"]) == ("search", "/a", "web")
    assert rows["e3"]["amount"] == 9.5
    (person,) = client.rows("people")
    assert person["name"] == "Ana"
    assert set(person["identities"]) >= {f"anon:{made_up}", "user:u1", "user:u2", "email:ana@x.org"}


def test_a_page_of_a_site_that_the_key_allows_may_send_and_no_other(client):
    asked = client.send(
        "/v1/track", b"", key=None, method="OPTIONS", origin=SITE, access_control_request_headers="authorization"
    )
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, SITE)
    assert asked.headers["access-control-allow-headers"] == "authorization"
    sent = client.send("/v1/track", TRACK, origin=SITE)
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (200, SITE)
    refused = client.send("/v1/track", b"", key=None, method="OPTIONS", origin="https://evil.example")
    assert refused.status_code == 403


def test_too_much_at_once_is_told_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(sending, "BURST_SECONDS", 2)
    key = client.space.make_key("web", rate=5)
    first, second = (client.send("/v1/batch", {"batch": [TRACK] * 100}, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert 5 <= int(second.headers["retry-after"]) <= 19  # 90 too many at five a second, less what time has passed
    assert client.send("/v1/track", TRACK).status_code == 200  # another key's rate is its own


def test_a_full_disk_acknowledges_nothing_and_the_sender_tries_again(client, monkeypatch):
    def full(file, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(segment.os, "write", full)
        answer = client.send("/v1/track", TRACK)
    assert (answer.status_code, answer.headers["retry-after"]) == (507, "5")
    assert str(client.space.folder) not in answer.text
    assert client.rows() == []
    assert client.send("/v1/track", TRACK).status_code == 200
    assert len(client.rows()) == 1


def test_keys_are_kept_as_hashes_replaced_and_revoked(client):
    state = (client.space.folder / "state.db").read_bytes() + (client.space.folder / "ziggurat.toml").read_bytes()
    assert client.key.encode() not in state
    new = client.space.replace_key(1)
    app = client.app = create_collector([client.space])
    client.browser = Browser(app)
    assert [client.send("/v1/track", TRACK, key=key).status_code for key in (client.key, new)] == [401, 200]
    client.space.revoke_key(2)
    client.browser = Browser(create_collector([client.space]))
    assert client.send("/v1/track", TRACK, key=new).status_code == 401


def test_machines_prefetch_and_proxies_are_told_apart_by_the_image_of_a_mail(client):
    agents = {
        "Mozilla/5.0 (Windows NT 10.0; Win64)": None,
        "Mozilla/5.0 (Windows NT 5.1) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)": "mail provider's proxy",
        "Mozilla/5.0": "privacy prefetch",
        "Mozilla/5.0 (compatible; bingbot/2.0)": "crawler",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X18 Plus)": None,
    }
    address = f"/v1/open.gif?key={client.key}&u=u1&c=News"
    for agent in agents:
        answer = client.send(address, b"", key=None, method="GET", user_agent=agent)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    (first, *_) = agents
    client.send(address, b"", key=None, method="HEAD", user_agent=first)
    client.send(address, b"", key=None, method="GET", user_agent=first, sec_purpose="prefetch")
    rows = client.rows()
    assert {(row["kind"], row["channel"], row["activity"]) for row in rows} == {("opened", "email", "News")}
    found = {row["interaction_id"]: row["why"] for row in client.space.sql("FROM acted").to_pylist()}
    said = [(json.loads(row["properties"]), found.get(row["interaction_id"])) for row in rows]
    assert {cell["user agent"]: why for cell, why in said if not {"method", "purpose"} & cell.keys()} == agents
    assert {why for cell, why in said if "method" in cell} == {"HEAD request"}
    assert {why for cell, why in said if "purpose" in cell} == {"fetched beforehand"}
    assert client.rows("people")[0]["interactions"] == 3  # two people's own, and one through a proxy
    proxied = next(row for row in rows if found.get(row["interaction_id"]) == "mail provider's proxy")
    assert "device" not in proxied


def test_many_at_once_share_syncs_and_none_is_lost(client, monkeypatch):
    synced = []
    monkeypatch.setattr(segment.os, "fsync", lambda file, real=os.fsync: (synced.append(file), real(file)))
    from tests.server.conftest import HOME

    async def all_at_once():
        import httpx

        async with httpx.AsyncClient(transport=httpx.ASGITransport(client.app), base_url=HOME) as some:
            sent = [some.post("/v1/t", json=TRACK | {"messageId": str(n), "writeKey": client.key}) for n in range(60)]
            return await asyncio.gather(*sent)

    began = time.monotonic()
    assert all(each.is_success for each in asynchronous.run(all_at_once())), time.monotonic() - began
    assert len(client.rows()) == 60
    assert len(synced) < 60 + 40  # those of the log among them
