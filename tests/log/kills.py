"""Is anything lost, doubled or unreadable when processes are killed at work? `make crash` kills hundreds at random.

Two command lines or a server and one import, undo, tidy, refresh and decide without end on one workspace. Each is
killed at a random instant. What it had been told is done must be there, whole and once; what it was at may be there
whole or not at all; all must be readable, and the next ones work on with what is left.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.log import at_work, visiting
from ziggurat.base.engine import duckdb as engine
from ziggurat.cli import main as command
from ziggurat.workspace import Workspace
from ziggurat.workspace.integrity import damages

OF_ONE = 30  # kills on one workspace, then a new one is made
LATEST = 1.0  # seconds after its first note in which a process is killed, or its next change of a folder is awaited
PLACES = (  # of a workspace, whose changes show what somebody is at
    "log/interactions", "log/interactions/_delta_log", "log/again/_delta_log", "log/gone/_delta_log",
    "log/imports", "log/imports/_delta_log", "log/.staging", "log", "histories", "results", "uploads", ".",
)  # fmt: skip
PATIENCE = 60.0  # seconds for whatever is not killed
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.log.at_work", "ziggurat.server.run", "ziggurat.cli.app"])


@dataclass
class Source:
    """What is known to be done of one source: ids by file, those that are taken back among them, and the raises."""

    name: str
    files: dict[str, list[str]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    unsure: dict[str, Any] = field(default_factory=dict)  # what was begun, and of which nobody was told that it is done
    queued: bool = False  # whether what was begun may be done by whoever comes next, as what a server has in its queue
    late: list[dict[str, Any]] = field(default_factory=list)  # what was begun in earlier rounds, and may still be done

    def read(self, notes: Path) -> Iterator[str]:
        """Take in what a process noted; yield what failed."""
        for line in notes.read_bytes().splitlines() if notes.exists() else ():
            note = json.loads(line)
            self.unsure = note.get("begun", {})
            if "failed" in note:
                yield f"{note['failed']}: {notes.with_suffix('.said').read_text('utf-8')[-300:]}"
            if "done" in note:
                self.take(note["done"])
        said = notes.with_suffix(".said")
        if said.exists() and "Traceback" in (text := said.read_text("utf-8", "replace")):
            yield f"a traceback: {text[-900:]}"
        notes.unlink(missing_ok=True)
        said.unlink(missing_ok=True)

    def take(self, done: dict[str, Any]) -> None:
        """Take in that something is done."""
        if "file" in done:
            self.files[done["file"]] = done["ids"]
        if "undone" in done:
            self.undone.add(done["undone"])
        if "raised" in done:
            self.raised.add(done["raised"])

    def settle(self, space: Workspace) -> Iterator[str]:
        """Compare it with the list of imports and raises, take in what was unsure; yield what is not as it was said."""
        there = {one["file"]: one["undone"] for one in space.imports() if one["source"] == self.name}
        raised = [one["why"] for one in space.state.raises() if one["why"].startswith(f"{self.name}-")]
        begun = [one for one in (*self.late, self.unsure) if one]
        done = [
            one.get("file") in there or there.get(one.get("undone", ""), False) or one.get("raised") in raised
            for one in begun
        ]
        for one, is_done in zip(begun, done, strict=True):
            if is_done:
                self.take(one)
        self.late = [one for one, is_done in zip(begun, done, strict=True) if self.queued and not is_done]
        self.unsure = {}
        wanted = {name: name in self.undone for name in self.files}
        if there != wanted:
            yield f"imports of {self.name}: {sorted(there.items() ^ wanted.items())[:6]}"
        if sorted(raised) != sorted(self.raised):
            yield f"raises of {self.name}: {sorted({*raised} ^ self.raised)[:6]}"

    def ids(self) -> set[str]:
        """Return the ids that must be in the log."""
        return {name for file, ids in self.files.items() if file not in self.undone for name in ids}


def made(folder: Path, sources: list[str]) -> dict[str, Source]:
    """Make a workspace with an import of each source, so that what its columns mean is known."""
    space = folder / "space"
    Workspace.create(space)
    found = {}
    for name in sources:
        found[name] = Source(name, {f"{name}.csv": at_work.rows(name)}, queued=name == "served")
        path = folder / f"{name}.csv"
        at_work.write(path, found[name].files[path.name])
        run(space, "import", str(path), "--source", name, "--field", "interaction_id=id", "--yes")
    run(space, "refresh")
    return found


def run(space: Path, *arguments: str) -> None:
    """Run a command that must succeed."""
    with open(os.devnull, "w") as nothing:  # noqa: PTH123
        before, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), nothing, nothing
        try:
            command(["-C", str(space), *arguments])
        except SystemExit as ended:
            assert not ended.code, arguments
        finally:
            sys.stdout, sys.stderr = before


def killed(process: Any, notes: Path, chance: random.Random) -> None:
    """Kill a process some time after its first note; one that was asked to end may still end what it is at."""
    until = time.monotonic() + PATIENCE
    while not notes.exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(chance.random() * LATEST)
    if chance.random() < 0.8:
        await_change(notes.parent / "space" / chance.choice(PLACES))
        time.sleep(chance.random() * chance.choice((0.0, 0.002, 0.02)))
    number, until = chance.choice(SIGNALS), time.monotonic() + PATIENCE
    while process.is_alive() and time.monotonic() < until:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
        process.join(5)  # an interruption that falls into the end of an object is not seen: then it is repeated
    if process.is_alive():
        os.kill(process.pid, signal.SIGUSR1)  # which says where it is
        process.join(1)
        process.kill()
        process.join()
        said = notes.with_suffix(".said").read_text("utf-8")[-6000:]
        raise RuntimeError(f"a process did not end when it was told to: {said}")


def await_change(folder: Path) -> None:
    """Wait until something is added to a folder or taken from it, but not for long."""
    until = time.monotonic() + 2 * LATEST
    before = listed(folder)
    while listed(folder) == before and time.monotonic() < until:
        time.sleep(0.0005)


def listed(folder: Path) -> set[str]:
    """Return the names in a folder; none where there is no folder."""
    try:
        return set(os.listdir(folder))  # noqa: PTH208
    except FileNotFoundError:
        return set()


def wrong(space: Path, sources: dict[str, Source], thorough: bool) -> Iterator[str]:
    """Yield what is not as it should be. thorough: read every byte, and bring all up to date."""
    opened = Workspace.open(space)
    with engine.connect() as connection:
        scan = opened.log.snapshot().scan("interactions")
        held = connection.sql(f"SELECT source, interaction_id FROM {scan}").fetchall()
    for source in sources.values():
        yield from source.settle(opened)
        found = [name for of, name in held if of == source.name]
        if len(found) != len(set(found)):
            yield f"{source.name}: {len(found) - len(set(found))} rows are there twice"
        if set(found) != source.ids():
            lost, more = source.ids() - set(found), set(found) - source.ids()
            yield f"{source.name}: {len(lost)} rows are lost, such as {sorted(lost)[:3]}; {sorted(more)[:3]} too much"
    yield from (str(one) for one in damages(space, whole=thorough) if one.lost)
    if thorough and (counts := opened.refresh())["interactions"] != len(held):
        yield f"{counts['interactions']} interactions after a refresh, and {len(held)} in the log"


def left(process: Any) -> str:
    """Say what a killed process left running."""
    until = time.monotonic() + 10
    while alive := [each for each in Path("/proc").glob("[0-9]*/stat") if session(each) == process.pid]:
        if time.monotonic() > until:
            return f"{len(alive)} processes run on after the one that started them"
        time.sleep(0.05)
    return ""


def session(stat: Path) -> int:
    """Return the session of a process that runs, 0 of one that has ended."""
    try:
        state, _, _, found = stat.read_text("ascii", "replace").rpartition(")")[2].split()[:4]
    except OSError:
        return 0
    return 0 if state == "Z" else int(found)


def at_once(names: list[str], number: int, folder: Path, chance: random.Random) -> Iterator[str]:
    """Let command lines work beside each other and kill them; yield what they left."""
    begun = []
    for name in names:
        given = (folder / "space", folder / f"{name}.notes", name, f"{name}-{number}", len(names) == 1)
        process = PROCESSES.Process(target=at_work.commands, args=given, daemon=True)
        process.start()
        begun.append((process, given[1]))
    try:
        for process, notes in begun:
            killed(process, notes, chance)
    finally:
        for process, _ in begun:
            process.kill()
    yield from (said for process, _ in begun if (said := left(process)))


@dataclass
class Attack:
    """Kills processes, again and again. kills: so far; amid: of them, those that were in the middle of something."""

    folder: Path
    seed: int
    kills: int = 0
    amid: int = 0
    sources: dict[str, Source] = field(default_factory=dict)

    def faults(self, least: int) -> Iterator[str]:
        """Kill at least so many processes; yield what was wrong after which."""
        number = 0
        while self.kills < least:
            if number % OF_ONE == 0:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir(parents=True)
                self.sources = made(self.folder, ["left", "right", "served", "anybody"])
            try:
                yield from (f"round {number}: {one}" for one in self.round(number, self.kills < least - 2))
            except Exception as error:
                yield f"round {number}: {type(error).__name__}: {error}"
            number += 1

    def round(self, number: int, more: bool) -> Iterator[str]:
        """Kill a server, or one or two command lines; yield what is wrong. more: whether another round comes."""
        chance = random.Random(f"{self.seed} {number}")
        names = chance.choice((["served"], ["left"], ["right"], ["left", "right"]))
        self.kills += len(names)
        if names == ["served"]:
            yield from visiting.attack(self.folder, number, chance)
        else:
            yield from at_once(names, number, self.folder, chance)
        for name in names:
            yield from self.sources[name].read(self.folder / f"{name}.notes")
            self.amid += bool(self.sources[name].unsure)
        yield from wrong(self.folder / "space", self.sources, thorough=number % 10 == 9 or not more)


def main() -> None:
    """Kill, and exit with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    given = parser.parse_args()
    begun, found = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        attack = Attack(Path(folder) / "at work", given.seed)
        for fault in attack.faults(given.kills):
            found += 1
            print(fault, flush=True)
    said = f"{attack.kills} kills, {attack.amid} of them in the middle of something, seed {given.seed}"
    print(f"{said}: {found} faults, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
