"""Each page answers, with the facts that can be counted by hand in `tests/harbour.py`."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.conftest import Browser
from ziggurat import catalogue
from ziggurat.workspace import Workspace

SINCE = "since=2026-02-28"


def person_id(space: Workspace, name: str) -> str:
    return str(space.people(search=name, kind="all").rows[0]["person_id"])


def test_the_pyramid_counts_every_level_with_its_share(browser: Browser) -> None:
    said = browser.text(f"/pyramid?{SINCE}")
    assert "6 known people at the end of 31 Mar 2026" in said
    assert re.search(r"Leading 1 people, 16\.7 %", said)
    assert re.search(r"Endorsing 0 people, 0 %", said)
    assert re.search(r"Following 3 people, 50 %", said)
    assert re.search(r"Known 2 people, 33\.3 %", said)
    assert re.search(r"Anonymous observers 1 ", said)


def test_the_edges_of_the_pyramid_count_who_crossed_them(browser: Browser) -> None:
    said = browser.text(f"/pyramid?{SINCE}")
    assert "▲ 1 climbed to Leading or higher ▼ 0 slipped" in said
    assert "▲ 0 climbed ▼ 1 slipped beneath Endorsing" in said
    assert "▲ 0 climbed ▼ 1 slipped beneath Following" in said
    assert "Climbed 1 Slipped 2 Not known before 1 Came back up 0" in said


def test_who_was_not_known_before_crossed_no_edge(browser: Browser) -> None:
    said = browser.text("/pyramid?since=2026-01-31&at=2026-02-28")
    assert "Not known before 1" in said
    assert "climbed to" not in said


def test_a_day_in_the_past_shows_nothing_of_what_came_later(browser: Browser) -> None:
    said = browser.text("/pyramid?at=2026-01-31&since=2026-01-01")
    assert "4 known people at the end of 31 Jan 2026" in said
    assert "Leading 0 people" in said
    assert "Endorsing 2 people" in said


def test_a_period_that_ends_before_it_begins_is_mended_and_said(browser: Browser) -> None:
    assert "The period asked for ended before it began" in browser.text("/pyramid?at=2026-01-31&since=2026-03-01")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"/moves/people?way=climbed&edge=3&{SINCE}", ["Ana Moreau"]),
        (f"/moves/people?way=climbed&edge=2&{SINCE}", []),
        (f"/moves/people?way=slipped&edge=2&{SINCE}", ["Bea Okafor"]),
        (f"/moves/people?way=slipped&{SINCE}", ["Bea Okafor", "Dora Silva"]),
        (f"/moves/people?way=new&{SINCE}", ["Emil Novak"]),
        ("/study/pyramid/people?row.level=0", ["Dora Silva", "Emil Novak"]),
        (f"/study/moves/people?{SINCE}&until=2026-03-31&row.from_level=1&row.to_level=0", ["Dora Silva"]),
        ("/people?level=3", ["Ana Moreau"]),
        ("/people?search=okafor", ["Bea Okafor"]),
        ("/people?kind=staff", ["Sam Staff"]),
        ("/people?level=0&sort=name&order=down", ["Emil Novak", "Dora Silva"]),
    ],
)
def test_a_figure_opens_to_its_people(browser: Browser, path: str, names: list[str]) -> None:
    answer = browser.get(path).text
    found = re.findall(r'href="/people/p[^"]*"><bdi>([^<]*)</bdi>', answer)
    assert (found if "order=" in path else sorted(found)) == names


@pytest.mark.parametrize("name", ["pyramid", "moves", "causes", "pace", "passage", "retention"])
def test_a_figure_of_a_study_is_the_number_of_people_it_opens_to(browser: Browser, name: str) -> None:
    page = browser.get(f"/study/{name}?since=2025-11-30&level=1").text
    figures = re.findall(rf'<a href="(/study/{name}/people[^"]*)">([^<]*)</a>', page)
    assert figures
    for link, figure in figures:
        said = browser.text(link.replace("&amp;", "&"))
        assert re.search(rf" {figure} (person|people), as of", said), f"{link}: {said}"


def test_many_at_once_are_answered_alike(browser: Browser) -> None:
    paths = ["/study/moves/people?since=2025-12-31", f"/moves/people?way=slipped&{SINCE}", "/people", "/"] * 12
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(browser.get, paths))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 4


def test_every_link_of_the_pages_leads_somewhere(browser: Browser, space: Workspace) -> None:
    """Of links that differ in values alone, the first is followed."""
    ahead = ["/", f"/pyramid?{SINCE}", f"/moves?{SINCE}", "/studies", "/people", "/data"]
    ahead += [f"/study/{name}" for name in catalogue.STUDIES]
    seen, like = set(ahead), Counter()
    while ahead:
        path = ahead.pop()
        answer = browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in (each.replace("&amp;", "&") for each in re.findall(r'href="(/[^"#]*)"', answer.text)):
            like[shape(link)] += link not in seen
            if link not in seen and not link.startswith("/static") and like[shape(link)] <= 1:
                ahead.append(link)
            seen.add(link)
    assert sum(count > 0 for count in like.values()) > 60


def shape(link: str) -> tuple[str, ...]:
    """Return what a link has in common with others like it: its path without numbers and ids, and which options."""
    path, _, options = link.partition("?")
    return re.sub(r"\bp?[0-9a-f]{6,}\b|\b\d+\b", "…", path), *sorted(one.split("=")[0] for one in options.split("&"))


def test_a_person_is_told_with_why_and_what_is_missing(browser: Browser, space: Workspace) -> None:
    said = browser.text(f"/people/{person_id(space, 'Chidi')}")
    assert "Chidi Brandt Following" in said
    assert "Why Following subscribed, until unsubscribed" in said
    assert "To Endorsing , this: shared at least 2 times within 90 days 0 of 2 interactions" in said
    assert "31 Mar 2026, 00:00 email opened Newsletter" in said
    assert "city Porto" in said


def test_a_person_in_the_past_is_told_as_of_then(browser: Browser, space: Workspace) -> None:
    assert "Ana Moreau Endorsing" in browser.text(f"/people/{person_id(space, 'Ana')}?at=2026-02-01")


def test_staff_and_anonymous_people_are_told_apart(browser: Browser, space: Workspace) -> None:
    assert "never on a ladder" in browser.text(f"/people/{person_id(space, 'Sam')}")
    anonymous = space.people(kind="anonymous").rows[0]["person_id"]
    assert "can't be contacted" in browser.text(f"/people/{anonymous}")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/people/p0000000000000000", 404, "nobody is known as"),
        ("/study/first-tuch", 404, "no study named"),
        ("/study/pyramid/file.exe", 404, "csv or parquet, or as svg or png"),
        ("/study/pyramid/people?row.levle=1", 404, "did you mean 'level'?"),
        ("/study/pyramid/people?row.level=x", 404, "is no value of 'level'"),
        ("/pyramid?ladder=harbor", 404, "did you mean 'harbour'?"),
        ("/pyramid?at=31.03.2026", 404, "which is no day; write it as"),
        ("/people?level=9", 404, "has no level '9'"),
        ("/people?page=-1", 404, "must be a whole number from 1 to"),
        ("/people?sort=password", 404, "can't be sorted by"),
        ("/moves/people?way=up", 404, "There is no way named"),
        ("/data/uploads/../../etc/passwd", 404, "does not exist"),
        ("/data/uploads/0123", 404, "no longer here"),
        ("/data/jobs/0123", 404, "not known any more"),
        ("/nowhere", 404, "does not exist"),
        ("/data/refresh", 405, "can't be used that way"),
    ],
)
def test_what_is_wrong_is_said_on_a_page(browser: Browser, path: str, status: int, said: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert said in answer.text.replace("&#39;", "'")
    assert "Traceback" not in answer.text


def test_a_fault_of_ours_shows_no_trace(browser: Browser, space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**options: object) -> None:
        raise RuntimeError("secret-detail")

    monkeypatch.setattr(space, "people", broken)
    answer = browser.get("/people")
    assert answer.status_code == 500
    assert "fault of Ziggurat" in answer.text
    assert "secret-detail" not in answer.text
    assert "Traceback" not in answer.text


def test_an_empty_workspace_says_what_to_do(fresh: Browser) -> None:
    assert "Import a file" in fresh.text("/")
    assert "Import a file" in fresh.text("/pyramid")
    assert "Import a file" in fresh.text("/moves")
    assert "Nothing has been imported yet" in fresh.text("/data")
    assert fresh.get("/people").status_code == 200
