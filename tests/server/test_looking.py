"""Who only looks begins nothing: no GET puts work into a queue, or has an answer worked out that takes long."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.addresses import of_person, paths, with_options
from tests.server.conftest import Browser
from ziggurat import catalogue
from ziggurat.catalogue import Study
from ziggurat.state import queue
from ziggurat.workspace import Workspace

MOST = 2.0  # seconds of the processor that an answer of the small community may take while a page waits for it
ALSO = [
    "/people?forecast=slip&chance_from=0.1", "/api/people?forecast=slip&chance_from=0.1", "/news?topic=scenario",
    "/people.csv?forecast=slip&chance_from=0.1", "/news?topic=activities",
    "/study/scenario/people?row.indicator=answered",
]  # fmt: skip


class Watched:
    """What was put into a queue, and which answers were worked out in how many seconds of the processor."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.put: list[str] = []
        self.worked: dict[str, float] = {}
        self.late: set[str] = set()
        put, ask = queue.put, Study.ask

        def noted(database: object, order: queue.Order, *args: object, **more: object) -> object:
            self.put.append(order.title)
            return put(database, order, *args, **more)

        def timed(study: Study, *args: object, **more: object) -> object:
            before = time.thread_time()
            try:
                return ask(study, *args, **more)
            finally:
                self.worked[study.name] = max(self.worked.get(study.name, 0), time.thread_time() - before)
                self.late |= {study.name} if study.late else set()

        monkeypatch.setattr(queue, "put", noted)
        monkeypatch.setattr(Study, "ask", timed)


def somebody(browser: Browser) -> str:
    workspace: Workspace = browser.app.state.workspace
    return workspace.people(sort="interactions", descending=True).rows[0]["person_id"]


@pytest.fixture
def unasked(simulated: Browser) -> Iterator[Browser]:
    """A browser on a server that has no answer yet to what takes long."""
    answers = simulated.app.state.workspace.answers
    with answers.cache.lock:
        for key in [key for key in answers.cache.kept if takes_long(key[0])]:
            answers.cache.bytes -= answers.cache.size(answers.cache.kept.pop(key))
    yield simulated


def takes_long(name: str) -> bool:
    return catalogue.find(name).late


def test_no_get_begins_work_or_takes_long(unasked: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    person, watched, wrong = somebody(unasked), Watched(monkeypatch), []
    every = [*map(with_options, paths("page", "part", "json", "file")), *ALSO]
    assert len(every) > 250
    for path in every:
        answer = unasked.ask("GET", of_person(path, person))
        wrong += [(path, answer.status_code)] if answer.status_code >= 500 and answer.status_code != 501 else []
    assert wrong == []
    assert watched.put == []
    assert watched.late == set()
    assert {name: seconds for name, seconds in watched.worked.items() if seconds > MOST} == {}
