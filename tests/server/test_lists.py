"""A list of people on its page: filtered, saved, something kept of all of it and taken back, and sent as a file."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import harbour
from tests.server.conftest import Browser
from ziggurat.server.app import create_app


@pytest.fixture
def there(tmp_path):
    app = create_app(harbour.make(tmp_path / "harbour"))
    yield Browser(app)
    app.state.jobs.close()
    app.state.fits.close()


def test_a_list_is_saved_kept_of_and_exported(there: Browser) -> None:
    space = there.app.state.workspace
    filters = {"moved": "climbed", "moved_days": "365", "level": "3"}
    assert "known people on Leading who climbed within 365 days" in there.text(
        "/people?moved=climbed&moved_days=365&level=3"
    ).lower().replace("leading", "Leading")
    answer = there.post("/people/segments", data=filters | {"name": "up", "title": "<b>Up</b>"})
    assert answer.status_code == 303 and "segment=up" in answer.headers["location"]
    page = there.get(answer.headers["location"]).text
    assert "&lt;b&gt;Up" in page and "<b>Up" not in page
    assert "Ana Moreau" in page and "Bea Okafor" not in page
    assert space.segments()["up"].level == ("Leading",)
    head = there.get("/people?level=3&sort=level").text.partition("<thead>")[2].partition("</thead>")[0]
    assert f"ladder={next(iter(space.ladders()))}" in head
    assert there.get("/api/segments").json()["rows"][0]["name"] == "up"
    assert [row["name"] for row in there.get("/api/people?segment=up").json()["rows"]] == ["Ana Moreau"]

    kept = there.post("/people/kept", data={"whole": "yes", "keep": "tag", "text": "board", **filters})
    assert kept.status_code == 303
    assert "Kept of 1 person" in there.text(kept.headers["location"])
    people = space.people().rows
    ticked = [one["person_id"] for one in people[:2]]
    again = there.post("/people/kept", data={"person": ticked, "keep": "task", "text": "call", "day": "2199-04-01"})
    number = again.headers["location"].rpartition("kept=")[2]
    assert [one["sort"] for one in space.notes()] == ["tag", "task", "task"]
    assert there.post(f"/people/kept/{number}/undo").status_code == 303
    assert [one["sort"] for one in space.notes()] == ["tag"]
    for form in (
        {"keep": "tag", "text": "x"},
        {"person": ["p0"], "keep": "tag", "text": "x"},
        {"whole": "y", "keep": "task"},
    ):
        assert there.post("/people/kept", data=form).status_code == 404
    assert there.get("/people.csv?segment=up").text.splitlines()[0] == "Email Address,First Name,Last Name"
    assert there.get("/people.xlsx?segment=up&columns=name|trait:town").content.startswith(b"PK")
    assert there.get("/people.csv?columns=nome").status_code == 404
    for wrong in ("segment=no", "moved=up", "did=x", "did_days=-1", "level=99", "times=x", "tag=" + "x" * 300):
        assert there.get(f"/people?{wrong}").status_code == 404, wrong
    assert there.post("/people/segments", data=filters | {"name": "../up"}).status_code == 404
    assert there.post("/people/segments/up/remove").status_code == 303
    assert space.segments() == {}


def test_a_trait_is_said_by_hand_and_taken_back(there: Browser) -> None:
    row = there.app.state.workspace.people().rows[0]
    place = f"/people/{row['person_id']}"
    there.finish(there.post(f"{place}/traits", data={"trait": "town", "value": "<b>Kyiv</b>"}))
    page = there.get(place).text
    assert "&lt;b&gt;Kyiv" in page and "<b>Kyiv" not in page
    (said,) = there.app.state.workspace.by_hand(row["identities"])
    other = there.app.state.workspace.people().rows[1]["person_id"]
    assert there.post(f"/people/{other}/traits/{said['import_id']}/undo").status_code == 404
    assert there.post(f"{place}/traits", data={"trait": "town", "value": ""}).status_code == 404
    there.finish(there.post(f"{place}/traits/{said['import_id']}/undo"))
    assert "Kyiv" not in there.get(place).text


def test_a_person_page_begins_a_mail(there: Browser) -> None:
    row = next(one for one in there.app.state.workspace.people().rows if one["email"])
    assert f'href="mailto:{row["email"]}"' in there.get(f"/people/{row['person_id']}").text


def test_roles_and_ledgers_mean_whom_the_studies_name(simulated: Browser) -> None:
    space = simulated.app.state.workspace
    day = space.as_of().date() - dt.timedelta(days=365)
    rows = space.ask("one-sided", since=day, times=2, limit=100_000).rows()
    usual = space.ask("one-sided", since=day, limit=100_000).rows()
    assert usual and {row["person_id"] for row in usual} <= {row["person_id"] for row in rows}
    for way in ("gives", "gets"):
        found = {row["person_id"] for row in space.listed({"ledger": way})}
        assert found == {row["person_id"] for row in usual if row["tilt"] == way}
    since = space.as_of().date() - dt.timedelta(days=90)
    counts = {row["role"]: row["people"] for row in space.ask("consumption", since=since).rows()}
    assert counts["critic"] and counts["lurker"]
    for role in ("critic", "lurker", "joiner"):
        assert simulated.get(f"/api/people?role={role}").json()["total"] == counts[role], role
