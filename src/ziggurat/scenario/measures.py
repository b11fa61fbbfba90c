"""What is each indicator found to be? One function each, listed by hand.

An indicator of a workspace's own criteria must be one of these, or an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.people.ids import people_of
from ziggurat.results import tables
from ziggurat.scenario import lives
from ziggurat.scenario.answered import departments, effective
from ziggurat.scenario.criteria import Criteria, Indicator
from ziggurat.scenario.followed import measure_followed, published_texts
from ziggurat.scenario.found import (
    NOBODY,
    Evidence,
    Found,
    count_or_too_few,
    of_cases,
    of_people,
    share,
    too_few,
    unknown,
    waiting,
)
from ziggurat.scenario.standing import Value
from ziggurat.stats.intervals import independent_of

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Z = 1.959963984540054  # 95 %
TRAITS = ("account", "company", "customer", "customer_id", "segment")  # that make a record of a customer
RECORD = rf'"({"|".join(TRAITS)})":\s*("[^"]|[-0-9\[{{]|true)'  # such a trait with something in it, in JSON
NEVER_HELD = "the log has never held {} here, so it can't tell whether there is none"


def nobody_there(of: Evidence) -> bool:
    """Tell whether the log knows nobody who could have answered: no staff, and nothing was ever sent."""
    return not of.directory.staff.any() and "sent" not in of.seen.ever


NO_STAFF = "the log knows nobody of the staff and holds nothing sent, so it can't tell who answers"


# ---- inside ----------------------------------------------------------------------------------------------------


def listening(of: Evidence, one: Indicator) -> Found:
    """Count the channels on which someone was heard."""
    heard = of.seen.heard
    if "spoken" not in of.seen.ever:
        return unknown(0, NEVER_HELD.format("anything that people said"))
    people = np.unique(np.concatenate([NOBODY, *heard.values()]))
    return Found(Value(len(heard), len(heard), len(heard), len(heard)), people)


def share_answered(of: Evidence, one: Indicator) -> Found:
    """Take the share answered by the organisation in time."""
    asked = of.asked
    return unknown(0, NO_STAFF) if nobody_there(of) else of_cases(
        asked.in_time(asked.staff), asked.due, asked.person, one
    )  # fmt: skip


def answer_hours(of: Evidence, one: Indicator) -> Found:
    """Take the median wait for the organisation."""
    return unknown(0, NO_STAFF) if nobody_there(of) else waiting(of.asked, of.asked.staff, one)


def on_target(of: Evidence, one: Indicator) -> Found:
    """Take the share answered within the stated target."""
    hit, known = of.asked.on_target(of.targets)
    if nobody_there(of):
        return unknown(0, NO_STAFF)
    if of.asked.at.size and not known.any():
        return unknown(0, "no target is stated for these channels: [targets] in ziggurat.toml")
    return of_cases(hit, known, of.asked.person, one)


def answerers(of: Evidence, one: Indicator) -> Found:
    """Count the staff who share the answering."""
    ours = of.asked.by_staff & (of.asked.answerer >= 0)
    _, counts = np.unique(of.asked.answerer[ours], return_counts=True)
    people = np.unique(of.asked.person[ours])
    return count_or_too_few(effective(counts), int(ours.sum()), people, one)


def departments_answering(of: Evidence, one: Indicator) -> Found:
    """Count the departments that share the answering."""
    known = departments(of.directory)
    ours = of.asked.by_staff & np.isin(of.asked.answerer, list(known))
    _, counts = np.unique([known[int(each)] for each in of.asked.answerer[ours]], return_counts=True)
    people = np.unique(of.asked.person[ours])
    return count_or_too_few(effective(counts), int(ours.sum()), people, one)


def share_known(of: Evidence, one: Indicator) -> Found:
    """Take the share of interactions by people who are known."""
    did = of.seen.done["interactions"].to_numpy()
    theirs = np.where(np.asarray(of.seen.done["known"].to_numpy(), np.bool_), did, 0)
    return share(int(theirs.sum()), int(did.sum()), independent_of(theirs, did), of.seen.who("channels"), one)


def on_several(of: Evidence) -> Ints:
    """Return who was seen on two channels or more."""
    people = of.seen.people
    found: Ints = people.filter(pc.greater_equal(people["channels"], 2))["person"].combine_chunks().to_numpy()
    return found


def two_channels(of: Evidence, one: Indicator) -> Found:
    """Take the share of active people who were seen on two channels."""
    if len(of.channels) < 2:
        return unknown(0, "the log holds one channel alone")
    return of_people(on_several(of), of.seen.who("channels"), one)


def customers_recorded(of: Evidence) -> Ints:
    """Return of whom a purchase or a donation is known by the end, or a trait that makes a customer's record, by now.

    A trait that says nothing (empty, null, false) makes none.
    """
    told = pc.match_substring_regex(pc.fill_null(of.directory.traits, ""), RECORD)
    return np.union1d(of.seen.who("record"), of.directory.person[np.asarray(told.to_numpy(False), np.bool_)])


def records(of: Evidence, one: Indicator) -> Found:
    """Take the share of those who spoke of whom there is a customer record."""
    spoke = of.seen.who("spoke")
    return of_people(np.intersect1d(spoke, customers_recorded(of)), spoke, one)


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
    outputs = published_texts(of.buckets, since=of.since, until=of.until, part=of.part)
    middle = of.since + (of.until - of.since) // 2
    found = measure_followed(of.part.of(of.rows, of.channels), outputs, middle=middle, least=one.least)
    if found.closed is None and found.texts < max(one.least, 2):
        return unknown(
            found.texts, f"it takes {one.least} texts of people and of ours in each half; found: {found.texts}"
        )
    if found.closed is None:
        return unknown(found.texts, "no word stands out in what people ask")
    return Found(Value(found.closed, found.low, found.high, found.texts), np.unique(of.asked.person))


# ---- outside ---------------------------------------------------------------------------------------------------


def of_active(column: str, ever: str, what: str) -> Callable[[Evidence, Indicator], Found]:
    """Measure the share of the active people of whom a flag of `lives.PEOPLE` holds.

    ever: what of `lives.EVER` the log must hold, else it can't tell whether there is none.
    """

    def measured(of: Evidence, one: Indicator) -> Found:
        if of.seen.people.num_rows and ever not in of.seen.ever:
            return unknown(0, NEVER_HELD.format(what))
        active = of.seen.who("channels")
        return of_people(np.intersect1d(of.seen.who(column), active), active, one)

    return measured


def come_back(of: Evidence, one: Indicator) -> Found:
    """Take the share of answered people who came back."""
    return of_people(*of.asked.returned(of.buckets), one)


def reciprocity(of: Evidence, one: Indicator) -> Found:
    """Take the share of the people reached who came back on a message."""
    reached = of.seen.who("reached")
    return of_people(np.intersect1d(of.seen.who("reacted"), reached), reached, one)


def among_people(of: Evidence, one: Indicator) -> Found:
    """Take the share of replies and answers that people gave one another."""
    by = of.seen.replied.group_by(["giver", "people"], use_threads=False).aggregate([("replies", "sum")])
    every = by["replies_sum"].to_numpy()
    people = np.asarray(by["people"].to_numpy(), np.bool_)
    theirs = np.where(people, every, 0)
    givers: Ints = np.unique(by["giver"].to_numpy()[people])
    return share(int(theirs.sum()), int(every.sum()), independent_of(theirs, every), givers, one)


def moves(of: Evidence) -> tuple[pa.Table, Ints]:
    """Return climbs and slips of this part's known people: change, cause and cause_source; and whose they are.

    Only of those who were known when the window began: whoever comes has nowhere to go but up.
    """
    mine = (nw.col("ladder") == of.ladder) & (nw.col("since") <= of.until)
    wanted = tables.frame(of.levels).filter(mine).select("person_id", "since", "change", "cause", "cause_source")
    before = wanted.filter(nw.col("since") <= of.since).select("person_id").unique()
    moved = wanted.filter(nw.col("since") > of.since, nw.col("change").is_in(["climb", "slip"]))
    rows = tables.collect(
        moved.join(before, on="person_id", how="semi"), "person_id", "change", "cause", "cause_source"
    )
    person = people_of(rows["person_id"].combine_chunks().cast(pa.string()))
    theirs = of.among(person) & np.isin(person, of.directory.known())
    return rows.filter(pa.array(theirs)), person[theirs]


def climbing(of: Evidence, one: Indicator) -> Found:
    """Take climbs as a share of climbs and slips."""
    rows, person = moves(of)
    climb = np.asarray(pc.equal(rows["change"], "climb").to_numpy(), np.bool_)
    return of_cases(climb, np.ones(climb.size, np.bool_), person, one)


def known_stances(of: Evidence) -> tuple[pa.ChunkedArray, Ints]:
    """Return the stances of this part's people, and whose they are."""
    rows = tables.collect(tables.frame(of.stances), "person_id", "stance")
    person = people_of(rows["person_id"].combine_chunks().cast(pa.string()))
    mine = of.among(person)
    return rows["stance"].filter(pa.array(mine)), person[mine]


def stance(of: Evidence, one: Indicator) -> Found:
    """Take advocates less detractors as a share of the people whose stance is known.

    Interval: Wald's with half a person more in each of four cells (Agresti & Min 2005, Biometrics 61, 515-523), which
    holds where all are of one mind too.
    """
    words, person = known_stances(of)
    cases = len(words)
    if cases < one.least:
        return too_few(cases, one)
    up, down = (pc.sum(pc.equal(words, word)).as_py() for word in ("advocate", "detractor"))
    more, less, size = up + 0.5, down + 0.5, cases + 2
    middle = (more - less) / size
    half = Z * math.sqrt(((more + less) / size - middle**2) / size)
    value = (up - down) / cases
    low, high = min(value, max(-1.0, middle - half)), max(value, min(1.0, middle + half))
    return Found(Value(value, low, high, cases), np.unique(person))


def left_alone(of: Evidence, one: Indicator) -> Found:
    """Take the share that nobody answered in time."""
    asked = of.asked
    return of_cases(~asked.in_time(asked.anyone), asked.due, asked.person, one)


def asked_again(of: Evidence, one: Indicator) -> Found:
    """Take the share that was asked again before it was answered."""
    return of_cases(*of.asked.again(), of.asked.person, one)


def median_wait(of: Evidence, one: Indicator) -> Found:
    """Take the median wait for anyone."""
    return waiting(of.asked, of.asked.anyone, one)


MEASURES: Mapping[str, Callable[[Evidence, Indicator], Found]] = {
    "listening": listening,
    "answered": share_answered,
    "answer-hours": answer_hours,
    "on-target": on_target,
    "answerers": answerers,
    "departments": departments_answering,
    "known": share_known,
    "two-channels": two_channels,
    "records": records,
    "experiments": experiments,
    "followed-up": followed_up,
    "begun-by-people": of_active("began", "begun", "anything with which people begin a conversation"),
    "come-back": come_back,
    "reciprocity": reciprocity,
    "among-people": among_people,
    "climbing": climbing,
    "stance": stance,
    "left-alone": left_alone,
    "asked-again": asked_again,
    "waited": median_wait,
    "received": of_active("got", "given", "anything that people were given"),
    "give-more": of_active("more", "more", "anything beyond looking and buying"),
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
                unknown(0, "it is asked, and was not answered by then") if step is None else Found(Value(step))
            )
        elif one.name not in MEASURES:
            near = suggest(one.name, MEASURES) or "."
            raise QuestionError(
                f"scenarios.toml: nothing measures '{one.name}'{near} Name one of: {', '.join(MEASURES)}."
            )
        else:
            found[one.name] = MEASURES[one.name](evidence, one)
    return found
