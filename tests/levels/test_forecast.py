import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests import community
from tests.channels import lives
from tests.levels.tables import NAMES, ON, day, folk, history
from ziggurat.base import kinds
from ziggurat.base.instant import DAY
from ziggurat.facts.given import Climbers
from ziggurat.levels import learning
from ziggurat.levels.cases import CLIMB, COLUMNS, REACH, SILENCE, SLIP, Aim, Cases, cases
from ziggurat.levels.forecast import forecast
from ziggurat.levels.learning import MODELS, judge, take
from ziggurat.levels.reasons import reasons
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import CODED
from ziggurat.stats import logistic
from ziggurat.study import Rungs

RUNGS = Rungs(ON["ladder"], NAMES)
PERIODS, PEOPLE = 7, 160


def world(seed: int, driver: str = "", strength: float = 1.2, drift: float = 0.0) -> Cases:
    """People at the beginning of each period with numbers that mean nothing, but for a driver where there is one."""
    draw = np.random.default_rng(seed)
    person, period = np.divmod(np.arange(PEOPLE * (PERIODS + 1)), PERIODS + 1)
    own = draw.gamma(2.0, 0.5, (PEOPLE, len(COLUMNS)))[person]  # a person stays what they are
    x = own + draw.gamma(1.0, 0.4, own.shape)
    level = draw.integers(0, 3, person.size)
    odds = -1.6 + drift * draw.normal(size=PERIODS + 1)[period]
    if driver:
        of = x[:, COLUMNS.index(driver)]
        odds = odds + strength * (of - of.mean())
    came = (draw.random(person.size) < logistic.chance(odds)).astype(float)
    came[period == PERIODS] = -1
    return Cases(person, person, period, level, np.column_stack([x, np.eye(3)[level]]), came, own[:, 0].round())


def test_where_there_is_nothing_to_find_no_model_beats_the_base_rate():
    won = [judge(world(seed)).best for seed in range(20)]
    assert won.count("same for all") >= 19, won


def test_the_simplest_model_that_sees_the_driver_wins_and_its_reasons_name_it():
    for driver, model, words in (("pace", "pace", "active on"), ("meets", "habits, level and deeds", "met us")):
        made = world(3, driver)
        judged = judge(made)
        assert judged.best == model
        assert judged.beaten
        now = take(made, made.came < 0)
        top = np.argsort(-judged.now.chance(now))[:10]
        said = reasons(judged.now, Cases(*(column[top] for column in now)), 30)
        assert all(one.startswith("up: ") and words in one.split("; down")[0] for one in said), said


def test_chances_are_calibrated_and_bounds_hold_the_drift_between_periods():
    held = tried = 0
    expected = came = 0.0
    for seed in range(12):
        judged = judge(world(seed, "pace", drift=0.5))
        for split in judged.splits:
            learnt, told = split.told["pace"]
            _, low, high = learnt.total(split.of)
            held += low <= split.of.came.sum() <= high
            tried += 1
            expected, came = expected + told.sum(), came + split.of.came.sum()
    assert held / tried >= 0.9, (held, tried)
    assert expected / came == pytest.approx(1, abs=0.2)
    without = judge(world(1, "pace", drift=0.0)).now
    assert without.drift < 0.25 < judge(world(1, "pace", drift=0.8)).now.drift


def test_fewer_than_thirty_is_not_enough_to_learn_from():
    made = world(1)
    first = np.flatnonzero(made.came > 0)
    few = made._replace(came=np.where(np.isin(np.arange(made.came.size), first[29:]) & (made.came > 0), 0.0, made.came))
    assert few.came[few.came > 0].sum() == 29
    assert judge(few).best is None
    assert judge(made).best is not None


def renamed(table, names):
    """A table whose people have ids as histories give them."""
    ids = {name: number for number, name in names.items()}
    column = pa.array([ids[one] for one in table["person_id"].to_pylist()], table["person_id"].type)
    return table.set_column(table.column_names.index("person_id"), "person_id", column)


def test_who_it_could_come_to_and_to_whom_it_came():
    """Periods of 30 days that end on 30 June; each line is when a person came to a level."""
    levels = history("""
        ana   0@04-10  1@05-05  3@06-10
        bo    0@04-10  2@04-20  1@05-20  2@05-25
        cy    0@06-05
        top   4@04-10
    """)
    people = folk("ana bo cy top")
    names = {f"p{number:016x}": name for number, name in enumerate(people["person_id"].to_pylist())}
    levels, people = (renamed(table, names) for table in (levels, people))
    given = Climbers(Buckets((), {name: [] for name in CODED}), people, levels, kinds.load().table())
    at = day("06-30") + DAY - 1
    begins = [at - 60 * DAY, at - 30 * DAY]
    asked = {
        CLIMB: {("ana", 0): 1, ("ana", 1): 1, ("bo", 0): 0, ("bo", 1): 0},
        SLIP: {("ana", 1): 0, ("bo", 0): 1, ("bo", 1): 0, ("top", 0): 0, ("top", 1): 0},
        REACH: {("ana", 0): 0, ("ana", 1): 1, ("bo", 0): 0, ("bo", 1): 0},
    }
    for outcome, wanted in asked.items():
        found, who, days = cases(given, at, RUNGS, Aim(outcome, 3, 30 * DAY))
        assert days.at.tolist()[-3:-1] == begins
        back = len(days.at) - 3
        seen = {
            (names[who.ids[place].as_py()], period - back): came
            for place, period, came in zip(
                found.place.tolist(), found.period.tolist(), found.came.tolist(), strict=True
            )
            if came >= 0
        }
        assert {key: came for key, came in seen.items() if key[1] >= 0} == wanted, outcome


def test_silence_is_a_period_without_an_act_after_one_with_some():
    tables = lives.tables()
    given = Climbers(*(tables[name] for name in ("buckets", "people", "levels", "kinds")))
    found, _, days = cases(given, lives.AT, RUNGS, Aim(SILENCE, 4, 30 * DAY))
    rows = lives.log().to_pylist()
    acts: dict[str, list[int]] = {}
    for row in rows:
        if row["direction"] != "out":
            acts.setdefault(row["actor"], []).append(
                (row["at"] - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
            )
    silent = active = 0
    for actor in {row["actor"] for row in rows if row["actor"].startswith("user:")}:
        for at in days.at.tolist()[:-1]:
            if any(at - 30 * DAY < one <= at for one in acts.get(actor, [])):
                active += 1
                silent += not any(at < one <= at + 30 * DAY for one in acts[actor])
    over = found.came >= 0
    assert (int(over.sum()), int(found.came[over].sum())) == (active, silent)


@pytest.fixture(scope="module")
def town():
    return community.tables()


def ask(tables, **options):
    given = [tables[name] for name in ("buckets", "people", "levels", "kinds")]
    return forecast(*given, **({"at": community.AT, "ladder": lives.LADDER, "names": lives.NAMES} | options))


def test_on_a_simulated_community_it_is_calibrated_and_says_why(town):
    """Who stands where, and how much they do, drives who climbs there (docs/simulate.md)."""
    result = ask(town)
    assert result.judged.beaten and "level" in result.judged.best
    told = sum(split.told[result.judged.best][1].sum() for split in result.judged.splits)
    came = sum(split.of.came.sum() for split in result.judged.splits)
    assert told / came == pytest.approx(1, abs=0.2)
    rows = result.rows()
    assert all(row["low"] <= row["chance"] <= row["high"] for row in rows)
    assert rows == sorted(rows, key=lambda row: -row["chance"])
    assert any("the level they stand on" in row["reasons"] for row in rows[:5])
    assert any("active on" in row["reasons"] for row in rows[:5])


def test_it_says_that_there_is_too_little_to_learn_from(town):
    result = ask(town, outcome="reach", level="Owning", days=300)
    assert result.blank
    assert result.notes[0].startswith("Not enough history: to reach Owning within 300 days came ")
    assert "must have come 30 times" in result.empty


def test_models_grow_from_simple_to_rich():
    sizes = [len(columns) for columns in MODELS.values()]
    assert sizes == sorted(sizes)
    assert next(iter(MODELS)) == "same for all"
    assert learning.FEWEST == 30
