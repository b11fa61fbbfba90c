"""What people decide stays, in their own words, until they take it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ziggurat.errors import WorkspaceError
from ziggurat.state import State

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def state(tmp_path) -> State:
    return State(tmp_path)


def test_the_latest_word_about_two_counts_whatever_their_order(state) -> None:
    state.decide("user:b", "user:a", same=True, why="said so", at=NOON)
    state.decide("user:a", "user:c", same=True, why="", at=NOON)
    state.decide("user:a", "user:b", same=False, why="no: brothers", at=NOON + timedelta(days=1))
    found = [(one["a"], one["b"], one["same"], one["why"], one["at"]) for one in state.decisions()]
    assert found == [
        ("user:a", "user:c", True, "", NOON),
        ("user:a", "user:b", False, "no: brothers", NOON + timedelta(days=1)),
    ]


def test_a_decision_can_be_taken_back_once(state) -> None:
    state.decide("user:a", "user:b", same=True, why="", at=NOON)
    state.undecide("user:b", "user:a")
    assert state.decisions() == []
    with pytest.raises(WorkspaceError, match="nothing was decided of 'user:b' and 'user:a'"):
        state.undecide("user:b", "user:a")


def test_times_are_kept_in_utc(state) -> None:
    east = datetime(2026, 1, 5, 14, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    state.decide("user:a", "user:b", same=True, why="", at=east)
    [decision] = state.decisions()
    assert decision["at"] == east
    assert decision["at"].utcoffset() == timedelta(0)


def test_raises_are_kept_and_taken_back_by_number(state) -> None:
    for level in (1, 2):
        state.lift("user:a", "own", level, since=NOON, until=NOON + timedelta(days=level), why="chairs it")
    first, second = state.raises()
    assert (first["identity"], first["ladder"], first["level"], first["why"]) == ("user:a", "own", 1, "chairs it")
    assert (second["since"], second["until"]) == (NOON, NOON + timedelta(days=2))
    state.lower(first["id"])
    assert state.raises() == [second]
    with pytest.raises(WorkspaceError, match=r"there is no raise 1; `ziggurat raise --list` lists them\."):
        state.lower(first["id"])


@pytest.mark.parametrize("days", [0, -3])
def test_a_raise_ends_after_it_begins(state, days) -> None:
    with pytest.raises(WorkspaceError, match="a raise must end after it begins; it would begin 2026-01-05 and end"):
        state.lift("user:a", "own", 1, since=NOON, until=NOON + timedelta(days=days), why="")
    assert state.raises() == []


def test_words_are_only_words(state) -> None:
    hostile = "'); DROP TABLE decisions; --\u202e"
    state.decide(hostile, "user:b", same=True, why=hostile, at=NOON)
    assert state.decisions()[0]["why"] == hostile
    state.undecide("user:b", hostile)


def test_another_who_opens_it_sees_the_same(state, tmp_path) -> None:
    state.decide("user:a", "user:b", same=True, why="", at=NOON)
    assert State(tmp_path).decisions() == state.decisions()


def test_many_decide_at_once(state, tmp_path) -> None:
    def decide(number: int) -> None:
        State(tmp_path).decide("user:a", f"user:{number}", same=True, why="", at=NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(40)))
    assert {one["b"] for one in state.decisions()} | {one["a"] for one in state.decisions()} == {
        "user:a",
        *(f"user:{number}" for number in range(40)),
    }
