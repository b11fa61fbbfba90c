"""What was measured, as one table: medians, ratios to the peer, goals met and missed."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HEADER = ("what", "median", "of", "compared with", "ratio", "goal", "", "peak memory")


@dataclass(frozen=True)
class Row:
    """One measurement.

    seconds: of every round; none where memory alone is measured. memory: peak in bytes of its process. peer: what it is
    compared with. ratio: as `against` works it out. goal: in words. met: whether it is, None where there is none.
    """

    what: str
    seconds: Sequence[float]
    memory: int = 0
    peer: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None

    @property
    def median(self) -> float:
        """Return the median of the rounds."""
        return statistics.median(self.seconds)

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×" if self.ratio < 10 else f"{self.ratio:.1f} ×"
        met = "" if self.met is None else "met" if self.met else "MISSED"
        memory = f"{self.memory / 2**30:.2f} GB" if self.memory else ""
        median, rounds = (duration(self.median), str(len(self.seconds))) if self.seconds else ("", "")
        return (self.what, median, rounds, self.peer, ratio, self.goal, met, memory)


def duration(seconds: float) -> str:
    """Write a duration.

    >>> duration(0.0123), duration(12.3)
    ('12 ms', '12.30 s')
    """
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def ratio(top: Sequence[float], bottom: Sequence[float]) -> float:
    """Return the median of the ratios of rounds that ran one after the other, so that a busy machine hits both."""
    return statistics.median(a / b for a, b in zip(top, bottom, strict=True))


def show(title: str, rows: Sequence[Row], tell: Callable[[str], object] = print) -> None:
    """Print measurements as a Markdown table."""
    cells = [HEADER, *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADER))]
    tell(f"\n## {title}\n")
    for number, row in enumerate(cells):
        tell("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            tell("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def machine() -> str:
    """Say what it ran on."""
    names = [line for line in lines("/proc/cpuinfo") if line.startswith("model name")]
    processor = names[0].partition(":")[2].strip() if names else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numba", "numpy"))
    return (
        f"{os.cpu_count()} cores ({processor}), {memory:.0f} GB, load {load} at the start; "
        f"Python {platform.python_version()}, {packages}"
    )


def lines(path: str) -> list[str]:
    """Return the lines of a file, none where there is no such file."""
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []
