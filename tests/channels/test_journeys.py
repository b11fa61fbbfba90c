import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import LADDER, NAMES
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base.errors import QuestionError
from ziggurat.base.schema import LEVELS
from ziggurat.channels.journeys import journeys

LOG = """
    at                actor           channel  kind       activity   amount
    2026-01-01        email:ana@x.org  post     emailed    Appeal     -
    2026-01-01 10:00  email:ana@x.org  web      visited    -          -
    2026-01-01 10:30  email:ana@x.org  web      visited    -          -
    2026-01-02        email:ana@x.org  web      donated    -          30
    2026-01-03        email:ana@x.org  web      visited    -          -
    2026-01-08        email:ana@x.org  post     donated    -          4
    2026-01-01        email:bo@x.org   post     emailed    Appeal     -
    2026-01-04        email:bo@x.org   web      visited    -          -
    2026-01-04        email:bo@x.org   web      donated    -          50
    2026-01-01        email:cy@x.org   post     emailed    Appeal     -
    2026-03-30        email:cy@x.org   post     emailed    Reminder   -
"""
WHEN = {"since": "2025-12-31", "until": "2026-03-31"}


@pytest.fixture(scope="module")
def crowd():
    return Crowd(interactions(LOG))


def ask(crowd, **options):
    buckets = crowd.derived.buckets()
    return journeys(buckets, LEVELS.empty_table(), ladder="any", names=("Known", "First"), **(WHEN | options))


def counts(result):
    return {row["path"]: (row["conversions"], row["lost"], row["open"]) for row in result.rows()}


def test_paths_that_led_to_the_outcome_and_those_that_did_not(crowd):
    # the second visit within the hour is the first one over; Bo's visit came not before his gift but with it
    found = ask(crowd, outcome="donated")
    assert counts(found) == {"post": (1, 1, 1), "web": (1, 1, 0), "post > web": (1, 0, 0)}
    rows = {row["path"]: row for row in found.rows()}
    assert rows["post"] | {"share_converted_low": 0, "share_converted_high": 0} == {
        "path": "post", "length": 1, "people": 2, "conversions": 1, "share": pytest.approx(1 / 3), "lost": 1,
        "open": 1, "share_converted": 0.5, "share_converted_low": 0, "share_converted_high": 0, "median_days": 3.0,
        "amount": 50.0,
    }  # fmt: skip
    assert rows["post > web"]["median_days"] == 1.0
    assert {row["state"] for row in found.people(path="web").collect(backend="pyarrow").to_native().to_pylist()} == {
        "converted", "lost",
    }  # fmt: skip


def test_an_outcome_may_be_an_amount(crowd):
    found = counts(ask(crowd, outcome="donated", amount=10))
    assert found == {"post": (1, 1, 1), "post > web": (1, 0, 0), "web": (0, 2, 0)}


def test_repeats_count_each_time_where_nothing_is_collapsed(crowd):
    assert "post > web > web" in counts(ask(crowd, outcome="donated", collapse_hours=0))


def test_what_a_touch_is_may_be_chosen(crowd):
    assert counts(ask(crowd, outcome="donated", touches="out")) == {"(no touch)": (1, 0, 0), "post": (2, 1, 1)}
    assert counts(ask(crowd, outcome="donated", touches="visited")) == {"web": (2, 1, 0), "(no touch)": (1, 0, 0)}
    assert counts(ask(crowd, outcome="donated", touches="in, emailed")) == {"(no touch)": (3, 0, 0)}
    assert counts(ask(crowd, outcome="donated", by="activity")) == {
        "Appeal": (2, 1, 0), "(no touch)": (1, 0, 0), "Reminder": (0, 0, 1),
    }  # fmt: skip
    assert set(counts(ask(crowd, outcome="donated", by="kind"))) == {"emailed", "emailed > visited", "visited"}


def test_of_a_longer_path_the_last_touches_are_shown(crowd):
    found = ask(crowd, outcome="donated", longest=1)
    rows = {row["path"]: row for row in found.rows()}
    assert rows["… > web"]["conversions"] == 1
    assert rows["… > web"]["length"] is None


def test_a_window_counts_what_was_decided_in_it(crowd):
    found = counts(ask(crowd, outcome="donated", since="2026-01-02", until="2026-01-31"))
    assert found == {"post": (1, 1, 0), "web": (1, 0, 1)}
    assert sum(won for won, _, _ in counts(ask(crowd, outcome="donated", until="2026-01-01")).values()) == 0


def test_rows_are_cut_off_at_the_limit_but_shares_are_of_all(crowd):
    found = ask(crowd, outcome="donated", limit=1)
    assert [row["share"] for row in found.rows()] == [pytest.approx(1 / 3)]
    with pytest.raises(QuestionError, match="`limit` is 0"):
        ask(crowd, outcome="donated", limit=0)


def test_an_outcome_may_be_a_climb_and_what_tipped_it_comes_not_before_it():
    tables = lives.tables(lives.log())
    levels = tables["levels"].to_pylist()
    start, end = 1_774_915_200_000_000, 1_782_864_000_000_000  # the ends of March and June 2026
    climbs = [
        row for row in levels
        if row["change"] in ("first", "climb") and row["level"] >= 3 > (row["from_level"] or 0)
        and start <= row["since"] < end
    ]  # fmt: skip
    shifted = [row | {"ladder": "another", "since": row["since"] + 1} for row in levels]
    both = pa.Table.from_pylist([*levels, *shifted], schema=LEVELS)
    for outcome in ("Contributing", "3"):
        found = journeys(
            tables["buckets"], both, since="2026-03-31", until="2026-06-30", ladder=LADDER, names=NAMES,
            outcome=outcome, collapse_hours=0,
        )  # fmt: skip
        rows = found.members.collect(backend="pyarrow").to_native().to_pylist()
        won = sorted((row["person_id"], row["decided_at"]) for row in rows if row["state"] == "converted")
        assert won == sorted((row["person_id"], row["since"]) for row in climbs)
        assert len(won) > 5


def test_people_are_read_anew_each_time(crowd):
    found = ask(crowd, outcome="donated")
    assert len(found.members.collect()) == len(found.members.collect()) == 6
