"""What may be said of each pair of types of event, from people's lives, in two passes or three?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeVar

import numpy as np

from ziggurat.stats import controls, kind_mix, lag_pairs, net_excess, since_known
from ziggurat.stats.controls import Around, Rates
from ziggurat.stats.kind_mix import Choices
from ziggurat.stats.lag_pairs import LONG, NET, NET_DAY, STAYS, Frame, Sums
from ziggurat.stats.net_excess import Estimates, Gates, bounds
from ziggurat.stats.since_known import Since
from ziggurat.stats.streams import Bools, Floats, Streams, span

Part = TypeVar("Part")
Read = Callable[[Callable[[Streams], Any]], Iterator[Any]]  # hand people's lives to a kernel, part by part

MORE, NONE, LESS, UNKNOWN = "followed by more", "no difference seen", "preceded by more", "can't tell"
FEWER = "followed by less"  # by lot alone
ORDER, LOT = "order", "lot"  # upon what a verdict rests
# why it can't be told
FEW, WEEKLY, EVERYBODY, SERIES, TOGETHER, SILENT, ALIKE, COMMON, UNCLEAR = (
    "few", "weekly", "everybody", "series", "together", "silent", "alike", "common", "unclear",
)  # fmt: skip
AT_ONCE = 0.7  # share of those present who got it within the hour
ON_A_DAY = 0.15  # likewise within a day, where there is nobody to compare with
SAME_DAY = 0.15  # of others who got it on the same day since they came, beyond those who did on any
SAME_HOUR = 0.3  # share of sendings that come again at the same hour of the week


@dataclass(frozen=True)
class Pair:
    """What may be said of one pair. why: see above, where it can't be told. scale: of `lag_pairs.SCALES`, within which
    as much comes before. third: the type that comes before both. sure: whether it would still be seen if every pair of
    the table were looked at; only where the verdict is MORE."""

    effect: int
    cause: int
    verdict: str
    why: str = ""
    scale: int = -1
    third: int = -1
    sure: bool = False


@dataclass(frozen=True)
class Model:
    """What was estimated, by (…, effect, cause). own (K,): whether people do it themselves; only that is an effect."""

    own: Bools
    sums: Sums
    estimates: Estimates
    pairs: Sequence[Pair] = field(default_factory=tuple)

    def claimed(self) -> list[Pair]:
        """Return the pairs of which it may be said that more follow."""
        return [pair for pair in self.pairs if pair.verdict == MORE]


def model(read: Read, own: Bools, first: int, last: int) -> Model:
    """Estimate and judge. read: hands out everyone's lives; first, last: instants of their events (µs)."""
    when = span(first, last, int(own.size * (~own).sum()))
    empty: tuple[list[Choices], Around, Since] = ([], controls.nothing(own, when), since_known.nobody(own))
    seen = reduce(
        lambda total, part: ([*total[0], part[0]], total[1] + part[1], total[2] + part[2]),
        read(
            lambda some: (
                kind_mix.choices(some, own, when),
                controls.around(some, own, when),
                since_known.count(some, own),
            )
        ),
        empty,
    )
    rates = controls.rates(seen[1])
    frame = Frame(own, when, kind_mix.fit(kind_mix.joined(seen[0]), own, when), rates)
    total = reduce(Sums.__add__, read(lambda some: lag_pairs.sums(some, frame)), lag_pairs.nothing(own.size))
    found = net_excess.estimate(total, own)
    gates = net_excess.gates(found, own)
    pairs = judge_pairs(total, found, gates, chosen(rates, since_known.in_series(seen[2])), own)
    claimed = {(pair.effect, pair.cause) for pair in pairs if pair.verdict == MORE}
    shared = [some for some in net_excess.common(found, own) if some[:2] in claimed]
    gone = vanishing_pairs(read, frame, shared) if shared else {}
    return Model(own, total, found, [another_cause(pair, gone, gates) for pair in pairs])


def another_cause(pair: Pair, gone: Mapping[tuple[int, int], int], gates: Gates) -> Pair:
    """Take back what is claimed of a pair that something else may bring, in the log or not in it.

    gone: (effect, cause) → what comes before both, of pairs of which nothing is left without that.
    """
    place = (pair.effect, pair.cause)
    if pair.verdict != MORE:
        return pair
    if place in gone:
        return Pair(*place, UNKNOWN, COMMON, third=gone[place])
    return Pair(*place, UNKNOWN, UNCLEAR, net_excess.WITHIN) if gates.unclear[place] else pair


def vanishing_pairs(read: Read, frame: Frame, shared: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], int]:
    """Return the pairs of which nothing is left without what comes before both, and what that is.

    shared: (effect, cause, before both).
    """
    thirds = sorted({third for _, _, third in shared})
    parts = read(lambda some: [lag_pairs.sums(some, frame, third) for third in thirds])
    empty = [lag_pairs.nothing(frame.own.size) for _ in thirds]
    totals = reduce(lambda one, two: [a + b for a, b in zip(one, two, strict=True)], parts, empty)
    low = {
        third: claimable(net_excess.estimate(total, frame.own), frame.own)
        for third, total in zip(thirds, totals, strict=True)
    }
    found: dict[tuple[int, int], int] = {}
    for effect, cause, third in shared:
        if not low[third][effect, cause]:
            found.setdefault((effect, cause), third)
    return found


def claimable(found: Estimates, own: Bools, pairs: int = 1) -> Bools:
    """Tell which pairs are followed by more for sure, if so many pairs are looked at.

    What is sent is looked at over a week and over a day, each of them at half the level.
    """
    with np.errstate(invalid="ignore"):
        alone = bounds(found, NET, 1 - 0.025 / pairs)[0] > 0
        either = (bounds(found, NET, 1 - 0.0125 / pairs)[0] > 0) | (bounds(found, NET_DAY, 1 - 0.0125 / pairs)[0] > 0)
    return np.where(own[None, :], alone, either)


def judge_pairs(total: Sums, found: Estimates, gates: Gates, unfit: Sequence[str], own: Bools) -> list[Pair]:
    """Judge every pair but for what may bring both: see `docs/studies/influence.md`, "What may be said".

    unfit: of each sent type, why nothing is learnt from its sendings; see `chosen`.
    """
    asked = [(i, j) for i in np.flatnonzero(own).tolist() for j in range(own.size) if i != j]
    claims, sure = claimable(found, own), claimable(found, own, max(len(asked), 1))
    high = bounds(found, NET)[1]
    place = np.cumsum(~own) - 1
    pairs = []
    for i, j in asked:
        why = "" if own[j] else unfit[place[j]]
        scale = int(gates.before[i, j])
        if few(total, found, i, j):
            pairs.append(Pair(i, j, UNKNOWN, FEW))
        elif why:
            pairs.append(Pair(i, j, UNKNOWN, why))
        elif scale >= 0:
            pairs.append(Pair(i, j, UNKNOWN, TOGETHER, scale))
        elif gates.silence[i, j]:
            pairs.append(Pair(i, j, UNKNOWN, SILENT))
        elif gates.alike[i, j]:
            pairs.append(Pair(i, j, UNKNOWN, ALIKE))
        elif claims[i, j]:
            pairs.append(Pair(i, j, MORE, sure=bool(sure[i, j])))
        elif high[i, j] < 0:
            pairs.append(Pair(i, j, LESS))
        elif own[j] and gates.visible[i, j] >= 0:
            pairs.append(Pair(i, j, UNKNOWN, TOGETHER, int(gates.visible[i, j])))
        else:
            pairs.append(Pair(i, j, NONE))
    return pairs


def few(total: Sums, found: Estimates, effect: int, cause: int) -> bool:
    """Tell whether too few people are seen long enough, or too few hold all that is seen."""
    seen = min(total.people[STAYS, cause], total.people[LONG, cause])
    worth = found.worth[NET, effect, cause]
    return bool(seen < net_excess.LEAST_PEOPLE or not worth >= net_excess.LEAST_WORTH)


def chosen(rates: Rates, in_series: Floats) -> list[str]:
    """Say of each sent type why its sendings are no occasion to learn from; nothing where they are.

    in_series: how much more of the others got it on the same day since they came than on any.
    """

    def why(place: int) -> str:
        if rates.weekly[place] >= SAME_HOUR:
            return WEEKLY
        nobody_left = rates.clean[place] < 0.5 and rates.within_a_day[place] >= ON_A_DAY
        if rates.bunched[place] >= AT_ONCE or nobody_left:
            return EVERYBODY
        return SERIES if in_series[place] >= SAME_DAY else ""

    return [why(place) for place in range(in_series.size)]
