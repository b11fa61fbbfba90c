"""Write a realistic log of any size: heavy-tailed people who come, do more or less, and go.

Activity per person is log-normal; people start at any time and stop after an exponential while, so levels are gained
and lost. Nothing in it is causal: it is a load to measure speed with, not a world to draw conclusions from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench import vocabulary as words
from ziggurat.base import schema

CHUNK = 1_000_000
DAY = 86_400_000_000  # µs
START = 1_672_531_200_000_000  # 2023-01-01 UTC
DAYS = 1096
STAFF = 40
COLUMNS = (
    "interaction_id", "source", "at", "received_at", "actor", "channel", "kind", "direction", "activity",
    "counterpart", "amount", "device",
)  # fmt: skip
SCHEMA = pa.schema([schema.INTERACTIONS.field(name) for name in COLUMNS])

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """P people: the identity each is seen under, how active, from when to when (µs), and what for."""

    names: pa.Array
    rate: Floats
    begins: Floats
    ends: Floats
    persona: npt.NDArray[np.int16]


def generate(path: str | Path, interactions: int = 10_000_000, people: int | None = None, seed: int = 1) -> None:
    """Write that many interactions of at most that many people (default: a twentieth) as one Parquet file.

    Rows are in time order over 2023-2025, unique as i1, i2, …; the same arguments give the same rows. Memory is bounded
    by the people and one chunk of a million rows. Columns are those of `schema.INTERACTIONS` that are ever filled.
    """
    rng = np.random.default_rng(seed)
    crowd = population(people or max(1, interactions // 20), rng)
    plain = ["interaction_id", "at", "received_at", "amount"]
    encoded = [name for name in COLUMNS if name not in plain]
    with pq.ParquetWriter(path, SCHEMA, compression="snappy", use_dictionary=encoded) as writer:
        done = 0
        for person, at in moments(crowd, interactions, rng):
            writer.write_table(rows(crowd, person, at, done, rng))
            done += len(at)


def population(people: int, rng: np.random.Generator) -> Population:
    """Draw people; one in twelve is known under a throw-away identity alone, one in 2,000 is staff."""
    persona = words.slots(words.PERSONAS)[rng.integers(0, words.SLOTS, people)]
    begins = START + rng.uniform(-0.4, 0.98, people) * DAYS * DAY
    ends = np.minimum(begins + rng.exponential(420 * DAY, people) + DAY, START + DAYS * DAY)
    begins = np.minimum(np.maximum(begins, START), ends)
    namespace = np.where(rng.random(people) < 1 / 12, "anon:", "user:").astype("U6")
    namespace[rng.random(people) < 1 / 2000] = "staff:"
    names = pc.binary_join_element_wise(pa.array(namespace), pc.cast(pa.array(np.arange(people)), pa.string()), "")
    rate = rng.lognormal(0.0, 1.3, people) * (1 + persona)  # those who do more also do it more often
    return Population(names, rate, begins, ends, persona)


def moments(crowd: Population, interactions: int, rng: np.random.Generator) -> Iterator[tuple[Ints, Ints]]:
    """Yield who acts when, in time order, a slice of the three years at a time."""
    slices = max(1, -(-interactions // CHUNK))
    edges = START + np.linspace(0, DAYS * DAY, slices + 1)
    weight = np.array([shares(crowd, low, high).sum() for low, high in pairwise(edges)])
    counts = rng.multinomial(interactions, weight / weight.sum())
    for (low, high), count in zip(pairwise(edges), counts, strict=True):
        share = np.cumsum(shares(crowd, low, high))
        person = np.searchsorted(share, rng.random(count) * share[-1], side="right")
        begins, ends = np.maximum(crowd.begins[person], low), np.minimum(crowd.ends[person], high)
        at = (begins + rng.random(count) * (ends - begins)).astype(np.int64)
        order = np.argsort(at, kind="stable")
        yield person[order], at[order]


def shares(crowd: Population, low: float, high: float) -> Floats:
    """Return each person's expected activity between two times, in no unit."""
    present: Floats = np.minimum(crowd.ends, high) - np.maximum(crowd.begins, low)
    return crowd.rate * np.maximum(present, 0.0)


def rows(crowd: Population, person: Ints, at: Ints, done: int, rng: np.random.Generator) -> pa.Table:
    """Return one chunk of the log."""
    count = len(at)
    slot = rng.integers(0, words.SLOTS, (3, count), dtype=np.int16)
    kind = KIND_SLOTS[crowd.persona[person], slot[0]]
    channel = CHANNEL_SLOTS[kind, slot[1]]
    chance = rng.random(count, dtype=np.float32)
    out, among = is_one_of(words.OUT)[kind], is_one_of(words.AMONG)[kind] & (chance < 0.5)
    priced, screen = is_one_of(words.PRICED)[kind], ON_SCREEN[channel]
    amount = np.round(rng.lognormal(3.0, 1.0, count), 2)
    ids = pc.binary_join_element_wise("i", pc.cast(pa.array(np.arange(done + 1, done + count + 1)), pa.string()), "")
    columns: dict[str, Any] = {
        "interaction_id": ids,
        "source": pa.repeat("bench", count),
        "at": pa.array(at).cast(schema.INSTANT),
        "received_at": pa.array(at + rng.integers(0, 5_000_000, count)).cast(schema.INSTANT),
        "actor": crowd.names.take(pa.array(person)),
        "channel": named(words.CHANNELS, channel),
        "kind": named(words.NAMES, kind),
        "direction": named(schema.DIRECTIONS, np.where(out, 1, np.where(among, 2, 0))),
        "activity": named(words.ACTIVITIES, slot[2] % len(words.ACTIVITIES), null=~out & (chance < 0.8)),
        "counterpart": counterparts(crowd, person, out, among, rng),
        "amount": pa.array(amount, mask=~priced),
        "device": named(words.DEVICES, slot[2] % 3, null=~screen | out),
    }
    return pa.table(columns, schema=SCHEMA)


def counterparts(
    crowd: Population, person: Ints, out: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_], rng: np.random.Generator
) -> pa.Array:
    """Return who is at the other end: staff for what goes out, another active person for what is among people."""
    staff = pa.array([f"staff:{number}" for number in range(STAFF)]).take(pa.array(rng.integers(0, STAFF, len(person))))
    met = rng.permutation(person)
    other = crowd.names.take(pa.array(met, mask=met == person))
    return pc.case_when(pc.make_struct(pa.array(out), pa.array(among)), staff, other)


def named(names: tuple[str, ...], position: npt.NDArray[Any], null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Return the names at the positions, null where told."""
    return pa.array(names).take(pa.array(position, mask=null))


def is_one_of(kinds: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return kind → whether it is one of these."""
    return np.isin(words.NAMES, kinds)


KIND_SLOTS = words.kind_slots()
CHANNEL_SLOTS = words.channel_slots()
ON_SCREEN = np.isin(words.CHANNELS, words.ON_SCREEN)
