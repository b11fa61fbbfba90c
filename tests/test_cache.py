"""One result is shared by all who ask for the same at once, and what is kept stays within its bounds."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ziggurat.base.cache import Cache

MANY = 16


def cache(most=100, most_bytes=1_000):
    return Cache(len, most=most, most_bytes=most_bytes)


def made(text, done):
    def work():
        done.append(text)
        return text

    return work


def at_once(ask, monkeypatch):
    """Ask as many times, the first of them held until all others wait for it."""
    kept, done, held, waiting = cache(), [], threading.Event(), threading.Semaphore(0)

    class Awaited(Future):
        def result(self, timeout=None):
            waiting.release()
            return super().result(timeout)

    monkeypatch.setattr("ziggurat.base.cache.Future", Awaited)

    def work():
        done.append(1)
        assert held.wait(20)
        return ask()

    with ThreadPoolExecutor(MANY) as pool:
        asked = [pool.submit(kept.get, "key", work) for _ in range(MANY)]
        for _ in range(MANY - 1):
            assert waiting.acquire(timeout=20)
        held.set()
        return kept, done, asked


def test_many_who_ask_the_same_at_once_cost_one(monkeypatch):
    kept, done, asked = at_once(lambda: "found", monkeypatch)
    assert len(done) == 1
    assert [future.result()[0] for future in asked] == ["found"] * MANY
    assert sum(not future.result()[1] for future in asked) == 1
    assert kept.pending == {}


def test_what_goes_wrong_is_told_to_all_of_them_and_kept_for_nobody(monkeypatch):
    def fail():
        raise ValueError("no")

    kept, done, asked = at_once(fail, monkeypatch)
    for future in asked:
        with pytest.raises(ValueError, match="no"):
            future.result()
    assert (len(done), dict(kept.kept), kept.pending) == (1, {}, {})
    assert kept.get("key", lambda: "found") == ("found", False)


def test_who_asks_for_something_else_does_not_wait():
    kept, held, begun = cache(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert held.wait(20)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(kept.get, "slow", slow)
        assert begun.wait(20)
        assert kept.get("quick", lambda: "quick") == ("quick", False)
        held.set()
        assert asked.result() == ("slow", False)


@pytest.mark.parametrize(("bounds", "kept"), [({"most": 2}, ["a", "c"]), ({"most_bytes": 7}, ["a", "c"])])
def test_what_was_not_used_for_the_longest_time_goes_first(bounds, kept):
    small, done = cache(**bounds), []
    for text in ("aaa", "bbb", "aaa", "ccc"):
        small.get(text[0], made(text, done))
    assert done == ["aaa", "bbb", "ccc"]
    assert list(small.kept) == kept
    assert small.bytes == 6
    small.clear()
    assert (small.bytes, len(small.kept)) == (0, 0)


def test_one_that_is_larger_than_all_may_be_is_kept_alone():
    small, done = cache(most_bytes=5), []
    small.get("a", made("aaa", done))
    small.get("b", made("b" * 9, done))
    small.get("b", made("b" * 9, done))
    assert (list(small.kept), done) == (["b"], ["aaa", "b" * 9])
