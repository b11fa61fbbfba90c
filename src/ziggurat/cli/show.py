"""How is an answer written on a terminal, or into a pipe?

Names, texts and file names come from outside: whatever could steer a terminal is shown as a blank box instead.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ziggurat.base.words import numbers
from ziggurat.base.words.numbers import number
from ziggurat.base.words.texts import JOINERS
from ziggurat.cli.typed import typed

Row = Mapping[str, Any]
NUMBERS = (int, float, Decimal)

LONGEST = 80  # characters of one cell; files hold the whole of it
WIDE = 100_000  # columns where nobody looks: nothing is wrapped or cut in a pipe


@dataclass
class Sayings:
    """What a command has to say, gathered to be written as JSON: sentences and tables, or what it gives as a whole."""

    said: list[str] = field(default_factory=list)
    tables: list[list[dict[str, Any]]] = field(default_factory=list)
    whole: Any = None

    def value(self) -> Any:
        """Return all of it."""
        return {"said": self.said, "tables": self.tables} if self.whole is None else self.whole


TOLD: ContextVar[Sayings | None] = ContextVar("told", default=None)  # None: it is printed for reading


def print_as_json(value: Callable[[], Any]) -> bool:
    """Give an answer as a whole where it is written as JSON; say whether it is."""
    told = TOLD.get()
    if told is not None:
        told.whole = value()
    return told is not None


def console(*, error: bool = False) -> Console:
    """Return a console for standard output or error, without colours or wrapping where that is no terminal."""
    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, width=None if stream.isatty() else WIDE, highlight=False)


def tell(text: str = "", style: str = "") -> None:
    """Print a text. Its commands are of the workspace that was given."""
    text = typed(text)
    told = TOLD.get()
    if told is None:
        console().print(Text(printable(text), style), soft_wrap=True)
    elif text.strip():
        told.said.append(text.strip())


def note(text: str, style: str = "yellow") -> None:
    """Print a text that is no part of the answer."""
    console(error=True).print(Text(printable(typed(text)), style), soft_wrap=True)


def printable(text: str) -> str:
    r"""Return the text with every sign that could steer a terminal shown as a box.

    >>> printable("Ana\x1b[2J\u202e")
    'Ana□[2J□'
    """
    return "".join(sign if sign.isprintable() or sign in f"\n{JOINERS}" or is_space(sign) else "□" for sign in text)


def is_space(sign: str) -> bool:
    """Say whether a sign is a space of some width."""
    return unicodedata.category(sign) == "Zs"


def words(name: str, value: Any, *, plain: bool = False, longest: int = LONGEST) -> str:
    """Write one cell for reading, by the column's name and the value's type; plain numbers have no thousands.

    >>> words("people", 12345), words("share", 0.1234), words("day", date(2026, 1, 2)), words("name", None)
    ('12,345', '12.3 %', '2026-01-02', '–')
    """
    if value is None or value != value:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, NUMBERS):
        return str(value) if plain else quantity(name, value)
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(item) for item in value)
    text = printable(str(value)).replace("\n", " ")
    return text if len(text) <= longest else f"{text[: longest - 2]} …"


def quantity(name: str, value: float | Decimal) -> str:
    """Write a number by what its column holds: a share, or a count or amount."""
    from ziggurat.base.schema import is_share

    return numbers.share(float(value)) if is_share(name) else numbers.number(value)


def table(
    rows: Iterable[Row], columns: Sequence[str], *, title: str = "", plain: bool = False, longest: int = LONGEST
) -> None:
    """Print rows as a table, numbers to the right. longest: characters of a cell, for what comes from outside."""
    rows, told = list(rows), TOLD.get()
    if told is not None:
        told.tables.append([{name: row[name] for name in columns} for row in rows])
        return
    if not rows:
        tell("None.", "dim")
        return
    from ziggurat.base.schema import bounds

    said = {bound: name for name, pair in bounds(columns).items() for bound in pair}
    written = [
        [words(read_as(said.get(name, name), row), row[name], plain=plain, longest=longest) for name in columns]
        for row in rows
    ]
    drawn = Table(box=box.SIMPLE_HEAD, title=Text(printable(title)) if title else None, title_justify="left")
    for name in columns:
        right = any(isinstance(row[name], NUMBERS) for row in rows)
        drawn.add_column(Text(printable(name)), justify="right" if right else "left", overflow="fold")
    for line in written:
        drawn.add_row(*(Text(cell) for cell in line))
    out = console()
    if out.is_terminal:
        if Measurement.get(out, out.options.update(max_width=WIDE), drawn).maximum <= out.width:
            out.print(drawn)
        else:
            paragraphs(out, written, columns)
        return
    with out.capture() as captured:
        out.print(drawn)
    lines = (line.removeprefix("  ").rstrip() for line in captured.get().splitlines())
    out.print(Text("\n".join(line for line in lines if line)), soft_wrap=True)


def print_first(rows: Sequence[Row], columns: Sequence[str], most: int, *, what: str, plain: bool = False) -> None:
    """Print the first rows as a table (0 for all), and how many more there are."""
    shown = rows if most == 0 or TOLD.get() is not None else rows[:most]
    table(shown, columns, plain=plain)
    if len(shown) < len(rows):
        tell(f"{number(len(rows) - len(shown))} more {what}; --rows 0 shows all, --csv FILE writes them.", "dim")


def paragraphs(out: Console, written: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
    """Print each row as a paragraph, where a table would be too wide for the terminal."""
    for line in written:
        parts = [Text.assemble((f"{printable(name)} ", "dim"), cell) for name, cell in zip(columns, line, strict=True)]
        out.print(Padding(Text(" · ").join(parts), (0, 0, 1, 0)))


def read_as(name: str, row: Row) -> str:
    """Return the name by which a number is read, which is that of a share where the row says so itself."""
    return "share" if row.get("unit") == "share" and isinstance(row.get(name), float) else name


def columns_shown(columns: Sequence[str], rows: Sequence[Row] = ()) -> list[str]:
    """Return the columns to print: no level number that has its name beside it, and none that is empty in all rows.

    >>> columns_shown(["level", "level_name", "from_level", "from_name", "people"])
    ['level_name', 'from_name', 'people']
    """
    return [
        name
        for name in columns
        if partner(name, columns) is None and (not rows or any(row[name] is not None for row in rows))
    ]


def partner(name: str, columns: Sequence[str]) -> str | None:
    """Return the column with the words of a column of level numbers, if there is one.

    >>> partner("from_level", ["from_level", "from_name"]), partner("people", ["people"])
    ('from_name', None)
    """
    near = (f"{name}_name", name.replace("level", "name"))
    return next((other for other in near if other in columns and other != name), None)


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """Show how far a work has come while it goes on: a function to call with a label and a share from 0 to 1."""
    parts = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    there = console(error=True)
    with Progress(*parts, console=there, transient=True, disable=not there.is_terminal) as bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda label, share: bar.update(task, description=printable(label), completed=share)
