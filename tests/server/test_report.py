"""The report is written behind its page, once for all who ask for the same, and downloaded in either form."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from tests.harbour import HOSTILE
from tests.server.conftest import Browser, finish
from ziggurat.base.errors import QuestionError
from ziggurat.report.report import Report
from ziggurat.server import fits
from ziggurat.server.app import create_app
from ziggurat.state import queue
from ziggurat.workspace import Workspace

PERIOD = "since=2025-12-31&until=2026-03-31"


@pytest.fixture
def clean(browser: Browser) -> Iterator[Browser]:
    """The browser, with no report written before or after."""
    forget(browser)
    yield browser
    done(browser)
    forget(browser)


def forget(browser: Browser) -> None:
    with browser.app.state.workspace.state.begin() as connection:
        connection.execute(sa.delete(queue.WORK))


def reports(browser: Browser) -> list[queue.Piece]:
    return queue.listed(browser.app.state.workspace.state.database)


def begin(browser: Browser) -> None:
    answer = browser.post("/report", data=dict(part.split("=") for part in PERIOD.split("&")))
    assert answer.status_code == 303 and PERIOD in answer.headers["location"]


def done(browser: Browser) -> None:
    finish(browser.app.state.fits, 120)


def test_nothing_is_written_before_it_is_asked_for(clean: Browser) -> None:
    page = clean.get("/report").text
    assert 'value="2025-12-30"' in page and 'value="2026-03-31"' in page  # a quarter up to the last day
    assert "Write the report" in page and "data-job" not in page
    for path in ("/report", f"/report?{PERIOD}", f"/report.pdf?{PERIOD}"):
        clean.get(path)
    assert not reports(clean)


def test_it_is_written_and_says_its_findings_and_is_downloaded(clean: Browser) -> None:
    begin(clean)
    done(clean)
    said = clean.text(f"/report?{PERIOD}")
    [job] = reports(clean)
    made = date.fromisoformat(job.options["made"])
    space = clean.app.state.workspace
    found = Report.of(space, made=made, since="2025-12-31", until="2026-03-31", ladder=job.options["ladder"])
    assert all(page.title in said for page in found.content.pages)
    assert "climbed" in said
    html, pdf = (clean.get(f"/report.{ending}?{PERIOD}") for ending in ("html", "pdf"))
    assert html.text == found.html()
    assert pdf.content == found.pdf()
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'attachment; filename="Harbour-Commons-2026-03-31.pdf"'
    assert html.headers["content-disposition"].startswith("attachment")
    assert len(reports(clean)) == 1
    again = Browser(create_app(Workspace.open(space.folder)))  # as after a restart of the server
    assert again.get(f"/report.pdf?{PERIOD}").content == pdf.content
    page = again.get("/report?since=2025-11-30&until=2026-03-31").text
    assert "Reports that were made before" in page and f'href="/report/{job.id}.html"' in page
    assert again.get(f"/report/{job.id}.html").text == html.text
    assert again.get(f"/report/{job.id}.docx").status_code == again.get("/report/99.pdf").status_code == 404
    assert HOSTILE not in html.text


def test_who_asks_while_it_is_written_sees_how_far_it_is(clean: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go, asked = threading.Event(), threading.Event(), []
    written = Report.of

    def slow(workspace, *, progress, **options):
        asked.append(options)
        progress("Writing page 2 of 5", 0.2)
        begun.set()
        assert go.wait(20)
        return written(workspace, progress=progress, **options)

    monkeypatch.setattr(fits, "PATIENCE", 0.01)
    monkeypatch.setattr(Report, "of", slow)
    begin(clean)
    assert begun.wait(20)
    page = clean.get(f"/report?{PERIOD}").text
    assert "Writing page 2 of 5" in page and "data-job" in page and '<meta http-equiv="refresh"' in page
    early = clean.get(f"/report.pdf?{PERIOD}")
    assert early.status_code == 303 and early.headers["location"].startswith("/report?")
    go.set()
    done(clean)
    assert clean.get(f"/report.pdf?{PERIOD}").status_code == 200
    assert len(asked) == 1


def test_work_that_failed_says_why_and_can_be_asked_for_again(clean: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(workspace, **options):
        raise QuestionError("no ladder stands <here>")

    with monkeypatch.context() as patched:
        patched.setattr(Report, "of", fails)
        begin(clean)
        done(clean)
        said = clean.text(f"/report?{PERIOD}")
        assert "It did not work." in said and "no ladder stands &lt;here&gt;" in said
    begin(clean)
    done(clean)
    assert "Download as PDF" in clean.text(f"/report?{PERIOD}")


def test_there_is_no_other_form_and_none_of_an_empty_log(clean: Browser, fresh: Browser) -> None:
    assert clean.get(f"/report.docx?{PERIOD}").status_code == 404
    assert "import" in fresh.text("/report").lower()
