"""The report is written behind its page, once for all who ask for the same, and downloaded in either form."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.harbour import HOSTILE
from tests.server.conftest import Browser
from ziggurat.errors import QuestionError
from ziggurat.report.report import Report
from ziggurat.server import fits

PERIOD = "since=2025-12-31&until=2026-03-31"


@pytest.fixture
def clean(browser: Browser) -> Iterator[Browser]:
    """The browser, with no report written before or after."""
    browser.app.state.fits.known.clear()
    yield browser
    done(browser)
    browser.app.state.fits.known.clear()


def begin(browser: Browser) -> None:
    answer = browser.post("/report", data=dict(part.split("=") for part in PERIOD.split("&")))
    assert answer.status_code == 303 and PERIOD in answer.headers["location"]


def done(browser: Browser) -> None:
    browser.app.state.fits.thread.submit(lambda: None).result(120)


def test_nothing_is_written_before_it_is_asked_for(clean: Browser) -> None:
    page = clean.get("/report").text
    assert 'value="2025-12-30"' in page and 'value="2026-03-31"' in page  # a quarter up to the last day
    assert "Write the report" in page and "data-job" not in page
    for path in ("/report", f"/report?{PERIOD}", f"/report.pdf?{PERIOD}"):
        clean.get(path)
    assert not clean.app.state.fits.known


def test_it_is_written_and_says_its_findings_and_is_downloaded(clean: Browser) -> None:
    begin(clean)
    done(clean)
    said = clean.text(f"/report?{PERIOD}")
    (job,) = clean.app.state.fits.known.values()
    found: Report = job.outcome["report"]
    assert all(page.title in said for page in found.content.pages)
    assert "climbed" in said
    html, pdf = (clean.get(f"/report.{ending}?{PERIOD}") for ending in ("html", "pdf"))
    assert html.text == found.html()
    assert pdf.content == found.pdf()
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'attachment; filename="Harbour-Commons-2026-03-31.pdf"'
    assert html.headers["content-disposition"].startswith("attachment")
    assert len(clean.app.state.fits.known) == 1
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
