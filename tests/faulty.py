"""Would a test notice if the code were wrong somewhere?

`python -m tests.faulty` plants faults (`tests.faults`), one at a time, in a copy of the project, and runs the tests
that can see it: those of the module, those nearest to it among what imports it, the pinned figures, and more of its
room. What passes all has survived, and is for a reader to judge: it may change nothing that anyone can see. A run says
what survived, and the rates by folder; what is noticed is noticed by a test that passes without the fault.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults import SOURCE, Fault, draw
from tests.mutants import TOGETHER
from ziggurat.catalogue import STUDIES

ROOT = Path(__file__).parent.parent
FOLDERS = [
    "levels",
    "people",
    "facts",
    "roles",
    "channels",
    "value",
    "scenario",
    "stats",
    "news",
    "report",
    "playbook",
    "sources",
    "workspace",
    "server",
    "words",
]
HEAVY = "duckdb pyarrow.compute numpy scipy.stats scipy.special narwhals msgspec sqlalchemy playwright.sync_api"
TOLD = "noticed.txt"  # in which tests leave their failure
NOTICED, SURVIVED, UNTOLD, ENDLESS = "noticed", "SURVIVED", "NOT TOLD", "a test that did not end"
BROKEN = 99  # how a process ends in which no tests were run
STUCK = 300  # seconds of one test, after which it counts as having noticed: what is false may never end


def module_of(file: str) -> str:
    """The name of the module that a file is."""
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(path: Path) -> set[str]:
    """What a file imports, wherever in it, and which modules it names in a text (`levels.moves:moves`)."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def nearness(root: Path, file: str) -> dict[str, int]:
    """The test files by how many imports they are from a file: 1 imports it."""
    users = defaultdict(set)
    for path in [*(root / SOURCE).rglob("*.py"), *(root / "tests").rglob("*.py")]:
        name = str(path.relative_to(root))
        for module in imported(path):
            users[module].add(name)
    near, far = {}, 0
    edge, seen = {file}, {file}
    while edge:
        far += 1
        edge = {user for inner in edge for user in users[module_of(inner)]} - seen
        seen |= edge
        near |= {user: far for user in edge if Path(user).name.startswith("test_")}
    return near


def stages(root: Path, file: str) -> list[list[str]]:
    """The test files that can see a file, nearest first: its own, its users', pinned figures, wider."""
    room, stem = Path(file).relative_to(SOURCE).parts[0], Path(file).stem
    near = nearness(root, file)
    own = {str(path.relative_to(root)) for path in (root / "tests").rglob(f"test_{stem}.py")}
    where = f"{module_of(file).removeprefix('ziggurat.')}:"
    for study in STUDIES.values():
        if study.where.startswith(where):
            own |= {f"tests/{name}" for name in TOGETHER.get(study.name, "").split()}
    own = {name for name in own if f"/{room}/" in name or near.get(name, 9) == 1}

    def order(name: str) -> tuple[bool, int, int]:
        return f"tests/{room}/" not in name, near.get(name, 9), (root / name).stat().st_size

    usual = {name for name in near if "/browser/" not in name and not re.search("spark|kills|power", name)}
    whole = {str(path.relative_to(root)) for path in (root / "tests" / room).glob("test_*.py")}  # what finds it by name
    room_s = {name for name in usual if f"tests/{room}/" in name} | (whole if room == "server" else set())
    close = {name for name in usual if near[name] <= 1} | {name for name in room_s if near.get(name, 9) <= 2}
    second = sorted(close - own, key=order)[:6]
    third = ["tests/test_pinned.py"]
    fourth = sorted((room_s | {name for name in usual if near[name] <= 2}) - own - {*second, *third}, key=order)[:40]
    return [part for part in (sorted(own, key=order), second, third, fourth) if part]


class Teller:
    """Writes down which test failed."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            Path(TOLD).write_text(report.nodeid, "utf-8")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            Path(TOLD).write_text(report.nodeid, "utf-8")


def run(root: Path, files: Sequence[str], loops: str | None = None) -> None:
    """Run tests in this process, quietly, on the copy, and end it."""
    os.setpgid(0, 0)
    os.chdir(root)
    said = os.open(os.environ.get("FAULTY_SAYS", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1), os.dup2(said, 2)
    try:
        for name in [name for name in sys.modules if name.split(".")[0] in {"ziggurat", "tests"}]:
            del sys.modules[name]
        sys.path[:] = [
            str(root),
            str(root / "src"),
            *(p for p in sys.path if p not in {"", str(ROOT), str(ROOT / "src")}),
        ]
        os.environ["PYTHONPATH"] = str(root / "src")
        if loops is not None:
            os.environ["NUMBA_CACHE_DIR"] = loops
        stuck = ["-o", f"faulthandler_timeout={STUCK}", "-o", "faulthandler_exit_on_timeout=true"]
        code = pytest.main(
            ["-x", "-q", "-n0", "-p", "no:cacheprovider", *stuck, "--hypothesis-seed=1", *files], [Teller()]
        )
    except BaseException:
        traceback.print_exc()
        raise
    os._exit(code)


def fails(root: Path, files: Sequence[str], seconds: float, loops: str | None = None) -> bool | None:
    """Whether tests fail in a process of their own; None where they did not end in time.

    loops: a folder for compiled loops, else they are kept beside their modules.
    """
    child = os.fork()
    if not child:
        try:
            run(root, files, loops)
        finally:
            os._exit(BROKEN)
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            assert code != BROKEN, f"no tests were run for {files}"
            return code not in (0, 5)
        time.sleep(0.1)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def copy(root: Path) -> None:
    """Copy what is tracked, as it is now, into a folder."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in files.split("\0"):
        if name and (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    for compiled in (ROOT / SOURCE).rglob("*.nb[ci]"):  # loops take long to compile
        if compiled.is_file():
            (root / compiled.relative_to(ROOT)).parent.mkdir(exist_ok=True)
            shutil.copy2(compiled, root / compiled.relative_to(ROOT))


def outcome(root: Path, fault: Fault, seconds: float) -> tuple[str, str]:
    """Plant a fault in the copy; return what became of it, and by which test, or in which stage, it was so."""
    path, parts = root / fault.file, stages(root, fault.file)
    true, written, end = path.read_text("utf-8"), path.stat(), time.monotonic() + seconds
    compiled, told = Path(importlib.util.cache_from_source(str(path))), root / TOLD
    try:
        path.write_text(fault.text, "utf-8")
        for place, part in enumerate(parts, start=1):
            compiled.unlink(missing_ok=True)
            told.unlink(missing_ok=True)
            with tempfile.TemporaryDirectory() as loops:  # a compiled loop is kept with those that it called then
                noticed = fails(root, part, end - time.monotonic(), loops if "jit" in fault.text else None)
            if noticed is None:
                return UNTOLD, f"stage {place} took too long"
            if noticed:
                return NOTICED, told.read_text("utf-8") if told.exists() else ENDLESS
    finally:
        path.write_text(true, "utf-8")
        os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))  # so that its compiled loops are its still
        compiled.unlink(missing_ok=True)
    return SURVIVED, f"{len(parts)} stages"


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant faults, say what became of each, and return how many survived."""
    takes = argparse.ArgumentParser(prog="python -m tests.faulty", description=__doc__)
    takes.add_argument("folders", nargs="*", help="where; in all of the logic if left out")
    takes.add_argument("--count", type=int, default=30)
    takes.add_argument("--seed", type=int, default=1)
    takes.add_argument("--seconds", type=float, default=600, help="after which it is not told whether a fault survives")
    chosen = takes.parse_args(arguments)
    for name in HEAVY.split():
        importlib.import_module(name)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    tests = set()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        copy(root)
        for fault in draw(root, chosen.folders or FOLDERS, chosen.count, chosen.seed):
            begun = time.monotonic()
            what, by = outcome(root, fault, chosen.seconds)
            found[fault.folder][what] += 1
            tests |= {by} if what == NOTICED and by != ENDLESS else set()
            print(f"{what} ({by}, {time.monotonic() - begun:.0f} s) {fault}", flush=True)
        red = [name for name in sorted(tests) if fails(root, [name], chosen.seconds) is not False]
    for where, counts in [*sorted(found.items()), ("together", sum(found.values(), Counter()))]:
        print(f"{where}: of {counts.total()}, {counts[SURVIVED]} survived, {counts[UNTOLD]} not told")
    if red:
        print(f"These tests fail without any fault, so what they noticed is not known: {', '.join(red)}")
    return len(red) + sum(counts[SURVIVED] for counts in found.values())


if __name__ == "__main__":
    sys.exit(min(1, main()))
