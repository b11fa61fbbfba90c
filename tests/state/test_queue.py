"""Work waits its turn in the state, whoever asks and whoever does it: bounded, fair, begun by one, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ziggurat.base.errors import BusyError, QuestionError
from ziggurat.state import State, queue
from ziggurat.state.queue import Lane, Order

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LANE = Lane("answers", most=5, of_one=3)
OTHER = Lane("changes", most=5, of_one=5)


def put(state, visitor="ana", key="", lane=LANE, **more):
    return queue.put(state.database, Order("refresh", "Title", {"a": [1]}, key, visitor, "web"), lane, at=NOW, **more)


def claim(state, lane=LANE, holder="here"):
    return queue.claim(state.database, lane, holder)


def test_it_is_kept_as_it_was_asked_for_and_done_once(state, tmp_path, url) -> None:
    asked = put(state)
    assert (asked.state, asked.asked_by, asked.asked_at, asked.options) == ("queued", "web", NOW, {"a": [1]})
    other = State(tmp_path, url)
    assert claim(other, OTHER) is None
    begun = claim(other)
    assert (begun.id, begun.state, begun.holder, begun.tries) == (asked.id, "running", "here", 1)
    assert claim(state) is None
    assert queue.note(state.database, begun, label="Half", share=0.5)
    assert (queue.find(state.database, asked.id).label, queue.find(state.database, asked.id).beats) == ("Half", 1)
    assert queue.note(state.database, begun, state="done", outcome={"new": 3})
    assert queue.find(other.database, asked.id).outcome == {"new": 3}
    assert not queue.note(state.database, begun, share=1.0)  # it is over


def test_of_many_who_would_do_it_one_does(state, tmp_path, url) -> None:
    for visitor in ("ana", "bob", "cy"):
        put(state, visitor)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: claim(State(tmp_path, url), holder=str(number)), range(8)))
    assert sorted(one.id for one in found if one) == [1, 2, 3]


def test_who_asks_for_much_waits_for_themselves_alone(state) -> None:
    for visitor in ("ana", "ana", "ana", "bob", "bob"):
        put(state, visitor)
    begun = []
    while (one := claim(state)) is not None:
        begun.append(one.visitor)
        queue.note(state.database, one, state="done")
    assert begun == ["ana", "bob", "ana", "bob", "ana"]


def test_no_more_than_some_waits_and_none_is_one_visitor_s_alone(state) -> None:
    for number in range(3):
        put(state, key=f"k{number}")
    with pytest.raises(BusyError, match="3 pieces of work wait already, 3 of them yours"):
        put(state)
    assert put(state, key="k1").key == "k1"  # what waits already is no more work
    assert put(state, "bob", key="k2").visitor == "ana"
    put(state, "bob")
    put(state, "cy")
    with pytest.raises(BusyError, match="5 pieces of work wait already, 0 of them yours"):
        put(state, "dora")
    assert put(state, lane=OTHER).lane == "changes"
    assert put(state, "dora", holder="here").state == "running"  # it does not wait


def test_what_was_lost_waits_again_unless_it_has_moved_or_may_not(state) -> None:
    put(state)
    begun = claim(state, holder="gone")
    queue.note(state.database, begun)
    assert not queue.give_back(state.database, begun, again=True, at=NOW)  # it has moved since it was seen
    for tries in (1, 2):
        seen = queue.find(state.database, begun.id)
        assert queue.give_back(state.database, seen, again=True, at=NOW)
        assert not queue.note(state.database, seen, state="done")  # by who was taken for gone
        assert claim(state, holder="next").tries == tries + 1
    assert queue.give_back(state.database, queue.find(state.database, begun.id), again=True, at=NOW)
    assert queue.find(state.database, begun.id).state == "failed"  # it ended its process three times
    put(state)
    assert queue.give_back(state.database, claim(state, holder="gone"), again=False, at=NOW)
    found = queue.find(state.database, begun.id + 1)
    assert found.state == "failed" and "ended before it was done (gone)" in found.error


def test_work_is_cancelled_once_and_its_holder_finds_it_so(state) -> None:
    put(state)
    begun = claim(state)
    assert queue.cancel(state.database, begun.id, at=NOW, by="bea").ended_by == "bea"
    assert not queue.note(state.database, begun)
    with pytest.raises(QuestionError, match="is over already"):
        queue.cancel(state.database, begun.id, at=NOW, by="bea")
    with pytest.raises(QuestionError, match="no work of number 99"):
        queue.cancel(state.database, 99, at=NOW, by="bea")


def test_old_work_goes_and_what_waits_stays(state, monkeypatch) -> None:
    monkeypatch.setattr(queue, "KEPT", 2)
    waits = put(state, lane=OTHER)
    for _ in range(5):
        put(state)
        queue.note(state.database, claim(state), state="done")
    assert [one.id for one in queue.listed(state.database, most=99)] == [6, 5, 4, waits.id]
