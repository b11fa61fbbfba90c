"""By what is a row known again? Worked out here from the rows as text, without the product's hashes."""

from __future__ import annotations

import pytest

from ziggurat.sources.guess import guess

from .conftest import take

GIFTS = """
date,email,type,amount
2026-03-01,ana@x.org,donation,10
2026-03-01,ana@x.org,donation,10
2026-03-02,bo@x.org,donation,20
"""


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (GIFTS, ("date", "email", "type")),
        (f"{GIFTS}2026-03-02,bo@x.org,donation,25\n", ()),  # nothing tells the two of one day apart but the amount
        ("id,date,email,amount\n7,2026-03-01,ana@x.org,10\n", ()),  # an id does
        ("Order ID,date,email,total\n7,2026-03-01,a@x.org,1\n7,2026-03-01,b@x.org,2\n", ("date", "email", "Order ID")),
        ("date,email,text,likes\n2026-03-01,a@x.org,Hi,1\n2026-03-01,a@x.org,Ho,2\n", ("date", "email", "text")),
        ("email,city\nana@x.org,Ulm\n", ()),  # people are no interactions
        (GIFTS.replace("amount", ".a.b"), ("date", "email", "type")),  # which Arrow takes for a path
    ],
)
def test_what_stays_tells_rows_without_an_id_apart(written, content, key):
    assert guess(written(content, "posts.csv")).mapping.key == key


def test_what_is_said_tells_rows_apart_and_no_written_form_does(written):
    path = written(GIFTS)
    said = guess(path, said={"key": ("date", "email")}).with_suggestions()
    assert said.key == ("date", "email")
    ids = take(path, said).rows("interactions", "interaction_id")
    other = GIFTS.replace("ana@x.org", "Ana@X.org").replace("2026-03-02", "2026-03-02 00:00").replace("20\n", "25\n")
    assert take(written(other, "other.csv"), said).rows("interactions", "interaction_id") == ids
    assert len(set(ids)) == 2
