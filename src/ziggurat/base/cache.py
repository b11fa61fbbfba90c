"""What has been worked out is kept within bounds, and worked out once for all who ask the same at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Cache(Generic[Found]):
    """Results by key, the latest used kept. Any number of threads may ask.

    size: of a result, in bytes. most: results kept. most_bytes: kept in all; one result alone may be larger.
    """

    def __init__(self, size: Callable[[Found], int], *, most: int, most_bytes: int) -> None:
        self.size, self.most, self.most_bytes = size, most, most_bytes
        self.kept: OrderedDict[Hashable, Found] = OrderedDict()
        self.pending: dict[Hashable, Future[Found]] = {}
        self.bytes = 0
        self.lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], Found]) -> tuple[Found, bool]:
        """Return the result of a key, and whether it was there before.

        Where nobody has it yet, `work` makes it; who asks meanwhile waits for that, and shares what it raises, which
        is not kept. `work` must not ask for its own key.
        """
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key], True
            future = self.pending.get(key)
            first = future is None
            if future is None:
                future = self.pending[key] = Future()
        if not first:
            return future.result(), True
        try:
            found = work()
        except BaseException as error:
            with self.lock:
                del self.pending[key]
            future.set_exception(error)
            raise
        with self.lock:
            self.keep(key, found)
            del self.pending[key]
        future.set_result(found)
        return found, False

    def peek(self, key: Hashable) -> Found | None:
        """Return the result of a key where it is there already; works nothing out."""
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
            return self.kept.get(key)

    def keep(self, key: Hashable, found: Found) -> None:
        """Keep a result, and let go of those that were not used for the longest time. The caller holds the lock."""
        self.kept[key] = found
        self.bytes += self.size(found)
        while len(self.kept) > self.most or (self.bytes > self.most_bytes and len(self.kept) > 1):
            _, old = self.kept.popitem(last=False)
            self.bytes -= self.size(old)

    def clear(self) -> None:
        """Let go of everything."""
        with self.lock:
            self.kept.clear()
            self.bytes = 0
