"""Which interactions are behind an indicator, and what is each of them to it?

The interactions that the value of one indicator of `scenario` is counted from, in the same window and of the same part
of the business: those that count for it, and those that would have, had they gone otherwise (`scenario.behind`). The
newest are listed; all of them are counted by day.

An indicator that is told of people, such as those who come back, is shown by what those people did. What is asked, and
not measured, has no interactions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.base.words.numbers import number
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import HOURS, INSTANT, TEXT
from ziggurat.scenario.behind import BEHIND, Behind
from ziggurat.scenario.criteria import Criteria, Indicator
from ziggurat.scenario.found import Evidence
from ziggurat.scenario.lives import READ, Lived, key
from ziggurat.scenario.scenario import business_part, part_of
from ziggurat.scenario.slices import Happenings, Part
from ziggurat.stats.sequels import NONE
from ziggurat.study import Back, Limit, OneOf, Rungs, Window, study

Ints = npt.NDArray[np.int64]
SHOWN = 300  # characters of a text
MEMBERS = ["person_id", "source", "interaction_id"]
BINS = 60  # bars of a chart, at most
COLOURS = (charts.BLUE, charts.ORANGE, charts.GREY)
NEWEST = [("at", "descending"), ("source", "ascending"), ("interaction_id", "ascending")]
FOUND = pa.schema(
    [
        ("at", pa.int64()),
        ("person", pa.int64()),
        ("channel", pa.string()),
        ("kind", pa.string()),
        ("object", pa.string()),
        ("text", pa.string()),
        ("counts_as", pa.int64()),
        ("hours", pa.float64()),
        ("source", pa.string()),
        ("interaction_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Interactions(Result):
    """One row per interaction, the newest first.

    at: when (UTC). person_id, name: whose life it is in; without a name for anonymous visitors. channel, kind, object,
    text (its first 300 characters): what it was. counts_as: what it is to the indicator, in words. hours: until it was
    answered by those whose answers count; null where it was not, or calls for none. source, interaction_id: in the log.
    Members: person_id, source, interaction_id, of the rows.
    days: of all of them, not cut off by `limit`: at (where the day begins, µs), counts_as, interactions.
    """

    columns: ClassVar = {
        "at": INSTANT("When"),
        "person_id": TEXT("Person"),
        "name": TEXT,
        "channel": TEXT,
        "kind": TEXT("What"),
        "object": TEXT("About"),
        "text": TEXT,
        "counts_as": TEXT("What it is to the indicator"),
        "hours": HOURS("Hours until the answer"),
        "source": TEXT,
        "interaction_id": TEXT,
    }
    keys: ClassVar = ("source", "interaction_id")
    absence: ClassVar = Absence(
        "none is behind the indicator {indicator} here",
        "Choose another `indicator`, or a longer period.",
        visitors=True,
    )

    days: Sequence[Mapping[str, Any]] = field(default=(), kw_only=True)

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many there were when, by what they are to the indicator."""
        return draw_counts(self.days)


@study
def scenario_evidence(
    given: Happenings,
    criteria: Criteria,
    *,
    window: Annotated[Window, Back(91)],
    rungs: Rungs,
    indicator: Annotated[str, OneOf(*BEHIND), "its name in the criteria"] = "answered",
    place: Part,
    limit: Limit = 1000,
) -> Interactions:
    """List the interactions behind an indicator within (since, until]; tables as for `scenario`.

    indicator: its name in the criteria. channel, department: a part of the business. limit: most rows, at least 1.
    Raises: QuestionError if there is no such indicator, it can't be told of a part, or an option is out of range.
    """
    buckets, start, end = given.buckets, window.since, window.until
    directory = Directory.of(given.people)
    one = find_indicator(indicator, part_of(criteria, place.channel, place.department), criteria)
    part = business_part(buckets, directory, place.channel, place.department, start, end)
    known = tables.frame(given.stances).filter(nw.col("at") == end)
    of = Evidence(buckets, directory, given.levels, known, given.kinds, given.targets, rungs.ladder, start, end, part)
    asked = tables.write_options(
        since=start, until=end, indicator=indicator, ladder=rungs.ladder, channel=place.channel or None,
        department=place.department or None, limit=limit,
    )  # fmt: skip
    behind = BEHIND[one.name](of)
    found, days = gather_newest(of, behind, limit)
    rows = with_names(found, directory)
    told = [row | {"counts_as": behind.words[row["counts_as"]]} for row in rows.to_pylist()]
    return Interactions(
        tables.from_rows(Interactions.columns, told),
        tables.frame(rows.select(MEMBERS)),
        asked,
        days=[row | {"counts_as": behind.words[row["counts_as"]]} for row in days],
        notes=(*summarise_counts(one, behind, days, limit), *behind.notes),
    )


def find_indicator(name: str, some: Criteria, every: Criteria) -> Indicator:
    """Return an indicator that is measured.

    Raises: QuestionError if there is none of the name, or it can't be told of this part.
    """
    found = {one.name: one for one in some.indicators if not one.asked}
    if name in found and name in BEHIND:
        return found[name]
    whole = {one.name: one for one in every.indicators}
    if name in whole and name in BEHIND:
        raise QuestionError(f"'{name}' can't be told of a part; leave `channel` and `department` out.")
    near = suggest(name, found) or "."
    raise QuestionError(f"no indicator named '{name}'{near} There are: {', '.join(found)}.")


def gather_newest(of: Evidence, behind: Behind, limit: int) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Return the newest interactions as FOUND, and how many of each sort there were on each day."""
    known, staff = pa.array(of.directory.known()), pa.array(of.buckets.staff)
    since, until, part, channels = of.since, of.until, of.part, of.channels
    words = {name: pa.array(of.buckets.codes.get(name, []), pa.string()) for name in ("channel", "kind", "source")}

    def read(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        rows = rows.filter(pc.and_(pc.greater_equal(rows["kind"], 0), pc.less_equal(rows["at"], until)))
        if not behind.ever:
            rows = rows.filter(pc.greater(rows["at"], since))
        lived = Lived.of(part.of(rows, channels).combine_chunks(), known, staff)
        place = behind.place(lived)
        there = pa.array(place != NONE)
        some, what = lived.rows.filter(there), place[place != NONE]
        days = pa.table({"at": lived.at[place != NONE] // DAY * DAY, "counts_as": what})
        days = days.group_by(["at", "counts_as"], use_threads=False).aggregate([([], "count_all")])
        columns = {name: some[name] for name in ("at", "person", "object", "interaction_id")}
        columns |= {name: words[name].take(some[name]) for name in words}
        columns |= {"text": pc.utf8_slice_codeunits(some["text"], 0, SHOWN), "counts_as": what}
        columns["hours"] = hours_waited(some, behind)
        found = pa.table({name: columns[name] for name in FOUND.names}, schema=FOUND)
        return found.sort_by(NEWEST).slice(0, limit), days

    parts = list(of.buckets.fold(read, (*READ, "text"), staff=True))
    if not parts:
        return FOUND.empty_table(), []
    found, days = (pa.concat_tables(some) for some in zip(*parts, strict=True))
    counted = days.group_by(["at", "counts_as"], use_threads=False).aggregate([("count_all", "sum")])
    counted = counted.rename_columns(["at", "counts_as", "interactions"]).sort_by(
        [("at", "ascending"), ("counts_as", "ascending")]
    )
    return found.sort_by(NEWEST).slice(0, limit), counted.to_pylist()


def hours_waited(rows: pa.Table, behind: Behind) -> pa.Array:
    """Return the hours until each row was answered, null where it was not or that is not looked at."""
    if behind.hours is None:
        return pa.nulls(rows.num_rows, pa.float64())
    keys, hours = behind.hours
    place = pc.index_in(key(rows, "interaction_id"), value_set=keys)
    return pc.fill_null(pa.array(hours, from_pandas=True).take(place), None)


def with_names(found: pa.Table, directory: Directory) -> pa.Table:
    """Return rows with person_id and name in place of a person's hash."""
    person = found["person"].combine_chunks().to_numpy().astype(np.int64)
    rows = found.drop_columns(["person"])
    for name, values in directory.called(person).items():
        rows = rows.append_column(name, values)
    return rows


def summarise_counts(one: Indicator, behind: Behind, days: Sequence[Mapping[str, Any]], limit: int) -> tuple[str, ...]:
    """Say how many there are of each sort, and how many are listed."""
    counts = [
        sum(row["interactions"] for row in days if row["counts_as"] == place) for place in range(len(behind.words))
    ]
    total = sum(counts)
    if not total:
        return ()
    told = ", ".join(f"{number(count)} {words}" for count, words in zip(counts, behind.words, strict=True))
    listed = f" The newest {number(limit)} are listed." if total > limit else ""
    when = ", at whatever time" if behind.ever else ""
    return (f"Behind “{one.title}” are {number(total)} interactions{when}: {told}.{listed}",)


def draw_counts(days: Sequence[Mapping[str, Any]]) -> alt.TopLevelMixin:
    """Draw stacked counts, in as many days a bar as leave at most BINS of them."""
    first, last = (extreme((row["at"] for row in days), default=0) for extreme in (min, max))
    wide = (1 + (last - first) // DAY // BINS) * DAY
    counts: Counter[tuple[int, str]] = Counter()
    for row in days:
        counts[first + (row["at"] - first) // wide * wide, row["counts_as"]] += row["interactions"]
    words = charts.distinct(days, "counts_as")
    rows: list[dict[str, Any]] = []
    for at in sorted({at for at, _ in counts}):
        below = 0
        for word in words:
            span = {"from": moment(at), "to": moment(at + wide), "is": word, "interactions": counts[at, word]}
            rows.append(span | {"_below": below, "_above": below + counts[at, word]})
            below += counts[at, word]
    bars = (
        alt.Chart(charts.data(rows))
        .mark_rect()
        .encode(
            x=charts.time_axis("from", [row[end] for row in rows for end in ("from", "to")]),
            x2="to:T",
            y=alt.Y("_below:Q", title="Interactions", axis=alt.Axis(tickCount=4, format="d")),
            y2="_above:Q",
            color=alt.Color("is:N", title=None, legend=alt.Legend(orient="bottom", columns=1, labelLimit=400),
                            scale=alt.Scale(domain=words, range=list(COLOURS[: len(words)]))),
            tooltip=charts.tips([{name: value for name, value in row.items() if name[0] != "_"} for row in rows]),
        )
    )  # fmt: skip
    return charts.fitted(bars, 5)
