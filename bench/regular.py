"""Do the bounds of times to come hold where people come more regularly than at random, and where they don't?

`python -m bench.regular` simulates people whose times between are Erlang-k, a year that is seen and one that is not,
and says which model was chosen, and how often the bounds held of everybody's times and of each person's.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from tests.stats.test_regular import live

from ziggurat.value import outlook
from ziggurat.value.occasions import Occasions

DAYS, PEOPLE, WORLDS = 365.0, 400, 25


def seen(lives: list[list[float]]) -> tuple[Occasions, np.ndarray]:
    """What is known after the first year, and how often each came in the second."""
    cut = [[at for at in one if at <= DAYS] for one in lives]
    x, last = np.array([len(one) - 1.0 for one in cut]), np.array([one[-1] for one in cut])
    gaps = np.array([float(np.log(np.diff(one)).sum()) for one in cut])
    came = np.array([len(one) - len(some) for one, some in zip(lives, cut, strict=True)])
    return Occasions(np.arange(x.size), x, last, np.full(x.size, DAYS), x * 0, x * 0, gaps), came


def main() -> None:
    """Measure and say."""
    for k in (1, 2, 4):
        chosen: Counter[str] = Counter()
        whole, single = 0, []
        for seed in range(100, 100 + WORLDS):
            known, came = seen(live(k, seed, people=PEOPLE))
            fitted = outlook.learn(known, ["p"], at=0, span_days=1.0, model="bg/nbd", horizon=DAYS)
            chosen[fitted.model] += 1
            total = outlook.totals(known, fitted, np.zeros(PEOPLE, np.int64), 1)["times"]
            whole += bool(total.low[0] <= came.sum() <= total.high[0])
            each = outlook.persons(known, fitted)["times"]
            single.append(float(np.mean((each.low <= came) & (came <= each.high))))
        print(f"k = {k}: chosen {dict(chosen)}; everybody's times held in {whole} of {WORLDS}, ", end="")
        print(f"a person's in {100 * np.mean(single):.1f} %", flush=True)


if __name__ == "__main__":
    main()
