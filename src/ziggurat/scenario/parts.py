"""In which scenario is each channel and each department?

Every part is assessed as the whole organisation is, by those indicators that can be told of a part. A channel is what
happened there; a department is its staff, and the people with whom they had to do.

Parts are small, so more of their indicators rest on too few cases; the columns say how many could be told. A
department's people are others' people too: the parts do not add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, STEP, TEXT, interval
from ziggurat.scenario.answered import departments
from ziggurat.scenario.criteria import STEPS, Criteria
from ziggurat.scenario.scenario import Scenario, scenario
from ziggurat.scenario.slices import Happenings, Part
from ziggurat.study import Back, Rungs, Window, slow_study

CHANNEL, DEPARTMENT, WHOLE = "channel", "department", "organisation"
SEEN = ("from inside", "from outside")


@dataclass(frozen=True)
class Parts(Result):
    """One row per part: the organisation first, then channels, then departments, by name.

    part: organisation, channel or department. name: which. inside, outside: step, 1 to 4; null where too few
    indicators can be told. inside_low, inside_high, outside_low, outside_high: the steps if every indicator were at the
    worse or the better end of its interval. told, indicators: how many can be told, of how many. people: behind them.
    Members: person_id, part, name.
    """

    columns: ClassVar = {
        "part": TEXT,
        "name": TEXT,
        "inside": STEP("From inside"),
        **interval(STEP, "inside"),
        "outside": STEP("From outside"),
        **interval(STEP, "outside"),
        "told": COUNT("Indicators told"),
        "indicators": COUNT("Of indicators"),
        "people": COUNT,
    }
    keys: ClassVar = ("part", "name")
    absence: ClassVar = Absence(
        "none supports an indicator, or too few do",
        "Choose a longer period, import questions and their answers, or answer the questionnaire.",
        visitors=True,
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether any indicator could be told."""
        return bool(row["told"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw both steps of each part."""
        rows = [
            {"where": f"{row['name']} ({row['part']})", "seen": seen, "step": row[side]}
            | {f"_{end}": row[f"{side}_{end}"] for end in ("low", "high")}
            for row in self.rows()
            for side, seen in zip(("inside", "outside"), SEEN, strict=True)
            if row[side] is not None
        ]
        return charts.fitted(draw_parts(rows), max(2, len({row["where"] for row in rows})))


def draw_parts(rows: list[dict[str, Any]]) -> alt.LayerChart:
    """Draw a dot and a range for each part and side."""
    legend = alt.Legend(orient="bottom", symbolOpacity=1)
    base = alt.Chart(charts.data(rows)).encode(
        y=alt.Y("where:N", title=None, sort=None, axis=charts.BARE),
        yOffset=alt.YOffset("seen:N"),
        color=alt.Color("seen:N", title=None, scale=alt.Scale(domain=SEEN, range=[charts.ORANGE, charts.BLUE]),
                        legend=legend),
    )  # fmt: skip
    scale = alt.Scale(domain=[1, STEPS])
    x = alt.X("step:Q", title="Scenario, from 1 to 4", scale=scale, axis=alt.Axis(values=[1, 2, 3, 4], format="d"))
    reach = base.mark_rule(strokeWidth=2).encode(x=alt.X("_low:Q", scale=scale), x2="_high:Q")
    shape = alt.Shape("seen:N", title=None, scale=alt.Scale(domain=SEEN, range=list(charts.MARKS[:2])), legend=legend)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, shape=shape)
    return alt.LayerChart(layer=[reach, dots])


@slow_study
def scenario_parts(
    given: Happenings,
    questionnaire: Frame,
    criteria: Criteria,
    *,
    window: Annotated[Window, Back(91)],
    rungs: Rungs,
) -> Parts:
    """Assess the whole, each channel and each department within (since, until]; tables as for `scenario`."""
    found = []
    for part, name in name_parts(given.buckets, Directory.of(given.people)):
        chosen = {part: name} if part != WHOLE else {}
        one = scenario.function(
            given, questionnaire, criteria, window=window, rungs=rungs, place=Part(**chosen), periods=1
        )
        found.append((part, name, one))
    rows = [row(*each) for each in found]
    behind = [
        everyone(one).with_columns(nw.lit(part).alias("part"), nw.lit(name).alias("name")) for part, name, one in found
    ]
    return Parts(tables.from_rows(Parts.columns, rows), nw.concat(behind))


def name_parts(buckets: Buckets, directory: Directory) -> Iterator[tuple[str, str]]:
    """Yield every part: what it is, and its name."""
    yield WHOLE, "all of it"
    yield from ((CHANNEL, name) for name in sorted(buckets.codes.get("channel", [])))
    yield from ((DEPARTMENT, name) for name in sorted(set(departments(directory).values())))


def everyone(one: Scenario) -> nw.LazyFrame[Any]:
    """Return the people behind any indicator, once each."""
    return one.members.select("person_id").unique()


def row(part: str, name: str, one: Scenario) -> dict[str, Any]:
    """Write one row."""
    inside, outside = one.axes
    return {
        "part": part, "name": name,
        "inside": inside.step, "inside_low": inside.low, "inside_high": inside.high,
        "outside": outside.step, "outside_low": outside.low, "outside_high": outside.high,
        "told": inside.supported + outside.supported, "indicators": inside.total + outside.total,
        "people": len(tables.collect(everyone(one), "person_id")),
    }  # fmt: skip
