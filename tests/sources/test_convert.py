from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from tests.examples import few
from ziggurat.sources.limits import LIMITS
from ziggurat.sources.mapping import Mapping

from .conftest import RECEIVED, VISITS, take

SHOP = Mapping(
    fields={"at": "when", "actor": "mail", "kind": "event", "amount": "total"},
    constants={"channel": "web"},
    namespaces={"actor": "email"},
    kinds={"Order Placed": "purchased", "ping": "skip"},
)


def at(day, hour=0):
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_a_row_becomes_an_interaction(seen):
    taken = seen(
        """
        id,when,mail,event,total,where,campaign,agent,thread,parent,body,min,stars,dev,dir,colour,blank
        7,2026-01-05 10:00,Ana@x.org,order placed,"1,250.50",Store,spring,Bo@firm.org,t1,6,Hi,12,4,iPad,inbound,red,
        """,
        Mapping(
            fields={
                "interaction_id": "id",
                "at": "when",
                "actor": "mail",
                "kind": "event",
                "amount": "total",
                "channel": "where",
                "activity": "campaign",
                "counterpart": "agent",
                "object": "thread",
                "in_reply_to": "parent",
                "text": "body",
                "minutes": "min",
                "score": "stars",
                "device": "dev",
                "direction": "dir",
            },
            namespaces={"actor": "email", "counterpart": "staff"},
            kinds={"Order Placed": "purchased"},
        ),
    )
    assert taken.rows("interactions") == [
        {
            "interaction_id": "7",
            "source": "shop",
            "at": at(5, 10),
            "received_at": RECEIVED,
            "actor": "email:ana@x.org",
            "channel": "store",
            "kind": "purchased",
            "direction": "in",
            "activity": "spring",
            "counterpart": "staff:Bo@firm.org",
            "object": "t1",
            "in_reply_to": "6",
            "text": "Hi",
            "amount": 1250.5,
            "minutes": 12.0,
            "score": 4.0,
            "device": "mobile",
            "properties": '{"colour":"red"}',
        }
    ]


@pytest.mark.parametrize(
    ("name", "kinds", "kind"),
    [
        ("Order Placed", {}, "purchased"),
        ("ORDER PLACED", {}, "purchased"),
        ("visited", {}, "visited"),
        ("Clicked", {}, "clicked"),
        ("tap", {"*": "clicked"}, "clicked"),
        ("visited", {"*": "clicked"}, "visited"),
        ("", {"": "visited"}, "visited"),
    ],
)
def test_event_names_become_kinds(seen, name, kinds, kind):
    mapping = with_(SHOP, kinds={**SHOP.kinds, **kinds})
    taken = seen(f"when,mail,event,total\n2026-01-05,ana@x.org,{name},\n".encode(), mapping)
    assert taken.rows("interactions", "kind") == [kind]


def test_rows_left_out_on_purpose_are_counted_and_never_wrong(seen):
    taken = seen(b"when,mail,event,total\nsoon,nobody,ping,x\n2026-01-05,ana@x.org,visited,\n", SHOP)
    assert (taken.skipped, len(taken.rows("interactions")), taken.reasons) == (1, 1, [])


def test_all_that_is_wrong_with_a_row_is_said_at_once(seen):
    taken = seen(b"when,mail,event,total\nsoon,ana,tap,NaN\n", SHOP)
    assert taken.reasons == [
        (
            2,
            "column 'when': 'soon' is no date; column 'mail': 'ana' is no e-mail address; column 'event': 'tap' is an "
            "event name that is mapped to no kind; add it under kinds in the mapping, or map it to 'skip'; "
            "column 'total': 'NaN' is no number",
        )
    ]
    assert json.loads(taken.rows("rejected", "row")[0]) == {
        "when": "soon", "mail": "ana", "event": "tap", "total": "NaN"
    }  # fmt: skip
    assert taken.rows("rejected", "source", "file") == [("shop", "visits.csv")]


@pytest.mark.parametrize("nobody", ["", " ", "n/a", "NULL", "-"])
def test_nobody_is_no_actor(seen, nobody):
    taken = seen(f"at,who,x\n2026-01-05,{nobody},1\n".encode())
    assert taken.rows("interactions") == []
    assert taken.reasons == [(2, "column 'who' is empty, so the row has no actor")]


def test_values_may_say_their_own_namespace(seen):
    taken = seen(b"at,who\n2026-01-05,github:Ana\n2026-01-05,ana\n", with_(VISITS, namespaces={}))
    assert taken.rows("interactions", "actor") == ["github:ana"]
    assert taken.reasons[0][1].startswith("column 'who': 'ana' does not say what it is, as email:")


def test_a_constant_stands_in_for_an_empty_cell(seen):
    mapping = with_(SHOP, fields={**SHOP.fields, "channel": "where"})
    taken = seen(
        b"when,mail,event,total,where\n2026-01-05,a@x.org,visited,,\n2026-01-05,a@x.org,visited,,Forum\n", mapping
    )
    assert taken.rows("interactions", "channel") == ["web", "forum"]


@pytest.mark.parametrize(
    ("said", "kind", "direction"),
    [
        ("", "visited", None),
        ("", "emailed", None),
        ("Outgoing", "met", "out"),
        ("in", "met", "in"),
        ("among", "liked", "among"),
    ],
)
def test_the_direction_is_as_it_is_said_or_left_to_who_did_it(seen, said, kind, direction):
    mapping = with_(SHOP, fields={**SHOP.fields, "direction": "dir"})
    taken = seen(f"when,mail,event,total,dir\n2026-01-05,a@x.org,{kind},,{said}\n".encode(), mapping)
    assert taken.rows("interactions", "direction") == [direction]


def test_a_direction_that_is_none_rejects_the_row(seen):
    mapping = with_(SHOP, fields={**SHOP.fields, "direction": "dir"})
    taken = seen(b"when,mail,event,total,dir\n2026-01-05,a@x.org,visited,,up\n", mapping)
    assert taken.reasons == [(2, "column 'dir': 'up' is no direction; write in, out or among")]


def test_a_row_links_its_identities_and_tells_traits(seen):
    taken = seen(
        """
        at,who,gh,city
        2026-01-07,ana@x.org,@Ana,Bonn
        2026-01-05,Ana@x.org,ana,Bonn
        2026-01-06,ana@x.org,,Köln
        2026-01-06,bob@x.org,n/a,
        """,
        with_(VISITS, identities={"github": "gh"}, traits={"city": "city"}),
    )
    assert taken.rows("links") == [
        {"a": "email:ana@x.org", "b": "github:ana", "evidence": "same row", "source": "shop", "at": at(5)}
    ]
    assert sorted(taken.rows("traits", "value", "at")) == [("Bonn", at(7)), ("Köln", at(6))]
    assert set(taken.rows("traits", "identity", "trait", "source")) == {("email:ana@x.org", "city", "shop")}


def test_a_further_identity_stands_in_for_an_empty_actor(seen):
    taken = seen(b"at,who,gh\n2026-01-05,,Ana\n", with_(VISITS, identities={"github": "gh"}))
    assert taken.rows("interactions", "actor") == ["github:ana"]
    assert taken.rows("links") == []


def test_a_further_address_that_can_not_be_read_is_kept_as_it_stands(seen):
    content = b"at,who,tel\n2026-01-05,ana@x.org,112\n2026-01-05,,113\n"
    taken = seen(content, with_(VISITS, identities={"phone": "tel"}))
    assert taken.rows("interactions", "actor", "properties") == [("email:ana@x.org", '{"tel":"112"}')]
    assert taken.reasons == [
        (3, "column 'tel': '113' is no phone number; column 'who' is empty, so the row has no actor")
    ]


def test_a_list_of_people_makes_links_and_traits_alone(seen):
    mapping = Mapping(
        target="people",
        fields={"actor": "mail"},
        namespaces={"actor": "email"},
        identities={"phone": "tel"},
        traits={"name": "name"},
    )
    taken = seen(b"mail,tel,name\nana@x.org,+49 30 12345,Ana\n", mapping)
    assert taken.rows("interactions") == []
    assert taken.rows("links", "a", "b", "at") == [("email:ana@x.org", "phone:+493012345", RECEIVED)]
    assert taken.rows("traits", "identity", "trait", "value", "at") == [("email:ana@x.org", "name", "Ana", RECEIVED)]


def test_exposures_and_costs_are_days_and_figures(seen):
    exposures = Mapping(
        target="exposures",
        fields={"activity": "spot", "channel": "on", "day": "day", "reach": "r", "cost": "c"},
        date_order="dmy",
    )
    taken = seen(b"spot,on,day,r,c\nspring,TV,05.01.2026,1200000,99.5\n,TV,05.01.2026,1,1\n", exposures)
    assert taken.rows("exposures") == [
        {
            "activity": "spring",
            "channel": "tv",
            "day": date(2026, 1, 5),
            "reach": 1.2e6,
            "impressions": None,
            "cost": 99.5,
        }
    ]
    assert taken.reasons == [(3, "column 'spot' is empty, so the row has no activity")]
    costs = Mapping(target="costs", fields={"activity": "a", "day": "d", "money": "m"}, time_zone="America/New_York")
    assert seen(b"a,d,m\nspring,2026-01-05,10\n", costs).rows("costs") == [
        {"activity": "spring", "day": date(2026, 1, 5), "money": 10.0, "staff_minutes": None}
    ]


# ---- ids that are made from the content ---------------------------------------------------------------------------


def test_an_id_from_content_is_the_same_on_any_machine_and_version(seen):
    taken = seen(b"when,mail,event,total,note\n2026-01-05 10:00,Ana@x.org,Order Placed,12.50,hi\n", SHOP)
    assert taken.rows("interactions", "interaction_id") == ["cbcd57645bb3feca460d2c7ce"]


def test_what_is_written_otherwise_but_says_the_same_has_the_same_id(seen):
    first = seen(b"when,mail,event,total,note\n2026-01-05 10:00,Ana@x.org,Order Placed,12.50,hi\n", SHOP)
    other = seen(b"note;total;event;mail;when\nhi; 12.5 ;ORDER PLACED;ana@x.org;2026-01-05T11:00:00+01:00\n", SHOP)
    assert first.rows("interactions", "interaction_id") == other.rows("interactions", "interaction_id")


@pytest.mark.parametrize(
    "other", ["2026-01-05 10:01,ana@x.org,visited,1,hi", "2026-01-05 10:00,ana@x.org,visited,1,ho"]
)
def test_what_says_something_else_has_another_id(seen, other):
    taken = seen(f"when,mail,event,total,note\n2026-01-05 10:00,ana@x.org,visited,1,hi\n{other}\n".encode(), SHOP)
    assert len(set(taken.rows("interactions", "interaction_id"))) == 2


def test_a_row_without_its_own_id_gets_one_from_its_content(seen):
    taken = seen(
        b"id,at,who\nx1,2026-01-05,ana@x.org\n,2026-01-05,ana@x.org\n",
        with_(VISITS, fields={**VISITS.fields, "interaction_id": "id"}),
    )
    first, second = taken.rows("interactions", "interaction_id")
    assert first == "x1"
    assert len(second) == 25
    assert second.startswith("c")


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=few(60))
@given(notes=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=12), seed=st.randoms(), rows=st.integers(1, 5))
@example(notes=[("\n|", "\n|")], seed=random.Random(0), rows=1)
def test_ids_depend_on_neither_order_nor_batches(tmp_path, notes, seed, rows):
    def ids(notes, limits=LIMITS):
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(["at", "who", "a", "b"])
        writer.writerows(["2026-01-05", "ana@x.org", *note] for note in notes)
        path = tmp_path / "visits.csv"
        path.write_bytes(file.getvalue().encode())
        taken = take(path, VISITS, limits)
        assert taken.reasons == []
        return sorted(taken.rows("interactions", "interaction_id"))

    first = ids(notes)
    assert len(first) == len(notes)
    assert ids(notes) == first
    assert ids(notes, replace(LIMITS, rows=rows)) == first
    assert ids(seed.sample(notes, len(notes))) == first
