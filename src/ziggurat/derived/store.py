"""Where what follows from the log is kept on disk, and which of it is of the last refresh."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.engine.held import Held
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.kinds import Kinds
from ziggurat.derived import files
from ziggurat.derived.beside import Sidecars
from ziggurat.levels.kept import Kept
from ziggurat.log import histories, place
from ziggurat.log.histories import Manifest
from ziggurat.log.log import Log, Snapshot

KEPT = 24  # standings of so many instants stay on disk


class Store:
    """The files of one workspace folder that follow from its log, and the database that reads them.

    languages: what is written where, as `schema.LANGUAGES`. logged: returns the log; by default, that of the folder.
    """

    def __init__(
        self,
        folder: Path,
        kinds: Kinds,
        languages: pa.Table | None = None,
        logged: Callable[[], Snapshot] | None = None,
    ) -> None:
        self.folder = folder / "histories"
        self.results = folder / "results"
        self.kinds = kinds
        self.sidecars = Sidecars(folder, kinds, languages, logged or Log(folder / "log").snapshot)
        self.climbing = threading.Lock()
        self.standing = threading.Lock()  # apart, so that a pyramid need not wait until everyone's standing is known
        self.database = engine.connect(spill=folder / "results" / "spill")
        self.held = Held(self.database)
        self.kept = Kept()
        self.known: tuple[tuple[int, int, int], Manifest] | None = None
        self.brought: tuple[int, pa.Table] | None = None  # by turn; see `facts.silence`
        self.counted: tuple[Manifest, dict[str, Any]] | None = None  # see `persons.counts`

    def connect(self) -> Any:
        """Return a connection of the calling thread's own."""
        return self.database.cursor()

    def manifest(self) -> Manifest | None:
        """Return what the last refresh left, or None before the first one. Raises: WorkspaceError if all is gone."""
        path = self.folder / "manifest.json"
        if not path.exists():
            place.check(self.folder.parent)
            return None
        about = path.stat()
        changed = (about.st_mtime_ns, about.st_ino, about.st_size)  # no clock alone tells two files apart
        if self.known is None or self.known[0] != changed:
            manifest = histories.load(self.folder)
            if manifest is None:
                return None
            self.known = (changed, manifest)
        return self.known[1]

    def ready(self) -> Manifest:
        """Return what the last refresh left. Raises: WorkspaceError before the first one."""
        manifest = self.manifest()
        if manifest is None:
            raise WorkspaceError(
                "nothing has been refreshed yet; `ziggurat import` some data, then `ziggurat refresh`."
            )
        return manifest

    def version(self, raises: Sequence[Mapping[str, Any]]) -> str:
        """Return a text that changes whenever an answer could."""
        manifest = self.ready()
        return f"{manifest.turn}-{manifest.number}-{files.digest(raises)}"

    def table(self, name: str) -> str:
        """Return an SQL table expression for a table that the refresh made: people, identities, or see `file`."""
        layers = self.ready().layers
        files = [self.folder / file for file in layers[name].files] if name in layers else [self.file(name)]
        return self.held.table(self.source(name), sum(file.stat().st_size for file in files), self.ready().turn)

    def source(self, name: str) -> str:
        """Return an SQL table expression of the same for any connection."""
        layers = self.ready().layers
        return layers[name].query(self.folder) if name in layers else engine.scan_file(self.file(name))

    def file(self, name: str) -> Path:
        """Return the Parquet file of a table that the refresh made.

        name: guarded; acted; exposures or costs, as they were logged by then.
        Raises: WorkspaceError if the last refresh was by a version that did not make it.
        """
        files = self.ready().tables
        if name not in files:
            raise WorkspaceError(f"the last refresh left no table of {name}; `ziggurat refresh` makes it.")
        return self.folder / files[name]

    def turned(self, manifest: Manifest) -> Path:
        """Return the folder for what follows from a refresh, and drop what is too old."""
        folder = self.results / f"turn-{manifest.turn:06}"
        begun = folder.exists()
        durable.folder(folder)
        if not begun:
            self.tidy(manifest.turn)
        return folder

    def tidy(self, turn: int) -> None:
        """Drop results of refreshes before the last one, and those of single instants beyond the newest."""
        for folder in self.results.glob("turn-*"):
            if int(folder.name.removeprefix("turn-")) < turn - 1:
                shutil.rmtree(folder, ignore_errors=True)
        for name in ("standings", "lived"):
            kept = sorted(self.results.glob(f"turn-*/{name}-*.parquet"), key=lambda path: path.stat().st_mtime)
            durable.drop(kept[:-KEPT])

    def drop(self, before: float) -> tuple[int, int]:
        """Drop what follows from earlier refreshes alone, from before an instant (s); return files and bytes.

        Call with the lock of a refresh held, which may be writing files that nothing names yet.
        """
        manifest = histories.last(self.folder)
        if manifest is None:
            return 0, 0
        old = [path for path in self.folder.glob("*.*") if path.name not in {*manifest.files(), "manifest.json"}]
        for folder in self.results.glob("turn-*"):
            if int(folder.name.removeprefix("turn-")) < manifest.turn:
                old += folder.iterdir()
        old = [path for path in old if path.is_file() and path.stat().st_mtime <= before]
        size = {path: path.stat().st_size for path in old}
        gone = durable.drop(old)
        return len(gone), sum(size[path] for path in gone)

    def forget(self) -> None:
        """Drop all results: they are kept by turn, and turns begin anew where the histories are gone."""
        self.kept.forget()
        for folder in (*self.results.glob("turn-*"), self.sidecars.tones):
            shutil.rmtree(folder, ignore_errors=True)
