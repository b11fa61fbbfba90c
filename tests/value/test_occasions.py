import itertools
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.value.customers import tables
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, instant
from ziggurat.people.ids import person_of
from ziggurat.value import occasions as coming

AT = instant("2026-01-31")


def read(log, words=("purchased",), span_days=1.0, at=AT):
    """x, t_x, T, paid occasions, money, and all spans between multiplied, by the first identity of each person."""
    given = tables(log)
    found = coming.occasions(given["buckets"], words, at=at, span_days=span_days)
    names = {person_of(row["person_id"]): row["identities"][0] for row in given["people"].to_pylist()}
    return {
        names[person]: (
            *(float(getattr(found, field)[place]) for field in coming.FIELDS[:-1]),
            round(math.exp(found.gaps[place]), 6),
        )
        for place, person in enumerate(found.person.tolist())
    }


def test_a_day_is_one_occasion_the_first_only_begins_and_staff_cookies_messages_and_the_future_are_nothing(log):
    found = read(log("""
        actor               at                kind        amount
        email:ana@x.org     2026-01-01 09:00  purchased   10
        email:ana@x.org     2026-01-01 23:59  purchased   5
        email:ana@x.org     2026-01-02 00:00  purchased   7
        email:ana@x.org     2026-01-11 08:00  purchased   1
        email:ana@x.org     2026-01-11 09:00  purchased   2
        email:ana@x.org     2026-01-15 09:00  visited     -
        email:ana@x.org     2026-01-15 10:00  emailed     -
        email:ana@x.org     2026-02-01 00:00  purchased   99
        email:bo@x.org      2026-01-31 23:00  purchased   3
        email:sam@ours.org  2026-01-05 10:00  purchased   4
        anon:7              2026-01-05 10:00  purchased   4
        email:cy@x.org      2026-01-05 10:00  visited     -
    """))  # fmt: skip
    assert found == {"email:ana@x.org": (2, 10, 30, 2, 10, 9), "email:bo@x.org": (0, 0, 0, 0, 0, 1)}


def test_what_the_organisation_does_is_no_occasion(log):
    found = read(log("""
        actor     at          kind    direction
        user:ana  2026-01-01  called  out
        user:bo   2026-01-01  called  out
        user:bo   2026-01-03  called  in
        user:bo   2026-01-04  called  among
    """), ("called",))  # fmt: skip
    assert found == {"user:bo": (1, 1, 28, 0, 0, 1)}


def test_only_what_brings_more_than_nothing_is_paid(log):
    found = read(log("""
        actor     at          kind       amount
        user:ana  2026-01-01  purchased  10
        user:ana  2026-01-02  purchased  -
        user:ana  2026-01-03  donated    0
        user:ana  2026-01-04  donated    -5
        user:ana  2026-01-05  purchased  5
    """), ("purchased", "donated"))  # fmt: skip
    assert found == {"user:ana": (4, 4, 30, 1, 5, 1)}


def test_longer_spans_are_counted_back_from_the_instant(log):
    """With ten days, 22 to 31 January is one occasion, 12 to 21 the one before, 2 to 11 the one before that."""
    found = read(log("""
        actor     at          kind       amount
        user:ana  2026-01-02  purchased  1
        user:ana  2026-01-11  purchased  2
        user:ana  2026-01-12  purchased  4
        user:ana  2026-01-31  purchased  8
    """), span_days=10)  # fmt: skip
    assert found == {"user:ana": (2, 2, 2, 2, 12, 1)}


@settings(max_examples=few(40))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["user:ana", "user:bo", "user:cy"]), st.integers(0, 45), st.sampled_from([0, 5, 20]),
            st.sampled_from(["purchased", "visited"]), st.sampled_from([None, 3.0, 4.5]),
        ),
        min_size=1, max_size=30,
    ),
    st.sampled_from([1, 7]),
)  # fmt: skip
def test_it_is_what_reading_person_by_person_gives(rows, span):
    start = AT + 1 - 31 * DAY
    log = pa.Table.from_pylist(
        [
            {"interaction_id": f"i{number}", "actor": actor, "at": start + day * DAY + hour * DAY // 24,
             "channel": "web", "kind": kind, "direction": "in", "amount": amount}
            for number, (actor, day, hour, kind, amount) in enumerate(rows)
        ]
    )  # fmt: skip
    log = log.set_column(2, "at", log["at"].cast(pa.timestamp("us", tz="UTC")))
    plain = {}
    for actor in {row[0] for row in rows}:
        hers = [(day, amount or 0.0) for who, day, _, kind, amount in rows if who == actor and kind == "purchased"]
        spans = {}
        for day, amount in hers:
            if day < 31:
                spans.setdefault((30 - day) // span, []).append(amount)
        if spans:
            first = max(spans)
            later = [sum(some) for place, some in spans.items() if place != first]
            paid = [one for one in later if one > 0]
            between = math.prod(one - other for other, one in itertools.pairwise(sorted(spans)))
            plain[actor] = (len(later), first - min(spans), first, len(paid), sum(paid), between)
    found = read(log, span_days=float(span))
    assert found == {who: pytest.approx(what) for who, what in plain.items()}


def test_a_kind_that_is_none_is_named_with_the_nearest():
    kinds = pa.table({"kind": ["purchased", "donated", "bought"], "like": ["purchased", "donated", "purchased"]})
    assert coming.chosen(" purchased ,donated,", kinds) == ["purchased", "donated", "bought"]
    assert coming.chosen("bought", kinds) == ["bought"]
    with pytest.raises(QuestionError, match="`outcome` holds 'purchase', which is no kind; did you mean 'purchased'"):
        coming.chosen("donated, purchase", kinds)
    with pytest.raises(QuestionError, match=r"`outcome` holds '', which is no kind.*Give kinds"):
        coming.chosen(" ", kinds)


def test_nobody_at_all_is_nothing():
    empty = coming.of_rows(
        pa.schema([("person", pa.int64()), ("at", pa.int64()), ("kind", pa.int16()), ("direction", pa.int8()),
                   ("amount", pa.float64())]).empty_table(),
        codes={}, words=["purchased"], at=0, span_days=1.0,
    )  # fmt: skip
    assert all(getattr(empty, name).size == 0 for name in ("person", *coming.FIELDS))
    assert np.issubdtype(empty.person.dtype, np.int64)
