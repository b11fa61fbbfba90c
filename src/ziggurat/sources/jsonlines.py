"""How is a JSON Lines file split into cells? One object per line; objects within it become columns named with dots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.sources import text
from ziggurat.sources.chunk import TEXT, Chunk, Pile
from ziggurat.sources.jsonlists import is_list, items
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping

# Names of lists that hold one person's addresses; who else takes part in something is in other lists.
ADDRESSES = re.compile(
    r"(?i)^(e[-_ ]?mails?|(e[-_ ]?)?mail_?addresse?s?|phones?|mobiles?|tele(ph|f)on\w*)(_?(address|number)\w*)?$"
)
MOST_ADDRESSES = 10
DEPTH = 8  # objects within objects that become columns; what lies deeper is kept as JSON text


class Number(str):
    """A JSON number with a fraction, as it is written."""


def read(path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of a JSON Lines file (or one packed with gz). A chunk has the columns met so far.

    `{"id": 1, "user": {"mail": "a@x.org"}}` has the column `user.mail`. Numbers are kept as they are written. Lists of
    words are written with commas, and lists whose name says that they hold somebody's addresses have a column for
    each: `emails`, `emails.2`; text in pieces, as chats have it, is put together. Other lists are kept as JSON text.
    A file that is one list, or one object around a list, has a row for each object of the list; what holds nothing but
    one object, or a list of one, is that.
    Raises: SourceError if the file is no text.
    """
    encoding = text.find_encoding(path, limits) if mapping.encoding == "auto" else mapping.encoding
    by_lines = any(name in path.name.lower() for name in (".jsonl", ".ndjson"))
    split = items if is_list(text.beginning(path, limits).decode(encoding, "replace"), by_lines) else text.lines
    decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Number)
    within = unwrapped if split is items else dict
    size = max(path.stat().st_size, 1)
    names: dict[str, int] = {}  # every column met so far in the file, and its place
    pile = Pile([], limits)

    def cells_of(line: str) -> dict[str, str]:
        return flat(within(decoder.decode(line)), mapping.decimal)

    with text.open_text(path, encoding, limits) as (file, raw):
        for line in split(file, limits):
            add(pile, line, cells_of, names)
            if pile.full():
                yield finish(pile, raw.tell() / size)
        yield finish(pile, 1.0)


def add(pile: Pile, line: text.Line, cells_of: Callable[[str], dict[str, str]], names: dict[str, int]) -> None:
    """Add the object on a line to the pile, or reject the line. An empty line says nothing and is passed over."""
    bare = line.text.strip()
    if not bare and not line.wrong:
        return
    try:
        row = {} if line.wrong else cells_of(bare)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        pile.reject(line.number, f"the line is no JSON object ({json_reason(error)})", {TEXT: bare})
        return
    if line.wrong:
        pile.reject(line.number, line.wrong, {TEXT: bare})
        return
    new = [name for name in row if name not in names]
    if len(names) + len(new) > pile.limits.columns:
        why = f"with this line the file would have more than {pile.limits.columns:,} different names"
        pile.reject(line.number, why, {TEXT: bare})
        return
    for name in new:
        names[name] = len(names)
    pile.header = list(names)
    cells: list[str | None] = [None] * len(names)
    for name, cell in row.items():
        cells[names[name]] = cell
    if row:
        pile.add(line.number, cells, len(bare))


def finish(pile: Pile, read: float) -> Chunk:
    """Return the pile as a chunk: rows from before a name was first met get an empty cell for it."""
    width = len(pile.header)
    for row in pile.rows:
        row.extend([None] * (width - len(row)))
    return pile.chunk(read)


def unwrapped(row: dict[str, Any]) -> dict[str, Any]:
    """Return the one object that a row holds and nothing else, bare or in a list of one; else the row.

    >>> unwrapped({"title": "", "data": [{"value": "ana"}]}), unwrapped({"id": 1, "user": {"mail": "a@x.org"}})
    ({'value': 'ana'}, {'id': 1, 'user': {'mail': 'a@x.org'}})
    """
    filled = [value for value in row.values() if value not in (None, "", [], {})]
    only = filled[0] if len(filled) == 1 else None
    if isinstance(only, list) and len(only) == 1:
        only = only[0]
    return only if isinstance(only, dict) and only else row


def flat(row: dict[str, Any], decimal: str, above: str = "", depth: int = 1) -> dict[str, str]:
    """Return name → text of an object, with objects within it spread out.

    So is one object in a list called `data`, in which archives of Meta wrap whatever they say, and a list of somebody's
    addresses.

    >>> flat({"emails": [{"type": "work", "address": "a@x.org"}, {"type": "home", "address": "b@x.org"}]}, ".")
    {'emails.type': 'work', 'emails.address': 'a@x.org', 'emails.2.type': 'home', 'emails.2.address': 'b@x.org'}
    """
    cells: dict[str, str] = {}
    for name, whole in parted(row):
        wrapped = name == "data" and isinstance(whole, list) and len(whole) == 1 and isinstance(whole[0], dict)
        value = whole[0] if wrapped else whole
        if isinstance(value, dict) and value and depth < DEPTH:
            cells.update(flat(value, decimal, f"{above}{name}.", depth + 1))
        elif (cell := text_of(value, decimal)) is not None:
            cells[above + name] = cell.replace("\0", "")
    return cells


def parted(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of an object; of a list of somebody's addresses, each under a name of its own."""
    for name, value in row.items():
        if isinstance(value, list) and len(value) <= MOST_ADDRESSES and ADDRESSES.search(name):
            yield from ((name if place == 1 else f"{name}.{place}", one) for place, one in enumerate(value, 1))
        else:
            yield name, value


def words_of(value: list[Any]) -> str | None:
    """Return a list that is text in pieces, or one of words, as it is read; None where it is neither.

    >>> words_of(["see ", {"type": "link", "text": "x.org"}, "!"]), words_of(["donor", "vip"]), words_of([52.5, 13.4])
    ('see x.org!', 'donor, vip', None)
    """
    if any(isinstance(one, Number) for one in value):
        return None
    if all(isinstance(one, str) for one in value):
        return None if any("," in one or one != one.strip() for one in value) else ", ".join(value)
    if all(isinstance(one, str) or (isinstance(one, dict) and isinstance(one.get("text"), str)) for one in value):
        return "".join(one if isinstance(one, str) else one["text"] for one in value)
    return None


def text_of(value: Any, decimal: str) -> str | None:
    """Write a JSON value as a cell; numbers that came as numbers get the decimal sign of the mapping."""
    if isinstance(value, Number):
        return value.replace(".", decimal)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list) and (words := words_of(value)) is not None:
        return words
    return msgspec.json.encode(value, enc_hook=as_written).decode()


def as_written(value: Number) -> msgspec.Raw:
    """Return a number within a list or an object as it is written, since that is JSON already."""
    return msgspec.Raw(value.encode())


def json_reason(error: Exception) -> str:
    """Say in words what the JSON reader could not take."""
    if isinstance(error, RecursionError):
        return "its objects are nested too deeply"
    return str(error).removeprefix("JSON is malformed: ")
