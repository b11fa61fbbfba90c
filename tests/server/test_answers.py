"""The same answers as JSON and as files."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq

from tests import asynchronous
from tests.server.conftest import Browser
from ziggurat import catalogue
from ziggurat.server.responses import download


def test_the_list_of_studies_is_the_catalogue(browser: Browser) -> None:
    assert [study["name"] for study in browser.get("/api/studies").json()] == list(catalogue.STUDIES)


def test_a_study_as_json(browser: Browser) -> None:
    answer = browser.get("/api/studies/pyramid?at=2026-03-31").json()
    assert {row["level_name"]: row["people"] for row in answer["rows"]} == {
        "Leading": 1, "Endorsing": 0, "Following": 3, "Known": 2, "Anonymous": 1,
    }  # fmt: skip
    assert answer["asked"]["at"].startswith("2026-03-31")


def test_people_and_a_person_as_json(browser: Browser) -> None:
    found = browser.get("/api/people?search=ana").json()
    assert found["total"] == 1
    story = browser.get(f"/api/people/{found['rows'][0]['person_id']}").json()
    assert story["level_name"] == "Leading"
    assert story["total"] == 4


def test_an_error_as_json(browser: Browser) -> None:
    answer = browser.get("/api/studies/pyramd")
    assert answer.status_code == 404
    assert "did you mean 'pyramid'?" in answer.json()["error"]
    assert browser.get("/api/studies/pyramid?att=1").status_code == 404


def test_a_chart_as_a_picture(browser: Browser) -> None:
    svg = browser.get("/study/pyramid/file.svg?at=2026-03-31")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(svg.text).tag.endswith("svg") and "Known" in svg.text
    assert svg.headers["content-disposition"] == 'attachment; filename="pyramid.svg"'
    png = browser.get("/study/pyramid/file.png?at=2026-03-31")
    assert png.content.startswith(b"\x89PNG") and len(png.content) > 5_000
    nothing = browser.get("/study/flagging/file.png?at=1999-03-31")
    assert nothing.status_code == 404 and "nothing to draw" in nothing.text


def test_a_table_as_csv_and_parquet(browser: Browser) -> None:
    csv = browser.get("/study/pyramid/file.csv?at=2026-03-31")
    assert csv.headers["content-disposition"] == 'attachment; filename="pyramid.csv"'
    assert csv.text.splitlines()[0].startswith("level,level_name,people")
    assert "3,Leading,1" in csv.text
    parquet = pq.read_table(io.BytesIO(browser.get("/study/pyramid/file.parquet").content))
    assert parquet.num_rows == 5
    head = browser.get("/study/flagging/file.csv?at=2026-03-31").text.splitlines()[0]
    told = browser.get("/api/studies/flagging?at=2026-03-31").json()["rows"]
    assert head.startswith("person_id,name,email,")
    assert any("@" in (row["email"] or "") for row in told)


def test_the_people_behind_a_figure_as_csv(browser: Browser) -> None:
    text = browser.get("/study/pyramid/people?row.level=3&format=csv").text
    assert "Ana Moreau,ana@example.org" in text
    assert "2026-03-01T00:00:00+00:00" in text


def test_what_is_left_out_of_an_answer_is_said_on_its_page_and_as_json(browser: Browser) -> None:
    options = "since=2025-11-30&until=2026-03-31"
    note, other = browser.get(f"/api/studies/attribution?{options}").json()["notes"]
    assert note.startswith("The model incremental is left out: whoever has climbed can't climb again")
    assert other.startswith("Under shapley rate the share of ")
    assert note in browser.text(f"/study/attribution?{options}")
    assert browser.get("/api/studies/pyramid").json()["notes"] == []


def test_a_file_is_read_before_it_is_removed_even_where_the_server_could_send_a_path(tmp_path: Path) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def receive() -> Any:
        await asyncio.Event().wait()  # nobody hangs up

    able = {"type": "http", "method": "GET", "headers": [], "extensions": {"http.response.pathsend": {}}}
    answer = download(tmp_path, "board.csv", lambda path: path.write_text("a,b"))
    asynchronous.run(answer(able, receive, send))
    assert b"".join(message.get("body", b"") for message in sent) == b"a,b"
    assert {message["type"] for message in sent} == {"http.response.start", "http.response.body"}
    assert not Path(answer.path).exists()
