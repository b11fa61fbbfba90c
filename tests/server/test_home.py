"""Home tells what changed since the last day that this browser was shown; its cookie holds no more than that."""

from __future__ import annotations

import re

import pytest

from tests import harbour
from tests.server.conftest import Browser, words
from ziggurat.workspace import Workspace

LAST = "2026-03-31"  # the harbour's last day


def cookie(answer) -> str:
    return re.search(r"seen=([^;]*);", answer.headers["set-cookie"])[1]


def visit(browser: Browser, kept: str = "", **headers: str):
    return browser.get("/", headers={"cookie": f"seen={kept}", **headers} if kept else headers)


def test_a_first_visit_tells_of_seven_days_and_keeps_the_last_one(browser: Browser) -> None:
    answer = visit(browser)
    assert "After 24 Mar 2026 , up to the end of 31 Mar 2026" in words(answer.text)
    assert "last time" not in words(answer.text)
    assert cookie(answer) == f".{LAST}"


def test_the_cookie_is_for_this_site_alone_and_for_no_script(browser: Browser) -> None:
    said = visit(browser).headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/", "max-age=31536000"):
        assert part in said


def test_a_later_visit_tells_since_last_time_and_again_when_it_is_loaded_again(browser: Browser) -> None:
    answer = visit(browser, ".2026-03-10")
    assert "After 9 Mar 2026 , up to the end of 31 Mar 2026" in words(answer.text)
    assert "last time: 10 Mar 2026" in words(answer.text)
    assert cookie(answer) == f"2026-03-10.{LAST}"
    again = visit(browser, cookie(answer))
    assert "last time: 10 Mar 2026" in words(again.text)
    assert cookie(again) == cookie(answer)


@pytest.mark.parametrize("kept", ["nonsense", "2026-13-41.x", "<script>.<script>", f"9999-99-99.{LAST}", ".", "." * 50])
def test_what_is_no_cookie_of_ours_counts_as_none(browser: Browser, kept: str) -> None:
    answer = visit(browser, kept)
    assert answer.status_code == 200
    assert "After 24 Mar 2026" in words(answer.text)
    assert cookie(answer) == f".{LAST}"


def test_a_last_time_after_the_last_day_still_tells_a_day(browser: Browser) -> None:
    assert "After 30 Mar 2026" in words(visit(browser, ".2030-01-01").text)


def test_who_comes_from_another_site_loses_nothing(browser: Browser) -> None:
    assert "set-cookie" not in visit(browser, **{"sec-fetch-site": "cross-site"}).headers
    assert "set-cookie" in visit(browser, **{"sec-fetch-site": "same-origin"}).headers


def test_another_length_can_be_asked_for(browser: Browser) -> None:
    said = words(visit(browser, ".2026-03-10").text)
    assert "7 days ago" in said and "91 days ago" in said
    assert "After 28 Feb 2026" in browser.text("/?days=31")
    assert browser.get("/?days=x").status_code == 404
    assert browser.get("/?days=4000").status_code == 404


def test_the_figures_of_a_sentence_open_to_whom_they_count(browser: Browser) -> None:
    page = browser.get("/?days=31").text
    said = words(page)
    assert "1 person climbed of the 5 known at the end of 28 Feb 2026" in said
    assert "2 people slipped of the 5 known" in said
    assert "Ana Moreau (Endorsing to Leading)" in said
    slipped = re.search(r'href="(/study/moves/people[^"]*row\.direction=slipped)"><bdi>2 people', page)
    names = re.findall(r"<bdi>(\w+ \w+)</bdi>", browser.get(slipped[1].replace("&amp;", "&")).text)
    assert sorted(names) == ["Bea Okafor", "Dora Silva"]


def test_the_pyramid_in_small_counts_every_level_and_its_change(browser: Browser) -> None:
    said = browser.text("/?days=31")
    assert "6 known people" in said
    for line in ("Leading 1 people +1", "Endorsing 0 people −2", "Following 3 people ±0", "Known 2 people +2"):
        assert line in said


def test_slow_parts_come_by_addresses_that_are_pages_of_their_own(browser: Browser) -> None:
    page = browser.get("/").text
    parts = re.findall(r'data-load="([^"]*)"', page)
    assert len(parts) == 1
    topics = re.findall(r'<a class="chip" href="(/news[^"]*)"', page)
    assert len(topics) == 4
    for topic in topics:
        assert "<section data-part" in browser.get(topic.replace("&amp;", "&")).text
    for part in parts:
        assert f'<a href="{part}">' in page
        answer = browser.get(part.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert "<section data-part" in answer.text


def test_a_log_of_posts_says_who_waits_and_what_people_wrote_stays_inert(browser: Browser) -> None:
    answer = browser.get("/news?topic=waiting&since=2026-02-28&at=2026-03-31").text
    assert harbour.HOSTILE not in answer
    assert "none calls for an answer" in words(answer)


def test_an_unknown_topic_is_said(browser: Browser) -> None:
    answer = browser.get("/news?topic=wating")
    assert answer.status_code == 404
    assert "did you mean" in answer.text


def test_workspaces_beside_each_other_keep_their_visits_apart(space: Workspace, browser: Browser) -> None:
    from ziggurat.server.app import create_app

    both = Browser(create_app(space, also=[space]))
    root = f"/w/{re.sub('[^a-z0-9]+', '-', space.folder.name.lower())}"
    said = both.get(f"{root}/").headers["set-cookie"]
    assert f"Path={root};" in said
    assert not said.startswith("seen=")


def test_an_empty_workspace_keeps_no_visit(fresh: Browser) -> None:
    answer = fresh.get("/")
    assert "Import a file" in words(answer.text)
    assert "set-cookie" not in answer.headers
