"""The same log, told otherwise, gets the same answers: whoever is called something else, in whatever order rows come.

A community of some 400 people is told in three ways: as it is; with everything changed that must change nothing; and
with everyone twice. Every study is asked of each once. `make metamorphic` tells each change by itself, with more seeds.
What doubling must change, and why, one table says: `DOUBLED`. Pages rest on these answers; `test_nothing_later` goes
through them, of a log in another order, with later data and an agent.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pytest

from tests import metamorphic as tell
from tests.metamorphic import DAY, Rows, Told
from ziggurat.catalogue import STUDIES, Study
from ziggurat.levels.rhythm import UNSURE
from ziggurat.results.result import Result
from ziggurat.results.units import Column
from ziggurat.simulate import simulate
from ziggurat.workspace import Workspace

LONG = os.environ.get("ZIGGURAT_METAMORPHIC", "")  # seeds parted by commas: each change by itself, with each of them
SEEDS = [int(one) for one in LONG.split(",") if one] or [1]
YEARS = -1461  # weeks: 28 years, in which every day of the week and month comes again
WEEKS = -9
EARLY = tell.COMMUNITY.start + dt.timedelta(days=60)
NEEDED = {"first": "1", "then": "2", "level": "1", "indicator": "framework", "outcome": "1"}
WINDOWS = {name: {"since": EARLY} for name in ("adoption", "returners", "together")}  # with something to tell
OPTIONS = {"one-sided": {"false": 1}, "together": {"least": 2}}
ASKED = [study for study in STUDIES.values() if study.check is None]  # one takes minutes, and an extra part
MONTHLY = {"retention", "nps", "mood"}  # which part time by the calendar: other weeks are other months
Change = Callable[[Told, int], Told]
NOTHING: dict[str, Change] = {  # that must change nothing
    "later data": lambda told, seed: tell.with_later(told, simulate(tell.COMMUNITY).tables),
    "busy staff": tell.with_busy_staff,
    "agents": tell.with_agents,
    "linked": tell.linked,
    "renamed": tell.renamed,
    "permuted": tell.permuted,
    "split": tell.split,
    "years": lambda told, seed: tell.shifted(told, YEARS),
    "weeks": lambda told, seed: tell.shifted(told, WEEKS),
}
AT_ONCE = [name for name in NOTHING if name != "weeks"]
TELLINGS = {"all at once": AT_ONCE} if not LONG else {name: [name] for name in NOTHING}


def ask(space: Workspace, study: Study, told: Told) -> Result:
    """Ask a study of the day, with what it must be told."""
    moved = dt.timedelta(days=told.shift)
    given: dict[str, Any] = {one.name: NEEDED[one.name] for one in study.options if one.required and one.name in NEEDED}
    given |= OPTIONS.get(study.name, {})
    given |= {name: day + moved for name, day in WINDOWS.get(study.name, {}).items()}
    return space.lens(DAY + moved).ask(study.name, **given)


class Asked:
    """The answers of one log, each as the first log spells it."""

    def __init__(self, folder: Any, told: Told) -> None:
        self.told = told
        self.space = tell.opened(folder, told, tell.settings(simulate(tell.COMMUNITY)))
        self.read = tell.reading(self.space, told)
        self.answers: dict[str, Result] = {}

    def answer(self, study: Study) -> Result:
        if study.name not in self.answers:
            self.answers[study.name] = ask(self.space, study, self.told)
        return self.answers[study.name]

    def rows(self, study: Study) -> list[dict[str, Any]]:
        return [{name: self.read(value) for name, value in row.items()} for row in self.answer(study).rows()]

    def members(self, study: Study) -> list[str]:
        found = self.answer(study).members.select("person_id").collect(backend="pyarrow").to_native()
        return sorted({self.read(one) for one in found["person_id"].to_pylist()})


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The log as it is."""
    return Asked(tmp_path_factory.mktemp("first") / "told", Told(base()))


def base() -> tell.Log:
    return {name: tell.cut(table) for name, table in simulate(tell.COMMUNITY).tables.items()}


@pytest.fixture(scope="module", params=[(name, seed) for name in TELLINGS for seed in SEEDS], ids=str)
def otherwise(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The log with what must change nothing."""
    name, seed = request.param
    told = reduce(lambda told, change: NOTHING[change](told, seed), TELLINGS[name], Told(base()))
    yield Asked(tmp_path_factory.mktemp("otherwise") / "told", told)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The log with everyone twice."""
    return Asked(tmp_path_factory.mktemp("twice") / "told", tell.doubled(Told(base())))


def texts_of(columns: Mapping[str, Column], row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row is about: all in it that is no number."""
    return tuple(str(row[name]) for name, column in columns.items() if column.type != "float64")


def differences(one: list[dict[str, Any]], other: list[dict[str, Any]], columns: Mapping[str, Column]) -> list[Any]:
    """Rows of which there is no like one in the other answer, fractions to six digits, for sums are added up in
    another order."""
    sorted_by = [sorted(rows, key=lambda row: texts_of(columns, row)) for rows in (one, other)]
    if len(one) != len(other):
        return [f"{len(one)} rows, and {len(other)}"]
    found = []
    for mine, theirs in zip(*sorted_by, strict=True):
        apart = {name: (mine[name], theirs[name]) for name in mine if not alike(mine[name], theirs[name])}
        if apart:
            found.append(apart)
    return found


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return bool(one == other)


def test_there_is_something_to_tell(first) -> None:
    """Answers that are empty would be the same. So many people that rounding hides nothing."""
    assert first.space.derived.counts()["people"] >= 400
    silent = {study.name for study in ASKED if not first.answer(study).table.num_rows}
    assert not silent


@pytest.mark.parametrize("study", ASKED, ids=lambda study: study.name)
def test_what_is_told_otherwise_is_the_same(first, otherwise, study) -> None:
    if otherwise.told.shift == 7 * WEEKS and study.name in MONTHLY:
        pytest.skip("other weeks are other months")
    assert differences(first.rows(study), otherwise.rows(study), study.result.columns) == []
    assert first.members(study) == otherwise.members(study)
    assert [first.read(one) for one in first.answer(study).notes] == [
        otherwise.read(one) for one in otherwise.answer(study).notes
    ]


# ---- everyone twice ----------------------------------------------------------------------------------------------

OWN = {"person_id", "host", "interaction_id"}  # in whose rows is one person, who does what they did


@dataclass(frozen=True)
class Must:
    """What is otherwise than the units say: counts of people, acts and money are twice, all else stays.

    once, twice, half: columns that stay, that are doubled and halved. free: those that change by something else.
    why: it must. narrow: between which the bounds' width must be by what it was; 1/√2 in the mean where not said.
    near: rows whose chance lies between these may be there or not.
    """

    why: str
    once: str = ""
    twice: str = ""
    half: str = ""
    free: str = ""
    narrow: tuple[float, float] = (0.6, 0.8)
    near: tuple[float, float] | None = None

    def factor(self, column: Column, name: str, *, own: bool) -> float:
        """By what a figure is multiplied; nan where that can't be said."""
        for factor, names in ((1.0, self.once), (2.0, self.twice), (0.5, self.half), (math.nan, self.free)):
            if re.fullmatch("|".join(names.split()), name.removesuffix("_low").removesuffix("_high")) and names:
                return factor
        return 2.0 if not own and column.unit in ("count", "money") else 1.0


DOUBLED = {
    "passage": Must("quartiles lie between people, of whom there are others now", free=".*quarter_days"),
    "rising": Must("one's rhythm is weighed with everyone's, and how these differ is known better", free="chance",
                   near=(UNSURE / 2, UNSURE)),
    "flagging": Must("one's rhythm is weighed with everyone's, and how these differ is known better", free="chance",
                     near=(UNSURE / 2, UNSURE)),
    "forecast": Must("a model that is better by √2 times may take a simpler one's place", free="chance reasons"),
    "forecast-quality": Must(
        "see there; bounds hold the drift of years, which is no less of more people",
        free="chosen expected ratio auc average_precision brier lift better first_share.*", narrow=(0.6, 1.05),
    ),
    "act-paths": Must("quantiles lie between people; what is twice as often is less likely by chance",
                      free="due .*_days chance"),
    "retention": Must("of shares of all, bounds of what can't be seen narrow by half", narrow=(0.45, 0.8)),
    "journeys": Must("a path is as long as before", once="length", narrow=(0.5, 0.85)),
    "attribution": Must(
        "it is of more conversions; twins, who did the same, may be drawn as one", twice="credit", narrow=(0.6, 0.9)
    ),
    "reach-value": Must(
        "what is bought costs and reaches the same; a message to more people is less addressed to each",
        once="impressions cost", free="reach value onlooker_value addressing", twice="minutes",
    ),
    "mix": Must("a message to more people is less addressed to each", free="value distance nearer"),
    "overlap": Must("there are as many activities", once="activities"),
    "together": Must(
        "more is sure of more people, an order of too few among them; one alone leans on all others",
        free="adjusted_p verdict ahead_share", narrow=(0.4, 0.8),
    ),
    "budget": Must("costs are the same", once="step cost", half="cost_per_person"),
    "returns": Must("costs are the same", once="cost", half="cost_each"),
    "power": Must("what can be found is asked for as many as there are", free="lift_share effect people_.*"),
    "influence": Must(
        "a rare kind's calendar is drawn less towards none; more is sure, and fewer bounds lean on few people",
        free="more day_more before verdict sure said", narrow=(0.45, 0.8),
    ),
    "accounts": Must(
        "one of an organisation and their twin share what one did", twice="days", half=".*share", free="top low high",
    ),
    "anomalies": Must("chance is less of more people, and other weeks may be furthest off", free=".*"),
    "topics": Must("what we publish is the same; words that say as much change places", once="ours",
                   free="gap our words"),
    "conversation": Must(
        "groups are others, see there; of all ways between two, half would lead to the twins",
        free="between bridging group",
    ),
    "groups": Must(
        "modularity can't tell groups apart that are small beside the whole (Fortunato & Barthélemy 2007)",
        free="people ties density outside times_chance modularity chance bridges channels",
    ),
    "service-dividend": Must("twice as many tell more surely", free=".*difference verdict", narrow=(0.5, 0.8)),
    "friends-and-foes": Must("it is of one person beside twice as many", half="heard_share"),
    "virality": Must("twins are in cascades of their own", once="generations largest", narrow=(0.4, 0.9)),
    "content": Must("twice as many tell more surely", free="verdict", narrow=(0.5, 0.85)),
    "likes": Must("topics of twice as many texts are others", free=".*"),
    "acquaintance": Must("twice as many tell more surely", narrow=(0.4, 0.95)),
    "strangers": Must("it is of one person"),
    "hosts": Must("hosts that are many are counted together", free="people back low high"),
    "adoption": Must("it is dealt among more, and groups are others", free="expected excess low high .*p.* verdict"),
    "mutual-value": Must("it is everyone's hours", twice="hours"),
    "one-sided": Must("how many may be there by chance goes by how many there are", free="false_share"),
    "effort": Must(
        "what is bought costs the same, a meeting of many is as long", once="money", free=".*hours.*", twice="value",
    ),
    "level-value": Must(
        "it is of one person; what is bought costs the same, and is dealt among more",
        once="money referrals", twice="years", free="our_money our_hours",
    ),
    "referrals": Must("it is of one person, and of those whom they brought", free="brought by_code beneath whom"),
    "attention": Must("a tenth of people is rounded up", free="answer share people", narrow=(0.6, 0.85)),
    "scenario": Must("channels and our own acts are as many", free="value cases"),
    "scenario-parts": Must(
        "indicators are as many; with more cases more can be told", once="indicators", free="told inside.* outside.*",
    ),
}  # fmt: skip


@pytest.mark.parametrize("study", ASKED, ids=lambda study: study.name)
def test_with_everyone_twice_shares_stay_and_bounds_narrow(first, twice, study) -> None:
    columns, own = study.result.columns, bool(OWN & set(study.result.columns))
    must = DOUBLED.get(study.name, Must("the units say it"))
    by = [*study.result.keys, *(["model"] if "model" in columns else [])]
    wrong, widths = [], []
    for row, other in pairs(first.rows(study), twice.rows(study), by, must.near):
        for name, column in columns.items():
            factor = must.factor(column, name, own=own)
            end = name.removesuffix("low") + "high"
            if (
                end in columns
                and not math.isnan(factor)
                and not own
                and is_wide(row, name, end)
                and other[end] is not None
            ):
                widths.append((other[end] - other[name]) / (row[end] - row[name]) / factor)
            if name.endswith(("low", "high")) or name in by or math.isnan(factor):
                continue
            if not alike(row[name] * factor if column.numeric and row[name] is not None else row[name], other[name]):
                wrong.append((name, row[name], other[name]))
    assert wrong == []
    if widths:
        assert must.narrow[0] < np.median(widths) < must.narrow[1]


def pairs(
    one: Rows, other: Rows, by: list[str], near: tuple[float, float] | None = None
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rows of the first answer, each with that of the other one which is about the same; there is one of each, but
    where a chance that is near decides."""
    theirs = {tuple(row[name] for name in by): row for row in other}
    for row in one:
        key = tuple(row[name] for name in by)
        if near is not None and key not in theirs and near[0] <= (row["chance"] or 0.0) <= near[1]:
            continue
        yield row, theirs[key]


def is_wide(row: Mapping[str, Any], low: str, high: str) -> bool:
    """Whether bounds are there, and of so many people that counting by ones does not rule them."""
    ends = row[low], row.get(high)
    return low != high and None not in ends and ends[1] > ends[0] and (row.get("people") or 0) >= 20
