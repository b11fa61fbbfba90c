"""Which files are lists of addresses as mail programs write them? `"Ng, Ana" <ana@x.org>, Bo <bo@x.org>; cy@x.org`

Such a list is no table: names stand in quotes that enclose no cell, and one line holds several people.

Source: RFC 5322, 3.4; semicolons between addresses, and names with a comma and no quotes, are of Outlook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ziggurat.sources import text
from ziggurat.sources.chunk import TEXT, Chunk, Pile
from ziggurat.sources.identity import E_MAIL
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping

COLUMNS = ["Name", "Email"]
WHOM = re.compile(r"^\s*(?:to|cc|bcc|from|an|von|à|de|para|aan)\s*:\s*", re.I)
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;]|[^",;<>]+|["<>]')
NAMED = re.compile(r"(.*?)<\s*([^<>]*?)\s*>", re.S)
QUOTED = re.compile(r'^\s*"[^"]*"\s*<', re.M)
Person = tuple[str, str]  # name, nothing where there is none, and address


def addresses_in(line: str) -> list[Person] | None:
    """Return the people that a text lists; None where it is no list of addresses and nothing else.

    >>> addresses_in('"Ng, Ana" <ana@x.org>, Bo Ito <bo@x.org>; cy@x.org')
    [('Ng, Ana', 'ana@x.org'), ('Bo Ito', 'bo@x.org'), ('', 'cy@x.org')]
    >>> addresses_in("Ng, Ana <ana@x.org>;"), addresses_in("Ana Ng,ana@x.org")
    ([('Ng, Ana', 'ana@x.org')], None)
    """
    if "@" not in line:
        return None
    found: list[Person] = []
    part = ""
    for sign in [*TOKEN.findall(WHOM.sub("", line)), ";"]:
        if sign not in (",", ";"):
            part += sign
        elif not part.strip():
            part = ""
        elif one := address_in(part):
            found.append(one)
            part = ""
        elif sign == "," and "@" not in part:  # the first half of a name
            part += sign
        else:
            return None
    return found or None


def address_in(part: str) -> Person | None:
    """Return the name and the address that are a text; None where it is anything else."""
    named = NAMED.fullmatch(part.strip())
    name, address = (named[1], named[2]) if named else ("", part.strip())
    if "@" in name or not E_MAIL.fullmatch(address):
        return None
    bare = re.sub(r"\\(.)", r"\1", name.strip().removeprefix('"').removesuffix('"'))
    return " ".join(bare.split()), address


def is_list(head: str) -> bool:
    """Say whether a file that begins so is a list of addresses. One bare address a line is a table of one column.

    A first line that names nobody may be a heading, where what is beneath it is no table of one column.
    """
    lines = [line for line in head.splitlines() if line.strip()]
    headed = len(lines) > 1 and "@" not in lines[0] and not re.search("[,;\t|]", lines[0])
    found = [addresses_in(line) for line in lines[headed:]]
    if not found or None in found:
        return False
    counts = {len(people) for people in found if people}
    if headed:
        return max(counts) > 1 or QUOTED.search(head) is not None
    named = any(name for people in found for name, _ in people or ())
    return named or len(counts) > 1 or (len(found) == 1 and max(counts) > 1)


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the people of a list, with the columns Name and Email. Raises: SourceError if it is no text."""
    encoding = text.find_encoding(path, limits) if mapping.encoding == "auto" else mapping.encoding
    size = max(path.stat().st_size, 1)
    pile, empty = Pile(COLUMNS, limits), True
    with text.open_text(path, encoding, limits) as (file, raw):
        for number, line, wrong in text.lines(file, limits):
            people = [] if wrong else addresses_in(line) or []
            for name, address in people:
                pile.add(number, [name or None, address], len(line))
            if line.strip() and not people and (number > 1 or "@" in line):
                pile.reject(number, wrong or "the line is no list of addresses", {TEXT: line.strip()})
            if pile.full():
                yield pile.chunk(raw.tell() / size)
                empty = False
    if empty or len(pile):
        yield pile.chunk(1.0)
