"""How is a declaration changed in its file, so that all else in it stays as somebody wrote it, comments included?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item

from ziggurat.base.words.texts import refuse_nul

NAME = "name"  # by which the tables of a list are known again when their order changes


def changed(text: str, wanted: Mapping[str, Any]) -> str:
    """Return TOML in which the given keys of the top hold what is wanted; None takes a key out.

    What is the same already stays as it is written, to the letter.
    Raises: ValueError if the text is no TOML; DeclarationError if a text that is wanted can't be kept.
    """
    refuse_nul([wanted])
    document = tomlkit.parse(text)
    meant = tomllib.loads(text)
    for key, value in wanted.items():
        meant.pop(key, None)
        meant |= {} if value is None else {key: value}
        kept = document.as_string()
        put(document, key, value)
        if (
            tomllib.loads(document.as_string()) != meant
        ):  # where its comments can't be kept in place, it is written anew
            document = tomlkit.parse(kept)
            if key in document:
                del document[key]
            if value is not None:
                document[key] = value
    return document.as_string()


def put(table: Any, key: str, value: Any) -> None:
    """Let a key of a table hold a value; None takes it out."""
    if value is None:
        if key in table:
            del table[key]
    elif key not in table:
        table[key] = value
    elif repr(unwrapped(table[key])) == repr(value):
        return
    elif isinstance(value, Mapping) and isinstance(table[key], Mapping):
        merge(table[key], value)
    elif isinstance(table[key], AoT) and isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        if [one.get(NAME) for one in table[key]] == [one.get(NAME) for one in value]:
            for one, meant in zip(table[key], value, strict=True):
                merge(one, meant)
        else:
            table[key] = tables(table[key], value)
    elif unwrapped(table[key]) != value:
        table[key] = value


def merge(table: Any, wanted: Mapping[str, Any]) -> None:
    """Let a table hold what is wanted and no more, in that order."""
    for key in [key for key in table if key not in wanted]:
        del table[key]
    if list(table) != [key for key in wanted if key in table]:
        held = {key: table[key] for key in table}
        for key in held:
            del table[key]
        for key in wanted:
            if key in held:
                table[key] = held[key]
    for key, value in wanted.items():
        put(table, key, value)


def tables(held: AoT, wanted: Sequence[Mapping[str, Any]]) -> AoT:
    """Return a list of tables that holds what is wanted, each made of the one that had its name, or its place."""
    named = {one[NAME]: one for one in held if is_named(one)}
    found = tomlkit.aot()
    for place, value in enumerate(wanted):
        there = held[place] if place < len(held) and not is_named(value) else None
        one = named.pop(value[NAME], None) if is_named(value) else there
        one = tomlkit.table() if one is None else one
        merge(one, value)
        found.append(one)
    return found


def is_named(table: Mapping[str, Any]) -> bool:
    """Tell whether a table has a name; a list under that key is none."""
    return isinstance(table.get(NAME), str)


def unwrapped(value: Any) -> Any:
    """Return what stands there, without how it is written."""
    return value.unwrap() if isinstance(value, Item) else value


def part(text: str, keys: Sequence[str]) -> str:
    """Return only the given keys of the top of TOML, as they are written there."""
    document, found = tomlkit.parse(text), tomlkit.document()
    for key in keys:
        if key in document:
            found[key] = document[key]
    return found.as_string().strip()
