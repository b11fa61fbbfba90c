"""A person is found by an address without its namespace, or by their name; nobody is guessed."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pytest

from tests.written import micros
from ziggurat.base.errors import QuestionError
from ziggurat.people.finding import meant

PEOPLE = [
    (1, "Ana Ng", ["anon:5b", "customer:cus_1", "email:ana@example.org"], 12, micros("2026-03-01")),
    (2, "Béa  O'Hara", ["email:bea@example.org", "github:bea"], 3, micros("2026-03-02")),
    (3, "Bea O'Hara", ["email:b.ohara@example.com"], 4, micros("2026-03-03")),
    (4, None, ["customer:cus_2", "email:dora@example.org"], 5, None),
    (5, "Emil Novak", ["github:emil"], 6, micros("2026-03-05")),
    (6, "Emil Novak", ["email:emil@example.net", "phone:+493012345"], 7, micros("2026-03-06")),
    (7, "emil", ["email:other@example.net"], 8, micros("2026-03-06")),
]


@pytest.fixture(scope="module")
def people():
    connection = duckdb.connect()
    connection.sql(
        "CREATE TABLE folk (person BIGINT, name VARCHAR, identities VARCHAR[], interactions BIGINT, last_at BIGINT)"
    )
    connection.executemany("INSERT INTO folk VALUES (?, ?, ?, ?, ?)", PEOPLE)
    return connection


def plain(text):
    return " ".join(text.lower().split())


def without_marks(text):
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def naive(text):
    """Who has the text as an address, with or without a namespace, or a name; marks on letters count if that helps."""
    wanted = plain(text).removeprefix("@")
    for read in (str, without_marks):
        found = {
            number
            for number, name, identities, *_ in PEOPLE
            if read(plain(name or "")) == read(wanted) != ""
            or (
                read is str
                and wanted in {each for one in identities for each in (one.lower(), one.lower().partition(":")[2])}
            )
        }
        if found:
            return found
    return set()


TEXTS = [
    "ana@example.org",
    "Ana Ng",
    " ANA  ng",
    "@emil",
    "emil novak",
    "Béa O'Hara",
    "bea o'hara",
    "BEA",
    "cus_2",
    "ana",
    "",
]
TEXTS += ["+493012345", "email:Ana@Example.org", "5b", "'; DROP TABLE folk; --", "Dora", "é\udcff\x00", "%", "Novák"]


@pytest.mark.parametrize("text", TEXTS)
def test_they_are_those_whose_address_or_name_it_is(people, text):
    expected = naive(text)
    if len(expected) == 1:
        assert {meant(people, "folk", text).person} == expected
        return
    with pytest.raises(QuestionError) as refused:
        meant(people, "folk", text)
    told = str(refused.value)
    assert told.startswith(f"{len(expected)} people are known as" if expected else "nobody is known as")
    for number in expected:
        assert next(one for one in PEOPLE if one[0] == number)[2][-1] in told


def test_what_tells_several_apart_is_said(people):
    with pytest.raises(QuestionError, match=re.escape(
        "2 people are known as 'Emil Novak': Emil Novak (email:emil@example.net, phone:+493012345; 7 interactions, "
        "last on 6 Mar 2026); Emil Novak (github:emil; 6 interactions, last on 5 Mar 2026). Give an address."
    )):  # fmt: skip
        meant(people, "folk", "Emil Novak")


def test_who_is_near_is_said_where_nobody_has_it(people):
    with pytest.raises(
        QuestionError, match=r"nobody is known as 'Ana Nk'; near it is Ana Ng \(email:ana@example.org, "
    ):
        meant(people, "folk", "Ana Nk")
    with pytest.raises(QuestionError, match=r"near it is no name \(email:dora@example.org, customer:cus_2; 5 inter"):
        meant(people, "folk", "dora")


def test_an_address_with_a_name_before_it_is_the_address(people):
    found = meant(people, "folk", "Somebody Else <Dora@Example.org>")
    assert (found.person, found.identity) == (4, "email:dora@example.org")
    assert meant(people, "folk", "ana ng").identity == "email:ana@example.org"
