"""The interactions behind an indicator are those that its value is counted from."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from functools import cache

import msgspec
import pyarrow.compute as pc
import pytest

from tests import community
from tests.channels import lives
from tests.scenario.naive import Naive
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant, moment
from ziggurat.facts.directory import Directory
from ziggurat.scenario import criteria as declared
from ziggurat.scenario import evidence
from ziggurat.scenario.behind import BEHIND
from ziggurat.scenario.evidence import Interactions, scenario_evidence
from ziggurat.scenario.found import Evidence
from ziggurat.scenario.measures import MEASURES
from ziggurat.scenario.scenario import Scenario, scenario

SHIPPED = declared.load()
LOWEST = msgspec.structs.replace(
    SHIPPED, indicators=tuple(msgspec.structs.replace(one, least=1) for one in SHIPPED.indicators)
)
DAY = 86_400_000_000
ON = {"since": community.SINCE, "until": community.AT, "ladder": lives.LADDER, "names": lives.NAMES}
NEEDS = ("buckets", "people", "levels", "stances", "kinds", "targets")
ALL = 1_000_000
HITS = {  # what counts for an indicator, by what its cases are
    "interactions": {
        "answered": "answered by us in time", "on-target": "answered within the target", "known": "by someone known",
        "among-people": "given by people", "left-alone": "answered by nobody in time",
        "asked-again": "asked again, unanswered",
    },
    "waits": {"answer-hours": "answered by us", "waited": "answered"},
    "answers": {
        "answerers": "first answered by someone known of the staff",
        "departments": "first answered by a known department",
    },
    "people": {
        "listening": "heard", "two-channels": "by someone on several channels",
        "records": "by someone with a customer record", "experiments": "assigned in an experiment that can be read",
        "begun-by-people": "began a conversation", "come-back": "answered, and came back",
        "reciprocity": "came back on it", "received": "given to someone", "give-more": "more than looking and buying",
    },
    "climbs": {"climbing": "tipped a climb"},
    "stances": {"stance": "by someone who is an advocate now"},
    "texts": {"followed-up": "asked in the first half"},
}  # fmt: skip
PARTS = [{}, {"channel": "forum"}, {"department": "care"}]


@cache
def tables() -> dict:
    return community.tables()


def behind(indicator: str, limit: int = ALL, **part) -> Interactions:
    given = [tables()[need] for need in NEEDS]
    return scenario_evidence(*given, LOWEST, indicator=indicator, limit=limit, **ON, **part)


@cache
def whole(**part) -> Scenario:
    given = [tables()[need] for need in NEEDS]
    return scenario(*given, community.ANSWERED, LOWEST, periods=1, **ON, **part)


def told(part: dict) -> list[str]:
    """The indicators that are measured of a part."""
    return [one.name for one in SHIPPED.indicators if not one.asked and (not part or next(iter(part)) in one.parts)]


def test_every_indicator_that_is_measured_has_interactions_behind_it():
    assert set(BEHIND) == set(MEASURES) == {name for some in HITS.values() for name in some}


@pytest.mark.parametrize(("part", "name"), [(part, name) for part in PARTS for name in told(part)])
def test_they_are_those_that_the_value_is_counted_from(part, name):
    value = whole(**part).values[name]
    rows = behind(name, **part).rows()
    sort, word = next((sort, some[name]) for sort, some in HITS.items() if name in some)
    hits = [row for row in rows if row["counts_as"] == word]
    members = whole(**part).people(indicator=name).collect(backend="pyarrow").to_native().to_pylist()
    people = {row["person_id"] for row in members}
    if sort == "interactions":
        assert (len(hits), len(rows)) == (round((value.value or 0) * value.cases), value.cases)
    elif sort == "waits":
        assert len(rows) == value.cases
        assert all(row["hours"] is not None for row in hits)
    elif sort == "answers":
        assert len(hits) == value.cases
    elif sort == "people":
        assert {row["person_id"] for row in hits} == people
    elif sort == "climbs":
        assert 0 < len(hits) <= round((value.value or 0) * value.cases)
        assert {row["person_id"] for row in hits} <= people
    else:
        assert {row["person_id"] for row in rows} <= people or sort == "texts"
        assert hits


def test_hours_are_those_that_people_waited():
    made = community.simulated()
    log = Naive(made.tables["interactions"], tables()["people"], made.settings["targets"],
                instant(community.SINCE), instant(community.AT))  # fmt: skip
    for name, staff in (("answered", True), ("waited", False)):
        waits = {(one["source"], one["interaction_id"]): log.first(one, staff=staff) - one["us"] for one in log.asked()}
        rows = behind(name).rows()
        assert len(rows) > 20
        for row in rows:
            hours = waits[row["source"], row["interaction_id"]] / 3.6e9
            assert row["hours"] == (None if math.isinf(hours) else pytest.approx(hours))


def test_every_climb_with_a_cause_is_shown_by_it():
    rows = {(row["source"], row["interaction_id"]) for row in behind("climbing").rows()}
    since, until = instant(community.SINCE), instant(community.AT)
    levels = [row for row in tables()["levels"].to_pylist() if row["ladder"] == lives.LADDER]
    before = {row["person_id"] for row in levels if row["since"] <= since}
    causes = {
        (row["cause_source"], row["cause"])
        for row in levels
        if row["change"] == "climb" and since < row["since"] <= until and row["cause"] and row["person_id"] in before
    }
    assert rows == causes


def test_the_newest_come_first_and_all_are_counted():
    every, few = behind("known"), behind("known", limit=7)
    assert few.rows() == every.rows()[:7]
    assert [row["at"] for row in every.rows()] == sorted((row["at"] for row in every.rows()), reverse=True)
    assert sum(day["interactions"] for day in few.days) == len(every.rows())
    by_day = Counter((row["at"].date(), row["counts_as"]) for row in every.rows())
    assert {(moment(day["at"]).date(), day["counts_as"]): day["interactions"] for day in few.days} == by_day
    assert f"{len(every.rows()):,} interactions" in few.notes[0]
    assert "The newest 7 are listed." in few.notes[0]
    assert "are listed" not in every.notes[0]


@pytest.mark.parametrize(
    ("name", "part", "message"),
    [
        ("anwsered", {}, "`indicator` is 'anwsered'; did you mean 'answered'"),
        ("framework", {}, "`indicator` is 'framework'. It can be: listening, answered"),
        ("experiments", {"channel": "forum"}, "'experiments' can't be told of a part; leave `channel` and"),
        ("answered", {"channel": "forums"}, "no channel named 'forums'; did you mean 'forum'"),
    ],
)
def test_what_can_not_be_shown_is_an_error(name, part, message):
    with pytest.raises(QuestionError, match=message):
        behind(name, **part)


def test_trends_are_the_values_of_the_windows_before():
    given = [tables()[need] for need in NEEDS]
    found = scenario(*given, community.ANSWERED, LOWEST, periods=3, **ON)
    span = instant(community.AT) - instant(community.SINCE)
    for back, values in enumerate(zip(*found.trends.values(), strict=True)):
        shift = (2 - back) * span
        window = ON | {"since": instant(community.SINCE) - shift, "until": instant(community.AT) - shift}
        alone = scenario(*given, community.ANSWERED, LOWEST, periods=1, **window)
        assert dict(zip(found.trends, values, strict=True)) == {
            name: one.value for name, one in alone.values.items()
        }, back
    assert {name: row["before"] for name, row in zip(found.trends, found.rows(), strict=True)} == {
        name: values[1] for name, values in found.trends.items()
    }


@pytest.mark.parametrize("name", sorted(BEHIND))
def test_what_is_looked_for_in_lives_can_be_sent_to_a_cluster(name, monkeypatch):
    cloudpickle = pytest.importorskip("pyspark.cloudpickle", reason="the extra `spark` is not installed")
    since, until = instant(community.SINCE), instant(community.AT)
    known = tables()["stances"].filter(pc.equal(tables()["stances"]["at"], until))
    of = Evidence(
        tables()["buckets"], Directory.of(tables()["people"]), tables()["levels"], known, tables()["kinds"],
        tables()["targets"], lives.LADDER, since, until,
    )  # fmt: skip

    def refused(self):
        raise AssertionError("its tables may be a cluster's own, and can't be sent")

    monkeypatch.setattr(Evidence, "__reduce__", refused)
    with pytest.raises(AssertionError, match="can't be sent"):
        cloudpickle.dumps(of)
    assert cloudpickle.dumps(BEHIND[name](of).place)


@pytest.mark.parametrize(("last", "wide"), [(0, 1), (evidence.BINS - 1, 1), (evidence.BINS, 2), (5 * evidence.BINS, 6)])
def test_bars_over_time_hold_whole_days_and_all_of_them(last, wide):
    """At most BINS bars, each of the same number of days, stacked without a gap."""
    at = range(0, (last + 1) * DAY, DAY)
    days = [{"at": one, "counts_as": word, "interactions": n} for one in at for n, word in ((2, "asked"), (3, "told"))]
    (bars,) = evidence.draw_counts(days).to_dict()["datasets"].values()
    spans = {(dt.datetime.fromisoformat(bar["from"]), dt.datetime.fromisoformat(bar["to"])) for bar in bars}
    assert {end - begin for begin, end in spans} == {dt.timedelta(days=wide)}
    assert len(spans) == -(-(last + 1) // wide) <= evidence.BINS
    assert sum(bar["interactions"] for bar in bars) == 5 * (last + 1)
    for bar in bars:
        assert bar["_above"] - bar["_below"] == bar["interactions"]
        assert bar["_below"] == (0 if bar["is"] == "asked" else bar["interactions"] / 3 * 2)
