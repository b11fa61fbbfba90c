"""A table of people that is kept in layers: each later one replaces all rows of some people.

After a refresh, only those of whom anything is new are folded again: their rows are a layer of their own, and the
files below it are linked, not copied. A list of the layers, written last, makes them count.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine

MOST = 8  # layers; each costs every question a little


class Layers(msgspec.Struct, frozen=True):
    """files: Parquet, the oldest first. replaced: for each file but the first, the Parquet file with a column `person`
    of those whose rows it replaces."""

    files: list[str]
    replaced: list[str]

    def query(self, folder: Path) -> str:
        """Write an SQL table expression for the whole table."""
        if not self.replaced:
            return engine.scan_file(folder / self.files[0])
        parts = []
        for layer, file in enumerate(self.files):
            later = [folder / one for one in self.replaced[layer:]]
            where = f" WHERE person NOT IN (SELECT person FROM {engine.read_files(later)})" if later else ""
            parts.append(f"SELECT * FROM {engine.scan_file(folder / file)}{where}")
        return f"({' UNION ALL '.join(parts)})"

    def under(self, file: str, replaced: str) -> Layers:
        """Return these layers with one more over them."""
        return Layers([*self.files, file], [*self.replaced, replaced])


def load(folder: Path, name: str) -> Layers | None:
    """Return the layers of a table, None where it is not there, or damaged."""
    path = folder / f"{name}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Layers)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None  # it can be folded anew


def store(folder: Path, name: str, layers: Layers) -> Layers:
    """Write the list of layers in one step."""
    durable.sync([*(folder / file for file in (*layers.files, *layers.replaced)), folder])
    durable.replace(folder / f"{name}.json", msgspec.json.encode(layers))
    return layers


def begin(folder: Path, name: str, write: Callable[[Path], None]) -> Layers:
    """Write a table as one layer."""
    write(folder / f"{name}.0.parquet")
    return store(folder, name, Layers([f"{name}.0.parquet"], []))


def add(folder: Path, name: str, below: Path, replaced: Path, write: Callable[[Path], None]) -> Layers | None:
    """Put one more layer on those of another folder; None where there are none, or too many already.

    replaced: the Parquet file of the people whose rows the new layer replaces.
    """
    old = load(below, name)
    if old is None or len(old.files) >= MOST:
        return None
    for file in (*old.files, *old.replaced):
        link(below / file, folder / file)
    listed = f"{name}.{len(old.files)}.people.parquet"
    link(replaced, folder / listed)
    layer = f"{name}.{len(old.files)}.parquet"
    write(folder / layer)
    return store(folder, name, old.under(layer, listed))


def link(source: Path, target: Path) -> None:
    """Make a file appear in another place too, by a copy where the file system has no links."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
