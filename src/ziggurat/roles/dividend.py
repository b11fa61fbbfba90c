"""Do people who are answered in time climb, slip, come back or buy more often afterwards than others?

Of each person the first question counts. Whether it was answered in time, late, or not at all is settled a fixed time
after it was asked (a landmark), and only what comes after that counts, so that nobody is answered because they stayed
long enough to be. Compared are people who asked on the same channel, from the same level, having done about as much
before. The same is looked at for the time before the question, in which no answer can have done anything: where those
answered in time differed already then, the log can't tell, and that is said.

It is observational all the same: who is answered in time may be whom we like to answer. An experiment in which it is
drawn by lot who is answered first would tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import count, percent
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given
from ziggurat.facts.census import Period
from ziggurat.facts.given import Questions
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.facts.waits import Waits, waits
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.stratified import Difference, risk_difference, slope
from ziggurat.study import At, Days, Family, Hours, Rungs, Window, Within, study

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")
IN_TIME, LATE, NONE = ANSWERS = ("in time", "late", "none")
CLIMBED, SLIPPED, BACK, BOUGHT = OUTCOMES = ("climbed", "slipped", "came back", "bought")
STRATA = (0, 1, 3, 10)  # what they did in the time before: nothing, 1 or 2 things, 3 to 9, more
MORE, LESS, ALIKE, UNTOLD = VERDICTS = ("more often", "less often", "no difference seen", "can't tell")
READ = ("person", "at", "kind", "direction")
MINUTE = 1 / 60  # hours


def asking_period(given: Given) -> Period:
    """Return when a question may be asked so that the time after it is over."""
    late = round((given["first_days"] + given["after_days"]) * DAY)
    return given["at"] - round(given["days"] * DAY), given["at"] - late


@dataclass(frozen=True)
class Dividend(Result):
    """One row per outcome and answer: `in time`, `late`, `none`.

    people: whose first question was answered so, and to whom it could happen. happened: to how many it did within the
    time after the landmark. share: 0 to 1, with 95 % Wilson bounds. before_share: the same of the time before the
    question. On the rows of `in time`: difference, by how much more often it happened to them than to the others, like
    with like (Mantel-Haenszel over channel, level and what they did before), with 95 % bounds; before_share_difference,
    the same of the time before, in which an answer can have done nothing; verdict: `more often`, `less often`, `no
    difference seen`, or `can't tell`, where the groups differed before or no two alike are there. Null on the others.
    Members: person_id, name, outcome, answer.
    """

    columns: ClassVar = {
        "outcome": TEXT,
        "answer": TEXT("Answered"),
        "people": COUNT,
        "happened": COUNT,
        "share": SHARE("Share to whom it happened"),
        **interval(SHARE),
        "before_share": SHARE("In the time before"),
        "difference": SHARE("More than the others"),
        **interval(SHARE, "difference"),
        "before_share_difference": SHARE("More than the others before"),
        **interval(SHARE, "before_share_difference"),
        "verdict": TEXT,
    }
    keys: ClassVar = ("outcome", "answer")
    absence: ClassVar = Absence(
        "none is by a known person who can be followed for long enough",
        "Lower `after_days`, or choose a later day.",
        (needs.QUESTION,),
        asking_period,
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it has people."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw by how much more often each happened to those who were answered in time, after and before."""
        rows = [
            {"outcome": row["outcome"], "answer": row["answer"], "when": when, "difference": row[name]}
            | {"low": row[f"{name}_low"], "high": row[f"{name}_high"]}
            for row in self.rows()
            for when, name in (("after", "difference"), ("before (no answer yet)", "before_share_difference"))
            if row[name] is not None
        ]
        return charts.spreads(rows, y="outcome", x="difference", low="low", high="high", each="when")


@dataclass(frozen=True)
class Following(Family):
    """How long people are followed."""

    days: Annotated[Days, Within(1, 36_500), "how far back questions are looked at"] = 730
    first_days: Annotated[Days, Within(0.01, 3650), "after a question, when it is settled how it was answered"] = 14
    after_days: Annotated[Days, Within(1, 3650), "after that, in which it is looked at what people did"] = 90
    hours: Annotated[Hours, "what is in time where no target is declared for the channel"] = 24


class FirstQuestions(NamedTuple):
    """First questions, one a person: hash, instant (µs), place in ANSWERS, channel (code), level when asked, and how
    many hours they waited."""

    person: Ints
    at: Ints
    answer: Ints
    channel: Ints
    level: Ints
    hours: npt.NDArray[np.float64]


@study
def dividend(given: Questions, kinds: Frame, *, at: At, rungs: Rungs, following: Following) -> Dividend:
    """Compare what people did after their question was answered in time, late, or not.

    people, levels, targets, kinds: tables as `schema.PEOPLE`, `LEVELS`, `TARGETS` and `KINDS`. names: of the levels.
    Nothing after `at` is looked at. Raises: QuestionError if an option can't be taken, or a level has no name.
    """
    first, after = (round(days * DAY) for days in (following.first_days, following.after_days))
    found = waits(given, Window(at - round(following.days * DAY), at), rungs, answers="anyone")
    folk = Folk.of(given.people, at)
    asked = first_questions(found, folk, at - first - after, following)
    means = Meanings.read(given.buckets.codes, kinds)
    buys = means.having("gives", "money") & ~means.flags("takes_back")
    acts = read_acts(given.buckets, asked.person, at, buys)
    stratum = strata(asked, acts, after)
    doses = []
    rows, places, parts = [], [], {"outcome": [], "answer": []}  # type: ignore[var-annotated]
    for outcome in OUTCOMES:
        could = possible(outcome, asked.level, len(rungs.names))
        later = happened(outcome, found, asked, acts, (asked.at + first, after))
        earlier = happened(outcome, found, asked, acts, (asked.at - after - 1, after))
        compared = compare(asked.answer[could] == 0, later[could], earlier[could], stratum[could])
        told = could & (asked.answer < 2)
        doses.append(dose(outcome, asked.hours[told], later[told], earlier[told], stratum[told]))
        for number, answer in enumerate(ANSWERS):
            some = np.flatnonzero(could & (asked.answer == number))
            if len(asked.person):
                rows.append(row_of(outcome, answer, later[some], earlier[some]) | (compared if number == 0 else {}))
            places.append(folk.places(asked.person[some]))
            parts["outcome"] += [outcome] * some.size
            parts["answer"] += [answer] * some.size
    columns = {name: pa.array(values, pa.string()) for name, values in parts.items()}
    return Dividend(
        tables.from_rows(Dividend.columns, rows),
        folk.members(np.concatenate(places), columns),
        notes=tuple(filter(None, doses)),
    )


def first_questions(found: Waits, folk: Folk, until: int, following: Following) -> FirstQuestions:
    """Return everyone's first question, of those who count, asked by an instant, and how it was answered by then."""
    some = np.flatnonzero((found.at <= until) & (folk.places(found.person) >= 0))
    some = some[np.lexsort((found.channel[some], found.at[some], found.person[some]))]
    some = some[np.unique(found.person[some], return_index=True)[1]]
    hours = found.hours[some]
    target = np.where(np.isnan(found.target[some]), following.hours, found.target[some])
    by_then = found.done[some] & (hours <= following.first_days * 24)
    answer = np.where(by_then & (hours <= target), 0, np.where(by_then, 1, 2))
    return FirstQuestions(found.person[some], found.at[some], answer, found.channel[some], found.level[some], hours)


def read_acts(buckets: Buckets, person: Ints, until: int, buys: Flags) -> tuple[Ints, Ints, Flags]:
    """Return person, instant and whether it is a purchase, of what some people did themselves, in order."""

    def read(rows: pa.Table, wanted: Ints) -> tuple[Ints, Ints, Flags]:
        who, when, kind, direction = (rows[name].to_numpy() for name in READ)
        some = np.isin(who, wanted) & (kind >= 0) & (direction != OUT) & (when <= until)
        return who[some], when[some], buys[kind[some]]

    nothing = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))
    parts = [nothing, *buckets.fold(partial(read, wanted=person), READ)]
    who, when, bought = (np.concatenate([part[place] for part in parts]) for place in range(3))
    order = np.lexsort((when, who))
    return who[order], when[order], bought[order]


def count_outcomes(person: Ints, since: Ints, until: Ints, who: Ints, when: Ints) -> Ints:
    """Return how many acts of each person lie within (since, until] of their own; acts are sorted by person, time."""
    people, times = np.unique(who), np.unique(when)
    if not people.size:
        return np.zeros(person.size, np.int64)
    keys = np.searchsorted(people, who) * (times.size + 1) + np.searchsorted(times, when)
    place = np.minimum(np.searchsorted(people, person), people.size - 1)
    ends = [
        np.searchsorted(keys, place * (times.size + 1) + np.searchsorted(times, end, side="right"), side="left")
        for end in (since, until)
    ]
    return np.where(people[place] == person, ends[1] - ends[0], 0)


def strata(asked: FirstQuestions, acts: tuple[Ints, Ints, Flags], before: int) -> Ints:
    """Return who is like whom: the same channel and level, and about as much done in the time before."""
    done = count_outcomes(asked.person, asked.at - before - 1, asked.at - 1, acts[0], acts[1])
    busy = np.searchsorted(STRATA, done, side="right")
    _, found = np.unique(np.stack([asked.channel, asked.level, busy]), axis=1, return_inverse=True)
    return np.asarray(found, np.int64).ravel()


def possible(outcome: str, level: Ints, size: int) -> Flags:
    """Tell to whom an outcome can happen: those on the top can't climb, those on level 0 can't slip."""
    if outcome == CLIMBED:
        return np.asarray(level < size - 1)
    return np.asarray(level > 0) if outcome == SLIPPED else np.ones(level.size, np.bool_)


def happened(
    outcome: str, found: Waits, asked: FirstQuestions, acts: tuple[Ints, Ints, Flags], span: tuple[Ints, int]
) -> Flags:
    """Tell to whom an outcome happened within a span: an instant each, and how long after that (µs)."""
    since, until = span[0], span[0] + span[1]
    who, when, buys = acts
    if outcome == BACK:
        return count_outcomes(asked.person, since, until, who, when) > 0
    if outcome == BOUGHT:
        return count_outcomes(asked.person, since, until, who[buys], when[buys]) > 0
    placed = found.placed
    start = placed.at(asked.person, since)
    some = (placed.level > placed.before) if outcome == CLIMBED else (placed.level < placed.before)
    some &= placed.before >= 0
    moved = count_outcomes(asked.person, since, until, placed.person[some], placed.since[some]) > 0
    return moved & (start >= 0)


def compare(in_time: Flags, later: Flags, earlier: Flags, stratum: Ints) -> dict[str, Any]:
    """Return the differences between those answered in time and the others, after and before, and the verdict."""
    size = int(stratum.max(initial=-1)) + 1

    def differ(hits: Flags) -> Difference:
        ours = [np.bincount(stratum[part & hits], minlength=size).astype(np.float64) for part in (in_time, ~in_time)]
        there = [np.bincount(stratum[part], minlength=size).astype(np.float64) for part in (in_time, ~in_time)]
        return risk_difference(ours[0], there[0], ours[1], there[1])

    after, before = differ(later), differ(earlier)
    if np.isnan(after.value):
        return {"verdict": UNTOLD}
    found: dict[str, Any] = {}
    for name, one in (("difference", after), ("before_share_difference", before)):
        found |= dict(zip((name, f"{name}_low", f"{name}_high"), one, strict=True))
    sure = MORE if after.low > 0 else LESS if after.high < 0 else ALIKE
    return found | {"verdict": UNTOLD if before.low > 0 or before.high < 0 else sure}


def dose(outcome: str, hours: npt.NDArray[np.float64], later: Flags, earlier: Flags, stratum: Ints) -> str:
    """Say what each doubling of the wait goes with among those who were answered, late or in time; '' if unknown.

    A wait of less than a minute counts as one. The time before the question must show no such thing.
    """
    waited = np.log2(np.maximum(hours, MINUTE))
    after, before = (slope(waited, hits.astype(np.float64), stratum) for hits in (later, earlier))
    if np.isnan(after.value) or later.all() or not later.any():  # where all fared alike no error can be told
        return ""
    lead = (
        f"Of the {count(hours.size, 'person', 'people')} who were answered, “{outcome}”, for each doubling of the wait:"
    )
    if before.low > 0 or before.high < 0:
        return f"{lead} can't tell, because the time before the question differs already."
    ends = f"{percent(after.low)} to {percent(after.high)} points"
    sure = after.low > 0 or after.high < 0
    return f"{lead} {percent(after.value)} points ({ends}){'' if sure else ', no difference seen'}."


def row_of(outcome: str, answer: str, later: Flags, earlier: Flags) -> dict[str, Any]:
    """Return the row of an outcome and an answer."""
    row: dict[str, Any] = {"outcome": outcome, "answer": answer, "people": later.size, "happened": int(later.sum())}
    if later.size:
        low, high = wilson(row["happened"], later.size)
        row |= {"share": row["happened"] / later.size, "low": low, "high": high, "before_share": float(earlier.mean())}
    return row
