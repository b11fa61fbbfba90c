"""How likely are people to recommend us: what is the net promoter score?

By its definition (Reichheld 2003): of those who answered "how likely is it that you would recommend us to a friend or
colleague?" on the scale from 0 to 10, the percentage of promoters (9, 10) less that of detractors (0 to 6). Passives
(7, 8) count among the answers. Answers are interactions of a kind that is a rating, with a score; one person counts
once, with the latest answer in the window or month.

The score is of those who answered. Those who don't answer are often less content, and nobody knows by how much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.declare import matches
from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Step
from ziggurat.facts.level_history import Placed
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, POINTS, TEXT, interval
from ziggurat.roles.acts import OUT
from ziggurat.roles.parts import none, some, together
from ziggurat.stats.scores import net
from ziggurat.study import OneOf, Rungs, Text, Year, study

Ints = npt.NDArray[np.int64]
PROMOTER, PASSIVE, DETRACTOR = range(3)
NAMES = ("promoter", "passive", "detractor")
READ = ("person", "at", "kind", "channel", "direction", "score")
BY = ("month", "level", "everyone")
EVERYONE = "everyone"


def is_score(rows: pa.Table) -> npt.NDArray[np.bool_]:
    """Tell which rows have a whole number from 0 to 10 as their score."""
    score = rows["score"].to_numpy()
    return np.asarray((score >= 0) & (score <= 10) & (score == np.round(score)), np.bool_)


RATED = Step(
    "is a rating",
    ("rating", "ratings"),
    "Import answers to a survey that asks how likely people are to recommend us, as `rated` with their `score`.",
    lambda given: partial(needs.own_of_kind, wanted=Meanings.of_log(given["buckets"]).having("evidence", "rating")),
    ("kind", "direction"),
)
SCORED = Step(
    "has a whole number from 0 to 10 as its score",
    ("rating from 0 to 10", "ratings from 0 to 10"),
    "Import the column of the answer as `score`.",
    lambda given: is_score,
    ("score",),
)


@dataclass(frozen=True)
class Nps(Result):
    """One row per month (UTC) in order, or per level, the top first, or one for everyone.

    people: known people who answered, each once. promoters, passives, detractors: how many of them. nps: points from
    -100 to 100, with 95 % bounds `nps_low` and `nps_high` (adjusted Wald, Rocks 2016). Members: person_id, name, group,
    answer (promoter, passive or detractor), score, at (µs).
    """

    columns: ClassVar = {
        "group": TEXT,
        "people": COUNT,
        "promoters": COUNT,
        "passives": COUNT,
        "detractors": COUNT,
        "nps": POINTS("Net promoter score"),
        **interval(POINTS, "nps"),
    }
    keys: ClassVar = ("group",)
    absence: ClassVar = Absence(
        "none was given on a channel that fits {survey}", "Choose another `survey`.", (RATED, SCORED)
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the score of each group with its bounds."""
        rows = self.rows()
        base = alt.Chart(charts.data(rows)).encode(y=alt.Y("group:N", sort=None, title=None, axis=charts.BARE))
        scale, axis = alt.Scale(domain=[-104, 104], nice=False), alt.Axis(values=[-100, -50, 0, 50, 100])
        zero = alt.Chart(charts.data([{"zero": 0}])).mark_rule(opacity=0.4).encode(x=alt.X("zero:Q", scale=scale))
        rule = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
            x=alt.X("nps_low:Q", title="Net promoter score", scale=scale, axis=axis), x2="nps_high:Q"
        )
        dots = base.mark_circle(size=110, color=charts.BLUE, opacity=1).encode(
            x=alt.X("nps:Q", scale=scale), tooltip=charts.tips(rows)
        )
        return charts.fitted(zero + rule + dots, len(rows))


class Answers(NamedTuple):
    """The latest answer of each person, in each month or at all."""

    person: Ints
    month: Ints  # since January 1970; 0 where months are not distinguished
    at: Ints  # µs
    score: npt.NDArray[np.float64]
    channel: Ints  # code


NOTHING = none(Answers, 5)


@study
def nps(
    buckets: Buckets,
    people: Frame,
    levels: Frame,
    *,
    window: Year,
    rungs: Rungs,
    by: Annotated[str, OneOf(*BY), "what each row is of"] = BY[0],
    survey: Annotated[Text, "the channel on which the question is asked; * stands for any text"] = "*",
) -> Nps:
    """Return the net promoter score of answers within (since, until].

    people, levels: tables as `schema.PEOPLE` and `LEVELS`. names: the level names, level 0 first. by: month, level
    (at `until`) or everyone. survey: the channel on which the question is asked, in which * stands for any text.
    Answers that are no whole number from 0 to 10 are to another question, and left out. Nothing after `until` is looked
    at.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    start, end = window.since, window.until
    folk = Folk.of(people, end)
    asks = np.array([matches(channel, [survey]) for channel in buckets.codes["channel"]], np.bool_)
    rated = Meanings.of_log(buckets).having("evidence", "rating")
    monthly = by == "month"
    parts = buckets.fold(lambda rows: answers(rows, rated, asks, start, end, monthly), READ)
    found = together(Answers, NOTHING, parts)
    place = folk.places(found.person)
    found, place = some(Answers, found, place >= 0), place[place >= 0]
    if by == "level":
        level = Placed.of(levels, rungs.ladder, end, rungs.names).at(folk.person[place], np.full(place.size, end))
        group, order = level, {step: rungs.names[step] for step in reversed(range(len(rungs.names)))}
    else:
        order = {month: f"{1970 + month // 12}-{month % 12 + 1:02}" for month in np.unique(found.month).tolist()}
        group, order = found.month, order if monthly else dict.fromkeys(order, EVERYONE)
    verdict = np.where(found.score >= 9, PROMOTER, np.where(found.score >= 7, PASSIVE, DETRACTOR))
    rows = [row_of(name, verdict[group == number]) for number, name in order.items() if np.any(group == number)]
    columns = {
        "group": pa.array([order.get(number) for number in group.tolist()], pa.string()),
        "answer": pa.array(NAMES).take(pa.array(verdict)),
        "score": found.score,
        "at": found.at,
    }
    notes = tell_mixture(np.array(buckets.codes["channel"], object)[found.channel].tolist())
    return Nps(tables.from_rows(Nps.columns, rows), folk.members(place, columns), notes=notes)


def tell_mixture(channels: Sequence[str]) -> tuple[str, ...]:
    """Say so where the answers come from several channels, which may each have asked something else.

    >>> tell_mixture(["app", "survey", "survey"])[0]
    'The ratings come from 2 channels: survey 2, app 1. If these asked different questions, choose one by `survey`.'
    """
    counts = Counter(channels)
    if len(counts) < 2:
        return ()
    listed = ", ".join(f"{channel} {count:,}" for channel, count in counts.most_common())
    return (
        f"The ratings come from {len(counts)} channels: {listed}. "
        "If these asked different questions, choose one by `survey`.",
    )


def row_of(group: str, verdicts: Ints) -> dict[str, Any]:
    """Return the row of a group of people, by what they are."""
    counts = np.bincount(verdicts, minlength=len(NAMES)).tolist()
    sizes = dict(zip(("promoters", "passives", "detractors"), counts, strict=True))
    points = dict(zip(("nps", "nps_low", "nps_high"), net(*counts), strict=True))
    return {"group": group, "people": sum(counts), **sizes, **points}


def answers(rows: pa.Table, rated: Any, asks: Any, start: int, end: int, monthly: bool) -> Answers:
    """Return the latest answers of some people within (start, end], µs. asks: whether the question is asked there."""
    at, kind, channel, direction, score = (rows[name].to_numpy() for name in READ[1:])
    valid = (score >= 0) & (score <= 10) & (score == np.round(score))
    row = np.flatnonzero((at > start) & (at <= end) & (direction != OUT) & rated[kind] & valid)
    row = row[asks[channel[row]]]
    person = rows["person"].to_numpy()[row]
    month = at[row].astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) * int(monthly)
    turns = np.flatnonzero((np.diff(person, append=-1) != 0) | (np.diff(month, append=-1) != 0))
    return Answers(person[turns], month[turns], at[row[turns]], score[row[turns]], channel[row[turns]])
