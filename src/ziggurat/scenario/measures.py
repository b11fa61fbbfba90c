"""What is each indicator found to be? One function each, listed by hand.

An indicator of a workspace's own criteria must be one of these, or an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import tables
from ziggurat.errors import QuestionError, suggest
from ziggurat.log.buckets import Buckets
from ziggurat.people.directory import Directory
from ziggurat.people.ids import people_of
from ziggurat.people.replies import REPLIES, replies
from ziggurat.scenario import lives
from ziggurat.scenario.answered import HOUR, WAIT_DAYS, Asked, belonging, departments, effective
from ziggurat.scenario.criteria import Criteria, Indicator
from ziggurat.scenario.followed import followed, published
from ziggurat.scenario.lives import Seen, Slice
from ziggurat.scenario.standing import Value
from ziggurat.stats.intervals import wilson
from ziggurat.stats.survival import Survival

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = np.empty(0, np.int64)
Z = 1.959963984540054  # 95 %
WHOLE_OF_IT = Slice()
TRAITS = ("account", "company", "customer", "customer_id", "segment")  # that make a record of a customer


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
    levels: Any
    stances: Any
    kinds: Any
    targets: Any
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
    def asked(self) -> Asked:
        """Return when that was asked and answered, row by row."""
        return Asked.of(self.questions, self.channels, self.until)

    @cached_property
    def seen(self) -> Seen:
        """Return what people did."""
        return lives.seen(
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


def share(hits: int, trials: int, people: Ints, one: Indicator, what: str) -> Found:
    """Return a share with Wilson's interval, or that there are too few cases for one."""
    if trials < one.least:
        return unknown(trials, f"there {'is' if trials == 1 else 'are'} {trials} {what}; it takes {one.least}")
    return Found(Value(hits / trials, *wilson(hits, trials), trials), people)


def counted(value: float, cases: int, people: Ints, one: Indicator, what: str) -> Found:
    """Return a count, which has no error, or that there are too few cases for one."""
    if cases < one.least:
        return unknown(cases, f"there {'is' if cases == 1 else 'are'} {cases} {what}; it takes {one.least}")
    return Found(Value(value, value, value, cases), people)


def waiting(curve: Survival, cases: int, people: Ints, one: Indicator) -> Found:
    """Return a median wait in hours; where most wait longer than is looked at, that long."""
    if cases < one.least:
        return unknown(cases, f"{cases} were asked; it takes {one.least}")
    most = WAIT_DAYS * 24.0
    median, low, high = (most if hours is None else hours for hours in curve.median())
    reason = f"most still wait after {WAIT_DAYS} days" if median == most else ""
    return Found(Value(median, min(low, median), max(high, median), cases, reason), people)


# ---- inside ----------------------------------------------------------------------------------------------------


def listening(of: Evidence, one: Indicator) -> Found:
    """Count the channels on which someone was heard."""
    heard = of.seen.heard
    people = np.unique(np.concatenate([NOBODY, *heard.values()]))
    return counted(len(heard), len(heard), people, one, "channels on which anyone spoke")


def answered(of: Evidence, one: Indicator) -> Found:
    """Take the share answered by the organisation in time."""
    asked = of.asked
    hit = asked.due & asked.in_time(asked.staff)
    return share(int(hit.sum()), int(asked.due.sum()), np.unique(asked.person[hit]), one, "interactions to be answered")


def answer_hours(of: Evidence, one: Indicator) -> Found:
    """Take the median wait for the organisation."""
    return waiting(of.asked.wait(of.asked.staff), of.asked.at.size, np.unique(of.asked.person), one)


def on_target(of: Evidence, one: Indicator) -> Found:
    """Take the share answered within the stated target."""
    hit, known = of.asked.on_target(of.targets)
    if of.asked.at.size and not known.any():
        return unknown(0, "no target is stated for these channels: [targets] in ziggurat.toml")
    return share(int(hit.sum()), int(known.sum()), np.unique(of.asked.person[hit]), one, "interactions with a target")


def answerers(of: Evidence, one: Indicator) -> Found:
    """Count the staff who share the answering."""
    ours = of.asked.by_staff & (of.asked.answerer >= 0)
    _, counts = np.unique(of.asked.answerer[ours], return_counts=True)
    people = np.unique(of.asked.person[ours])
    return counted(effective(counts), int(ours.sum()), people, one, "answers by someone known of the staff")


def departments_answering(of: Evidence, one: Indicator) -> Found:
    """Count the departments that share the answering."""
    known = departments(of.directory)
    ours = of.asked.by_staff & np.isin(of.asked.answerer, list(known))
    _, counts = np.unique([known[int(each)] for each in of.asked.answerer[ours]], return_counts=True)
    people = np.unique(of.asked.person[ours])
    return counted(effective(counts), int(ours.sum()), people, one, "answers by staff whose department is known")


def known(of: Evidence, one: Indicator) -> Found:
    """Take the share of interactions by people who are known."""
    total = of.seen.known + of.seen.anonymous
    return share(of.seen.known, total, of.seen.who("channels"), one, "interactions by people")


def on_several(of: Evidence) -> Ints:
    """Return who was seen on two channels or more."""
    people = of.seen.people
    found: Ints = people.filter(pc.greater_equal(people["channels"], 2))["person"].combine_chunks().to_numpy()
    return found


def two_channels(of: Evidence, one: Indicator) -> Found:
    """Take the share of active people who were seen on two channels."""
    several = on_several(of)
    return share(several.size, of.seen.who("channels").size, several, one, "active people")


def recorded(of: Evidence) -> Ints:
    """Return of whom a purchase, a donation or a trait that makes a customer's record was known."""
    words = pc.fill_null(of.directory.traits, "")
    told = np.zeros(of.directory.person.size, np.bool_)
    for trait in TRAITS:
        told |= np.asarray(pc.match_substring(words, f'"{trait}":').to_numpy(zero_copy_only=False), np.bool_)
    return np.union1d(of.seen.who("record"), of.directory.person[told])


def records(of: Evidence, one: Indicator) -> Found:
    """Take the share of those who spoke of whom there is a customer record."""
    spoke = of.seen.who("spoke")
    hit = np.intersect1d(spoke, recorded(of))
    return share(hit.size, spoke.size, hit, one, "people who spoke")


def readable(of: Evidence) -> dict[str, list[Ints]]:
    """Return the people of each variant of each experiment that can be read."""
    arms = {name: list(variants.values()) for name, variants in of.seen.arms.items()}
    return {name: some for name, some in arms.items() if sum(people.size >= lives.ARM for people in some) >= 2}


def experiments(of: Evidence, one: Indicator) -> Found:
    """Count the experiments that can be read."""
    if of.seen.people.num_rows < one.least:
        return unknown(of.seen.people.num_rows, "nobody was there")
    read = readable(of)
    people = np.unique(np.concatenate([NOBODY, *(people for some in read.values() for people in some)]))
    return Found(Value(len(read), len(read), len(read), len(read)), people)


def followed_up(of: Evidence, one: Indicator) -> Found:
    """Take how much of the gap between what people ask and what we write was closed."""
    outputs = published(of.buckets, since=of.since, until=of.until, part=of.part)
    middle = of.since + (of.until - of.since) // 2
    found = followed(of.part.of(of.rows, of.channels), outputs, middle=middle, least=one.least)
    if found.closed is None:
        return unknown(
            found.texts, f"it takes {one.least} texts of people and of ours in each half, and there are {found.texts}"
        )
    return Found(Value(found.closed, found.low, found.high, found.texts), np.unique(of.asked.person))


# ---- outside ---------------------------------------------------------------------------------------------------


def of_active(column: str, ever: str, what: str) -> Callable[[Evidence, Indicator], Found]:
    """Measure the share of the active people of whom a flag of `lives.PEOPLE` holds.

    ever: the flag of `Seen` without which a log that holds nothing of the kind can't tell whether there is none.
    """

    def measured(of: Evidence, one: Indicator) -> Found:
        if of.seen.people.num_rows and not getattr(of.seen, ever):
            return unknown(0, f"the log has never held {what}, so it can't tell whether there is none")
        active = of.seen.who("channels")
        hit = np.intersect1d(of.seen.who(column), active)
        return share(hit.size, active.size, hit, one, "active people")

    return measured


def come_back(of: Evidence, one: Indicator) -> Found:
    """Take the share of answered people who came back."""
    back, everyone = of.asked.returned(of.buckets)
    return share(back.size, everyone.size, back, one, "people answered long enough ago")


def reciprocity(of: Evidence, one: Indicator) -> Found:
    """Take the share of the people reached who came back on a message."""
    reached = of.seen.who("reached")
    hit = np.intersect1d(of.seen.who("reacted"), reached)
    return share(hit.size, reached.size, hit, one, "people reached long enough ago")


def among_people(of: Evidence, one: Indicator) -> Found:
    """Take the share of replies and answers that people gave one another."""
    total = of.seen.by_people + of.seen.by_staff
    return share(of.seen.by_people, total, of.seen.repliers, one, "replies and answers")


def moves(of: Evidence) -> tuple[pa.Table, Ints]:
    """Return climbs and slips of this part's known people: change, cause and cause_source; and whose they are."""
    moved = (nw.col("ladder") == of.ladder) & (nw.col("since") > of.since) & (nw.col("since") <= of.until)
    wanted = tables.frame(of.levels).filter(moved, nw.col("change").is_in(["climb", "slip"]))
    rows = tables.collect(wanted, "person_id", "change", "cause", "cause_source")
    person = people_of(rows["person_id"].combine_chunks().cast(pa.string()))
    mine = of.among(person) & np.isin(person, of.directory.known())
    return rows.filter(pa.array(mine)), person[mine]


def climbing(of: Evidence, one: Indicator) -> Found:
    """Take climbs as a share of climbs and slips."""
    rows, person = moves(of)
    climb = np.asarray(pc.equal(rows["change"], "climb").to_numpy(), np.bool_)
    return share(int(climb.sum()), climb.size, np.unique(person[climb]), one, "climbs and slips")


def known_stances(of: Evidence) -> tuple[pa.ChunkedArray, Ints]:
    """Return the stances of this part's people, and whose they are."""
    rows = tables.collect(tables.frame(of.stances), "person_id", "stance")
    person = people_of(rows["person_id"].combine_chunks().cast(pa.string()))
    mine = of.among(person)
    return rows["stance"].filter(pa.array(mine)), person[mine]


def stance(of: Evidence, one: Indicator) -> Found:
    """Take advocates less detractors as a share of the people whose stance is known."""
    words, person = known_stances(of)
    cases = len(words)
    if cases < one.least:
        return unknown(cases, f"there are {cases} people whose stance is known; it takes {one.least}")
    up, down = (pc.sum(pc.equal(words, word)).as_py() / cases for word in ("advocate", "detractor"))
    half = Z * math.sqrt((up + down - (up - down) ** 2) / cases)
    return Found(Value(up - down, max(-1.0, up - down - half), min(1.0, up - down + half), cases), np.unique(person))


def left_alone(of: Evidence, one: Indicator) -> Found:
    """Take the share that nobody answered in time."""
    asked = of.asked
    due = asked.due_within(np.full(asked.at.size, WAIT_DAYS * 24 * HOUR), asked.anyone)
    alone = due & ~asked.in_time(asked.anyone)
    return share(int(alone.sum()), int(due.sum()), np.unique(asked.person[alone]), one, "interactions to be answered")


def asked_again(of: Evidence, one: Indicator) -> Found:
    """Take the share that was asked again before it was answered."""
    again, said = of.asked.again()
    return share(
        int(again.sum()), int(said.sum()), np.unique(of.asked.person[again]), one, "interactions to be answered"
    )


def waited(of: Evidence, one: Indicator) -> Found:
    """Take the median wait for anyone."""
    return waiting(of.asked.wait(of.asked.anyone), of.asked.at.size, np.unique(of.asked.person), one)


MEASURES: Mapping[str, Callable[[Evidence, Indicator], Found]] = {
    "listening": listening,
    "answered": answered,
    "answer-hours": answer_hours,
    "on-target": on_target,
    "answerers": answerers,
    "departments": departments_answering,
    "known": known,
    "two-channels": two_channels,
    "records": records,
    "experiments": experiments,
    "followed-up": followed_up,
    "begun-by-people": of_active("began", "ever_spoken", "anything that people said"),
    "come-back": come_back,
    "reciprocity": reciprocity,
    "among-people": among_people,
    "climbing": climbing,
    "stance": stance,
    "left-alone": left_alone,
    "asked-again": asked_again,
    "waited": waited,
    "received": of_active("got", "ever_given", "anything that people were given"),
    "give-more": of_active("more", "ever_spoken", "anything that people said"),
}


def measure(criteria: Criteria, evidence: Evidence, answers: Mapping[str, int]) -> dict[str, Found]:
    """Measure every indicator, or take what was answered. answers: indicator → step, 1 to 4.

    Raises: QuestionError if the criteria name an indicator that is neither measured nor asked.
    """
    found = {}
    for one in criteria.indicators:
        if one.asked:
            step = answers.get(one.name)
            found[one.name] = (
                unknown(0, "it is asked, and nobody has answered yet") if step is None else Found(Value(step))
            )
        elif one.name not in MEASURES:
            near = suggest(one.name, MEASURES) or "."
            raise QuestionError(
                f"scenarios.toml: nothing measures '{one.name}'{near} Name one of: {', '.join(MEASURES)}."
            )
        else:
            found[one.name] = MEASURES[one.name](evidence, one)
    return found
