"""What is each channel credited with, and how far do the ways of crediting disagree?

Ways of sharing out the conversions of a period among what touched people before (journeys as in `journeys`), side by
side: first, last, last non-direct, linear, position, time decay, the removal effects of a Markov chain that remembers
one touch or more, the Shapley value of two games, and `incremental`, which alone credits only what follows a touch
beyond what precedes it, and only where that can be told. Where they agree, the choice of model doesn't matter; where
they spread, a figure from one of them alone is worth little.

None of them can know what would have happened without a touch. All are observational: they share out what came,
whether or not it would have come anyway; those who are about to act are touched more, and are credited to what touches
them. They don't see what left no trace, such as radio, a friend's word or the price. The bounds say how much a credit
would vary with other people of the same sort, not how far the model is from the truth. Only an experiment can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import share
from ziggurat.channels import paths
from ziggurat.channels.credits import Credit, Ints, credits, redrawn, totals
from ziggurat.channels.incremental import shares
from ziggurat.channels.paths import NO_TOUCH, Journey, Trips, commonest, converted, path_of, trips
from ziggurat.channels.stream import lazy
from ziggurat.facts.absence import Absence, Step
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.blocks import bounds
from ziggurat.stats.journeys import Journeys
from ziggurat.stats.sets import sets
from ziggurat.study import Count, Days, Drawn, Family, OneOf, Rungs, Text, Within, Year, study

MOST_LABELS = 15  # for exact games over all sets of labels, kept by block of people
ROWS = pa.schema(
    [("person_id", pa.string()), ("label", pa.string()), ("path", pa.string()), ("decided_at", pa.int64())]
)
SHOWN = 8  # touches of a path, of members


def has_value(rows: pa.Table, by_amount: bool) -> npt.NDArray[np.bool_]:
    """Tell which rows have what is shared out."""
    amount = rows["amount"].to_numpy()
    return np.asarray((amount != 0) & ~np.isnan(amount) if by_amount else np.ones(amount.size), np.bool_)


VALUED = Step(
    "has an amount that could be shared out",
    ("amount", "amounts"),
    "Import the column of the money as `amount`, or set `worth` to conversions.",
    lambda given: partial(has_value, by_amount=given["worth"] == "amount"),
    ("amount",),
)


@dataclass(frozen=True)
class Attribution(Result):
    """One row per label and model, the labels with most credit under the middle model first; `(no touch)` comes last.

    people: distinct people who converted on a journey with this label. credit: conversions (or their amount, in the
    workspace's currency) that the model credits to the label. share: of all conversions, 0 to 1, with 95 % bounds `low`
    and `high` from drawing people anew; under each model but incremental the shares sum to 1. removal_effect: under a
    Markov model the share of conversions that would be lost if every journey ended at this label, 0 to 1, with bounds.
    share_lowest, share_highest, share_spread: the least and greatest share that any model gives the label, and their
    difference. `(no touch)` holds conversions that nothing came before within the window, shared out by no model.
    incremental has no figure where it can't be told; notes say so, why that model is not there, and why another one
    gives a share below 0 or above 1. A label that sits in no converting journey, but is credited by a chain, has
    `people` 0.
    Members, one row per journey that converted and each of its labels: person_id, label, path, decided_at (int64 µs).
    """

    columns: ClassVar = {
        "label": TEXT,
        "model": TEXT,
        "people": COUNT,
        "credit": NUMBER,
        "share": SHARE,
        **interval(SHARE),
        "removal_effect": SHARE,
        **interval(SHARE, "removal_effect"),
        "share_lowest": SHARE,
        "share_highest": SHARE,
        "share_spread": SHARE,
    }
    keys: ClassVar = ("label",)
    absence: ClassVar = Absence("none is credited", "Choose a longer period.", (paths.WON, VALUED))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share of the eight labels with most credit under every model, with its bounds."""
        rows = [row for row in self.rows() if row["label"] != NO_TOUCH and row["share"] is not None]
        kept = charts.distinct(rows, "label")[:8]
        shown = [row for row in rows if row["label"] in kept]
        return charts.spreads(shown, y="label", x="share", low="low", high="high", each="model")


@dataclass(frozen=True)
class Crediting(Family):
    """How what journeys end in is shared out among the labels of their touches."""

    worth: Annotated[str, OneOf("conversions", "amount"), "what is shared out"] = "conversions"
    direct: Annotated[Text, "labels parted by commas that last non-direct passes over"] = "direct"
    half_life_days: Annotated[Days, Within(1 / 24, 36_500), "days in which time decay halves"] = 7.0
    order: Annotated[Count, Within(1, 3), "how many touches the longest Markov chain remembers"] = 2
    labels: Annotated[Count, Within(1, MOST_LABELS), "how many of the commonest labels have rows of their own"] = 10
    incremental: Annotated[str, OneOf("yes", "no"), "whether what follows beyond what precedes is among them"] = "yes"


@study
def attribution(
    buckets: Buckets,
    levels: Frame,
    *,
    window: Year,
    rungs: Rungs,
    journey: Journey,
    crediting: Crediting,
    drawn: Drawn,
) -> Attribution:
    """Credit the labels of journeys that were decided within (since, until].

    buckets, levels, since to collapse_hours: as `journeys` takes them. worth: conversions, or amount to share out the
    amounts of the outcomes. direct: labels parted by commas that last non-direct passes over. half_life_days: of time
    decay. order: Markov chains that remember from one touch up to so many, 1 to 3. labels: so many common ones have
    rows, 1 to MOST_LABELS, the others are one, `(other)`. incremental: whether that model is among them, yes or
    no. draws: how often people are drawn anew for the bounds; without any the bounds are null. seed: of the draws.

    Raises: QuestionError if a word is neither a level nor a kind in the log, a number is out of its range, or a chain
    has too many states to be solved exactly.
    """
    by_amount = crediting.worth == "amount"
    found = trips(buckets, levels, window, rungs, journey, valued=by_amount)
    few = commonest(found, crediting.labels)
    summed = totals(few, by_amount, crediting.direct, crediting.half_life_days * DAY, crediting.order)
    times = redrawn(drawn.draws, drawn.seed)
    above, note = shares(few) if crediting.incremental == "yes" else (None, "")
    credited = credits(summed, len(few.labels), crediting.order, times, above)
    rows = rows_of([*few.labels, NO_TOUCH], summed.people, credited)
    notes = ((note,) if note else ()) + beyond(rows)
    members = lazy(ROWS, partial(members_of, few))
    return Attribution(tables.from_rows(Attribution.columns, rows), members, notes=notes)


def beyond(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Explain shares that are no shares of a whole: below 0, or above 1."""
    odd = [row for row in rows if row["share"] is not None and not -1e-9 <= row["share"] <= 1 + 1e-9]
    notes = []
    for model in dict.fromkeys(row["model"] for row in odd):
        named = ", ".join(f"{row['label']} ({share(row['share'])})" for row in odd if row["model"] == model)
        why = (
            "more outcomes precede it than follow, or more follow than there are, where one is counted after several"
            if model == "incremental"
            else "journeys with a label below 0 convert less often than those without it, and what they lose is added "
            "to the others, so that these can come to more than all"
        )
        notes.append(f"Under {model} the share of {named} is no part of the whole: {why}.")
    return tuple(notes)


def rows_of(names: Sequence[str], people: Ints, found: Sequence[Credit]) -> list[dict[str, Any]]:
    """Return the rows of the table: of labels of a journey that converted, or that some model credits with anything."""
    *models, untouched = found
    shares = np.array([credit.share for credit in models])
    some = np.isfinite(shares)
    known = [label for label in range(shares.shape[1]) if people[label] or (shares[some[:, label], label] != 0).any()]
    middle = {label: float(np.median(shares[some[:, label], label])) for label in known if some[:, label].any()}
    rows: list[dict[str, Any]] = []
    for label in sorted(middle, key=lambda place: (-middle[place], names[place])):
        each = [row_of(credit, label) for credit in models]
        told = [row["share"] for row in each if row["share"] is not None]
        extent = {"share_lowest": min(told), "share_highest": max(told), "share_spread": max(told) - min(told)}
        rows += [{"label": names[label], "people": int(people[label]), **row, **extent} for row in each]
    if people[-1]:
        rows.append({"label": names[-1], "people": int(people[-1]), **row_of(untouched, 0)})
    return rows


def row_of(credit: Credit, label: int) -> dict[str, Any]:
    """Return what one model says of one label."""
    row: dict[str, Any] = {"model": credit.model, "credit": none_if_nan(credit.credit[label])}
    row["share"] = none_if_nan(credit.share[label])
    known = credit.ends
    row["low"], row["high"] = (
        ends(credit.drawn, label) if known is None else (none_if_nan(known[0][label]), none_if_nan(known[1][label]))
    )
    row["removal_effect"] = none_if_nan(credit.effect[label])
    row["removal_effect_low"], row["removal_effect_high"] = ends(credit.effect_drawn, label)
    return row


def ends(drawn: Any, label: int) -> tuple[float | None, float | None]:
    """Return the bounds of one label's figure."""
    low, high = bounds(drawn[:, [label]])
    return none_if_nan(low[0]), none_if_nan(high[0])


def none_if_nan(value: float) -> float | None:
    """Return a number, or None for nan."""
    return None if np.isnan(value) else float(value)


def members_of(found: Trips) -> Iterator[pa.RecordBatch]:
    """Yield a row per journey that converted and each of its labels, bucket by bucket."""
    labels = [*found.labels, NO_TOUCH]

    def written(cut: Journeys) -> pa.RecordBatch:
        cut = cut.of(converted(cut))
        texts = pa.array(
            [
                path_of([labels[code] for code in cut.label[b:e]], SHOWN)
                for b, e in zip(cut.begin, cut.end, strict=True)
            ],
            pa.string(),
        )
        held = sets(cut)
        held = np.where(held, held, 1 << len(labels) - 1)
        journey, label = np.nonzero(held[:, None] >> np.arange(len(labels)) & 1)
        columns = [
            person_ids(cut.person[journey]),
            pa.array(labels, pa.string()).take(pa.array(label)),
            texts.take(pa.array(journey)),
            pa.array(cut.decided_at[journey]),
        ]
        return pa.record_batch(columns, schema=ROWS)

    yield from found.fold(written)
