"""What did experiments find that an activity brings a week, for a media-mix model to go by?

They are typed in, or read from the log's own experiments: an experiment whose name is that of an activity with
spending, and of whose variants one is called control, which got nothing of it. What its people did within 14 days,
beyond what those of the control did (with what both did before taken into account), is taken as brought by what was
spent on the activity in the weeks of the experiment: so it is to be spent on those assigned to the other variants, and
on them alone. What comes later than 14 days is missing, so the lift is rather too small.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import number
from ziggurat.channels import assigned
from ziggurat.channels.assigned import Arm
from ziggurat.channels.experiment import ready
from ziggurat.channels.media_model import Lift
from ziggurat.channels.outcomes import NO_CLIMBS, Outcome
from ziggurat.channels.weeks import WEEK, Weeks
from ziggurat.log.buckets import Buckets
from ziggurat.stats.trial import difference, slope

AFTER, BEFORE = 14 * DAY, 28 * DAY  # µs in which what people do counts
CONTROL = "control"


def read_lifts(text: str, activities: Sequence[str]) -> list[Lift]:
    """Read what was typed. Raises: QuestionError if it can't be read, or an activity has no spending.

    >>> read_lifts("Radio=0/500/120/30", ["Radio"])
    [Lift(activity='Radio', spend=0.0, more=500.0, lift=120.0, error=30.0)]
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, figures = part.rpartition("=")
        try:
            spend, more, lift, error = (float(figure) for figure in figures.split("/"))
        except ValueError as problem:
            raise QuestionError(
                f"`lifts` holds '{part}', but must be written as `Radio=0/500/120/30`: spending a week, "
                "more spending, more outcome, standard error."
            ) from problem
        if name not in activities:
            near = suggest(name, activities) or f"; they are: {', '.join(activities) or 'none'}."
            raise QuestionError(f"`lifts` names '{name}', which has no spending in these weeks{near}")
        if not (0 <= spend < math.inf and min(more, lift, error) > 0 and max(more, lift, error) < math.inf):
            raise QuestionError(f"`lifts` holds '{part}': spending must be 0 or more, and the others above 0.")
        found.append(Lift(name, spend, more, lift, error))
    return found


def find_lifts(
    buckets: Buckets,
    weeks: Weeks,
    seen: int,
    *,
    kinds: npt.NDArray[np.bool_],
    measure: str,
    typed: Collection[str] = (),
) -> tuple[list[Lift], list[str]]:
    """Return what the log's own experiments found, and what is to be said of each that is on an activity with spending.

    seen: so many weeks, the first, that the model learns from: an experiment that ended later would tell it of weeks
    that it must foretell. kinds, measure: what the outcome is. typed: activities of which a lift was typed in, which
    counts instead.
    """
    what = Outcome(kinds, NO_CLIMBS, measure, AFTER, BEFORE, until=weeks.start + seen * WEEK - 1)
    trials = sorted(set(assigned.list_experiments(buckets, what.until)) & set(weeks.activities) - set(typed))
    lifts, notes = [], []
    for name in trials:
        lift = lift_of(buckets, weeks, seen, what, name)
        if isinstance(lift, Lift):
            lifts.append(lift)
            notes.append(
                f"The experiment '{name}' tells the model: {number(lift.more)} spent on it a week brought "
                f"{lift.lift:,.3g} more a week (standard error {lift.error:,.2g}), if all of it was spent on those "
                "assigned to it."
            )
        else:
            notes.append(f"The experiment '{name}' tells the model nothing: {lift}.")
    return lifts, notes


def lift_of(buckets: Buckets, weeks: Weeks, seen: int, what: Outcome, name: str) -> Lift | str:
    """Return what one experiment found, or why it tells nothing."""
    kernel = partial(assigned.units, **assigned.place(buckets, name), what=what, now=what.until)
    columns = tuple(dict.fromkeys((*what.columns, "kind", "activity", "object")))
    sums = assigned.sum_buckets(
        buckets.fold(partial(assigned.count_assigned, kernel=kernel, window=what.window), columns)
    )
    control = next((variant for variant in sums.variants if variant.casefold() == CONTROL), None)
    if control is None:
        return "none of its variants is called control, so nobody knows who got nothing of it"
    if not sums.days:
        return "nobody's 14 days were over in the weeks that the model learns from"
    *_, (_, arms) = sums.cumulated()
    treated = sum((arm for variant, arm in arms.items() if variant != control), Arm())
    if not (ready(treated, what.measure) and ready(arms[control], what.measure)):
        return "too few people were in it, or did anything"
    first = ((min(sums.days) * DAY - what.window) - weeks.start) // WEEK
    last = (max(sums.days) * DAY - weeks.start) // WEEK
    count = last - first + 1
    spent = float(weeks.spend[max(first, 0) : last + 1, weeks.activities.index(name)].sum())
    if first < 0 or last >= seen:
        return "it was not wholly within the weeks that the model learns from"
    if spent <= 0:
        return "nothing was spent on it in its weeks"
    better = difference(treated.sums, arms[control].sums, slope(treated.sums, arms[control].sums))
    each = treated.sums.people / count
    if better.effect <= 0:
        return (
            f"it found {number(better.effect * each)} a week "
            f"(standard error {number(math.sqrt(better.variance) * each)}), and "
            "the model takes only what is above 0. What it says of this activity may be too much"
        )
    return Lift(name, 0.0, spent / count, better.effect * each, math.sqrt(better.variance) * each)
