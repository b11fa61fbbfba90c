"""Why is a person's chance higher or lower than most people's, in plain words?

Of a model that adds up, each thing that it looks at adds or takes so much. What adds and what takes most is told, with
the person's own figure, so that it can be checked on their page.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ziggurat.base.words.numbers import count, number
from ziggurat.base.words.texts import listed
from ziggurat.levels.cases import COLUMNS, Cases
from ziggurat.levels.features import DEEDS
from ziggurat.levels.learning import LEVEL, MODELS, Floats, Learnt, matrix

LEAST = 0.2  # log odds, about a fifth of the odds: what adds less is not worth a word
MOST = 3  # of each sort


def days_ago(value: float) -> str:
    """Say how long ago somebody was last here."""
    return "last here today" if value < 1 else f"last here {count(round(value), 'day', 'days')} ago"


WORDS: dict[str, Callable[[float], str]] = {
    "volume": lambda value: f"{count(round(value), 'act', 'acts')} in all",
    "silent": days_ago,
    "tenure": lambda value: f"known for {count(round(value), 'day', 'days')}",
    "channels": lambda value: f"on {count(round(value), 'channel', 'channels')}",
    "got": lambda value: (
        f"we turned to them {often(value)} of late" if value >= 0.05 else "we did not turn to them of late"
    ),
    "on level": lambda value: f"on this level for {count(round(value), 'day', 'days')}",
} | {
    deed: (
        lambda value, words=words: f"{words} {often(value)} of late" if value >= 0.05 else f"has not {words} of late"
    )
    for deed, words in DEEDS.items()
}


def often(value: float) -> str:
    """Say how often, of a count in which what is long ago counts less."""
    times = round(value)
    return "once" if times <= 1 else "twice" if times == 2 else f"{number(times)} times"


def reasons(learnt: Learnt, now: Cases, days: float) -> list[str]:
    """Return, for each of some cases, what raises and what lowers the chance, beside the mean of all past cases."""
    if learnt.model is None:
        return ["nothing that is known tells people apart"] * len(now.person)
    added = learnt.model.parts(matrix(learnt.name, now))
    names, sums = grouped(learnt.name, added)
    values = np.column_stack([plain(name, now) for name in names])
    return [said(names, sums[row], values[row], now.days[row], days) for row in range(len(now.person))]


def grouped(name: str, added: Floats) -> tuple[list[str], Floats]:
    """Return what a model looks at, and what each adds: the columns of all levels together."""
    names, sums, place = list(MODELS[name]), [], 0
    wide = added.shape[1] - len(names) + 1
    for one in names:
        width = wide if one == LEVEL else 1
        sums.append(added[:, place : place + width].sum(axis=1))
        place += width
    return names, np.column_stack(sums)


def plain(name: str, cases: Cases) -> Floats:
    """Return a column as it is read: counts and days, not their logarithm."""
    return np.expm1(cases.x[:, COLUMNS.index(name)]) if name in COLUMNS else cases.level.astype(np.float64)


def said(names: list[str], added: Floats, values: Floats, active: float, days: float) -> str:
    """Say what raises and what lowers one person's chance, the most first."""
    order = np.argsort(-np.abs(added), kind="stable").tolist()
    parts = []
    for word, sign in (("up", 1), ("down", -1)):
        some = [place for place in order if sign * added[place] >= LEAST][:MOST]
        if some:
            parts.append(f"{word}: {listed([phrase(names[place], values[place], active, days) for place in some])}")
    return "; ".join(parts) or "much as most people"


def phrase(name: str, value: float, active: float, days: float) -> str:
    """Say one thing of a person."""
    if name == "pace":
        return f"active on {number(round(active))} of the last {number(round(days))} days"
    return "the level they stand on" if name == LEVEL else WORDS[name](value)
