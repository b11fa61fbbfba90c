"""How much does a collector acknowledge, on the disk, and how soon? Beside how often the disk syncs at all.

64 connections send what a client library sends, one event or a hundred at a time, each as soon as the last was
acknowledged. Who sends runs on the same machine. Beside it PostgreSQL, where it is there, takes the same events, each a
plain insert that it acknowledges once it is on the disk. Then as many events as a busy minute brings are taken up into
the log.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.state import postgres

from bench import apart
from bench.apart import ROOT, ended
from bench.report import Row
from ziggurat.log.inbox.inbox import FOLDER, Inbox
from ziggurat.sources.tracking.arrival import Arrival, encoded
from ziggurat.workspace import Workspace

CONNECTIONS, SECONDS = 64, 8.0
MANY = 100
BODIES = 200  # that differ
SCRIPTS = 20  # likewise, of PostgreSQL
TAKEN_UP = 300_000
PATIENCE = 60.0
RATE = 10_000_000  # events a second of the key: none of them waits for it
GOALS = {1: 8_000, MANY: 200_000}  # events a second
SLOWEST = 0.060  # seconds, of 99 in 100


def syncs(folder: str) -> dict[str, Any]:
    """Append a little to a file and sync it, again and again for a second; return the seconds of one."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < 1.0:
            file.write(b"x" * 300)
            file.flush()
            os.fsync(file.fileno())
            count += 1
        return {"seconds": [(time.perf_counter() - began) / count]}


def acknowledged(folder: str, batch: str) -> dict[str, Any]:
    """Send for some seconds; return the seconds of each request, sorted, how many there were a second, and memory."""
    space = Workspace.create(Path(folder))
    key, port = space.make_key("bench", rate=RATE), free_port()
    words = [sys.executable, "-m", "ziggurat", "-C", folder, "collect", "--port", str(port)]
    with subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.DEVNULL) as process:
        wait_for(port)
        took, lasted = asyncio.run(send_all(port, requests(key, int(batch)), SECONDS))
        process.terminate()
        memory = ended(process)
    return {"seconds": sorted(took), "events": len(took) * int(batch) / lasted, "server": memory}


def inserted(folder: str, batch: str) -> dict[str, Any]:
    """Insert for some seconds into PostgreSQL, by pgbench; return what `acknowledged` does, but for the memory.

    Each transaction is one statement for as many events as a request has, and is committed on the disk.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    for nth, some in enumerate(batched(events(SCRIPTS * int(batch)), int(batch))):
        texts = [json.dumps(event).replace("'", "''").replace(":", "\\u003a") for event in some]
        values = ", ".join(f"(gen_random_uuid(), now(), E'{text}')" for text in texts)
        (place / f"{nth}.sql").write_text(f"INSERT INTO events VALUES {values};\n", "utf-8")
    with postgres.server(fsync=True) as url:
        where = ["-h", "127.0.0.1", "-p", str(urlsplit(url).port), "-U", "ziggurat"]
        table = "CREATE TABLE events (id uuid PRIMARY KEY, received_at timestamptz, event text)"
        programs = postgres.BINARIES[-1]
        subprocess.run(["psql", *where, "-q", "-c", table, "postgres"], check=True)
        scripts = [word for path in sorted(place.glob("*.sql")) for word in ("-f", str(path))]
        words = ["-n", "-c", str(CONNECTIONS), "-j", "2", "-T", f"{SECONDS:.0f}", "-l", "--log-prefix", "each"]
        subprocess.run(
            [programs / "pgbench", *where, *words, *scripts, "postgres"],
            cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    lines = [line.split() for path in place.glob("each.*") for line in path.read_text("ascii").splitlines()]
    took = sorted(int(line[2]) / 1e6 for line in lines)
    return {"seconds": took, "events": len(took) * int(batch) / SECONDS}


def taken_up(folder: str) -> dict[str, Any]:
    """Take up what waits in an inbox, without the figures; return the seconds and how many events a second that is."""
    space = Workspace.create(Path(folder))
    inbox = Inbox(space.folder / FOLDER)
    sent = [json.dumps({"batch": some}).encode() for some in batched(events(TAKEN_UP, ids=True), MANY)]
    kept = [
        encoded(Arrival(time.time_ns() // 1000, f"r{nth}", "", "segment", {}, body)) for nth, body in enumerate(sent)
    ]

    async def put() -> None:
        await asyncio.gather(*(inbox.put("bench", record) for record in kept))

    asyncio.run(put())
    inbox.close()
    began = time.perf_counter()
    done = space.load()
    seconds = time.perf_counter() - began
    return {"seconds": [seconds], "events": sum(one["new"] for one in done) / seconds}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the collector did not begin")


def events(count: int, *, ids: bool = False) -> Iterator[dict[str, Any]]:
    """Yield events of a shop: ten thousand people, few of whom do most, on a hundred pages, seeded. ids: with one each;
    else each is another one whenever it is sent."""
    chance = random.Random(7)
    for nth in range(count):
        who, page = int(chance.paretovariate(1.1) * 5) % 10_000, f"/p/{chance.randrange(100)}"
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(milliseconds=nth * 37)
        event: dict[str, Any] = {
            "type": "track", "anonymousId": f"visitor-{who}", "event": chance.choice(("Product Viewed", "Signed In")),
            "timestamp": at.isoformat(), "properties": {"product_id": f"p-{chance.randrange(5_000)}", "price": who / 4},
            "context": {"library": {"name": "bench", "version": "1"}, "userAgent": f"Mozilla/5.0 (X11) {who % 50}",
                        "page": {"path": page, "url": f"https://shop.example.org{page}", "title": "A page"}},
        }  # fmt: skip
        event |= {"userId": f"user-{who}"} if who % 3 else {}
        yield event | ({"messageId": f"{chance.getrandbits(128):032x}"} if ids else {})


def batched(some: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield so many at a time."""
    while lot := list(islice(some, size)):
        yield lot


def requests(key: str, batch: int) -> list[bytes]:
    """Return some requests as a library sends them."""
    made = []
    for some in batched(events(BODIES * batch), batch):
        body = json.dumps({"batch": some, "writeKey": key}).encode()
        head = f"POST /v1/batch HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n"
        made.append(head.encode() + body)
    return made


async def send_all(port: int, sent: Sequence[bytes], seconds: float) -> tuple[list[float], float]:
    """Send requests in turn on many connections; return the seconds of each, and how long it all took."""
    took: list[float] = []
    turns = cycle(sent)
    began = time.perf_counter()

    async def go_on() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            writer.write(next(turns))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            took.append(time.perf_counter() - start)
        writer.close()

    await asyncio.gather(*(go_on() for _ in range(CONNECTIONS)))
    return took, time.perf_counter() - began


def measured(folder: Path, say: Callable[[str], None]) -> list[Row]:
    """Measure each in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    synced = apart.run("syncs", folder)["seconds"]
    say(f"collecting: the disk syncs {1 / synced[0]:,.0f} times a second, one after the other")
    rows = [Row("one sync", synced)]
    for batch, goal in GOALS.items():
        found = apart.run("acknowledged", folder / f"by {batch}", batch)
        said = words_of(found, batch)
        say(f"collecting: {said}")
        met = found["events"] >= goal and slowest(found["seconds"]) < SLOWEST
        peer, ratio = "", None
        if postgres.BINARIES:
            other = apart.run("inserted", folder / f"inserted by {batch}", batch)
            beside = words_of(other, batch)
            say(f"collecting: PostgreSQL: {beside}")
            rows.append(Row(f"PostgreSQL: {beside}", other["seconds"]))
            peer, ratio = "events a second of PostgreSQL", found["events"] / other["events"]
        goals = f"≥ {goal:,} a second, < {SLOWEST * 1000:.0f} ms"
        rows.append(Row(said, found["seconds"], found["server"], peer, ratio, goals, met))
    loaded = apart.run("taken_up", folder / "taken up")
    said = f"taken up into the log: {loaded['events']:,.0f} events a second"
    say(f"collecting: {said}")
    rows.append(Row(said, loaded["seconds"], loaded["memory"]))
    return rows


def slowest(seconds: Sequence[float]) -> float:
    """Return within how many seconds 99 in 100 were."""
    return statistics.quantiles(seconds, n=100)[98]


def words_of(found: dict[str, Any], batch: int) -> str:
    """Say how many events a second were kept, and how soon."""
    slow = slowest(found["seconds"]) * 1000
    return f"{found['events']:,.0f} events a second, {batch} at a time; 99 in 100 within {slow:.0f} ms"


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work for work in (syncs, acknowledged, inserted, taken_up)
}
