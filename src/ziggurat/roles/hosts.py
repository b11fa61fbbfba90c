"""Who answers newcomers, and do those who are answered come back more?

A newcomer is someone who says something for the first time: their first interaction of a kind of conversation. Their
first days are those after that, and who turns to them with words in them is a host. Whether they come back is looked at
only after those days are over, so that nobody counts as answered because they stayed long enough to be (a landmark
analysis).

That those who were answered come back more is observational: people may be answered because they are the kind that
stays. The difference compares newcomers who had done about as much before their first word. Only answering some by
chance and others not could tell what an answer does.

Source: Anderson, Cain & Gelber (1983), J. of Clinical Oncology 1(11), 710-719 (landmarks); Wilson (1927), JASA 22(158)
(bounds of shares); Greenland & Robins (1985), Biometrics 41(1), with the variance of Sato (1989) (the difference).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts import needs, ties
from ziggurat.facts.absence import Absence, Given
from ziggurat.facts.census import Period
from ziggurat.facts.directory import Directory
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, HOURS, SHARE, TEXT, interval
from ziggurat.roles import newcomers
from ziggurat.roles.newcomers import Newcomers
from ziggurat.stats.intervals import wilson
from ziggurat.stats.stratified import risk_difference
from ziggurat.study import At, Days, Family, Limit, Within, study

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PEOPLE, OURS, NOBODY = "(people)", "(organisation)", "(nobody)"
SAID = {PEOPLE: "Answered by people", OURS: "By the organisation alone", NOBODY: "By nobody"}
HOUR = DAY / 24
STRATA = (0, 1, 3, 10)  # what newcomers did before their first word: nothing, 1 or 2 things, 3 to 9, more
SHOWN = 12  # hosts in the chart


def arrival_until(given: Given) -> Period:
    """Return when a first word may be said so that the days to be answered and to come back in are over."""
    return given["at"] - round(given["days"] * DAY), given["at"] - sum(
        round(given[name] * DAY) for name in ("first_days", "back_days")
    )


@dataclass(frozen=True)
class Hosts(Result):
    """Newcomers answered by people, by the organisation alone, and by nobody; then a row per host, the busiest first.

    host: `(people)`, `(organisation)`, `(nobody)`, or the id of a known person. name: of the host. people: newcomers
    answered within their first days; those answered by people and by us count under people. hours: median from their
    first word to the first answer of this row; null for nobody. back: of them, who did anything in the days after.
    share: back of people, 0 to 1, with 95 % Wilson bounds `low` and `high`. difference: of the shares, those answered
    less those by nobody, among newcomers who had done about as much before, with 95 % bounds; null for single hosts,
    and where nobody can be compared. Members: person_id, name (of newcomers), host.
    """

    columns: ClassVar = {
        "host": TEXT,
        "name": TEXT,
        "people": COUNT,
        "hours": HOURS,
        "back": COUNT("Came back"),
        "share": SHARE,
        **interval(SHARE),
        "difference": SHARE,
        **interval(SHARE, "difference"),
    }
    keys: ClassVar = ("host",)
    absence: ClassVar = Absence(
        "none is the first that somebody ever said",
        "Raise `days`, or choose another day.",
        (needs.SPOKEN,),
        arrival_until,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share that came back, by who answered."""
        rows = [row for row in self.rows() if row["share"] is not None][: len(SAID) + SHOWN]
        drawn = [
            {"answered_by": SAID.get(row["host"], label), "share_that_came_back": row["share"]}
            | {name: row[name] for name in ("low", "high", "people", "hours", "host")}
            for row, label in zip(rows, ties.labels(rows, "host"), strict=True)
        ]
        return charts.shares(drawn, y="answered_by", x="share_that_came_back", unsaid=["host"])


@dataclass(frozen=True)
class Times(Family):
    """When a newcomer comes, is answered, and comes back."""

    days: Annotated[Days, Within(1, 36_500), "how long ago a newcomer's first word may be"] = 365
    first_days: Annotated[Days, Within(1, 36_500), "after the first word, in which an answer counts"] = 14
    back_days: Annotated[Days, Within(1, 36_500), "after those, in which doing anything is coming back"] = 30


@study
def hosts(buckets: Buckets, people: Frame, kinds: Frame, *, at: At, times: Times, limit: Limit = 1000) -> Hosts:
    """See who answered the newcomers of the last `days` whose first days, and those to come back in, are over.

    people, kinds: tables as `schema.PEOPLE` and `schema.KINDS`. first_days: in which an answer counts. back_days: after
    those, in which doing anything is coming back. limit: most rows. ladder and names do not matter here.
    Raises: QuestionError if a number is too small.
    """
    directory = ties.known_by(people, at)
    spans = newcomers.Spans(
        at - round(times.days * DAY), at, round(times.first_days * DAY), round(times.back_days * DAY)
    )
    found = newcomers.read(buckets, directory, kinds, spans)
    answers = newcomers.answers(buckets, directory, kinds, found, spans)
    rows, members = host_rows(found, answers, directory)
    return Hosts(tables.from_rows(Hosts.columns, rows[:limit]), tables.frame(members))


def host_rows(found: Newcomers, answers: pa.Table, directory: Directory) -> tuple[list[dict[str, Any]], pa.Table]:
    """Return the rows of the table, and the members.

    answers: one row for a host and a newcomer: host (hash), place (in `found`) and at, of the first answer.
    """
    host, place, at = (answers[name].to_numpy() for name in ("host", "place", "at"))
    waited = (at - found.first_word[place]) / HOUR
    soonest = np.full(found.person.size, np.inf)
    np.minimum.at(soonest, place, waited)
    ours = np.where(found.ours_at >= 0, (found.ours_at - found.first_word) / HOUR, np.inf)
    by_people, by_us = np.isfinite(soonest), np.isfinite(ours)
    groups = {PEOPLE: by_people, OURS: by_us & ~by_people, NOBODY: ~by_us & ~by_people}
    waits = {PEOPLE: soonest, OURS: ours}
    parts = [(np.flatnonzero(some), label) for label, some in groups.items()]
    rows = []
    for label, some in groups.items() if found.person.size else ():
        row = describe_newcomers(found, some, waits[label][some] if label in waits else np.empty(0))
        rows.append(
            {"host": label, "name": SAID[label], **row, **compare_newcomers(found, some, groups[NOBODY], label)}
        )
    order = np.lexsort((place, host))
    starts = np.flatnonzero(np.diff(host[order], prepend=-1))
    ids = person_ids(host[order][starts]).to_pylist()
    called = ties.called(directory, host[order][starts])
    single = []
    for id_, name, some in zip(ids, called, np.split(order, starts[1:]) if starts.size else (), strict=True):
        flags = np.zeros(found.person.size, np.bool_)
        flags[place[some]] = True
        single.append({"host": id_, "name": name, **describe_newcomers(found, flags, waited[some])})
        parts.append((place[some], id_))
    rows += sorted(single, key=lambda row: (-row["people"], row["host"]))
    return rows, members(found, parts, directory)


def describe_newcomers(found: Newcomers, some: Flags, hours: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Describe some newcomers: how many they are, when they were answered, and who came back."""
    people, back = int(some.sum()), int(found.back[some].sum())
    low, high = wilson(back, people) if people else (None, None)
    return {
        "people": people,
        "hours": float(np.median(hours)) if hours.size else None,
        "back": back,
        "share": back / people if people else None,
        "low": low,
        "high": high,
    }


def compare_newcomers(found: Newcomers, some: Flags, others: Flags, label: str) -> dict[str, Any]:
    """Compare those who were answered with those by nobody, among newcomers who had done about as much before."""
    if label == NOBODY:
        return {}
    stratum = np.searchsorted(STRATA, found.before, side="right") - 1
    hits, people, other_hits, many = (
        np.bincount(stratum[flags], minlength=len(STRATA)).astype(np.float64)
        for flags in (some & found.back, some, others & found.back, others)
    )
    difference = risk_difference(hits, people, other_hits, many)
    names = ("difference", "difference_low", "difference_high")
    return {name: None if value != value else value for name, value in zip(names, difference, strict=True)}


def members(found: Newcomers, parts: Sequence[tuple[Ints, str]], directory: Directory) -> pa.Table:
    """Return person_id, name and host of newcomers, by row of the table."""
    places = np.concatenate([np.empty(0, np.int64), *(part for part, _ in parts)])
    labels = np.repeat(np.arange(len(parts)), [part.size for part, _ in parts])
    hosts_ = pa.array([label for _, label in parts], pa.string()).take(pa.array(labels))
    person = found.person[places]
    called = pa.array(ties.called(directory, person), pa.string())
    return pa.table({"person_id": person_ids(person), "name": called, "host": hosts_})
