"""What did somebody fill in? A form that was sent, read as TOML would hold it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ziggurat.server.shape import Shape

Sent = Mapping[str, Sequence[str]]  # the name of each input of a form → what was sent under it
NUMBERED = re.compile(r"(\d{1,4})(?:\.|$)")
SPARE = 3  # rows of a table that are left to be filled in


def read(shape: Shape, sent: Sent, path: str = "") -> Any:
    """Return what was filled in under a path; None where that is nothing.

    A number that is none stays the text that was typed, so that it can be shown again: see `wrong`.
    """
    if shape.sort == "group":
        found = {name: read(part, sent, beneath(path, name)) for name, part in shape.parts.items()}
        return {name: value for name, value in found.items() if value is not None} or None
    if shape.sort in ("table", "named"):
        return read_pairs(shape, sent, path)
    if shape.sort == "list" and shape.each is not None:
        each = [read(shape.each, sent, at) for at in in_order(sent, path) if sent.get(f"{at}.out") != ["yes"]]
        return [one for one in each if one is not None] or None
    return read_value(shape, [text.strip() for text in sent.get(path, ())])


def read_pairs(shape: Shape, sent: Sent, path: str) -> dict[str, Any] | None:
    """Return values by the names that were given to them; one without a name is taken out."""
    found = {}
    for place in numbered(sent, path):
        name = (sent.get(f"{path}.{place}.key") or [""])[0].strip()
        value = read(shape.each, sent, f"{path}.{place}.value") if shape.each else None
        if name:
            found[name] = ({} if shape.sort == "named" else "") if value is None else value
    return found or None


def read_value(shape: Shape, texts: Sequence[str]) -> Any:
    """Return one value of what was sent under its name."""
    text = texts[0] if texts else ""
    if shape.sort == "lines":
        lines = [line.strip() for line in text.splitlines()]
        value: Any = [line for line in lines if line]
    elif shape.sort == "prose":
        value = text.replace("\r\n", "\n")
    elif shape.sort == "choices":
        value = [one for one in shape.choices if one in texts]
    elif shape.sort == "yes":
        value = text == "yes"
    elif shape.sort == "either":
        value = {"yes": True, "no": False}.get(text)
    else:
        value = as_number(text) if shape.sort in ("number", "whole") else text
    emptied = value == [] and texts and shape.default  # where something else would be meant
    return None if value in ("", None) or (value == [] and not emptied) else value


def trimmed(shape: Shape, value: Any, held: Any) -> Any:
    """Return what is to be written of what was filled in: without what is meant anyway, unless it stands there now.

    held: what stands there now.
    """
    if value is None:
        return [] if held == [] else None
    if shape.sort == "group":
        known = held if isinstance(held, Mapping) else {}
        found = {name: trimmed(part, value.get(name), known.get(name)) for name, part in shape.parts.items()}
        order = [*(name for name in known if name in found), *(name for name in found if name not in known)]
        return {name: found[name] for name in order if found[name] is not None} or None
    if shape.sort == "named" and shape.each is not None:
        known = held if isinstance(held, Mapping) else {}
        return {name: trimmed(shape.each, one, known.get(name)) or {} for name, one in value.items()}
    if shape.sort == "list" and shape.each is not None:
        known = dict(enumerate(held or ()))
        each = [trimmed(shape.each, one, known.get(place)) for place, one in enumerate(value)]
        return [one for one in each if one is not None] or None
    if shape.sort == "choices" and held is not None and sorted(held) == sorted(value):
        return held  # in whatever order they were written
    meant = value == shape.default or (value is False and not shape.default)
    return None if meant and held is None else value


def as_number(text: str) -> float | int | str:
    """Return a number; the text where it is none."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value) or "_" in text:
        return text
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def wrong(shape: Shape, value: Any, say: Callable[[str], str], path: str = "") -> Iterator[str]:
    """Yield a sentence for every number that is none. say: returns how a field is called, by its path."""
    if value is None:
        return
    if shape.sort == "group":
        for name, part in shape.parts.items():
            yield from wrong(part, value.get(name), say, beneath(path, name))
    elif shape.sort in ("table", "named") and shape.each is not None:
        for name, each in value.items():
            yield from (f"{name}: {one}" for one in wrong(shape.each, each, say, f"{path}.*"))
    elif shape.sort == "list" and shape.each is not None:
        for each in value:
            yield from wrong(shape.each, each, say, f"{path}.*")
    elif shape.sort in ("number", "whole") and isinstance(value, str):
        given = f"'{value[:40]}' is no number; write it as 24 or 0.5" if value else "no number is given"
        yield f"{say(path)}: {given}."
    elif shape.sort == "whole" and isinstance(value, float):
        yield f"{say(path)}: {value:g} is no whole number."


def in_order(sent: Sent, path: str) -> list[str]:
    """Return the paths of the entries of a list in the order that was given to them, if any was."""
    paths = [f"{path}.{number}" for number in numbered(sent, path)]
    given = [as_number((sent.get(f"{at}.place") or [""])[0].strip()) for at in paths]
    places = [float(place + 1) if isinstance(one, str) else one for place, one in enumerate(given)]
    return [paths[place] for place in sorted(range(len(paths)), key=lambda place: places[place])]


def numbered(sent: Sent, path: str) -> list[int]:
    """Return the places of which anything was sent under a path, in order."""
    found = (NUMBERED.match(name, len(path) + 1) for name in sent if name.startswith(f"{path}."))
    return sorted({int(one[1]) for one in found if one})


def beneath(path: str, name: str) -> str:
    """Return the path of a part."""
    return f"{path}.{name}" if path else name


def rows(value: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Return the rows of a table as a form shows them: those that are there, and some to be filled in."""
    return [*(value or {}).items(), *[("", None)] * SPARE]


def pattern(path: str) -> str:
    """Return a path without the places in it, under which words are declared.

    >>> pattern("levels.0.rules.12.kinds"), pattern("activities.3.value.hears")
    ('levels.*.rules.*.kinds', 'activities.*.hears')
    """
    return re.sub(r"\.\d+(\.(value|key))?(?=\.|$)", lambda found: ".name" if found[2] == "key" else ".*", path)
