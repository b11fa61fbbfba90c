"""What may be on the disk after a power cut? Every file system is free to keep any part of what was not synced.

Recorded are the syncs of some work, and what the folder held before each. A file that was not synced since it was last
written may have what it had at its last sync, nothing, all, the beginning of it, or zeros; a name that was added to a
folder, taken from it or changed since the folder was last synced may be as it was or as it is, each apart from the
others. That takes in every order in which the writes may have come to the disk.
Source: Pillai et al. (2014), All File Systems Are Not Created Equal (ALICE), OSDI 14; Mohan et al. (2018), Finding
Crash-Consistency Bugs with Bounded Black-Box Crash Testing (CrashMonkey), OSDI 18.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Names = dict[str, int]  # of a folder: name → inode


@dataclass
class Tree:
    """What a folder holds: names by folder, and contents by inode."""

    names: dict[int, Names] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, cache: dict[tuple[int, int, int], bytes], held: dict[int, int]) -> Tree:
        """Look at a folder. held: is given an open file of each inode, so that none becomes another thing's."""
        tree = cls()
        for place, _, files in os.walk(root):
            hold(Path(place), held)
            tree.names[Path(place).stat().st_ino] = {
                each.name: each.inode() for each in os.scandir(place) if each.name not in ("lock", ".lock")
            }
            for name in files:
                path = Path(place, name)
                hold(path, held)
                about = path.stat()
                key = (about.st_ino, about.st_mtime_ns, about.st_size)
                if key not in cache:
                    cache[key] = path.read_bytes()
                tree.contents[about.st_ino] = cache[key]
        return tree


def hold(path: Path, held: dict[int, int]) -> None:
    """Open a file or folder, so that its inode stays its own though it is deleted."""
    inode = path.stat().st_ino
    if inode not in held:
        held[inode] = os.open(path, os.O_PATH)


@dataclass
class Moment:
    """A sync, or the point at which somebody was told of something: what the folder held then."""

    tree: Tree
    synced: int | None = None  # inode of a file or a folder
    told: int = 0  # how much had been told by then


class Recorder:
    """Notes every sync beneath a folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.told = root, 0
        self.cache: dict[tuple[int, int, int], bytes] = {}
        self.held: dict[int, int] = {}
        self.moments: list[Moment] = []
        self.top = root.stat().st_ino

    def tell(self) -> None:
        """Note that somebody is told: from here on, it must hold."""
        self.told += 1
        self.moments.append(Moment(Tree.of(self.root, self.cache, self.held), None, self.told))

    @contextmanager
    def recording(self) -> Iterator[Recorder]:
        real = os.fsync

        def fsync(file: int) -> None:
            real(file)
            inode = os.fstat(file).st_ino
            tree = Tree.of(self.root, self.cache, self.held)
            if inode in tree.names or inode in tree.contents:
                self.moments.append(Moment(tree, inode, self.told))

        files = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files[1], files[1]))
        os.fsync = fsync
        try:
            yield self
        finally:
            os.fsync = real
            for each in self.held.values():
                os.close(each)
            self.held.clear()
            resource.setrlimit(resource.RLIMIT_NOFILE, files)

    def stored(self, end: int) -> Tree:
        """Return what is on the disk for sure after a number of moments: of each thing, as it was when last synced."""
        kept = Tree({self.top: {}})
        for moment in self.moments[:end]:
            if moment.synced in moment.tree.names:
                kept.names[moment.synced] = moment.tree.names[moment.synced]
            elif moment.synced is not None:
                kept.contents[moment.synced] = moment.tree.contents[moment.synced]
        return kept

    def crash(self, end: int, chance: random.Random, target: Path) -> int:
        """Write one of the states in which the disk may be after a number of moments; return what was told by then."""
        seen = self.moments[min(end, len(self.moments) - 1)].tree
        lay(self.stored(end), seen, self.top, chance, chance.choice((0.0, 0.1, 0.5, 0.9, 1.0)), target)
        return self.moments[end - 1].told if end else 0


def lay(kept: Tree, seen: Tree, inode: int, chance: random.Random, lucky: float, target: Path) -> None:
    """Write a folder as it may be."""
    target.mkdir()
    before, after = kept.names.get(inode, {}), seen.names.get(inode, {})
    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        chosen = now if was == now or chance.random() < lucky else was
        if chosen is None:
            continue
        if chosen in seen.names or chosen in kept.names:
            lay(kept, seen, chosen, chance, lucky, target / name)
        else:
            (target / name).write_bytes(content(kept, seen, chosen, chance, lucky))


def content(kept: Tree, seen: Tree, inode: int, chance: random.Random, lucky: float) -> bytes:
    """Return what a file may hold."""
    sure, now = kept.contents.get(inode), seen.contents.get(inode)
    if now is None or sure == now:
        return sure or b""
    if chance.random() < lucky:
        return now
    return chance.choice((sure or b"", b"", now[: chance.randrange(len(now) + 1)], bytes(len(now))))


def replays(
    recorder: Recorder, count: int, folder: Path, hold: Callable[[Path, int, int], str], seed: int = 0
) -> list[str]:
    """Cut the power many times, and return what did not hold. hold: says what is wrong, given what had been told."""
    wrong = []
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        target = folder / "crashed"
        told = recorder.crash(chance.randrange(len(recorder.moments) + 1), chance, target)
        try:
            found = hold(target, told, number)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            wrong.append(f"replay {number}, {told} told: {found[:400]}")
        shutil.rmtree(target)
    return wrong
