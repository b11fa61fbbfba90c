"""What do the processes do that `kills` ends? Commands without end, or a server: each thing is noted before and after.

A note is a line of a file, as JSON: what is begun, and that it is done, which is noted once the command has said so.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from ziggurat.cli import main
from ziggurat.workspace import Workspace

COLUMNS = ("id", "at", "email", "event", "channel")
OF_EACH = 12  # rows of a file that no other has
INTERRUPTED = 130


def rows(name: str, count: int = OF_EACH) -> list[str]:
    """Return the ids of the rows that one file alone has."""
    return [f"{name}-{number}" for number in range(count)]


def write(path: Path, ids: list[str]) -> None:
    """Write a file of interactions, as CSV or Parquet."""
    cells = [[name, "2026-01-05", f"{name}@x.org", "visited", "web"] for name in ids]
    table = pa.table({name: list(column) for name, column in zip(COLUMNS, zip(*cells, strict=True), strict=True)})
    if path.suffix == ".csv":
        pa.csv.write_csv(table, path)
    else:
        pq.write_table(table, path)


class Worker:
    """Works on a workspace as somebody at the command line does."""

    def __init__(self, space: Path, notes: Path, source: str, seed: str) -> None:
        self.space, self.notes, self.source = space, notes, source
        self.chance = random.Random(seed)
        self.name = seed
        self.count = 0

    def note(self, what: Mapping[str, Any]) -> None:
        """Write a note in one step."""
        with self.notes.open("ab", buffering=0) as file:
            file.write(json.dumps(what).encode() + b"\n")

    def do(self, what: Mapping[str, Any], *arguments: str) -> None:
        """Run a command, and note it before and after."""
        self.note({"begun": what})
        try:
            main(["-C", str(self.space), *arguments])
        except SystemExit as ended:
            if ended.code == INTERRUPTED:
                raise  # which tells neither that it is done nor that it is not
            if ended.code:
                self.note({"failed": f"{arguments}: ended with {ended.code}"})
                return
        self.note({"done": what})

    def work(self, alone: bool) -> None:
        """Do whatever comes next, without end. alone: nobody else reads or writes."""
        while True:
            chosen = self.chance.choices(("import", "undo", "tidy", "refresh", "raise"), (9, 4, 2, 3, 2))[0]
            if chosen == "import":
                self.bring()
            elif chosen == "undo":
                self.undo()
            elif chosen == "raise":
                self.count += 1
                why = f"{self.name}.{self.count}"
                self.do({"raised": why}, "raise", "email:anybody-0@x.org", "1", "--until", "2030-01-01", "--why", why)
            else:
                self.do({}, chosen, *(["--now"] if chosen == "tidy" and alone and self.chance.random() < 0.5 else []))

    def bring(self) -> None:
        """Import a file of rows of its own, and of some of those of the one before."""
        self.count += 1
        name = f"{self.name}.{self.count}"
        ids = rows(name) + rows(f"{self.name}.{self.count - 1}", self.chance.randrange(OF_EACH))
        path = self.notes.parent / f"{name}{self.chance.choice(('.csv', '.csv', '.parquet'))}"
        write(path, ids)
        self.do({"file": path.name, "ids": ids}, "import", str(path), "--source", self.source, "--yes")

    def undo(self) -> None:
        """Take back one of the imports of this source."""
        known = [one for one in Workspace.open(self.space).imports() if one["source"] == self.source]
        living = [one for one in known if not one["undone"]]
        if living:
            chosen = self.chance.choice(living)
            self.do({"undone": chosen["file"]}, "undo", chosen["import_id"])


def apart(notes: Path) -> None:
    """Make this process the first of a session of its own, and let it say nothing but what it notes."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # between commands; each chooses for itself
    said = os.open(notes.with_suffix(".said"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    faulthandler.register(signal.SIGUSR1, file=2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)


def commands(space: Path, notes: Path, source: str, seed: str, alone: bool) -> None:
    """Work until killed."""
    apart(notes)
    Worker(space, notes, source, seed).work(alone)


def server(space: Path, notes: Path, port: int) -> None:
    """Serve until killed."""
    apart(notes)
    main(["-C", str(space), "serve", "--port", str(port)])
