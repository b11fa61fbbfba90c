"""What do the models of attribution work out from counts of people's journeys?

One pass over the journeys makes counts by block of people; every model but `incremental`, and every draw of people
anew, is worked out of those. A further model joins by adding a `Credit` to the list that `credits` returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import QuestionError
from ziggurat.channels.incremental import Above
from ziggurat.channels.paths import Trips, converted, words
from ziggurat.stats import heuristics, markov
from ziggurat.stats.blocks import BLOCKS, draws
from ziggurat.stats.journeys import OPEN, Journeys
from ziggurat.stats.nameless import marks_of, spread
from ziggurat.stats.sets import holders, sets
from ziggurat.stats.shapley import shapley, subset_sums
from ziggurat.stats.tally import Tally, merge, nothing, tally

MOST_STATES = 1200  # of a chain: solved exactly, once for each draw
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Totals:
    """Counts of decided journeys by block of people.

    rules: credit by (block, model of `heuristics.MODELS`, label). steps: of Markov chains, by order from 1. journeys,
    won: journeys, and worth of those that converted, by set of labels. untouched: worth of conversions with no touch,
    by block. people: distinct people who converted, by label, last those with no touch.
    """

    rules: Floats
    steps: tuple[Tally, ...]
    journeys: Tally
    won: Tally
    untouched: Floats
    people: Ints

    def plus(self, other: Totals) -> Totals:
        """Add the counts of other people."""
        return Totals(
            self.rules + other.rules,
            tuple(merge(one, two) for one, two in zip(self.steps, other.steps, strict=True)),
            merge(self.journeys, other.journeys),
            merge(self.won, other.won),
            self.untouched + other.untouched,
            self.people + other.people,
        )


class Credit(NamedTuple):
    """What one model says: each label's credit and share of all, and where it is a chain its removal effect.

    drawn, effect_drawn: share and effect by (draw, label). ends: bounds of the share, for a model that needs no draws.
    nan where a model says nothing.
    """

    model: str
    credit: Floats
    share: Floats
    drawn: Floats
    effect: Floats
    effect_drawn: Floats
    ends: tuple[Floats, Floats] | None = None


def totals(found: Trips, amounts: bool, direct: str, half_life: float, order: int) -> Totals:
    """Count the decided journeys; amounts: whether a conversion is worth its amount instead of 1."""
    labels = len(found.labels)
    passed = np.isin([label.casefold() for label in found.labels], words(direct))

    def counted(cut: Journeys) -> Totals:
        won, touched = converted(cut), cut.end > cut.begin
        weight = cut.value if amounts else np.ones(cut.person.size)
        made = marks_of(found.until - cut.decided_at, cut.end - cut.begin, cut.state.astype(np.int64))
        block = spread(cut.person, np.where(cut.state == OPEN, 0, made).astype(np.uint64), BLOCKS)
        held, led, bare = sets(cut), won & touched, won & ~touched
        return Totals(
            heuristics.credit(cut, weight, block, BLOCKS, passed, half_life),
            tuple(markov.steps(cut, block, BLOCKS, past, labels) for past in range(1, order + 1)),
            tally(np.where(touched & (cut.state != OPEN), held, -1), 1 << labels, block, BLOCKS, np.ones(held.size)),
            tally(np.where(led, held, -1), 1 << labels, block, BLOCKS, weight),
            np.bincount(block[bare], weight[bare], BLOCKS).astype(np.float64),
            holders(cut.person[won], np.where(touched[won], held[won], 1 << labels), labels + 1),
        )

    none = nothing(BLOCKS)
    empty = Totals(
        np.zeros((BLOCKS, len(heuristics.MODELS), labels)),
        (none,) * order,
        none,
        none,
        np.zeros(BLOCKS),
        np.zeros(labels + 1, np.int64),
    )
    return reduce(Totals.plus, found.fold(counted), empty)


def redrawn(count: int, seed: int) -> Floats:
    """Return how often each block of people is drawn, by (draw, block); the first row is what there was."""
    return np.concatenate([np.ones((1, BLOCKS)), draws(count, seed)])


def credits(counts: Totals, labels: int, order: int, times: Floats, above: Above | None = None) -> list[Credit]:
    """Work out every model, and what it says in each draw of people.

    times: as `redrawn` returns it. above: what `incremental.shares` returns, without which that model is left out.
    The last one is no model: the share of conversions with no touch, in place of the first label's.
    Raises: QuestionError if a chain has more than MOST_STATES states.
    """
    touched = times @ counts.won.amount.sum(axis=0)
    untouched = times @ counts.untouched
    whole = (touched + untouched)[:, None]
    found = [credited(name, times @ counts.rules[:, model], whole) for model, name in enumerate(heuristics.MODELS)]
    for past, steps in enumerate(counts.steps, 1):
        effects = removals(steps, times, labels, past)
        found.append(credited(f"markov {past}", in_proportion(effects, touched), whole, effects))
    found.append(credited("shapley rate", in_proportion(games(counts, times, labels), touched), whole))
    if above is not None:
        unknown, none = np.full(labels, np.nan), np.empty((0, labels))
        share, low, high = above
        found.append(Credit("incremental", share * whole[0], share, none, unknown, none, (low, high)))
    found.append(credited("counted", untouched[:, None], whole))
    return found


def in_proportion(values: Floats, whole: Floats) -> Floats:
    """Share out a whole, one a row, in proportion to values."""
    return whole[:, None] * part(values, values.sum(axis=1, keepdims=True))


def credited(model: str, credit: Floats, whole: Floats, effects: Floats | None = None) -> Credit:
    """Part what there was, in the first row, from the draws, in the others."""
    shares = part(credit, whole)
    effects = np.full(shares.shape, np.nan) if effects is None else effects
    return Credit(model, credit[0], shares[0], shares[1:], effects[0], effects[1:])


def part(some: Floats, whole: Floats) -> Floats:
    """Return a share, nan of nothing."""
    whole = np.broadcast_to(whole, some.shape)
    shares: Floats = np.divide(some, whole, out=np.full(some.shape, np.nan), where=whole != 0)
    return shares


def removals(steps: Tally, times: Floats, labels: int, order: int) -> Floats:
    """Return removal effects by (draw, label)."""
    walk = markov.walk(steps.key, labels, order)
    if walk.last.size > MOST_STATES:
        raise QuestionError(
            f"a Markov chain that remembers {order} touches has {walk.last.size} states here, more than the "
            f"{MOST_STATES} that are solved exactly; lower `order` or `labels`."
        )
    return np.stack([markov.removal(walk, count)[1] for count in times @ steps.amount.T])


def games(counts: Totals, times: Floats, labels: int) -> Floats:
    """Return Shapley values, by (draw, label), where a set is worth the conversions per journey within it."""
    values = []
    for won, made in zip(times @ counts.won.amount.T, times @ counts.journeys.amount.T, strict=True):
        both = np.zeros((2, 1 << labels))
        both[0, counts.won.key], both[1, counts.journeys.key] = won, made
        within, journeys = subset_sums(both)
        values.append(shapley(np.divide(within, journeys, out=np.zeros(1 << labels), where=journeys > 0)))
    return np.stack(values)
