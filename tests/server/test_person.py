"""The page of one person: what she is told to be, from both sides, and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import msgspec
import pytest

from tests import harbour
from tests.server.conftest import Browser, words
from ziggurat.base.words.numbers import share
from ziggurat.server.app import create_app
from ziggurat.server.render import ENVIRONMENT
from ziggurat.workspace import Workspace

PARTS = ("", "/known", "/among", "/ahead", "/value")


@pytest.fixture(scope="module")
def there(town: Workspace) -> Iterator[Browser]:
    app = create_app(town)
    yield Browser(app)
    app.state.jobs.close()


@pytest.fixture(scope="module")
def busiest(town: Workspace) -> str:
    """Whoever did and got most."""
    return str(town.people(sort="interactions", descending=True, size=1).rows[0]["person_id"])


def of(space: Workspace, name: str, kind: str = "all") -> str:
    return str(space.people(search=name, kind=kind).rows[0]["person_id"])


def test_the_page_says_how_she_takes_part_and_where_she_stands_and_why(
    there: Browser, town: Workspace, busiest: str
) -> None:
    said, portrait = there.text(f"/people/{busiest}"), town.portrait(busiest)
    for row in portrait.roles:
        days = "day" if row.days == 1 else "days"
        assert f"{row.role.capitalize()} a habit with" in said
        assert f"{row.acts} {'act' if row.acts == 1 else 'acts'} on {row.days} {days}" in said
    assert portrait.stance is not None
    assert f"{portrait.stance.stance.capitalize()} with" in said
    assert f"{len(portrait.stance.reasons)} pieces of evidence, the weightiest first" in said
    assert portrait.habit is not None
    assert f"Most often on {portrait.habit.channel}" in said


def test_what_may_come_is_told_with_bounds_and_reasons(there: Browser, town: Workspace, busiest: str) -> None:
    said = "".join(unescape(words(there.get(f"/people/{busiest}/ahead").text)).split())
    [row] = [row for row in town.ask("forecast", outcome="silence", days=30).rows() if row["person_id"] == busiest]
    figures = f"Fall silent {share(row['chance'])} {share(row['low'])} to {share(row['high'])}"
    assert "".join(figures.split()) in said, said
    assert "".join(row["reasons"][1:].split()) in said


def test_the_page_begins_with_what_is_unusual_by_their_own_rhythm(there: Browser, town: Workspace) -> None:
    row = next(row for row in town.ask("flagging", at="2026-06-30").rows() if row["rhythm"])
    said = there.text(f"/people/{row['person_id']}?at=2026-06-30")
    assert f"Gone quiet: {row['rhythm']}. Going on as before, so long a silence comes in" in said
    assert said.index("Gone quiet") < said.index("What is missing")


def test_the_slow_parts_are_asked_for_by_the_page_and_lead_to_people(
    there: Browser, town: Workspace, busiest: str
) -> None:
    page = there.get(f"/people/{busiest}").text
    loads = re.findall(r'data-load="([^"]*)"', page)
    assert [load.partition("?")[0] for load in loads] == [f"/people/{busiest}{part}" for part in PARTS[1:]]
    portrait = town.portrait(busiest)
    assert portrait.ties is not None
    among = there.get(loads[1].replace("&amp;", "&")).text
    assert among.count('class="halves"') == 1  # that is what the page takes over
    assert portrait.ties.people
    for row in portrait.ties.people:
        assert f'href="/people/{row.person_id}?' in among
    said = words(there.get(loads[3].replace("&amp;", "&")).text)
    for line in portrait.ledger:
        assert line.entry.capitalize() in said
    assert portrait.lifetime is not None
    assert f"Has come on {portrait.lifetime.so_far} occasions" in said
    assert "Still active" in said


def test_who_taught_her_is_named(there: Browser, town: Workspace) -> None:
    answer = town.ask("mutual-value", by="entry", since=town.portrait(of(town, "a", "known")).since)
    people = answer.people(entry="teaching").collect(backend="pyarrow").to_native()["person_id"].to_pylist()
    taught = [
        (one, row["by"]["name"])
        for one in people
        for line in town.portrait(one).ledger
        for row in line.interactions
        if "by" in row
    ]
    assert taught
    assert f"(by {taught[0][1]} )" in there.text(f"/people/{taught[0][0]}/value")


def test_the_organisation_says_who_else_is_there(browser: Browser, space: Workspace) -> None:
    text = browser.text(f"/people/{of(space, 'Emil')}/value")
    assert "Of example.org : 5 people are known, 5 active in that time." in text
    assert "Ana Moreau Leading Chidi Brandt Following Bea Okafor Following Dora Silva Known" in text
    assert "Nothing tells of an organisation" in browser.text(f"/people/{space.find('user:hostile')}/value")


def test_unknown_is_said_as_unknown(browser: Browser, space: Workspace) -> None:
    emil = of(space, "Emil")
    said = browser.text(f"/people/{emil}")
    assert "Unknown. They have rated, recommended, complained of and written nothing that would say." in said
    known, among, _, value = (browser.text(f"/people/{emil}{part}") for part in PARTS[1:])
    assert "They bought, rated and read nothing by name in this time, and wrote nothing on a topic." in known
    assert "To ask next:" in known
    assert "Has never said anything that we know of." in among
    assert "They asked nothing that calls for an answer." in among
    assert "nobody turned to them" in among
    assert value.count("Nothing that the log tells of in this time.") == 2
    assert "of who never came nothing can be foretold" in value


def test_nothing_of_it_is_told_of_staff_and_only_her_doings_of_a_visitor(browser: Browser, space: Workspace) -> None:
    sam, visitor = of(space, "Sam"), str(space.people(kind="anonymous").rows[0]["person_id"])
    page = browser.get(f"/people/{sam}").text
    assert "How they take part" not in page
    assert "data-load" not in page
    page = browser.get(f"/people/{visitor}").text
    assert "How they take part" in page
    assert "Where they stand" not in page
    assert "data-load" not in page
    for one in (sam, visitor):
        for part in PARTS[1:]:
            answer = browser.get(f"/people/{one}{part}")
            assert answer.status_code == 404
            assert "told of known people alone" in words(answer.text)


@pytest.mark.parametrize("part", PARTS)
def test_hostile_names_channels_and_texts_stay_text(browser: Browser, space: Workspace, part: str) -> None:
    page = browser.get(f"/people/{space.find('user:hostile')}{part}").text
    assert "&lt;script&gt;document.title" in page
    for written in ("<script>document.title", "<img src=x"):
        assert written not in page
    assert not re.findall(r"<script(?! (type|src))", page)
    assert harbour.LONG not in page


def test_the_interface_for_programs_tells_the_same(there: Browser, town: Workspace, busiest: str) -> None:
    answer = there.get(f"/api/people/{busiest}/portrait?days=90&at=2026-05-31")
    assert answer.status_code == 200
    expected = town.portrait(busiest, at="2026-05-31", days=90).told()
    assert msgspec.json.decode(answer.content) == msgspec.json.decode(msgspec.json.encode(expected))
    assert answer.json()["roles"]
    day = dt.date.fromisoformat(answer.json()["since"][:10])
    assert day == dt.date(2026, 3, 2)
    assert there.get(f"/api/people/{busiest}/portrait?days=many").status_code == 404


def test_every_day_of_the_past_has_its_own_answer(there: Browser, town: Workspace, busiest: str) -> None:
    def told(at: str) -> Any:
        return there.text(f"/people/{busiest}/value?at={at}")

    assert "as of 28 Feb 2026" in told("2026-02-28")
    assert told("2026-02-28") != told("2026-05-31")


def test_what_she_has_is_said_of_what_is_needed(browser: Browser, space: Workspace) -> None:
    """Ana organised once, which is what Leading takes; Chidi has nothing of the two that Endorsing takes."""
    ana, chidi = (space.people(search=name).rows[0]["person_id"] for name in ("Ana", "Chidi"))
    assert "Has 1 of 1 interaction;" in browser.text(f"/people/{ana}")
    assert "0 of 2 interactions" in browser.text(f"/people/{chidi}")


def test_more_than_is_needed_is_no_share_of_it() -> None:
    macro = ENVIRONMENT.get_template("parts.html").module.needed
    assert macro({"have": 2, "need": 1, "unit": "interactions"}, "EUR") == "2 interactions, where 1 would do"
    assert macro({"have": 20, "need": 50, "unit": "amount"}, "EUR") == "20 of 50 EUR"


def test_what_is_to_be_remembered_and_done_is_kept_done_and_taken_back(
    there: Browser, town: Workspace, busiest: str
) -> None:
    place, hostile = f"/people/{busiest}", "<script>alert(1)</script> ask for a date"
    form = {"sort": "task", "text": hostile, "day": "2199-04-15", "owner": "Inez"}
    answer = there.post(f"{place}/notes", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{place}#kept")
    (task,) = town.notes(busiest)
    assert (task["text"], task["owner"], task["decided_by"]) == (hostile, "Inez", "web")
    page = there.get(place).text
    assert hostile not in page and "ask for a date" in page
    assert "ask for a date" not in there.get(f"{place}?at={town.as_of().date() - dt.timedelta(days=30)}").text
    other = str(town.people(sort="interactions", size=1).rows[0]["person_id"])
    for number in (str(task["id"] + 1), "9" * 47, "x"):
        assert 400 <= there.post(f"{place}/notes/{number}/done").status_code < 500
    assert there.post(f"/people/{other}/notes/{task['id']}/undo").status_code == 404
    assert there.post(f"{place}/notes", data=form | {"text": " "}).status_code == 404
    assert there.post(f"{place}/notes/{task['id']}/done").status_code == 303
    assert town.notes(busiest)[0]["done_by"] == "web"
    assert there.post(f"{place}/notes/{task['id']}/undo").status_code == 303
    assert town.notes(busiest) == []
