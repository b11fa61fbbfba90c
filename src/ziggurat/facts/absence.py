"""Why does a study find nothing, and what would change that?

A study declares what it needs as steps, each of which leaves fewer rows than the one before: any row, one of somebody
who counts, one of the time that is looked at, then its own: a kind, a column, another end. The first step that leaves
none is the reason, said with how much was left before it and what would bring more. Nothing after the end of the time
that is looked at is told, but for the days of the log where it holds nothing until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ziggurat.base.instant import DAY
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import count, typed
from ziggurat.base.words.texts import plain
from ziggurat.facts.census import EARLY, Census, Keep, Left, Period, of_levels, of_log, of_people

Given = Mapping[str, Any]  # tables and options of a study by name, as it takes them
Noun = tuple[str, str]  # one, many
LOG: Noun = ("interaction", "interactions")
LEVELS: Noun = ("change of level", "changes of level")
PEOPLE: Noun = ("known person", "known people")
IMPORT = "Import interactions first."


@dataclass(frozen=True)
class Step:
    """One thing that rows must be.

    one: what one is, in words that go on from "of 12 interactions, none …", such as "names an activity". rows: what
    those that are it are called. way: what would bring some, a sentence. keep: from what is given to what tells which
    rows of the columns `reads` are it; on a cluster that goes to where the rows lie, so it holds no table. Words may
    name options in braces.
    """

    one: str
    rows: Noun
    way: str
    keep: Callable[[Given], Keep]
    reads: tuple[str, ...] = ("kind",)


def window(given: Given) -> Period:
    """Return the time from `since` to `until`."""
    return given["since"], given["until"]


def ever(given: Given) -> Period:
    """Return all time up to `at`."""
    return None, given["at"]


def back(*options: str) -> Callable[[Given], Period]:
    """Return what tells the time from so many days before `at`, the sum of some options; all time if one is none."""

    def period(given: Given) -> Period:
        some = [given[name] for name in options]
        return None if None in some else given["at"] - round(sum(some) * DAY), given["at"]

    return period


@dataclass(frozen=True)
class Absence:
    """Why a study finds nothing.

    rest: what is said where all steps leave something; it goes on from "of 12 interactions of 3 people, …". way: what
    would change that, a sentence. period: the time that is looked at. over: the rows: LOG, LEVELS or, where it takes
    people and nothing more, PEOPLE. visitors: whether anonymous ones count too. first: what else is needed, and looked
    at before. Words may name options in braces.
    """

    rest: str
    way: str
    steps: tuple[Step, ...] = ()
    period: Callable[[Given], Period] = window
    over: Noun = LOG
    visitors: bool = False
    first: Absence | None = None

    def __call__(self, given: Given) -> str:
        """Return the reason, in a sentence or two."""
        earlier = self.first.missing(given)[0] if self.first else ""
        if earlier:
            return earlier
        missing, left, rows = self.missing(given)
        words = option_words(given)
        said = f"Of {write_size(left, rows, self.period(given))}, {self.rest.format_map(words)}."
        return missing or f"{said} {self.way.format_map(words)}".strip()

    def missing(self, given: Given) -> tuple[str, Left, Noun]:
        """Return what the first step that leaves nothing lacks, or else nothing, with what is left and its name."""
        found, period, rows = self.census(given), self.period(given), self.over
        left = found.left[0]
        if not (found.known or (self.visitors and found.anonymous)):
            return nobody_counts(found), left, rows
        if not found.until:
            return beyond(found, period, a_day="until" not in given), left, rows
        if not left.rows:
            return f"The log holds no {rows[1]} {time(period)}{instead(left, rows)}", left, rows
        for step, after in zip(self.steps, found.left[1:], strict=True):
            if not after.rows:
                lacking = f"Of {write_size(left, rows, period)}, none {step.one.format_map(option_words(given))}"
                way = instead(after, step.rows) if after.before else f". {step.way.format_map(option_words(given))}"
                return lacking + way, left, rows
            left, rows = after, step.rows
        return "", left, rows

    def census(self, given: Given) -> Census:
        """Count what there is."""
        period = self.period(given)
        keeps = [step.keep(given) for step in self.steps]
        reads = [name for step in self.steps for name in step.reads]
        if self.over == PEOPLE:
            return of_people(given["people"], period)
        if self.over == LEVELS:
            return of_levels(given["levels"], given["people"], given["ladder"], period, keeps, reads)
        return of_log(given["buckets"], period, keeps, reads, visitors=self.visitors)


def nobody_counts(found: Census) -> str:
    """Say that nobody counts."""
    sorts = [
        count(size, *words)
        for size, words in (
            (found.staff, ("is of the staff", "are of the staff")),
            (found.anonymous, ("is an anonymous visitor", "are anonymous visitors")),
        )
        if size
    ]
    if not sorts:
        return f"The log holds no interactions. {IMPORT}"
    size = count(found.staff + found.anonymous, "person", "people")
    return (
        f"Of {size} in the log, none counts: {' and '.join(sorts)}. Import what people do under an address of their "
        "own, such as an e-mail, or correct who is declared to be staff."
    )


def beyond(found: Census, period: Period, *, a_day: bool) -> str:
    """Say that nothing had happened yet. a_day: whether the study takes one day, and no first and last one."""
    if found.first == EARLY:
        return f"The log knows {count(found.known, 'person', 'people')}, but holds no interactions of theirs. {IMPORT}"
    return (
        f"Up to {day(period[1])} nobody was known yet: the log begins on {day(found.first)}. "
        f"Choose {'a day' if a_day else 'days'} from {day(found.first)} to {day(found.last)}."
    )


def instead(left: Left, rows: Noun) -> str:
    """Say that there were such rows earlier."""
    verb, size = "is" if left.before == 1 else "are", count(left.before, *rows)
    first, last = day(left.first), day(left.last)
    days = f"on {first}" if first == last else f"from {first} to {last}"
    return f"; earlier there {verb} {size}, {days}. Begin earlier, or choose an earlier end."


def write_size(left: Left, rows: Noun, period: Period) -> str:
    """Write how many rows of how many people there are, and when."""
    size = count(left.rows, *rows)
    if rows == PEOPLE:
        return f"{size} {time(period)}"
    return f"{size} of {count(left.people, 'person', 'people')} {time(period)}"


def time(period: Period) -> str:
    """Write the time that is looked at."""
    since, until = period
    if since is None:
        return f"up to {day(until)}"
    return f"on {day(until)}" if day(since + 1) == day(until) else f"from {day(since + 1)} to {day(until)}"


def option_words(given: Given) -> Mapping[str, str]:
    """Return options as words in a sentence."""
    numbers = {name: typed(value) for name, value in given.items() if isinstance(value, (int, float))}
    return numbers | {name: plain(value) for name, value in given.items() if isinstance(value, str)}
