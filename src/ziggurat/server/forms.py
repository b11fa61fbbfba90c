"""What did a form of many fields send? It is read as it comes, and answered on a thread."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

Sent = dict[str, list[str]]  # the name of each input → what was sent under it
CHANGED = "The file was changed by somebody else meanwhile. Look at what it says now, and save again."
MOST_FIELDS = 20_000  # of one form: a file may have 2,000 columns, and each takes a few


def with_form(answer: Callable[[Request, Sent], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Let a function answer a request with the form that was sent."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            given = sent(form)
        return await run_in_threadpool(answer, request, given)

    return answered


def sent(form: FormData) -> Sent:
    """Return what a form sent, by the names of its inputs; files are left out."""
    found: Sent = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


def mark(text: str | bytes) -> str:
    """Return a short text that changes with what a form was made from: the form sends it back, so that what somebody
    else wrote meanwhile is not overwritten."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]


def only(given: Sent, name: str) -> str:
    """Return what was sent under a name, the first of several; nothing where nothing was."""
    return (given.get(name) or [""])[0]
