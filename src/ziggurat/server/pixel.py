"""What is put into a mail or a page, so that it says what happens there? An image of one point, and a short script."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

PROTOCOL = "pixel"
SCRIPT = Path(__file__).parent / "static" / "snippet.js"
IMAGE = bytes.fromhex(  # GIF89a, one transparent point
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
FIELDS = {"u": "userId", "a": "anonymousId"}
EVENT = "Email Opened"
LONGEST = 4_000  # letters of an address


def opened(query: str) -> bytes:
    """Return, as a call of Segment's, that a mail was opened. query: u or a, whom it was sent to; e, their address;
    c, the campaign; s, the subject; m, an id of this very mail."""
    given = parse_qs(query, max_num_fields=50) if len(query) < LONGEST else {}
    said = {name: values[0] for name, values in given.items()}
    properties = {"campaign_name": said.get("c"), "email_subject": said.get("s"), "email_id": said.get("m")}
    call: dict[str, object] = {to: said[name] for name, to in FIELDS.items() if name in said}
    if "e" in said:
        call = {"userId": said["e"], **call, "traits": {"email": said["e"]}}
    told = {name: value for name, value in properties.items() if value}
    return msgspec.json.encode({**call, "type": "track", "event": EVENT, "properties": told})


@lru_cache(maxsize=1)
def snippet() -> bytes:
    """Return the script."""
    return SCRIPT.read_bytes()
