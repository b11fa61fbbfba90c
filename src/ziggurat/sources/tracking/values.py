"""What does a value of JSON say, whatever stands there?"""

from __future__ import annotations

from typing import Any

import msgspec


def table(value: Any) -> dict[str, Any]:
    """Return an object of JSON; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """Return a value of JSON as text: yes and no, numbers as they are, lists of plain values parted by commas."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value):
        return ", ".join(str(one) for one in value)
    return msgspec.json.encode(value).decode()
