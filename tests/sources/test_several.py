"""States, refunds and events in columns: how many interactions a row makes, and which."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as with_

from ziggurat.base.errors import DeclarationError
from ziggurat.sources.mapping import Mapping, check

from .conftest import KINDS, RECEIVED

ORDERS = Mapping(
    fields={
        "at": "when",
        "actor": "mail",
        "amount": "sum",
        "state": "status",
        "refund": "back",
        "interaction_id": "no",
    },
    constants={"channel": "shop", "kind": "purchased"},
    namespaces={"actor": "email"},
    states={"paid": "keep", "refunded": "keep + refunded", "failed": "skip", "met": "attended"},
)


@pytest.mark.parametrize(
    ("status", "total", "back", "made"),
    [
        ("paid", "40", "", [("7", "purchased", 40.0)]),
        ("", "40", "", [("7", "purchased", 40.0)]),
        ("Refunded", "40", "", [("7", "purchased", 40.0), ("7~refunded", "refunded", 40.0)]),
        ("refunded", "40", "15", [("7", "purchased", 40.0), ("7~refunded", "refunded", 15.0)]),
        ("paid", "40", "15", [("7", "purchased", 40.0), ("7~refunded", "refunded", 15.0)]),
        ("paid", "40", "0.00", [("7", "purchased", 40.0)]),
        ("met", "0", "", [("7", "attended", 0.0)]),
        ("paid", "-40", "", [("7", "refunded", 40.0)]),
    ],
)
def test_a_row_makes_what_its_state_says(seen, status, total, back, made):
    taken = seen(f"no,when,mail,sum,status,back\n7,2026-01-05,ana@x.org,{total},{status},{back}\n".encode(), ORDERS)
    assert (taken.rows("interactions", "interaction_id", "kind", "amount"), taken.reasons) == (made, [])


def test_a_state_may_leave_its_row_out_and_one_of_which_nothing_is_said_rejects_it(seen):
    taken = seen(b"no,when,mail,sum,status,back\n7,x,,,failed,\n8,2026-01-05,ana@x.org,3,lost,\n", ORDERS)
    assert (taken.skipped, taken.rows("interactions")) == (1, [])
    assert taken.reasons == [
        (
            3,
            "column 'status': 'lost' is a state of which nothing is said; add it under states in the mapping",
        )
    ]


def test_money_that_we_sent_is_no_refund(seen):
    mapping = with_(ORDERS, constants={"channel": "shop", "kind": "rewarded"})
    taken = seen(b"no,when,mail,sum,status,back\n7,2026-01-05,ana@x.org,-5,,\n", mapping)
    assert taken.rows("interactions", "kind", "amount") == [("rewarded", -5.0)]


MEMBERS = Mapping(
    target="people",
    fields={"actor": "mail", "at": "made"},
    constants={"channel": "club"},
    namespaces={"actor": "email"},
    events={"joined": "joined", "opted out": "unsubscribed", "Picnic 2026-01-12": "attended", "gift 2025": "donated"},
)


def test_dates_and_marks_in_columns_are_events_of_their_own(seen):
    taken = seen(
        """
        mail,made,joined,opted out,Picnic 2026-01-12,gift 2025,shirt
        ana@x.org,2026-01-03,2025-12-01,,x,20,M
        bo@x.org,,no,TRUE,,0,
        cy@x.org,2026-01-04,,yes,no,,L
        """,
        MEMBERS,
    )
    assert sorted(
        (row["actor"][6:-6], row["kind"], row["at"].date().isoformat(), row["object"], row["amount"])
        for row in taken.rows("interactions")
    ) == [
        ("ana", "attended", "2026-01-12", "Picnic", None),
        ("ana", "donated", "2026-01-03", "gift 2025", 20.0),
        ("ana", "joined", "2025-12-01", None, None),
        ("bo", "unsubscribed", RECEIVED.date().isoformat(), "opted out", None),
        ("cy", "unsubscribed", "2026-01-04", "opted out", None),
    ]
    assert set(taken.rows("interactions", "channel")) == {"club"}
    assert ("email:ana@x.org", "shirt", "M") in taken.rows("traits", "identity", "trait", "value")


def test_an_event_that_comes_again_is_the_same_whenever_the_file_comes(seen):
    first, again = (
        seen(
            b"mail,opted out\nbo@x.org,TRUE\n",
            with_(MEMBERS, fields={"actor": "mail"}, events={"opted out": "unsubscribed"}),
        )
        for _ in "ab"
    )
    assert first.rows("interactions", "interaction_id") == again.rows("interactions", "interaction_id")


def test_what_is_neither_a_mark_nor_a_date_rejects_its_row(seen):
    taken = seen(
        b"mail,joined\nbo@x.org,perhaps\n", with_(MEMBERS, fields={"actor": "mail"}, events={"joined": "joined"})
    )
    assert taken.reasons == [(2, "column 'joined': 'perhaps' is neither a mark (x, yes, no) nor a date")]


@pytest.mark.parametrize("content", [b"mail\nana@x.org\nbo@x.org\n", b"mail,city\nana@x.org,\nbo@x.org,Bonn\n"])
def test_a_list_makes_a_person_of_every_row_that_names_one(seen, content):
    taken = seen(content, Mapping(target="people", fields={"actor": "mail"}, namespaces={"actor": "email"}))
    assert {who for who, _ in taken.rows("traits", "identity", "trait")} == {"email:ana@x.org", "email:bo@x.org"}
    assert ("email:ana@x.org", "listed in") in taken.rows("traits", "identity", "trait")


def test_several_columns_and_several_addresses_in_a_cell_are_read(seen):
    mapping = Mapping(
        fields={"at": ("Day", "Time"), "actor": "Mail", "minutes": "Stay"},
        constants={"channel": "event", "kind": "attended"},
        namespaces={"actor": "email"},
        identities={"email": ("Other", "Work")},
        traits={"name": ("First", "Last")},
        units={"minutes": "hours"},
    )
    taken = seen(
        """
        Day,Time,Mail,Other,Work,First,Last,Stay
        2026-01-05,7:30 PM,ana@x.org,a@y.org; a@z.org,ana@firm.example,Ana,Ng,1.5
        2026-01-06,,,bo@x.org,,,Ito,0:20
        """,
        mapping,
    )
    assert taken.rows("interactions", "actor", "minutes") == [("email:ana@x.org", 90.0), ("email:bo@x.org", 20.0)]
    assert taken.rows("interactions", "at")[0].isoformat() == "2026-01-05T19:30:00+00:00"
    assert sorted(taken.rows("links", "b")) == ["email:a@y.org", "email:a@z.org", "email:ana@firm.example"]
    assert taken.rows("traits", "value") == ["Ana Ng", "Ito"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"kinds": {"a": "skip + visited"}}, "what is skipped, or says who it is, can't be anything else"),
        ({"kinds": {"a": "flown"}}, "unknown kind 'flown'"),
        ({"kinds": {"a": "keep"}}, "unknown kind 'keep'"),
        ({"states": {"a": "keep + flown"}}, "unknown kind 'flown'"),
        ({"events": {"a": "flown"}}, "unknown kind 'flown'"),
        ({"units": {"amount": "hours"}}, "it can be cents or micros"),
        ({"fields": {**ORDERS.fields, "actor": ("a", "b")}}, "fields.actor names several columns; it takes one"),
        ({"traits": {"name": ()}}, "'name' names no column"),
    ],
)
def test_a_mapping_that_can_not_be_is_said(changed, why):
    with pytest.raises(DeclarationError, match=why.replace("(", r"\(").replace("+", r"\+")):
        check(with_(ORDERS, **changed), KINDS, "m")
