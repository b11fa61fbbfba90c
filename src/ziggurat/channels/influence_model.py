"""How is the influence among types of event estimated from people's lives, in two passes and one sample?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.channels.doings import Doings, Types, Window, doings, fold, joined, some
from ziggurat.errors import QuestionError
from ziggurat.log.buckets import Buckets
from ziggurat.stats import hawkes, hawkes_likelihood, rescaling
from ziggurat.stats.hawkes import GROUPS, WHOLE, Floats, Ints, Streams, Sums

ESTIMATORS = ("least-squares", "likelihood")
HALF_LIVES = (0.05, 0.25, 0.5, 1.0, 2.0, 4.0, 7.0, 14.0, 21.0, 28.0)  # days
PER_PERIOD = 12  # half-lives that a period must hold, or its baseline and the influence can't be told apart
SAMPLE = 300_000  # events that the likelihood reads at most: of so many people, and all of theirs
POINTS = 99  # quantiles of the rescaled waits


@dataclass(frozen=True)
class Found:
    """What one estimate found; K types, arrays by effect and cause.

    triggered (K, K), nan for a cause that was never there; pieces (G, K, K); mass (K, K), events (K,), days (G,) as in
    `hawkes.Sums`, at the half-lives chosen.
    """

    triggered: Floats
    pieces: Floats
    mass: Floats
    events: Floats
    days: Floats


@dataclass(frozen=True)
class Fitness:
    """The waits of one effect as the model of likelihood rescales them: `rescaling.kolmogorov`, and quantiles."""

    distance: float
    p_value: float
    quantiles: Floats


@dataclass(frozen=True)
class Model:
    """What was estimated.

    asked (K,): whether the type is one of the effects asked for; others trigger, and are triggered by nothing.
    half_lives (K,): of the effects, in days. placebo: the same of times drawn anew within people's periods.
    """

    asked: npt.NDArray[np.bool_]
    half_lives: Floats
    found: Found
    placebo: Found
    fitness: list[Fitness]


def candidates(half_life: float | None, period: float) -> Floats:
    """Return the half-lives to choose from, in days. period: in which a baseline stays, or all that is seen."""
    if half_life is not None:
        return np.array([half_life])
    short = [one for one in HALF_LIVES if one * PER_PERIOD <= period]
    return np.array(short or [period / PER_PERIOD])


def estimate(
    buckets: Buckets,
    types: Types,
    window: Window,
    estimator: str,
    half_life: float | None,
    period: float,
    seed: int,
    *,
    all_effects: bool,
) -> Model:
    """Estimate the influence among the types. period: days in which a person's habits stay; seed: of the placebo."""
    count = len(types.names)
    if estimator == "likelihood":
        _, sample = pass_over(buckets, types, window, np.empty(0), period)
        among = candidates(half_life, window.days)
        half_lives = likeliest(sample, among, count)
        true = by_likelihood(sample.streams, half_lives)
        moved = rescaling.shuffled(sample.streams, sample.person, WHOLE, seed)
        false = by_likelihood(moved, half_lives)
    else:
        among = candidates(half_life, min(period, window.days))
        sums, sample = pass_over(buckets, types, window, among, period)
        best = hawkes.best(sums)
        half_lives = among[best]
        true = by_least_squares(sums, best)
        used, place = np.unique(best, return_inverse=True)
        false = by_least_squares(shuffled_sums(buckets, types, window, among[used], period, seed), place)
    asked = ~types.sent | all_effects
    for found in (true, false):
        found.triggered[~asked], found.pieces[:, ~asked] = 0.0, 0.0
    return Model(asked, half_lives, true, false, fitness(sample, half_lives))


def pass_over(buckets: Buckets, types: Types, window: Window, among: Floats, period: float) -> tuple[Sums, Doings]:
    """Add up what least squares needs of everyone, for each half-life, and keep a sample of the people."""
    count = len(types.names)
    share = min(1.0, SAMPLE / max(types.events, 1))

    def kernel(rows: pa.Table) -> tuple[Sums, Doings]:
        given = doings(rows, buckets, types, window)
        return hawkes.own_sums(given.streams, among, count, period), some(given, share)

    sums, kept = hawkes.empty(among.size, GROUPS, count, count), []
    for more, part in fold(buckets, types.by, window, kernel):
        sums = sums + more
        kept.append(part)
    return sums, joined(kept)


def shuffled_sums(buckets: Buckets, types: Types, window: Window, among: Floats, period: float, seed: int) -> Sums:
    """Add up the same of people whose times were drawn anew within their periods."""
    count = len(types.names)

    def kernel(rows: pa.Table) -> Sums:
        given = doings(rows, buckets, types, window)
        moved = rescaling.shuffled(given.streams, given.person, period, seed)
        return hawkes.own_sums(moved, among, count, period)

    sums = hawkes.empty(among.size, GROUPS, count, count)
    for more in fold(buckets, types.by, window, kernel):
        sums = sums + more
    return sums


def by_least_squares(sums: Sums, best: Ints) -> Found:
    """Solve for the influence, each effect at its own half-life."""
    solution = hawkes.solve(sums, best)
    mass = sums.mass.sum(axis=1)[best]
    return Found(solution.triggered, solution.pieces, mass, sums.events.sum(axis=0), sums.days)


def by_likelihood(streams: Streams, half_lives: Floats) -> Found:
    """Fit the model with frailty. Raises: QuestionError if the climb to its likelihood does not end."""
    given = hawkes_likelihood.rows(streams, half_lives, GROUPS)
    found = hawkes_likelihood.fit(given)
    if found.steps == hawkes_likelihood.STEPS:
        raise QuestionError(
            "these events don't settle which influence is likeliest; ask of fewer `types`, or for least-squares."
        )
    events = np.bincount(given.effect, minlength=half_lives.size).astype(float)
    days = np.bincount(given.group, given.days, GROUPS).astype(float)
    mass = given.mass.sum(axis=0)
    return Found(np.where(mass > 0, found.triggered, np.nan), found.pieces, mass, events, days)


def likeliest(sample: Doings, among: Floats, count: int) -> Floats:
    """Return, for each effect, the half-life under which its events are likeliest when all effects share it."""
    values = np.full((among.size, count), -np.inf)
    for place, one in enumerate(among):
        half_lives = np.full(count, one)
        found = hawkes_likelihood.fit(hawkes_likelihood.rows(sample.streams, half_lives, GROUPS), errors=False)
        values[place] = rescaling.rescaled(sample.streams, found, half_lives)[1]
    chosen: Floats = among[values.argmax(axis=0)]
    return chosen


def fitness(sample: Doings, half_lives: Floats) -> list[Fitness]:
    """Say for each effect how well the model fits in which busy people are busy in everything."""
    given = hawkes_likelihood.rows(sample.streams, half_lives, GROUPS)
    likely = hawkes_likelihood.fit(given, errors=False)
    waits, _ = rescaling.rescaled(sample.streams, likely, half_lives)
    levels = np.arange(1, POINTS + 1) / (POINTS + 1)
    found = []
    for effect in range(half_lives.size):
        mine = waits[given.effect == effect]
        quantiles = np.quantile(mine, levels) if mine.size else np.full(POINTS, math.nan)
        found.append(Fitness(*rescaling.kolmogorov(mine), quantiles))
    return found
