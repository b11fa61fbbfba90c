"""How often is a series found out of its band where nothing changed, and how often where something did?

    python -m bench.bands [--seeds 200]

Worlds of 12 counts, 3 shares, one of them of almost all, and a newsletter that is a new activity every week, over 39
weeks: steady, with a trend, a trend that bends, overdispersed, with heavy tails, and with weeks that hang together.
Prints the share of worlds in which anything is found, at a chance of 0.05; then how often a fallen net promoter score
and a campaign are found that were planted among them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from ziggurat.stats.bands import Weekly, verdicts

WEEKS, CHANCE = 39, 0.05
Floats = npt.NDArray[np.float64]
Draw = np.random.Generator


def hanging(draw: Draw) -> Floats:
    """Weeks, each of which keeps 0.6 of how far the one before was off."""
    found = np.zeros(WEEKS)
    for week in reversed(range(WEEKS - 1)):
        found[week] = 0.6 * found[week + 1] + draw.normal(0, 0.25)
    return np.exp(found)


RATES: Mapping[str, Callable[[Draw], Floats]] = {
    "steady": lambda draw: np.ones(WEEKS),
    "trend": lambda draw: np.linspace(1, draw.uniform(0.4, 2.5), WEEKS),
    "bent": lambda draw: np.exp(-np.arange(WEEKS) * draw.uniform(-0.05, 0.05)),
    "overdispersed": lambda draw: draw.gamma(3, 1 / 3, WEEKS),
    "heavy tails": lambda draw: draw.lognormal(0, 0.6, WEEKS),
    "hanging together": hanging,
}


def world(seed: int, kind: str) -> list[Weekly]:
    """The series of a world in which nothing changes."""
    draw = np.random.default_rng(seed)
    sizes = np.exp(draw.uniform(np.log(0.3), np.log(300), 12))
    found = [Weekly.of_counts(draw.poisson(size * RATES[kind](draw))) for size in sizes]
    for chance in (0.5, 0.97, 0.99):
        size = draw.poisson(np.exp(draw.uniform(np.log(2), np.log(60))), WEEKS).astype(float)
        wide = 0.0 if kind in ("steady", "trend", "bent") else 0.08
        hits = draw.binomial(size.astype(int), np.clip(chance + draw.normal(0, wide, WEEKS), 0, 1)).astype(float)
        found.append(Weekly(size, hits, hits, 1.0))
    for week in range(WEEKS):
        counts = np.zeros(WEEKS)
        counts[week], counts[max(0, week - 1)] = draw.poisson(12 * draw.lognormal(0, 0.4)), draw.poisson(3)
        found.append(Weekly.of_counts(counts, "new"))
    return found


def fallen(seed: int, since: int = 3) -> Weekly:
    """A net promoter score of 30 that is -75 in its last weeks, of some 10 answers a week."""
    draw = np.random.default_rng(seed)
    size, total, squares = np.zeros(WEEKS), np.zeros(WEEKS), np.zeros(WEEKS)
    for week in range(WEEKS):
        shares = [0.8, 0.15, 0.05] if week < since else [0.2, 0.3, 0.5]
        said = draw.choice([-100.0, 0.0, 100.0], draw.poisson(10), p=shares)
        size[week], total[week], squares[week] = said.size, said.sum(), (said**2).sum()
    return Weekly(size, total, squares, 200.0)


def campaign(seed: int) -> Weekly:
    """A campaign that brings 240 people in its four weeks."""
    draw = np.random.default_rng(seed)
    counts = np.zeros(WEEKS)
    counts[:4] = draw.multinomial(240, [0.15, 0.25, 0.35, 0.25])
    return Weekly.of_counts(counts, "new")


def outs(series: list[Weekly]) -> list[int]:
    """The places of those that are found out of their band."""
    return [place for place, one in enumerate(verdicts(series, CHANCE)) if one is not None and one.out]


def main() -> None:
    """Print a line for each sort of world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    seeds = range(parser.parse_args().seeds)
    for kind in RATES:
        wrong = sum(bool(outs(world(seed, kind))) for seed in seeds)
        print(f"{kind}: something found in {wrong} of {len(seeds)} worlds with nothing to find")
    found = [outs([*world(seed, "overdispersed"), fallen(seed), campaign(seed)]) for seed in seeds]
    size = len(world(0, "steady"))
    for place, words in ((size, "the fallen score"), (size + 1, "the campaign")):
        print(f"{words}: found in {sum(place in some for some in found)} of {len(seeds)}")


if __name__ == "__main__":
    main()
