"""How fast is attribution from interactions to credit, beside the packages that people use for it?

One log of journeys, one journey a person, written once; each contender reads the same rows from Parquet and ends with
the credit of every channel under the same models. The peers get their paths by the quickest way there is, a sort and a
group-by in Polars.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bench import apart
from bench.report import Row, ratio
from ziggurat.base import schema
from ziggurat.base.engine import duckdb as engine
from ziggurat.channels.attribution import attribution
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import COLUMNS
from ziggurat.results.result import Result
from ziggurat.stats.order import ordered, piled

JOURNEYS = 1_000_000
CHANNELS = ("search", "email", "social", "display", "affiliate", "video", "post", "direct")
KINDS = ("visited", "purchased")
DAY = 86_400_000_000  # µs
BEGIN = 1_735_689_600_000_000  # 2025-01-01 UTC
UNTIL = "2026-06-30"
BUCKETS = 24
WRITTEN = pa.schema([COLUMNS.field(name) for name in ("person", "at", "kind", "direction", "channel", "amount")])
CODED = ("kind", "channel")
PILE_BITS = 6
Ints = npt.NDArray[Any]
CODES = {"kind": list(KINDS), "channel": list(CHANNELS), "activity": [], "source": []}
EFFECTS = "removal effects"
SAID = {
    "from_histories": "attribution from histories",
    "drawn": "with a second chain and 200 draws of people",
    "above_habit": "and with what follows beyond what precedes",
    "from_log": "attribution from the log, sorted first",
    "channel_attribution": "ChannelAttribution",
    "mam": "marketing-attribution-models",
}
INSTALL = "uv pip install --group peers"


def write(folder: Path, journeys: int = JOURNEYS, seed: int = 1) -> int:
    """Write the same interactions as a log in order of time, and as histories in buckets; return their number.

    Channels are drawn each by itself. Journeys have 3.5 touches on average, about a day apart, and one in eight
    converts; all are decided by UNTIL.
    """
    draw = np.random.default_rng(seed)
    length = np.minimum(draw.geometric(1 / 3.6, journeys), 25)
    person = np.sort(draw.integers(0, 2**63 - 1, journeys))
    won = draw.random(journeys) < 1 / 8
    begins = BEGIN + draw.integers(0, 400, journeys) * DAY
    rows = length + won
    who = np.repeat(np.arange(journeys), rows)
    nth = np.arange(rows.sum()) - np.repeat(np.cumsum(rows) - rows, rows)
    outcome = won[who] & (nth == length[who])
    channel = draw.choice(len(CHANNELS), size=who.size, p=np.array([8, 7, 5, 4, 3, 2, 2, 1]) / 32).astype(np.int32)
    at = begins[who] + nth * DAY + draw.integers(0, DAY // 2, who.size)
    columns = [
        pa.array(person[who]),
        pa.array(at),
        pa.array(outcome.astype(np.int16)),
        pa.array(np.zeros(who.size, np.int8)),
        pa.array(channel),
        pa.array(np.where(outcome, 20.0, np.nan), from_pandas=True),
    ]
    histories = pa.table(columns, schema=WRITTEN)
    edges = np.searchsorted(person[who], np.arange(BUCKETS + 1, dtype=np.float64) / BUCKETS * 2.0**63)
    for bucket in range(BUCKETS):
        part = histories.slice(edges[bucket], edges[bucket + 1] - edges[bucket])
        pq.write_table(part, folder / f"bucket-{bucket:02}.parquet", compression="lz4")
    log = pa.table(
        {
            "person": histories["person"],
            "at": histories["at"].cast(schema.INSTANT),
            "kind": pa.array(KINDS).take(histories["kind"]),
            "channel": pa.array(CHANNELS).take(histories["channel"]),
            "amount": histories["amount"],
        }
    )
    pq.write_table(log.sort_by("at"), folder / "log.parquet", compression="snappy")
    return int(length.sum())


def credited(buckets: Buckets, order: int = 1, draws: int = 0, incremental: str = "no") -> Result:
    """Credit the channels."""
    return attribution(
        buckets, schema.LEVELS.empty_table(), since=0, until=UNTIL, ladder="any", names=("Known", "First"),
        outcome="purchased", window_days=60, collapse_hours=0, order=order, draws=draws, incremental=incremental,
    )  # fmt: skip


def from_histories(folder: Path, order: int = 1, draws: int = 0, incremental: str = "no") -> Result:
    """Credit from histories as a refresh keeps them."""
    readers = [partial(read, file) for file in sorted(folder.glob("bucket-*.parquet"))]
    return credited(Buckets(readers, CODES), order, draws, incremental)


def read(file: Path, columns: Sequence[str]) -> pa.Table:
    """Read some columns of a bucket."""
    with pq.ParquetFile(file, memory_map=True, pre_buffer=False) as bucket:
        return bucket.read(list(columns), use_threads=False)


def from_log(folder: Path) -> Result:
    """Credit from the log: lay its rows on piles by the first bits of their people, then order each by person."""
    with pq.ParquetFile(folder / "log.parquet") as log:
        groups = range(log.num_row_groups)
    laid = [part for some in engine.fold(groups, partial(lay, folder / "log.parquet")) for part in some]
    return credited(Buckets([partial(pile, laid, number) for number in range(1 << PILE_BITS)], CODES))


def lay(file: Path, group: int) -> list[tuple[list[Ints], Ints]]:
    """Lay a part of the log on piles, batch by batch: person, instant, and the codes of kind and channel."""
    laid = []
    with pq.ParquetFile(file, memory_map=True, pre_buffer=False, read_dictionary=list(CODED)) as log:
        for batch in log.iter_batches(engine.BATCH, [group], ["person", "at", *CODED], use_threads=False):
            person = batch["person"].to_numpy()
            order, edges = piled(person, 63 - PILE_BITS, 0, 1 << PILE_BITS)
            columns = [person, batch["at"].cast(pa.int64()).to_numpy(), *(coded(batch[name], name) for name in CODED)]
            laid.append(([column.take(order) for column in columns], edges))
    return laid


def coded(values: pa.DictionaryArray, name: str) -> Ints:
    """Return codes in place of the numbers that a file has given to words."""
    code = np.array(
        [CODES[name].index(word) for word in values.dictionary.to_pylist()], COLUMNS.field(name).type.to_pandas_dtype()
    )
    return code.take(values.indices.to_numpy())


def pile(laid: Sequence[tuple[list[Ints], Ints]], number: int, columns: Sequence[str]) -> pa.Table:
    """Return the rows on one pile, ordered by person and time."""
    parts = [[column[edges[number] : edges[number + 1]] for column in some] for some, edges in laid]
    rows = dict(zip(("person", "at", *CODED), map(np.concatenate, zip(*parts, strict=True)), strict=True))
    order = ordered(rows["person"], rows["at"])
    return pa.table({name: rows[name].take(order) for name in columns})


def channel_attribution(folder: Path) -> dict[str, dict[str, float]]:
    """Credit by PyPI ChannelAttribution: paths with their counts, then its rules and its simulated Markov chain."""
    import ChannelAttribution
    import polars as pl

    touches = pl.col("kind") == KINDS[0]
    paths = (
        pl.scan_parquet(folder / "log.parquet")
        .sort("person", "at")
        .group_by("person", maintain_order=True)
        .agg(pl.col("channel").filter(touches).str.join(" > ").alias("path"), (~touches).any().alias("won"))
        .group_by("path")
        .agg(pl.col("won").sum().alias("conversions"), (~pl.col("won")).sum().alias("nulls"))
        .collect()
        .to_pandas()
    )
    found = ChannelAttribution.heuristic_models(paths, "path", "conversions", flg_pro=False)
    ChannelAttribution.markov_model(
        paths, "path", "conversions", var_null="nulls", order=1, out_more=True, verbose=False, flg_pro=False
    )
    names = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}
    return {model: dict(zip(found["channel_name"], found[name], strict=True)) for model, name in names.items()}


def mam(folder: Path) -> dict[str, dict[str, float]]:
    """Credit by PyPI marketing-attribution-models, from touches, under every model that it has."""
    import polars as pl
    from mam import MAM

    rows = pl.scan_parquet(folder / "log.parquet").with_columns((pl.col("kind") == KINDS[1]).alias("outcome"))
    touches = (
        rows.sort("person", "at")
        .with_columns(pl.col("outcome").shift(-1, fill_value=False).alias("won"))
        .filter(~pl.col("outcome"))
        .select("person", "at", "channel", "won")
        .collect()
    )
    models = MAM(
        touches, format_type="session", channels_colname="channel", journey_with_conv_colname="won",
        datetime_colname="at", user_id_colname="person",
    )  # fmt: skip
    chain = models.run_markov()
    models.run_shapley()
    found = {
        "first": models.run_first_click(),
        "last": models.run_last_click(),
        "linear": models.run_linear(),
        "position": models.run_position_based(),
        "time decay": models.run_time_decay(),
    }
    credit = {model: result.to_dict() for model, result in found.items()}
    effects = chain.metadata["removal_effect"]["removal_effect"].to_dict()
    return {model: dict(zip(one["channels"], one["attribution"], strict=True)) for model, one in credit.items()} | {
        EFFECTS: effects
    }


def credit_of(result: Result) -> dict[str, dict[str, float]]:
    """Return credit by model and channel, and the removal effects of the chain that remembers one touch."""
    found: dict[str, dict[str, float]] = {}
    for row in result.rows():
        found.setdefault(row["model"], {})[row["label"]] = row["credit"]
        if row["model"] == "markov 1":
            found.setdefault(EFFECTS, {})[row["label"]] = row["removal_effect"]
    return found


def drawn(folder: Path) -> Result:
    """Credit from histories with a second chain, and the bounds of everything by drawing people 200 times."""
    return from_histories(folder, order=2, draws=200)


def above_habit(folder: Path) -> Result:
    """Credit the same with `incremental` beside, which peers don't have."""
    return from_histories(folder, order=2, draws=200, incremental="yes")


CONTENDERS: dict[str, Callable[[Path], Any]] = {
    one.__name__: one for one in (from_histories, drawn, above_habit, from_log, channel_attribution, mam)
}
PEERS = {"channel_attribution": "ChannelAttribution", "mam": "mam"}  # the modules they need


def attribute(folder: str, contender: str) -> dict[str, Any]:
    """Let one contender credit; our own kernels are loaded before, as in a server or a notebook."""
    run = CONTENDERS[contender]
    if contender not in PEERS:
        run(Path(folder))
    started = time.perf_counter()
    found = run(Path(folder))
    return {
        "seconds": [time.perf_counter() - started],
        "credit": credit_of(found) if isinstance(found, Result) else found,
    }


def write_journeys(folder: str) -> dict[str, Any]:
    """Write the journeys."""
    return {"touches": write(Path(folder))}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {work.__name__: work for work in (attribute, write_journeys)}


def measured(folder: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure all contenders that are installed, one after the other, and check that they agree."""
    folder.mkdir(exist_ok=True)
    say(f"\n{JOURNEYS:,} journeys, {apart.run('write_journeys', folder)['touches']:,} touches.")
    missing = [name for name, module in PEERS.items() if find_spec(module) is None]
    if missing:
        say(f"Not installed: {', '.join(missing)}. To compare with them: {INSTALL}")
    there = [name for name in CONTENDERS if name not in missing]
    runs: dict[str, Any] = {}
    seconds: dict[str, list[float]] = {name: [] for name in there}
    for _ in range(rounds):
        for name in there:
            runs[name] = apart.run("attribute", folder, name)
            seconds[name] += runs[name]["seconds"]
    rows = [Row(SAID[name], seconds[name], runs[name]["memory"]) for name in there]
    for peer in (name for name in PEERS if name in there):
        say(f"Greatest relative difference of figures from {SAID[peer]}: {differ(runs, peer):.0e}.")
        for own in ("from_histories", "from_log"):
            faster = ratio(seconds[peer], seconds[own])
            goal = Row(SAID[own], seconds[own], 0, SAID[peer] + ", times faster", faster, "≥ 10 ×", faster >= 10)
            rows.append(goal)
    return rows


def differ(runs: Mapping[str, Any], peer: str) -> float:
    """Return the greatest relative difference between our figures and those of a peer, under the models of both."""
    ours, theirs = runs["from_log"]["credit"], runs[peer]["credit"]
    return max(
        abs(ours[model][channel] / value - 1) for model, credit in theirs.items() for channel, value in credit.items()
    )
