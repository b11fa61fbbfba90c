"""How long does the study of a conversation of a million ties take, asked for the first time?

The people and edges of `graph`, written as a log: everyone posts once, and each edge is one act or some, half of which
name the other person and half reply to her post. The study then reads all lives, and reckons standing and its bounds,
groups and what chance would find, and who lies between the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench import apart, graph
from bench.generate import DAY
from bench.report import Row
from bench.space import BATCH, whole
from bench.works import timed
from ziggurat.base import schema
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

BEGIN = 1_735_689_600_000_000  # 2025-01-01 UTC
AT = "2025-12-31"
ASKED_AGAIN = 0.5  # chance that an edge has one act more
GOAL = 10.0  # seconds

Ints = npt.NDArray[np.int64]


def write_conversation(folder: str, people: str = str(graph.PEOPLE), edges: str = str(graph.EDGES)) -> dict[str, Any]:
    """Write the graph, make a workspace of what its people did, and refresh it."""
    into = Path(folder)
    drawn = graph.write(into, int(people), int(edges))
    space = Workspace.create(into / "space")
    space.import_batches(acts(into, int(people)), source="bench", name="a conversation")
    return {"edges": drawn, **space.refresh()}


def acts(folder: Path, people: int, seed: int = 1) -> Iterator[Batch]:
    """Yield everyone's post in the first month, then what they did towards others in the eleven after it."""
    draw = np.random.default_rng(seed)
    everyone = np.arange(people)
    nobody = np.full(people, -1)
    yield from rows("post", everyone, BEGIN + draw.integers(0, 30 * DAY, people), "posted", nobody, nobody)
    source, target, _ = graph.read(folder)
    times = draw.geometric(1 - ASKED_AGAIN, source.size)
    one, other = np.repeat(source, times), np.repeat(target, times)
    at = BEGIN + draw.integers(30 * DAY, 364 * DAY, one.size)
    named = draw.random(one.size) < 0.5
    yield from rows("act", one, at, "replied", np.where(named, other, -1), np.where(named, -1, other))


def rows(name: str, person: Ints, at: Ints, kind: str, counterpart: Ints, replied: Ints) -> Iterator[Batch]:
    """Yield interactions; counterpart, replied: the number of the other person, or of whose post it is, -1 for none."""
    for first in range(0, person.size, BATCH):
        some = slice(first, first + BATCH)
        size = person[some].size
        columns: dict[str, Any] = {
            "interaction_id": numbered(name, np.arange(first, first + size)),
            "source": pa.repeat("bench", size),
            "at": pa.array(at[some]).cast(schema.INSTANT),
            "received_at": pa.array(at[some]).cast(schema.INSTANT),
            "actor": numbered("user:", person[some]),
            "channel": pa.repeat("forum", size),
            "kind": pa.repeat(kind, size),
            "direction": pa.repeat("among", size),
            "counterpart": numbered("user:", counterpart[some]),
            "in_reply_to": numbered("post", replied[some]),
        }
        yield Batch({"interactions": whole(pa.table(columns))})


def numbered(name: str, number: Ints) -> pa.Array:
    """Return a name with a number behind it, null for a negative one."""
    return pc.binary_join_element_wise(name, pa.array(number, mask=number < 0).cast(pa.string()), "")


def converse(folder: str) -> dict[str, Any]:
    """Ask for the conversation, in a process that was never asked it; kernels are loaded before, as in a server."""
    space = Workspace.open(Path(folder) / "space")
    space.ask("conversation", at="2025-02-01")
    return {"seconds": [timed(lambda: space.ask("conversation", at=AT))]}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {work.__name__: work for work in (write_conversation, converse)}


def measured(folder: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Write the log unless it is there, and ask, each round in a process of its own."""
    if not (folder / "space").exists():
        folder.mkdir(exist_ok=True)
        made = apart.run("write_conversation", folder)
        say(f"\n{made['people']:,} people, {made['edges']:,} ties, {made['interactions']:,} interactions.")
    runs = [apart.run("converse", folder) for _ in range(rounds)]
    seconds = [one["seconds"][0] for one in runs]
    memory = max(one["memory"] for one in runs)
    row = Row("conversation of a million ties", seconds, memory)
    return [Row(row.what, seconds, memory, goal=f"< {GOAL:.0f} s", met=row.median < GOAL)]
