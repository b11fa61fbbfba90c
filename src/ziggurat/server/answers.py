"""How is an answer sent that is no page: JSON, or a file to keep?"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

PATHSEND = "http.response.pathsend"
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


def answer(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


class Sent(FileResponse):
    """A file that is gone once it is sent: read here, for a server that is only told its path may open it too late."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        extensions = {name: value for name, value in scope.get("extensions", {}).items() if name != PATHSEND}
        await super().__call__({**scope, "extensions": extensions}, receive, send)


def download(name: str, write: Callable[[Path], object]) -> Response:
    """Answer with a file that `write` makes: sent as a download, removed once sent. `name` has its ending."""
    stem, _, ending = name.rpartition(".")
    with tempfile.NamedTemporaryFile(suffix=f".{ending}", prefix="ziggurat-", delete=False) as made:
        path = Path(made.name)
    try:
        write(path)
    except BaseException:
        path.unlink()
        raise
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem) or "answer"
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return Sent(path, media_type=MEDIA[ending], filename=f"{safe}.{ending}", background=gone)
