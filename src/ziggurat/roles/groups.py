"""Which groups do people form by turning to each other, and who joins them?

Groups are found by Leiden, so that modularity is high: more ties inside groups than would come by chance to people who
have as many ties. Any graph has such groups, noise too. So the ties are dealt out anew many times, everyone keeping as
many as they have, and groups are shown only where modularity is above what chance is expected to reach; where it is
not, the answer is one row that says so. Groups by mutual attention are no segments: those in one need not be alike.

Source: Newman & Girvan (2004), Physical Review E 69, 026113 (modularity); Traag, Waltman & van Eck (2019), Scientific
Reports 9, 5233 (Leiden); Maslov & Sneppen (2002), Science 296, 910-913 (rewiring); Guimerà & Amaral (2005), Nature 433,
895-900 (bridges).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import number
from ziggurat.facts import needs
from ziggurat.facts import ties as reading
from ziggurat.facts.absence import Absence, back
from ziggurat.facts.ties import Ties
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_id, person_ids
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, NUMBER, STEP, TEXT
from ziggurat.roles.communities import Communities, communities
from ziggurat.stats.modularity import participation
from ziggurat.study import At, Days, Draws, Family, Limit, Number, Seed, Text, Within, study

Ints = npt.NDArray[np.int64]
ALL = "(all)"
NAMED = 3  # bridges and channels that are named


@dataclass(frozen=True)
class Groups(Result):
    """A row for all who are tied, then one per group of two or more, largest first; none where chance has as much.

    people: in it. ties: pairs in it of whom one turned to the other. density: of the pairs there could be, the share
    that is tied, 0 to 1. outside: ties to others; of all, those between groups. times_chance: ties inside divided by
    those that the degrees alone would bring; of all, ties inside any group. modularity: of all. chance_low,
    chance_high: where the modularity of one graph with the same degrees and ties by chance is expected (95 %). verdict:
    of all, `more than chance` or `no more than chance`. channels: where those in it turned to each other, most first.
    bridges: names (or ids) of those whose ties are spread over groups most evenly, of those with three or more. The
    ties are counted and have no error; modularity, which chance reaches too, has the bounds of chance. Members:
    person_id, name, group.
    """

    columns: ClassVar = {
        "group": TEXT,
        "people": COUNT,
        "ties": COUNT,
        "density": NUMBER,
        "outside": STEP,
        "times_chance": NUMBER("Times as dense as by chance"),
        "modularity": NUMBER,
        "chance_low": NUMBER("By chance, from"),
        "chance_high": NUMBER("By chance, to"),
        "verdict": TEXT,
        "channels": TEXT,
        "bridges": TEXT,
    }
    keys: ClassVar = ("group",)
    absence: ClassVar = Absence(
        "none is towards another known person",
        "Import interactions of those they turn to, under the addresses that `counterpart` names, or raise `days`.",
        (needs.TURNED, needs.ADDRESSED),
        back("days"),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw people by group, with the ties inside and to others."""
        rows = [
            row | {"_group": f"Group {row['group']}: {number(row['people'])} people"}
            for row in self.rows()
            if row["group"] != ALL
        ][:20]
        if not rows:
            rows = [row | {"_group": f"All: groups are {row['verdict']}"} for row in self.rows()]
        ends = [
            (row, where, count)
            for row in rows
            for where, count in (("inside", row["ties"]), ("to others", row["outside"]))
        ]
        drawn = [{"group": row["_group"], "ties": count, "where": where, "people": row["people"],
                  "bridges": row["bridges"] or None} for row, where, count in ends]  # fmt: skip
        scale = alt.Scale(domain=["inside", "to others"], range=[charts.BLUE, charts.ORANGE])
        bars = alt.Chart(charts.data(drawn)).mark_bar(height=alt.RelativeBandSize(0.66)).encode(
            y=alt.Y("group:N", sort=None, title=None, axis=charts.BARE),
            x=alt.X("sum(ties):Q", title="Ties", axis=alt.Axis(tickMinStep=1, tickCount=5)),
            color=alt.Color("where:N", title=None, scale=scale, legend=alt.Legend(orient="bottom")),
            order=alt.Order("where:O"),
            tooltip=charts.tips(drawn),
        )  # fmt: skip
        return charts.fitted(bars, len(rows))


@dataclass(frozen=True)
class Acts(Family):
    """Which acts tie people to each other."""

    days: Annotated[Days, Within(1, 36_500), "how far back acts count"] = 365
    turning: Annotated[Text, "kinds by which one turns to another, parted by commas; the usual if left out"] = ""


@dataclass(frozen=True)
class Chance(Family):
    """How groups are looked for, and what they are compared with."""

    resolution: Annotated[Number, Within(0.01, 1000), "higher gives more and smaller groups"] = 1.0
    draws: Annotated[Draws, Within(5, 10_000), "graphs that chance makes, to compare with"] = 20
    seed: Annotated[Seed, "of what is drawn by chance"] = 1


@study
def groups(
    buckets: Buckets,
    people: Frame,
    kinds: Frame,
    *,
    at: At,
    acts: Acts,
    chance: Chance,
    limit: Limit = 1000,
) -> Groups:
    """Find the groups in the conversation of the last `days`.

    people, kinds: tables as `schema.PEOPLE` and `schema.KINDS`. turning: the kinds that count, parted by commas; those
    of `conversation` if left out. resolution: higher gives more and smaller groups. draws: graphs that chance makes,
    fewer where the ties are many. limit: most rows to return. ladder and names do not matter here.
    Raises: QuestionError if a kind is none, or a number is too small.
    """
    directory = reading.known_by(people, at)
    what = reading.turns(buckets, kinds, acts.turning, at - round(acts.days * DAY), at)
    ties = reading.read(buckets, directory, what)
    called = reading.called(directory, ties.person)
    found = communities(ties, resolution=chance.resolution, draws=chance.draws, seed=chance.seed)
    rows = rows_of(buckets.codes, ties, found, called, limit)
    return Groups(tables.from_rows(Groups.columns, rows), tables.frame(members(ties, found, called)))


def members(ties: Ties, found: Communities, called: Sequence[str | None]) -> pa.Table:
    """Return person_id, name and group: everyone once in ALL, and once in her group where there are groups."""
    everyone = pa.table({"person_id": person_ids(ties.person), "name": pa.array(called, pa.string())})
    all_of_them = everyone.append_column("group", pa.repeat(pa.scalar(ALL), len(everyone)))
    if not found.real:
        return all_of_them
    numbers = pa.array([str(group + 1) for group in found.group.tolist()], pa.string())
    return pa.concat_tables([all_of_them, everyone.append_column("group", numbers)])


def rows_of(
    codes: Mapping[str, Sequence[str]], ties: Ties, found: Communities, called: Sequence[str | None], limit: int
) -> list[dict[str, Any]]:
    """Return the rows of the table, at most so many."""
    if not ties.person.size:
        return []
    everyone = described(codes, ties, found, called, np.zeros_like(found.group))[0]
    whole, chance = float(found.inside.sum()), float(found.chance.sum())
    everyone |= {
        "group": ALL,
        "outside": round((1 - whole) * everyone["ties"]) if found.real else None,
        "times_chance": whole / chance if chance else None,
        "modularity": found.modularity,
        "chance_low": found.null_low,
        "chance_high": found.null_high,
        "verdict": "more than chance" if found.real else "no more than chance",
    }
    rows = described(codes, ties, found, called, found.group) if found.real else []
    for group, row in enumerate(rows):
        by_chance = float(found.chance[group])
        row["times_chance"] = float(found.inside[group]) / by_chance if by_chance else None
    return [everyone, *(row for row in rows if row["people"] > 1)][:limit]


def described(
    codes: Mapping[str, Sequence[str]], ties: Ties, found: Communities, called: Sequence[str | None], group: Ints
) -> list[dict[str, Any]]:
    """Describe groups: how many they are, how they are tied, where, and who of them bridges."""
    size, degree = np.bincount(group), np.diff(found.first)
    owner = np.repeat(group, degree)
    inside = np.bincount(owner[owner == group[found.near]], minlength=size.size) // 2
    ends = np.bincount(owner, minlength=size.size)
    source, target, channel, times = (ties.channels[column].to_numpy() for column in ties.channels.column_names)
    within, kinds = group[source] == group[target], len(codes["channel"])
    places = np.bincount(group[source[within]] * kinds + channel[within], times[within], size.size * kinds)
    named = bridges(ties, found, called, group)
    return [
        {
            "group": str(one + 1),
            "people": int(size[one]),
            "ties": int(inside[one]),
            "density": 2 * int(inside[one]) / (int(size[one]) * (int(size[one]) - 1)) if size[one] > 1 else None,
            "outside": int(ends[one] - 2 * inside[one]),
            "channels": reading.spoken(codes, enumerate(counts.astype(int).tolist())),
            "bridges": ", ".join(named[one]),
        }
        for one, counts in enumerate(places.reshape(size.size, kinds))
    ]


def bridges(ties: Ties, found: Communities, called: Sequence[str | None], group: Ints) -> list[list[str]]:
    """Return who of each group has ties that are spread over the groups found, most evenly first."""
    spread = participation(found.first, found.near, found.group).round(9)
    # of one tie or two, nobody can say how evenly they are spread
    some = np.flatnonzero((np.diff(found.first) >= NAMED) & (spread > 0) & found.real)
    some = some[np.lexsort((some, -spread[some], group[some]))]
    nth = np.arange(some.size) - np.searchsorted(group[some], group[some])
    named: list[list[str]] = [[] for _ in range(int(group.max()) + 1)]
    for place in some[nth < NAMED].tolist():
        named[group[place]].append(called[place] or person_id(int(ties.person[place])))
    return named
