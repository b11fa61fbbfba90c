"""What is said of pairs in worlds in which it is known what follows what, and in logs written by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pyarrow as pa
import pytest
from bench.worlds import SENT, Plan, always, buckets, end, fading, spells, waking

from bench import influence as bars
from bench import worlds
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY
from ziggurat.channels.doings import OTHER, Window, types_of
from ziggurat.channels.influence import SHAPE, influence
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_id
from ziggurat.results import rendering

ON = {"ladder": "community", "names": ()}
SMALL = {"people": 150, "days": 100}


def small(plan, seed):
    """A world of few people, as the whole bench draws it of many."""
    return small_plan(plan).draw(seed)


def small_plan(plan):
    return dataclasses.replace(plan, **SMALL)


def by_pair(answer):
    return {(row["cause"], row["effect"]): row for row in answer.rows()}


def ask(made, **options):
    return influence(buckets(made), at=end(made), **ON, **options)


@pytest.fixture(scope="module")
def planted():
    return Plan(waking, effects={(0, SENT): (0.3, 0.3)}, people=300).draw(2)


@pytest.fixture(scope="module")
def answer(planted):
    return ask(planted)


def test_nothing_is_claimed_where_nothing_influences_anything():
    """Every world of the bench, at small size: of some 550 pairs few may be claimed, and hardly a log prints one."""
    claimed, printed = [], []
    for plan in bars.NULLS.values():
        for seed in (11, 12):
            rows = bars.asked(small(plan, seed))
            claimed += [row["verdict"] == "followed by more" for row in rows]
            printed.append(any(row["sure"] for row in rows))
    assert np.mean(claimed) <= 0.03
    assert np.mean(printed) <= 0.05


@pytest.mark.parametrize("name", worlds.CHOSEN)
def test_a_moment_that_somebody_chose_is_no_influence(name):
    said = [row["verdict"] for seed in (1, 2) for row in bars.asked(worlds.CHOSEN[name].draw(seed))]
    assert "followed by more" not in said


@pytest.mark.parametrize("name", bars.UNTOLD)
def test_what_no_log_of_this_sort_tells_is_said_to_be_unknown_and_never_0(name):
    plan, pairs = bars.UNTOLD[name]
    rows = [row for row in bars.asked(plan.draw(3)) if (row["cause"], row["effect"]) in pairs]
    assert {row["verdict"] for row in rows} == {"can't tell"}
    assert all(row["more"] is row["low"] is row["day_more"] is None for row in rows)
    assert all(" lot " in row["said"] for row in rows)


@pytest.mark.parametrize("drive", [always, fading, spells])
def test_what_is_planted_is_found_within_its_bounds(drive):
    made = Plan(drive, effects={(0, SENT): (0.3, 1.0)}, people=300, days=150).draw(4)
    row = by_pair(ask(made))["emailed", "visited"]
    assert (row["verdict"], row["basis"], row["sure"]) == ("followed by more", "order", True)
    assert row["low"] <= made.planted[0, SENT] <= row["high"]
    assert row["day_low"] <= 0.3 * 0.5 <= row["day_high"]
    assert row["before_low"] <= 0 <= row["before_high"]


def test_a_common_cause_that_is_logged_is_no_influence():
    """Mails bring visits at once and reading a day later; visits bring no reading."""
    made = Plan(effects={(0, SENT): (0.6, 0.02), (1, SENT): (0.6, 3.0)}, days=150, rate=0.05).draw(1)
    rows = by_pair(ask(made))
    assert rows["emailed", "read"]["verdict"] == "followed by more"
    assert rows["visited", "read"]["verdict"] == "can't tell"
    assert "“emailed”" in rows["visited", "read"]["said"]


@pytest.mark.parametrize(("seed", "delays"), [(1003, (0.5, 2.0)), (1001, (0.25, 4.0))])
def test_two_effects_of_a_cause_that_is_not_in_the_log_are_no_influence(seed, delays):
    """Something brings visits soon and reading later; a few read first, and too few to be sure of them."""
    first, later = delays
    made = Plan(effects={(0, SENT): (0.5, first), (1, SENT): (0.5, later)}, hidden=True).draw(seed)
    row = by_pair(ask(made))["visited", "read"]
    assert row["verdict"] == "can't tell"
    assert row["said"].startswith("Can't tell. Something that isn't in the log may bring both")


def test_a_welcome_series_is_compared_with_nobody():
    """It comes 12, 20 and 30 days after people came, who do more from the 20th day on anyway."""
    said = [row for row in bars.asked(bars.NULLS["welcome series, warming"].draw(7003)) if row["cause"] == "emailed"]
    assert [row["verdict"] for row in said] == ["can't tell"] * 3
    assert all("so many days after people came" in row["said"] for row in said)


def test_the_bars_are_measured_and_a_missed_one_is_said(monkeypatch):
    told = []
    monkeypatch.setattr(bars, "NULLS", {"small": small_plan(worlds.NULLS["clean"])})
    monkeypatch.setattr(bars.worlds, "CHOSEN", {})
    found = bars.bars(1, ["nulls", "credits"], told.append)
    assert [one.bar for one in found] == ["≤ 0.05", "≤ 0.05", "≤ 0.05", "told"]
    monkeypatch.setattr(bars, "NULLS", {"planted": small_plan(Plan(effects={(0, SENT): (2.0, 0.3)}))})
    missed = bars.bars(1, ["nulls"], told.append)
    assert [one.met for one in missed] == [False, False]
    assert told[-1] == "2 bars, 2 missed; 1 logs of each world"


def test_nothing_depends_on_names_on_buckets_or_on_whole_weeks(planted):
    told = ask(planted).rows()
    names = np.random.default_rng(1).permutation(1 << 20)[: planted.people].astype(np.int64)
    renamed = influence(buckets(planted, names=names, parts=5), at=end(planted), **ON).rows()
    later = influence(buckets(planted, shift=3 * 7 * DAY), at=end(planted, 3 * 7 * DAY), **ON).rows()
    for other in (renamed, later):
        for row, same in zip(told, other, strict=True):
            assert {name: value for name, value in row.items() if not isinstance(value, float)} == {
                name: value for name, value in same.items() if not isinstance(value, float)
            }
            numbers = [name for name, value in row.items() if isinstance(value, float)]
            assert [row[name] for name in numbers] == pytest.approx([same[name] for name in numbers], abs=1e-9)


def test_the_shape_adds_up_to_the_whole(answer):
    rows = by_pair(answer)
    shape = answer.shape.to_pylist()
    assert list(shape[0]) == list(SHAPE)
    mine = [row for row in shape if (row["cause"], row["effect"]) == ("emailed", "visited")]
    assert [row["to_hours"] for row in mine] == [3, 12, 24, 72, 168]
    assert sum(row["more"] for row in mine) == pytest.approx(rows["emailed", "visited"]["more"])
    assert mine[0]["low"] > 0


def test_what_is_sent_is_a_cause_only(answer):
    assert {row["effect"] for row in answer.rows()} == {"visited", "read", "purchased"}
    assert {row["cause"] for row in answer.rows()} == {"visited", "read", "purchased", "emailed"}


@pytest.mark.parametrize("shown", ["matrix", "network", "shape"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_draws(planted, shown, mode):
    svg = rendering.to_svg(ask(planted, shown=shown).chart(), mode)
    assert "visited" in svg
    assert "caus" not in svg


def test_people_are_those_with_the_effect_within_a_week_after_the_cause():
    """Ana visits after a mail, Bo before it, Cy at the same instant, and Di eight days later."""
    codes = {"kind": ["emailed", "visited"], "channel": ["x"], "activity": [], "source": ["s"]}
    rows = [(1, 0, 0), (1, 1, 1), (2, 0, 1), (2, 1, 0), (3, 1, 0), (3, 1, 1), (4, 0, 0), (4, 8, 1)]
    start = 20_000 * DAY
    table = pa.table(
        {
            "person": pa.array([person for person, _, _ in rows]),
            "at": pa.array([start + day * DAY for _, day, _ in rows]),
            "kind": pa.array([kind for _, _, kind in rows], pa.int16()),
            "direction": pa.array([1 if kind == 0 else 0 for _, _, kind in rows], pa.int8()),
        }
    )
    lives = Buckets((lambda names: table.select(list(names)),), codes)
    answer = influence(lives, at=start + 20 * DAY, **ON)
    found = answer.people(cause="emailed", effect="visited").collect(backend="pyarrow").to_native()
    assert found["person_id"].to_pylist() == [person_id(1)]
    row = by_pair(answer)["emailed", "visited"]
    assert (row["people"], row["verdict"]) == (1, "can't tell")
    anonymous = Buckets(lives.readers, codes, anonymous=np.array([1]))
    assert by_pair(influence(anonymous, at=start + 20 * DAY, **ON))["emailed", "visited"]["people"] == 0
    assert influence(lives, at=start - 1, **ON).rows() == []


def test_only_what_is_within_the_days_is_read(planted):
    """Of ten days nothing can be told; of all but the last, nothing changes but what the last day holds."""
    assert {row["verdict"] for row in ask(planted, days=10).rows()} == {"can't tell"}
    assert by_pair(ask(planted, days=planted.days + 1)) == by_pair(ask(planted))


def test_the_rare_ones_are_one_type_more(planted):
    types = types_of(buckets(planted), "channel", Window(None, end(planted)), 1)
    assert types.names[1:] == (OTHER,)
    assert OTHER in {row["effect"] for row in ask(planted, types=1).rows()}


@pytest.mark.parametrize("wrong", [{"types": 0}, {"types": 31}, {"days": 0}, {"days": math.inf}])
def test_options_out_of_bounds_are_refused(planted, wrong):
    with pytest.raises(QuestionError):
        ask(planted, **wrong)


def experiment(draw, effect, share=0.9, people=400):
    """Half of the people are drawn to get a mail the day after; all visit now and then."""
    rows = []
    for number in range(people):
        given = number % 2 == 0
        start = int(draw.integers(0, 40))
        rows.append((f"2026-01-01T{number % 24:02}:00", f"user:p{number}", "web", "visited", "in", "-", "-"))
        visits = list(draw.uniform(0, 60, draw.poisson(6)))
        arm = "mail" if given else "none"
        rows.append((stamp(start), f"user:p{number}", "test", "assigned", "in", "spring", arm))
        if given and draw.random() < share:
            rows.append((stamp(start + 1), f"user:p{number}", "mail", "emailed", "out", "spring", "-"))
            visits += [start + 1 + draw.exponential(0.5) for _ in range(draw.poisson(effect))]
        rows += [(stamp(day), f"user:p{number}", "web", "visited", "in", "-", "-") for day in visits]
    heads = ("at", "actor", "channel", "kind", "direction", "activity", "object")
    return interactions("\n".join("  ".join(row) for row in (heads, *rows)))


def stamp(day):
    return str(np.datetime64("2026-01-05T00:00:00") + np.timedelta64(round(day * 86400), "s"))


@pytest.mark.parametrize(("effect", "verdict"), [(0.5, "followed by more"), (0.0, "no difference seen")])
def test_where_a_lot_decided_the_lot_is_used(effect, verdict):
    crowd = Crowd(experiment(np.random.default_rng(3), effect))
    row = by_pair(influence(crowd.derived.buckets(), at="2026-06-01", **ON))["emailed", "visited"]
    assert (row["basis"], row["verdict"]) == ("lot", verdict)
    assert row["low"] <= effect <= row["high"]
    assert row["said"].startswith("By lot: ")
