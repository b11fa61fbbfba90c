"""Why a study finds nothing: every study says so, differently for different causes, and what it asks for helps.

The worlds are logs of which hardly anything can be told; what is counted is counted again here, from the rows.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.catalogue import STUDIES, Study
from ziggurat.people.staff import Staff
from ziggurat.results.result import Result
from ziggurat.scenario import criteria
from ziggurat.settings.declared import Declared

NOW = {"since": "2026-03-31", "until": "2026-06-30", "at": "2026-06-30"}
EARLY = {"since": "2023-12-31", "until": "2024-06-30", "at": "2024-06-30"}
LATE = {"since": "2026-12-31", "until": "2027-06-30", "at": "2027-06-30"}
LEVELS = {"first": "Following", "then": "owning", "level": "1"}
SHORT = [study for study in STUDIES.values() if study.check is None]
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def row(number: int, day: str, actor: str, kind: str, **more: object) -> dict:
    at = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    plain = {"channel": "web", "direction": "in", "source": "a", "received_at": at}
    return {**plain, "interaction_id": f"i{number}", "at": at, "actor": actor, "kind": kind, **more}


VISITS = [row(n, f"2026-0{4 + n % 3}-1{n % 10}", f"user:{n % 6}", "visited") for n in range(20)]
APART = [
    row(1, "2026-05-01", lives.STAFF, "posted"),
    row(2, "2026-05-01", "anon:1", "visited"),
    row(3, "2026-05-02", "anon:2", "visited"),
]
# What the studies say is missing from the visits: a rating, texts, questions, talk, purchases, messages, a trial.
MORE = [
    *(row(100 + n, f"2026-05-0{n + 1}", f"user:{n}", "rated", score=9.0, channel="survey") for n in range(4)),
    *(row(110 + n, f"2026-02-0{n + 1}", f"user:{n}", "posted", text="Great shoes, thank you") for n in range(5)),
    *(row(120 + n, f"2026-05-1{n}", f"user:{n}", "asked", text="Where is it?", activity="Launch") for n in range(5)),
    *(
        row(130 + n, f"2026-0{2 + n // 3}-2{n}", f"user:{n}", "replied", counterpart=f"user:{(n + 1) % 6}",
            direction="among", activity="Forum week")
        for n in range(6)
    ),
    *(row(140 + n, f"2026-0{2 + n}-05", f"user:{n % 2}", "purchased", amount=70.0) for n in range(4)),
    *(row(145 + n, f"2026-05-2{n}", f"user:{n}", "liked") for n in range(3)),
    row(148, "2026-05-24", "user:0", "referred"),
    row(149, "2026-05-25", "email:ana@acme.org", "visited"),
    *(row(150 + n, f"2026-04-0{n + 1}", f"user:{n}", "emailed", direction="out", activity="Letter") for n in range(5)),
    *(row(160 + n, f"2026-04-0{n + 1}", f"user:{n}", "assigned", direction="out", activity="Trial",
          object=("control", "new")[n % 2]) for n in range(6)),
    *(row(170 + n, f"2026-04-1{n}", f"user:{n % 6}", "read", object="A guide") for n in range(8)),
    *(row(180 + n, f"2026-04-2{n}", f"user:{n}", "shared", object="A guide", counterpart=f"user:{(n + 1) % 6}")
      for n in range(6)),
]  # fmt: skip
# No import brings these forth: nothing is wrong, or time must pass, or there must be many people.
STILL = {
    "service-dividend",
    "returners",
    "passage",
    "one-sided",
    "together",
    "expectations",
    "balance",
    "power",
    "forecast",
    "forecast-quality",
}


@cache
def world(name: str) -> dict:
    """The tables of a log, standings as of the last of `NOW`."""
    rows = {"empty": [], "apart": APART, "visits": VISITS, "more": [*VISITS, *MORE]}[name]
    crowd = Crowd(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS), staff=Staff(identities=(lives.STAFF,)))
    ALIVE.append(crowd)
    on = lives.ladder()
    told = pa.schema([("at", pa.int64()), ("person_id", pa.string()), ("stance", pa.string())])
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(on),
        "standings": crowd.standings(on, at=NOW["at"]),
        "exposures": schema.EXPOSURES.empty_table(),
        "costs": schema.COSTS.empty_table(),
        "kinds": kinds.load().table(),
        "questionnaire": schema.QUESTIONNAIRE.empty_table(),
        "criteria": criteria.load(),
        "stances": told.empty_table(),
        **Declared({}, {}, {"*": "en"}, {}).tables(),
    }


def ask(study: Study, name: str, when: dict[str, str], **more: str) -> Result:
    takes = {option.name: option.required for option in study.options}
    given = {option: value for option, value in (LEVELS | when).items() if takes.get(option)}
    return asked(study.name, name, tuple((given | more).items()))


@cache
def asked(study: str, name: str, options: tuple[tuple[str, str], ...]) -> Result:
    """What is asked by several tests is asked once."""
    return STUDIES[study].ask(world(name), **ON, **dict(options))


WORLDS: dict[str, Callable[[Study], object]] = {
    "an empty log": lambda study: ask(study, "empty", NOW),
    "staff and visitors alone": lambda study: ask(study, "apart", NOW),
    "before the log": lambda study: ask(study, "visits", EARLY),
    "visits alone": lambda study: ask(study, "visits", NOW),
}


@pytest.mark.parametrize("study", SHORT, ids=[study.name for study in SHORT])
class TestEveryStudy:
    def test_an_empty_result_says_why_and_each_cause_in_other_words(self, study):
        found = {name: answer(study) for name, answer in WORLDS.items()}
        for name, result in found.items():
            assert bool(result.empty) == result.blank, name
        assert all(found[name].blank for name in list(WORLDS)[:3])
        reasons = [result.empty for result in found.values() if result.blank]
        assert len(set(reasons)) == len(reasons), reasons
        for reason in reasons:
            assert reason.endswith(".") and reason.count(". ") >= 1, reason  # a reason, and a way on
            assert "{" not in reason and "None" not in reason and "nan" not in reason, reason

    def test_nobody_at_all_is_said_as_such(self, study):
        assert ask(study, "empty", NOW).empty == "The log holds no interactions. Import interactions first."

    def test_a_day_before_the_log_leads_to_the_days_of_the_log(self, study):
        days = [one["at"] for one in VISITS]
        begin, end = (f"{day.day} {day:%b} {day.year}" for day in (min(days), max(days)))
        reason = ask(study, "visits", EARLY).empty
        assert f"the log begins on {begin}" in reason and f"from {begin} to {end}" in reason
        takes = {option.name for option in study.options}
        assert ("Choose a day from" in reason) == ("until" not in takes), takes & {"at", "until"}

    def test_what_it_asks_for_helps(self, study):
        if not ask(study, "visits", NOW).blank:
            return
        more = ask(study, "more", NOW)
        if study.name in STILL:
            return
        assert not more.blank, more.empty


def reason(name: str, world_: str = "visits", when: dict[str, str] = NOW, **more: str) -> str:
    return str(ask(STUDIES[name], world_, when, **more).empty)


def test_staff_and_visitors_are_counted_apart():
    assert reason("habits", "apart").startswith(
        "Of 3 people in the log, none counts: 1 is of the staff and 2 are anonymous visitors."
    )


@pytest.mark.parametrize(
    ("study", "lacks"),
    [
        ("nps", "none is a rating"),
        ("mood", "none is a text"),
        ("answering", "none calls for an answer"),
        ("lifetime", "none is of the kinds that count as coming: purchased, donated"),
        ("conversation", "none is an act by which people turn to each other"),
        ("reach-value", "none reached anybody"),
        ("experiment", "none assigns anybody"),
        ("stance", "none is a rating, recommendation"),
        ("mutual-value", "none is something given or got"),
    ],
)
def test_what_is_lacking_is_said_with_what_there_is(study, lacks):
    said = reason(study)
    assert lacks in said
    assert "Of 20 interactions of 6 people" in said


def test_what_there_was_earlier_is_said_with_its_days():
    begins = reason("nps", "more", LATE)
    earlier = f"earlier there are {len(VISITS) + len(MORE)} interactions, from 1 Feb 2026 to 18 Jun 2026."
    assert begins.startswith(f"The log holds no interactions from 1 Jan 2027 to 30 Jun 2027; {earlier}")
    late = reason("nps", "more", {**NOW, "since": "2026-05-31"})
    assert "none is a rating; earlier there are 4 ratings, from 1 May 2026 to 4 May 2026." in late


def test_an_option_that_fits_nothing_is_the_reason():
    said = reason("nps", "more", survey="app*")
    assert said == "Of 4 ratings from 0 to 10 of 4 people from 1 Apr 2026 to 30 Jun 2026, " \
        "none was given on a channel that fits app*. Choose another `survey`."  # fmt: skip


def test_people_who_never_came_are_not_said_to_be_nobody():
    said = reason("lifetime")
    assert "6 people" in said and "`outcome`" in said


def test_adoption_without_activities_does_not_say_that_nobody_was_tied():
    talk = {**NOW, "since": "2026-05-31"}
    assert not reason("adoption", "more", talk, by="kind")
    said = reason("adoption", "more", talk, by="activity")
    assert "names a thing that can be taken up, its activity" in said and "tied" not in said


def test_amounts_that_are_not_there_are_the_reason():
    said = reason("attribution", "more", outcome="asked", worth="amount")
    assert "none has an amount that could be shared out" in said and "`worth`" in said
