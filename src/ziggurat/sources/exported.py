"""Which documents are in an export: a folder, or a ZIP file of one? Each is read when it is wanted, within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources.place import local, stamp
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Pull

MOST = 200_000  # documents
LARGEST = 128 << 20  # bytes of one, unpacked


class ShapeError(SourceError):
    """A document is no JSON, or has another shape than the export has."""


class Export:
    """The JSON documents of an export, by the path within it."""

    def __init__(self, where: str, place: Path, archive: zipfile.ZipFile | None, sizes: Mapping[str, int]) -> None:
        self.where, self.place, self.archive, self.sizes = where, place, archive, sizes

    def read(self, name: str, to: Any) -> Any:
        """Read a document in the shape that is expected.

        Raises: ShapeError if it has another; SourceError if it can't be read, or is too large.
        """
        if self.sizes[name] > LARGEST:
            raise SourceError(f"{self.where}: {name} is larger than {LARGEST >> 20} MB, which is not read.")
        try:
            if self.archive is None:
                raw = (self.place / name).read_bytes()
            else:
                with self.archive.open(name) as file:
                    raw = file.read(LARGEST + 1)
            if len(raw) > LARGEST:
                raise SourceError(f"{self.where}: {name} is larger than it says, and is not read.")
            return msgspec.json.decode(raw, type=to)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ShapeError(
                f"{self.where}: {name[:100]} has another shape than that export: {str(error)[:200]}."
            ) from error
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise SourceError(f"{self.where}: {name[:100]} can't be read: {str(error)[:200]}.") from error

    def documents(self, names: Sequence[str], to: Any, rows: Rows) -> Iterator[tuple[int, str, Any]]:
        """Yield the documents of the shape that is expected, each with how many were read and its name.

        One of another shape is rejected. Raises: SourceError if all are of another, or one can't be read.
        """
        odd = 0
        for done, name in enumerate(names, 1):
            try:
                found = self.read(name, to)
            except ShapeError as error:
                odd += 1
                if odd == len(names):
                    raise
                rows.reject(1, str(error).removeprefix(f"{self.where}: "), {"document": name})
            else:
                yield done, name, found


@contextmanager
def opened(path: str, pull: Pull) -> Iterator[tuple[Export, str]]:
    """Open an export, and give it with a stamp that changes whenever it does.

    Raises: SourceError if there is none, or it is neither a folder nor a ZIP file.
    """
    where, place = f"[sources.{pull.source}]", local(path, pull)
    if not path or not place.exists():
        raise SourceError(f"{where}: there is no {place}; name the folder or the ZIP file of the export as `path`.")
    if place.is_dir():
        files = sorted(one for one in place.rglob("*.json") if one.is_file())[: MOST + 1]
        about = {one.relative_to(place).as_posix(): one.stat() for one in files}
        check(where, len(about))
        stamps = "".join(f"{name} {one.st_size} {one.st_mtime_ns}\n" for name, one in about.items())
        sizes = {name: one.st_size for name, one in about.items()}
        yield Export(where, place, None, sizes), stamp(stamps.encode())
        return
    try:
        with zipfile.ZipFile(place) as archive:
            sizes = {one.filename: one.file_size for one in archive.infolist() if one.filename.endswith(".json")}
            check(where, len(sizes))
            yield Export(where, place, archive, sizes), f"{place.stat().st_size} {place.stat().st_mtime_ns}"
    except zipfile.BadZipFile as error:
        raise SourceError(f"{where}: {place.name} is neither a folder nor a ZIP file; mend its `path`.") from error


def check(where: str, count: int) -> None:
    """Raises: SourceError if there are too many documents, or none."""
    if not count:
        raise SourceError(f"{where}: there is no JSON document in the export; mend its `path`.")
    if count > MOST:
        raise SourceError(f"{where}: there are more than {MOST:,} documents in the export; divide it.")
