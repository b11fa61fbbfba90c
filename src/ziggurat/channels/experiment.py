"""Does a variant of an experiment make people do more, and how surely?

People are assigned to variants by chance, so a difference between variants is caused by them: this is no observation
but an experiment. An assignment is an interaction of kind `assigned` whose `activity` is the experiment and whose
`object` is the variant. The first one counts. A person's outcome is what they do within `window_days` after it, and
they count once those days are over. Those assigned to several variants in that time are counted apart and left out.

The bounds hold at every look (a confidence sequence): one may look daily and stop when it is clear. The adjusted effect
takes into account what each person had done before they were assigned (CUPED), which changes nothing but how sure it
is. Where far more or fewer people were assigned to a variant than meant, something is wrong with the assignment, and
the effect means nothing. An effect within so many days does not tell whether it lasts, nor what it would be on others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, ClassVar

import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.base.words.numbers import count, number
from ziggurat.channels import assigned, outcomes, trial_charts
from ziggurat.channels.assigned import UNITS, Arm, Sums
from ziggurat.channels.outcomes import Trial
from ziggurat.channels.stream import lazy
from ziggurat.facts.absence import Absence, ever
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import CHANCE, COUNT, INSTANT, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.sequential import half_width, mismatch, visible_skew
from ziggurat.stats.trial import difference, slope
from ziggurat.study import At, Count, Family, Rungs, Text, Within, study

ALPHA = 0.05
OFF = 0.001  # below: people were not assigned as meant
LEAST = {"did": (50, 5), "times": (100, 20), "amount": (100, 20)}  # of a variant, and of them each way; see `ready`
POINTS = 200  # of a curve at most
CURVE = {
    "variant": TEXT,
    "at": INSTANT,
    "effect": NUMBER,
    **interval(NUMBER),
}
BOUNDS = ("effect", "low", "high")


@dataclass(frozen=True)
class Experiment(Result):
    """One row per variant, the control first; then those in several variants, and those too recent to count.

    people: who count: assigned to this variant alone, the days of the outcome over. assigned: people assigned to this
    variant alone, those too recent included. share, meant_share: of them among all variants, 0 to 1, found and meant.
    mismatch_p: how likely such shares are if people were assigned as meant (0 to 1, of all variants together, at any
    look). mean: outcome a person, in the measure's unit; with 95 % bounds where it is a share. Where it is a sum, few
    people can have so much of it that no bounds from a sample hold; in the difference of two variants this evens out.
    effect: the mean minus the control's. adjusted, adjusted_low, adjusted_high: the same effect, with what people did
    before taken into account. variance_cut_share: share of the effect's variance that this takes away, 0 to 1.
    verdict: `higher` or `lower` if the adjusted bounds leave 0 out, else `not clear`; `too few` before there are
    bounds; `assignment is off` if mismatch_p is below 0.001. All bounds hold at once and at every look with 95 %: the
    means' among themselves, and the effects'. curve: a second table of columns `CURVE`: the adjusted effect, day by
    day. Members: columns `UNITS`.
    """

    columns: ClassVar = {
        "variant": TEXT,
        "people": COUNT,
        "assigned": COUNT,
        "share": SHARE,
        "meant_share": SHARE,
        "mismatch_p": CHANCE,
        "mean": NUMBER,
        **interval(NUMBER, "mean"),
        "effect": NUMBER,
        **interval(NUMBER, "effect"),
        "adjusted": NUMBER,
        **interval(NUMBER, "adjusted"),
        "variance_cut_share": SHARE,
        "verdict": TEXT,
    }
    keys: ClassVar = ("variant",)
    absence: ClassVar = Absence(
        "none is of an experiment whose time to count has come",
        "Name one by `experiment`, or choose a later day.",
        (assigned.ASSIGNED, assigned.NAMED),
        ever,
        visitors=True,
    )
    curve: pa.Table = field(default_factory=lambda: tables.from_rows(CURVE, []))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the adjusted effect of each variant with its band over time, and where there would be none."""
        return trial_charts.bands(self.curve.to_pylist(), x="at", y="effect", low="low", high="high", each="variant")


@dataclass(frozen=True)
class Variants(Family):
    """What is known of an experiment's variants from before its start."""

    control: Annotated[Text | None, "a variant; the one called control, or the first by name, if left out"] = None
    split: Annotated[Text, "who was meant for what, as `control=9, new=1`; all alike if left out"] = ""
    planned: Annotated[
        Count, Within(1, 1_000_000_000), "people at which bounds are to be tightest, chosen before the start"
    ] = 2000


@study
def experiment(
    buckets: Buckets,
    levels: Frame,
    *,
    at: At,
    rungs: Rungs,
    experiment: Annotated[Text | None, "its activity; the one that assigned someone last if left out"] = None,
    trial: Trial,
    variants: Variants,
) -> Experiment:
    """Compare the variants of an experiment as of an instant.

    buckets: people's lives. levels: a table as `schema.LEVELS`. names: the level names, level 0 first. experiment: the
    activity; if not given, the one that assigned someone last. outcome: kinds of interaction or a level. measure: did,
    times or amount. control: a variant; if not given, the one called control, or the first by name. split: as
    `control=9, new=1`; if not given, all alike. planned: people at which the bounds are to be tightest; it must be
    chosen before the outcomes are seen.
    Raises: QuestionError if a word names nothing in the log or a number is too small.
    """
    what = outcomes.read(buckets, levels, at, rungs, trial)
    name = assigned.chosen(buckets, experiment, at)
    kernel = partial(assigned.units, **assigned.place(buckets, name), what=what, now=at)
    columns = tuple(dict.fromkeys((*what.columns, "kind", "activity", "object")))

    def members() -> Iterator[pa.RecordBatch]:
        for part in buckets.fold(kernel, columns):
            yield from part.to_batches()

    found = assigned.sum_buckets(
        buckets.fold(partial(assigned.count_assigned, kernel=kernel, window=what.window), columns)
    )
    reference = reference_of(found.variants, variants.control)
    meant = shares_of(found.variants, variants.split)
    rows, curve = compare_variants(found, reference, meant, variants.planned, trial.measure)
    asked = {key: value for key, value in (("experiment", name), ("control", reference)) if value}
    table, notes = (
        tables.from_rows(Experiment.columns, rows),
        () if curve else explain_missing_bounds(found, trial.measure),
    )
    notes += skew(found, reference, meant)
    return Experiment(table, lazy(UNITS, members), asked, tables.from_rows(CURVE, curve), notes=notes)


def skew(found: Sums, control: str | None, meant: Mapping[str, float]) -> tuple[str, ...]:
    """Say how large a skew the check of the assignment can see by now."""
    if control is None or len(found.variants) < 2:
        return ()
    total = sum(found.assigned.values())
    least = visible_skew(total, meant[control], OFF)
    seen = f"is off by {number(100 * least)} points or more" if least is not None else "is off, however far"
    no = "" if least is not None else " not"
    return (
        f"Of {count(total, 'person', 'people')} assigned by now, the check of the assignment would{no} see it if the "
        f"share of {control} {seen}. A smaller skew goes unseen.",
    )


def reference_of(variants: Sequence[str], control: str | None) -> str | None:
    """Return the control; None where there is no variant. Raises: QuestionError if it is none of the variants."""
    if control is None:
        named = [name for name in variants if name.casefold() == "control"]
        return next(iter([*named, *variants]), None)
    if variants and control not in variants:
        raise QuestionError(
            f"nobody was assigned to '{control}'{suggest(control, variants) or '.'} "
            f"The variants are: {', '.join(variants[:12])}."
        )
    return control


def shares_of(variants: Sequence[str], split: str) -> dict[str, float]:
    """Return the share of people who were meant for each variant.

    Raises: QuestionError if `split` can't be read, or does not name exactly the variants.

    >>> shares_of(["control", "new"], "control=3, new=1"), shares_of(["a", "b"], "")
    ({'control': 0.75, 'new': 0.25}, {'a': 0.5, 'b': 0.5})
    """
    if not split.strip() or not variants:
        return {name: 1 / len(variants) for name in variants}
    parts = [part.rpartition("=") for part in split.split(",")]
    try:
        weights = {name.strip(): float(weight) for name, _, weight in parts}
    except ValueError as error:
        raise QuestionError(f"`split` is '{split}', but must be written as `control=9, new=1`.") from error
    if set(weights) != set(variants) or not all(0 < weight < math.inf for weight in weights.values()):
        raise QuestionError(
            f"`split` is '{split}', but must give each variant a weight above 0; they are: {', '.join(variants)}."
        )
    return {name: weights[name] / sum(weights.values()) for name in variants}


def compare_variants(
    found: Sums, control: str | None, meant: Mapping[str, float], planned: float, measure: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of the table and of the curve."""
    if control is None:
        return [], []
    others = [name for name in found.variants if name != control]
    arms = dict.fromkeys(found.variants, Arm())
    curve: list[dict[str, Any]] = []
    for day, arms in found.cumulated():
        for name in others:
            now = effects(arms[name], arms[control], planned * (meant[name] + meant[control]), len(others), measure)
            if now["adjusted_low"] is not None:
                bounds = dict(zip(BOUNDS, (now["adjusted"], now["adjusted_low"], now["adjusted_high"]), strict=True))
                curve.append({"variant": name, "at": moment((day + 1) * DAY), **bounds})
    total = sum(found.assigned.values())
    counts = [found.assigned[name] for name in found.variants]
    odds = mismatch(counts, [meant[name] for name in found.variants]) if others else None
    rows = []
    for name in [control, *others]:
        row: dict[str, Any] = {
            "variant": name,
            "people": round(arms[name].sums.people),
            "assigned": found.assigned[name],
        }
        row |= {
            "share": found.assigned[name] / total if total else None,
            "meant_share": meant[name],
            "mismatch_p": odds,
        }
        row |= mean(arms[name], planned * meant[name], len(found.variants), measure)
        if name != control:
            pair = planned * (meant[name] + meant[control])
            row |= effects(arms[name], arms[control], pair, len(others), measure)
        rows.append(row | {"verdict": verdict(row, odds)})
    rows += [{"variant": label, "people": people} for label, people in found.apart.items()]
    return rows, thin_curve(curve, len(others))


def thin_curve(curve: list[dict[str, Any]], variants: int) -> list[dict[str, Any]]:
    """Return so many of a curve's points that a screen can show them, the last day among them."""
    days = sorted({row["at"] for row in curve})
    every = -(-len(days) * max(1, variants) // POINTS)
    kept = set(days[::-1][:: max(1, every)])
    return [row for row in curve if row["at"] in kept]


def ready(arm: Arm, measure: str) -> bool:
    """Tell whether a variant has so many people, and so many of them with an outcome, that bounds may be given.

    The bounds rest on large numbers; from these on they hold in simulations of rare and of very unequal outcomes.
    """
    people, each = LEAST[measure]
    without = arm.sums.people - arm.hits if measure == "did" else each
    return arm.sums.people >= people and min(arm.hits, without) >= each and arm.sums.spread() > 0


def explain_missing_bounds(found: Sums, measure: str) -> tuple[str, ...]:
    """Say why no effect has bounds: what they take, and what there is."""
    if len(found.variants) < 2:
        return ("Nothing can be compared: nobody was assigned to a second variant.",) if found.variants else ()
    days = [arms for _, arms in found.cumulated()]
    arms = days[-1] if days else dict.fromkeys(found.variants, Arm())
    people, each = LEAST[measure]
    some = f"{each} with the outcome" + (f" and {each} without" if measure == "did" else "")
    there = "; ".join(
        f"{name}: {number(arm.hits, places=0)} of {number(arm.sums.people, places=0)}" for name, arm in arms.items()
    )
    return (
        f"No effect has bounds, and so there is no curve: it takes at least {people} people in each variant, {some}. "
        f"With the outcome are {there}. Choose an outcome that more people have, or wait for more people.",
    )


def mean(arm: Arm, planned: float, several: int, measure: str) -> dict[str, float | None]:
    """Return the mean outcome of a variant, of a share with its bounds."""
    if not arm.sums.people:
        return {}
    middle = arm.sums.mean
    if measure != "did" or not ready(arm, measure):
        return {"mean": middle}
    half = half_width(arm.sums.spread(), arm.sums.people, planned, ALPHA / several)
    return {"mean": middle, "mean_low": max(0.0, middle - half), "mean_high": min(1.0, middle + half)}


def effects(one: Arm, control: Arm, planned: float, several: int, measure: str) -> dict[str, float | None]:
    """Return the effect and the adjusted effect of a variant, with bounds that hold for several variants at once."""
    row: dict[str, float | None] = dict.fromkeys(
        ("effect", "effect_low", "effect_high", "adjusted", "adjusted_low", "adjusted_high", "variance_cut_share")
    )
    if not one.sums.people or not control.sums.people:
        return row
    row["effect"] = one.sums.mean - control.sums.mean
    if not ready(one, measure) or not ready(control, measure):
        return row
    people = one.sums.people + control.sums.people
    plain = difference(one.sums, control.sums)
    better = difference(one.sums, control.sums, slope(one.sums, control.sums))
    for name, found, low, high in (
        ("effect", plain, "effect_low", "effect_high"),
        ("adjusted", better, "adjusted_low", "adjusted_high"),
    ):
        half = half_width(found.variance * people, people, planned, ALPHA / several)
        row |= {name: found.effect, low: found.effect - half, high: found.effect + half}
    row["variance_cut_share"] = 1 - better.variance / plain.variance
    return row


def verdict(row: Mapping[str, Any], odds: float | None) -> str:
    """Say in words what a row tells."""
    if odds is not None and odds < OFF:
        return "assignment is off"
    if "effect" not in row:
        return "control"
    if row["adjusted_low"] is None:
        return "too few"
    return "higher" if row["adjusted_low"] > 0 else "lower" if row["adjusted_high"] < 0 else "not clear"
