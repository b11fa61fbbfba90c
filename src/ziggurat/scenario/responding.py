"""At which hours do we answer, how many and how fast?

What called for an answer, by the hour of the day or the weekday at which it was asked, by channel or by department: how
much of it the organisation answered within 14 days, how long it took, and at which hours those answers were given. So
one sees when people ask beside when somebody is at home.

The row of everything is what the indicators `answered` and `answer-hours` of the study `scenario` say of the same
window and part, by the same rules: what was asked less than 14 days ago counts neither as answered nor as not; waits
are read with Kaplan and Meier's estimate, in which it does count. Bounds (95 %) take only as many questions as people
make independent ones.

An hour is that of the organisation's own clocks. Who asks at night waits for the morning: that an hour waits long does
not mean that those who work then are slow, nor that a shift at that hour would be worth its cost.

Source: Kaplan & Meier (1958), JASA 53(282), 457-481; Wilson (1927), JASA 22(158), 209-212.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import replies
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables, units
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.scenario.answered import Calls, belonging, departments
from ziggurat.scenario.criteria import Indicator
from ziggurat.scenario.found import of_cases, waiting
from ziggurat.scenario.scenario import business_part
from ziggurat.scenario.slices import Part
from ziggurat.scenario.standing import Value
from ziggurat.stats.clock import HOURS, UTC, WEEKDAYS, hour, local, weekday
from ziggurat.study import Back, OneOf, Window, study

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]
Cell = tuple[str | None, Calls, int]  # a part, what was asked of it, and how many answers were given

BY = ("hour", "weekday", "channel", "department")
ANY = Indicator("responding", "inside", "", "", "share", least=1)  # bounds say how few there are
ASKED, GIVEN = "questions asked", "answers given"
TICKS = [0, 1, 4, 12, 24, 72, 168, 336]  # hours
HEIGHT, COUNTS, WAITS = 12, (190, 0), (408, 230)  # rows of a chart; pixels from the top: where each panel lies


@dataclass(frozen=True)
class Responding(Result):
    """One row for everything, then one per hour, weekday, channel or department.

    part: an hour as 00 to 23 or a weekday, all of them, of when it was asked; a channel on which anyone asked; or a
    department that answered; null for everything. people: who asked. questions: asked in the window. due: of them,
    those asked 14 days before its end or longer ago. share: of these, answered by the organisation within 14 days,
    with bounds; null where none is due. median_hours: by which half are answered, with bounds; 336 (14 days) stands
    for longer; null where it can't be told yet. answers: given in time to any of all questions, at that hour or on
    that weekday, on that channel, or by that department. What answers several questions counts for each of them.
    Members: person_id, name, part. by: what a part is. zone: by whose clocks.
    """

    columns: ClassVar = {
        "part": TEXT("When or where"),
        "people": COUNT,
        "questions": COUNT,
        "due": COUNT("Of them due"),
        "share": SHARE("Answered"),
        **interval(SHARE),
        "median_hours": units.HOURS,
        "median_low": units.HOURS,
        "median_high": units.HOURS,
        "answers": COUNT("Answers given"),
    }
    keys: ClassVar = ("part",)
    absence: ClassVar = Absence(
        "none was put to this part of the organisation",
        "Choose another `channel` or `department`.",
        (needs.QUESTION,),
        visitors=True,
    )
    wholes: ClassVar = {"part": "everything"}

    by: str = field(default=BY[0], kw_only=True)
    zone: str = field(default=UTC, kw_only=True)

    def chart(self) -> alt.TopLevelMixin:
        """Draw what was asked as against answers given, and beneath it the median wait with its bounds."""
        rows = [row for row in self.rows() if row["part"] is not None]
        return draw_panels(rows, f"{charts.column_words(self.by)}, {self.zone}" if self.by in BY[:2] else None)


@study
def responding(
    buckets: Buckets,
    people: Frame,
    zone: Frame,
    *,
    window: Annotated[Window, Back(91)],
    by: Annotated[str, OneOf(*BY), "what each row is of: hours, weekdays, channels or departments"] = BY[0],
    place: Part,
) -> Responding:
    """Measure how many of the questions within (since, until] are answered, and how fast, by when or where.

    people, zone: tables as `schema.PEOPLE` and `ZONE`. by: hour, weekday, channel or department. channel, department:
    only what was asked of that part of the business, all of it if left out; of both, if both are given. ladder and
    names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or a channel or a department is unknown.
    """
    start, end = window.since, window.until
    clocks, directory = tables.zone(zone), Directory.of(people)
    rows = replies(buckets, directory, since=start, until=end)
    channels = buckets.codes.get("channel", [])

    def asked_of(name: str) -> Calls:
        part = replace(business_part(buckets, directory, place.channel, name, start, end), channel=place.channel)
        return Calls.of(belonging(rows, channels, part), channels, end)

    everything = asked_of(place.department)
    if by == "department":
        names_of = [place.department] if place.department else sorted(set(departments(directory).values()))
        parts = place_rows((name, asked) for name in names_of if (asked := asked_of(name)).by_staff.any())
    elif by == "channel":
        parts = place_rows(
            (name, some(everything, everything.channel == name)) for name in sorted(set(everything.channel))
        )
    else:
        parts = time_rows(everything, by, clocks)
    cells: list[Cell] = [(None, everything, answer_times(everything).size), *parts]
    cells = cells if everything.at.size else []
    found = [measure_row(asked, answers) | {"part": name} for name, asked, answers in cells]
    told = tables.write_options(
        since=start, until=end, by=by, channel=place.channel or None, department=place.department or None
    )
    notes = (f"Hours and weekdays are those of {clocks}.",) if by in BY[:2] else ()
    behind = members(directory, [(name, np.unique(asked.person)) for name, asked, _ in cells])
    return Responding(tables.from_rows(Responding.columns, found), behind, told, notes=notes, by=by, zone=clocks)


def answer_times(asked: Calls) -> Ints:
    """Return when the organisation's answers within 14 days were given."""
    return asked.staff[asked.in_time(asked.staff)]


def place_rows(parts: Iterable[tuple[str, Calls]]) -> list[Cell]:
    """Return channels or departments, those of which most was asked first, with how many answers were given there."""
    cells = [(name, asked, answer_times(asked).size) for name, asked in parts]
    return sorted(cells, key=lambda cell: -cell[1].at.size)


def time_rows(asked: Calls, by: str, zone: str) -> list[Cell]:
    """Return all hours or weekdays, what was asked at each, and how many answers were given then."""
    names, told = (HOURS, hour) if by == "hour" else (WEEKDAYS, weekday)
    when = told(local(asked.at, zone))
    answers = np.bincount(told(local(answer_times(asked), zone)), minlength=len(names)).tolist()
    return [(name, some(asked, when == place), answers[place]) for place, name in enumerate(names)]


def some(asked: Calls, chosen: Flags) -> Calls:
    """Return some of what was asked."""
    arrays = {one.name: getattr(asked, one.name)[chosen] for one in fields(asked) if one.name != "until"}
    return replace(asked, **arrays)


def measure_row(asked: Calls, answers: int) -> Row:
    """Measure one row as the indicators do, but whatever few there are."""
    people, hit = np.unique(asked.person), asked.in_time(asked.staff)
    told = of_cases(hit, asked.due, asked.person, ANY).value
    hours = waiting(asked, asked.staff, ANY).value
    counts = {"people": people.size, "questions": asked.at.size, "due": int(asked.due.sum()), "answers": answers}
    return counts | three("share low high", told) | three("median_hours median_low median_high", hours)


def three(names: str, value: Value) -> Row:
    """Name an estimate and its bounds."""
    return dict(zip(names.split(), (value.value, value.low, value.high), strict=True))


def members(directory: Directory, behind: Sequence[tuple[str | None, Ints]]) -> nw.LazyFrame[Any]:
    """Return who asked in each row: person_id, name, part."""
    person = np.concatenate([np.empty(0, np.int64), *(people for _, people in behind)])
    parts = [name for name, people in behind for _ in range(people.size)]
    columns = {
        **directory.called(person),
        "part": pa.array(parts, pa.string()),
    }
    return tables.frame(pa.table(columns))


def draw_panels(rows: Sequence[Row], title: str | None) -> alt.TopLevelMixin:
    """Draw two panels above the same parts. title: of a part that is a time, which lines may join."""
    counts = [
        {"part": row["part"], "what": what, "number": row[name]}
        for what, name in ((ASKED, "questions"), (GIVEN, "answers"))
        for row in rows
    ]
    waits = [row for row in rows if row["median_hours"] is not None]
    legend = alt.Legend(orient="top", direction="horizontal", symbolOpacity=1, symbolStrokeWidth=0)
    axis = alt.Axis(labelAngle=0 if title else -40, labelOverlap="greedy" if title else False, grid=False)
    domain = alt.Scale(domain=[row["part"] for row in rows])
    x = alt.X("part:N", sort=None, title=title, axis=axis, scale=domain)

    def scaled(values: Sequence[Any]) -> alt.Scale:
        return alt.Scale(domain=[ASKED, GIVEN], range=list(values[:2]))

    number = alt.Y(
        "number:Q", title="Questions, answers", axis=alt.Axis(tickCount=4, tickMinStep=1, orient="left"),
        scale=alt.Scale(range=COUNTS, zero=True),
    )  # fmt: skip
    colour = alt.Color("what:N", title=None, scale=scaled((charts.BLUE, charts.ORANGE)), legend=legend)
    both = alt.Chart(charts.data(counts)).encode(x=x, y=number, color=colour)
    lines = both.mark_line(strokeWidth=2, opacity=0.8 if title else 0).encode(
        strokeDash=alt.StrokeDash("what:N", title=None, scale=scaled(charts.DASHES), legend=legend)
    )
    marks = both.mark_point(filled=True, size=55, opacity=1).encode(
        shape=alt.Shape("what:N", title=None, scale=scaled(charts.MARKS), legend=legend), tooltip=charts.tips(counts)
    )
    wait = alt.Scale(type="sqrt", range=WAITS, zero=True)
    ticks = alt.Axis(values=TICKS, labelOverlap="greedy", orient="left")
    hours = alt.Chart(charts.data(waits)).encode(x=x)
    bounds = hours.mark_rule(color=charts.GREEN, strokeWidth=2, opacity=0.7).encode(
        y=alt.Y("median_low:Q", title="Median hours waited", scale=wait, axis=ticks),
        y2="median_high:Q",
    )
    medians = hours.mark_point(shape="diamond", filled=True, size=75, opacity=1, color=charts.GREEN).encode(
        y=alt.Y("median_hours:Q", scale=wait), tooltip=charts.tips(waits)
    )
    layers: alt.LayerChart = alt.layer(alt.layer(lines, marks), alt.layer(bounds, medians)).resolve_scale(
        y="independent"
    )
    return charts.fitted(layers, HEIGHT)
