"""Whatever a record of the inbox holds, each of its items is a row, rejected, or skipped; usual names mean a kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.sources.tracking import naive
from ziggurat.base import kinds, schema
from ziggurat.people.via import shipped as machines
from ziggurat.sources.systems.segment import Segment, read_records
from ziggurat.sources.tracking.arrival import CALLS, Arrival, encoded
from ziggurat.sources.tracking.meaning import check, shipped

KINDS = kinds.load()
WORDS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**40), st.floats(), st.text(max_size=20),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["url", "referrer", "email", "name", "total", "type"]), st.text(max_size=9)),
)  # fmt: skip
FIELDS = st.sampled_from(
    ["type", "userId", "anonymousId", "previousId", "messageId", "event", "name", "timestamp", "sentAt", "properties",
     "traits", "context", "groupId", "distinct_id", "uuid", "originalTimestamp"]
)  # fmt: skip
NAMED = st.fixed_dictionaries(
    {"type": st.sampled_from(CALLS), "userId": st.sampled_from(["u1", "ana@x.org"])},
    optional={"event": st.sampled_from(["Order Completed", "Product Reviewed", "Unlike"]), "previousId": st.just("a1"),
              "properties": st.dictionaries(st.sampled_from(["total", "url", "rating"]), WORDS),
              "context": st.dictionaries(st.sampled_from(["page", "device", "os", "traits", "userAgent"]), WORDS)},
)  # fmt: skip
ITEMS = st.lists(st.one_of(WORDS, st.dictionaries(FIELDS, WORDS, max_size=8), NAMED), max_size=6)


SHOP, MAKE = "https://shop.example.org", st.fixed_dictionaries
PAGES = st.sampled_from(
    [f"{SHOP}/a", f"{SHOP}/b?UTM_source=google&utm_medium=cpc&utm_campaign=spring", f"{SHOP}/c?gclid=7#utm_source=x",
     "https://www.google.de/", "https://blog.example/?utm_source=y"]
)  # fmt: skip
PLACES = {"url": PAGES, "referrer": PAGES, "path": st.sampled_from(["/a", "/b"]), "title": st.just("Größe")}
CONTEXT = MAKE({}, optional={
    "page": MAKE({}, optional=PLACES),
    "userAgent": st.sampled_from(["Mozilla/5.0 (iPhone)", "Mozilla/5.0 (Windows NT 10.0)", "curl/8"]),
    "campaign": MAKE({"medium": st.just("email")}, optional={"name": st.sampled_from(["n1", "n2"])}),
    "device": st.just({"type": "android"}), "os": st.sampled_from([{"name": "iOS"}, {"name": "BeOS"}]),
})  # fmt: skip
MOMENTS = st.sampled_from(["2026-01-05T10:00:00.123Z", "2026-01-05T10:00:00+01:00", "2026-01-05T10:00:00.1234567Z"])
SAYS = {
    "order_id": st.just("o1"), "total": st.sampled_from([1, 2.5]), "email_subject": st.just("Hello"),
    "campaign_name": st.just("c1"), "group": st.just("beginners"), **PLACES,
}  # fmt: skip
USUAL = MAKE(
    {"type": st.sampled_from(["track", "page", "screen"]), "userId": st.sampled_from(["u1", " Ana@x.org", ""]),
     "anonymousId": st.sampled_from(["a1", "a2"]),
     "event": st.sampled_from(["Order Completed", "Email Opened", "Signed In"])},
    optional={"name": st.sampled_from(["Home", "Start"]), "context": CONTEXT, "timestamp": MOMENTS, "sentAt": MOMENTS,
              "traits": st.just({"email": "Bea@x.org"}), "properties": MAKE({}, optional=SAYS)},
)  # fmt: skip


def read(records):
    return list(read_records(records, Segment(), "web", KINDS, "USD"))


@settings(max_examples=few(60))
@given(ITEMS, st.sampled_from(["segment", "posthog"]), st.sampled_from(["", *CALLS]))
def test_every_item_is_a_row_rejected_or_skipped(items, protocol, call) -> None:
    body = {"batch": items} if not call else (items or [{}])[0]
    content = json.dumps(body, allow_nan=True).encode()
    arrival = Arrival(1_767_607_200_000_000, "r", call, protocol, {}, content)
    batches = read([encoded(arrival)])
    found = sum(len(batch.tables.get(name, ())) for batch in batches for name in ("interactions", "rejected"))
    said = sum(len(batch.tables[name]) > 0 for batch in batches for name in ("links", "traits") if name in batch.tables)
    most = len(items) if not call else 1
    assert found + sum(batch.skipped for batch in batches) <= max(most, 1)
    if not said and not any(isinstance(item, dict) for item in items):
        assert found >= min(most, 1)
    for batch in batches:
        for name, table in batch.tables.items():
            assert table.schema == schema.LOGGED[name]
            table.validate(full=True)
        for row in batch.tables.get("rejected", schema.REJECTED.empty_table()).to_pylist():
            assert all(isinstance(cell, str) for cell in json.loads(row["row"]).values())


@settings(max_examples=few(80))
@given(st.lists(USUAL, min_size=1, max_size=6), CONTEXT, st.one_of(st.none(), MOMENTS))
def test_usual_items_say_what_a_reader_says_who_takes_one_after_the_other(items, context, sent) -> None:
    received = datetime(2026, 1, 5, 11, tzinfo=UTC)
    items = [item | {"messageId": f"m{number % 4}"} for number, item in enumerate(items)]  # the first of an id counts
    body = {"batch": items, "context": context} | ({"sentAt": sent} if sent else {})
    arrival = Arrival(int(received.timestamp()) * 1_000_000, "r", "", "segment", {}, json.dumps(body).encode())
    (batch,) = read([encoded(arrival)])
    made = batch.tables["interactions"].cast(schema.INTERACTIONS.set(2, pa.field("at", pa.int64()))).to_pylist()
    twin = [naive.row(item, body, received) for item in items[:4]]
    assert [
        {name: row[name] for name in twin[0]} | {"properties": json.loads(row["properties"])} for row in made
    ] == twin
    pairs = [(naive.identities(item)[0], other) for item in items for other in naive.identities(item)[1:]]
    links = batch.tables["links"].to_pylist() if "links" in batch.tables else []
    assert [(row["a"], row["b"]) for row in links] == list(dict.fromkeys(pairs))


def test_a_poisoned_record_stops_none_of_the_others() -> None:
    good = Arrival(1, "r", "track", "segment", {}, b'{"userId": "u\\u0000", "event": "Signed Up"}')
    bad = [b"", b"\xff", msgspec.msgpack.encode([1, 2]), encoded(Arrival(1, "r", "", "segment", {}, b"[" * 100_000))]
    (batch,) = read([*bad, encoded(good), encoded(good)])
    assert batch.tables["interactions"]["actor"].to_pylist() == ["user:u\ufffd"]  # two of one id
    assert batch.tables["rejected"].num_rows == len(bad)


def test_the_declared_defaults_are_kinds_and_rules() -> None:
    check({name: meant.kind for name, meant in shipped().items()}, KINDS, "tracking.toml")
    assert len(shipped()) > 50
    assert {rule.via for rule in machines("machines").values()} == {"machine", "proxy"}
    assert {rule.via for rule in machines("automatic").values()} == {"machine"}
