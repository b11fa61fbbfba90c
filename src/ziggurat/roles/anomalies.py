"""Which series left their usual band: when, and what changed?

The net promoter score, sentiment, how much of what is heard detractors say, answers in time, active days by channel and
new people by activity, week by week, are each held against a line through their own past (`stats.bands`). A series is
out of its band where so large a difference, either way, would be rarer than the option chance allows, for all series
and all windows together (Bonferroni's inequality), and it was never nearly so far off before: where nothing changes, at
most that share of looks finds anything.

That a series left its band says that something changed, not why; what comes with the seasons of a year is a change too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.words import numbers
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, FLAG, INSTANT, NUMBER, TEXT
from ziggurat.roles.watched import WEEK, Watched, Watching, watch
from ziggurat.stats.bands import BASE, LEAST_BASE, Verdict, drawn_in, verdicts
from ziggurat.study import At, Share, Within, study

Row = dict[str, Any]
STEADY = "within their band"
LEFT = "left it"


@dataclass(frozen=True)
class Anomalies(Result):
    """One row per series that is watched, those out of their band first, then the least likely.

    measure, about: what is watched, and of which channel or activity; null for all. out: whether it left its band.
    people: who it is of in its last `weeks`, which began at `since`: those of 1 to 13 weeks that are furthest off. now:
    its mean in them, or its count a week. expected: where its past would have it, with the band from `usual_least` to
    `usual_most`. off: how far off it is, in standard errors; limit: how far it may be. what: what of it changed most.
    Members: person_id, name, and the keys. weekly: by measure and about, each week's mean or count, the oldest first;
    null for no mean.
    """

    weekly: Mapping[tuple[str, str | None], tuple[float | None, ...]] = field(default_factory=dict, kw_only=True)

    columns: ClassVar = {
        "measure": TEXT,
        "about": TEXT("Channel or activity"),
        "out": FLAG("Out of its band"),
        "since": INSTANT,
        "weeks": COUNT,
        "people": COUNT,
        "now": NUMBER,
        "expected": NUMBER,
        "usual_least": NUMBER("Usual from"),
        "usual_most": NUMBER("to"),
        "off": NUMBER("Standard errors off"),
        "limit": NUMBER("Standard errors that it may be off"),
        "what": TEXT("What changed most"),
    }
    keys: ClassVar = ("measure", "about")
    wholes: ClassVar = {"about": "all"}
    absence: ClassVar = Absence(
        f"none is of a series that goes back {LEAST_BASE + 1} weeks", "Import older data, or wait for more.", (), ever
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw how far each series is off, against how far it may be."""
        rows = self.rows()
        if not rows:
            return charts.nothing()
        drawn = [
            row | {"_label": label(row), "_low": -row["limit"], "_state": LEFT if row["out"] else STEADY}
            for row in rows
        ]
        title = "Standard errors from where its past would have it"
        base = alt.Chart(charts.data(drawn)).encode(y=alt.Y("_label:N", sort=None, title=None, axis=charts.BARE))
        band = base.mark_bar(opacity=0.25, color=charts.GREY).encode(x=alt.X("_low:Q", title=title), x2="limit:Q")
        colour = alt.Scale(domain=[STEADY, LEFT], range=[charts.GREY, charts.ORANGE])
        shape = alt.Scale(domain=[STEADY, LEFT], range=["circle", "diamond"])
        dots = base.mark_point(filled=True, size=110, opacity=1).encode(
            x="off:Q",
            color=alt.Color("_state:N", title=None, scale=colour, legend=alt.Legend(orient="top")),
            shape=alt.Shape("_state:N", title=None, scale=shape),
            tooltip=charts.tips(rows),
        )
        return charts.fitted(band + dots, len(rows))


def label(row: Row) -> str:
    """Name a series."""
    measure: str = row["measure"]
    return measure if row["about"] is None else f"{measure}: {row['about']}"


@study
def anomalies(
    buckets: Buckets,
    people: Frame,
    kinds: Frame,
    languages: Frame,
    targets: Frame,
    *,
    at: At,
    chance: Annotated[
        Share, Within(1e-6, 0.5), "how often, at most, anything is found of all series where nothing changed"
    ] = 0.05,
) -> Anomalies:
    """Tell which weekly series left their band by an instant.

    people, kinds, languages, targets: tables as `schema.PEOPLE`, `KINDS`, `LANGUAGES` and `TARGETS`. Answers are
    watched on channels with a declared time. Nothing after `at` is looked at.
    Raises: QuestionError if a scorer of sentiment returns what it must not.
    """
    series = watch(Watching(buckets, people, kinds, languages, targets, at))
    rows, parts, weekly = [], [], {}
    for each, found in zip(series, verdicts([one.weekly for one in series], chance), strict=True):
        if found is not None:
            here = each.made.week < found.judged.weeks
            rows.append(describe(each, found, at))
            weekly[each.measure, each.about] = each.values
            parts.append((np.unique(each.made.person[here]), each.measure, each.about))
    rows.sort(key=lambda row: (not row["out"], -abs(row["off"]), row["measure"], row["about"] or ""))
    table = tables.from_rows(Anomalies.columns, rows)
    return Anomalies(table, members(Folk.of(people, at), parts), notes=short(len(series), len(rows)), weekly=weekly)


def describe(each: Watched, found: Verdict, at: int) -> Row:
    """Return the row of a series."""
    one, wide = found.judged, found.limit * found.judged.error
    here = each.made.week < one.weeks
    ends = (one.expected, one.expected - wide, one.expected + wide)
    if each.span:
        expected, low, high = (min(each.least + each.span, max(each.least, end)) for end in ends)
    else:
        expected, low, high = (drawn_in(end) for end in ends)
    return {
        "measure": each.measure,
        "about": each.about,
        "out": found.out,
        "since": at - one.weeks * WEEK,
        "weeks": one.weeks,
        "people": np.unique(each.made.person[here]).size,
        "now": one.now if each.span else int(here.sum()) / one.weeks,
        "expected": expected,
        "usual_least": low,
        "usual_most": high,
        "off": one.off,
        "limit": found.limit,
        "what": changed(each, one.weeks),
    }


def changed(each: Watched, weeks: int) -> str:
    """Say which part of a series changed most: of a mean, whose share grew most; of a count, where it fell or grew."""
    made = each.made
    before = (made.week >= weeks) & (made.week < min(each.weeks, weeks + BASE))
    here = made.week < weeks
    sizes = [np.bincount(made.part[some], minlength=len(each.parts)).astype(float) for some in (here, before)]
    over = [max(1.0, one.sum()) for one in sizes] if each.span else [weeks, max(1, min(each.weeks - weeks, BASE))]
    now, then = (one / by for one, by in zip(sizes, over, strict=True))
    part = int(np.argmax((now - then) * (1 if each.span or now.sum() >= then.sum() else -1)))
    if each.span:
        return f"{each.parts[part]}: {numbers.share(now[part])}, {numbers.share(then[part])} before"
    return f"{each.parts[part]}: {numbers.number(now[part])} a week, {numbers.number(then[part])} before"


def members(folk: Folk, parts: Sequence[tuple[Any, str, str | None]]) -> Any:
    """Return whom the last weeks of each series are of."""
    place = np.concatenate([np.empty(0, np.int64), *(folk.places(who) for who, _, _ in parts)])
    sizes = [who.size for who, _, _ in parts]
    words = [
        pa.array([value for value, size in zip(column, sizes, strict=True) for _ in range(size)], pa.string())
        for column in ([one[1] for one in parts], [one[2] for one in parts])
    ]
    return folk.members(place, {"measure": words[0], "about": words[1]})


def short(series: int, judged: int) -> tuple[str, ...]:
    """Say how many series are too young to be judged."""
    if series == judged:
        return ()
    words = numbers.count(series - judged, "series is", "series are")
    return (f"{words} not judged: each needs {LEAST_BASE} weeks before its last ones.",)
