from __future__ import annotations

import pytest

from ziggurat.sources.guess import guess

from .conftest import take


def gifts(path):
    taken = take(path, guess(path).with_suggestions())
    assert taken.reasons == []
    return sorted(taken.rows("interactions", "actor", "kind", "object", "amount"))


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ("Date,Email,Donation,Membership,Ticket", ("donated", "purchased")),
        ("Datum,E-Mail,Spende,Mitgliedsbeitrag,Kurs", ("donated", "purchased")),
        ("Date,Email,Dons,Cotisation,Adhésion", ("donated", "purchased")),
        ("Date,Email,General Fund,Building Fund,Missions", ("donated", "donated")),
    ],
)
def test_amounts_under_what_they_are_for_are_things_of_their_own(written, head, kinds):
    path = written(
        f"{head}\n2026-03-05,ana@x.org,25,,\n2026-03-06,bo@x.org,10,60,\n2026-03-07,cy@x.org,,,15\n".encode()
    )
    first, second = head.split(",")[2:4]
    found = gifts(path)
    assert found[:3] == [
        ("email:ana@x.org", kinds[0], first, 25.0),
        *sorted([("email:bo@x.org", kinds[0], first, 10.0), ("email:bo@x.org", kinds[1], second, 60.0)]),
    ]
    assert len(found) == 4


def test_a_total_that_is_the_sum_of_columns_says_that_they_are_amounts_and_is_none(written):
    path = written(
        b"Date,Email,North,South,Total\n3/25/2026,ana@x.org,25.00,5.00,30.00\n3/17/2026,bo@x.org,,60.00,60.00\n"
    )
    assert gifts(path) == [
        ("email:ana@x.org", "donated", "North", 25.0),
        ("email:ana@x.org", "donated", "South", 5.0),
        ("email:bo@x.org", "donated", "South", 60.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Email,Event,Amount,Fee\n2026-03-05,ana@x.org,order,25,1\n2026-03-06,bo@x.org,order,60,2\n",
        "Date,Email,Total,Tax,Shipping\n2026-03-05,ana@x.org,25,1,2\n2026-03-06,bo@x.org,60,2,3\n",
        "Date,Email,Donation,Score,Hours\n2026-03-05,ana@x.org,25,9,2\n2026-03-06,bo@x.org,60,8,3\n",
    ],
)
def test_other_numbers_beside_an_amount_are_no_amounts_of_their_own(written, text):
    path = written(text.encode())
    assert len(gifts(path)) == 2


def test_a_corrected_amount_under_a_heading_replaces_what_it_was(written):
    text = "Date,Email,Donation,Membership\n2026-03-05,ana@x.org,25,\n2026-03-06,ana@x.org,,60\n"
    first = written(text.encode(), "a.csv")
    second = written(text.replace("25", "52").encode(), "b.csv")
    mapping = guess(first).mapping
    ids = [sorted(take(path, mapping).rows("interactions", "interaction_id")) for path in (first, second)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
