"""Which texts are chats as WhatsApp exports them? A line a message: `05/03/26, 09:01 - Ana Ng: Who brings the seeds?`

A message may go on over several lines. What names nobody (somebody joined, a call was missed) is of the system, and so
is the notice of encryption with which a chat begins, whoever is said to have written it.

Source: WhatsApp help, *How to export chats*; the lines differ by language, telephone and clock: with `[…]` around the
time or ` - ` behind it, of 12 hours or 24, the day first or the month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ziggurat.sources import text
from ziggurat.sources.chunk import TEXT, Chunk, Pile
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping

COLUMNS = ["Date", "Time", "Name", "Message", "Type"]
MARKS = re.compile("[\u200e\u200f\u202a-\u202e\ufeff]")  # that say which way a text is written
BEGINS = re.compile(
    r"\[?(\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),?\s(\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?)(?:\]\s|\s[-–]\s)(.*)",
    re.S,
)
SAID = re.compile(r"(?:~\s?)?([^:\n]{1,100}?):\s(.*)", re.S)
NOTICE = re.compile("\\]\\s[^:\n]{1,100}?:\\s\u200e")  # where times stand in `[…]`, signed with the chat's name
LONGEST = 10_000  # letters of a message


def is_chat(head: str) -> bool:
    """Say whether a text that begins so is such a chat.

    >>> is_chat("[05.03.26, 09:01:22] Ana Ng: Hi\\nall\\n"), is_chat("05/03/26,9,Ana\\n06/03/26,8,Bo\\n")
    (True, False)
    """
    lines = [line for line in MARKS.sub("", head).splitlines() if line.strip()]
    return bool(lines) and BEGINS.match(lines[0]) is not None and any(map(parted, lines))


def parted(line: str) -> list[str | None] | None:
    """Return date, time, name, message and type of a line with which a message begins; None of any other.

    >>> parted("3/5/26, 9:01 PM - Ana Ng: Hi: all"), parted("and the spades")
    (['3/5/26', '9:01 PM', 'Ana Ng', 'Hi: all', 'message'], None)
    """
    found = BEGINS.match(MARKS.sub("", line).replace("\u202f", " ").replace("\xa0", " "))
    if not found:
        return None
    said = SAID.fullmatch(found[3].strip())
    if not said:
        return [found[1], found[2], None, found[3].strip() or None, "system"]
    return [found[1], found[2], said[1].strip(), said[2], "message"]


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the messages of a chat, with the columns COLUMNS. Raises: SourceError if it is no text."""
    encoding = text.find_encoding(path, limits) if mapping.encoding == "auto" else mapping.encoding
    size = max(path.stat().st_size, 1)
    pile, empty = Pile(COLUMNS, limits), True
    first, cells = 0, list[str | None]()
    with text.open_text(path, encoding, limits) as (file, raw):
        for number, line, wrong in text.lines(file, limits):
            began = None if wrong else parted(line.rstrip("\r\n"))
            if wrong:
                pile.reject(number, wrong, {TEXT: line.strip()})
            elif began is not None:
                if cells:
                    pile.add(first, cells, sum(len(cell or "") for cell in cells))
                if not first and NOTICE.search(line):
                    began[4] = "system"
                first, cells = number, began
            elif cells and len(cells[3] or "") < LONGEST:
                cells[3] = f"{cells[3] or ''}\n{line.rstrip()}"
            elif line.strip() and not cells:
                pile.reject(number, "the line is before the first message", {TEXT: line.strip()})
            if pile.full():
                yield pile.chunk(raw.tell() / size)
                empty = False
    if cells:
        pile.add(first, cells, 0)
    if empty or len(pile):
        yield pile.chunk(1.0)
