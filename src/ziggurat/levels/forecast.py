"""Who will climb, slip, fall silent or reach a level within the next days, how likely is it, and why?

The chances come from what this log itself shows: how often it came, in the periods before, to people of whom the same
was known. Which model tells them is decided on the log's own past (`levels.learning`), and told; `forecast-quality`
shows it beside plain volume and plain recency. Where no model beats saying the same of everyone, everyone has the same
chance.

A chance is no verdict, and a reason is no cause: it says what people to whom it came had in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.words.numbers import count, number
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.given import Climbers
from ziggurat.facts.population import Folk
from ziggurat.levels.cases import OUTCOMES, Aim, Cases, cases
from ziggurat.levels.learning import FEWEST, Floats, Judged, judge, take
from ziggurat.levels.reasons import reasons
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import CHANCE, LEVEL, TEXT, interval
from ziggurat.study import At, Days, Family, Level, Limit, OneOf, Rungs, Within, slow_study

WORDS = {"climb": "climb", "slip": "slip", "silence": "fall silent", "reach": "reach {level}"}


@dataclass(frozen=True)
class Coming(Family):
    """What is foretold, and how far ahead."""

    outcome: Annotated[
        str, OneOf(*OUTCOMES), "to stand higher, to stand lower, to do nothing at all, or to reach a level"
    ] = "climb"
    level: Annotated[Level, "of `reach`: the level to be reached, a number or name; the highest if not given"] = ""
    days: Annotated[Days, Within(7, 1100), "how far ahead to look; also the length of the periods learnt from"] = 30.0

    def asked(self, names: Sequence[str]) -> Aim:
        """Return it with the level looked up. Raises: QuestionError if that is unknown."""
        return Aim.of(self.outcome, self.level, self.days, names)


@dataclass(frozen=True)
class Forecast(Result):
    """One row per person to whom it can come, the likeliest first.

    chance: that it comes within `days` after `at`, 0 to 1, with 95 % bounds `low` and `high` of it, which hold what the
    model leaves open and how far the whole level of chances has moved from one period to the next. reasons: what
    raises and what lowers it most, in words. judged: what was found on the log's past. now: what is known of each.
    Members: everyone, not cut off by `limit`: person_id, name, level, chance.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "chance": CHANCE,
        **interval(CHANCE),
        "reasons": TEXT,
    }
    keys: ClassVar = ("person_id", "level")
    absence: ClassVar = Absence(
        f"there is too little to learn from: it must have come {FEWEST} times before the last whole period of {{days}} "
        "days, to people of whom something was known",
        "Choose another `outcome` or fewer `days`, or import an earlier past.",
        period=ever,
    )
    judged: Judged | None = field(default=None, compare=False)
    now: Cases | None = field(default=None, compare=False)

    def chart(self) -> alt.TopLevelMixin:
        """Draw the twenty likeliest with their bounds."""
        rows = [row | {"label": f"{row['name'] or row['person_id']} · {row['level_name']}"} for row in self.rows()[:20]]
        if not rows:
            return charts.nothing()
        return charts.spreads(rows, y="label", x="chance", low="low", high="high", each="level_name")

    def of_person(self, person: int) -> dict[str, Any] | None:
        """Return chance, low, high and reasons of one person, by hash; None where it can't come to them, or nothing
        can be told."""
        if self.now is None or self.judged is None or self.judged.now is None:
            return None
        theirs = take(self.now, self.now.person == person)
        if not len(theirs.person):
            return None
        learnt, days = self.judged.now, float(self.asked["days"])
        (low,), (high,) = learnt.bounds(theirs)
        found = {"chance": float(learnt.chance(theirs)[0]), "low": float(low), "high": float(high)}
        return found | {"reasons": reasons(learnt, theirs, days)[0]}


@slow_study
def forecast(given: Climbers, *, at: At, rungs: Rungs, coming: Coming, limit: Limit = 1000) -> Forecast:
    """Tell how likely each person is to climb, slip, fall silent or reach a level within `days` after `at`.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. Nothing after `at` is looked at.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    asked = coming.asked(rungs.names)
    found, folk, _ = cases(given, at, rungs, asked)
    judged = judge(found)
    now = take(found, found.came < 0)
    if judged.now is None:
        now = take(now, np.zeros(len(now.person), np.bool_))
    told, bounds = (judged.now.chance(now), judged.now.bounds(now)) if judged.now else (np.empty(0), (np.empty(0),) * 2)
    order = np.lexsort((now.person, -told.round(12)))
    members = people_of(folk, now, told)
    rows = [row_of(rungs, folk, now, place, (told, *bounds)) for place in order[:limit].tolist()]
    why = reasons(judged.now, take(now, order[:limit]), coming.days) if judged.now else []
    for row, reason in zip(rows, why, strict=True):
        row["reasons"] = reason
    return Forecast(
        tables.from_rows(Forecast.columns, rows),
        tables.frame(members),
        {},
        judged,
        now,
        notes=notes(judged, coming, asked, rungs, float(told.sum())),
    )


def people_of(folk: Folk, now: Cases, told: Floats) -> pa.Table:
    """Return person_id, name, level and chance of everyone to whom it can come."""
    place = pa.array(now.place)
    columns = {"person_id": folk.ids.take(place), "name": folk.name.take(place), "level": now.level, "chance": told}
    return pa.table(columns)


def row_of(rungs: Rungs, folk: Folk, now: Cases, place: int, told: tuple[Floats, Floats, Floats]) -> dict[str, Any]:
    """Return the row of one person."""
    who, level = int(now.place[place]), int(now.level[place])
    found = dict(zip(("chance", "low", "high"), (float(one[place]) for one in told), strict=True))
    return {"person_id": folk.ids[who].as_py(), "name": folk.name[who].as_py(), "level": level} | {
        "level_name": rungs.names[level],
        **found,
    }


def notes(judged: Judged, coming: Coming, asked: Aim, rungs: Rungs, expected: float) -> tuple[str, ...]:
    """Say what is expected of all, which model told it, and how it did before."""
    to = WORDS[coming.outcome].format(level=rungs.names[asked.target])
    within = f"within {number(coming.days)} days"
    if judged.now is None or judged.best is None:
        return (
            f"Not enough history: to {to} {within} came {count(judged.seen, 'time', 'times')} in the past periods.",
        )
    told = float(sum(split.told[judged.best][1].sum() for split in judged.splits))
    came = sum(float(split.of.came.sum()) for split in judged.splits)
    periods = count(len(judged.splits), "past period", "past periods")
    said = [f"Expected to {to} {within}: {number(expected, places=1)} people."]
    if not judged.beaten:
        said.append(
            "No model beats the base rate: nothing that is known of people told beforehand to whom it came, so "
            "everyone has the same chance."
        )
    else:
        said.append(f"Told by the model `{judged.best}`, the simplest that was not beaten on {periods}.")
    said.append(
        f"In these it expected {number(told, places=1)}, and {number(came)} came: what is said of it rests on "
        f"{count(round(came), 'case', 'cases')}."
    )
    return (*said, "A reason is what people to whom it came had in common, and no cause.")
