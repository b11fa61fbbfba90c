"""Under which path is a workspace shown? Every address that a page writes begins with it."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

ROOT: ContextVar[str] = ContextVar("root", default="")


class Rooted:
    """Middleware: note where the application that answers is mounted."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        ROOT.set(scope.get("root_path", ""))
        await self.app(scope, receive, send)


def with_root(path: str) -> str:
    """Return a path of the workspace as the browser must ask for it."""
    return ROOT.get() + path


def path_of(request: Request) -> str:
    """Return the path of a request within its workspace."""
    return request.url.path.removeprefix(ROOT.get())
