"""Who told no name is called by the address that says most, in SQL as in Python; files of people hold addresses."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from ziggurat.people.called import display_name, e_mail, in_sql, with_addresses

FOLK = [
    ("Ana", ["customer:cus_1", "email:ana@x.org"], "Ana", "ana@x.org"),
    (None, ["anon:5b", "customer:cus_2", "email:b@x.org", "email:c@x.org", "github:bea"], "b@x.org", "b@x.org"),
    ("", ["anon:5b", "customer:cus_3", "github:cy", "phone:+4930123"], "github:cy", None),
    (None, ["customer:cus_4", "phone:+4930123"], "phone:+4930123", None),
    (None, ["anon:5b", "household:5"], "household:5", None),
    (None, ["anon:5b", "cookie:6"], "anon:5b", None),
]


@pytest.mark.parametrize(("name", "identities", "words", "address"), FOLK)
def test_the_address_that_says_most_is_what_they_are_called(name, identities, words, address):
    assert display_name(name, identities) == words
    columns = f"SELECT {in_sql()}, {e_mail()} FROM (SELECT ? AS name, ?::VARCHAR[] AS identities)"
    assert duckdb.connect().execute(columns, [name, identities]).fetchall() == [(words, address)]


KNOWN = pa.table({"person_id": ["p2", "p1"], "called": ["b@x.org", "Ana"], "email": ["b@x.org", None]})


def test_addresses_come_beside_names():
    listed = pa.table({"person_id": ["p1", "p2", "p9"], "name": ["Ana", None, None], "level": [1, 2, 3]})
    assert with_addresses(listed, KNOWN).to_pydict() == {
        "person_id": ["p1", "p2", "p9"], "name": ["Ana", "b@x.org", None], "email": [None, "b@x.org", None],
        "level": [1, 2, 3],
    }  # fmt: skip
    assert with_addresses(listed.drop_columns(["name"]), KNOWN).column_names == ["person_id", "name", "email", "level"]


def test_what_is_of_nobody_stays_as_it_is():
    counted = pa.table({"level": [1], "people": [2]})
    assert with_addresses(counted, KNOWN).equals(counted)
    own = pa.table({"person_id": ["p1"], "name": ["Ana"], "email": ["her@x.org"]})
    assert with_addresses(own, KNOWN).equals(own)
