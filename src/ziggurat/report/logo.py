"""Which picture stands at the head of a report? A file `logo` in the folder of the workspace, if there is one."""

from __future__ import annotations

import base64
from pathlib import Path

from ziggurat.base.errors import WorkspaceError
from ziggurat.report.pages import Logo

STARTS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "svg": b"<"}
TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}
MOST_BYTES = 1_000_000


def read(folder: Path) -> Logo | None:
    """Return the logo in a folder: logo.png, logo.jpg or logo.svg, the first of these that is there.

    Raises: WorkspaceError if it is larger than MOST_BYTES, or is not what its name says.
    """
    for ending, start in STARTS.items():
        path = folder / f"logo.{ending}"
        if not path.is_file():
            continue
        if path.stat().st_size > MOST_BYTES:
            raise WorkspaceError(f"{path.name} has more than {MOST_BYTES:,} bytes; save it smaller, or take it away.")
        picture = path.read_bytes()
        if not picture.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start) or (ending == "svg" and b"<svg" not in picture):
            raise WorkspaceError(f"{path.name} is no {ending.upper()} picture; save it anew, or take it away.")
        return Logo(picture, ending)
    return None


def embedded(logo: Logo) -> str:
    """Return it as an address that holds it whole. A browser runs nothing of a picture that stands in one."""
    return f"data:{TYPES[logo.ending]};base64,{base64.b64encode(logo.picture).decode()}"
