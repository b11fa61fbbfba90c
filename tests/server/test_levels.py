"""Who stands on a level is shown with whom they speak for and against, and both open to these people."""

from __future__ import annotations

import re

from tests.server.conftest import Browser

DAY = "2026-06-30"
OPENED = re.compile(r'href="(/study/stance/people\?[^"]*)">([\d,]+)</a>')


def rows_of(browser: Browser) -> list[dict[str, object]]:
    found: list[dict[str, object]] = browser.get(f"/api/studies/stance?by=level&at={DAY}").json()["rows"]
    return found


def test_those_who_speak_for_and_against_us_are_counted_beside_their_level(simulated: Browser) -> None:
    text = simulated.get(f"/pyramid/levels?at={DAY}").text
    counts = {(row["level"], row["stance"]): row["people"] for row in rows_of(simulated)}
    wanted = {key: people for key, people in counts.items() if key[1] in ("advocate", "detractor") and people}
    assert any(stance == "detractor" for _, stance in wanted)
    shown = {}
    for address, people in OPENED.findall(text):
        level, stance = re.search(r"row\.level=(\d+)&amp;row\.stance=(\w+)", address).groups()  # type: ignore[union-attr]
        shown[int(level), stance] = int(people.replace(",", ""))
    assert shown == wanted


def test_three_people_of_each_level_are_named_the_busiest_first(simulated: Browser) -> None:
    text = simulated.get(f"/pyramid/levels?at={DAY}").text
    rows = text.split("<tr>")[2:]
    for level, row in zip(reversed(range(len(rows))), rows, strict=True):
        asked = f"/api/people?level={level}&at={DAY}&sort=interactions&order=down"
        busiest = [one["person_id"] for one in simulated.get(asked).json()["rows"][:3]]
        assert re.findall(r'href="/people/(p[0-9a-f]{16})', row) == busiest
    assert sum("/people/p" in row for row in rows) > 3
    assert "data-load" in simulated.get(f"/pyramid?at={DAY}").text


def test_a_detractor_is_shown_as_one_beside_the_level(simulated: Browser) -> None:
    listed = simulated.get(f"/study/stance/people?row.stance=detractor&at={DAY}&format=csv").text
    other = simulated.get(f"/study/stance/people?row.stance=advocate&at={DAY}&format=csv").text
    one, another = (re.search(r"p[0-9a-f]{16}", text)[0] for text in (listed, other))  # type: ignore[index]
    assert 'href="#stance">Detractor</a>' in simulated.get(f"/people/{one}?at={DAY}").text
    assert 'href="#stance">Detractor</a>' not in simulated.get(f"/people/{another}?at={DAY}").text


def test_how_many_have_not_gone_beyond_a_level_is_what_pace_counts(simulated: Browser) -> None:
    text = simulated.get(f"/pyramid/levels?at={DAY}").text
    rows = simulated.get(f"/api/studies/pace?at={DAY}").json()["rows"]
    shown = re.findall(r"/study/pace/people\?[^\"]*row\.level=(\d+)\">([\d.]+)\s%\sof\s([\d,]+)</a>", text)
    found = [(int(level), float(share), int(people.replace(",", ""))) for level, share, people in reversed(shown)]
    wanted = [
        (row["level"], 100 * (1 - row["climbed"] / row["people"]), row["people"]) for row in rows if row["people"]
    ]
    assert len(found) == len(wanted) > 3
    for seen, told in zip(found, wanted, strict=True):
        assert (seen[0], seen[2]) == (told[0], told[2])
        assert abs(seen[1] - told[1]) <= 0.06
