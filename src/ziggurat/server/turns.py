"""Who is answered next? A bounded number at once, fairly between visitors, and only while somebody waits.

Whoever asks for much waits for themselves alone: the next one is of the visitor whose last turn is longest over, and no
visitor has all the places. Who goes on before their turn has come is let go without any work. The slow parts of a page,
which are asked for all at once when it is there, go one at a time, so that they hold up no page.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.base.errors import BusyError
from ziggurat.base.words import numbers

LEFT = 499  # nobody reads it
MOST_WAITING, MOST_OF_ONE = 400, 100  # requests that may wait for their turn, in all and of one visitor
Loop = asyncio.AbstractEventLoop


@dataclass
class Gate:
    """Lets some requests through at once. places: how many; of_one: of one visitor."""

    places: int
    of_one: int
    within: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[str, asyncio.Future[None]]] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)  # visitor → the number of their last turn
    turn: int = 0

    def free(self, visitor: str) -> bool:
        """Say whether a visitor can be let through."""
        return self.within.total() < self.places and self.within[visitor] < self.of_one

    async def enter(self, visitor: str, leaving: asyncio.Task[None]) -> bool:
        """Wait for a turn; return whether it has come before the browser left. Raises: BusyError if too many wait."""
        if self.free(visitor):
            self.begin(visitor)
            return True
        theirs = sum(one == visitor for one, _ in self.waiting)
        if len(self.waiting) >= MOST_WAITING or theirs >= MOST_OF_ONE:
            some = numbers.count(len(self.waiting), "request waits", "requests wait")
            raise BusyError(f"{some} already, {theirs} of them yours. Wait until some are answered, and ask again.")
        mine = (visitor, asyncio.get_running_loop().create_future())
        self.waiting.append(mine)
        try:
            await asyncio.wait({mine[1], leaving}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if mine[1].done():
                self.leave(visitor)
            raise
        finally:
            if not mine[1].done():
                self.waiting.remove(mine)
        return mine[1].done()

    def begin(self, visitor: str) -> None:
        """Let a visitor through."""
        self.within[visitor] += 1
        self.turn += 1
        self.turns.pop(visitor, None)
        self.turns[visitor] = self.turn  # the latest stand last
        if len(self.turns) > 1_000:
            del self.turns[next(iter(self.turns))]

    def leave(self, visitor: str) -> None:
        """Give a place back, and let those through who now can be."""
        self.within[visitor] -= 1
        self.within += Counter()  # forgets those who have no place
        while some := [one for one in self.waiting if self.free(one[0])]:
            chosen = min(some, key=lambda one: self.turns.get(one[0], 0))  # of equals the first that came
            self.waiting.remove(chosen)
            self.begin(chosen[0])
            chosen[1].set_result(None)


PARTS: WeakKeyDictionary[Loop, Gate] = WeakKeyDictionary()  # a gate is of one loop
PAGES: WeakKeyDictionary[Loop, Gate] = WeakKeyDictionary()
Endpoint = Callable[[Request], Awaitable[Response]]


def in_turn(answer: Callable[[Request], Response]) -> Endpoint:
    """Return an endpoint that waits until no other of its kind is worked on; not at all once the browser has left."""
    return gated(answer, PARTS, 1, 1)


def fairly(answer: Callable[[Request], Response]) -> Endpoint:
    """Return an endpoint that is one of a dozen worked on at once, half of them of one visitor at most."""
    return gated(answer, PAGES, 12, 6)


def gated(
    answer: Callable[[Request], Response], gates: WeakKeyDictionary[Loop, Gate], places: int, of_one: int
) -> Endpoint:
    """Return an endpoint behind a gate."""

    @wraps(answer)
    async def waiting(request: Request) -> Response:
        gate = gates.setdefault(asyncio.get_running_loop(), Gate(places, of_one))
        leaving, who = asyncio.create_task(left(request)), visitor(request)
        try:
            if not await gate.enter(who, leaving):
                return Response(status_code=LEFT)
            try:
                return Response(status_code=LEFT) if leaving.done() else await run_in_threadpool(answer, request)
            finally:
                gate.leave(who)
        finally:
            leaving.cancel()

    return waiting


async def left(request: Request) -> None:
    """Return once the browser has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def visitor(request: Request) -> str:
    """Tell visitors apart, as well as can be without a sign-in: by where they are and with which browser."""
    where = request.client.host if request.client else ""
    return digest(where, request.headers.get("x-forwarded-for", "")[:100], request.headers.get("user-agent", "")[:200])


def digest(*parts: object) -> str:
    """Return a short text that is another one wherever a part is."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
