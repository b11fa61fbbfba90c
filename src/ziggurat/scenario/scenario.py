"""In which of four scenarios of social engagement does the organisation stand, as it acts and as people see it?

Each indicator is measured from the log wherever it can be, and asked where it can't; each reaches one of four steps.
An axis stands on the highest step that a stated share of its indicators reach. An indicator that the data can't
support counts for neither side, and says why; where too few can be told, the axis has no step.

Only the four scenarios, what the first two are, and some ways from one to the next are published (Chess Media Group and
Metz, 2010). Thresholds, the third and the fourth step, and the whole view from outside are Ziggurat's own.

A step says what the log shows of how the organisation and its people deal with each other, and not whether that pays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import moment
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, NUMBER, STEP, TEXT, interval
from ziggurat.scenario import picture
from ziggurat.scenario.answered import departments
from ziggurat.scenario.criteria import STEPS, Criteria
from ziggurat.scenario.found import Evidence, Found
from ziggurat.scenario.lives import Slice
from ziggurat.scenario.measures import measure
from ziggurat.scenario.picture import Point
from ziggurat.scenario.slices import Happenings, Part, of_department
from ziggurat.scenario.standing import Axis, Value, both, disagreement, holding, missing
from ziggurat.study import Back, Count, Rungs, Window, Within, slow_study

PERIODS, MOST_PERIODS = 6, 24
NOT_SUPPORTED, MEASURED, ASKED = "not supported", "measured", "asked"


@dataclass(frozen=True)
class Scenario(Result):
    """One row per indicator, in the order of the criteria.

    side: inside or outside. indicator, title: its name. value, low, high: in its unit, with a 95 % interval; null where
    the data can't support one. unit: share, hours, count, score or answer. cases: what it rests on. people: behind it.
    before: its value in the window of the same length before. step: 1 to 4. next: what the next step takes. told:
    measured, asked or not supported. reason: why it is not, or what to know of it.
    Members: person_id, indicator.
    axes: inside and outside. path: both axes over the windows up to this one, oldest first. values: by indicator.
    trends: the value of each indicator over the same windows, None where it could not be told.
    """

    columns: ClassVar = {
        "side": TEXT,
        "indicator": TEXT,
        "title": TEXT("What is measured"),
        "value": NUMBER,
        **interval(NUMBER),
        "unit": TEXT,
        "cases": COUNT,
        "people": COUNT,
        "before": NUMBER("In the window before"),
        "step": STEP("Step reached"),
        "next": NUMBER("Next step from"),
        "told": TEXT("How it is known"),
        "reason": TEXT,
    }
    keys: ClassVar = ("indicator",)
    absence: ClassVar = Absence(
        "none supports an indicator, or too few do",
        "Choose a longer period, import questions and their answers, or answer the questionnaire.",
        visitors=True,
    )

    criteria: Criteria = field(kw_only=True)
    values: Mapping[str, Value] = field(kw_only=True)
    path: Sequence[Point] = field(kw_only=True)
    trends: Mapping[str, Sequence[float | None]] = field(kw_only=True)

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether the indicator could be told."""
        return row["step"] is not None

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Return the axes inside and outside."""
        return both(self.criteria, self.values)

    def sentence(self) -> str:
        """Say where the organisation stands, in a sentence or two."""
        return sentence(self.criteria, self.values)

    def chart(self) -> alt.TopLevelMixin:
        """Draw the four by four scenarios with the organisation's path."""
        return picture.picture(self.criteria, self.path)


@slow_study
def scenario(
    given: Happenings,
    questionnaire: Frame,
    criteria: Criteria,
    *,
    window: Annotated[Window, Back(91)],
    rungs: Rungs,
    place: Part,
    periods: Annotated[Count, Within(1, MOST_PERIODS), "windows of this length that the path shows"] = PERIODS,
) -> Scenario:
    """Assess what happened within (since, until], and in windows of the same length before, as far as the log goes.

    buckets: people's lives. people, levels, kinds, targets: tables as `schema` declares them. stances: at, person_id
    and stance, at the end of each window. questionnaire: as `schema.QUESTIONNAIRE`; the latest answer up to the end of
    a window counts. channel, department: a part of the business, all of it if left out. periods: windows at most, 1 to
    24.
    Raises: QuestionError if both a channel and a department are asked for, or one is unknown.
    """
    buckets, start, end = given.buckets, window.since, window.until
    directory = Directory.of(given.people)
    wanted = part_of(criteria, place.channel, place.department)
    found: list[dict[str, Found]] = []
    ends = covered(given.people, start, end, periods)
    for last in ends:
        first = last - (end - start)
        part = business_part(buckets, directory, place.channel, place.department, first, last)
        known = tables.frame(given.stances).filter(nw.col("at") == last)
        logged = (buckets, directory, given.levels, known, given.kinds, given.targets)
        evidence = Evidence(*logged, rungs.ladder, first, last, part)
        found.append(measure(wanted, evidence, answers(questionnaire, last)))
    values = [{name: one.value for name, one in each.items()} for each in found]
    path = [Point(moment(last), *both(wanted, each)) for last, each in zip(ends, values, strict=True)][::-1]
    before = values[1] if len(values) > 1 else {}
    rows = [row(wanted, name, one, before.get(name)) for name, one in found[0].items()]
    trends = {name: [each[name].value for each in values[::-1]] for name in values[0]}
    return Scenario(
        tables.from_rows(Scenario.columns, rows), members(found[0]), {},
        criteria=wanted, values=values[0], path=path, trends=trends,
    )  # fmt: skip


def covered(people: Frame, since: int, until: int, periods: int) -> list[int]:
    """Return the ends of windows, the last first: of those before the last, only those that the log covers whole.

    people: a table as `schema.PEOPLE`; the log begins where the first of them was first seen.
    """
    first = tables.collect(tables.frame(people).select(nw.col("first_at").min()), "first_at")["first_at"][0].as_py()
    begins = until if first is None else first
    span = until - since
    return [until - place * span for place in range(periods) if place == 0 or since - place * span >= begins]


def part_of(criteria: Criteria, channel: str, department: str) -> Criteria:
    """Return the criteria for what is asked about. Raises: QuestionError if both a channel and a department are."""
    if channel and department:
        raise QuestionError("a channel and a department can't be asked about at once; leave one of them out.")
    return criteria.narrowed("channel") if channel else criteria.narrowed("department") if department else criteria


def business_part(
    buckets: Buckets, directory: Directory, channel: str, department: str, since: int, until: int
) -> Slice:  # fmt: skip
    """Return the part of the business that is asked about. Raises: QuestionError if it is unknown."""
    channels = buckets.codes.get("channel", [])
    if channel and channel not in channels:
        near = suggest(channel, channels) or "."
        raise QuestionError(f"no channel named '{channel}'{near} There are: {list_words(channels)}.")
    if not department:
        return Slice(channel)
    known = sorted(set(departments(directory).values()))
    if department not in known:
        near = suggest(department, known) or "."
        raise QuestionError(f"no department named '{department}'{near} Traits of staff name: {list_words(known)}.")
    return of_department(buckets, directory, department, since, until)


def list_words(words: Iterable[str]) -> str:
    """Write some words in a row."""
    return ", ".join(words) or "none"


def answers(questionnaire: Frame, until: int) -> dict[str, int]:
    """Return the latest answer to each question by an instant, as steps."""
    rows = tables.frame(questionnaire).filter(nw.col("at") <= until).sort("at")
    return {row["indicator"]: row["step"] for row in tables.collect(rows, "indicator", "step", "at").to_pylist()}


def row(criteria: Criteria, name: str, found: Found, before: Value | None) -> dict[str, Any]:
    """Write one row."""
    one = next(one for one in criteria.indicators if one.name == name)
    value = found.value
    step = None if value.value is None else one.step(value.value)
    more = None if step is None or step == STEPS or one.asked else one.thresholds[step - 1]
    told = NOT_SUPPORTED if step is None else ASKED if one.asked else MEASURED
    return {
        "side": one.side, "indicator": name, "title": one.title, "value": value.value, "low": value.low,
        "high": value.high, "unit": one.unit, "cases": value.cases, "people": found.people.size,
        "before": before.value if before else None, "step": step, "next": more, "told": told, "reason": value.reason,
    }  # fmt: skip


def members(found: Mapping[str, Found]) -> nw.LazyFrame[Any]:
    """Return who is behind each indicator."""
    people = [one.people for one in found.values()]
    names = np.repeat(np.array(list(found), np.object_), [some.size for some in people])
    ids = person_ids(np.concatenate([np.empty(0, np.int64), *people]))
    return tables.frame(pa.table({"person_id": ids, "indicator": pa.array(names, pa.string())}))


def sentence(criteria: Criteria, values: Mapping[str, Value]) -> str:
    """Say where the organisation stands, and what it would take to come further."""
    parts = []
    for axis in both(criteria, values):
        seen = "From inside" if axis.side == "inside" else "From outside"
        if axis.step is None:
            parts.append(f"{seen} it can't be said: {axis.supported} of {axis.total} indicators can be told.")
            continue
        name = criteria.names(axis.side)[axis.step - 1]
        text = f"{seen} it is step {axis.step} of {STEPS}, {name}"
        if axis.low != axis.high:
            text += f" ({axis.low} to {axis.high} if all indicators were off to one side)"
        more, held = missing(axis.side, criteria, values), holding(axis.side, criteria, values)
        if more:
            nearest = ", ".join(hold.indicator.title.lower() for hold in held[:more])
            noun = "indicator" if more == 1 else "indicators"
            text += f"; {more} more {noun} must reach the next, nearest: {nearest}"
        parts.append(f"{text}.")
    words = disagreement(*both(criteria, values))
    return " ".join([*parts, f"The two disagree: {words}."] if words else parts)
