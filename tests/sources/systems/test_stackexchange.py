"""A dump is read row by row: who asked, answered and remarked; what an edition lacks is deleted; hostile XML."""

from __future__ import annotations

import os
from xml.sax.saxutils import quoteattr

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources import xml
from ziggurat.sources.systems.stackexchange import StackExchange


def write(folder, name, rows):
    lines = ["  <row " + " ".join(f"{key}={quoteattr(str(text))}" for key, text in row.items()) + " />" for row in rows]
    kind = name.removesuffix(".xml").lower()
    text = "\n".join(['\ufeff<?xml version="1.0" encoding="utf-8"?>', f"<{kind}>", *lines, f"</{kind}>"])
    (folder / name).write_text(text, "utf-8")


USERS = [
    {"Id": -1, "DisplayName": "Community", "AccountId": -1}, {"Id": 7, "DisplayName": "Ana Ng", "AccountId": 4711},
    {"Id": 8, "DisplayName": "Bo & Co"},
]  # fmt: skip
POSTS = [
    {"Id": 1, "PostTypeId": 1, "CreationDate": "2026-01-05T10:00:00.123", "Score": 3, "OwnerUserId": 7, "AcceptedAnswerId": 2,
     "Title": "Cake?", "Body": "<p>When &amp; where?</p>", "Tags": "<cake>"},
    {"Id": 2, "PostTypeId": 2, "ParentId": 1, "CreationDate": "2026-01-05T11:00:00", "OwnerUserId": 8, "Body": "<p>Now.</p>"},
    {"Id": 3, "PostTypeId": 2, "ParentId": 1, "CreationDate": "2026-01-05T12:00:00", "OwnerDisplayName": "user9", "Body": "x"},
    {"Id": 4, "PostTypeId": 4, "CreationDate": "2026-01-05T12:00:00", "OwnerUserId": 7, "Body": "a tag"},
    {"Id": 5, "PostTypeId": 1, "CreationDate": "someday", "OwnerUserId": 7, "Title": "Bad"},
]  # fmt: skip
COMMENTS = [{"Id": 1, "PostId": 2, "Text": "Thanks!", "CreationDate": "2026-01-06T09:00:00", "UserId": 7}]


@pytest.fixture
def dump(tmp_path):
    folder = tmp_path / "cake.example.com"
    folder.mkdir()
    for name, rows in {"Users.xml": USERS, "Posts.xml": POSTS, "Comments.xml": COMMENTS}.items():
        write(folder, name, rows)
    return folder


def test_questions_answers_and_remarks_are_in_the_log(dump, pulled) -> None:
    rows = pulled(StackExchange(str(dump)))
    assert {name: (row["actor"], row["kind"], row["in_reply_to"], row["text"]) for name, row in rows.items()} == {
        "post 1": ("stackexchange:4711", "asked", None, "Cake?\n\nWhen & where?"),
        "post 2": ("stackexchange:8@cake.example.com", "answered", "post 1", "Now."),
        "comment 1": ("stackexchange:4711", "replied", "post 2", "Thanks!"),
    }
    assert pulled.counts[3] == 1
    assert rows["post 1"]["at"].isoformat() == "2026-01-05T10:00:00.123000+00:00"
    names = pulled.space.sql("SELECT value FROM traits WHERE trait = 'name' ORDER BY value").to_pylist()
    assert [one["value"] for one in names] == ["Ana Ng", "Bo & Co"]
    pulled(StackExchange(str(dump)))
    assert pulled.counts == [0, 0, 0, 0]


def test_a_later_dump_replaces_and_what_it_lacks_is_deleted(dump, pulled) -> None:
    pulled(StackExchange(str(dump)))
    write(dump, "Posts.xml", [POSTS[0] | {"Title": "Cakes?"}])
    write(dump, "Comments.xml", [])
    rows = pulled(StackExchange(str(dump)))
    assert set(rows) == {"post 1"}
    assert rows["post 1"]["text"].startswith("Cakes?")


def test_what_is_no_dump_is_told(dump, pulled, tmp_path) -> None:
    with pytest.raises(SourceError, match=r"there is no Posts.xml in"):
        pulled(StackExchange(str(tmp_path)))
    with pytest.raises(SourceError, match=r"there is no Posts.xml in"):
        pulled(StackExchange())
    if os.geteuid():
        (dump / "Users.xml").chmod(0)
        with pytest.raises(SourceError, match="can't be read"):
            pulled(StackExchange(str(dump)))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><posts><row Id="1" Title="&b;"/></posts>'
WRONG = {
    "entities": (BOMB, "declares entities"),
    "a file elsewhere": ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><posts/>', "declares entities"),
    "depth": ("<a>" * 100 + "</a>" * 100, "nested more than"),
    "cut off": ('<posts><row Id="1"', "is no XML"),
    "no XML": ("Id,Title\n1,x\n", "is no XML"),
    "nothing": ("", "is no XML"),
}


@pytest.mark.parametrize("why", WRONG)
def test_hostile_xml_is_refused(dump, pulled, why) -> None:
    text, said = WRONG[why]
    (dump / "Posts.xml").write_text(text, "utf-8")
    with pytest.raises(SourceError, match=rf"Posts.xml: .*{said}"):
        pulled(StackExchange(str(dump)))


def test_an_element_without_an_end_is_refused_before_it_is_kept(dump, pulled, monkeypatch) -> None:
    monkeypatch.setattr(xml, "LONGEST_ROW", 1 << 20)
    monkeypatch.setattr(xml, "CHUNK", 1 << 18)
    (dump / "Posts.xml").write_text('<posts><row Id="1" Title="' + "x" * (4 << 20) + '"/></posts>', "utf-8")
    with pytest.raises(SourceError, match="an element has more than"):
        pulled(StackExchange(str(dump)))


def test_rows_are_given_while_a_file_is_read(dump, monkeypatch) -> None:
    monkeypatch.setattr(xml, "CHUNK", 1 << 10)
    write(dump, "Posts.xml", [{"Id": number, "Body": "x" * 50} for number in range(500)])
    size = (dump / "Posts.xml").stat().st_size
    found = list(xml.rows(dump / "Posts.xml"))
    assert [one["Id"] for one, _ in found] == [str(number) for number in range(500)]
    assert found[0][1] <= 2 << 10 and found[-1][1] <= size
