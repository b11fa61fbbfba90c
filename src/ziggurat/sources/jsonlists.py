"""How is a file that is one JSON list split into its objects? Token by token, so that no large one is held whole."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ziggurat.sources.limits import Limits
from ziggurat.sources.text import BEGINNING, Line

BLOCK = 1 << 16
ASSIGNED = re.compile(r"(?:(?:var|let|const)\s+)?[\w.]+\s*=\s*(?=[\[{])")  # as archives of X have it, to be run
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]\n"]', re.DOTALL)  # a quote alone opens a string that ends later


def is_list(head: str, by_lines: bool = False) -> bool:
    """Say whether a file begins as one list, or as one object around a list; else each line is an object.

    by_lines: whether its name says that each line is one.

    >>> is_list('[{"a": 1}]'), is_list('{\\n "items": [\\n'), is_list('{"a": [{"b": 1}]}\\n{"a": []}\\n')
    (True, True, False)
    >>> is_list('window.YTD.tweets.part0 = ['), is_list('{"orders": [{"id": 1}]}\\n')
    (True, True)
    """
    bare = ASSIGNED.sub("", head.lstrip("\ufeff \t\r\n"))
    if not bare.startswith("{"):
        return bare.startswith("[")
    first, _, more = bare.partition("\n")
    if more.strip():
        return not first.rstrip().endswith("}")
    return not by_lines and bool(re.search(r"\[\s*\{", first))


@dataclass
class Item:
    """The object that is being read: its line, its text so far, and how deep in it the reading is."""

    line: int = 0
    depth: int = 0
    size: int = 0
    parts: list[str] = field(default_factory=list)

    def add(self, text: str, limits: Limits) -> None:
        """Add text; of an object that is too long only the beginning is kept."""
        if self.size <= limits.line:
            self.parts.append(text)
        self.size += len(text)

    def finish(self, limits: Limits) -> Line:
        """Return the object as a line of its own."""
        text = "".join(self.parts)
        if self.size > limits.line:
            why = f"the object is longer than {limits.line:,} characters; only its beginning is shown"
            return Line(self.line, text[:BEGINNING], why)
        return Line(self.line, text)


def items(file: io.TextIOWrapper, limits: Limits) -> Iterator[Line]:
    """Yield the objects of the first list of objects in a file, each with the line where it begins.

    What stands in the list and is no object is yielded as it is, and so is what is left where the file breaks off.
    """
    line, opened, inside = 1, False, False  # opened: a list begins right before; inside: of the list that is read
    item, between = Item(), Item(1)
    rest, more = "", True
    while more:
        block = file.read(BLOCK)
        more, text, start = bool(block), rest + block, 0
        rest = ""
        for found in TOKEN.finditer(text):
            sign, place = found.group(), found.start()
            line += sign == "\n"
            if sign == '"' and more and len(text) - place <= limits.line:  # a string that goes on in the next block
                text, rest = text[:place], text[place:]
                break
            if item.depth:
                item.depth += (sign in "{[") - (sign in "}]")
                if not item.depth:
                    item.add(text[start : place + 1], limits)
                    yield item.finish(limits)
                    item, between, start = Item(), Item(line), place + 1
            elif inside or (sign == "{" and opened):
                if sign in "{]":
                    between.add(text[start:place], limits)
                    yield from stray(between, limits)
                    item, between, start, inside = Item(line, 1), Item(line), place, True
                if sign == "]":
                    return
            elif sign in "[]{}":
                opened, between, start = sign == "[", Item(line), place + 1
        if item.depth or inside or opened:
            (item if item.depth else between).add(text[start:], limits)
    if item.depth:
        yield item.finish(limits)
    yield from stray(between, limits)


def stray(between: Item, limits: Limits) -> Iterator[Line]:
    """Yield what stands between two objects of a list, if that is more than a comma."""
    whole = between.finish(limits).text
    bare = whole.lstrip(" \t\r\n,")
    if bare:
        yield Line(between.line + whole[: -len(bare)].count("\n"), bare.rstrip(" \t\r\n,"))
