"""Who is turned to in the conversation, and who joins those who would not meet otherwise?

Standing is PageRank on who turned to whom: it counts to be turned to, and more so by those who are turned to
themselves; each person hands on as much as they have, however much they write. Recent acts count more. It tells who
holds attention, not who is right, liked or good for us: many turn to someone to contradict them. Whether others do what
they do is another question (see `adoption`).

Source: Page, Brin, Motwani & Winograd (1999), Stanford InfoLab 1999-66 (standing); Rubin (1981), Annals of Statistics
9(1), 130-134 (its bounds); Brandes (2001), J. of Mathematical Sociology 25(2), and Riondato & Kornaropoulos (2016),
Data Mining and Knowledge Discovery 30, 438-475 (betweenness); Guimerà & Amaral (2005), Nature 433, 895-900 (bridging).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.facts import needs
from ziggurat.facts import ties as reading
from ziggurat.facts.absence import Absence, back
from ziggurat.facts.ties import Ties
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, INSTANT, NUMBER, TEXT, interval
from ziggurat.roles.communities import communities
from ziggurat.stats.betweenness import betweenness, within_two
from ziggurat.stats.blocks import bounds
from ziggurat.stats.modularity import participation
from ziggurat.stats.pagerank import Acted, pagerank, redrawn
from ziggurat.study import At, Count, Days, Draws, Family, Limit, Seed, Text, Within, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DRAWN = 20  # people in the chart
SAMPLED = (
    "There are too many people to follow all shortest ways between them: betweenness is told from {ways:,} ways drawn "
    "by chance, and its bounds say how sure that is."
)
FEWER = (
    "What groups chance makes was tried in {drawn} graphs of as many ties, and no more, because large graphs hardly "
    "vary; the bounds allow for how few they are."
)


@dataclass(frozen=True)
class Conversation(Result):
    """One row per known person who turned to someone or was turned to: the one to whom most people turned first.

    Of equals the one with more standing goes first. The count comes first since a few who write much rule standing.

    standing: PageRank times the number of people: 1 is as everyone, 5 five times as much; with 95 % bounds of which
    acts happened (the people and whom they know are taken as they are). turned_to_by: people who turned to her. times:
    how often they did. reach: people at most two steps away who turned to her, or to one of those who did. turns_to:
    people to whom she turned. between: share of the shortest ways between two others that lead over her, 0 to 1, with
    95 % bounds of which ways were drawn; in a small graph all are followed, it is exact, and there are none.
    bridging: how evenly her ties are spread over groups, 0 (all in one) towards 1; counted, so no bounds; null where
    groups are no more than chance. group: the one she is in, as `groups` numbers them; null likewise. last_at: when
    someone last turned to her; null if nobody did. Members: person_id, name.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "standing": NUMBER,
        **interval(NUMBER, "standing"),
        "turned_to_by": COUNT,
        "times": COUNT,
        "reach": COUNT,
        "turns_to": COUNT,
        "between": NUMBER("Betweenness"),
        **interval(NUMBER, "between"),
        "bridging": NUMBER,
        "group": TEXT,
        "last_at": INSTANT("Last seen"),
    }
    keys: ClassVar = ("person_id",)
    absence: ClassVar = Absence(
        "none is towards another known person",
        "Import interactions of those they turn to, under the addresses that `counterpart` names, or raise `days`.",
        (needs.TURNED, needs.ADDRESSED),
        back("days"),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the standing of the twenty to whom most people turned, with its bounds, larger the more they reach."""
        shown = self.rows()[:DRAWN]
        rows = [row | {"_who": label} for row, label in zip(shown, reading.labels(shown), strict=True)]
        base = alt.Chart(charts.data(rows)).encode(y=alt.Y("_who:N", sort=None, title=None, axis=charts.BARE))
        rule = base.mark_rule(strokeWidth=2, opacity=0.5).encode(x=alt.X("standing_low:Q"), x2="standing_high:Q")
        dots = base.mark_circle(color=charts.BLUE, opacity=1).encode(
            x=alt.X("standing:Q", title="Standing (1: as everyone)", axis=alt.Axis(tickCount=5)),
            size=alt.Size("reach:Q", title="Reach: people", legend=alt.Legend(orient="bottom", symbolType="circle"),
                          scale=alt.Scale(range=[40, 400]))
            if rows else alt.value(60),
            tooltip=charts.tips([row | {"person_id": None, "last_at": None} for row in shown]),
        )  # fmt: skip
        everyone = alt.Chart(charts.data([{"_one": 1}])).mark_rule(strokeDash=[4, 4], opacity=0.4).encode(x="_one:Q")
        return charts.fitted(everyone + rule + dots, len(rows) * 0.75)


@dataclass(frozen=True)
class Acts(Family):
    """Which acts tie people to each other."""

    days: Annotated[Days, Within(1, 36_500), "how far back acts count"] = 365
    half_life_days: Annotated[Days, Within(0.01, 1_000_000), "after how long an act counts half"] = 90
    turning: Annotated[Text, "kinds by which one turns to another, parted by commas; the usual if left out"] = ""


@dataclass(frozen=True)
class Chance(Family):
    """What is drawn by chance."""

    ways: Annotated[Count, Within(2, 10_000_000), "shortest ways that are drawn where there are too many for all"] = (
        20_000
    )
    draws: Annotated[Draws, Within(2, 10_000), "draws for the bounds of standing"] = 100
    seed: Annotated[Seed, "of what is drawn by chance"] = 1


@study
def conversation(
    buckets: Buckets,
    people: Frame,
    kinds: Frame,
    *,
    at: At,
    acts: Acts,
    chance: Chance,
    limit: Limit = 1000,
) -> Conversation:
    """Rank people by how many turned to them in the conversation of the last `days`, and by standing.

    people, kinds: tables as `schema.PEOPLE` and `schema.KINDS`. half_life_days: after which an act counts half.
    turning: the kinds that count, parted by commas; conversation, likes, shares, ratings, recommendations and thanks
    if left out. ways: shortest ways that are drawn in a graph that is too large for all. draws: of the bounds.
    limit: most rows to return. ladder and names do not matter here.
    Raises: QuestionError if a kind is none, or a number is too small.
    """
    directory = reading.known_by(people, at)
    what = reading.turns(buckets, kinds, acts.turning, at - round(acts.days * DAY), at)
    ties = reading.read(buckets, directory, what, acts.half_life_days * DAY)
    called = reading.called(directory, ties.person)
    table, notes = rows_of(ties, called, chance.ways, chance.draws, chance.seed, limit)
    for row in table:
        row["last_at"] = moment(row["last_at"]) if row["last_at"] > 0 else None
    members = pa.table({"person_id": person_ids(ties.person), "name": pa.array(called, pa.string())})
    return Conversation(tables.from_rows(Conversation.columns, table), tables.frame(members), {}, notes=notes)


def rows_of(
    ties: Ties, called: Sequence[str | None], ways: int, draws: int, seed: int, limit: int
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the first rows of the table, `last_at` in µs, 0 for never; and notes on what was drawn of much."""
    size = ties.person.size
    groups = communities(ties, seed=seed)
    standing = pagerank(ties.source, ties.target, ties.weight, size)
    turned_to_by = np.bincount(ties.target, minlength=size)
    first = np.lexsort((np.arange(size), -(standing * size).round(9), -turned_to_by))[:limit]
    acts_ = Acted(ties.source, ties.target, ties.weight, ties.square)
    drawn = redrawn(acts_, standing, draws=draws, seed=seed, of=first)
    low, high = bounds(drawn) if size else (standing, standing)
    between = betweenness(groups.first, groups.near, ways=ways, seed=seed)
    last = np.zeros(size, np.int64)
    np.maximum.at(last, ties.target, ties.last_at)
    columns: dict[str, Any] = {
        "person_id": person_ids(ties.person[first]),
        "name": pa.array([called[place] for place in first.tolist()], pa.string()),
        "standing": standing[first] * size,
        "standing_low": np.minimum(low, standing[first]) * size,
        "standing_high": np.maximum(high, standing[first]) * size,
        "turned_to_by": turned_to_by[first],
        "times": np.bincount(ties.target, ties.times, size).astype(np.int64)[first],
        "reach": reached(ties)[first],
        "turns_to": np.bincount(ties.source, minlength=size)[first],
        "between": between.share[first],
        "between_low": pa.nulls(first.size) if between.exact else between.low[first],
        "between_high": pa.nulls(first.size) if between.exact else between.high[first],
        "bridging": none_where_nan(participation(groups.first, groups.near, groups.group)[first], groups.real),
        "group": [str(group + 1) if groups.real else None for group in groups.group[first].tolist()],
        "last_at": last[first],
    }
    notes = () if between.exact else (SAMPLED.format(ways=ways),)
    return pa.table(columns).to_pylist(), notes + ((FEWER.format(drawn=groups.drawn),) if groups.fewer else ())


def reached(ties: Ties) -> Ints:
    """Return how many people turned to each, or to one of those who did."""
    first = np.searchsorted(np.sort(ties.target), np.arange(ties.person.size + 1))
    near = ties.source[np.argsort(ties.target, kind="stable")]
    found: Ints = within_two(first.astype(np.int64), near, np.arange(ties.person.size))
    return found


def none_where_nan(values: Floats, real: bool) -> list[float | None]:
    """Return values with null where there is none, or where groups are no more than chance."""
    return [value if real and value == value else None for value in values.tolist()]
