"""How often will each person come again, how much will they bring, and how sure is that?

Two kinds of doubt are distinguished and added up. What the parameters of the models are is known only as well as the
data tell (`Fit.points`); and even were they known, chance decides who comes how often. Bounds of what will be counted
hold both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import special
from ziggurat.stats import bgbb, bgnbd, regular, spending
from ziggurat.stats.lifetime import Ahead, Fit, Floats, Histories, grouped, sum_bounds
from ziggurat.value.occasions import Occasions

Ints = npt.NDArray[np.int64]
LEAST = 10  # people who must have come again, or paid on coming again
CHANCES = np.array([0.025, 0.975])


class Model(NamedTuple):
    """A model of coming again; see `stats.bgnbd` and `stats.bgbb`."""

    fit: Callable[[Histories], Fit]
    ahead: Callable[[Histories, Floats, float], Ahead]
    quantiles: Callable[[Histories, Floats, float, Floats], tuple[Floats, Floats]]


RANDOM, OCCASIONAL = "bg/nbd", "bg/bb"
MODELS: Mapping[str, Model] = {  # that can be asked for; others stand in for the first where people are regular
    RANDOM: Model(bgnbd.fit, bgnbd.ahead, bgnbd.quantiles),
    OCCASIONAL: Model(bgbb.fit, bgbb.ahead, bgbb.quantiles),
}
REGULAR: Mapping[str, Model] = {
    f"bg/cnbd-{k}": Model(partial(regular.fit, k=k), partial(regular.ahead, k=k), partial(regular.quantiles, k=k))
    for k in range(2, regular.MOST + 1)
}
ALL = {**MODELS, **REGULAR}


@dataclass(frozen=True)
class Fitted:
    """What was learned of everyone.

    words: kinds of interaction that count. at: the instant (µs). span_days: days in which all that happens is one
    occasion. model: of ALL. horizon: in spans. coming: how often people come, None where `why` says why not. paying:
    how much they bring at a time, None where `why_money` says why not, or where `flat`, money, is what everyone brings.
    paid: share of occasions that bring money, 0 to 1.
    """

    words: tuple[str, ...]
    at: int
    span_days: float
    model: str
    horizon: float
    coming: Fit | None
    why: str
    paying: Fit | None
    flat: float | None
    why_money: str
    paid: float

    @property
    def priced(self) -> bool:
        """Tell whether money can be foretold."""
        return self.coming is not None and (self.paying is not None or self.flat is not None)


class Money(NamedTuple):
    """What people are to bring over the horizon: the mean and the mean square of it."""

    mean: Floats
    square: Floats


class Bounds(NamedTuple):
    """An expectation with its 95 % bounds."""

    mean: Floats
    low: Floats
    high: Floats


def learn(known: Occasions, words: Sequence[str], *, at: int, span_days: float, model: str, horizon: float) -> Fitted:
    """Fit the models to everyone's occasions, or say why they can't be; the options are those of `Fitted`."""
    again = int((known.x > 0).sum())
    why, why_money, flat = "", "", None
    coming = paying = None
    if not known.person.size:
        why = f"nobody is known to have {' or '.join(words)} yet"
    elif again < LEAST:
        said = "nobody has come again" if not again else f"{again} came again"
        why = f"{said}: to tell how often people do takes {LEAST} who have"
    else:
        model, coming = fitting(known, model)
    payers = known.paid > 0
    if int(payers.sum()) < LEAST:
        why_money = f"{int(payers.sum())} brought money on coming again: to tell how much takes {LEAST} who have"
    else:
        average = known.money[payers] / known.paid[payers]
        try:
            paying = spending.fit(known.paid[payers], average)
        except ValueError:  # all averages are the same
            flat = float(average[0])
    paid = float(known.paid.sum() / max(1.0, known.x.sum()))
    return Fitted(tuple(words), at, span_days, model, horizon, coming, why, paying, flat, why or why_money, paid)


def fitting(known: Occasions, model: str) -> tuple[str, Fit]:
    """Fit a model; in place of coming at random one of coming regularly, where the log shows that people do."""
    histories = grouped(known.x, known.last, known.known)
    found = ALL[model].fit(histories)
    if model != RANDOM:
        return model, found
    k, better = regular.regularity(histories, float(known.gaps.sum()), found)
    return (f"bg/cnbd-{k}", better) if k > 1 else (model, found)


def expect_spent(known: Occasions, fitted: Fitted, values: Floats | None = None) -> spending.Spending:
    """Return what each person is expected to bring at a time; values: of the parameters, the estimates if left out."""
    if fitted.paying is None:
        same = np.full(known.person.size, fitted.flat or 0.0)
        return spending.Spending(same, same**2, np.zeros(same.size))
    average = known.money / np.maximum(known.paid, 1.0)
    return spending.expected(known.paid, average, fitted.paying.values if values is None else values)


def money(ahead: Ahead, each: spending.Spending, paid: float) -> Money:
    """Return what people are to bring: each time with a chance, an amount that varies about a mean of her own."""
    mean, square = paid * ahead.mean, paid * paid * ahead.square + paid * (1 - paid) * ahead.mean
    return Money(mean * each.mean, mean * each.scatter + square * each.square)


def spread(ahead: Ahead, place: Ints) -> Ahead:
    """Return what is expected of each history as what is expected of each person who has it."""
    return Ahead(*(column[place] for column in ahead))


def totals(known: Occasions, fitted: Fitted, group: Ints, size: int) -> dict[str, Bounds]:
    """Add up by group of people: alive, who still is; times, how often they will come; money, what they will bring.

    group: of each person, 0 to size - 1. The bounds hold what chance and what the parameters leave open; people are
    independent of each other, given the parameters. Money is left out where it can't be foretold.
    """
    if fitted.coming is None:
        return {}
    histories, coming = grouped(known.x, known.last, known.known), fitted.coming

    def ahead(values: Floats) -> Ahead:
        return spread(ALL[fitted.model].ahead(histories, values, fitted.horizon), histories.place)

    def add(each: Floats) -> Floats:
        return np.bincount(group, each, size).astype(np.float64)

    best, others = ahead(coming.values), [ahead(values) for values in coming.points]
    alive, times = add(best.alive), add(best.mean)
    chance = add(best.alive * (1 - best.alive)) + doubt(alive, [add(one.alive) for one in others])
    various = np.mean([add(one.square - one.mean**2) for one in others], axis=0)
    open_ = various + doubt(times, [add(one.mean) for one in others])
    low, high = sum_bounds(alive, chance)
    people = np.bincount(group, minlength=size)
    found = {
        "alive": Bounds(alive, low, np.minimum(high, people)),
        "times": Bounds(times, *sum_bounds(times, open_)),
    }
    if fitted.priced:
        each = expect_spent(known, fitted)
        sums = money(best, each, fitted.paid)
        brought = add(sums.mean)
        variance = add(sums.square - sums.mean**2)
        variance += doubt(brought, [add(money(one, each, fitted.paid).mean) for one in others])
        if fitted.paying is not None:
            dear = [expect_spent(known, fitted, values) for values in fitted.paying.points]
            variance += doubt(brought, [add(money(best, one, fitted.paid).mean) for one in dear])
        found["money"] = Bounds(brought, *sum_bounds(brought, variance))
    return found


def doubt(best: Floats, others: list[Floats]) -> Floats:
    """Return the variance that the parameters leave open: of sums at their points about the sums at the estimates."""
    found: Floats = np.mean([(one - best) ** 2 for one in others], axis=0)
    return found


def likely(known: Occasions, fitted: Fitted) -> dict[str, Floats]:
    """Return what is expected of each person: alive (probability), times, money; without bounds, which cost more.

    Money is left out where it can't be foretold, and all is where nothing can be.
    """
    if fitted.coming is None:
        return {}
    histories = grouped(known.x, known.last, known.known)
    ahead = spread(ALL[fitted.model].ahead(histories, fitted.coming.values, fitted.horizon), histories.place)
    found = {"alive": ahead.alive, "times": ahead.mean}
    if fitted.priced:
        found["money"] = money(ahead, expect_spent(known, fitted), fitted.paid).mean
    return found


def persons(known: Occasions, fitted: Fitted) -> dict[str, Bounds]:
    """Return the same with 95 % bounds of what will be; alive has none, as a probability of being is one already.

    The bounds of times are exact at the points of the parameters; those of money are of a Gamma distribution with the
    right mean and variance, beside the chance of nothing at all. Empty where nothing can be foretold.
    """
    if fitted.coming is None:
        return {}
    model, histories = ALL[fitted.model], grouped(known.x, known.last, known.known)
    ahead = spread(model.ahead(histories, fitted.coming.values, fitted.horizon), histories.place)
    times, never = model.quantiles(histories, fitted.coming.points, fitted.horizon, CHANCES)
    low, high = times[histories.place].T
    found = {"alive": Bounds(ahead.alive, ahead.alive, ahead.alive), "times": Bounds(ahead.mean, low, high)}
    if fitted.priced:
        sums = money(ahead, expect_spent(known, fitted), fitted.paid)
        some = 1 - never[histories.place]
        often = ahead.mean / np.maximum(some, 1e-12)
        some = some * (1 - (1 - fitted.paid) ** np.maximum(often, 1.0))
        found["money"] = Bounds(sums.mean, *(part_bound(sums, some, chance) for chance in CHANCES))
    return found


def part_bound(sums: Money, some: Floats, chance: float) -> Floats:
    """Return what is not exceeded with a chance, where it is nothing but with probability `some`."""
    mean, square = (part / np.maximum(some, 1e-12) for part in sums)
    variance = np.maximum(square - mean**2, 1e-12 * mean**2)
    inside = np.clip((chance - (1 - some)) / np.maximum(some, 1e-12), 0.0, 1.0)
    shape, scale = mean**2 / np.maximum(variance, 1e-300), variance / np.maximum(mean, 1e-300)
    found: Floats = np.where(inside > 0, special.gammaincinv(np.maximum(shape, 1e-9), inside) * scale, 0.0)
    return found
