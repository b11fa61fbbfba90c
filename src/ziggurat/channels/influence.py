"""Which activity drives which, by how much, and how surely?

Every person's doings are read as a Hawkes process: what happens makes other things more likely for a while, with a
half-life, on top of a baseline of that person's own. A figure says how many more events of one type directly follow
a single event of another than her habits explain: what the model calls triggered. What people do in answer is told from
how busy they are anyway by comparing each with herself: the time right after an event with the rest of the same period
(`least-squares`), or by a frailty, how busy she is in everything (`likelihood`).

It is observational. Where the organisation chooses whom to write to, and when, because of what these people are about
to do, that choice looks like influence; so does anything outside the log that comes before both. Only a randomised
holdout can tell. What people do together, such as two entries of one purchase, happens at one instant and is no
influence of either on the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.channels import influence_charts
from ziggurat.channels.doings import BY, Types, Window, doings, fold, types_of
from ziggurat.channels.influence_model import ESTIMATORS, Model, estimate
from ziggurat.channels.stream import lazy
from ziggurat.heavy import alt
from ziggurat.instant import DAY
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.result import Result
from ziggurat.stats import cascade
from ziggurat.stats.hawkes import WHOLE, Floats, deviation, plain, reach
from ziggurat.stats.hawkes_kernels import followed
from ziggurat.study import At, Count, Days, Family, OneOf, Seed, Within, study

EFFECTS = ("people", "all")
SHOWN = ("matrix", "network", "fit")
MOST_TYPES = 30
FOLLOWS = 5  # half-lives within which 97 % of what is triggered has happened
FIT = {
    "effect": "string",
    "events": "int64",
    "half_life_days": "float64",
    "exogenous_share": "float64",
    "exogenous_low": "float64",
    "exogenous_high": "float64",
    "distance": "float64",
    "p_value": "float64",
    "quantiles": "string",
}
MEMBERS = pa.schema([("person_id", pa.string()), ("cause", pa.string()), ("effect", pa.string())])


@dataclass(frozen=True)
class Influence(Result):
    """One row per cause and effect. Every interval is of 95 %, by person; null where fewer than two were there.

    people: had the effect within five half-lives after the cause. triggered: how many more events of the effect follow
    one of the cause directly, with its bounds; below 0 where fewer do. half_life_days: of the effect.
    cumulative: the same directly and indirectly, with bounds; null where families would not end. direct_share: of the
    effect's events, those directly triggered by the cause. root_share: those of which the first cause is a cause's
    event that came of itself; these add up to 1 for each effect. exogenous_share: of the effect's events, those that
    nothing in the log triggered. The shares are null for an effect of which fewer follow something, by more than a
    tenth, or of which more than all would be triggered, and root_share then for every effect: they would be no shares.
    placebo: `triggered` once the times of all events are drawn anew within each person's own periods, with bounds,
    which must hold 0.
    fit: a second table, of columns `FIT`, one row per effect: distance (Kolmogorov-Smirnov, 0 to 1) and p_value of the
    rescaled waits, and these at their quantiles. shown: what `chart` draws. Members: person_id, cause, effect.
    """

    columns: ClassVar = {
        "cause": "string",
        "effect": "string",
        "people": "int64",
        "triggered": "float64",
        "triggered_low": "float64",
        "triggered_high": "float64",
        "half_life_days": "float64",
        "cumulative": "float64",
        "cumulative_low": "float64",
        "cumulative_high": "float64",
        "direct_share": "float64",
        "root_share": "float64",
        "exogenous_share": "float64",
        "placebo": "float64",
        "placebo_low": "float64",
        "placebo_high": "float64",
    }
    keys: ClassVar = ("cause", "effect")
    heads: ClassVar = {
        "cause": "First",
        "effect": "Then",
        "triggered": "More, directly",
        "cumulative": "More in all",
        "direct_share": "Share directly after it",
        "root_share": "Share begun by it",
        "exogenous_share": "Share of itself",
    }
    fit: pa.Table = field(default_factory=lambda: tables.answer(FIT, []))
    shown: str = "matrix"
    radius: float = 0.0

    def chart(self) -> alt.TopLevelMixin:
        """Draw the matrix of causes and effects, the network of those that are sure, or how well the model fits."""
        if self.shown == "network":
            return influence_charts.network(self.rows())
        if self.shown == "fit":
            return influence_charts.fit(self.fit.to_pylist())
        return influence_charts.matrix(self.rows())


@dataclass(frozen=True)
class Events(Family):
    """What is explained, and what makes a type of event."""

    days: Annotated[
        Days | None, Within(1 / 24, 36_500), "how far back events are to be explained; all of them if left out"
    ] = None
    by: Annotated[str, OneOf(*BY), "what makes a type of event"] = "kind"
    types: Annotated[Count, Within(1, MOST_TYPES), "how many types at most, 1 to 30; all others are one more"] = 10
    effects: Annotated[str, OneOf(*EFFECTS), "what is explained: what people do, or also what is sent"] = "people"


@dataclass(frozen=True)
class Fitting(Family):
    """How habits are told from influence."""

    estimator: Annotated[str, OneOf(*ESTIMATORS), "how habits are told from influence"] = "least-squares"
    half_life_days: Annotated[
        Days | None, Within(1e-4, 36_500), "of the influence; chosen by what fits best if left out"
    ] = None
    baseline_days: Annotated[Days, "days in which a person's habits stay the same; 0 for always"] = 182
    seed: Annotated[Seed, "of the placebo"] = 1


@study
def influence(
    buckets: Buckets,
    *,
    at: At,
    events: Events,
    fitting: Fitting,
    shown: Annotated[str, OneOf(*SHOWN), "what the chart shows"] = "matrix",
) -> Influence:
    """Estimate which type of event is followed by more of which.

    days: before `at`, of what is explained, all there are if left out; what was before may still trigger.
    by: what makes a type, one of `doings.BY`. types: how many at most, 1 to MOST_TYPES; all others are one more.
    effects: `people`, what people do, or `all`, what is sent to them too. estimator: one of ESTIMATORS.
    half_life_days: of all effects; chosen for each by what explains most where it is left out. baseline_days: length of
    the periods in which a person's habits stay the same, 0 for one that never ends. seed: of the placebo. shown: what
    the chart draws, one of SHOWN. ladder, names: taken as every study does, and not looked at.
    Raises: QuestionError if an option is out of bounds.
    """
    window = Window(None if events.days is None else at - round(events.days * DAY), at)
    period = fitting.baseline_days or WHOLE
    chosen = types_of(buckets, events.by, window, events.types)
    if not chosen.names:
        return Influence(tables.answer(Influence.columns, []), lazy(MEMBERS, lambda: iter(())), shown=shown)
    model = estimate(
        buckets,
        chosen,
        window,
        fitting.estimator,
        fitting.half_life_days,
        period,
        fitting.seed,
        all_effects=events.effects == "all",
    )

    def batches() -> Iterator[pa.RecordBatch]:
        followed = fold(buckets, events.by, window, lambda rows: members(rows, buckets, chosen, window, model))
        yield from (pa.RecordBatch.from_arrays(columns, schema=MEMBERS) for columns, _ in followed)

    counts = np.zeros((len(chosen.names), len(chosen.names)), np.int64)
    for _, count in fold(buckets, events.by, window, lambda rows: members(rows, buckets, chosen, window, model)):
        counts += count
    rows = table_of(chosen, model, counts)
    fitted = tables.answer(FIT, fit_of(chosen, model))
    return Influence(
        tables.answer(Influence.columns, rows), lazy(MEMBERS, batches), {}, fitted, shown,
        cascade.radius(np.nan_to_num(model.found.triggered)),
    )  # fmt: skip


def table_of(types: Types, model: Model, counts: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """Return the rows of the table: effects in order of their frequency, the causes of each likewise."""
    found, placebo = model.found, model.placebo
    wide = reach(found.days)
    triggered = np.nan_to_num(found.triggered)
    family, moved = cascade.cumulative(triggered, found.pieces)
    direct = cascade.direct_shares(triggered, found.mass, found.events)
    shared = cascade.sound(direct)
    roots = cascade.root_shares(direct, found.events) if shared.all() else np.full_like(direct, np.nan)
    figures = {
        **bounded(("triggered", "triggered_low", "triggered_high"), found.triggered, deviation(found.pieces) * wide),
        **bounded(("cumulative", "cumulative_low", "cumulative_high"), family, deviation(moved) * wide),
        **bounded(("placebo", "placebo_low", "placebo_high"), placebo.triggered, deviation(placebo.pieces) * wide),
        "direct_share": np.where(shared[:, None], direct, np.nan),
        "root_share": roots,
    }
    rows = []
    for effect in np.flatnonzero(model.asked):
        for cause, name in enumerate(types.names):
            numbers = {word: number(values[effect, cause]) for word, values in figures.items()}
            numbers |= {
                "half_life_days": number(model.half_lives[effect]),
                "exogenous_share": number(1 - direct[effect].sum()) if shared[effect] else None,
            }
            people = int(counts[effect, cause])
            rows.append({"cause": name, "effect": types.names[effect], "people": people, **numbers})
    return rows


def fit_of(types: Types, model: Model) -> list[dict[str, Any]]:
    """Return the rows of the second table."""
    found = model.found
    direct = cascade.direct_shares(np.nan_to_num(found.triggered), found.mass, found.events)
    moved = np.stack([cascade.direct_shares(piece, found.mass, found.events).sum(axis=1) for piece in found.pieces])
    error = deviation(moved) * reach(found.days)
    rows = []
    for effect in np.flatnonzero(model.asked):
        share, fitness = 1 - direct[effect].sum(), model.fitness[effect]
        rows.append(
            {
                "effect": types.names[effect],
                "events": int(found.events[effect]),
                "half_life_days": number(model.half_lives[effect]),
                "exogenous_share": number(share),
                "exogenous_low": number(share - error[effect]),
                "exogenous_high": number(share + error[effect]),
                "distance": number(fitness.distance),
                "p_value": number(fitness.p_value),
                "quantiles": " ".join(f"{value:.4g}" for value in fitness.quantiles),
            }
        )
    return rows


def bounded(names: Sequence[str], values: Floats, half: Floats) -> dict[str, Floats]:
    """Return estimates with their bounds."""
    return dict(zip(names, (values, values - half, values + half), strict=True))


def number(value: float) -> float | None:
    """Return a number, or None for one that is not known."""
    return float(value) if math.isfinite(value) else None


def members(
    rows: pa.Table, buckets: Buckets, types: Types, window: Window, model: Model
) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
    """Return the columns of MEMBERS for some people, and how many there are for each effect and cause."""
    size = len(types.names)
    given = doings(rows, buckets, types, window)
    found = np.zeros((given.person.size, size, size), np.bool_)
    followed(*plain(given.streams)[:4], model.half_lives * FOLLOWS, found)
    found[:, ~model.asked] = False
    person, effect, cause = np.nonzero(found)
    names = pa.array(types.names, pa.string())
    return [person_ids(given.person[person]), names.take(pa.array(cause)), names.take(pa.array(effect))], found.sum(
        axis=0
    )
