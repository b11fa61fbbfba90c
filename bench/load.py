"""Does the server hold under load? 32 visitors on mixed pages for minutes, and one heavy study asked by 16 at once.

A visitor opens a page, lets the browser ask for the parts that come later, reads for some seconds, and goes on, whether
or not those parts have come: what has not is given up. A page's time is until its last byte; memory is what
the server's process holds. It is compared with what it held once every kind of page was asked for once.
"""

from __future__ import annotations

import datetime as dt
import html
import http.client
import json
import os
import random
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.pages import PATIENCE, serving
from bench.report import Row
from ziggurat import catalogue
from ziggurat.demo import make_community
from ziggurat.simulate import Community

VISITORS, SECONDS = 32, 300.0
READING = 4.0  # seconds for which a visitor reads a page, on average
ANOTHER_DAY = 0.2  # of the pages, those of a day other than today's
FIRST = 900.0  # seconds that a page may take that is asked before anything is loaded, on a busy machine
REST = 20.0  # seconds after which memory is to be given back
ASKERS = 16
AGAIN = 1.0  # seconds after which what is being worked out is asked for again
BEGINS = re.compile(r'<form[^>]* action="([^"]+)" data-begin.*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LATER = re.compile(r'data-load="([^"]+)"')
MIDDLE, SLOWEST, GROWN, TWICE = 0.150, 1.0, 1.3, 1.3  # goals: seconds of half and of 99 in 100, memory, work
OFTEN = ("causes", "returners", "rising", "flagging", "pace", "retention", "passage")
HEAVY = ("forecast-quality", "influence", "anomalies")  # two that are worked out behind, one that its page waits for


@dataclass
class Timed:
    """What visitors met with: seconds of pages and of parts, parts that were left, and answers that were none."""

    pages: list[tuple[float, str]] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)
    left: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A workspace to be looked at: its people, the days of its data, and the studies that are asked."""

    people: Sequence[str]
    first: dt.date
    last: dt.date
    studies: Sequence[str]

    def address(self, rng: random.Random) -> str:
        """Draw the address of a page."""
        day = self.first + dt.timedelta(days=rng.randrange((self.last - self.first).days + 1))
        at = f"?at={day.isoformat()}" if rng.random() < ANOTHER_DAY else "?"
        person = rng.choice(self.people)
        return rng.choice(
            (
                "/", f"/pyramid{at}", f"/moves{at}", f"/people{at}&page={rng.randrange(1, 4)}",
                f"/people?level=3&sort=last_at&order=down&page={rng.randrange(1, 4)}", f"/people?search={person[:3]}",
                f"/people/{person}{at}", f"/people/{person}", f"/study/{rng.choice(self.studies)}{at}", "/studies",
                f"/study/{rng.choice(self.studies)}", "/scenario", "/data", "/ideas", "/sources",
            )
        )  # fmt: skip

    def every(self) -> Iterator[str]:
        """Yield every kind of page once."""
        person = self.people[0]
        yield from ("/", "/pyramid", "/moves", "/people", f"/people/{person}", "/scenario", "/data", "/ideas")
        yield from ("/studies", "/sources", *(f"/study/{name}" for name in self.studies))


def measured(
    folder: Path, space: Path, seconds: float, say: Callable[[str], object]
) -> Iterator[tuple[str, list[Row]]]:
    """Measure the simulated community, and the generated log, one after the other; print what can't be in a row."""
    community = folder / "community"
    if not community.exists():
        make_community(community, Community())
    quick = [each.name for each in catalogue.LISTED if not each.late]
    yield "Asked at once", shared(community, "the community", say)
    yield "The community under load", loaded(community, "the community", quick, seconds, say)
    yield "The generated log under load", loaded(space, "the generated log", OFTEN, seconds, say)


def loaded(space: Path, name: str, studies: Sequence[str], seconds: float, say: Callable[[str], object]) -> list[Row]:
    """Measure visitors to one workspace."""
    timed = Timed()
    with serving(space) as (port, process):
        place = looked_at(port, studies)
        for each in place.every():
            ask(port, each, "first", FIRST)
        start = held(process.pid)
        before = worked(process.pid)
        with watched(process.pid) as most:
            visit(port, place, seconds, timed)
        work = worked(process.pid) - before
        time.sleep(REST)
        end = held(process.pid)
    took = sorted(one for one, _ in timed.pages)
    middle, slow = statistics.median(took), took[int(len(took) * 0.99)]
    say(
        f"\n{name}: {len(took):,} pages in {seconds:.0f} s to {VISITORS} visitors, and {len(timed.parts):,} parts of "
        f"pages, 99 in 100 of them within {slowest(timed.parts):.2f} s; {timed.left:,} parts were left. "
        f"Not answered: {len(timed.wrong)}. Slowest: "
        + ", ".join(f"{path} {one:.2f} s" for one, path in sorted(timed.pages, reverse=True)[:5])
    )
    for each in timed.wrong[:5]:
        say(f"- {each}")
    return [
        Row(f"{name}: half of the pages", [middle], goal="≤ 150 ms", met=middle <= MIDDLE),
        Row(f"{name}: 99 in 100 pages", [slow], goal="≤ 1 s", met=slow <= SLOWEST and not timed.wrong),
        Row(f"{name}: of the processor, each with its parts", [work / len(took)]),
        Row(f"{name}: memory at the start", [], start),
        *(
            Row(f"{name}: memory {when}", [], size, "start", size / start, "≤ 1.3 ×", size <= GROWN * start)
            for when, size in (("at most", most[0]), (f"{REST:.0f} s after the last page", end))
        ),
    ]


def visit(port: int, place: Place, seconds: float, timed: Timed) -> None:
    """Let visitors come for so long."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(VISITORS) as several:
        list(several.map(lambda number: one_visitor(port, place, number, until, timed), range(VISITORS)))


def one_visitor(port: int, place: Place, number: int, until: float, timed: Timed) -> None:
    """Look at page after page."""
    rng = random.Random(number)
    time.sleep(rng.random() * READING)
    while time.monotonic() < until:
        path, began = place.address(rng), time.monotonic()
        status, body = ask(port, path, f"visitor {number}", PATIENCE)
        timed.pages.append((time.monotonic() - began, path))
        if status not in (200, 202):
            timed.wrong.append(f"{path}: {status} {body[:200]!r}")
        leaves = time.monotonic() + rng.expovariate(1 / READING)
        press(port, body, f"visitor {number}", PATIENCE)
        for part in LATER.findall(body.decode()):
            began = time.monotonic()
            if began >= leaves:
                break
            try:
                load(port, html.unescape(part), f"visitor {number}", leaves)
            except TimeoutError:
                timed.left += 1
            else:
                timed.parts.append(time.monotonic() - began)
        time.sleep(max(0.0, leaves - time.monotonic()))


def load(port: int, part: str, visitor: str, until: float) -> None:
    """Ask for a part of a page until it is there, as its script does. Raises: TimeoutError where that takes longer."""
    while True:
        status, body = ask(port, part, visitor, max(until - time.monotonic(), 0.01))
        if status != 202:
            return
        press(port, body, visitor, max(until - time.monotonic(), 0.01))
        if time.monotonic() + AGAIN >= until:
            raise TimeoutError
        time.sleep(AGAIN)


def press(port: int, body: bytes, visitor: str, seconds: float) -> None:
    """Begin what takes seconds, where a page's script would. Raises: TimeoutError if that takes longer."""
    if form := BEGINS.search(body.decode()):
        given = {name: html.unescape(value) for name, value in HIDDEN.findall(form[0])}
        ask(port, html.unescape(form[1]), visitor, seconds, urlencode(given))


def shared(space: Path, name: str, say: Callable[[str], object]) -> list[Row]:
    """Measure what a heavy study costs that is asked once, and one that 16 visitors ask at once."""
    found = []
    with serving(space) as (port, process):
        place = looked_at(port, OFTEN)
        for study in HEAVY:
            for back in (3, 2):  # the first loads what the study needs
                alone = cost(process.pid, port, study, place.last - dt.timedelta(days=back), 1)
            several = cost(process.pid, port, study, place.last - dt.timedelta(days=1), ASKERS)
            ratio = several / max(alone, 0.01)  # a tick of the clock
            found.append(Row(f"{name}: {study}, asked once", [alone]))
            found.append(
                Row(
                    f"{name}: {study}, asked by {ASKERS} at once",
                    [several],
                    0,
                    "once",
                    ratio,
                    "≤ 1.3 ×",
                    ratio <= TWICE,
                )
            )
    say(f"\nWhat {ASKERS} visitors ask at once is measured in seconds of the processor, not of the clock.")
    return found


def cost(pid: int, port: int, study: str, at: dt.date, askers: int) -> float:
    """Return the seconds of the processor that the server needs until all who ask have the answer."""
    before = worked(pid)
    windowed = any(option.name == "until" for option in catalogue.find(study).options)

    def one(number: int) -> None:
        path = f"/api/studies/{study}?{'until' if windowed else 'at'}={at}"
        if catalogue.find(study).late:
            ask(port, path, f"asker {number}", PATIENCE, "")
        while (found := ask(port, path, f"asker {number}", PATIENCE))[0] == 202:
            time.sleep(AGAIN)
        if found[0] != 200:
            raise RuntimeError(f"{path}: {found[1][:300]!r}")

    with ThreadPoolExecutor(askers) as several:
        list(several.map(one, range(askers)))
    return worked(pid) - before


def looked_at(port: int, studies: Sequence[str]) -> Place:
    """Ask the server for what is in its workspace."""
    rows = json.loads(ask(port, "/api/people?size=50", "first", PATIENCE)[1])["rows"]
    last = max(str(row["last_at"])[:10] for row in rows)
    until = dt.date.fromisoformat(last)
    return Place([row["person_id"] for row in rows], until - dt.timedelta(days=300), until, studies)


def ask(port: int, path: str, visitor: str, seconds: float, form: str | None = None) -> tuple[int, bytes]:
    """Return the status and the body that an address gives. form: what is sent to it by POST.

    Raises: TimeoutError if that takes longer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    headers = {"User-Agent": visitor, "Origin": f"http://127.0.0.1:{port}"}
    headers |= {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("GET" if form is None else "POST", path, form, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def slowest(some: Sequence[float]) -> float:
    """Return the seconds within which 99 in 100 are."""
    return sorted(some)[int(len(some) * 0.99)] if some else 0.0


@contextmanager
def watched(pid: int) -> Iterator[list[int]]:
    """Look meanwhile at what a process holds; the most of it, in bytes, is in the list."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            with suppress(FileNotFoundError):
                most[0] = max(most[0], held(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def held(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def worked(pid: int) -> float:
    """Return the seconds of the processor that a process has had, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
