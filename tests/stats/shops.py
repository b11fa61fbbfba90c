"""People who come again or not, drawn with known parameters; and what is published of real ones."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from ziggurat.stats.lifetime import Histories

CDNOW = (0.243, 4.414, 0.793, 2.426)  # weeks; Fader, Hardie & Lee (2005), table 1
SHOP = np.array([0.5, 30.0, 0.8, 2.5])  # r, α (days), a, b
CHARITY = np.array([1.2, 0.75, 0.66, 2.8])  # α, β, γ, δ


def published(name: str) -> np.ndarray:
    """A data set that comes with the package `lifetimes`, none of whose code is run."""
    path = Path(str(distribution("lifetimes").locate_file(f"lifetimes/datasets/{name}")))
    return np.genfromtxt(path, delimiter=",", skip_header=1)


def donors() -> Histories:
    """11,104 donors of a charity over six years, as published: 22 different histories."""
    x, last, known, people = published("donations.csv").T
    return Histories(x, last, known, people, np.arange(x.size))


def visits(draw: np.random.Generator, size: int, values: np.ndarray, known: np.ndarray, ahead: float) -> np.ndarray:
    """x, t_x, how often within `ahead` after `known`, and who is alive at `known`, by the story of BG/NBD itself."""
    r, alpha, a, b = values
    rate, leave = draw.gamma(r, 1 / alpha, size), draw.beta(a, b, size)
    x, last, later, now = np.zeros((4, size))
    active = np.ones(size, bool)
    left = np.full(size, np.inf)
    while active.any():
        some = np.flatnonzero(active)
        now[some] += draw.exponential(1 / rate[some])
        before, after = now[some] <= known[some], now[some] <= known[some] + ahead
        x[some[before]] += 1
        last[some[before]] = now[some[before]]
        later[some[after & ~before]] += 1
        active[some[~after]] = False
        gone = some[after & (draw.random(some.size) < leave[some])]
        active[gone], left[gone] = False, now[gone]
    return np.stack([x, last, later, left > known])


def gifts(draw: np.random.Generator, size: int, values: np.ndarray, known: int, ahead: int) -> np.ndarray:
    """x, t_x, how often on `ahead` occasions after `known` ones, and who is alive then, by the story of BG/BB."""
    alpha, beta, gamma, delta = values
    give, leave = draw.beta(alpha, beta, size), draw.beta(gamma, delta, size)
    x, last, later = np.zeros((3, size))
    alive = np.ones(size, bool)
    there = alive
    for occasion in range(1, known + ahead + 1):
        alive = alive & (draw.random(size) >= leave)
        came = alive & (draw.random(size) < give)
        if occasion <= known:
            x, last = x + came, np.where(came, occasion, last)
        else:
            later = later + came
        there = alive if occasion == known + 1 else there
    return np.stack([x, last, later, there])
