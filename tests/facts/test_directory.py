"""Who is behind an identity?"""

import pyarrow as pa
import pytest

from tests.engines import ENGINES
from ziggurat.asking.crowd import Crowd
from ziggurat.facts.directory import Directory
from ziggurat.people.resolve import hash_of
from ziggurat.people.staff import Staff

LOG = """
    at     actor           kind     channel  direction
    01-05  email:ana@x.de  posted   forum    in
    01-06  user:bea        posted   forum    in
    01-07  email:sam@o.us  replied  forum    among
    01-08  anon:1          visited  web      in
"""


@pytest.fixture
def crowd(log):
    links = pa.table({"a": ["email:ana@x.de"], "b": ["user:ana"], "evidence": ["same row"]})
    return Crowd(log(LOG), links=links, staff=Staff(domains=("o.us",)))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_identity_leads_to_its_person(crowd, engine):
    directory = Directory.of(ENGINES[engine](crowd.people()))
    wanted = pa.chunked_array([["user:ana", None], ["email:ana@x.de", "user:bea", "user:none"]])
    ana, nobody, again, bea, unknown = directory.persons(wanted).tolist()
    assert ana == again
    assert ana in (hash_of("user:ana"), hash_of("email:ana@x.de"))
    assert bea == hash_of("user:bea")
    assert nobody == unknown == -1


def test_staff_and_visitors_are_told_apart(crowd):
    directory = Directory.of(crowd.people())
    assert directory.person[directory.staff].tolist() == [hash_of("email:sam@o.us")]
    assert directory.person[directory.anonymous].tolist() == [hash_of("anon:1")]
    assert sorted(directory.known()) == sorted(directory.persons(pa.array(["user:ana", "user:bea"])))


def test_nobody_known_is_nobody(crowd):
    empty = Directory.of(crowd.people().slice(0, 0))
    assert empty.persons(pa.array(["user:ana"])).tolist() == [-1]


def test_staff_rows_are_handed_out_to_those_who_ask(crowd):
    buckets = crowd.derived.buckets()
    rows = [sum(buckets.fold(len, ("person",), staff=wanted)) for wanted in (False, True)]
    assert rows == [4, 5]  # one row tells of the link
