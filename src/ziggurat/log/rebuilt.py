"""How is the index of keys made anew? All that the log says is judged as if one import told it."""

from __future__ import annotations

import shutil
import uuid

from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine
from ziggurat.log.judge import Hashes, judge
from ziggurat.log.keys import Index
from ziggurat.log.snapshot import Snapshot
from ziggurat.log.tables import KEYS, hashes


def rebuild(index: Index, snapshot: Snapshot) -> None:
    """Fill an empty index."""
    for left in index.folder.glob("scratch-*"):  # by a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    for table, keyed in KEYS.items():
        if not snapshot.files.get(table):
            continue
        folder = durable.folder(index.folder / f"scratch-{uuid.uuid4().hex}")
        rows = snapshot.scan(table)
        if "$source" in keyed.key:
            rows += f" JOIN {snapshot.imports()} USING (import_no)"
        with engine.borrow(folder / "spill") as connection:
            query = f"SELECT {hashes(table, 'source', 'import_no')} FROM {rows}"
            judge(Hashes(folder, engine.stream(connection, query)), table, keyed, index)
        shutil.rmtree(folder)
