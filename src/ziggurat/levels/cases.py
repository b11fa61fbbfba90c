"""Who could have climbed, slipped, fallen silent or reached a level in each past period, who did, and what was known?

A case is one person at the beginning of one period. Periods are as long as the forecast reaches, and end at the instant
that is looked at; what is known of a case had happened by the beginning, and what came, came within the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY
from ziggurat.facts.given import Climbers
from ziggurat.facts.level_history import Placed
from ziggurat.facts.population import Folk
from ziggurat.levels.features import DEEDS, Acts, Days, acts_by
from ziggurat.levels.reading import level_of
from ziggurat.log.buckets import Buckets
from ziggurat.study import Rungs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
CLIMB, SLIP, SILENCE, REACH = OUTCOMES = ("climb", "slip", "silence", "reach")
MOST = 12  # periods that are looked back on
FEW = 0.1  # of an active day: what is left of one after more than a period and a half is as good as none
LEARNT_FROM = 50_000  # people at most, those of the lowest hashes, which are drawn by no one


@dataclass(frozen=True)
class Aim:
    """What is to be foretold. outcome: of OUTCOMES. target: the level to be reached. period: how far ahead (µs)."""

    outcome: str
    target: int
    period: int

    @classmethod
    def of(cls, outcome: str, level: str, days: float, names: Sequence[str]) -> Aim:
        """Read the options. level: a number or name, or nothing: the highest. Raises: QuestionError if unknown."""
        return cls(outcome, level_of(names, level) if level else len(names) - 1, round(days * DAY))


class Cases(NamedTuple):
    """Cases, in order of person and then of period.

    person: hash. place: among those who are known at the end. period: number, 0 for the earliest. x: columns of COLUMNS
    and one for each level. came: 1 or 0; -1 in the period that has not come yet. days: active days in the period
    before.
    """

    person: Ints
    place: Ints
    period: Ints
    level: Ints
    x: Floats
    came: Floats
    days: Floats


COLUMNS = ("pace", "volume", "silent", "tenure", "channels", "got", *DEEDS, "on level")


@dataclass(frozen=True)
class History:
    """What cases are read from. folk: who is known at the end. levels: how many the ladder has."""

    buckets: Buckets
    folk: Folk
    placed: Placed
    levels: int


def cases(given: Climbers, at: int, rungs: Rungs, asked: Aim) -> tuple[Cases, Folk, Days]:
    """Return all past cases, and those of the period that begins at `at`; who is known by then; when periods begin.

    Of a great many people only some are in the past ones; all are in the last.
    Raises: QuestionError if the history holds a level without a name.
    """
    placed = Placed.of(given.levels, rungs.ladder, at, rungs.names)
    folk = Folk.of(given.people, at)
    history = History(given.buckets, folk, placed, len(rungs.names))
    early = int(folk.first_at.min(initial=at))
    count = int(np.clip((at - early) // asked.period, 0, MOST))
    past = Days.before(at, asked.period, count)
    parts = [of_people(history, folk.person[:LEARNT_FROM], past, asked)]
    if len(folk) > LEARNT_FROM:
        now = of_people(history, folk.person[LEARNT_FROM:], Days.before(at, asked.period, 0), asked)
        parts.append(now._replace(period=now.period + count))
    return Cases._make(np.concatenate(columns) for columns in zip(*parts, strict=True)), folk, past


def of_people(history: History, person: Ints, days: Days, asked: Aim) -> Cases:
    """Return the cases of some people."""
    acts = acts_by(history.buckets, person, days)
    size, width = person.size, len(days.at)
    place, placed = history.folk.places(person), history.placed
    row = placed.row_at(np.repeat(person, width), np.tile(days.at, size)).reshape(size, width)
    level = np.where(row >= 0, np.append(placed.level, -1)[row], -1)
    since = np.where(row >= 0, np.append(placed.since, 0)[row], days.at[None, :])
    first = history.folk.first_at[place]
    could = (first[:, None] <= days.at[None, :]) & (level >= 0)
    could &= eligible(asked, level, acts, history.levels - 1)
    came = outcomes(asked, level, acts, placed, days)
    one, period = np.nonzero(could)
    found = columns(acts, days, first, since)
    on = np.eye(history.levels)[level[one, period]]
    x = np.column_stack([*(found[name][one, period] for name in COLUMNS), on])
    return Cases(person[one], place[one], period, level[one, period], x, came[one, period], acts.days[one, period])


def eligible(asked: Aim, level: Ints, acts: Acts, top: int) -> Flags:
    """Tell to whom it could come: those beneath the target, above level 0, or active in the period before."""
    if asked.outcome == SILENCE:
        return np.asarray(acts.days > 0)
    if asked.outcome == SLIP:
        return np.asarray(level > 0)
    return np.asarray(level < (asked.target if asked.outcome == REACH else top))


def outcomes(asked: Aim, level: Ints, acts: Acts, placed: Placed, days: Days) -> Floats:
    """Tell to whom it came within the period after each day: people × days, -1 after the last."""
    came = np.full(level.shape, -1.0)
    if asked.outcome == SILENCE:
        came[:, :-1] = acts.days[:, 1:] == 0
        return came
    low, high = extremes(acts.person, level, placed, days)
    if asked.outcome == SLIP:
        came[:, :-1] = low[:, 1:] < level[:, :-1]
    else:
        came[:, :-1] = high[:, 1:] >= (asked.target if asked.outcome == REACH else level[:, :-1] + 1)
    return came


def extremes(person: Ints, level: Ints, placed: Placed, days: Days) -> tuple[Ints, Ints]:
    """Return the lowest and the highest level that people came to within the period up to each day."""
    low = np.full(level.shape, np.iinfo(np.int64).max)
    high = np.full(level.shape, -1)
    if person.size:
        place = np.minimum(np.searchsorted(person, placed.person), person.size - 1)
        rows = np.flatnonzero((person[place] == placed.person) & (placed.since <= days.at[-1]))
        at = (place[rows], np.searchsorted(days.at, placed.since[rows]))
        np.minimum.at(low, at, placed.level[rows])
        np.maximum.at(high, at, placed.level[rows])
    return low, high


def columns(acts: Acts, days: Days, first: Ints, since: Ints) -> dict[str, Floats]:
    """Return everyone's numbers by day; counts and days by their logarithm, so that the first few weigh most."""
    when = days.at[None, :].astype(np.float64)
    tenure = np.maximum(when - first[:, None], 0.0)
    silent = np.where(acts.last > 0, when - acts.last, tenure)
    found = {
        "pace": np.log1p(acts.pace / FEW),
        "volume": np.log1p(acts.acts),
        "silent": np.log1p(silent / DAY),
        "tenure": np.log1p(tenure / DAY),
        "channels": np.log1p(acts.channels),
        "got": np.log1p(acts.got),
        "on level": np.log1p(np.maximum(when - since, 0.0) / DAY),
    }
    return found | {name: np.log1p(acts.deeds[:, :, number]) for number, name in enumerate(DEEDS)}
