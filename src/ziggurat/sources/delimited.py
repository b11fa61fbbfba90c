"""How is a CSV file split into cells? With any of four delimiters, quotes, and lines that no exporter should write."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ziggurat.base.errors import SourceError
from ziggurat.sources import plainlines, text
from ziggurat.sources.chunk import TEXT, Chunk, Pile, headings
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.names import is_heading
from ziggurat.sources.plainlines import Blocks

DELIMITERS = (",", ";", "\t", "|")
QUOTED = re.compile(r'(?m)(?:^|(?<=[,;\t|]))"(?:[^"]|"")*"(?=[,;\t|\r]|$)')  # cells
NEAR = 20  # lines below the first by which the delimiter is found
OURS = re.compile('\ufeff?"?ziggurat_line"?(.)"?ziggurat_reason')  # how a file of mended rows begins
FORMULA, GUARDED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]"), re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


class Unclosed(Exception):
    """A row has grown so long that a quote in it must have been left open."""


class Feed:
    """Lines for the csv reader, which can be given back: an unclosed quote must not swallow the rows after it."""

    def __init__(self, lines: Iterator[text.Line], limits: Limits) -> None:
        self.lines, self.limit = lines, limits.line
        self.waiting: deque[text.Line] = deque()
        self.taken: list[text.Line] = []
        self.size = 0

    def start(self) -> None:
        """Begin a new row."""
        self.taken, self.size = [], 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines)
        if self.taken and (line.wrong or self.size + len(line.text) > self.limit):
            self.waiting.appendleft(line)
            raise Unclosed
        self.taken.append(line)
        self.size += len(line.text)
        return "" if line.wrong else line.text

    def give_back(self) -> None:
        """Take all lines of this row but the first for rows of their own."""
        self.waiting.extendleft(reversed(self.taken[1:]))
        self.taken = self.taken[:1]


def dialect(path: Path, mapping: Mapping, limits: Limits) -> tuple[str, str, bool]:
    """Return encoding and delimiter of a file, and whether it holds mended rows, which speak for themselves."""
    encoding = text.find_encoding(path, limits) if mapping.encoding == "auto" else mapping.encoding
    head = text.beginning(path, limits).decode("utf-8", "replace")
    if ours := OURS.match(head):
        return text.find_encoding(path, limits), ours[1], True
    with text.open_text(path, encoding, limits) as (file, _):
        near = itertools.islice(text.lines(file, limits), mapping.skip_lines, mapping.skip_lines + NEAR)
        below = [line.text for line in near if line.text.strip()]
    said = re.fullmatch(r"sep=(.)\s*", below[0]) if below else None
    if mapping.delimiter != "auto":
        return encoding, mapping.delimiter, False
    return encoding, said[1] if said else sniff(below), False


def sniff(lines: list[str]) -> str:
    """Return the delimiter that splits the most of the first lines, and these into the most cells; else a comma.

    What stands in quotes doesn't count, over as many lines as it may go.

    >>> sniff(['"last, first";mail;when', 'Ng, Ana;ana@x.org;2026-01-05']), sniff(['at,a,b', '1,"', '|","', '|"'])
    (';', ',')
    """
    bare = QUOTED.sub("", "\n".join(lines)).splitlines()

    def split(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in bare)
        usual = max(counts, key=lambda count: (bool(count) * counts[count], count), default=0)
        return (counts[usual], usual) if usual else (0, 0)

    return max(DELIMITERS, key=split)


def rows(feed: Feed, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and what is wrong with each row; where something is, the cells are its lines, unsplit."""
    # The limit is one for the whole process, so it is only ever raised; a row is bounded by the feed.
    csv.field_size_limit(max(limits.line, csv.field_size_limit()))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    rereads = 0
    while True:
        feed.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, Unclosed) as error:
            wrong = quote_reason(error)
            rereads += len(feed.taken) > 1
            if rereads <= limits.rereads:
                feed.give_back()
            for line in feed.taken:
                yield line.number, [line.text.rstrip("\r\n")], line.wrong or wrong
            continue
        first = feed.taken[0]
        yield first.number, [first.text.rstrip("\r\n")] if first.wrong else cells, first.wrong


def quote_reason(error: Exception) -> str:
    """Say in words what the csv reader could not take."""
    if isinstance(error, Unclosed) or "unexpected end of data" in str(error):
        return 'a quotation mark (") opens a cell and is never closed'
    return 'a quotation mark (") stands inside a cell in quotes; write it twice ("")'


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of a CSV, TSV, semicolon or pipe file (or one packed with gz), with its encoding found once.

    Raises: SourceError if there is no header, too many columns, or no text at all.
    """
    encoding, delimiter, ours = dialect(path, mapping, limits)
    size = max(path.stat().st_size, 1)
    with text.open_text(path, encoding, limits) as (opened, raw):
        file = Blocks(opened, limits)
        feed = Feed(text.lines(file, limits), limits)
        for _ in range(0 if ours else mapping.skip_lines):
            next(feed.lines, None)
        stream = rows(feed, delimiter, limits)
        names, stream = find_header(stream, path.name, limits, 1 if ours else mapping.header_lines)
        if ours:
            names = [unguard(name) for name in names]
        keep = [place for place, name in enumerate(names) if not (ours and name.startswith("ziggurat_"))]
        pile, below, empty = Pile([names[place] for place in keep], limits), Below(names), True
        by_blocks = not ours and mapping.header_lines > 0
        while True:
            if by_blocks and not (file.waiting or feed.waiting or below.apart or below.header):
                plain = list(plain_chunks(file, names, delimiter, limits))
                if plain:
                    yield from [pile.chunk(raw.tell() / size)] if len(pile) else []
                    yield from (replace(chunk, read=min(raw.tell() / size, 1.0)) for chunk in plain)
                    empty = False
                    continue
            line, cells, wrong = next(stream, (0, [], ""))
            if not line:
                break
            line += file.passed
            add(pile, line, cells, wrong or below.reason(line, cells), names, keep if ours else None)
            if pile.full():
                yield pile.chunk(raw.tell() / size)
                empty = False
        if empty or len(pile):
            yield pile.chunk(1.0)


def plain_chunks(file: Blocks, names: list[str], delimiter: str, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of the next block of lines; nothing where it is not plain and is to be read row by row.

    Of rows that say nothing there is a chunk without rows.
    """
    block = file.block()
    table = plainlines.split(block, names, delimiter, limits)
    if table is None:
        file.give_back(block)
        return
    yield from plainlines.chunks(table, names, file.passes(len(table)), limits)


class Below:
    """Where another table begins beneath the first: at an empty line, and a row that names columns."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.apart = False
        self.header = ""

    def reason(self, line: int, cells: list[str]) -> str:
        """Look at a row, and say that it belongs to another table of the file, if it does."""
        if len(cells) < 2:
            self.apart = self.apart or not cells
        elif self.apart:
            self.apart = False
            if is_heading(cells) and cells != self.names:
                self.header = f"line {line}"
        return (
            f"the row stands beneath another header, in {self.header}; to read that table, skip the lines above it"
            if self.header
            else ""
        )


Rows = Iterator[tuple[int, list[str], str]]


def find_header(stream: Rows, name: str, limits: Limits, count: int) -> tuple[list[str], Rows]:
    """Return the names in the first `count` rows that are not empty, and the rows below them.

    Raises: SourceError if there is none that can be read, or there are too many columns.
    """
    heads: list[list[str]] = []
    for line, cells, wrong in stream:
        if wrong:
            raise SourceError(f"{name}: the header can't be read: {wrong}. Mend line {line} and try again.")
        if any(cell.strip() for cell in cells) and not (len(cells) <= 2 and cells[0].strip().startswith("sep=")):
            heads.append(cells)
            width = max(map(len, heads))
            if width > limits.columns:
                raise SourceError(
                    f"{name}: has {width:,} columns; at most {limits.columns:,} can be read. Delete some."
                )
            if len(heads) >= count:
                below = itertools.chain([(line, cells, wrong)], stream) if count == 0 else stream
                return headings(heads[:count], width), below
    if heads:
        return headings(heads, max(map(len, heads))), stream
    raise SourceError(f"{name}: is empty; the first line must name the columns.")


def add(pile: Pile, line: int, cells: list[str], wrong: str, names: list[str], keep: list[int] | None) -> None:
    """Add a row to the pile, or reject it. Cells that a spreadsheet has left off at the end of a row are empty.

    Passed over are a row of empty cells, which says nothing, and the header where it comes again.
    """
    if wrong:
        whole = len(cells) > 1
        pile.reject(line, wrong, dict(zip(names, cells, strict=False)) if whole else {TEXT: "".join(cells)})
        return
    if len(cells) != len(names):
        cells = fit_row(cells, len(names))
        if len(cells) > len(names):
            extra = [f"column {place}" for place in range(len(names) + 1, len(cells) + 1)]
            row = dict(zip(names + extra, cells, strict=False))
            pile.reject(line, f"the row has {len(cells):,} cells, but the header names {len(names):,}", row)
            return
    if not any(map(str.strip, cells)) or cells == names:
        return
    if keep is not None:
        cells = [unguard(cells[place]) for place in keep]
    pile.add(line, list(cells), sum(map(len, cells)))


def fit_row(cells: list[str], width: int) -> list[str]:
    """Return a row with empty cells put to its end, or taken from there, so that it fits if it can."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return [*cells, *[""] * (width - len(cells))]


def beginning(path: Path, mapping: Mapping, limits: Limits, most: int) -> list[tuple[int, list[str]]]:
    """Return line and cells of the first rows that are not empty, whatever they are. Raises: SourceError."""
    encoding, delimiter, ours = dialect(path, mapping, limits)
    found = []
    with text.open_text(path, encoding, limits) as (file, _):
        for line, cells, wrong in rows(Feed(text.lines(file, limits), limits), delimiter, limits):
            if not wrong and any(map(str.strip, cells)):
                found.append((line, cells))
            if len(found) >= most or ours:
                break
    return found


def guard(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would read as a formula; `unguard` gives it back as it was.

    >>> guard("=1+1"), guard("'=1+1"), unguard(guard("'=1+1"))
    ("'=1+1", "''=1+1", "'=1+1")
    """
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Take away the apostrophe that kept a spreadsheet from reading a cell as a formula."""
    return cell[1:] if GUARDED.match(cell) else cell
