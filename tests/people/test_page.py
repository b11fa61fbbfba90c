"""One page of people: searched, filtered, sorted; whatever is searched for is text."""

from __future__ import annotations

import pytest

from ziggurat.base.errors import QuestionError
from ziggurat.workspace import Workspace


def found(space: Workspace, **asked: object) -> list[str]:
    return [row["identities"][0] for row in space.people(**asked).rows]


@pytest.mark.parametrize(
    ("search", "people"),
    [
        ("ana", ["user:ana"]),
        ("  STRASSE", []),
        ("straße", ["user:ana"]),
        ("STRAßE", ["user:ana"]),
        ("BÉA", ["user:bea"]),
        ("user:", ["user:ana", "user:bea", "user:dora", "user:emil"]),
        ("100%_\\", ["user:bea"]),
        ("o'hara", ["user:bea"]),
        ("%", ["user:bea"]),
        ("_", ["user:bea"]),
        ("\\", ["user:bea"]),
        ("'; DROP TABLE people; --", []),
        ("' OR '1'='1", []),
        ('"', []),
        ("\0", []),
        ("x" * 100_000, []),
        ("\u202e日本", []),
        ("\ud800", []),
    ],
)
def test_search_finds_text_and_nothing_but_text(looked_at, search, people) -> None:
    assert found(looked_at, search=search) == people


@pytest.mark.parametrize(
    ("asked", "people"),
    [
        ({}, ["user:ana", "user:bea", "user:dora", "user:emil"]),  # emil has no name: his identity stands for it
        ({"descending": True}, ["user:emil", "user:dora", "user:bea", "user:ana"]),
        ({"sort": "level", "descending": True}, ["user:ana", "user:bea", "user:dora", "user:emil"]),
        ({"sort": "interactions", "descending": True, "size": 1}, ["user:ana"]),
        ({"sort": "first_at", "descending": True, "size": 2}, ["user:emil", "user:dora"]),
        ({"sort": "last_at"}, ["user:bea", "user:ana", "user:dora", "user:emil"]),
        ({"level": "Leading"}, ["user:ana"]),
        ({"level": "0"}, ["user:emil"]),
        ({"level": ""}, ["user:ana", "user:bea", "user:dora", "user:emil"]),
        ({"kind": "anonymous"}, ["anon:1"]),
        ({"kind": "staff"}, []),
        ({"at": "2026-01-10"}, ["user:ana"]),
        ({"size": 3, "page": 2}, ["user:emil"]),
        ({"size": 3, "page": 10**12}, ["user:emil"]),
        ({"size": 3, "page": -5}, ["user:ana", "user:bea", "user:dora"]),
        ({"size": 0}, ["user:ana"]),
    ],
)
def test_people_are_filtered_sorted_and_paged(looked_at, asked, people) -> None:
    assert found(looked_at, **asked) == people


def test_pages_hold_everybody_once(looked_at) -> None:
    for sort in ("name", "level", "since", "interactions", "last_at", "first_at"):
        pages = [looked_at.people(kind="all", sort=sort, size=2, page=page) for page in (1, 2, 3)]
        assert [page.page for page in pages] == [1, 2, 3]
        assert {(page.total, page.pages) for page in pages} == {(5, 3)}
        assert len({row["person_id"] for page in pages for row in page.rows}) == 5


def test_an_unknown_way_to_sort_or_filter_is_told(looked_at) -> None:
    with pytest.raises(QuestionError, match=r"people have no sort 'nam'; did you mean 'name'\? Use name, level"):
        looked_at.people(sort="nam")
    with pytest.raises(QuestionError, match="people have no kind 'known; DROP'"):
        looked_at.people(kind="known; DROP")
