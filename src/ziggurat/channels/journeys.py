"""Which ways lead people to an outcome, and which lead nowhere?

A journey is what touched one person on the way to an outcome: interactions of a kind, or a climb of the ladder. It
holds the touches less than the look-back window before the outcome, and starts anew after each outcome; the same label
again within a few hours counts once. Touches that no outcome followed in time make journeys that led nowhere, cut to
the same length. A journey counts in the period in which it was decided.

It does not mean that the way caused the outcome. Those who would have come anyway are touched too, and a touch can be
an answer to what they were about to do. Where the outcome is a climb, the interactions that its rule asks for are
themselves touches, unless `touches` leaves them out. The bounds take journeys as independent of each other, so where
few people make many journeys they are too narrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.channels import paths
from ziggurat.channels.paths import NO_TOUCH, Journey, Trips, converted, path_of, trips
from ziggurat.channels.stream import lazy
from ziggurat.facts.absence import Absence
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, DAYS, MONEY, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.journeys import Journeys
from ziggurat.stats.routes import routes
from ziggurat.study import Count, Limit, Rungs, Within, Year, study

STATES = pa.array(["converted", "lost", "open"])  # in the order of stats.journeys
ROWS = pa.schema(
    [
        ("person_id", pa.string()),
        ("path", pa.string()),
        ("length", pa.int64()),
        ("state", pa.string()),
        ("days", pa.float64()),
        ("amount", pa.float64()),
        ("decided_at", pa.int64()),
        ("first_so", pa.bool_()),
    ]
)
RATE = ("share_converted", "share_converted_low", "share_converted_high")
COUNTS = ("people", "conversions", "lost", "open", "amount")


@dataclass(frozen=True)
class Ways(Result):
    """One row per path, most conversions first; `(no touch)` is the path of outcomes that nothing came before.

    length: touches; null where only the last ones are shown. people: distinct people who made a journey on it.
    conversions, lost, open: journeys that led to the outcome, that did not within the window, and that still may.
    share: of all conversions of the period, 0 to 1; the shares sum to 1 unless rows were cut off by `limit`.
    share_converted: conversions / (conversions + lost), 0 to 1, with its 95 % Wilson bounds; null where nothing is
    decided, and for `(no touch)`, which can't be lost. median_days: days begun from the first touch to the outcome, by
    which half of its conversions came. amount: worth of its outcomes, in the workspace's currency. The counts and
    `share` are complete and have no error.
    Members, one row per journey: person_id, path, length, state, days, amount, decided_at (int64 µs).
    """

    columns: ClassVar = {
        "path": TEXT,
        "length": COUNT,
        "people": COUNT,
        "conversions": COUNT,
        "share": SHARE,
        "lost": COUNT,
        "open": COUNT,
        "share_converted": SHARE,
        **interval(SHARE, "share_converted"),
        "median_days": DAYS,
        "amount": MONEY,
    }
    keys: ClassVar = ("path",)
    absence: ClassVar = Absence(
        "none is part of a journey that was decided or is open by then",
        "Choose other kinds or a level by `outcome`, or a longer period.",
        (paths.TOUCH,),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the twenty paths with most conversions, coloured by how many touches they have."""
        rows = [row | {"touches": touches_of(row["length"])} for row in self.rows()[:20]]
        return charts.rank_bars(rows, label="path", x="conversions", colour="touches")


@study
def journeys(
    buckets: Buckets,
    levels: Frame,
    *,
    window: Year,
    rungs: Rungs,
    journey: Journey,
    longest: Annotated[Count, Within(1, 1000), "of a longer path so many last touches are shown"] = 8,
    limit: Limit = 1000,
) -> Ways:
    """Count the journeys that were decided within (since, until] by path.

    buckets: people's lives. levels: a table as `schema.LEVELS`. names: the level names, level 0 first.
    outcome: kinds of interaction parted by commas, or a level by name or number; the second level if not given.
    amount: least amount of an interaction to be the outcome. by: channel, activity or kind, what names a touch.
    touches: kinds or directions parted by commas that count as touches; all if not given. window_days: how long before
    the outcome a touch counts. collapse_hours: the same label again in less than this is the same touch.
    longest: of a longer path the last touches are shown, and paths that end so count together. limit: most rows.
    Memory grows with the number of different paths, which `longest` keeps down, and not with that of people.

    Raises: QuestionError if a word is neither a level nor a kind in the log, or a number is too small.
    """
    found = trips(buckets, levels, window, rungs, journey, valued=True)
    members = lazy(ROWS, partial(rows_of, found, longest))
    counts = tables.collect(count_paths(members), "path", "length", "days", *COUNTS)
    return Ways(tables.from_rows(Ways.columns, sum_paths(counts, limit)), members.drop("first_so"))


def rows_of(found: Trips, longest: int) -> Iterator[pa.RecordBatch]:
    """Yield a row per journey, bucket by bucket."""
    yield from found.fold(partial(journey_rows, labels=list(found.labels), longest=longest))


def journey_rows(cut: Journeys, labels: Sequence[str], longest: int) -> pa.RecordBatch:
    """Write the journeys of a bucket as rows."""
    size = cut.end - cut.begin
    first, way = routes(cut, longest)
    texts = [path_of([labels[code] for code in cut.label[cut.begin[n] : cut.end[n]]], longest) for n in first]
    spent = np.full(size.size, np.nan)
    led = converted(cut) & (size > 0)
    spent[led] = (cut.decided_at[led] - cut.at[cut.begin[led]]) / DAY
    order = np.lexsort((way, cut.person))
    person, ways = cut.person[order], way[order]
    new = np.ones(size.size, np.bool_)
    new[order[1:]] = (person[1:] != person[:-1]) | (ways[1:] != ways[:-1])
    columns = [
        person_ids(cut.person),
        pa.array(texts, pa.string()).take(pa.array(way)),
        pa.array(size, mask=size > longest),
        STATES.take(pa.array(cut.state)),
        pa.array(spent, from_pandas=True),
        pa.array(cut.value),
        pa.array(cut.decided_at),
        pa.array(new),
    ]
    return pa.record_batch(columns, schema=ROWS)


def count_paths(members: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Count journeys by path and days begun, which is all that the table is worked out of."""
    count = {name: nw.col("state") == name for name in STATES.to_pylist()} | {"people": nw.col("first_so")}
    sums = [nw.when(hit).then(1).otherwise(0).sum().cast(nw.Int64()).alias(name) for name, hit in count.items()]
    return (
        members.with_columns(nw.col("days").ceil())
        .group_by("path", "length", "days")
        .agg(*sums, nw.col("amount").sum())
        .rename({"converted": "conversions"})
    )


def sum_paths(counts: pa.Table, limit: int) -> list[dict[str, Any]]:
    """Return the rows of the table out of counts by path and days."""
    total = pc.sum(counts["conversions"]).as_py()
    paths = counts.group_by(["path", "length"]).aggregate([(name, "sum") for name in COUNTS])
    paths = paths.rename_columns([name.removesuffix("_sum") for name in paths.column_names])
    falling = [(name, "descending") for name in ("conversions", "lost", "open")]
    rows: list[dict[str, Any]] = paths.sort_by([*falling, ("path", "ascending")]).slice(0, limit).to_pylist()
    spans: dict[str, list[tuple[float, int]]] = {row["path"]: [] for row in rows}
    timed = counts.filter(pc.is_valid(counts["days"]))
    for path, days, conversions in zip(
        *(timed[name].to_pylist() for name in ("path", "days", "conversions")), strict=True
    ):
        if path in spans:
            spans[path].append((days, conversions))
    for row in rows:
        row["share"] = row["conversions"] / total if total else None
        row["median_days"] = median(spans[row["path"]])
        decided = row["conversions"] + row["lost"]
        rate: tuple[float | None, ...] = (None, None, None)
        if decided and row["path"] != NO_TOUCH:
            rate = (row["conversions"] / decided, *wilson(row["conversions"], decided))
        row |= dict(zip(RATE, rate, strict=True))
    return rows


def median(counts: Sequence[tuple[float, int]]) -> float | None:
    """Return the least value that half of the counts do not exceed; None where there are none.

    >>> median([(3.0, 1), (1.0, 2), (9.0, 1)])
    1.0
    """
    half, passed = sum(count for _, count in counts) / 2, 0
    for value, count in sorted(counts):
        passed += count
        if passed >= half:
            return value
    return None


def touches_of(length: int | None) -> str:
    """Say how long a path is, in few enough words to colour by."""
    if length is None or length > 3:
        return "4 or more touches"
    return "1 touch" if length == 1 else f"{length or 'no'} touches"
