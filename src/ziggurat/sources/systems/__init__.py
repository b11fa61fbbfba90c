"""Which systems are read from? One file each, which declares one `SOURCE`, and is known by that alone."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.sources.source import Settings, Source

USUAL = "files"  # what a source is whose settings name no type


def names() -> list[str]:
    """Return the types of sources, which are the names of the files that read them."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def find(name: object, where: str) -> Source[Any]:
    """Return a type of source; only its own file is loaded. Raises: DeclarationError if there is none of that name."""
    known = names()
    if name not in known:
        near = suggest(str(name)[:40], known) or "."
        raise DeclarationError(
            f"{where}: no source is of the type {str(name)[:40]!r}{near} It can be {', '.join(known)}."
        )
    found: Source[Any] = import_module(f"{__name__}.{name}").SOURCE
    return found


def settings(table: Any, where: str) -> Settings:
    """Read the settings of a source, as TOML has them. Raises: DeclarationError that starts with `where`."""
    if not isinstance(table, Mapping):
        raise DeclarationError(f"{where}: is no table; write [sources.NAME], and beneath it what belongs to it.")
    source = table.get("type", USUAL)
    for key, value in table.items():
        texts = value if isinstance(value, list | tuple) else [value]
        if (source != USUAL or key == "path") and any(isinstance(one, str) and "\0" in one for one in texts):
            raise DeclarationError(f"{where}: `{str(key)[:40]}` holds a NUL, which is in no path, name or address.")
    found: Settings = declare.convert(table, find(source, where).settings, where)
    return found


def pulled(declared: Settings) -> bool:
    """Say whether a source can be pulled, by a schedule too."""
    return bool(of(declared).pulls(declared))


def of(declared: Settings) -> Source[Any]:
    """Return the source that settings are of."""
    return find(declared.__struct_config__.tag, "the settings")
