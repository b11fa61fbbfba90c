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

MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def answer(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


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
    return FileResponse(path, media_type=MEDIA[ending], filename=f"{safe}.{ending}", background=gone)
