"""The marks of every study's chart that can be pressed lead to pages of people, as `app.js` builds their addresses."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.conftest import Browser
from ziggurat import catalogue
from ziggurat.catalogue.ideas import ideas

QUICK = [name for name, study in catalogue.STUDIES.items() if study.check is None]
FIGURE = re.compile(r"<figure data-chart([^>]*)>\s*<script[^>]*>(.*?)</script>", re.DOTALL)
CLOSED = {"power", "scenario", "scenario-evidence", "scenario-parts"}  # as docs/web.md says


def addresses(page: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield where the marks of a page lead, each with its row, as `app.js` has it."""
    for attributes, spec in FIGURE.findall(page):
        given = {name: html.unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', attributes)}
        keys = given.get("keys", "").split()
        for row in (row for rows in json.loads(spec)["datasets"].values() for row in rows):
            if "person" in given and row.get("person_id"):
                path, _, query = given["person"].partition("?")
                yield f"{path}/{row['person_id']}?{query}", row
            elif keys and all(key in row for key in keys):
                said = urlencode({f"row.{key}": script(row[key]) for key in keys})
                yield f"{given['opens']}{'&' if '?' in given['opens'] else '?'}{said}", row


def script(value: Any) -> str:
    """Write a value as a script does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


@pytest.mark.parametrize("path", ["/moves", *(f"/study/{name}" for name in QUICK)])
def test_every_mark_leads_to_people(simulated: Browser, path: str) -> None:
    page = simulated.get(path)
    assert page.status_code == 200
    found = dict(addresses(page.text))
    drawn = "<figure" in page.text and "There is nothing to draw yet" not in page.text
    assert bool(found) is (drawn and path.removeprefix("/study/") not in CLOSED)
    # Marks of one chart are written by one line: the first and the last of them, and some between.
    for address, row in list(found.items())[:: max(1, len(found) // 8)]:
        answer = simulated.get(address)
        assert answer.status_code == 200, f"{address}: {row}"


def test_a_bar_that_counts_people_opens_to_them(simulated: Browser) -> None:
    spec = json.loads(FIGURE.findall(simulated.get("/study/flagging").text)[0][1])
    assert {"level", "why"} <= {part.get("field") for part in spec["encoding"].values() if isinstance(part, dict)}
    said = simulated.text("/study/flagging/people?row.level=1&row.why=in+grace")
    assert "People behind" in said


@pytest.mark.parametrize("name", QUICK)
def test_what_a_chart_writes_as_a_share_is_one(simulated: Browser, name: str) -> None:
    for _, text in FIGURE.findall(simulated.get(f"/study/{name}").text):
        spec = json.loads(text)
        rows = [row for rows in spec["datasets"].values() for row in rows]
        for field in percents(spec):
            # An estimate of a share may lie somewhat beyond what a share can be; hours and money lie far beyond.
            assert all(-2 <= row[field] <= 3 for row in rows if isinstance(row.get(field), (int, float))), field


def percents(part: Any) -> set[str]:
    """Return the fields of a drawing that its tooltips write as percentages."""
    found: set[str] = set()
    for value in part.values() if isinstance(part, dict) else part:
        if isinstance(value, dict) and value.get("format") == ".1%":
            found.add(value["field"])
        elif isinstance(value, (dict, list)):
            found |= percents(value)
    return found


# ---- from a claim of a text to its page, and to all that the study tells, which has been asked above ----------------

CLAIMS = [(name, number, one) for name, idea in ideas().items() for number, one in enumerate(idea.questions, 1)]
LEAST = 40  # claims that the small community's data answer
CARD = re.compile(r'<li class="card" data-part>(.*?)</li>', re.DOTALL)
PLACE = re.compile(r'<a class="button" href="([^"]*)"')


def test_each_claim_leads_to_its_figure_in_two_clicks(simulated: Browser) -> None:
    pages = {f"/ideas/{name}": html.unescape(simulated.get(f"/ideas/{name}").text) for name in ideas()}
    index = simulated.get("/ideas").text
    assert all(path in index for path in pages)
    studies, answered = dict[str, str](), 0
    for name, number, one in CLAIMS:
        assert one.asks in pages[f"/ideas/{name}"] and one.claim[1:] in pages[f"/ideas/{name}"]
        card = html.unescape(CARD.search(simulated.get(f"/answer?idea={name}&number={number}").text)[1])
        study, *people = PLACE.findall(card)
        if study not in studies:
            studies[study] = html.unescape(simulated.get(study).text)
        column = catalogue.STUDIES[one.study].result.columns[one.figure]
        if not people:  # there is no row that answers, and the card says why
            assert len(re.search(r'class="told"><bdi>(.*?)</bdi>', card, re.DOTALL)[1]) > 20
            continue
        assert column.heading(one.figure) in studies[study], one.asks
        assert column.numeric or "<b>" not in card
        assert simulated.get(people[0]).status_code == 200
        answered += "<b>" in card or not column.numeric
    assert answered >= LEAST, answered
