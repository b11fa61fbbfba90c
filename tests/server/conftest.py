"""Asks the application as a browser would, without a network."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import asynchronous, community, harbour
from ziggurat.catalogue import STUDIES
from ziggurat.demo import make_community
from ziggurat.server.app import create_app
from ziggurat.work.worker import Worker
from ziggurat.workspace import Workspace

HOME = "http://localhost:8321"
LATE = "|".join(one.name for one in STUDIES.values() if one.late and one.check is None)
SLOW = re.compile(f"/(study|api/studies)/({LATE})")
MINUTES = re.compile("/(study|api/studies)/(" + "|".join(one.name for one in STUDIES.values() if one.check) + ")")
BEGINS = re.compile(r'<form[^>]* action="([^"]+)" data-begin.*?</form>', re.DOTALL)  # which a page's script presses
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
TO_POST = re.compile(f"POST to (/[^ ]*/api/studies/(?:{LATE})[^ ]*|/api/studies/(?:{LATE})[^ ]*), with")


class Browser:
    """Sends requests to an application, and waits for what it does behind its pages."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request; state-changing ones as our own pages send them, unless `headers` are given."""
        if method == "POST":
            options.setdefault("headers", {"origin": HOME, "sec-fetch-site": "same-origin"})

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
                return await client.request(method, path, **options)

        return asynchronous.run(send())

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Get a page, what takes seconds being begun as its script or a program would, as it is once that is there."""
        latest = time.monotonic() + 60
        while time.monotonic() < latest:
            answer = self.ask("GET", path, **options)
            sort = answer.headers.get("content-type", "")
            text = answer.text if sort.startswith(("text/html", "application/json")) else ""
            if begun := self.press(text):
                assert begun.status_code == 303, begun.text
            elif address := TO_POST.search(text):
                assert self.post(json.loads(f'"{address[1]}"')).status_code < 300
            elif MINUTES.search(path) or (answer.status_code != 202 and not (SLOW.search(path) and "data-job" in text)):
                return answer
            finish(self.app.state.fits)
            time.sleep(0.01)  # of another workspace beside this one, it has its own worker
        raise AssertionError(f"{path} never came: {answer.status_code} {words(answer.text)[:500]}")

    def press(self, text: str) -> httpx.Response | None:
        """Press the button that the script of a page presses, if there is one."""
        form = BEGINS.search(text)
        given = {name: html.unescape(value) for name, value in HIDDEN.findall(form[0])} if form else {}
        return self.post(html.unescape(form[1]), data=given) if form else None

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a form."""
        return self.ask("POST", path, **options)

    def text(self, path: str) -> str:
        """Return what a page that is there says, without tags, white space collapsed."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return words(answer.text)

    def finish(self, answer: httpx.Response) -> str:
        """Wait for the work that an answer leads to, and return what its page says."""
        assert answer.status_code == 303, answer.text
        finish(self.app.state.jobs)
        return self.text(answer.headers["location"])


def finish(worker: Worker, seconds: float = 60) -> None:
    """Wait until a worker has done all that waited."""
    latest = time.monotonic() + seconds
    while worker.waiting():
        assert time.monotonic() < latest, worker.waiting()
        time.sleep(0.01)


def words(page: str) -> str:
    """Return the visible words of a page."""
    main = re.sub(r"<script.*?</script>", "", page.partition("<main")[2].partition("</main>")[0], flags=re.DOTALL)
    plain = re.sub(r"<[^>]*>", " ", main.partition(">")[2])
    return re.sub(r"\s+", " ", plain.replace("\u202f", " ").replace("&#39;", "'")).strip()


@pytest.fixture(scope="session")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace that tests only read."""
    return harbour.make(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="session")
def browser(space: Workspace) -> Iterator[Browser]:
    """A browser on it."""
    app = create_app(space)
    yield Browser(app)
    app.state.jobs.close()
    app.state.fits.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Browser]:
    """A browser on an empty workspace of its own, to be written to."""
    app = create_app(Workspace.create(tmp_path / "fresh"), upload_limit=1_000_000)
    yield Browser(app)
    app.state.jobs.close()
    app.state.fits.close()


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on a small simulated community, in which every study finds something; to be read only."""
    folder = tmp_path_factory.mktemp("simulated")
    make_community(folder, community.SMALL)
    app = create_app(Workspace.open(folder))
    yield Browser(app)
    app.state.jobs.close()
    app.state.fits.close()
