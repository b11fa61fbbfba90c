"""How fast are people answered, by channel and by level, against what is promised and what they are used to?

How long it took until each question, complaint or request had a first answer. Waits are read with Kaplan and Meier's
estimate, so that a question still open counts for as long as it has waited, and a young one is not taken for a
neglected one. Bounds (95 %) take as many independent waits as there are people, because one person's questions are not
independent.

An answer is no solution, and a fast one is no good one. Levels are those at which people stood when they asked; that
higher ones wait less does not mean that they are preferred: they may ask what is easy.

Source: Kaplan & Meier (1958), JASA 53(282), 457-481; for quantiles, Brookmeyer & Crowley (1982), Biometrics 38(1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Questions
from ziggurat.facts.level_history import NOWHERE
from ziggurat.facts.waits import WHO, Waits, usual, waits
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, HOURS, LEVEL, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.survival import Survival, kaplan_meier
from ziggurat.study import OneOf, Quarter, Rungs, Window, study

Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]
ALL, ANONYMOUS = "all channels", "Anonymous"
KEYS = ("channel", "level")
MARKS = {"half, by now": charts.BLUE, "nine in ten, by now": charts.ORANGE, "half, earlier": charts.GREY}


@dataclass(frozen=True)
class Answering(Result):
    """One row for everything, one per channel, one per level, and one per channel and level at which anyone asked.

    channel, level: null for all of them; level -1 is that of anonymous people. people: who asked. questions: asked in
    the window. share: of them answered by its end, with bounds. median_hours, p90_hours: by which half, and nine in
    ten, are answered, with bounds; null where that is not reached. earlier_hours: the median in the window before, as
    it was known then. target_hours: promised for the channel. within: share answered within what is promised, with
    bounds. slower: share that waited longer than its asker is used to (her own earlier median there, else the
    channel's), with bounds. Members: person_id, name, channel, level.
    """

    columns: ClassVar = {
        "channel": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
        "questions": COUNT,
        "share": SHARE("Answered"),
        **interval(SHARE),
        "median_hours": HOURS,
        **interval(HOURS, "median"),
        "p90_hours": HOURS("Nine in ten within hours"),
        **interval(HOURS, "p90"),
        "earlier_hours": HOURS("Median hours earlier"),
        "target_hours": HOURS,
        "within": SHARE("In time"),
        **interval(SHARE, "within"),
        "slower": SHARE("Slower than they are used to"),
        **interval(SHARE, "slower"),
    }
    keys: ClassVar = KEYS
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (needs.QUESTION,), visitors=True)
    wholes: ClassVar = {"channel": "all channels", "level_name": "everyone"}

    def chart(self) -> alt.TopLevelMixin:
        """Draw how long half and nine in ten wait on each channel, with bounds, and what is promised."""
        return draw_waits([row | {"where": row["channel"] or ALL} for row in self.rows() if row["level"] is None])


@study
def answering(
    given: Questions,
    *,
    window: Quarter,
    rungs: Rungs,
    answers: Annotated[str, OneOf(*WHO), "whose answers count"] = "anyone",
) -> Answering:
    """Measure how long what was asked within (since, until] waits for its first answer.

    people, levels, targets: tables as `schema.PEOPLE`, `LEVELS` and `TARGETS`. names: the level names, level 0 first.
    answers: by anyone, or by staff alone. What people are used to is read in a window of the same length before
    `since`. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, `answers` is neither, or a level has no name.
    """
    start, end = window.since, window.until
    both = waits(given, Window(2 * start - end, end), rungs, answers=answers)
    before, now = both.as_of(start), both.some(both.at > start)
    longer = ratio(now, usual(now, before))
    rows = [
        measure_questions(now, chosen, longer, before, earlier) | {"channel": channel, "level": level}
        for channel, level, chosen, earlier in cells(now, before)
    ]
    words = {None: None, NOWHERE: ANONYMOUS} | dict(enumerate(rungs.names))
    for row in rows:
        row["level_name"] = words[row["level"]]
    return Answering(tables.from_rows(Answering.columns, rows), tables.frame(members(now)))


def cells(now: Waits, before: Waits) -> Iterator[tuple[str | None, int | None, Flags, Flags]]:
    """Yield channel, level, and which questions of now and of before are of both: everything, then its parts."""
    spoken = sorted(
        np.unique(now.channel).tolist(), key=lambda code: (-(now.channel == code).sum(), now.channels[code])
    )
    stood = sorted(np.unique(now.level).tolist(), reverse=True)
    for code in (None, *spoken) if now.at.size else ():
        for level in (None, *stood):
            here, then = (
                (np.ones(one.at.size, np.bool_) if code is None else one.channel == code)
                & (np.ones(one.at.size, np.bool_) if level is None else one.level == level)
                for one in (now, before)
            )
            if here.any():
                yield None if code is None else now.channels[code], level, here, then


def ratio(questions: Waits, hours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return waits in units of some hours; a wait of no time at all is no longer than any."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(questions.hours > 0, questions.hours / hours, 0.0 * hours)


def measure_questions(now: Waits, chosen: Flags, longer: npt.NDArray[np.float64], before: Waits, earlier: Flags) -> Row:
    """Measure some questions; `longer` is how many times as long as usual each waited."""
    some = now.some(chosen)
    people = np.unique(some.person).size
    share = float(some.done.mean())
    curve = wait_curve(some, some.hours)
    promised = np.unique(some.target)
    past = kaplan_meier(before.hours[earlier], before.done[earlier]).median()[0] if earlier.any() else None
    return {
        "people": people,
        "questions": some.at.size,
        **three("share low high", (share, *wilson(share * people, people))),
        **three("median_hours median_low median_high", curve.median()),
        **three("p90_hours p90_low p90_high", curve.quantile(0.9)),
        "earlier_hours": past,
        "target_hours": float(promised[0]) if promised.size == 1 and np.isfinite(promised[0]) else None,
        **three("within within_low within_high", within(some, ratio(some, some.target))),
        **three("slower slower_low slower_high", after(some, longer[chosen])),
    }


def three(names: str, values: Sequence[float | None]) -> Row:
    """Name an estimate and its bounds."""
    return dict(zip(names.split(), values, strict=True))


def wait_curve(some: Waits, times: npt.NDArray[np.float64]) -> Survival:
    """Return the curve of some waits, with bounds for as many independent ones as there are people."""
    weight = np.unique(some.person).size / some.at.size
    return kaplan_meier(times, some.done, np.full(some.at.size, weight))


def after(some: Waits, times: npt.NDArray[np.float64]) -> tuple[float | None, ...]:
    """Return the share that waited longer than one unit, with bounds; null where none is told."""
    told = np.isfinite(times)
    if not told.any():
        return None, None, None
    return wait_curve(some.some(told), times[told]).at(1.0) or (None, None, None)


def within(some: Waits, times: npt.NDArray[np.float64]) -> tuple[float | None, ...]:
    """Return the share that waited no longer than one unit, with bounds."""
    share, low, high = after(some, times)
    if share is None or low is None or high is None:
        return None, None, None
    return 1 - share, 1 - high, 1 - low


@dataclass(frozen=True)
class Answered:
    """How one person's questions fared.

    questions: each with source, interaction_id, channel, asked_at (µs), hours (until the answer, or so far), answered,
    target_hours (null where nothing is promised), and who answered first: answerer, by (staff or member) and how.
    answered: how many of them were. median_hours: of all her waits, open ones as long as they are; null where half are
    not answered. It has no bounds: these are all her questions, and no sample of others.
    """

    questions: tuple[Row, ...]
    answered: int
    median_hours: float | None


def of_person(found: Waits, person: int, sources: Sequence[str]) -> Answered:
    """Return how the questions of one person (hash) fared. sources: names by code, as `buckets.codes` has them."""
    hers = found.some(found.person == person)
    told = hers.table.select(["source", "interaction_id", "answerer", "by", "how"]).to_pylist()
    questions = tuple(
        row
        | {
            "source": sources[row["source"]],
            "channel": hers.channels[int(hers.channel[place])],
            "asked_at": int(hers.at[place]),
            "hours": float(hers.hours[place]),
            "answered": bool(hers.done[place]),
            "target_hours": None if np.isnan(hers.target[place]) else float(hers.target[place]),
        }
        for place, row in enumerate(told)
    )
    median = kaplan_meier(hers.hours, hers.done).median()[0] if questions else None
    return Answered(questions, int(hers.done.sum()), median)


def members(now: Waits) -> pa.Table:
    """Return who is behind each row: person_id, name, channel, level."""
    pairs = pa.table({"person": now.person, "channel": now.channel, "level": now.level})
    words = pa.array(list(now.channels), pa.string())
    parts = []
    for parted in ((), ("channel",), ("level",), ("channel", "level")):
        some = pairs.group_by(["person", *parted], use_threads=False).aggregate([])
        some = some.sort_by([(name, "ascending") for name in some.column_names])
        person = some["person"].combine_chunks().to_numpy()
        columns = {
            **now.directory.called(person),
            "channel": words.take(some["channel"]) if "channel" in parted else pa.nulls(some.num_rows, pa.string()),
            "level": some["level"] if "level" in parted else pa.nulls(some.num_rows, pa.int64()),
        }
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def draw_waits(rows: Sequence[Row]) -> alt.TopLevelMixin:
    """Draw waits by channel on a scale of powers."""
    sides = list(zip(MARKS, ("median", "p90", "earlier"), strict=True))
    edge = 1.5 * max((row[f"{value}_hours"] or 0 for row in rows for _, value in sides), default=0)
    marks = [
        {key: row[key] for key in ("where", *KEYS)}
        | {"answered": name, "hours": row[f"{value}_hours"]}
        | {
            "low": row.get(f"{value}_low") or row[f"{value}_hours"],
            "high": row.get(f"{value}_high", row[f"{value}_hours"]) or edge,  # without an upper bound, to the edge
        }
        for name, value in sides
        for row in rows
        if row[f"{value}_hours"]
    ]
    promised = [{"where": row["where"], "hours": row["target_hours"]} for row in rows if row["target_hours"]]
    order = [row["where"] for row in rows]
    y = alt.Y("where:N", sort=order, title=None, axis=charts.BARE, scale=alt.Scale(domain=order, paddingInner=0.3))
    axis = alt.Axis(format="~g", tickCount=5)
    x = alt.X("hours:Q", title="Hours until the first answer", scale=alt.Scale(type="log", nice=False), axis=axis)
    legend = alt.Legend(orient="bottom", columns=2, symbolOpacity=1)
    base = alt.Chart(charts.data(marks)).encode(
        y=y,
        yOffset=alt.YOffset("answered:N", sort=list(MARKS), scale=alt.Scale(domain=list(MARKS))),
        color=alt.Color("answered:N", title="Answered", legend=legend, scale=mark_scale(MARKS.values())),
    )
    rule = base.mark_rule(strokeWidth=2, opacity=0.6).encode(x=alt.X("low:Q"), x2="high:Q")
    shape = alt.Shape("answered:N", title="Answered", legend=legend, scale=mark_scale(charts.MARKS))
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=x, shape=shape, tooltip=charts.tips(marks, KEYS))
    ticks = (
        alt.Chart(charts.data(promised))
        .mark_tick(thickness=3, color=charts.GREEN, height=alt.RelativeBandSize(0.9))
        .encode(y=y, x=x, tooltip=[alt.Tooltip("hours:Q", title="Promised hours")])
    )
    title = "Upright lines: what is promised" if promised else ""
    return charts.fitted(rule + dots + ticks if promised else rule + dots, max(1, len(order)) * 1.3, title)


def mark_scale(values: Iterable[str]) -> alt.Scale:
    """Return a scale that gives each of MARKS its own."""
    return alt.Scale(domain=list(MARKS), range=list(values)[: len(MARKS)])
