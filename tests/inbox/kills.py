"""Is anything acknowledged lost, or anything doubled, when who receives and who loads are killed at any moment?

A process puts records into an inbox, many at once, and notes each that is acknowledged; meanwhile it takes them up into
the log. It is killed at a random instant, and another goes on. In the end the log must hold whatever was acknowledged,
each once. `make crash` kills hundreds; a check of ours that nobody may pass by says how it would look if one were lost.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.engine import duckdb as engine
from ziggurat.log.inbox.inbox import Inbox
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch
from ziggurat.workspace.collected import take_up

SOURCE, PUTTERS = "web", 16
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["ziggurat.log.inbox.inbox", "ziggurat.workspace.collected"])


def read(records: list[bytes]) -> Iterator[Batch]:
    """Return records, each an id, as rows: an interaction, and for some a row that is rejected, which has no key."""
    ids = [record.decode() for record in records]
    at = pa.array([0] * len(ids), schema.INSTANT)
    same = {"source": SOURCE, "actor": "user:ana", "channel": "web", "kind": "visited"}
    values = {name: pa.repeat(pa.scalar(text), len(ids)) for name, text in same.items()}
    values |= {"interaction_id": pa.array(ids), "at": at, "received_at": at}
    rows = [values.get(one.name, pa.nulls(len(ids), one.type)).cast(one.type) for one in schema.INTERACTIONS]
    bad = [one for one in ids if one.endswith("0")]
    gone = {"source": [SOURCE] * len(bad), "file": ["x"] * len(bad), "line": [1] * len(bad), "reason": bad, "row": bad}
    yield Batch(
        {
            "interactions": pa.table(rows, schema=schema.INTERACTIONS),
            "rejected": pa.table(gone, schema=schema.REJECTED),
        }
    )


def at_work(folder: Path, notes: Path, name: str) -> None:
    """Receive and load until killed."""
    threading.Thread(target=load_on, args=(folder,), daemon=True).start()
    asyncio.run(receive(folder, notes, name))


def load_on(folder: Path) -> None:
    while True:
        take_up(Log(folder / "log"), folder, SOURCE, read)
        time.sleep(0.01)


async def receive(folder: Path, notes: Path, name: str) -> None:
    inbox = Inbox(folder / "inbox")
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def put(putter: int) -> None:
        for count in range(10**9):
            one = f"{name}.{putter}.{count}"
            await inbox.put(SOURCE, one.encode())
            os.write(file, f"{one}\n".encode())
            await asyncio.sleep(0.002)

    await asyncio.gather(*(put(each) for each in range(PUTTERS)))


def attack(folder: Path, kills: int, seed: int) -> Iterator[str]:
    """Kill processes at work, and yield what is lost or doubled in the end."""
    chance = random.Random(seed)
    notes = folder / "acknowledged"
    for number in range(kills):
        before = notes.stat().st_size if notes.exists() else 0
        process = PROCESSES.Process(target=at_work, args=(folder, notes, f"p{number}"))
        process.start()
        while process.is_alive() and not (notes.exists() and notes.stat().st_size > before):
            time.sleep(0.005)
        if process.exitcode is not None:
            yield f"process {number} ended by itself with {process.exitcode}"
        time.sleep(chance.random() * 0.6)
        process.kill()
        process.join()
    take_up(Log(folder / "log"), folder, SOURCE, read)
    yield from wrong(folder, set(notes.read_text().split()))


def wrong(folder: Path, acknowledged: set[str]) -> Iterator[str]:
    """Yield what is not in the log as it must be. acknowledged: ids."""
    snapshot = Log(folder / "log").snapshot()
    with engine.connect() as connection:
        held = Counter(
            row[0] for row in connection.sql(f"SELECT interaction_id FROM {snapshot.scan('interactions')}").fetchall()
        )
        bad = Counter(row[0] for row in connection.sql(f"SELECT row FROM {snapshot.scan('rejected')}").fetchall())
    if lost := acknowledged - held.keys():
        yield f"{len(lost)} of {len(acknowledged)} are lost, such as {min(lost)}"
    if twice := [one for one, count in (held + bad).items() if count > 1 + (one.endswith("0"))]:
        yield f"{len(twice)} are there twice, such as {min(twice)}"
    if bad.keys() != {one for one in held if one.endswith("0")}:
        yield f"{len(bad)} are rejected"
    if left := [path.name for path in (folder / "inbox" / SOURCE).iterdir() if path.suffix != ".torn"]:
        yield f"the inbox still holds {left}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = list(attack(Path(place), given.kills, given.seed))
        count = len((Path(place) / "acknowledged").read_text().split())
    print(f"{given.kills} kills, seed {given.seed}, {count:,} acknowledged: {'; '.join(found) or 'all there, once'}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
