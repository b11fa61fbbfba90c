"""What are indicators measured from, and how is what was found written: with bounds, cases and people, or why not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import REPLIES, replies
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.scenario import lives
from ziggurat.scenario.answered import WAIT_DAYS, Calls, belonging
from ziggurat.scenario.criteria import Indicator
from ziggurat.scenario.lives import Seen, Slice
from ziggurat.scenario.standing import Value
from ziggurat.stats.intervals import independent, wilson

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = np.empty(0, np.int64)
WHOLE_OF_IT = Slice()


@dataclass(frozen=True)
class Found:
    """A value, and the people behind it: those who are counted in it."""

    value: Value
    people: Ints = field(default_factory=lambda: NOBODY)


@dataclass(frozen=True)
class Evidence:
    """All that indicators are measured from, within (since, until]; instants in µs. Each part is read when asked for.

    levels, stances, kinds, targets: tables. stances: person_id and stance at `until`.
    """

    buckets: Buckets
    directory: Directory
    levels: Frame
    stances: Frame
    kinds: Frame
    targets: Frame
    ladder: str
    since: int
    until: int
    part: Slice = WHOLE_OF_IT

    @cached_property
    def rows(self) -> pa.Table:
        """Return what called for an answer, with its text."""
        found = replies(self.buckets, self.directory, since=self.since, until=self.until, texts=True)
        return found.select(REPLIES.names)

    @cached_property
    def questions(self) -> pa.Table:
        """Return what called for an answer in this part of the business."""
        return belonging(self.rows, self.channels, self.part)

    @cached_property
    def asked(self) -> Calls:
        """Return when that was asked and answered, row by row."""
        return Calls.of(self.questions, self.channels, self.until)

    @cached_property
    def seen(self) -> Seen:
        """Return what people did."""
        return lives.read_lives(
            self.buckets, self.directory, self.kinds, since=self.since, until=self.until, part=self.part
        )  # fmt: skip

    @property
    def channels(self) -> Sequence[str]:
        """Return the names of channels by code."""
        return self.buckets.codes.get("channel", [])

    def among(self, people: Ints) -> Flags:
        """Tell which people belong to this part; all of them do where it is none of people."""
        return np.ones(people.size, np.bool_) if self.part.people is None else np.isin(people, self.part.people)


def unknown(cases: int, reason: str) -> Found:
    """Say that an indicator can't be told, and why."""
    return Found(Value(None, cases=cases, reason=reason))


def share(hits: float, trials: int, surely: float, people: Ints, one: Indicator) -> Found:
    """Return a share with Wilson's interval, or that there are too few cases for one.

    surely: how many independent cases would tell it as well (`intervals.independent`); of people it is all of them.
    """
    if trials < one.least:
        return too_few(trials, one)
    value = hits / trials
    return Found(Value(value, *wilson(value * surely, surely), trials), people)


def of_cases(hit: Flags, among: Flags, whose: Ints, one: Indicator) -> Found:
    """Return the share of some cases that are hits, of which a person may have several."""
    hit, who = hit[among], whose[among]
    return share(float(hit.sum()), hit.size, independent(hit, who), np.unique(who[hit]), one)


def of_people(some: Ints, everyone: Ints, one: Indicator) -> Found:
    """Return the share of some among people."""
    return share(some.size, everyone.size, everyone.size, some, one)


def too_few(cases: int, one: Indicator) -> Found:
    """Say that there are too few cases."""
    return unknown(cases, f"it takes {one.least} {one.case}; found: {cases}")


def count_or_too_few(value: float, cases: int, people: Ints, one: Indicator) -> Found:
    """Return a count, which has no error, or that there are too few cases for one."""
    return too_few(cases, one) if cases < one.least else Found(Value(value, value, value, cases), people)


def waiting(asked: Calls, answered: Ints, one: Indicator) -> Found:
    """Return a median wait in hours; where most wait longer than is looked at, that long."""
    cases = asked.at.size
    if cases < one.least:
        return too_few(cases, one)
    people, most = np.unique(asked.person), WAIT_DAYS * 24.0
    median, low, high = asked.wait(answered).median()
    if median is None and not asked.due.any():
        return unknown(cases, f"less than half were answered, and none was asked {WAIT_DAYS} days ago")
    if median is None:
        return Found(Value(most, low or most, most, cases, f"most still wait after {WAIT_DAYS} days"), people)
    return Found(Value(median, median if low is None else low, most if high is None else high, cases), people)
