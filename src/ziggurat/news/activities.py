"""Which activities moved: in reach, in value, and in who comes back on them? And what surely follows them?

A period is compared with the one of the same length before it, of 28 days at least, since coming back takes up to 14.
Reach is counted and has no error. The others have bounds of 95 % for all comparisons together: with many activities
some would seem to have moved by chance, so each bound is widened as Bonferroni's inequality asks. An activity that is
not clearly off is said to show no clear change, which does not mean that it is the same. What follows an activity can't
be told from a month; it is read from all there is, and said only where `influence` says it.

Source: Zou & Donner (2008), Statistics in Medicine 27(10), 1693-1702, for the bounds of a difference from those of its
parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ziggurat.base.heavy import special
from ziggurat.channels.influence_model import LOT, MORE
from ziggurat.channels.influence_words import beyond_usual, claimed
from ziggurat.news.items import (
    NAMED,
    Asking,
    Item,
    Parts,
    Period,
    Phrase,
    item,
    join_phrases,
    number,
    people,
    percent,
    points,
)

TOPIC = "activities"
LEAST_DAYS = 28
UNNAMED = ", no activity"  # ends what the studies call messages that belong to none
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One measure of an activity now and before. low, high: of the difference, with bounds for all comparisons."""

    measure: str
    now: float
    gap: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Say whether the bounds leave no change out."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True)
class Moved:
    """An activity in both periods, with what changed."""

    name: str
    people: int
    then: int
    changes: tuple[Change, ...]

    @property
    def order(self) -> tuple[bool, int, str]:
        """Return what comes first: what changed clearly, then the largest change of reach."""
        return not any(change.clear for change in self.changes), -abs(self.people - self.then), self.name


def activities(asking: Asking) -> list[Item]:
    """Tell which activities moved, which are seen again or anew, and which reach nobody any more."""
    period = asking.period.ending(asking.period.until, max(LEAST_DAYS, asking.period.days))
    before = period.ending(period.since)
    if not asking.reaches(before):
        words = f"The log does not reach back far enough to compare activities over {period.days} days."
        return [item(TOPIC, 12, words)]
    here, there = activities_reaching(asking, period), activities_reaching(asking, before)
    if not here and not there:
        empty = asking.ask("reach-value", **period.window).empty
        return [item(TOPIC, 12, empty or f"No activity reached anyone by name in the last {2 * period.days} days.")]
    moved = sorted(compare_activities(asking, period, before, here, there), key=lambda one: one.order)
    sure = following(asking, period) if moved else {}
    news = [tell_change(asking, period, one, place, sure.get(one.name)) for place, one in enumerate(moved[:NAMED])]
    news += rest(asking, period, moved[NAMED:])
    news += name_come_and_gone(asking, period, before, here, there)
    return news


def activities_reaching(asking: Asking, period: Period) -> dict[str, Row]:
    """Return the activities that reached people by name."""
    rows = asking.ask("reach-value", **period.window).rows()
    return {row["activity"]: row for row in rows if row["people"] and not row["activity"].endswith(UNNAMED)}


def compare_activities(
    asking: Asking, period: Period, before: Period, here: Mapping[str, Row], there: Mapping[str, Row]
) -> list[Moved]:
    """Compare the activities of both periods in all measures that can be told in both."""
    both = [name for name in here if name in there]
    pairs = [(name, measure, here[name], there[name]) for name in both for measure in ("value", "reciprocity")]
    pairs = [pair for pair in pairs if all(is_known(row, pair[1]) for row in pair[2:])]
    wide = widening(len(pairs))
    changes: dict[str, list[Change]] = {name: [] for name in both}
    for name, measure, one, other in pairs:
        gap, low, high = difference(bounds(one, measure), bounds(other, measure), wide)
        changes[name].append(Change(measure, one[measure], gap, low, high))
    return [Moved(name, here[name]["people"], there[name]["people"], tuple(changes[name])) for name in both]


def following(asking: Asking, period: Period) -> dict[str, Row]:
    """Return, by activity, what most surely follows it, if anything does."""
    rows = asking.ask("influence", **influence_options(period)).rows()
    sure = [row for row in rows if row["verdict"] == MORE and row["sure"]]
    return {row["cause"]: row for row in sorted(sure, key=lambda row: claimed(row).more)}


def influence_options(period: Period) -> dict[str, str]:
    """Return how the study of influence is asked: of all there is until the end of the period."""
    return {"at": period.until.isoformat(), "by": "activity"}


def is_known(row: Row, measure: str) -> bool:
    """Say whether a measure and both its bounds are known."""
    return all(row[name] is not None for name in (measure, f"{measure}_low", f"{measure}_high"))


def bounds(row: Row, measure: str) -> tuple[float, float, float]:
    """Return a measure and its bounds."""
    return row[measure], row[f"{measure}_low"], row[f"{measure}_high"]


def widening(comparisons: int) -> float:
    """Return how much wider than for one comparison a 95 % bound must be so that it holds for all of them together.

    >>> widening(1), round(widening(20), 2)
    (1.0, 1.54)
    """
    return float(special.ndtri(1 - 0.025 / max(1, comparisons)) / special.ndtri(0.975))


def difference(
    now: tuple[float, float, float], then: tuple[float, float, float], wide: float
) -> tuple[float, float, float]:
    """Return the difference of two independent estimates with its bounds; each: the estimate, low, high.

    >>> [round(v, 3) for v in difference((0.4, 0.35, 0.45), (0.2, 0.15, 0.25), 1.0)]
    [0.2, 0.129, 0.271]
    """
    gap = now[0] - then[0]
    below, above = math.hypot(now[0] - now[1], then[2] - then[0]), math.hypot(now[2] - now[0], then[0] - then[1])
    return gap, gap - wide * below, gap + wide * above


def tell_change(asking: Asking, period: Period, moved: Moved, place: int, follows: Row | None = None) -> Item:
    """Tell what changed with one activity; follows: what surely follows it."""
    name = asking.phrase(moved.name, "reach-value", period.window, {"activity": moved.name})
    more = moved.people - moved.then
    words = "as many as" if not more else f"{number(abs(more))} {'more' if more > 0 else 'fewer'} than"
    parts: list[str | Phrase] = [name, f" reached {people(moved.people)}, {words} in the {period.days} days before"]
    clear = [change for change in moved.changes if change.clear]
    for change in clear:
        parts += ["; ", *sentence(change)]
    unclear = [change for change in moved.changes if not change.clear]
    if unclear:
        listed = join_phrases([[WORDS[change.measure] + f" ({between(change)})"] for change in unclear])
        parts += ["; no clear change in ", *listed]
    if not moved.changes:
        parts.append("; of who came back on it too little is known to compare")
    if follows is not None:
        parts += ["; ", *after(asking, period, follows)]
    return item(TOPIC, (72.0 if clear else 40.0) - place, *parts, ".")


WORDS = {"value": "how personal it was", "reciprocity": "who came back on it"}


def between(change: Change) -> str:
    """Write the bounds of a change in its unit: how much more, or, where it is clearly less, how much less."""
    low, high = (-change.high, -change.low) if change.clear and change.gap < 0 else (change.low, change.high)
    if change.measure == "reciprocity":
        return f"{points(low)} to {points(high)}"
    return f"{number(low)} to {number(high)}"


def sentence(change: Change) -> Parts:
    """Write a clear change with its bounds."""
    way = "more" if change.gap > 0 else "less"
    gap, ends = number(abs(change.gap)), between(change)
    if change.measure == "reciprocity":
        return [f"{percent(change.now)} came back on it, {points(abs(change.gap))} points {way} ({ends})"]
    return [f"its value was {number(change.now)}, {gap} {way} ({ends})"]


def after(asking: Asking, period: Period, row: Row) -> Parts:
    """Write what follows an activity, with its check."""
    more, low, high, span = claimed(row)
    figure = asking.phrase(
        f"{number(more)} more “{row['effect']}”", "influence", influence_options(period),
        {"cause": row["cause"], "effect": row["effect"]},
    )  # fmt: skip
    ends = f"({number(low)} to {number(high)})"
    if row["basis"] == LOT:
        return ["a lot decided that each one sent brings ", figure, f" {ends} within {span}"]
    check = f"and {beyond_usual(row['before'])} than usual in the day before, where 0 is as it should be"
    return ["each one sent is followed by ", figure, f" than preceded by {ends} within {span}, {check}"]


def rest(asking: Asking, period: Period, others: Sequence[Moved]) -> list[Item]:
    """Say how many others there are, and that none of them moved clearly, or how many did."""
    if not others:
        return []
    clear = sum(not one.order[0] for one in others)
    noun = "other activity" if len(others) == 1 else "other activities"
    phrase = asking.phrase(f"{number(len(others))} {noun}", "reach-value", period.window)
    words = f", {clear} of them with a clear change." if clear else ", with no clear change."
    return [item(TOPIC, 25, phrase, words)]


def name_come_and_gone(
    asking: Asking, period: Period, before: Period, here: Mapping[str, Row], there: Mapping[str, Row]
) -> list[Item]:
    """Name the activities that reached nobody in the period before, and those that reach nobody any more.

    The former may be new or have paused: nothing before the two periods is looked at.
    """
    news = []
    for lead, rows, others, when in (
        (f"Seen now, but not in the {period.days} days before: ", here, there, period),
        (f"No longer seen within {period.days} days: ", there, here, before),
    ):
        names = sorted((name for name in rows if name not in others), key=lambda name: (-rows[name]["people"], name))
        if not names:
            continue
        parts: list[Parts] = []
        for name in names[:NAMED]:
            opened = asking.phrase(name, "reach-value", when.window, {"activity": name})
            parts.append([opened, f" ({people(rows[name]['people'])})"])
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        listed = join_phrases(parts, last=", " if more else " and ")
        news.append(item(TOPIC, 35, lead, *listed, f"{more}."))
    return news
