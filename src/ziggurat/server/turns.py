"""How is what comes after a page kept from holding up the next one? One at a time, and only while somebody waits.

The slow parts of a page are asked for all at once when it is there. Whoever goes on before they have come would
otherwise wait for them: they keep every core busy, for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

LEFT = 499  # nobody reads it
TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()  # a lock is of one loop


def in_turn(answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that waits until no other of its kind is worked on; not at all once the browser has left."""

    @wraps(answer)
    async def waiting(request: Request) -> Response:
        leaving = asyncio.create_task(left(request))
        try:
            async with TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
                return Response(status_code=LEFT) if leaving.done() else await run_in_threadpool(answer, request)
        finally:
            leaving.cancel()

    return waiting


async def left(request: Request) -> None:
    """Return once the browser has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
