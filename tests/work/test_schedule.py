"""A source is read again when it is due: later after failures, and not before a pause that was asked for is over."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.server.conftest import finish
from tests.sources.test_secret import SHOP
from ziggurat.base.errors import LaterError
from ziggurat.settings import config
from ziggurat.sources.systems import files
from ziggurat.state import queue
from ziggurat.state.queue import Order
from ziggurat.work import schedule, tasks
from ziggurat.work.schedule import BROKEN_OFF, Schedule, pull_state
from ziggurat.work.turn import HOLDER, StoppedError, has_ended
from ziggurat.work.worker import Worker, by_hand
from ziggurat.workspace import Workspace

END = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ended(state, number=1, **outcome):
    return queue.piece({
        "id": number, **queue.fresh(Order("pull", "x", {"source": "list"}), tasks.PULLS, at=END),
        "state": state, "ended_at": END.replace(tzinfo=None), "outcome": outcome,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("states", "minutes"),
    [
        (["done"], 60), (["failed", "done"], 120), (["failed", "failed", "done", "failed"], 240),
        (["failed"] * 20, 1_440), (["cancelled", "failed"], 60),
    ],
)  # fmt: skip
def test_each_failure_doubles_the_wait_for_a_day_at_most(states, minutes) -> None:
    found = pull_state("list", [ended(state) for state in states], 60).next_at - END
    assert timedelta(minutes=minutes) <= found <= timedelta(minutes=1.1 * minutes)


def test_who_reads_seldom_waits_no_less_after_failures_and_who_never_does_is_never_due() -> None:
    assert pull_state("list", [ended("failed")], 10_000).next_at >= END + timedelta(minutes=10_000)
    assert pull_state("list", [], 0).next_at is None
    assert pull_state("list", [], 60).due
    assert pull_state("list", [ended("running")], 60).next_at is None


def test_a_pause_that_was_asked_for_is_kept_and_times_are_spread() -> None:
    assert pull_state("list", [ended("done", wait_seconds=86_400.0)], 60).next_at == END + timedelta(days=1)
    times = {pull_state("list", [ended("done", number)], 60).next_at for number in range(50)}
    assert len(times) > 40


@pytest.fixture
def space(tmp_path):
    made = Workspace.create(tmp_path / "space")
    (tmp_path / "space" / "in").mkdir()
    (tmp_path / "space" / "in" / "1.csv").write_text("when,who\n2026-01-05,ana@x.org\n", "utf-8")
    made.add_source("shop", SHOP)
    return made


def test_what_is_due_is_read_into_the_figures_and_not_again_before_it_is_due(space) -> None:
    one = Schedule(space)
    for _ in range(2):
        one.look()
        finish(one.worker)
    one.worker.close()
    [row] = schedule.listed(space)
    assert (row["state"], row["changed"], row["by"], row["type"]) == ("fine", 1, "schedule", "files")
    assert row["next"] - row["last"] >= timedelta(hours=1)
    assert len(schedule.pieces(space, "shop")) == 1
    assert space.people().total == 1
    assert schedule.scheduled(config.load(space.folder)) == ["shop"]
    with (space.folder / config.FILE).open("a") as file:
        file.write("[pulls]\nminutes = 0\n")
    assert schedule.scheduled(config.load(space.folder)) == []


def test_what_came_before_a_pause_is_kept_and_the_pause_is_said(space, monkeypatch) -> None:
    read = files.read

    def tired(mapping, pull):
        yield from read(mapping, pull)
        raise LaterError("It was asked too often.", 7_200.0)

    monkeypatch.setattr("ziggurat.sources.systems.files.SOURCE", files.SOURCE.__class__(
        files.SOURCE.settings, files.SOURCE.key, tired, files.SOURCE.pulls
    ))  # fmt: skip
    done = by_hand(space, Order("pull", "x", {"source": "shop", "again": False}))
    assert ([one["new"] for one in done["imports"]], done["later"]) == ([1], "It was asked too often.")
    [row] = schedule.listed(space)
    assert (row["state"], row["error"]) == ("paused", "It was asked too often.")
    assert row["next"] == row["last"] + timedelta(hours=2)


def ask(space) -> Worker:
    worker = Worker(space, tasks.PULLS)
    queue.put(worker.database, Order("pull", "x", {"source": "shop", "again": False}), tasks.PULLS, at=END)
    return worker


def stand(space) -> tuple[str, str]:
    [row] = schedule.listed(space)
    return row["state"], row["error"]


@pytest.mark.parametrize(("raised", "state"), [(StoppedError, queue.QUEUED), (KeyboardInterrupt, queue.CANCELLED)])
def test_what_was_interrupted_is_told_so_and_not_what_only_waits_until_it_is_read(space, monkeypatch, raised, state):
    def stop(*_: object, **__: object) -> None:
        raise raised("stopped")

    worker = ask(space)
    assert stand(space) == ("queued", "")
    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "pull", stop)
        piece = queue.claim(worker.database, tasks.PULLS, HOLDER)
        if raised is KeyboardInterrupt:
            with pytest.raises(KeyboardInterrupt):
                worker.do(piece)
        else:
            worker.do(piece)
    assert queue.find(worker.database, piece.id).state == state
    assert stand(space) == ("interrupted", BROKEN_OFF)
    by_hand(space, Order("pull", "x", {"source": "shop", "again": False}))
    assert stand(space) == ("fine", "")


def test_what_a_process_held_that_is_no_more_is_told_as_interrupted_and_what_one_holds_is_not(space) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    worker = ask(space)
    piece = queue.claim(worker.database, tasks.PULLS, HOLDER)
    assert stand(space) == ("running", "")
    assert queue.give_back(worker.database, piece, again=True, at=END)
    queue.claim(worker.database, tasks.PULLS, f"{socket.gethostname()}:{gone.pid}:0")
    assert stand(space) == ("interrupted", BROKEN_OFF)
    assert not has_ended(f"elsewhere:{gone.pid}:0")
