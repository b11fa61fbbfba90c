"""Every indicator against the obvious way of counting it, on a simulated community; and what can't be told."""

from __future__ import annotations

import dataclasses
import math
from functools import cache

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import t as student

from tests import community
from tests.meaning import having
from tests.scenario.naive import MORE, VOICE, Naive
from ziggurat.base import schema
from ziggurat.base.instant import instant
from ziggurat.facts.directory import Directory
from ziggurat.scenario import criteria as declared
from ziggurat.scenario.answered import departments, effective
from ziggurat.scenario.found import Evidence, waiting
from ziggurat.scenario.lives import Slice
from ziggurat.scenario.measures import MEASURES, customers_recorded, measure
from ziggurat.simulate import Community, Customers, Organisation
from ziggurat.stats.intervals import wilson

SINCE, UNTIL = instant("2026-03-31"), instant("2026-06-30")
GOT = having("gets")
SHIPPED = declared.load()
LADDER = "community"
STANCES = pa.table({"person_id": ["p0000000000000001"], "stance": ["advocate"]})
MADE = Community(
    people=60,
    days=330,
    seed=11,
    start=community.START,
    organisation=Organisation(experiments=6),
    customers=Customers(starts=4.0, among=5.0),
)


@cache
def tables() -> dict:
    return community.tables(made=community.simulate(MADE))


def evidence(**more) -> Evidence:
    found = tables()
    directory = Directory.of(found["people"])
    given = {"part": Slice(), "stances": STANCES} | more
    return Evidence(
        found["buckets"], directory, found["levels"], given["stances"], found["kinds"], found["targets"], LADDER,
        SINCE, UNTIL, given["part"],
    )  # fmt: skip


@cache
def measured() -> dict:
    lowest = tuple(msgspec.structs.replace(one, least=1) for one in SHIPPED.indicators)
    return measure(msgspec.structs.replace(SHIPPED, indicators=lowest), evidence(), {"framework": 3})


@cache
def naive() -> Naive:
    made = community.simulate(MADE)
    return Naive(made.tables["interactions"], tables()["people"], made.settings["targets"], SINCE, UNTIL)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("answered", lambda log: log.answered(staff=True)),
        ("on-target", lambda log: log.on_target()),
        ("asked-again", lambda log: log.again()),
        ("come-back", lambda log: log.come_back()),
        ("reciprocity", lambda log: log.reciprocity()),
        ("among-people", lambda log: log.among()),
        ("records", lambda log: log.records()),
        (
            "received",
            lambda log: log.of_active(lambda row: row["direction"] == "out" and row["kind"] in GOT),
        ),
        ("give-more", lambda log: log.of_active(lambda row: log.own(row) and row["kind"] in MORE)),
        (
            "begun-by-people",
            lambda log: log.of_active(
                lambda row: log.own(row) and row["kind"] in having("begins") and not row["in_reply_to"]
            ),
        ),
    ],
)
def test_shares_are_what_one_counts(name, count):
    hits, cases = count(naive())
    value = measured()[name].value
    assert (round(value.value * value.cases), value.cases) == (hits, cases)
    assert cases > 5
    assert value.low <= value.value <= value.high


def test_what_nobody_answered_is_the_rest():
    hits, cases = naive().answered(staff=False)
    value = measured()["left-alone"].value
    assert (round(value.value * value.cases), value.cases) == (cases - hits, cases)


def test_channels_people_and_staff_are_what_one_counts():
    log, found = naive(), measured()
    heard = {row["channel"] for row in log.rows if log.own(row) and row["kind"] in VOICE}
    assert found["listening"].value.value == len(heard)
    own = sum(map(log.own, log.rows))
    others = sum(
        row["direction"] != "out" and not log.known(row) and not log.staff(row["actor"]) for row in log.rows
    )  # fmt: skip
    assert found["known"].value.value == own / (own + others)
    where = {person: set() for person in log.active()}
    for row in filter(log.own, log.rows):
        where[log.who(row["actor"])["person_id"]].add(row["channel"])
    two = sum(len(channels) >= 2 for channels in where.values())
    assert found["two-channels"].value.value == two / len(where)
    for name, counts in (("answerers", log.answerers()), ("departments", log.answerers(department=True))):
        shares = np.array(list(counts.values())) / sum(counts.values())
        assert found[name].value.value == pytest.approx(math.exp(-(shares * np.log(shares)).sum()))


def test_waits_are_those_lived_through():
    log = naive()
    for name, staff in (("waited", False), ("answer-hours", True)):
        hours = sorted((log.first(asked, staff=staff) - asked["us"]) / 3.6e9 for asked in log.asked())
        value = measured()[name].value
        assert value.cases == len(hours)
        assert hours[0] <= value.low <= value.value <= value.high
        at = np.searchsorted(hours, value.value, side="right") / len(hours)
        assert at == pytest.approx(0.5, abs=0.06)  # nobody or few were asked too lately to have waited it out


def test_climbs_are_those_of_people_who_were_known_before():
    levels = tables()["levels"].to_pylist()
    before = {row["person_id"] for row in levels if row["since"] <= SINCE}
    moves = [row for row in levels if SINCE < row["since"] <= UNTIL and row["change"] in ("climb", "slip")]
    rows = [row["change"] for row in moves if row["person_id"] in before]
    assert 0 < len(rows) < len(moves)
    found = measure(SHIPPED, evidence(), {})["climbing"].value
    assert (found.value, found.cases) == (rows.count("climb") / len(rows), len(rows))


def test_stance_is_advocates_less_detractors():
    ids = tables()["people"]["person_id"].to_pylist()[:20]
    words = ["advocate"] * 9 + ["detractor"] * 3 + ["passive"] * 8
    found = measure(SHIPPED, evidence(stances=pa.table({"person_id": ids, "stance": words})), {})["stance"].value
    assert (found.value, found.cases) == (pytest.approx(0.3), 20)
    middle = 6 / 22
    half = 1.959964 * math.sqrt((13 / 22 - middle**2) / 22)
    assert (found.low, found.high) == (pytest.approx(middle - half), pytest.approx(middle + half))
    alike = pa.table({"person_id": ids, "stance": ["advocate"] * 20})
    found = measure(SHIPPED, evidence(stances=alike), {})["stance"].value
    assert found.low < 0.95 < found.value == found.high == 1


def test_bounds_are_those_of_as_many_cases_as_people_make():
    asked = evidence().asked
    hit = asked.in_time(asked.staff)[asked.due]
    each = {person: [] for person in asked.person[asked.due]}
    for person, one in zip(asked.person[asked.due], hit, strict=True):
        each[person].append(one)
    share = hit.mean()
    spread = sum((sum(some) - share * len(some)) ** 2 for some in each.values()) / hit.size**2
    spread *= len(each) / (len(each) - 1)
    few = (student.ppf(0.975, hit.size - 1) / student.ppf(0.975, len(each) - 1)) ** 2  # Korn & Graubard (1998)
    value = measured()["answered"].value
    assert (value.low, value.high) == pytest.approx(wilson(share * (n := share * (1 - share) / spread * few), n))
    assert n < hit.size


def test_the_young_count_neither_as_answered_nor_as_open():
    """Asked in the last fortnight, and answered at once or not: nothing can be said of them yet."""
    found = evidence()
    young = found.asked.at + 14 * 86_400_000_000 > UNTIL
    assert (young & found.asked.in_time(found.asked.staff)).any()
    assert (young & ~found.asked.in_time(found.asked.staff)).any()
    assert not (found.asked.due & young).any()


def test_a_window_too_short_for_its_waits_says_so():
    found = tables()
    short = Evidence(
        found["buckets"], Directory.of(found["people"]), found["levels"], STANCES, found["kinds"], found["targets"],
        LADDER, UNTIL - 10 * 86_400_000_000, UNTIL,
    )  # fmt: skip
    assert short.asked.at.size
    one = next(one for one in SHIPPED.indicators if one.name == "answer-hours")
    nobody = waiting(short.asked, np.full(short.asked.at.size, 2**62), msgspec.structs.replace(one, least=1))
    assert nobody.value.value is None
    assert nobody.value.reason == "less than half were answered, and none was asked 14 days ago"
    months = evidence().asked
    never = waiting(months, np.full(months.at.size, 2**62), one).value
    assert (never.value, never.high, never.reason) == (336, 336, "most still wait after 14 days")


def test_answers_are_taken_as_they_were_said():
    assert measured()["framework"].value.value == 3
    assert measured()["next-steps"].value.value is None
    assert measured()["next-steps"].value.reason == "it is asked, and was not answered by then"


def test_experiments_that_can_be_read_have_people_in_two_variants():
    log = naive()
    arms: dict = {}
    for row in log.rows:
        if row["kind"] == "assigned" and log.known(row):
            arms.setdefault(row["activity"], {}).setdefault(row["object"], set()).add(
                log.who(row["actor"])["person_id"]
            )
    read = sum(sum(len(people) >= 20 for people in variants.values()) >= 2 for variants in arms.values())
    assert arms
    assert measured()["experiments"].value.value == read


def test_too_few_cases_are_no_value():
    few = measure(SHIPPED, evidence(), {})["stance"].value
    assert (few.value, few.cases) == (None, 1)
    assert few.reason == "it takes 10 people whose stance is known; found: 1"


def test_an_empty_log_supports_nothing_but_says_why():
    found = tables()
    empty = Evidence(
        type(found["buckets"])((), {name: [] for name in found["buckets"].codes}), Directory.of(found["people"]),
        schema.LEVELS.empty_table(), STANCES.slice(0, 0), found["kinds"], found["targets"], LADDER, SINCE, UNTIL,
    )  # fmt: skip
    for name, one in measure(SHIPPED, empty, {}).items():
        assert one.value.value is None, name
        assert one.value.reason, name
        assert one.people.size == 0, name


def test_a_channel_is_what_happened_there():
    whole, forum = evidence(), evidence(part=Slice("forum"))
    assert set(forum.asked.channel) == {"forum"}
    assert forum.asked.at.size == (whole.asked.channel == "forum").sum() > 0
    assert set(forum.seen.heard) == {"forum"}


def test_a_department_is_its_staff_and_whom_they_dealt_with():
    from ziggurat.scenario.slices import of_department

    found, log = tables(), naive()
    directory = Directory.of(found["people"])
    for name in sorted(set(departments(directory).values())):
        part = of_department(found["buckets"], directory, name, SINCE, UNTIL)
        ours = {
            row["person_id"]
            for row in found["people"].to_pylist()
            if row["staff"] and f'"department":"{name}"' in (row["traits"] or "")
        }
        assert {f"p{person:016x}" for person in part.staff} == ours
        met = {
            log.who(row["actor"])["person_id"]
            for row in log.rows
            if row["direction"] == "out"
            and log.known(row)
            and (log.who(row["counterpart"]) or {}).get("person_id") in ours
        }
        assert {f"p{person:016x}" for person in part.people} == met


def test_every_shipped_indicator_is_measured_or_asked():
    assert {one.name for one in SHIPPED.indicators if not one.asked} == set(MEASURES)


@pytest.mark.parametrize(("counts", "number"), [([1] * 7, 7), ([100, 0, 0], 1), ([3, 3, 3, 3], 4)])
def test_the_effective_number_of_alike_is_their_number(counts, number):
    assert effective(counts) == pytest.approx(number)


def test_a_log_without_any_conversation_cannot_tell_whether_there_is_none(log):
    from ziggurat.asking.crowd import Crowd
    from ziggurat.base import kinds

    rows = "\n".join(f"2026-05-{day:02}  user:{day}  purchased  store  30" for day in range(1, 20))
    crowd = Crowd(log(f"at  actor  kind  channel  amount\n{rows}"))
    bought = Evidence(
        crowd.derived.buckets(), Directory.of(crowd.people()), schema.LEVELS.empty_table(), STANCES.slice(0, 0),
        kinds.load().table(), tables()["targets"], LADDER, SINCE, UNTIL,
    )  # fmt: skip
    found = measure(SHIPPED, bought, {})
    told = {name for name, one in found.items() if one.value.value is not None}
    assert told == {"known", "experiments"}
    assert "never held anything with which people begin a conversation" in found["begun-by-people"].value.reason
    assert found["two-channels"].value.reason == "the log holds one channel alone"
    assert "nobody of the staff" in found["answered"].value.reason
    assert "nobody of the staff" in found["answer-hours"].value.reason
    assert "never held anything that people were given" in found["received"].value.reason


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        ('{"company":"Stonebridge"}', True), ('{"customer":true}', True), ('{"customer_id":17}', True),
        ('{"account":["a"]}', True), ('{"customer":false}', False), ('{"segment":""}', False),
        ('{"account":null}', False), ('{"name":"company"}', False), (None, False),
    ],
)  # fmt: skip
def test_a_record_is_a_trait_that_says_something(traits, told):
    whole = evidence()
    place = int(np.flatnonzero(~whole.directory.staff)[0])
    words = whole.directory.traits.to_pylist()
    words = [traits if number == place else None for number in range(len(words))]
    nobody = dataclasses.replace(
        whole, directory=dataclasses.replace(whole.directory, traits=pa.array(words, pa.string()))
    )
    person = whole.directory.person[place]
    assert (person in customers_recorded(nobody)) == (told or person in whole.seen.who("record"))
