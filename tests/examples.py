"""How many examples is a property tried on? A third of those it names at every run, and all of them by `make fuzz`.

Likewise of tests that are alike, as one that is asked of every study on every engine: they are marked `alike`, and a
third of them is drawn at every run. One that is named on the command line is run in any case.
"""

from __future__ import annotations

import hashlib
import os

ALL = "ZIGGURAT_EXAMPLES" in os.environ or "ZIGGURAT_LOOKS" in os.environ
LEAST = 4
ONE_IN = 3


def few(count: int) -> int:
    """Return how many of `count` examples are drawn now."""
    return count if ALL else min(count, max(LEAST, count // ONE_IN))


def is_drawn(name: str, seed: str) -> bool:
    """Say whether a test is among those that a seed draws, which all processes of a run share.

    >>> names = [f"test_it[{number}]" for number in range(300)]
    >>> 80 < sum(is_drawn(name, "1") for name in names) < 120 or ALL
    True
    """
    return ALL or hashlib.sha256(f"{seed} {name}".encode()).digest()[0] % ONE_IN == 0
