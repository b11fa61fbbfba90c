"""Which files have come, or were changed, since they were last read? Those under a path or a pattern."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from pathlib import Path

from ziggurat.base.errors import SourceError
from ziggurat.sources import files
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.place import local
from ziggurat.sources.source import Part, Pull, Source


def read(mapping: Mapping, pull: Pull) -> Iterator[Part]:
    """Read each file that is new or changed, the oldest first. The cursor holds the stamp of each file by its path.

    Raises: SourceError if the settings name no path, or nothing is there.
    """
    seen = {str(path): stamp(path) for path in found(mapping, pull)}
    cursor = {path: known for path, known in pull.cursor.items() if path in seen}
    for name, now in seen.items():
        if cursor.get(name) == now:
            continue
        path = Path(name)
        batches = files.read(path, mapping, pull.source, kinds=pull.kinds, received_at=pull.received_at, home=pull.home)
        cursor = cursor | {name: now}
        yield Part(path.name, batches, cursor, mapping.whole)


def found(mapping: Mapping, pull: Pull) -> list[Path]:
    """Return the files that the settings mean, the oldest first."""
    if not mapping.path:
        raise SourceError(
            f"[sources.{pull.source}] names no `path`, so nothing can be pulled; add the path of its files, such as "
            'path = "exports/*.csv", or import a file by hand.'
        )
    pattern = local(mapping.path, pull)
    named = glob.glob(str(pattern), recursive=True)  # noqa: PTH207 - a pattern may be absolute
    there = [path for path in map(Path, named) if path.is_file()]
    if not there:
        raise SourceError(f"[sources.{pull.source}]: there is no file under {pattern}; mend its `path`.")
    return sorted(there, key=lambda path: (path.stat().st_mtime_ns, str(path)))


def stamp(path: Path) -> str:
    """Return what changes whenever a file does."""
    about = path.stat()
    return f"{about.st_size} {about.st_mtime_ns}"


SOURCE = Source(Mapping, lambda mapping: mapping.key, read, lambda mapping: bool(mapping.path))
