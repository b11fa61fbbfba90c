"""What does a page declare: its addresses, what each of them gives, and its place in the menu?

Every module of `server/pages` declares one `PAGE`, and is on the server by that alone. The tests of accessibility, of
the keyboard, of print and of "nothing later" read whatever is declared here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache, wraps
from inspect import iscoroutinefunction
from typing import Literal, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ziggurat.asking.asking import LOOKING
from ziggurat.base.errors import UnaskedError
from ziggurat.server import fits, pages
from ziggurat.server.query import check
from ziggurat.server.turns import fairly

Answer = Callable[[Request], Response | Awaitable[Response]]
Awaiting = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Address:
    """One address of a page.

    gives: a whole page; a part that is put into a page once that is there; a file; JSON; or a change of something.
    as_of: whether all that it says is as of the instant that is asked for, so that nothing later changes it. What is
    not says what is stored now, such as the list of imports.
    """

    path: str
    answer: Answer
    gives: Literal["page", "part", "file", "json", "change"] = "page"
    as_of: bool = True

    @property
    def route(self) -> Route:
        """Return it as the server takes it."""
        if self.gives == "change":
            return Route(self.path, checked(self.answer), methods=["POST"])
        waits = iscoroutinefunction(self.answer)
        answer = self.answer if waits else fairly(cast("Callable[[Request], Response]", self.answer))
        return Route(self.path, checked(looking(cast("Awaiting", answer))))


def looking(answer: Awaiting) -> Awaiting:
    """Answer one who only looks: no answer that takes long is worked out for them; see `fits.unasked`."""

    @wraps(answer)
    async def found(request: Request) -> Response:
        token = LOOKING.set(True)
        try:
            return await answer(request)
        except UnaskedError as error:
            return await run_in_threadpool(fits.unasked, request, error)
        finally:
            LOOKING.reset(token)

    return found


def checked(answer: Answer) -> Answer:
    """Answer once the address was found fit to be read; see `query.check`."""
    if iscoroutinefunction(answer):

        async def later(request: Request) -> Response:
            check(request)
            found: Response = await answer(request)
            return found

        return later

    def at_once(request: Request) -> Response | Awaitable[Response]:
        check(request)
        return answer(request)

    return at_once


@dataclass(frozen=True)
class Page:
    """The addresses of a page, the first of which the menu leads to under the name `menu`, where it has one.

    order: its place in the menu, from the left.
    """

    addresses: tuple[Address, ...]
    menu: str = ""
    order: int = 0


@cache
def declared() -> tuple[Page, ...]:
    """Return the pages of the server in the order of the menu."""
    names = [module.name for module in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}.")]
    return tuple(sorted((importlib.import_module(name).PAGE for name in names), key=lambda page: page.order))


def addresses() -> list[Address]:
    """Return every address of every page."""
    return [address for page in declared() for address in page.addresses]


def menu() -> list[tuple[str, str]]:
    """Return the menu: address and name."""
    return [(page.addresses[0].path, page.menu) for page in declared() if page.menu]
