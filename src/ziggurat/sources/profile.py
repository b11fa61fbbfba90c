"""What stands in the columns of a whole file? Each distinct value with its count, and how it is written.

The first rows don't tell: that 03/04/2026 is month first may show in the last line alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources.cells import text_of
from ziggurat.sources.chunk import Chunk

MOST = 20_000  # different values of one column that are kept
HASHED = 2_000_000  # cells of one column among which a value that stands twice is looked for
SPACE = "[ \u00a0\u202f]"  # between thousands
BEFORE = r"^(?:[^\d,.]{0,5}[^\d,.\s]\.)?[^\d,.]{0,6}"  # an amount: its currency, with a dot or without
AFTER = r"(?:[^\d,.]{0,7}[^\d,.\s]\.|[^\d,.]{0,8})$"
# what is counted → the cells that show it; each in the distinct values of a chunk
SIGNS = {
    "dates": r"^(\d{1,2})[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b",
    "dotted": r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})\b",
    "day_first": r"^(1[3-9]|[23]\d)[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b",
    "month_first": r"^\d{1,2}[-/.](1[3-9]|[23]\d)[-/.](\d{4}|\d{2})\b",
    "half_days": r"(?i)^\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}(:\d{2}){0,2} ?[ap]\.?m",
    "comma": rf"{BEFORE}(?:\d{{1,3}}(?:{SPACE}\d{{3}})+,\d+|"  # 1 500,00 as in France and Sweden
    r"\d+(?:\.\d{3})*,(?:\d{1,2}|\d{4,}|-{1,2}|–|—)|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})"
    rf"{AFTER}",
    "point": rf"{BEFORE}(?:\d{{1,3}}(?:{SPACE}\d{{3}})+\.\d+|"
    r"\d+(?:,\d{3})*\.(?:\d{1,2}|\d{4,}|-{1,2}|–|—)|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{2,3}){2,})"
    rf"{AFTER}",
    "either_point": rf"{BEFORE}[1-9]\d{{0,2}}\.\d{{3}}{AFTER}",  # 1.500: one and a half, or fifteen hundred
    "either_comma": rf"{BEFORE}[1-9]\d{{0,2}},\d{{3}}{AFTER}",
    "short": r"^\d{1,2}/\d{1,2}$|^\d{1,2}\.\d{1,2}\.$",  # days without a year, or fractions
    "short_dotted": r"^\d{1,2}\.\d{1,2}\.$",
    "short_day_first": r"^(1[3-9]|[23]\d)[/.]\d{1,2}\.?$",
    "short_month_first": r"^\d{1,2}/(1[3-9]|[23]\d)$",
    "zoned": r"\b(EST|EDT|CST|CDT|MST|MDT|PST|PDT|CET|CEST)\b",
}
SHORT = ("short", "short_dotted", "short_day_first", "short_month_first")
OF_DATES = ("dates", "dotted", "day_first", "month_first", "half_days", "zoned")
FIRST = 500  # distinct values of a column's first chunk that say which signs are worth looking for
DIGIT = r"\d"


@dataclass
class Seen:
    """What stands in one column: its distinct values with their counts (the first 20,000), and how it is written.

    signs: how many distinct values of each chunk show each of SIGNS. rows: of the file. filled: cells in use.
    double: whether a value stands there twice, among the first two million. shares: what was found of the values, as
    it is asked for again and again.
    """

    counts: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    filled: int = 0
    double: bool = False
    hashes: set[int] = field(default_factory=set)
    looked_for: tuple[str, ...] | None = None
    shares: dict[str, float] = field(default_factory=dict)

    def values(self) -> pa.Array:
        """Return the distinct values."""
        return pa.array(self.counts, pa.string())

    def weights(self) -> pa.Array:
        """Return how often each of the distinct values stands there."""
        return pa.array(self.counts.values(), pa.int64())

    def share(self, right: pa.Array) -> float:
        """Return the share of cells of which the distinct value is right (boolean); 0 where there are none."""
        total = self.counts.total()
        return (pc.sum(self.weights().filter(pc.fill_null(right, False))).as_py() or 0) / total if total else 0.0

    def add(self, column: pa.Array) -> None:
        """Count the cells of one more chunk."""
        self.shares.clear()
        self.rows += len(column)
        self.filled += len(column) - column.null_count
        found = pc.value_counts(column.drop_null())
        values, counts = found.field(0), found.field(1)
        if self.looked_for is None and len(values):
            self.looked_for = worth(values[:FIRST])
        for sign in self.looked_for or ():
            self.signs[sign] += pc.sum(pc.match_substring_regex(values, SIGNS[sign])).as_py() or 0
        if not self.double and len(self.hashes) < HASHED:
            before = len(self.hashes)
            self.hashes.update(map(hash, values.to_pylist()))
            self.double = len(self.hashes) < before + len(column) - column.null_count
            self.hashes = set() if self.double else self.hashes
        if len(self.counts) < MOST:
            self.counts.update(dict(zip(values.to_pylist(), counts.to_pylist(), strict=True)))


def worth(values: pa.Array) -> tuple[str, ...]:
    """Return the signs that may be found in a column of which these are the first values."""
    if not pc.any(pc.match_substring_regex(values, DIGIT)).as_py():
        return ()
    clocked = pc.any(pc.match_substring_regex(values, r"\d:\d\d")).as_py()
    dated = pc.any(pc.match_substring_regex(values, r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")).as_py()
    short = pc.any(pc.match_substring_regex(values, SIGNS["short"])).as_py()
    number = rf"{BEFORE}\d(?:[\d.,'’–—-]|{SPACE})*{AFTER}"
    numeric = pc.any(pc.match_substring_regex(values, number)).as_py()
    return tuple(
        sign for sign in SIGNS if (short if sign in SHORT else dated or clocked if sign in OF_DATES else numeric)
    )


def profile(chunks: Iterable[Chunk]) -> tuple[Dict[str, Seen], int]:
    """Return what stands in each column of a file, and how many of its rows are broken."""
    seen: dict[str, Seen] = {}
    rows = broken = 0
    for chunk in chunks:
        broken += len(chunk.broken)
        for name, column in chunk.columns.items():
            if name not in seen:
                seen[name] = Seen(rows=rows)
            seen[name].add(text_of(column))
        rows += len(chunk)
        for name in seen.keys() - chunk.columns.keys():
            seen[name].rows = rows
    return seen, broken
