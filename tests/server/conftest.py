"""Asks the application as a browser would, without a network."""

from __future__ import annotations

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
SLOW = re.compile(f"/(study|api/studies)/({LATE})|/ahead")


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
        """Get a page; of a study that takes seconds, as it is once its answer is there."""
        answer = self.ask("GET", path, **options)
        if SLOW.search(path) and (answer.status_code == 202 or "data-job" in answer.text):
            finish(self.app.state.fits)
            answer = self.ask("GET", path, **options)
        return answer

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
