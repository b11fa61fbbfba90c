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
        (f"{GIFTS}2026-03-02,bo@x.org,donation,25\n", ("date", "email", "type")),  # the two of one day by their order
        ("date,email,amount\n" + "".join(f"2026-03-01,a@x.org,{n}\n" for n in range(5)), ()),  # nothing does
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


def test_it_is_told_where_rows_are_known_by_their_order_or_not_at_all(written):
    notes = [
        guess(written(content, "posts.csv")).notes for content in (GIFTS, f"{GIFTS}2026-03-02,bo@x.org,donation,25\n")
    ]
    assert not any("alike" in note for note in notes[0])
    assert any("Some rows are alike in date, email and type" in note for note in notes[1])
    alike = guess(written("date,email,amount\n" + "".join(f"2026-03-01,a@x.org,{n}\n" for n in range(5)), "posts.csv"))
    assert any("counts beside the old one" in note for note in alike.notes)
