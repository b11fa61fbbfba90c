"""Work is done behind pages and by commands alike; a process that is killed loses none of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from tests.formats.make import VISITS
from tests.server.conftest import finish
from tests.written import interactions, open_new, take
from ziggurat.base.errors import WorkspaceError
from ziggurat.cli import main
from ziggurat.server.run import next_free
from ziggurat.state import queue
from ziggurat.state.queue import Order
from ziggurat.work import tasks, worker
from ziggurat.work.tasks import Task
from ziggurat.work.worker import Worker, by_hand

ROWS = """
    interaction_id  at     actor      kind     channel
    1               01-05  user:ana   visited  web
"""


@pytest.fixture
def space(tmp_path):
    return open_new(tmp_path / "space")


@pytest.fixture
def works(space, monkeypatch):
    """A worker whose first piece of work is under way until it is let go."""
    one, begun, go = Worker(space, tasks.ANSWERS), threading.Event(), threading.Event()
    order = []

    def hold(workspace, turn):
        turn("Holding", 0.4)
        begun.set()
        while not go.wait(0.01):
            turn("Holding", 0.4)
        return {"held": True}

    def mark(workspace, turn):
        order.append(turn.piece.options["mark"])
        return {}

    monkeypatch.setitem(tasks.TASKS, "hold", Task(hold, tasks.ANSWERS))
    monkeypatch.setitem(tasks.TASKS, "mark", Task(mark, tasks.ANSWERS))
    one.first = one.put(Order("hold", "first"))
    assert begun.wait(20)
    one.go, one.order = go, order
    yield one
    go.set()
    one.close()


def test_how_far_it_is_and_what_came_of_it_stay(works, space) -> None:
    seen = queue.find(space.state.database, works.first.id)
    assert (seen.state, seen.label, seen.share) == ("running", "Holding", 0.4)
    works.go.set()
    assert works.wait(works.first.id, 20)
    assert queue.find(space.state.database, works.first.id).outcome == {"held": True}


def test_what_nobody_looks_at_is_let_go(works, monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])
    for key in ("left", "kept"):
        works.put(Order("mark", key, {"mark": key}, key=key))
    works.give_up_lost()
    now[0] = worker.ABANDONED - 1
    assert works.latest("kept").state == "queued"
    works.give_up_lost()
    now[0] = worker.ABANDONED + 1
    works.give_up_lost()
    monkeypatch.undo()
    works.go.set()
    finish(works)
    assert "Nobody waited" in works.latest("left").error
    assert works.latest("kept").looks == 1


def test_an_answer_under_way_is_let_go_once_nobody_looks_at_it(space, monkeypatch) -> None:
    monkeypatch.setattr(worker, "ABANDONED", 3.0)
    monkeypatch.setattr(worker, "LOOK", 0.2)
    monkeypatch.setattr("ziggurat.work.turn.BEAT", 0.5)  # more often, and on a busy disk nobody else gets to write
    go = threading.Event()

    def hold(workspace, turn):
        while not go.wait(0.01):
            turn("Holding", 0.4)
        return {"held": True}

    monkeypatch.setitem(tasks.TASKS, "answer", Task(hold, tasks.ANSWERS, kept=False))
    monkeypatch.setitem(tasks.TASKS, "kept", Task(hold, tasks.ANSWERS))
    one = Worker(space, tasks.ANSWERS)
    seen = one.put(Order("answer", "looked at", key="looked at"))
    waits = one.put(Order("answer", "waits behind it", key="waits"))
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        assert one.latest("looked at").state in ("queued", "running")
        time.sleep(0.05)
    assert "Nobody waited" in queue.find(space.state.database, waits.id).error  # though the other is still under way
    assert one.wait(seen.id, 20)
    assert (one.latest("looked at").state, one.latest("looked at").ended_by) == ("cancelled", "")
    kept = one.put(Order("kept", "stays, as a report does"))
    assert not one.wait(kept.id, 5.0)
    go.set()
    assert one.wait(kept.id, 20)
    assert queue.find(space.state.database, kept.id).outcome == {"held": True}
    one.close()


def test_work_under_way_is_cancelled_at_its_next_step(works, space) -> None:
    queue.cancel(space.state.database, works.first.id, at=datetime.now(UTC), by="bea")
    works.turn.beat()
    after = works.put(Order("refresh", "after"))  # the thread is free again
    assert works.wait(after.id, 20)
    assert queue.find(space.state.database, works.first.id).state == "cancelled"


def test_a_worker_that_is_closed_gives_its_answers_back(works, space) -> None:
    works.put(Order("mark", "second", {"mark": "second"}))
    works.close()
    found = queue.listed(space.state.database)
    assert [(one.title, one.state) for one in found] == [("second", "queued"), ("first", "queued")]


def test_by_hand_it_is_noted_with_what_went_wrong(space, monkeypatch) -> None:
    take(space, interactions=interactions(ROWS))
    assert by_hand(space, Order("refresh", "By hand", by="ana"))["people"] == 1
    with pytest.raises(WorkspaceError, match="no import's number"):
        by_hand(space, Order("undo", "Undo", {"import_id": "x"}))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setitem(tasks.TASKS, "tidy", Task(interrupted))
        by_hand(space, Order("tidy", "Tidy"))
    ended = [(one.title, one.state, one.error) for one in queue.listed(space.state.database)]
    assert [each[:2] for each in ended] == [("Tidy", "cancelled"), ("Undo", "failed"), ("By hand", "done")]
    assert "no import's number" in ended[1][2]


def interrupted(workspace, turn):
    raise KeyboardInterrupt


def test_the_command_lists_cancels_and_does_what_waits(space, capsys) -> None:
    place = ["-C", str(space.folder), "jobs"]
    take(space, interactions=interactions(ROWS))
    for title in ("one", "two"):
        queue.put(space.state.database, Order("refresh", title), tasks.CHANGES, at=datetime.now(UTC))
    said = command(capsys, *place)
    assert "one" in said and "queued" in said
    assert "Cancelled: one." in command(capsys, *place, "--cancel", "1")
    said = command(capsys, *place, "--work")
    assert "1 piece of work is over" in said and "two" in said and "done" in said
    assert space.derived.counts()["people"] == 1
    assert "No work waits" in command(capsys, *place)
    assert "cancelled" in command(capsys, *place, "--all")


def command(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code
    return capsys.readouterr().out


SERVE = """
import sys, threading, time
from pathlib import Path
from ziggurat.server import run
from ziggurat.work import tasks, turn, worker
from ziggurat.workspace import Workspace
folder, port, hang = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "hang"
worker.LEASE, worker.POLL, turn.BEAT = 1.0, 0.05, 0.1
refresh = Workspace.refresh
def slow(self, progress=None):
    if self.imports() and hang:
        Path(folder, "hangs").touch()
        time.sleep(600)
    return refresh(self, progress)
Workspace.refresh = slow
run.serve(folder, port=port)
"""


def test_a_server_that_is_killed_loses_no_work(space) -> None:
    """Killed once the rows are in and before the figures are: the next goes on from there, and does what waited."""
    upload = space.folder / "uploads" / ("0" * 32)
    upload.mkdir(parents=True)
    (upload / "upload.csv").write_text("when,who,note\n2025-10-05,email:ana@example.org,hello\n", "utf-8")
    (upload / "about.json").write_text("{}", "utf-8")
    options = {
        "path": str(upload / "upload.csv"), "file": "visits.csv", "source": "visits", "refresh": True, "upload": True,
        "mapping": msgspec.to_builtins(VISITS),
    }  # fmt: skip
    database, now = space.state.database, datetime.now(UTC)
    first = queue.put(database, Order("import", "Importing visits", options), tasks.CHANGES, at=now)
    second = queue.put(database, Order("refresh", "And again"), tasks.CHANGES, at=now)
    port = next_free("127.0.0.1", 18_321)
    with served(space.folder, port, "hang") as server:
        wait((space.folder / "hangs").exists)
        server.send_signal(signal.SIGKILL)
        server.wait(20)
    assert [queue.find(database, one.id).state for one in (first, second)] == ["running", "queued"]
    with served(space.folder, port, "go"):
        wait(lambda: all(queue.find(database, one.id).done for one in (first, second)))
        found = queue.find(database, first.id)
        assert (found.state, found.tries, found.outcome["new"]) == ("done", 2, 1)
        assert queue.find(database, second.id).state == "done"
        page = httpx.get(f"http://127.0.0.1:{port}/data/jobs/{first.id}").text
        assert "Done." in page and "New rows" in page
    assert len(space.imports()) == 1 and not upload.exists()


class served:
    """A server of a folder, in a process of its own, that listens."""

    def __init__(self, folder, port, how):
        self.arguments = [sys.executable, "-c", SERVE, str(folder), str(port), how]
        self.port = port

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments)
        wait(self.listens)
        return self.process

    def listens(self):
        assert self.process.poll() is None
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health").status_code == 200
        except httpx.TransportError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def wait(until, seconds=60):
    latest = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < latest
        time.sleep(0.05)
