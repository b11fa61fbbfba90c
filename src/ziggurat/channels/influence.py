"""What is followed by more of what than it is preceded by, and where can't that be told?

Of each pair of types: how many more events of the effect come within 7 days after one of the cause than within 7 days
before it. Whatever drives a person in all they do (hours, seasons, spells, shocks, coming and leaving) makes as many
come before as after, so it needs no model, no half-life and no smoothing. What breaks the mirror is told by two simple
models, or said to be unknowable: see `docs/studies/influence.md`.

It is observational: *followed by more than preceded by*, never *caused*. Where the log holds an experiment in which a
lot decided who got something, the lot's figure stands in its place. What people do together, such as two entries of one
purchase, happens at one instant and is not counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.channels import influence_charts
from ziggurat.channels.doings import BY, EVENT, Types, Window, doings, fold, types_of
from ziggurat.channels.influence_lots import Lot, lots
from ziggurat.channels.influence_model import LOT, ORDER, UNKNOWN, Model, Pair, model
from ziggurat.channels.influence_words import reason, sentence
from ziggurat.channels.stream import lazy
from ziggurat.facts.absence import Absence, back
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, FLAG, NUMBER, TEXT, WHOLE_HOURS, interval
from ziggurat.stats.lag_pairs import AFTER, BEFORE, BINS, NET, NET_DAY, followed
from ziggurat.stats.net_excess import bounds, shape
from ziggurat.stats.streams import HOUR
from ziggurat.study import At, Count, Days, Family, OneOf, Within, slow_study

SHOWN = ("matrix", "network", "shape")
MOST_TYPES = 30
SHAPE = {
    "cause": TEXT,
    "effect": TEXT,
    "from_hours": WHOLE_HOURS,
    "to_hours": WHOLE_HOURS,
    "more": NUMBER,
    **interval(NUMBER),
}
UNTOLD = (math.nan,) * 3
MIDDLE = {"before_more": "before"}  # the column of a figure that is named otherwise
MEMBERS = pa.schema([("person_id", pa.string()), ("cause", pa.string()), ("effect", pa.string())])


@dataclass(frozen=True)
class Influence(Result):
    """One row per cause and effect, two different types. Bounds are of 95 %, by person; null where there are none.

    people: had the effect within a week after the cause. verdict: `followed by more`, `no difference seen`, `preceded
    by more` or `can't tell`. sure: whether it is still followed by more if all pairs of the table were looked at.
    basis: `order`, or `lot` where an experiment in the log decided. more: events of the effect within 7 days after one
    of the cause beyond those within 7 days before it; by lot, beyond those of people who didn't get it. day_more: the
    same within a day. before: events within a day before the cause, beyond the same hours of the weeks about it: the
    check, which must be about 0 for an order to mean anything. said: all this as a sentence.
    None of it says what caused what, but for what was decided by lot.
    shape: a second table, of columns `SHAPE`: `more` by how long after. shown: what `chart` draws. Members: person_id,
    cause, effect.
    """

    columns: ClassVar = {
        "cause": TEXT("First"),
        "effect": TEXT("Then"),
        "people": COUNT,
        "verdict": TEXT,
        "sure": FLAG("Sure among all pairs"),
        "basis": TEXT,
        "more": NUMBER("More in 7 days"),
        **interval(NUMBER),
        "day_more": NUMBER("More in a day"),
        "day_low": NUMBER("Low, in a day"),
        "day_high": NUMBER("High, in a day"),
        "before": NUMBER("More in the day before"),
        "before_low": NUMBER("Low, before"),
        "before_high": NUMBER("High, before"),
        "said": TEXT("What may be said"),
    }
    keys: ClassVar = ("cause", "effect")
    absence: ClassVar = Absence(
        "there are not two types of events, so none can follow another",
        "Choose another `by`, or import further channels and kinds.",
        (EVENT,),
        back("days"),
    )
    shape: pa.Table = field(default_factory=lambda: tables.from_rows(SHAPE, []))
    shown: str = "matrix"

    def chart(self) -> alt.TopLevelMixin:
        """Draw the matrix of causes and effects, the network of what is followed by more, or how it comes over time."""
        if self.shown == "network":
            return influence_charts.network(self.rows())
        if self.shown == "shape":
            return influence_charts.shape(self.rows(), self.shape.to_pylist())
        return influence_charts.matrix(self.rows())


@dataclass(frozen=True)
class Events(Family):
    """Which events are read, and what makes a type of them."""

    days: Annotated[Days | None, Within(1 / 24, 36_500), "how far back events are read; all of them if left out"] = None
    by: Annotated[str, OneOf(*BY), "what makes a type of event"] = "kind"
    types: Annotated[Count, Within(1, MOST_TYPES), "how many types at most; all others are one more"] = 10


@slow_study
def influence(
    buckets: Buckets,
    *,
    at: At,
    events: Events,
    shown: Annotated[str, OneOf(*SHOWN), "what the chart shows"] = "matrix",
) -> Influence:
    """Say of each pair of types of event what follows what, and what can't be told.

    days: before `at`, of what is read, all there are if left out. by: what makes a type, one of `doings.BY`. types: how
    many at most, 1 to MOST_TYPES; all others are one more. shown: what the chart draws, one of SHOWN. What is mostly
    sent by the organisation is a cause only.
    Raises: QuestionError if an option is out of bounds.
    """
    window = Window(None if events.days is None else at - round(events.days * DAY), at)
    by, types = events.by, events.types
    chosen = types_of(buckets, by, window, types)
    if not chosen.names:
        return Influence(tables.from_rows(Influence.columns, []), lazy(MEMBERS, lambda: iter(())), shown=shown)

    def read(kernel: Any) -> Iterator[Any]:
        return fold(buckets, by, window, lambda rows: kernel(doings(rows, buckets, chosen, window).streams))

    found = model(read, ~chosen.sent, chosen.first, chosen.last)
    by_lot = lots(buckets, chosen, window)

    def batches() -> Iterator[pa.RecordBatch]:
        def kernel(rows: pa.Table) -> list[pa.Array]:
            return members(rows, buckets, chosen, window)

        yield from (pa.RecordBatch.from_arrays(part, schema=MEMBERS) for part in fold(buckets, by, window, kernel))

    rows = [row_of(pair, chosen, found, by_lot.get((pair.effect, pair.cause))) for pair in found.pairs]
    return Influence(
        tables.from_rows(Influence.columns, rows), lazy(MEMBERS, batches), {},
        tables.from_rows(SHAPE, shape_of(chosen, found)), shown,
    )  # fmt: skip


def row_of(pair: Pair, types: Types, found: Model, lot: Lot | None) -> dict[str, Any]:
    """Return a pair's row of the table; a lot's figure stands before what the order of events says."""
    place, sent = (pair.effect, pair.cause), bool(types.sent[pair.cause])
    estimates = found.estimates

    def figures(figure: int) -> tuple[float, float, float]:
        return tuple(float(some[place]) for some in (estimates.value[figure], *bounds(estimates, figure)))  # type: ignore[return-value]

    week, day, ahead = (figures(figure) for figure in (NET, NET_DAY, BEFORE + 1))
    why = ""
    if lot is not None:
        week, day = (lot.more, lot.low, lot.high), UNTOLD
    elif pair.verdict == UNKNOWN:
        scale = pair.scale if pair.scale >= 0 else 1
        early, late = figures(BEFORE + scale)[0], figures(AFTER + scale)[0]
        why = reason(pair, sent, early, late, types.names[pair.third])
        week, day = UNTOLD, UNTOLD
    told = {"": week, "day_": day if sent else UNTOLD, "before_": ahead}
    row = {
        "cause": types.names[pair.cause],
        "effect": types.names[pair.effect],
        "people": int(found.sums.followed[place]),
        "verdict": pair.verdict if lot is None else lot.verdict,
        "sure": pair.sure if lot is None else lot.low > 0,
        "basis": ORDER if lot is None else LOT,
        **{
            MIDDLE.get(name, name): number(value)
            for kind, some in told.items()
            for name, value in zip((f"{kind}more", f"{kind}low", f"{kind}high"), some, strict=True)
        },
    }
    return row | {"said": sentence(row, lot is not None, why)}


def shape_of(types: Types, found: Model) -> list[dict[str, Any]]:
    """Return the rows of the second table: of pairs that can be told, by lag."""
    edges = [0, *(edge // HOUR for edge in BINS)]
    lags = shape(found.estimates)
    return [
        {
            "cause": types.names[pair.cause],
            "effect": types.names[pair.effect],
            "from_hours": edges[place],
            "to_hours": edges[place + 1],
            **{
                name: number(float(some[pair.effect, pair.cause]))
                for name, some in zip(("more", "low", "high"), lag, strict=True)
            },
        }
        for pair in found.pairs
        if pair.verdict != UNKNOWN
        for place, lag in enumerate(lags)
    ]


def number(value: float) -> float | None:
    """Return a number, or None for one that is not known."""
    return float(value) if math.isfinite(value) else None


def members(rows: pa.Table, buckets: Buckets, types: Types, window: Window) -> list[pa.Array]:
    """Return the columns of MEMBERS for some people."""
    given = doings(rows, buckets, types, window)
    found = followed(given.streams, len(types.names))
    found[:, types.sent] = False
    person, effect, cause = np.nonzero(found)
    names = pa.array(types.names, pa.string())
    return [person_ids(given.person[person]), names.take(pa.array(cause)), names.take(pa.array(effect))]
