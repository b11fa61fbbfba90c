"""How is an answer sent that is no page: JSON, or a file to keep?"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from ziggurat.base import durable
from ziggurat.server.uploads import SENT

PATHSEND = "http.response.pathsend"
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def json_response(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


class Sent(FileResponse):
    """A file that is gone once it is sent: read here, for a server that is only told its path may open it too late."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        extensions = {name: value for name, value in scope.get("extensions", {}).items() if name != PATHSEND}
        try:
            await super().__call__({**scope, "extensions": extensions}, receive, send)
        finally:  # whether or not all of it was read
            Path(self.path).unlink(missing_ok=True)


def made(path: Path, name: str) -> Response:
    """Answer with a file that is kept, as a download. `name` has its ending."""
    stem, _, ending = name.rpartition(".")
    return FileResponse(path, media_type=MEDIA[ending], filename=f"{safe(stem)}.{ending}")


def safe(stem: str) -> str:
    """Return the name of a file, without its ending, as any system takes it."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem) or "answer"


def download(folder: Path, name: str, write: Callable[[Path], object]) -> Response:
    """Answer with a file that `write` makes: sent as a download, removed once sent. `name` has its ending.

    folder: of the workspace, in which it is made; where that can't be written, it is made where the system has such.
    """
    stem, _, ending = name.rpartition(".")
    try:
        place: Path | None = durable.folder(folder / SENT)
    except OSError:
        place = None
    with tempfile.NamedTemporaryFile(suffix=f".{ending}", prefix="ziggurat-", dir=place, delete=False) as made:
        path = Path(made.name)
    try:
        write(path)
    except BaseException:
        path.unlink()
        raise
    return Sent(path, media_type=MEDIA[ending], filename=f"{safe(stem)}.{ending}")
