"""How many examples is a property tried on? A third of those it names at every run, and all of them by `make fuzz`."""

from __future__ import annotations

import os

ALL = "ZIGGURAT_EXAMPLES" in os.environ
LEAST = 4


def few(count: int) -> int:
    """Return how many of `count` examples are drawn now."""
    return count if ALL else min(count, max(LEAST, count // 3))
