"""What triggers what, when busy people are busy in everything?

The Hawkes process of `hawkes`, fitted by likelihood: the baseline of type i is μ_i f_p, where f_p is how busy person p
is, drawn from a Gamma distribution of mean 1 (the frailty). f_p is integrated out by adaptive Gauss-Hermite quadrature;
the rest separates by effect and is climbed by Newton steps that never lower the likelihood. μ and α stay at or above 0.

Sources: Ozaki (1979), Ann. Inst. Statist. Math. 31, 145-155 (likelihood); Dempster, Laird & Rubin (1977), JRSS B 39(1),
1-38; Louis (1982), JRSS B 44(2), 226-233 (information); Liu & Pierce (1994), Biometrika 81(3), 624-629 (quadrature);
White (1982), Econometrica 50(1), 1-25 (sandwich).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ziggurat.stats.hawkes import Floats, Ints, Streams, correction, within
from ziggurat.stats.hawkes_mixing import bounded_kernel, mix_kernel, rows_kernel, scores_kernel, start_kernel

NODES = 9  # of the quadrature; log f is near normal, given what a person did
STEPS = 500
ENOUGH = 1e-6  # gain of log-likelihood, per step, below which the climb ends; it doubles its digits at each step
ENOUGH_MIXED = 1e-3  # the same with frailty, towards which it creeps; a sure difference would be 2
LEAST = 1e-12  # baseline, events a day: the logarithm of nothing does not exist
CHUNK = 512  # people whose scores are held at once


class Rows(NamedTuple):
    """What the likelihood reads: one row for each event within a window.

    first: P + 1 positions of each person's rows. effect: type of each. fuel (m, K): Σ β e^{-β (t - s)} over earlier
    events of each type, with the half-life of the row's effect. mass (G, K, K): its integral over the windows, by
    group, effect and cause. days, group (P,). half_lives (K,): of the effects, in days.
    """

    first: Ints
    effect: Ints
    fuel: Floats
    mass: Floats
    days: Floats
    group: Ints
    half_lives: Floats


@dataclass(frozen=True)
class Fit:
    """The likelihood's maximum.

    baseline (K,): μ, events a day of a person of frailty 1. triggered (K, K): α[i, j]. shape: of the frailty's Gamma
    distribution; its variance is 1 / shape; inf without frailty. log_likelihood: up to the same constant for all
    models of the same events. pieces (G, K, K): Σ_g pieces² is the variance of `triggered`. steps: taken; STEPS
    if the climb was cut short, and then this is not quite the maximum.
    """

    baseline: Floats
    triggered: Floats
    shape: float
    log_likelihood: float
    pieces: Floats
    steps: int


class Point(NamedTuple):
    """Where the climb stands: μ (K,), α (K, K) and the shape of the frailty, inf for none."""

    baseline: Floats
    triggered: Floats
    shape: float


class Mixed(NamedTuple):
    """What is expected of each person at a point: frailties at the nodes, their weights, and derivatives by row."""

    value: float
    frailty: Floats  # (P, nodes)
    weight: Floats  # (P, nodes)
    slopes: Floats  # (5, m): means of f/λ, 1/λ, f²/λ², f/λ², 1/λ²


def rows(streams: Streams, half_lives: Floats, groups: int) -> Rows:
    """Lay out what the likelihood reads. half_lives: of each effect, in days."""
    types = half_lives.size
    betas, which = np.unique(np.log(2) / half_lives, return_inverse=True)
    start, at, kind, begin, _, group = arrays = within(streams, types, groups)
    inside = at > np.repeat(begin, np.diff(start))
    first = np.concatenate([[0], np.cumsum(inside)])[start]
    fuel, mass = np.empty((int(first[-1]), types)), np.zeros((groups, types, types))
    rows_kernel(*arrays, betas, which.astype(np.int64), fuel, mass)
    days = np.maximum(streams.end - streams.begin, 0.0)
    return Rows(first.astype(np.int64), kind[inside], fuel, mass, days, group, half_lives)


def fit(given: Rows, *, frailty: bool = True, errors: bool = True) -> Fit:
    """Climb to the maximum of the likelihood. frailty: whether people differ in how busy they are. errors: whether
    the pieces are wanted, which are nan otherwise.
    """
    types = given.half_lives.size
    mine = [np.flatnonzero(given.effect == effect) for effect in range(types)]
    fuels = [np.ascontiguousarray(given.fuel[some]) for some in mine]
    counts = np.array([some.size for some in mine], float)
    days = max(float(given.days.sum()), LEAST)
    here = Point(
        np.maximum(counts / days / 2, LEAST), np.full((types, types), 0.5 / types), 1.0 if frailty else math.inf
    )
    modes = np.zeros(given.days.size)
    now = mix(given, here, modes)
    steps = 0
    for steps in range(1, STEPS + 1):  # noqa: B007 - it is told
        ahead = climb(given, here, now, mine, fuels)
        there = mix(given, ahead, modes)
        for _ in range(10):
            if there.value >= now.value - 1e-9 * abs(now.value):
                break
            ahead = between(here, ahead, 0.25)
            there = mix(given, ahead, modes)
        gain = there.value - now.value
        here, now = ahead, there
        if gain < (ENOUGH_MIXED if frailty else ENOUGH):
            break
    pieces = pieces_of(given, here, now, mine, fuels) if errors else np.full(given.mass.shape, np.nan)
    return Fit(here.baseline, here.triggered, here.shape, now.value, pieces, steps)


def log_likelihood(given: Rows, baseline: Floats, triggered: Floats, shape: float = math.inf) -> float:
    """Return the log-likelihood of a model; shape: of the frailty, inf for none."""
    return mix(given, Point(baseline, triggered, shape), np.zeros(given.days.size)).value


def mix(given: Rows, point: Point, modes: Floats) -> Mixed:
    """Integrate the frailty out. modes: of each person's log f, from the last time; they are brought up to date."""
    started = np.empty(given.effect.size)
    start_kernel(given.effect, given.fuel, point.triggered, started)
    value = -float((given.mass.sum(axis=0) * point.triggered).sum())
    base = point.baseline[given.effect]
    total = point.baseline.sum() * given.days
    if math.isinf(point.shape):
        nodes, logs = np.zeros(1), np.zeros(1)
    else:
        nodes, weights = np.polynomial.hermite.hermgauss(NODES)
        logs = np.log(weights) + nodes**2
    frailty, weight = np.empty((total.size, nodes.size)), np.empty((total.size, nodes.size))
    slopes = np.empty((5, base.size))
    constant = 0.0
    if not math.isinf(point.shape):
        constant = point.shape * math.log(point.shape) - math.lgamma(point.shape)
    value += mix_kernel(
        given.first, base, started, total, point.shape, constant, nodes, logs, modes, frailty, weight, slopes
    )
    return Mixed(value, frailty, weight, slopes)


def climb(given: Rows, here: Point, now: Mixed, mine: Sequence[Ints], fuels: Sequence[Floats]) -> Point:
    """Take a Newton step for each effect, and the best shape, given what is expected of the frailties.

    Their mean is let free for a moment and then moved into the baselines, which shortens the climb.
    Source: Liu, Rubin & Wu (1998), Biometrika 85(4), 755-770.
    """
    baseline, triggered = here.baseline.copy(), here.triggered.copy()
    exposure = float((given.days * (now.weight * now.frailty).sum(axis=1)).sum())
    mass = given.mass.sum(axis=0)
    for effect, some in enumerate(mine):
        slope, bend = derivatives(now.slopes[:, some], fuels[effect], exposure, mass[effect])
        old = np.concatenate([baseline[effect : effect + 1], triggered[effect]])
        new = newton(old, slope, bend)
        baseline[effect], triggered[effect] = max(new[0], LEAST), new[1:]
    if math.isinf(here.shape):
        return Point(baseline, triggered, here.shape)
    mean = float((now.weight * now.frailty).sum()) / max(now.frailty.shape[0], 1)
    return Point(np.maximum(baseline * mean, LEAST), triggered, best_shape(now.frailty / mean, now.weight))


def derivatives(slopes: Floats, fuel: Floats, exposure: float, mass: Floats) -> tuple[Floats, Floats]:
    """Return the slope and the curvature of one effect's part of the log-likelihood, in (μ, α_1 … α_K)."""
    busy, plain_, busy2, mixed, plain2 = slopes
    slope = np.concatenate([[busy.sum() - exposure], fuel.T @ plain_ - mass])
    bend = np.empty((slope.size, slope.size))
    bend[0, 0] = busy2.sum()
    bend[0, 1:] = bend[1:, 0] = fuel.T @ mixed
    half = fuel * np.sqrt(plain2)[:, None]
    bend[1:, 1:] = half.T @ half
    return slope, bend


def newton(old: Floats, slope: Floats, bend: Floats) -> Floats:
    """Step to the maximum of a quadratic over what is at least 0; where nothing bends, stay."""
    new = old.copy()
    bounded_kernel(new, slope.copy(), bend)
    return new


def between(here: Point, ahead: Point, share: float) -> Point:
    """Go only a share of the way."""
    shape = here.shape if math.isinf(here.shape) else here.shape ** (1 - share) * ahead.shape**share
    return Point(
        here.baseline + share * (ahead.baseline - here.baseline),
        here.triggered + share * (ahead.triggered - here.triggered),
        shape,
    )


def best_shape(frailty: Floats, weight: Floats) -> float:
    """Return the Gamma shape (mean 1) that suits the expected frailties best; between 0.01 and 10,000."""
    pull = float((weight * (np.log(frailty) - frailty)).sum()) / max(frailty.shape[0], 1)
    low, high = math.log(1e-2), math.log(1e4)
    for _ in range(60):
        middle = (low + high) / 2
        shape = math.exp(middle)
        low, high = (middle, high) if math.log(shape) + 1 - digamma(shape) + pull > 0 else (low, middle)
    return math.exp((low + high) / 2)


def digamma(value: float) -> float:
    """Return the derivative of log Γ. Source: Abramowitz & Stegun (1964), 6.3.5 and 6.3.18.

    >>> round(digamma(1.0), 9)
    -0.577215665
    """
    below = 0.0
    while value < 10:
        below += 1 / value
        value += 1
    square = 1 / value**2
    return math.log(value) - 0.5 / value - square * (1 / 12 - square * (1 / 120 - square / 252)) - below


def pieces_of(given: Rows, here: Point, now: Mixed, mine: Sequence[Ints], fuels: Sequence[Floats]) -> Floats:
    """Return what each group of people contributes to the error of α: information⁻¹ times its score."""
    types = given.half_lives.size
    size = types * (types + 1) + (not math.isinf(here.shape))
    information, scores = np.zeros((size, size)), np.zeros((given.mass.shape[0], size))
    for effect, some in enumerate(mine):
        place = slice(effect * (types + 1), (effect + 1) * (types + 1))
        information[place, place] = derivatives(now.slopes[:, some], fuels[effect], 0.0, np.zeros(types))[1]
        scores[:, place][:, 1:] -= given.mass[:, effect]
    if size > types * (types + 1):
        near = 1e-4 * here.shape
        bend = (digamma(here.shape + near) - digamma(here.shape - near)) / (2 * near)
        information[-1, -1] = given.days.size * (bend - 1 / here.shape)
    for start in range(0, given.days.size, CHUNK):
        people = slice(start, min(start + CHUNK, given.days.size))
        each = node_scores(given, here, now, people)
        weight = now.weight[people]
        mean = np.einsum("pc,pcd->pd", weight, each)
        spread = (each - mean[:, None]) * np.sqrt(weight)[:, :, None]
        flat = spread.reshape(-1, size)
        information -= flat.T @ flat
        np.add.at(scores, given.group[people], mean)
    there = np.bincount(given.group, given.days, scores.shape[0]).astype(float)
    shares = there / max(there.sum(), LEAST)
    scores -= shares[:, None] * scores.sum(axis=0)  # 0 but for what is held at its bound
    pieces = scores @ np.linalg.pinv(information, rcond=1e-12, hermitian=True) * correction(there)
    table: Floats = pieces[:, : types * (types + 1)].reshape(-1, types, types + 1)[:, :, 1:]
    table[:, given.mass.sum(axis=0) <= 0] = np.nan
    return table


def node_scores(given: Rows, here: Point, now: Mixed, people: slice) -> Floats:
    """Return the scores of some people at each node of their frailty, (people, nodes, parameters), masses left out."""
    types = given.half_lives.size
    frailty = now.frailty[people]
    found = np.zeros((*frailty.shape, types * (types + 1) + (not math.isinf(here.shape))))
    scores_kernel(
        given.first[people.start : people.stop + 1],
        given.effect,
        given.fuel,
        here.baseline,
        here.triggered,
        frailty,
        found,
    )
    by_effect = found[:, :, : types * (types + 1)].reshape(*frailty.shape, types, types + 1)
    by_effect[..., 0] -= (given.days[people, None] * frailty)[:, :, None]
    if not math.isinf(here.shape):
        found[:, :, -1] = math.log(here.shape) + 1 - digamma(here.shape) + np.log(frailty) - frailty
    return found
