"""What did media bring of which nobody knows whom they reached, and where would the next money bring most?

Weeks of spending on each activity (of `exposures` and `costs`) are laid beside weeks of an outcome. A media-mix model
explains the outcome by spending, whose effect lingers and saturates, by the season of the year and by what would have
happened anyway. It is fitted by PyMC-Marketing, an extra of its own, without the last weeks, which it then foretells.

All of this is read from what went up and down together, and no more: spending that follows the demand, or two
activities that always run at once, it takes for a cause. Only an experiment knows; what experiments found is told to
the model as lifts: those typed in, and those of the log's own experiments that have the name of an activity. Where the
error on the weeks held out is no smaller than the plain one, believe none of this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.channels import media_model, paths, trial_charts
from ziggurat.channels.lifts import find_lifts, read_lifts
from ziggurat.channels.media_model import Fitted
from ziggurat.channels.outcomes import array
from ziggurat.channels.stream import lazy
from ziggurat.channels.weeks import MEASURES, SPENDING, Floats, Span, Weeks, last_weeks, weekly
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.given import Bought
from ziggurat.facts.meanings import alike
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, FLAG, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.media import allotted, contributions, response
from ziggurat.study import At, Count, Draws, Family, Money, OneOf, Seed, Text, Within, long_study

WITHOUT = "(without media)"
LEAST_WEEKS = 26  # to learn from
POINTS = 40  # of each curve
AGREED = 1.05  # R-hat up to which chains are taken to agree
UNITS = pa.schema([("person_id", pa.string()), ("outcome", pa.float64())])
CURVE = {
    "activity": TEXT,
    "weekly": NUMBER,
    "brought": NUMBER,
    **interval(NUMBER),
}


@dataclass(frozen=True)
class MassMedia(Result):
    """One row per activity with spending, what brought most first; then what would have happened without media.

    spent: in all, in money (workspace currency) or impressions. contribution: of the outcome that it brought, in its
    unit, with bounds. share: of the whole outcome. per_spent: contribution per unit spent, with bounds.
    carried_share: share of a week's effect that lingers into the next, 0 to 1, with bounds. weekly: mean spending a
    week. suggested: spending a week that would bring most on average, of the same total or of `money`; no activity
    gets more than it ever got in a week, because beyond that nothing is known. error_share: mean absolute error on
    the weeks held out, as a share of their mean; plain_error_share: that of foretelling them by the mean of as many
    weeks before. Both are of the whole model, the same in every row, and null where no weeks were held out. agreed:
    whether the chains of the fit agreed. people: distinct people behind the outcome, the same in every row: whom
    media reached, nobody knows. Bounds are 95 % of the posterior, given the model. curve: a second table of columns
    `CURVE`. Members: person_id, outcome.
    """

    columns: ClassVar = {
        "activity": TEXT,
        "spent": NUMBER,
        "contribution": NUMBER,
        **interval(NUMBER, "contribution"),
        "share": SHARE,
        "per_spent": NUMBER,
        **interval(NUMBER, "per_spent"),
        "carried_share": SHARE,
        **interval(SHARE, "carried_share"),
        "weekly": NUMBER,
        "suggested": NUMBER,
        "error_share": SHARE,
        "plain_error_share": SHARE,
        "agreed": FLAG,
        "people": COUNT,
    }
    absence: ClassVar = Absence(
        "none can be set against media: no {by} is logged for any activity in the last {weeks} whole weeks",
        "Import exposures or costs by day, or choose another `by`.",
        period=ever,
        visitors=True,
    )
    curve: pa.Table = field(default_factory=lambda: tables.from_rows(CURVE, []))

    def chart(self) -> alt.TopLevelMixin:
        """Draw what each activity brings a week against what is spent on it a week."""
        return trial_charts.responses(self.curve.to_pylist(), x="weekly", y="brought", each="activity")


@dataclass(frozen=True)
class Explained(Family):
    """What is to be explained, by what, and from which weeks."""

    outcome: Annotated[Text, "kinds of interaction parted by commas"] = "purchased"
    measure: Annotated[str, OneOf(*MEASURES), "how many times, or the sum of amounts"] = "times"
    by: Annotated[str, OneOf(*SPENDING), "what is spent: money, or impressions"] = "money"
    weeks: Annotated[Count, Within(LEAST_WEEKS, 1040), "how many whole weeks to read"] = 104
    held_out: Annotated[Count, Within(0, 520), "how many of them, the last, the model must foretell"] = 8


@dataclass(frozen=True)
class FoundBefore(Family):
    """What is known of media from experiments."""

    lifts: Annotated[Text, "what experiments found, as `Radio=0/500/120/30`; none if left out"] = ""
    experiments: Annotated[str, OneOf("yes", "no"), "whether the log's own experiments count too"] = "yes"


@dataclass(frozen=True)
class Chains(Family):
    """What is drawn by chance."""

    draws: Annotated[Draws, Within(10, 10_000), "from each of two chains"] = 500
    seed: Annotated[Seed, "where the draws begin"] = 1


@long_study(media_model.check)
def mass_media(
    buckets: Buckets,
    bought: Bought,
    *,
    at: At,
    explained: Explained,
    money: Annotated[Money | None, "to be handed out a week; what was spent on average if left out"] = None,
    found_before: FoundBefore,
    chains: Chains,
) -> MassMedia:
    """Fit a media-mix model to the last whole weeks up to an instant.

    buckets: people's lives. exposures, costs: tables as `schema.EXPOSURES` and `schema.COSTS`. ladder, names: are not
    looked at. outcome: kinds of interaction. measure: times or amount. by: money or impressions. held_out: of the
    weeks, the last ones. money: to be handed out a week; what was spent on average if left out. lifts: as
    `Radio=0/500/120/30`: spending a week, more spending, more outcome, standard error. experiments: whether the log's
    own count too, see `lifts`; yes or no. draws: of each of two chains.
    Raises: ExtraError without the extra; QuestionError if a word names nothing, a number is too small, or the outcome
    never happened.
    """
    media_model.check()
    weeks, held_out, measure = explained.weeks, explained.held_out, explained.measure
    check(weeks, held_out)
    wanted = alike(paths.words(explained.outcome), buckets)
    kinds = paths.chosen(wanted, buckets.codes["kind"], "outcome", buckets.codes["kind"])
    found = weekly(buckets, bought, Span(at, weeks, held_out), kinds=kinds, measure=measure, by=explained.by)
    known, notes = read_lifts(found_before.lifts, found.activities), list[str]()
    table, curve = tables.from_rows(MassMedia.columns, []), tables.from_rows(CURVE, [])
    kernel = partial(units, kinds=kinds, measure=measure, window=last_weeks(at, weeks))
    behind = partial(buckets.fold, kernel, ("person", "at", "kind", *(("amount",) if measure == "amount" else ())))
    if found.activities:
        if not found.outcome[: weeks - held_out].max() > 0:
            raise QuestionError(
                f"no '{explained.outcome}' in these weeks, so there is nothing to explain; choose another `outcome`."
            )
        if found_before.experiments == "yes":
            typed = {lift.activity for lift in known}
            own, notes = find_lifts(
                buckets,
                found,
                weeks - held_out,
                kinds=kinds,
                measure=measure,
                typed=typed,
            )
            known += own
        fitted = media_model.fit(found, held_out=held_out, draws=chains.draws, seed=chains.seed, lifts=known)
        table, curve = figures(found, fitted, held_out, money, sum(part.num_rows for part in behind()))
    members = lazy(UNITS, lambda: (batch for part in behind() for batch in part.to_batches()))
    return MassMedia(table, members, {}, curve, notes=tuple(notes))


def check(weeks: int, held_out: int) -> None:
    """Raise: QuestionError if a number is too small, or what is left to learn from."""
    if weeks - held_out < LEAST_WEEKS:
        raise QuestionError(
            f"`held_out` is {held_out} of {weeks} weeks, which leaves fewer than {LEAST_WEEKS} to learn from; "
            "hold out fewer."
        )


def units(rows: pa.Table, *, kinds: npt.NDArray[np.bool_], measure: str, window: tuple[int, int]) -> pa.Table:
    """Return the people of a bucket whose doings are the outcome of the weeks."""
    at = array(rows, "at")
    chosen = kinds[array(rows, "kind")] & (at >= window[0]) & (at < window[1])
    person, place = np.unique(array(rows, "person")[chosen], return_inverse=True)
    amounts = np.nan_to_num(array(rows, "amount")[chosen]) if measure == "amount" else None
    return pa.table([person_ids(person), np.bincount(place, amounts, person.size).astype(float)], schema=UNITS)


def figures(weeks: Weeks, fitted: Fitted, held_out: int, money: float | None, people: int) -> tuple[pa.Table, pa.Table]:
    """Return the table and the curve."""
    brought = contributions(weeks.spend, fitted.draws, media_model.LINGER).sum(axis=1)
    total, spent = weeks.outcome.sum(), weeks.spend.sum(axis=0)
    ceilings = weeks.spend.max(axis=0)
    suggested = allotted(weeks.spend.mean(axis=0).sum() if money is None else money, ceilings, fitted.draws)
    error, plain = errors(weeks.outcome, fitted.predicted, held_out)
    whole = {"error_share": error, "plain_error_share": plain, "agreed": fitted.rhat <= AGREED, "people": people}
    rows = []
    for place, name in enumerate(weeks.activities):
        row = {"activity": name, "spent": spent[place], "weekly": weeks.spend[:, place].mean()}
        row |= mean_and_bounds(brought[:, place], "contribution", "contribution_low", "contribution_high")
        row |= mean_and_bounds(brought[:, place] / spent[place], "per_spent", "per_spent_low", "per_spent_high")
        row |= mean_and_bounds(fitted.draws.carry[:, place], "carried_share", "carried_share_low", "carried_share_high")
        rows.append(row | {"share": row["contribution"] / total, "suggested": suggested[place]} | whole)
    rows.sort(key=lambda row: (-row["contribution"], row["activity"]))
    rest = mean_and_bounds(total - brought.sum(axis=1), "contribution", "contribution_low", "contribution_high")
    rows.append({"activity": WITHOUT} | rest | {"share": rest["contribution"] / total} | whole)
    curve = []
    for row in rows[:-1]:
        place = weeks.activities.index(row["activity"])
        amounts = np.linspace(0, ceilings[place], POINTS)
        each = response(amounts, fitted.draws, place)
        curve += [
            {"activity": row["activity"], "weekly": amount} | mean_and_bounds(each[:, at], "brought", "low", "high")
            for at, amount in enumerate(amounts.tolist())
        ]
    return tables.from_rows(MassMedia.columns, rows), tables.from_rows(CURVE, curve)


def mean_and_bounds(draws: Floats, middle: str, low: str, high: str) -> dict[str, float]:
    """Return the mean of some draws and the bounds of their middle 95 %."""
    bounds = np.quantile(draws, [0.025, 0.975])
    return {middle: float(draws.mean()), low: float(bounds[0]), high: float(bounds[1])}


def errors(outcome: Floats, predicted: Floats, held_out: int) -> tuple[float | None, float | None]:
    """Return the mean absolute error on the weeks held out, and the plain one, as shares of their mean."""
    seen = outcome.size - held_out
    if not held_out or not outcome[seen:].mean() > 0:
        return None, None
    last, mean = outcome[seen:], outcome[seen:].mean()
    plain = outcome[max(0, seen - held_out) : seen].mean()
    return float(np.abs(predicted.mean(axis=0) - last).mean() / mean), float(np.abs(plain - last).mean() / mean)
