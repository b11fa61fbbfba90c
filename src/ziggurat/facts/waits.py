"""How long did each question wait for its answer, and how long was it to wait?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Questions
from ziggurat.facts.level_history import NOWHERE, Placed
from ziggurat.facts.replies import ints, replies
from ziggurat.people.patterns import first_fit
from ziggurat.stats.survival import kaplan_meier
from ziggurat.study import Rungs, Window

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = 3_600_000_000  # µs
WHO = ("anyone", "staff")


@dataclass(frozen=True)
class Waits:
    """Questions, one entry each, in order of person, instant and id; instants in µs, lengths in hours.

    table: as `facts.replies.REPLIES`. level: of who asked, when she asked; -1 for an anonymous person. hours: until
    the first answer, or without one so far. done: whether there was one. target: hours declared for the channel, nan
    for none. channels: names by code. directory: everyone known. placed: their levels.
    """

    table: pa.Table
    person: Ints
    at: Ints
    channel: Ints
    level: Ints
    hours: Floats
    done: Flags
    target: Floats
    channels: Sequence[str]
    directory: Directory
    placed: Placed

    def as_of(self, instant: int) -> Waits:
        """Return the questions asked by an instant as they stood then."""
        some = self.some(self.at <= instant)
        passed = (instant - some.at) / HOUR
        done = some.done & (some.hours <= passed)
        return Waits(**{**vars(some), "hours": np.where(done, some.hours, passed), "done": done})

    def some(self, chosen: Flags) -> Waits:
        """Return some of the questions."""
        arrays = ("person", "at", "channel", "level", "hours", "done", "target")
        return Waits(
            table=self.table.filter(pa.array(chosen)),
            channels=self.channels,
            directory=self.directory,
            placed=self.placed,
            **{name: getattr(self, name)[chosen] for name in arrays},
        )

    @property
    def known(self) -> Flags:
        """Tell which questions are of people who sit on a ladder: the others are of anonymous visitors."""
        return np.isin(self.person, self.directory.known())

    def names(self) -> dict[str, pa.Array]:
        """Return person_id and name of who asked each."""
        return self.directory.called(self.person)


def waits(given: Questions, window: Window, rungs: Rungs, *, answers: str, texts: bool = False) -> Waits:
    """Read what was asked within a window, and how long it waited by its end.

    answers: by anyone else, or by staff alone.
    Raises: QuestionError if `answers` is neither, or a level has no name.
    """
    if answers not in WHO:
        raise QuestionError(f"`answers` is '{answers}'; it can be: {', '.join(WHO)}.")
    buckets, until, directory = given.buckets, window.until, Directory.of(given.people)
    table = replies(buckets, directory, since=window.since, until=until, texts=texts)
    column = table["staff_at" if answers == "staff" else "answered_at"]
    at, end = ints(table, "at"), np.asarray(column.fill_null(until).to_numpy(), np.int64)
    person, channel = ints(table, "person"), ints(table, "channel")
    channels = list(buckets.codes.get("channel", []))
    declared = np.array(
        [np.nan if hours is None else hours for hours in first_fit(given.targets, "hours", channels)], float
    )
    known = np.isin(person, directory.known())
    placed = Placed.of(given.levels, rungs.ladder, until, rungs.names)
    level = np.where(known, placed.at(person, at), NOWHERE)
    done = np.asarray(column.is_valid().to_numpy(), np.bool_)
    hours, target = (end - at) / HOUR, np.append(declared, np.nan)[channel]
    return Waits(table, person, at, channel, level, hours, done, target, channels, directory, placed)


def usual(now: Waits, before: Waits) -> Floats:
    """Return what each question's asker is used to: hours, nan where nobody can be used to anything.

    That is the median wait of her own earlier questions on the channel, those without an answer being the longest;
    where she asked none there, or most had no answer, the channel's earlier median (Kaplan-Meier).
    """
    channels = len(now.channels)
    general = np.full(channels + 1, np.nan)
    for code in np.unique(before.channel):
        on = before.channel == code
        median = kaplan_meier(before.hours[on], before.done[on]).median()[0]
        general[code] = np.nan if median is None else median
    everyone = np.unique(np.concatenate([now.person, before.person]))
    own = np.searchsorted(everyone, before.person) * max(1, channels) + before.channel
    length = np.where(before.done, before.hours, np.inf)
    order = np.lexsort((length, own))
    keys, first, count = np.unique(own[order], return_index=True, return_counts=True)
    middle = length[order][first + (count - 1) // 2] if keys.size else np.empty(0)
    mine = np.searchsorted(everyone, now.person) * max(1, channels) + now.channel
    place = np.minimum(np.searchsorted(keys, mine), max(0, keys.size - 1))
    hers = np.where(keys[place] == mine, middle[place], np.nan) if keys.size else np.full(mine.size, np.nan)
    return np.where(np.isfinite(hers), hers, general[now.channel])
