"""The rows of a file, as text, before anyone says what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from ziggurat.sources.limits import Limits

TEXT = "ziggurat_text"  # the column in which a rejected row keeps a line that could not be split into cells
UNREADABLE = "�"


class Broken(NamedTuple):
    """A row that could not be split into cells, or has too many or too few of them."""

    line: int
    reason: str
    row: Mapping[str, str]


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file.

    columns: header → text, null where there is no cell; every header, in the file's order.
    lines: 1-based line or row of the file at which each row starts.
    broken: rows that stand apart because they have no cells to speak of.
    read: share of the file read so far, 0 to 1.
    """

    columns: Mapping[str, pa.Array]
    lines: pa.Array
    broken: list[Broken] = field(default_factory=list)
    read: float = 1.0

    def __len__(self) -> int:
        return len(self.lines)


class Pile:
    """Rows on their way into a chunk: it says when it is full, and is emptied by `chunk`."""

    def __init__(self, header: list[str], limits: Limits) -> None:
        self.header = header
        self.limits = limits
        self.clear()

    def clear(self) -> None:
        """Forget the rows."""
        self.rows: list[list[str | None]] = []
        self.lines: list[int] = []
        self.broken: list[Broken] = []
        self.characters = 0

    def add(self, line: int, cells: list[str | None], characters: int) -> None:
        """Add a row with exactly as many cells as the header."""
        self.rows.append(cells)
        self.lines.append(line)
        self.characters += characters

    def reject(self, line: int, reason: str, row: Mapping[str, str]) -> None:
        """Add a row that is broken."""
        self.broken.append(Broken(line, reason, {readable(name): readable(cell) for name, cell in row.items()}))
        self.characters += sum(map(len, row.values()))

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)

    def full(self) -> bool:
        """Say whether it is time to make a chunk."""
        return self.limits.full(len(self), len(self.header), self.characters)

    def chunk(self, read: float) -> Chunk:
        """Return the rows as a chunk and start anew."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.header)
        made = {name: pa.array(cells, pa.string()) for name, cells in zip(self.header, columns, strict=True)}
        chunk = Chunk(made, pa.array(self.lines, pa.int64()), self.broken, min(read, 1.0))
        self.clear()
        return chunk


def readable(text: str) -> str:
    """Return text in which characters that could not be decoded are shown as �.

    >>> readable("Zo" + chr(0xDCEB))
    'Zo�'
    """
    return text if text.isascii() else "".join(UNREADABLE if "\ud800" <= sign <= "\udfff" else sign for sign in text)


def unique(names: list[str]) -> list[str]:
    """Name every column once: an empty header is `column 3`, a second `name` is `name (2)`.

    >>> unique(["name", "", "name"])
    ['name', 'column 2', 'name (2)']
    """
    taken: set[str] = set()
    result = []
    for place, name in enumerate(names, 1):
        base = plain = readable(name).strip().strip("\ufeff").replace("\0", "") or f"column {place}"
        count = 1
        while plain in taken:
            count += 1
            plain = f"{base} ({count})"
        taken.add(plain)
        result.append(plain)
    return result


def headings(lines: list[list[str]], width: int) -> list[str]:
    """Name every column by the lines that head them: none, one, or two of which the upper one spans several columns.

    A name beneath a merged head takes that before it, unless it is the only one of its name.

    >>> headings([["Contact", "", "Gift", ""], ["Name", "Email", "Date", "Name"]], 4)
    ['Contact Name', 'Email', 'Date', 'Gift Name']
    """
    if len(lines) < 2:
        return unique(lines[0] if lines else [""] * width)
    if are_imported(lines[1]):
        return unique(lines[0])
    above, below = ([*line, *[""] * (max(map(len, lines)) - len(line))] for line in lines)
    heads, spans, last = [], Counter[int](), -1
    for place, name in enumerate(above):
        last = place if name.strip() or (last < 0) else last
        heads.append(last)
        spans[last] += 1
    times = Counter(name.strip().lower() for name in below)
    names = []
    for name, head in zip(below, heads, strict=True):
        upper, lower = above[head].strip(), name.strip()
        alone = spans[head] == 1 and sum(bool(cell.strip()) for cell in above) > len(above) / 2
        if not lower or not upper or alone:
            names.append(upper if (alone and upper) or not lower else lower)
        else:
            names.append(lower if times[lower.lower()] == 1 and not is_choice(above, head) else f"{upper} {lower}")
    return unique(names)


def are_imported(cells: list[str]) -> bool:
    """Say whether a line beneath a header holds what a survey tool calls its questions, `{"ImportId":"QID1"}`."""
    there = [cell for cell in cells if cell.strip()]
    return bool(there) and all(cell.startswith('{"ImportId":') for cell in there)


def is_choice(above: list[str], head: int) -> bool:
    """Say whether a merged head is a question, of which the names beneath are the answers to choose from."""
    return above[head].strip().endswith("?")
