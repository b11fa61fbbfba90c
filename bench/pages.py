"""How soon does each page answer? Asked over HTTP of a server in a process of its own."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.apart import ROOT, ended

FIRST, DAYS = dt.date(2023, 3, 1), 1000
PATIENCE = 120  # seconds


def measure(folder: Path, rounds: int) -> tuple[dict[str, list[float]], int]:
    """Return seconds by page, and the peak memory of the server in bytes. The first of each page is not counted."""
    rng = random.Random(1)
    seconds: dict[str, list[float]] = {}
    with serving(folder) as (port, process):
        people = [row["person_id"] for row in json.loads(get(port, "/api/people?size=50")[1])["rows"]]
        for _ in range(rounds + 1):
            for page, path in asked(rng, people):
                seconds.setdefault(page, []).append(get(port, path)[0])
        process.terminate()
        memory = ended(process)
    return {page: some[1:] for page, some in seconds.items()}, memory


def asked(rng: random.Random, people: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every page once: each of a day that was not asked before, and the pyramid of one that was."""

    def day() -> str:
        return (FIRST + dt.timedelta(days=rng.randrange(DAYS))).isoformat()

    then, person = day(), rng.choice(people)
    yield "home, before its parts", "/"
    yield "pyramid, a new day", f"/pyramid?at={then}"
    yield "its lists: rising and flagging", f"/turning?at={then}"
    yield "pyramid, the same day again", f"/pyramid?at={then}"
    yield "pyramid, today", "/pyramid"
    yield "moves", f"/moves?at={day()}"
    yield "people who moved", f"/moves/people?at={day()}&way=climbed"
    yield "people", f"/people?at={day()}&page={rng.randrange(1, 2000)}"
    yield "people on a level, by last seen", f"/people?at={day()}&level=3&sort=last_at&order=down"
    yield "people, searched", f"/people?search=user:{rng.randrange(10_000)}"
    yield "person", f"/people/{person}"
    yield "person, another day", f"/people/{person}?at=2025-12-{rng.randrange(10, 31)}"
    for study in ("causes", "returners", "rising", "flagging", "pace", "retention", "passage"):
        yield f"study {study}", f"/study/{study}?at={day()}"
    yield "data", "/data"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Serve a workspace on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "ziggurat", "-C", str(folder), "serve", "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    get(port, "/health")
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > until:
                        raise
                    time.sleep(0.05)
            yield port, process
        finally:
            if process.returncode is None:
                process.terminate()


def get(port: int, path: str) -> tuple[float, bytes]:
    """Return the seconds that an address takes to answer, and the answer. Raises: RuntimeError if it is an error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    started = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    seconds = time.perf_counter() - started
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
    return seconds, body
