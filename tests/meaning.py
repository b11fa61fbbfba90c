"""What kinds mean, for naive twins: read from the declarations alone, not from the product."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "src" / "ziggurat" / "defaults" / "kinds.toml"
DECLARED: dict[str, dict[str, Any]] = {
    kind: meaning
    for group in tomllib.loads(FILE.read_text("utf-8")).values()
    for kind, meaning in group["kinds"].items()
}


def having(*words: str) -> set[str]:
    """Kinds that have one of some meanings."""
    default = {"sent": True, "reacts": True}
    return {kind for kind, one in DECLARED.items() if any(one.get(word, default.get(word)) for word in words)}
