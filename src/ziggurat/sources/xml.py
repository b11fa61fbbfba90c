"""Which elements are in an XML document of somebody else's? Named to a reader one by one, within bounds.

No entity is expanded that a document declares, and none is fetched; nesting, and the text of one element, are bounded.
Source: Python's own list of what XML can do to a parser (docs of `xml`): bombs of entities, entities elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ziggurat.base.errors import SourceError

DEEPEST = 60
LONGEST = 200_000  # letters of the text of one element
MOST_CHILDREN = 200  # of one element that are kept
CHUNK = 1 << 20  # bytes of a file that are read at once
LONGEST_ROW = 8 << 20  # bytes of one element, its attributes included


@dataclass
class Element:
    """One element. name: without its namespace, in lower case."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """Return the text of the first child with one of some names, the earlier name first; nothing where none has."""
        for name in names:
            for child in self.children:
                if child.name == name and child.text.strip():
                    return child.text.strip()
        return ""


def refuse(*_: Any) -> None:
    """Raises: SourceError, of a document that declares entities."""
    raise SourceError("it declares entities, which are not read")


def rows(path: Path) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the attributes of each element `row` of a file, however long it is, each with the bytes that were read.

    Raises: SourceError if it is no XML, declares entities, is nested too deeply, has an element that is too long, or
    can't be read.
    """
    parser = expat.ParserCreate()
    found: list[dict[str, str]] = []
    depth, last = 0, 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, last
        depth, last = depth + 1, parser.CurrentByteIndex
        if depth > DEEPEST:
            raise SourceError(f"its elements are nested more than {DEEPEST} deep")
        if name == "row":
            found.append(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.ExternalEntityRefHandler = lambda *_: 0
    parser.EntityDeclHandler = refuse
    done = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                done += len(chunk)
                parser.Parse(chunk, False)
                if done - last > LONGEST_ROW:
                    raise SourceError(f"an element has more than {LONGEST_ROW >> 20} MB")
                yield from ((one, done) for one in found)
                found.clear()
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SourceError(f"it is no XML ({error})") from error
    except OSError as error:
        raise SourceError(f"it can't be read ({error.strerror})") from error


def read(raw: bytes, wanted: Callable[[Element, list[str]], bool]) -> None:
    """Read a document. wanted: is given each element when it ends, with the names of those around it, and says whether
    it is done with, and need not be kept.

    Raises: SourceError if it is no XML, declares entities, or is nested too deeply.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    stack: list[tuple[Element, list[str]]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(stack) >= DEEPEST:
            raise SourceError(f"its elements are nested more than {DEEPEST} deep")
        stack.append((Element(name.rpartition(" ")[2].lower(), dict(list(attributes.items())[:20])), []))

    def end(_: str) -> None:
        one, pieces = stack.pop()
        one.text = "".join(pieces)[:LONGEST]
        done = wanted(one, [each.name for each, _ in stack])
        if stack and not done and len(stack[-1][0].children) < MOST_CHILDREN:
            stack[-1][0].children.append(one)

    def say(text: str) -> None:
        if stack:
            stack[-1][1].append(text)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, say
    parser.ExternalEntityRefHandler = lambda *_: 0
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise SourceError(f"it is no XML ({error})") from error
