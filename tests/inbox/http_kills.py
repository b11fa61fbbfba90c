"""Is anything acknowledged over HTTP lost, or doubled, when a collector and who loads for it are killed at any moment?

Clients send events to a collector, alone and many at a time, some of them such as are refused; each sends the same
again, under the same ids, until it is acknowledged. Meanwhile the collector, or the process that takes up for it, or
both are killed at a random instant, and another collector begins. In the end the log must hold whatever was
acknowledged, each once. `make crash` kills hundreds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.collecting import free_port

from ziggurat.workspace import Workspace

CLIENTS, MOST_ITEMS = 8, 40
RATE = 10_000_000  # events a second of the key: none of them waits for it
MOST_SECONDS = 5.0  # for which a collector works; what it has taken is taken up after some two
PATIENCE = 60.0
UNKNOWN = "Frobnicated"  # an event that is refused within a 200


@dataclass
class Senders:
    """Clients that send until they are stopped. good, bad: ids that were acknowledged, to be logged or rejected."""

    key: str
    seed: int
    port: int = 0
    good: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)

    def send_on(self, name: int) -> None:
        """Send one request after the other, each until it is acknowledged."""
        chance, nth = random.Random(f"{self.seed} {name}"), 0
        while not self.stopped.is_set():
            size = chance.choice((1, 1, 1, chance.randint(2, MOST_ITEMS)))
            ids = [f"c{name}.{nth + each}" for each in range(size)]
            nth += size
            items = [item(one, known=chance.random() > 0.05) for one in ids]
            if self.acknowledged(items):
                self.good |= {each["messageId"] for each in items if each["event"] != UNKNOWN}
                self.bad |= {each["messageId"] for each in items if each["event"] == UNKNOWN}

    def acknowledged(self, items: list[dict[str, Any]]) -> bool:
        """Send the same again until it is acknowledged; return whether it was before the clients are stopped."""
        said = items[0] if len(items) == 1 else {"batch": items}
        body = json.dumps({"writeKey": self.key, **said}).encode()
        path = "/v1/track" if len(items) == 1 else "/v1/batch"
        while not self.stopped.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.request("POST", path, body)
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException):
                self.stopped.wait(0.02)
                continue
            finally:
                connection.close()
            if status == 200:
                return True
            self.refused[status] += 1
            self.stopped.wait(0.05)
        return False


def item(one: str, *, known: bool) -> dict[str, Any]:
    """Return an event under an id."""
    event = "Signed In" if known else UNKNOWN
    return {"type": "track", "messageId": one, "userId": f"user-{len(one)}", "event": event}


def attack(folder: Path, kills: int, seed: int) -> Iterator[str]:
    """Kill collectors at work, and yield what is lost or doubled in the end, and how much there was."""
    space, chance = Workspace.create(folder), random.Random(seed)
    senders = Senders(space.make_key("web", rate=RATE), seed)
    threads = [threading.Thread(target=senders.send_on, args=(name,), daemon=True) for name in range(CLIENTS)]
    try:
        for number in range(kills):
            senders.port = free_port()
            process = collector(folder, senders.port)
            if not number:
                for each in threads:
                    each.start()
            before, until = len(senders.good), time.monotonic() + PATIENCE
            while process.poll() is None and len(senders.good) == before and time.monotonic() < until:
                time.sleep(0.01)
            if len(senders.good) == before:
                yield f"collector {number} acknowledged nothing; it ended with {process.poll()}"
            time.sleep(chance.random() * MOST_SECONDS)
            kill(process, chance)
    finally:
        senders.stopped.set()
    for each in threads:
        each.join()
    if senders.refused:
        yield f"statuses {dict(senders.refused)}"
    yield from wrong(space, senders.good, senders.bad)


def collector(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Begin a collector in a group of its own, in which its loader is, too."""
    words = [sys.executable, "-m", "ziggurat", "-C", str(folder), "collect", "--port", str(port)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)


def kill(process: subprocess.Popen[bytes], chance: random.Random) -> None:
    """Kill a collector and its loader; sometimes the loader alone first, or a moment later, or not at all."""
    order = chance.choice(("both", "both", "loader first", "collector first", "collector alone"))
    if order == "loader first":
        for child in children(process.pid):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(chance.random())
    if order in ("collector first", "collector alone"):
        process.kill()
        time.sleep(chance.random() * 0.3)
    if order != "collector alone":  # that loader ends by itself what it is at, while the next one begins
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def children(process: int) -> list[int]:
    """Return the processes that a process began."""
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in found.read_text("ascii").split()] if found.exists() else []


def wrong(space: Workspace, good: set[str], bad: set[str]) -> Iterator[str]:
    """Yield what is not in the log as it must be. good, bad: ids that were acknowledged, to be logged or rejected."""
    until = time.monotonic() + PATIENCE
    while space.waiting() and time.monotonic() < until:
        space.load()
    space.refresh()
    held = Counter(row["interaction_id"] for row in space.sql("SELECT interaction_id FROM interactions").to_pylist())
    kept = {json.loads(row["row"])["messageId"] for row in space.sql("SELECT row FROM rejected").to_pylist()}
    if lost := good - held.keys():
        yield f"{len(lost)} of {len(good)} are lost, such as {min(lost)}"
    if lost := bad - kept:
        yield f"{len(lost)} of {len(bad)} that were refused are lost, such as {min(lost)}"
    if twice := [one for one, count in held.items() if count > 1]:
        yield f"{len(twice)} are there twice, such as {min(twice)}"
    if strange := held.keys() & kept:
        yield f"{len(strange)} are both logged and rejected, such as {min(strange)}"
    if waiting := space.waiting():
        yield f"the inbox still holds {waiting}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "space"
        found = list(attack(folder, given.kills, given.seed))
        count = Workspace.open(folder).sql("SELECT count(*) AS rows FROM interactions").to_pylist()[0]["rows"]
    print(
        f"{given.kills} kills over HTTP, seed {given.seed}, {count:,} logged: {'; '.join(found) or 'all there, once'}"
    )
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
