"""Do people take up a thing soon after those they are tied to, more than chance would have it?

A person takes up a thing when they first do it. Of those who did so within the window, it is counted who did so within
so many days after someone they were tied to before the window began. That alone says nothing: what is popular is taken
up by many at a time, and friends like the same things. So the times are dealt out anew among those who took it up, and
counted again, many times: popularity, and who took it up at all, stay as they are, and only who came after whom becomes
chance. Times are exchanged only among people of one group, if there are groups at all, who were about as busy before:
what reaches one group at a time, a meetup or a mail to it, is no influence, and the busy are early with everything and
tied to the busy.

What is more than chance still says who came after whom, not who moved whom: what reached people who are tied at one
time, but not their whole group, looks the same. An experiment in which some are asked to tell others can tell.

Source: Anagnostopoulos, Kumar & Mahdian (2008), Influence and correlation in social networks, KDD 2008, 7-15 (the
shuffle test); La Fond & Neville (2010), Randomization tests for distinguishing social influence and homophily effects,
WWW 2010, 601-610; Holm (1979), Scand. J. of Statistics 6(2), 65-70 (several things at once).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import number
from ziggurat.facts import needs
from ziggurat.facts import ties as reading
from ziggurat.facts.absence import Absence, Given, Step
from ziggurat.facts.census import Period
from ziggurat.facts.directory import Directory
from ziggurat.facts.ties import Ties
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import CHANCE, COUNT, MEAN, TEXT, interval
from ziggurat.roles import uptake
from ziggurat.roles.communities import communities
from ziggurat.stats.adoption import Shuffled, holm, leader, shuffle_test
from ziggurat.stats.betweenness import neighbours
from ziggurat.study import Back, Count, Days, Draws, Family, OneOf, Seed, Text, Window, Within, slow_study

Ints = npt.NDArray[np.int64]

EVER = np.iinfo(np.int64).min
EITHER, TURNED_TO = "either way", "those they turned to"
TIED = (EITHER, TURNED_TO)
GROUPS, EVERYONE = "groups", "everyone"
AMONG = (GROUPS, EVERYONE)
BY = uptake.BY
LEAST = 10  # people, below whom no test is worth its name
SURE = 0.05
COLOURS = {"after those they know": charts.GREEN, "no more than chance": charts.GREY, "too few": charts.YELLOW}


def before(given: Given) -> Period:
    """Return all time before the window."""
    return None, given["since"]


def named(rows: pa.Table, by: str) -> npt.NDArray[np.bool_]:
    """Tell which rows name a thing."""
    return needs.valid(rows, [by]) if by == "object" else needs.has_code(rows, by)


TAKEN = Step(
    "names a thing that can be taken up, its {by}",
    ("thing taken up", "things taken up"),
    "Choose another `by`, or import that column.",
    lambda given: partial(named, by=given["by"]),
    ("activity", "kind", "object"),
)


@dataclass(frozen=True)
class Adoption(Result):
    """One row per thing, the most taken up first.

    people: known people who were tied to someone before the window and took it up within it. tied: of them, who were
    tied to someone who took it up at all. followed: of them, who took it up within so many days after one they
    were tied to. expected: the mean of that in shuffled times. excess: followed less expected, with bounds `low` and
    `high`: followed less the quantiles (95 %) of shuffled times. p_value: how often shuffled times have as many, never
    0. adjusted_p: the same for all rows together (Holm). verdict: `after those they know` if adjusted_p is at most
    0.05, `no more than chance`, or `too few` (below ten), without a test. Members: person_id, name, thing, at (int64
    µs), after (person_id of whoever of those she was tied to did it last before her, within so many days; else null).
    """

    columns: ClassVar = {
        "thing": TEXT,
        "people": COUNT,
        "tied": COUNT("Tied to someone"),
        "followed": COUNT("Followed someone"),
        "expected": MEAN,
        "excess": MEAN,
        **interval(MEAN),
        "p_value": CHANCE("p"),
        "adjusted_p": CHANCE("p, adjusted"),
        "verdict": TEXT,
    }
    keys: ClassVar = ("thing",)
    absence: ClassVar = Absence(
        "none is by somebody who was tied to another before",
        "Choose a later period, or another `by`.",
        (needs.DONE, TAKEN),
        first=Absence("", "", (needs.TURNED, needs.ADDRESSED), before),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many followed, on what chance would have (95 %) where there is a test."""
        rows = self.rows()
        names = ("thing", "verdict", "people", "followed", "expected")
        drawn = [
            {name: row[name] for name in names}
            | {"p_value": None if row["p_value"] is None else number(row["p_value"])}
            | (
                {}
                if row["low"] is None
                else {"_low": row["followed"] - row["high"], "_high": row["followed"] - row["low"]}
            )
            for row in rows
        ]
        shown = [{name: value for name, value in row.items() if name[0] != "_"} for row in drawn]
        found = [word for word in COLOURS if word in charts.distinct(rows, "verdict")]
        scale = alt.Scale(domain=found, range=[COLOURS[word] for word in found])
        base = alt.Chart(charts.data(drawn)).encode(y=alt.Y("thing:N", sort=None, title=None, axis=charts.BARE))
        band = base.transform_filter("isValid(datum._low)").mark_bar(
            color=charts.GREY, opacity=0.3, height=alt.RelativeBandSize(0.5)
        )
        title = "People who followed those they know (grey: by chance)"
        dots = base.mark_circle(size=90, opacity=1).encode(
            x=alt.X("followed:Q", title=title, axis=alt.Axis(tickCount=5, tickMinStep=1), scale=alt.Scale(zero=True)),
            color=alt.Color("verdict:N", title=None, scale=scale, legend=alt.Legend(orient="bottom")),
            tooltip=charts.tips(shown),
        )
        tested = any("_low" in row for row in drawn)
        layers = band.encode(x=alt.X("_low:Q"), x2="_high:Q") + dots if tested else dots
        return charts.fitted(layers, len(rows))


class Took(NamedTuple):
    """Those who took up one thing: places in the ties, when (µs), neighbours among them, and strata of times."""

    who: Ints
    at: Ints
    first: Ints
    near: Ints
    stratum: Ints


@dataclass(frozen=True)
class TakenUp(Family):
    """What is taken up."""

    by: Annotated[str, OneOf(*BY), "what makes a thing"] = "activity"
    thing: Annotated[Text | None, "one of them; those taken up by most if left out"] = None
    things: Annotated[Count, Within(1, 1000), "how many things at most"] = 10


@dataclass(frozen=True)
class Knowing(Family):
    """Who is tied to whom, and how soon after each other they take a thing up."""

    within_days: Annotated[Days, Within(0.01, 36_500), "how long after someone they are tied to"] = 30
    tied: Annotated[str, OneOf(*TIED), "to whom they are tied"] = TIED[0]
    turning: Annotated[Text, "kinds by which one turns to another, parted by commas; the usual if left out"] = ""


@dataclass(frozen=True)
class Chance(Family):
    """How times are shuffled."""

    among: Annotated[str, OneOf(*AMONG), "among whom times are exchanged"] = AMONG[0]
    strata: Annotated[
        Count, Within(1, 1000), "parts of people by how busy they were, within which times are exchanged"
    ] = 5
    draws: Annotated[Draws, Within(1, 10_000), "times that all is shuffled"] = 999
    seed: Annotated[Seed, "of what is drawn by chance"] = 1


@slow_study
def adoption(
    buckets: Buckets,
    people: Frame,
    kinds: Frame,
    *,
    window: Annotated[Window, Back(182)],
    taken_up: TakenUp,
    knowing: Knowing,
    chance: Chance,
) -> Adoption:
    """Test whether things were taken up within (since, until] after those people were tied to.

    people, kinds: tables as `schema.PEOPLE` and `schema.KINDS`. by: what makes a thing: activity, kind or object.
    thing: one of them; those taken up by most people, at most `things`, if left out. within_days: how long after. tied:
    either way, or only to those they turned to. turning: kinds that tie, as in `conversation`. among: times are
    exchanged within the groups that these ties make, where they are more than chance makes (see `groups`), or among
    everyone. strata: parts of equal size, by how much people had done before, within which times are exchanged.
    ladder and names do not matter here.
    Raises: QuestionError if a word names nothing, a number is too small, or `since` is not before `until`.
    """
    start, end = window.since, window.until
    directory = reading.known_by(people, end)
    ties = reading.read(buckets, directory, reading.turns(buckets, kinds, knowing.turning, EVER, start))
    order = np.argsort(ties.person)
    found = uptake.read(buckets, ties.person[order], taken_up.by, taken_up.thing, since=start, until=end)
    busy = np.empty_like(found.busy)
    busy[order] = found.busy
    if taken_up.thing is not None and not len(found.firsts) and buckets.readers:
        near = suggest(taken_up.thing, buckets.codes.get(taken_up.by, [])) or "."
        raise QuestionError(
            f"nobody who is tied to anyone took up the {taken_up.by} '{taken_up.thing}'{near} "
            "Leave `thing` out to see what was taken up."
        )
    graph = neighbours(ties.source, ties.target, ties.person.size) if knowing.tied == EITHER else turned_to(ties)
    parts = stratified(busy, chance.strata)
    if chance.among == GROUPS and found.firsts.num_rows:
        parts = parts + grouped(ties, chance.seed) * chance.strata
    rows, members = [], [MEMBERS.empty_table()]
    for name in chosen(found.firsts, start, taken_up.things):
        took = taken(found.firsts, name, ties, graph, parts, start)
        rows.append(row_of(name, took, knowing.within_days * DAY, chance.draws, chance.seed))
        members.append(members_of(name, took, knowing.within_days * DAY, ties, directory))
    judge(rows)
    return Adoption(tables.from_rows(Adoption.columns, rows), tables.frame(pa.concat_tables(members)))


def turned_to(ties: Ties) -> tuple[Ints, Ints]:
    """Return those whom each person turned to, as neighbours in rows."""
    return np.searchsorted(ties.source, np.arange(ties.person.size + 1)).astype(np.int64), ties.target


def stratified(busy: Ints, strata: int) -> Ints:
    """Return parts of about equal size by how much people did; those who did as much are in one part.

    >>> stratified(np.array([5, 0, 0, 9]), 2).tolist()
    [1, 0, 0, 1]
    """
    edges = np.quantile(busy, np.arange(1, strata) / strata, method="higher") if busy.size else busy
    return np.searchsorted(edges, busy, side="right").astype(np.int64) if strata > 1 else np.zeros_like(busy)


def grouped(ties: Ties, seed: int) -> Ints:
    """Return the group of each person of some ties; one for all where groups are no more than chance makes."""
    found = communities(ties, seed=seed)
    return found.group if found.real else np.zeros(ties.person.size, np.int64)


def chosen(firsts: pa.Table, since: int, things: int) -> list[str]:
    """Return the things that most people took up after `since`, of as many the first by name."""
    late = firsts.filter(pa.array(firsts["at"].to_numpy() > since))
    counts = {row["values"]: row["counts"] for row in late["thing"].value_counts().to_pylist()}
    return sorted(counts, key=lambda name: (-counts[name], name))[:things]


def taken(
    firsts: pa.Table, name: str, ties: Ties, graph: tuple[Ints, Ints], parts: Ints, since: int
) -> Took:  # fmt: skip
    """Return those who took up a thing, with the ties among them; who did so before `since` keeps her time."""
    some = firsts.filter(pa.array(firsts["thing"].to_numpy(zero_copy_only=False) == name))
    order = np.argsort(ties.person)
    who = order[np.searchsorted(ties.person, some["person"].to_numpy(), sorter=order)]
    who, at = np.sort(who), some["at"].to_numpy()[np.argsort(who)]
    place = np.full(ties.person.size, -1)
    place[who] = np.arange(who.size)
    first, near = graph
    owner = np.repeat(place, np.diff(first))
    both = (owner >= 0) & (place[near] >= 0)
    begins = np.searchsorted(owner[both], np.arange(who.size + 1))
    return Took(who, at, begins.astype(np.int64), place[near[both]], np.where(at > since, parts[who], -1))


def row_of(name: str, took: Took, span: float, draws: int, seed: int) -> dict[str, Any]:
    """Count and test one thing."""
    counted = took.stratum >= 0
    many = int(counted.sum())
    test = shuffle_test(
        took.at.astype(np.float64), took.first, took.near, took.stratum, span=span,
        draws=draws if many >= LEAST else 0, seed=seed,
    )  # fmt: skip
    row = {
        "thing": name,
        "people": many,
        "tied": int((np.diff(took.first) > 0)[counted].sum()),
        "followed": test.followed,
    }
    return row | figures(test) if many >= LEAST else row


def figures(test: Shuffled) -> dict[str, float]:
    """Return what a test found, as columns."""
    excess, low, high = test.excess()
    return {
        "expected": float(test.drawn.mean()),
        "excess": excess,
        "low": low,
        "high": high,
        "p_value": test.p_value,
    }


def judge(rows: list[dict[str, Any]]) -> None:
    """Add adjusted_p and verdict."""
    some = [row for row in rows if "p_value" in row]
    for row, adjusted in zip(some, holm(np.array([row["p_value"] for row in some])).tolist(), strict=True):
        row["adjusted_p"] = adjusted
        row["verdict"] = "after those they know" if adjusted <= SURE else "no more than chance"
    for row in rows:
        row.setdefault("verdict", "too few")


MEMBERS = pa.schema(
    [
        ("person_id", pa.string()),
        ("name", pa.string()),
        ("thing", pa.string()),
        ("at", pa.int64()),
        ("after", pa.string()),
    ]
)


def members_of(name: str, took: Took, span: float, ties: Ties, directory: Directory) -> pa.Table:
    """Return those who took up a thing within the window, and after whom: columns MEMBERS."""
    before = leader(took.at.astype(np.float64), took.first, took.near, span)
    some = np.flatnonzero(took.stratum >= 0)
    person = ties.person[took.who]
    ids, after = person_ids(person), pa.array(before[some], mask=before[some] < 0)
    columns = [
        ids.take(pa.array(some)),
        pa.array(reading.called(directory, person[some]), pa.string()),
        pa.repeat(pa.scalar(name), some.size),
        pa.array(took.at[some]),
        ids.take(after),
    ]
    return pa.table(columns, schema=MEMBERS)
