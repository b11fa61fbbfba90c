"""Where does the table of a file begin? Exports put titles, periods, other tables and merged heads above it.

A row heads what is beneath it where its names are known, or stand over columns of values of one sort (addresses, dates,
numbers) and are none themselves. Of all rows that may be the header, the one counts that heads the most.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ziggurat.sources import names
from ziggurat.sources.chunk import are_imported
from ziggurat.sources.looks import sort_of

TRIED = 40  # rows that may be the header
BENEATH = 60  # rows beneath by which one is tried
MOST = 30_000  # cells that are looked at
TYPED = 0.6  # share of a column's values that are of one sort
Row = tuple[int, Sequence[str]]  # its line in the file, and its cells


class Layout(NamedTuple):
    """skip_lines: lines above the header. header_lines: how many name the columns. score: how much the header heads."""

    skip_lines: int
    header_lines: int
    score: float


PLAIN = Layout(0, 1, 0.0)


def find(rows: Sequence[Row]) -> Layout:
    """Find the header among the first rows of a file that are not empty."""
    if not rows:
        return PLAIN
    rows = rows[: max(2, MOST // max(len(cells) for _, cells in rows))]
    sorts = [[sort_of(cell) if cell.strip() else "" for cell in cells] for _, cells in rows]
    told = next((place for place, (_, cells) in enumerate(rows) if place and are_imported(list(cells))), 0)
    if told:
        return Layout(rows[told - 1][0] - 1, 2, float(len(rows)))
    scores = {
        place: score(place, rows, sorts)
        for place in range(min(len(rows), TRIED))
        if may_head(rows[place][1], sorts[place])
    }
    best = max(scores, key=lambda place: (scores[place], -place), default=None)
    if best is None or not scores[best]:
        if has_no_header(sorts):
            return Layout(0, 0, float(len(rows)))
        best = first_wide(rows)
    above, below = (best > 0 and is_merged(rows, sorts, best), is_second(rows, sorts, best))
    top = best - 1 if above else best
    skip = 0 if top == 0 else rows[top][0] - 1
    return Layout(skip, 2 if above or below else 1, scores.get(best, 0.0))


def may_head(cells: Sequence[str], sorts: Sequence[str]) -> bool:
    """Say whether a row may name columns: most of it is text, nothing an address, and hardly a name is there twice."""
    there = [cell.strip().lower() for cell in cells if cell.strip()]
    text = sum(sort == "text" for sort in sorts)
    return bool(there) and "email" not in sorts and text > 0 and len(set(there)) > len(there) / 2


def score(place: int, rows: Sequence[Row], sorts: Sequence[Sequence[str]]) -> float:
    """Return how much a row heads: its known names, and the columns of one sort beneath it, by how long they are."""
    below = body(place, rows, sorts)
    known = sum(is_known(cell) for cell in rows[place][1] if cell.strip())
    typed = sum(
        1 for column, sort in enumerate(sorts[place]) if sort and column_sort(below, column) not in ("", "text", sort)
    )
    wide = min(1.0, filled(sorts[place]) / max(1, max(map(filled, below), default=0)))
    return (2 * typed + known) * wide * math.log2(1 + len(below)) if below else known / 2


def filled(sorts: Sequence[str]) -> int:
    """Return how many cells of a row are not empty."""
    return sum(map(bool, sorts))


def body(place: int, rows: Sequence[Row], sorts: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the sorts of the rows beneath a header, up to the header of another table after an empty line."""
    found: list[Sequence[str]] = []
    for other in range(place + 1, min(len(rows), place + 1 + BENEATH)):
        apart = rows[other][0] > rows[other - 1][0] + 1
        if apart and may_head(rows[other][1], sorts[other]) and sum(map(is_known, rows[other][1])) > 1:
            break
        found.append(sorts[other])
    return found


def column_sort(below: Sequence[Sequence[str]], column: int) -> str:
    """Return the sort of most values in a column; nothing where it is empty."""
    counts = Counter(row[column] for row in below if column < len(row) and row[column])
    sort, count = counts.most_common(1)[0] if counts else ("", 0)
    return sort if count >= TYPED * counts.total() else "text" if counts else ""


def is_known(cell: str) -> bool:
    """Say whether a cell is the name of a column as exports have it."""
    return len(cell) < 60 and any(name in names.KNOWN for name in names.variants(cell))


def has_no_header(sorts: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row is a row like the others: of the same sort in every column where these have one."""
    typed = {
        column: sort
        for column in range(len(sorts[0]))
        if (sort := column_sort(sorts[1:] or sorts, column)) not in ("", "text")
    }
    return bool(typed) and all(sorts[0][column] == sort for column, sort in typed.items())


def first_wide(rows: Sequence[Row]) -> int:
    """Return the place of the first row that has at least half as many filled cells as the rows have at most."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    usual = Counter(filled).most_common(1)[0][0]
    return next(place for place, count in enumerate(filled) if 2 * count >= usual)


def is_merged(rows: Sequence[Row], sorts: Sequence[Sequence[str]], place: int) -> bool:
    """Say whether the row right above a header holds merged heads: fewer texts, each above columns of the header."""
    (line, above), (here, cells) = rows[place - 1], rows[place]
    there = [column for column, cell in enumerate(above) if cell.strip()]
    named = [column for column, cell in enumerate(cells) if cell.strip()]
    only_text = all(sort in ("", "text") for sort in sorts[place - 1])
    return here == line + 1 and only_text and 1 < len(there) < len(named) and there[-1] <= named[-1] + 1


def is_second(rows: Sequence[Row], sorts: Sequence[Sequence[str]], place: int) -> bool:
    """Say whether the row right beneath a header names the answers to choose from under a question."""
    if place + 2 > len(rows) - 1:
        return False
    heads, under, below = rows[place][1], rows[place + 1][1], sorts[place + 2 :]
    typed = [column for column in range(len(under)) if column_sort(below, column) not in ("", "text")]
    free = [
        column for column, cell in enumerate(under) if cell.strip() and not "".join(heads[column : column + 1]).strip()
    ]
    return bool(typed and free) and not any(under[column].strip() for column in typed if column not in free)
