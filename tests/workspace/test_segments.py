"""Whoever a segment means is found, saved under a name, kept something of at once, and written to a file."""

from __future__ import annotations

import csv
from typing import Any

import openpyxl
import pytest

from tests.written import interactions, open_new, take, traits
from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.workspace import Workspace

LOG = """
    interaction_id  at     actor               kind          channel  activity  amount  text
    1               01-05  email:ana@acme.com  subscribed    email    -         -       -
    2               01-10  email:ana@acme.com  organised     event    Fair      -       -
    3               01-12  email:ana@acme.com  organised     event    Fair      -       -
    4               01-11  email:bo@acme.com   donated       web      -         60      -
    5               01-20  user:dora           visited       web      -         -       -
    6               01-21  anon:1              visited       web      -         -       -
    7               01-22  user:emil           posted        forum    -         -       PRICE, please
    8               01-22  email:bo@acme.com   unsubscribed  email    -         -       -
"""
TRAITS = """
    identity            trait  value          at
    email:ana@acme.com  name   =Ana Maria Ng  01-05
    email:bo@acme.com   name   Bo             01-11
    user:dora           town   New York       01-20
    user:emil           town   York           01-22
"""
ANA, BO, DORA, EMIL = "email:ana@acme.com", "email:bo@acme.com", "user:dora", "user:emil"


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    space = open_new(tmp_path_factory.mktemp("club") / "club")
    take(space, interactions=interactions(LOG), traits=traits(TRAITS))
    space.refresh()
    return space


def found(space: Workspace, **segment: Any) -> list[str]:
    return sorted(row["identities"][0] for row in space.people(segment=segment).rows)


@pytest.mark.parametrize(
    ("segment", "people"),
    [
        ({}, [ANA, BO, DORA, EMIL]),
        ({"level": ["Leading", 0]}, [ANA, EMIL]),
        ({"moved": "climbed"}, [ANA, BO, DORA]),
        ({"moved": "climbed", "moved_days": 5}, [DORA]),
        ({"moved": "came", "moved_days": 5}, [DORA, EMIL]),
        ({"did": ["donated", "posted"]}, [BO, EMIL]),
        ({"role": ["creator"]}, [ANA, EMIL]),
        ({"role": ["lurker"]}, [DORA]),
        ({"ledger": "gives"}, []),
        ({"did": ["organised"], "times": 2}, [ANA]),
        ({"did": ["organised"], "times": 3}, []),
        ({"did": ["organised"], "times": 2, "did_until": "2026-01-11"}, []),
        ({"did_since": "2026-01-11", "did_until": "2026-01-11"}, [BO]),
        ({"did_days": 3}, [BO, DORA, EMIL]),
        ({"channel": ["ev*"], "activity": ["fair", "Fair"]}, [ANA]),
        ({"said": "price"}, [EMIL]),
        ({"trait": ["town: york"]}, [EMIL]),
        ({"trait": ["Town:*york"]}, [DORA, EMIL]),
        ({"trait": ["name"], "did": ["donated"]}, [BO]),
        ({"trait": ["town: y.rk", "town: '"]}, []),
        ({"account": ["ACME.com"]}, [ANA, BO]),
        ({"signal": ["climbed"]}, [ANA, BO, DORA]),
        ({"kind": "anonymous", "did": ["visited"]}, ["anon:1"]),
    ],
)
def test_whoever_passes_every_test_is_in_it(club, segment, people) -> None:
    assert found(club, **segment) == people


def test_a_saved_segment_is_found_by_its_name_and_an_option_beside_it_wins(club) -> None:
    club.save_segment("acme", {"account": ["acme.com"], "level": ["Leading"]}, title="Of Acme")
    assert [row["identities"][0] for row in club.people(segment="acme").rows] == [ANA]
    assert [row["identities"][0] for row in club.people(segment="acme", level="Giving").rows] == [BO]
    assert club.segments()["acme"].title == "Of Acme"
    with pytest.raises(QuestionError, match="did you mean 'acme'"):
        club.people(segment="acmee")
    club.remove_segment("acme")
    with pytest.raises(WorkspaceError, match="no segment named 'acme'"):
        club.remove_segment("acme")


def test_tags_kept_at_once_are_a_segment_until_they_are_taken_back(club) -> None:
    ids = [row["person_id"] for row in club.listed({"did": ["donated", "visited"]})]
    number, size = club.note_all(ids, "Press", sort="tag", by="ana")
    alone = club.note(EMIL, "press", sort="tag")
    assert size == 2
    assert found(club, tag=["press"]) == [BO, DORA, EMIL]
    day = club.as_of().date().isoformat()
    assert club.people(segment={"tag": ["press"]}, at="2026-01-21").total == 0
    assert club.people(segment={"tag": ["press"]}, at=day).total == 3
    assert club.forget_all(number) == 2
    assert found(club, tag=["press"]) == [EMIL]
    with pytest.raises(WorkspaceError, match="or it is taken back"):
        club.forget_all(number)
    with pytest.raises(WorkspaceError, match="nothing was kept of several"):
        club.forget_all(0)
    club.forget(alone)
    for people, said in (([], "choose 1 to"), (["p" + "0" * 16], "nobody has the id")):
        with pytest.raises(QuestionError, match=said):
            club.note_all([*ids, *people] if people else [], "x")
    assert club.notes() == []


def test_a_trait_is_corrected_by_hand_until_it_is_taken_back(tmp_path) -> None:
    space = open_new(tmp_path / "hand")
    take(space, interactions=interactions(LOG), traits=traits(TRAITS))
    space.refresh()
    number = space.set_trait(DORA, "town", "Kyiv", by="ana")
    take(space, "again", traits=traits("identity  trait  value  source  at\nuser:dora  town  Lviv  other  2099-01-01"))
    again = space.set_trait(DORA, "town", "Kyiv", by="ana")
    space.refresh()
    assert found(space, trait=["town: Lviv"]) == [DORA]  # dated later than the hand: the latest word counts
    space.undo(int(again) - 1)
    space.refresh()
    assert found(space, trait=["town: Kyiv"]) == [DORA]
    assert [one["import_id"] for one in space.by_hand([DORA])] == [again, number]
    for one in (number, again):
        space.undo(one)
    space.refresh()
    assert found(space, trait=["town: New York"]) == [DORA] and space.by_hand([DORA]) == []
    for trait, value in (("", "x"), ("town", " "), ("x" * 61, "y"), ("to\0wn", "y")):
        with pytest.raises(QuestionError, match="characters that can be seen"):
            space.set_trait(DORA, trait, value)


def test_a_mail_tool_gets_those_it_may_write_to_and_no_cell_commands(club, tmp_path) -> None:
    assert club.export_people(tmp_path / "a.csv") == 1
    read = list(csv.reader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert read == [["Email Address", "First Name", "Last Name"], ["ana@acme.com", "'=Ana", "Maria Ng"]]
    columns = ["name", "email", "level", "interactions", "last_seen", "trait:town", "consent"]
    assert club.export_people(tmp_path / "a.xlsx", columns=columns) == 4
    sheet = [[cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.rows]
    assert sheet[0] == ["Name", "Email Address", "Level", "Interactions", "Last seen", "town", "Consent"]
    assert sorted(sheet[1:], key=str) == sorted([
        ["'=Ana Maria Ng", "ana@acme.com", "Leading", 3, "2026-01-12", None, "subscribed"],
        ["Bo", "bo@acme.com", "Giving", 2, "2026-01-22", None, "unsubscribed"],
        ["user:dora", None, "Visiting", 1, "2026-01-20", "New York", None],
        ["user:emil", None, "Known", 1, "2026-01-22", "York", None],
    ], key=str)  # fmt: skip
    for path, columns, said in (("a.doc", [], "not '.doc'"), ("a.csv", ["mail"], "no column 'mail'; did you mean")):
        with pytest.raises(QuestionError, match=said):
            club.export_people(tmp_path / path, columns=columns)
