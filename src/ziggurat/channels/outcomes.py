"""What did people do after an instant of their own, and how much of it had they done before?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY
from ziggurat.channels import paths
from ziggurat.facts.meanings import alike
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.study import Days, Family, OneOf, Rungs, Text, Within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MEASURES = ("did", "times", "amount")
NO_CLIMBS = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True)
class Trial(Family):
    """What is measured of people, and when."""

    outcome: Annotated[Text | None, "kinds of interaction parted by commas, or a level; level 2 if left out"] = None
    measure: Annotated[str, OneOf(*MEASURES), "whether they did it, how many times, or its amount"] = "did"
    window_days: Annotated[Days, Within(1 / 24, 36_500), "how long after being assigned an outcome counts"] = 14.0
    before_days: Annotated[Days, "how long before it counts as what they did before"] = 28.0


@dataclass(frozen=True)
class Outcome:
    """What is measured of a person around an instant of her own.

    kinds: code → whether such an interaction counts; None where climbs do, whose people and instants are then in
    `climbs`, sorted. measure: `did` is 1 if there is any, `times` their number, `amount` the sum of their amounts, in
    the workspace's currency. window, before: µs after the instant (itself excluded) and up to it (itself included).
    until: nothing after it is looked at (µs).
    """

    kinds: npt.NDArray[np.bool_] | None
    climbs: tuple[Ints, Ints]
    measure: str
    window: int
    before: int
    until: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the histories that are read."""
        amount = ("amount",) if self.measure == "amount" else ()
        return ("person", "at", *(() if self.kinds is None else ("kind",)), *amount)

    def measured(self, rows: pa.Table, person: Ints, at: Ints) -> tuple[Floats, Floats]:
        """Return what is measured after and before an instant of each person, from the rows of their bucket.

        person: sorted, each once.
        """
        who, when, worth = self.events(rows, person)
        place = np.minimum(np.searchsorted(person, who), max(0, person.size - 1))
        known = (person[place] == who) & (when <= self.until) if person.size else np.zeros(who.size, np.bool_)
        place, since, worth = place[known], when[known] - at[place[known]], worth[known]
        after = np.bincount(place, worth * ((since > 0) & (since <= self.window)), person.size)
        before = np.bincount(place, worth * ((since <= 0) & (since > -self.before)), person.size)
        if self.measure == "did":
            return (after > 0).astype(np.float64), (before > 0).astype(np.float64)
        return after.astype(np.float64), before.astype(np.float64)

    def events(self, rows: pa.Table, person: Ints) -> tuple[Ints, Ints, Floats]:
        """Return whose events there are, when they were, and what each adds."""
        if self.kinds is None:
            who, when = self.climbs
            first, last = (0, 0) if not person.size else np.searchsorted(who, [person[0], person[-1] + 1])
            return who[first:last], when[first:last], np.ones(last - first)
        chosen = self.kinds[array(rows, "kind")]
        amount = np.nan_to_num(array(rows, "amount")[chosen]) if self.measure == "amount" else np.ones(chosen.sum())
        return array(rows, "person")[chosen], array(rows, "at")[chosen], amount


def array(rows: pa.Table, name: str) -> npt.NDArray[Any]:
    """Return a column of a bucket's rows."""
    found: npt.NDArray[Any] = rows[name].combine_chunks().to_numpy(zero_copy_only=False)
    return found


def read(buckets: Buckets, levels: Frame, until: int, rungs: Rungs, trial: Trial) -> Outcome:
    """Read the options that say what is measured, as `docs/studies/experiment.md` describes them.

    Raises: QuestionError if `outcome` is neither a level nor a kind in the log, or a climb is to be measured by amount.
    """
    span = (trial.measure, round(trial.window_days * DAY), round(trial.before_days * DAY), until)
    level = paths.level_of(rungs.names, trial.outcome)
    if level is not None:
        if trial.measure == "amount":
            raise QuestionError(
                "a climb has no amount; choose another `measure`, or a kind of interaction as `outcome`."
            )
        return Outcome(None, paths.climbs(levels, rungs.ladder, level, until), *span)
    kinds = buckets.codes["kind"]
    wanted = alike(paths.words(trial.outcome or ""), buckets)
    won = paths.chosen(wanted, kinds, "outcome", [*rungs.names, *kinds])
    if not won.any():
        raise QuestionError("`outcome` names nothing; name a kind of interaction or a level of the ladder.")
    return Outcome(won, NO_CLIMBS, *span)
