"""Read declarations strictly: a typo is named with its file, its place and the nearest right word."""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from ziggurat.base.endless import is_endless
from ziggurat.base.errors import DeclarationError, suggest

T = TypeVar("T")
ANY_KEY = "..."  # how msgspec writes the place of a value in a dict, whatever its key
NESTED = "its values are nested too deeply"
STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d*|\.\.\.)\]")


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file. Raises: DeclarationError naming the file and line if it is no TOML or no UTF-8."""
    try:
        if is_endless(path):
            raise DeclarationError(f"{path}: is a pipe or a device; name a file.")
        return parse_toml(path.read_bytes(), path.name)
    except OSError as error:
        raise DeclarationError(f"{path}: {error.strerror}; check the name and try again.") from error


def parse_toml(text: bytes, name: str) -> dict[str, Any]:
    """Parse what a TOML file of a name holds. Raises: DeclarationError if it is no TOML or no UTF-8."""
    try:
        return tomllib.loads(text.decode("utf-8").replace("\r\n", "\n"))
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise DeclarationError(f"{name}: {error}; mend the file and try again.") from error
    except RecursionError as error:
        raise DeclarationError(f"{name}: {NESTED}; mend the file and try again.") from error


def convert(data: Mapping[str, Any], to: type[T], where: str) -> T:
    """Turn parsed TOML or JSON into a strict struct. Raises: DeclarationError that starts with `where`."""
    try:
        return msgspec.convert(data, to)
    except msgspec.ValidationError as error:
        raise DeclarationError(f"{where}: {explain(str(error), to)}") from error
    except RecursionError as error:
        raise DeclarationError(f"{where}: {NESTED}.") from error


def explain(message: str, to: Any) -> str:
    """Say a msgspec message in words: the place as `level 2, rule 1`, and what may have been meant."""
    text, _, path = message.partition(" - at `")
    found = STEP.findall(path.rstrip("`"))
    steps = [name or (index if index == ANY_KEY else int(index or 0)) for name, index in found]
    unknown = re.search(r"unknown field `(.+)`", text)
    near = (suggest(unknown[1], known := fields(to, steps)) or listed(known)) if unknown else ""
    missing = re.search(r"missing required field (`.+`)", text)
    text = f"unknown field `{unknown[1]}`" if unknown else text[:1].lower() + text[1:]
    text = f"{missing[1]} is missing" if missing else text
    near = near.replace("'", "`")
    return f"{text}{place([step for step in steps if step != ANY_KEY])}{near or '.'}"


def listed(known: Sequence[str]) -> str:
    """Say which fields there are, where none is near.

    >>> listed(["path", "days"]), listed([])
    ("; there are 'path', 'days'.", '')
    """
    return f"; there are {', '.join(repr(one) for one in known)}." if known else ""


def place(steps: list[str | int]) -> str:
    """Name a place in a declaration, counting from 1.

    >>> place(["levels", 1, "rules", 0])
    ' at level 2, rule 1'
    """
    words: list[str] = []
    for step in steps:
        if isinstance(step, int) and words:
            words[-1] = f"{words[-1].removesuffix('s')} {step + 1}"
        else:
            words.append(str(step))
    return " at " + ", ".join(words) if words else ""


def fields(to: Any, steps: list[str | int]) -> list[str]:
    """Return the field names that the struct at the given place takes."""
    for step in steps:
        to = only_struct(to)
        if isinstance(step, str) and hasattr(to, "__struct_fields__"):
            to = typing.get_type_hints(to).get(step)
        elif typing.get_args(to):
            to = typing.get_args(to)[-1] if isinstance(step, str) else typing.get_args(to)[0]
    to = only_struct(to)
    return list(getattr(to, "__struct_encode_fields__", ()))


def only_struct(to: Any) -> Any:
    """Strip `| None` from a type."""
    if typing.get_origin(to) in (types.UnionType, typing.Union):
        return next(arm for arm in typing.get_args(to) if arm is not type(None))
    return to


def zone(name: str, where: str, key: str) -> str:
    """Return the name of a time zone. Raises: DeclarationError with the nearest known one if there is none of it.

    where, key: the file and the key that name it.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = suggest(name[:80].replace(" ", "_"), sorted(available_timezones())) or "."
        raise DeclarationError(
            f"{where}: unknown {key} '{name[:80]}'{near} Give an IANA name such as 'Europe/Berlin' or 'UTC'."
        ) from error


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Tell whether a name fits one of the patterns, in which * stands for any text; no pattern fits every name.

    >>> matches("campaign 8 (Type A)", ["campaign * (Type A)"]), matches("radio", ["radio *"]), matches("radio", [])
    (True, False, True)
    """
    forms = [".*".join(re.escape(part) for part in pattern.split("*")) for pattern in patterns]
    return not forms or any(re.fullmatch(form, name, re.DOTALL) for form in forms)
