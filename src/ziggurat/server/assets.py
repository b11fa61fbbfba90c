"""Where do style, script and the chart library come from? From ourselves, named so that browsers may keep them."""

from __future__ import annotations

import functools
import gzip
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import vl_convert
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.server.root import with_root

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
VEGA = "vega.js"
EMBED = "window.vegaEmbed = vegaEmbed;"  # what the bundle of the chart library shows to our script


class Asset(NamedTuple):
    """One file as it is sent."""

    body: bytes
    zipped: bytes
    media_type: str
    etag: str


def names() -> list[str]:
    """Return the files that may be asked for: the list is closed, so a path can't lead elsewhere."""
    return [VEGA, *sorted(file.name for file in STATIC.iterdir() if file.suffix in TYPES)]


@functools.cache
def load(name: str) -> Asset:
    """Return one asset. The chart library is bundled from the installed renderer: about a second, once per process."""
    body = vl_convert.javascript_bundle(EMBED).encode() if name == VEGA else (STATIC / name).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 6, mtime=0), TYPES[Path(name).suffix], f'"{digest}"')


def link(name: str) -> str:
    """Return the address of an asset, which changes whenever its content does: browsers may keep it for good."""
    return with_root(f"/static/{name}?v={stamp(name)}")


@functools.cache
def stamp(name: str) -> str:
    """Return what tells one content of an asset from another."""
    # The bundle follows from the renderer's version alone, and making it only to name it would hold up a page.
    return version("vl-convert-python") if name == VEGA else load(name).etag.strip('"')


def static(request: Request) -> Response:
    """Answer with one asset, compressed where the browser takes it."""
    name = request.path_params["name"]
    if name not in names():
        return Response("There is no such file.\n", 404, media_type="text/plain")
    asset = load(name)
    headers = {"etag": asset.etag, "vary": "accept-encoding", "cache-control": "public, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.zipped, media_type=asset.media_type, headers=headers | {"content-encoding": "gzip"})
    return Response(asset.body, media_type=asset.media_type, headers=headers)
