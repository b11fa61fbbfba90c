"""Which model foretells best on this log's own past, and how far off was it?

Models are tried from the simplest on. Each learns from the periods that were over by a day, has its intercept set so
that it would have been right in the last of them, and foretells the next one; so it goes through the log, and nothing
is judged that had been learnt from. A model takes the place of a simpler one only where it was surprised less, by more
than chance allows; where none beats saying the same of everyone, that is what is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special
from ziggurat.levels.cases import COLUMNS, Cases
from ziggurat.levels.features import DEEDS
from ziggurat.stats import logistic, ranking
from ziggurat.stats.logistic import Logistic

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FEWEST = 30  # times that it must have come, to learn from
STEADY = 3  # times that drift must have been seen before a period is judged, where the log is long enough for that
SURE = 2.0  # standard errors by which a model must be better than a simpler one
SHARE = 0.95  # that bounds are to hold
LEVEL = "level"  # one column for each level
HABITS = ("pace", "volume", "silent", "tenure", "channels")
MODELS: dict[str, tuple[str, ...]] = {
    "same for all": (),
    "recency": ("silent",),
    "volume": ("volume",),
    "pace": ("pace",),
    "pace and level": ("pace", LEVEL, "on level"),
    "habits": HABITS,
    "habits and level": (*HABITS, LEVEL, "on level"),
    "habits, level and deeds": (*HABITS, LEVEL, "on level", "got", *DEEDS),
}  # what each looks at, the simplest first


@dataclass(frozen=True)
class Learnt:
    """A model, fitted to some periods. shift: set by the last of them. drift: how far the shift moves from one period
    to the next, a standard deviation of log odds. known: the variance of the shift by chance. free: periods less one
    that the drift was seen in; 0 where it could not be. cov: of the model's weights, where it was asked for."""

    name: str
    model: Logistic | None
    shift: float
    drift: float
    known: float
    free: int
    cov: Floats | None = None

    def chance(self, cases: Cases) -> Floats:
        """Return each case's probability."""
        return logistic.chance(self.log_odds(cases))

    def log_odds(self, cases: Cases) -> Floats:
        """Return each case's log odds."""
        plain = np.zeros(len(cases.person)) if self.model is None else self.model.log_odds(matrix(self.name, cases))
        return np.asarray(plain + self.shift)

    @property
    def wide(self) -> float:
        """Return by how many standard errors bounds are apart; more where drift was seen few times."""
        return float(special.stdtrit(max(1, self.free), (1 + SHARE) / 2))

    def bounds(self, cases: Cases) -> tuple[Floats, Floats]:
        """Return the bounds of each case's probability: what the weights leave open, the intercept, and its drift."""
        middle = self.log_odds(cases)
        by_weights = np.zeros(len(middle))
        if self.model is not None and self.cov is not None:
            z = self.model.scaled(matrix(self.name, cases))[:, 1:]
            by_weights = ((z @ self.cov) * z).sum(axis=1)
        half = self.wide * np.sqrt(by_weights + self.known + self.drift**2)
        return logistic.chance(middle - half), logistic.chance(middle + half)

    def total(self, cases: Cases) -> tuple[float, float | None, float | None]:
        """Return how many are expected, and bounds of how many will come: of the intercept, its drift, and chance."""
        expected = float(self.chance(cases).sum())
        if not self.free or expected <= 0:
            return expected, None, None
        half = self.wide * math.sqrt(self.known + self.drift**2 + 1 / expected)
        return expected, expected * math.exp(-half), expected * math.exp(half)


def matrix(name: str, cases: Cases) -> Floats:
    """Return the columns that a model looks at."""
    wanted: list[Floats] = []
    for column in MODELS[name]:
        if column == LEVEL:
            wanted.append(cases.x[:, len(COLUMNS) :])
        else:
            wanted.append(cases.x[:, COLUMNS.index(column)])
    return np.column_stack(wanted)


def learn(name: str, cases: Cases) -> Learnt:
    """Fit a model to cases whose period is over, and set it by the last one."""
    x = matrix(name, cases) if MODELS[name] else np.empty((len(cases.person), 0))
    model = logistic.fit(x, cases.came) if MODELS[name] else None
    plain = np.zeros(len(cases.person)) if model is None else model.log_odds(x)
    moved, known = [], []
    for period in np.unique(cases.period):
        some = plain[cases.period == period]
        moved.append(logistic.shift(some, float(cases.came[cases.period == period].sum())))
        p = logistic.chance(some + moved[-1])
        known.append(1 / max(1e-9, float((p * (1 - p)).sum())))
    steps, noise = np.diff(moved), np.array(known[1:]) + np.array(known[:-1])
    drift = math.sqrt(max(0.0, float(np.mean(steps**2 - noise)))) if steps.size else 0.0
    return Learnt(name, model, moved[-1], drift, known[-1], int(steps.size))


@dataclass(frozen=True)
class Split:
    """What every model foretold of one period before it had come. period: its number. of: the cases. told: by model,
    the model as it was learnt then and the probabilities."""

    period: int
    of: Cases
    told: dict[str, tuple[Learnt, Floats]]


@dataclass(frozen=True)
class Judged:
    """How models did. splits: in order of time. better: of each model that was tried, by how many standard errors it
    was surprised less than the one that had won before it. best: the model that won; None with too little to learn
    from. now: the same, learnt from all that is over. seen: how often it came. everyone: the cases that are over."""

    splits: tuple[Split, ...]
    better: dict[str, float]
    best: str | None
    now: Learnt | None
    seen: int

    @property
    def beaten(self) -> bool:
        """Tell whether a model beats saying the same of everyone."""
        return self.best is not None and bool(MODELS[self.best])


def judge(cases: Cases) -> Judged:
    """Try all models on all past periods. cases: also those of a period that has not come yet, which are not read."""
    over = take(cases, cases.came >= 0)
    seen = int(over.came.sum())
    begun = np.unique(over.period[over.came > 0])
    if not begun.size:
        return Judged((), {}, None, None, 0)
    over = take(over, over.period >= begun[0])  # before it first came, it may not have been recorded
    periods = np.unique(over.period)
    enough = [one for one in periods[1:] if over.came[over.period < one].sum() >= FEWEST]
    settled = [one for one in enough if np.sum(periods < one) > STEADY]
    splits = tuple(split(over, int(period)) for period in settled or enough)
    if not splits:
        return Judged((), {}, None, None, seen)
    best, better = choose(splits)
    now = learn(best, over)
    if now.model is not None:
        now = replace(now, cov=logistic.covariance(now.model, matrix(best, over), over.came, over.person))
    return Judged(splits, better, best, now, seen)


def split(over: Cases, period: int) -> Split:
    """Let every model foretell one period from those before it."""
    before, of = take(over, over.period < period), take(over, over.period == period)
    learnt = [learn(name, before) for name in MODELS]
    return Split(period, of, {one.name: (one, one.chance(of)) for one in learnt})


def choose(splits: Sequence[Split]) -> tuple[str, dict[str, float]]:
    """Return the simplest model that none beats, and how surely each was better than what it was measured against."""
    best, *others = MODELS
    better: dict[str, float] = {}
    for name in others:
        better[name] = gain(splits, best, name)
        best = name if better[name] > SURE else best
    return best, better


def gain(splits: Sequence[Split], one: str, other: str) -> float:
    """Return by how many standard errors the other model was surprised less than the one, people drawn as a whole."""
    less = [
        ranking.log_loss(each.told[one][1], each.of.came) - ranking.log_loss(each.told[other][1], each.of.came)
        for each in splits
    ]
    _, place = np.unique(np.concatenate([each.of.person for each in splits]), return_inverse=True)
    sums = np.bincount(place, np.concatenate(less))
    if sums.size < 2 or np.ptp(sums) == 0:
        return 0.0
    return float(sums.mean() / (sums.std(ddof=1) / math.sqrt(sums.size)))


def take(cases: Cases, some: npt.NDArray[Any]) -> Cases:
    """Return some of the cases, by flags or by places."""
    return Cases._make(column[some] for column in cases)
