"""Journeys written as text, and everything that is worked out of them done again in plain Python.

a > b > c  3/1     three such journeys converted, one did not
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial

import numpy as np

from ziggurat.stats.journeys import CONVERTED, LOST, OPEN, Journeys

STEP = 3_600_000_000  # µs between touches

# what the figures of the packages that people use were worked out of
SAMPLE = """
    a > b > c              3/0
    a                      0/4
    b > c                  0/2
    c > a > b > b > d      2/0
    d > a                  5/0
    b                      1/0
    a > d > c > d          0/3
    c > c > b > a > d > e  1/0
    e > a > e              0/2
    d > b > a > c          2/0
"""

Walks = list[tuple[tuple[int, ...], bool]]


def read(text: str) -> tuple[Walks, list[str]]:
    """The journeys one by one as labels and whether they converted, and the names of the labels."""
    rows = []
    for line in filter(None, map(str.strip, text.splitlines())):
        path, _, counts = line.rpartition("  ")
        won, lost = map(int, counts.split("/"))
        rows.append(([name.strip() for name in path.split(">")], won, lost))
    names = sorted({name for path, _, _ in rows for name in path})
    walks = []
    for path, won, lost in rows:
        coded = tuple(names.index(name) for name in path)
        walks += [(coded, True)] * won + [(coded, False)] * lost
    return walks, names


def journeys(walks: Walks, hours: int = 24) -> Journeys:
    """Walks as arrays, one a person, their touches so many hours apart."""
    sizes = [len(walk) for walk, _ in walks]
    ends = np.cumsum(sizes, dtype=np.int64) if sizes else np.empty(0, np.int64)
    at = [nth * hours * STEP for size in sizes for nth in range(size)]
    count = len(walks)
    return Journeys(
        np.array([label for walk, _ in walks for label in walk], np.int32),
        np.array(at, np.int64),
        np.arange(count, dtype=np.int64),
        ends - np.array(sizes, np.int64),
        ends,
        np.array([CONVERTED if won else LOST for _, won in walks], np.int8),
        np.zeros(count, np.int64),
        np.ones(count),
    )


def removal(walks: Walks, labels: int, order: int) -> list[float]:
    """Removal effects by solving the chain anew without each label, by elimination in exact fractions."""
    counts: dict[tuple[int, ...], Counter[object]] = defaultdict(Counter)
    for walk, won in walks:
        state: tuple[int, ...] = ()
        for label in walk:
            after = (*state, label)[-order:]
            counts[state][after] += 1
            state = after
        counts[state][won] += 1
    whole = chance(counts, None)
    return [float(1 - chance(counts, label) / whole) for label in range(labels)]


def chance(counts: dict[tuple[int, ...], Counter[object]], without: int | None) -> Fraction:
    """The chance to convert from the start, if whoever comes to a label is lost there."""
    states = [state for state in counts if not state or state[-1] != without]
    rows = []
    for state in states:
        total = sum(counts[state].values())
        row = [Fraction(int(state == other)) - Fraction(counts[state][other], total) for other in states]
        rows.append([*row, Fraction(counts[state][True], total)])
    for pivot in range(len(states)):
        chosen = next(row for row in range(pivot, len(states)) if rows[row][pivot])
        rows[pivot], rows[chosen] = rows[chosen], rows[pivot]
        for other in range(len(states)):
            if other != pivot and rows[other][pivot]:
                factor = rows[other][pivot] / rows[pivot][pivot]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    place = states.index(())
    return rows[place][-1] / rows[place][place]


def shapley(worth: Sequence[float], players: int) -> list[float]:
    """The Shapley value by its definition, over every set of the others."""
    values = []
    for player in range(players):
        others = [other for other in range(players) if other != player]
        total = Fraction(0)
        for size in range(players):
            weight = Fraction(factorial(size) * factorial(players - size - 1), factorial(players))
            for group in combinations(others, size):
                mask = sum(1 << other for other in group)
                total += weight * (Fraction(worth[mask | 1 << player]) - Fraction(worth[mask]))
        values.append(float(total))
    return values


def cut(
    touches: Sequence[tuple[int, int, int]],
    won: Sequence[tuple[int, int, float]],
    window: int, gap: int, since: int, until: int,
) -> list[tuple[int, tuple[int, ...], int, int, float]]:  # fmt: skip
    """Journeys as (person, labels, state, decided at, value), person by person, straight from the definition."""
    found = []
    for person in sorted({row[0] for row in (*touches, *won)}):
        mine = [(at, label) for who, at, label in touches if who == person]
        worth: dict[int, float] = defaultdict(float)
        for who, at, value in won:
            if who == person:
                worth[at] += value
        edges = [None, *sorted(worth), None]
        for begin, end in pairwise(edges):
            between = [
                (at, label) for at, label in mine if (begin is None or at >= begin) and (end is None or at < end)
            ]
            left = collapsed(between, gap)
            near = [one for one in left if end is not None and end - one[0] < window]
            rest = [one for one in left if one not in near] if end is not None else left
            while rest:
                closes = rest[0][0] + window
                chunk, rest = [one for one in rest if one[0] < closes], [one for one in rest if one[0] >= closes]
                found.append((person, labels(chunk), LOST if closes <= until else OPEN, closes, 0.0))
            if end is not None:
                found.append((person, labels(near), CONVERTED, end, worth[end]))
    return [row for row in found if row[3] > since]


def collapsed(touches: Sequence[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Touches with each repeat soon after the last one put in its place."""
    kept: list[tuple[int, int]] = []
    for at, label in touches:
        if kept and kept[-1][1] == label and at - kept[-1][0] < gap:
            kept.pop()
        kept.append((at, label))
    return kept


def labels(touches: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(label for _, label in touches)
