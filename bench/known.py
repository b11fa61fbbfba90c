"""Does an import cost more on a longer log? A thousand new rows, on a short log and on one thirty times as long."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench import apart
from bench.report import Row
from bench.space import BATCH, whole
from bench.works import timed
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch

SIZES = (1_000_000, 30_000_000)
NEW = 1_000
GOAL = 1.5  # times as long, at most
AT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(first: int, last: int) -> Iterator[Batch]:
    """Yield interactions with ids from a number up to another."""
    for begin in range(first, last, BATCH):
        number = np.arange(begin, min(begin + BATCH, last))
        ids = pa.array(number).cast(pa.string())
        actor = pa.array([f"user:{one}" for one in (number * 7919 % 1_000_003).tolist()])
        at = pa.array(number * 1_000_000 + 1_700_000_000_000_000).cast(pa.timestamp("us", "UTC"))
        texts = {"channel": "web", "kind": "visited", "source": "bench"}
        same = {name: pa.repeat(pa.scalar(text), number.size) for name, text in texts.items()}
        table = pa.table({"interaction_id": ids, "actor": actor, "at": at, **same})
        yield Batch({"interactions": whole(table)})


def log_of(folder: str, size: str) -> dict[str, Any]:
    """Make a log of so many rows, in one import."""
    log = Log(Path(folder))
    seconds = timed(lambda: log.append(rows(0, int(size)), source="bench", file="all", at=AT))
    return {"seconds": [seconds]}


def some_more(folder: str, size: str, rounds: str) -> dict[str, Any]:
    """Import new rows some times; the first time counts for nothing."""
    log, seconds = Log(Path(folder)), []
    for number in range(int(rounds) + 1):
        first = int(size) + number * NEW
        batches = rows(first, first + NEW)
        seconds.append(timed(partial(log.append, batches, source="bench", file="new", at=AT)))
    return {"seconds": seconds[1:]}


def measured(folder: Path, rounds: int, say: Callable[[str], None], sizes: Sequence[int] = SIZES) -> list[Row]:
    """Measure both, each in a process of its own."""
    found: list[Row] = []
    few: list[float] = []
    for size in sizes:
        place = folder / str(size)
        if not place.exists():
            first = apart.run("log_of", place, size)
            found.append(Row(f"first import of {size:,} rows", first["seconds"], first["memory"]))
        more = apart.run("some_more", place, size, max(5, rounds))
        many = more["seconds"]
        times = statistics.median(many) / statistics.median(few) if few else None
        goal = {"ratio": times, "goal": f"at most {GOAL} ×", "met": times <= GOAL} if times is not None else {}
        peer = f"on {sizes[0]:,} rows" if few else ""
        found.append(Row(f"{NEW:,} new rows on {size:,}", many, more["memory"], peer, **goal))
        few = few or many
    say("keys: each import of new rows is one transaction, synced")
    return found


WORKS: dict[str, Callable[..., dict[str, Any]]] = {work.__name__: work for work in (log_of, some_more)}
