"""Influence among lives written by hand and among those of a world in which it is known what triggers what."""

import math

import numpy as np
import pyarrow as pa
import pytest

from tests.stats.events import lives, simulate
from ziggurat import rendering
from ziggurat.catalogue import STUDIES
from ziggurat.channels import influence_charts
from ziggurat.channels.doings import OTHER, Window, doings, types_of
from ziggurat.channels.influence import influence
from ziggurat.channels.influence_model import candidates
from ziggurat.errors import QuestionError
from ziggurat.instant import DAY, instant
from ziggurat.log.buckets import Buckets
from ziggurat.stats.hawkes import deviation

ON = {"ladder": "community", "names": ()}
KINDS = ["emailed", "visited", "purchased"]
TRUE = np.array([[0.0, 0.0, 0.0], [0.5, 0.2, 0.0], [0.0, 0.3, 0.0]])
START = instant("2026-01-04") // DAY * DAY


def bucket(streams, direction=(1, 0, 0), first=0):
    """One reader of the events of a simulated world, a person's number being her hash."""
    columns = {name: [] for name in ("person", "at", "kind", "channel", "activity", "direction")}
    for person, events, _, _ in lives(streams):
        known = [(0.0, -1), *events]  # everyone is known from the start
        for time, kind in known:
            row = (
                first + person,
                START + round(time * DAY),
                kind,
                max(kind, 0),
                -1,
                direction[kind] if kind >= 0 else 0,
            )
            for name, value in zip(columns, row, strict=True):
                columns[name].append(value)
    types = {"person": pa.int64(), "at": pa.int64(), "kind": pa.int16(), "channel": pa.int32(), "activity": pa.int32()}
    table = pa.table({name: pa.array(values, types.get(name, pa.int8())) for name, values in columns.items()})
    return lambda names: table.select(list(names))


def world(people=1500, days=90, seed=3):
    """Two buckets of people who differ in how busy they are."""
    draw = np.random.default_rng(seed)
    codes = {"kind": KINDS, "channel": ["email", "web", "store"], "activity": [], "source": ["world"]}
    readers = []
    for first in (0, people):
        busy = np.array([0.05, 0.05, 0.03]) * draw.gamma(1, 1, (people, 1))
        readers.append(bucket(simulate(draw, busy, TRUE, 1.0, days), first=first * (1 << 20)))
    return Buckets(tuple(readers), codes)


WORLD = world()
AT = START + 90 * DAY


def by_pair(answer):
    return {(row["cause"], row["effect"]): row for row in answer.rows()}


@pytest.fixture(scope="module", params=["least-squares", "likelihood"])
def answer(request):
    return influence(WORLD, at=AT, estimator=request.param, half_life_days=1.0, baseline_days=0, **ON)


def test_what_triggers_what_is_found(answer):
    rows = by_pair(answer)
    close = [
        row["triggered_low"] - 0.02 <= TRUE[KINDS.index(effect), KINDS.index(cause)] <= row["triggered_high"] + 0.02
        for (cause, effect), row in rows.items()
    ]
    assert all(close), rows
    assert rows["emailed", "visited"]["triggered_low"] > 0.35
    assert rows["visited", "purchased"]["triggered_low"] > 0.2


def test_what_is_sent_is_no_effect_unless_asked_for(answer):
    assert {row["effect"] for row in answer.rows()} == {"visited", "purchased"}
    more = influence(WORLD, at=AT, effects="all", half_life_days=1.0, baseline_days=0, **ON)
    assert {row["effect"] for row in more.rows()} == set(KINDS)


def test_the_placebo_finds_nothing(answer):
    if answer.asked["estimator"] == "least-squares":
        for row in answer.rows():
            assert row["placebo_low"] - 0.02 < 0 < row["placebo_high"] + 0.02
            assert abs(row["placebo"]) < 0.06


def test_shares_add_up(answer):
    """One mail leads to 0.5 / 0.8 visits and 0.3 times as many purchases."""
    rows = by_pair(answer)
    assert rows["emailed", "purchased"]["cumulative"] == pytest.approx(0.3 * 0.5 / 0.8, abs=0.06)
    for effect in ("visited", "purchased"):
        mine = [row for row in answer.rows() if row["effect"] == effect]
        assert sum(row["root_share"] for row in mine) == pytest.approx(1)
        assert sum(row["direct_share"] for row in mine) == pytest.approx(1 - mine[0]["exogenous_share"])
    (fitted,) = [row for row in answer.fit.to_pylist() if row["effect"] == "visited"]
    assert fitted["exogenous_low"] < rows["emailed", "visited"]["exogenous_share"] < fitted["exogenous_high"]


def test_the_half_life_is_chosen_for_each_effect():
    rows = influence(WORLD, at=AT, baseline_days=0, **ON).rows()
    assert {row["half_life_days"] for row in rows} <= {0.5, 1.0, 2.0}
    likely = influence(WORLD, at=AT, estimator="likelihood", **ON).rows()
    assert {row["half_life_days"] for row in likely} <= {0.5, 1.0, 2.0}


@pytest.mark.parametrize("shown", ["matrix", "network", "fit"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_draws(shown, mode):
    answer = influence(WORLD, at=AT, half_life_days=1.0, shown=shown, baseline_days=0, **ON)
    svg = rendering.to_svg(answer.chart(), mode)
    assert "visited" in svg
    assert ("followed by more" in svg) == (shown != "fit")
    assert "triggers" not in svg


def test_people_are_those_with_the_effect_after_the_cause():
    """Three people: ana's visit follows her mail, bo's comes first, and cy's both happen at once."""
    codes = {"kind": ["emailed", "visited"], "channel": ["x"], "activity": [], "source": ["s"]}
    rows = [(1, 0, 0), (1, 1, 1), (2, 0, 1), (2, 1, 0), (3, 0, -1), (3, 1, 0), (3, 1, 1)]
    table = pa.table(
        {
            "person": pa.array([person for person, _, _ in rows]),
            "at": pa.array([START + day * DAY for _, day, _ in rows]),
            "kind": pa.array([kind for _, _, kind in rows], pa.int16()),
            "direction": pa.array([1 if kind == 0 else 0 for _, _, kind in rows], pa.int8()),
        }
    )
    buckets = Buckets((lambda names: table.select(list(names)),), codes)
    answer = influence(buckets, at=START + 9 * DAY, half_life_days=2.0, **ON)
    found = answer.people(cause="emailed", effect="visited").collect(backend="pyarrow").to_native()
    assert found["person_id"].to_pylist() == ["p0000000000000001"]
    assert by_pair(answer)["emailed", "visited"]["people"] == 1
    anonymous = Buckets(buckets.readers, codes, anonymous=np.array([1]))
    assert by_pair(influence(anonymous, at=START + 9 * DAY, **ON))["emailed", "visited"]["people"] == 0


def test_the_rare_ones_are_one_type_more():
    window = Window(None, AT)
    types = types_of(WORLD, "channel", window, 1)
    assert types.names[1:] == (OTHER,)
    assert types.events == sum(len(reader(["kind"]).filter(pa.compute.field("kind") >= 0)) for reader in WORLD.readers)


def test_several_of_one_type_at_one_instant_are_one_event():
    codes = {"kind": ["visited", "redeemed"], "channel": [], "activity": [], "source": []}
    kinds = [0, 1, 0, 1, 1, 0]
    rows = pa.table(
        {
            "person": pa.array([5] * 6),
            "at": pa.array([START] * 5 + [START + DAY]),
            "kind": pa.array(kinds, pa.int16()),
            "direction": pa.array([0] * 6, pa.int8()),
        }
    )
    buckets = Buckets((lambda names: rows.select(list(names)),), codes)
    window = Window(None, START + 2 * DAY)
    found = doings(rows, buckets, types_of(buckets, "kind", window, 9), window).streams
    assert sorted(zip((found.at - START / DAY).tolist(), found.type.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


def test_what_is_sent_counts_under_its_activity():
    """And what people do under its kind, whatever activity it names."""
    codes = {"kind": ["emailed", "visited"], "channel": [], "activity": ["News", "visited"], "source": []}
    rows = pa.table(
        {
            "person": pa.array([1] * 4),
            "at": pa.array([START + day * DAY for day in range(4)]),
            "kind": pa.array([0, 1, 0, 0], pa.int16()),
            "direction": pa.array([1, 0, 1, 1], pa.int8()),
            "activity": pa.array([0, 0, -1, 1], pa.int32()),
        }
    )
    buckets = Buckets((lambda names: rows.select(list(names)),), codes)
    types = types_of(buckets, "activity", Window(None, AT), 9)
    assert sorted(types.names) == ["News", "emailed", "visited", "visited (kind)"]
    assert dict(zip(types.names, types.sent.tolist(), strict=True))["News"]


def test_being_assigned_to_a_variant_is_no_event():
    codes = {"kind": ["emailed", "assigned", "visited"], "channel": ["web"], "activity": ["Trial"], "source": []}
    rows = pa.table(
        {
            "person": pa.array([1] * 4),
            "at": pa.array([START + day * DAY for day in range(4)]),
            "kind": pa.array([0, 1, 2, 0], pa.int16()),
            "direction": pa.array([1, 1, 0, 1], pa.int8()),
            "activity": pa.array([-1, 0, -1, 0], pa.int32()),
            "channel": pa.array([0] * 4, pa.int32()),
        }
    )
    buckets = Buckets((lambda names: rows.select(list(names)),), codes)
    window = Window(None, AT)
    assert set(types_of(buckets, "kind", window, 9).names) == {"emailed", "visited"}
    types = types_of(buckets, "activity", window, 9)
    assert set(types.names) == {"Trial", "emailed", "visited"}  # the campaign of that name was sent; once
    assert doings(rows, buckets, types, window).streams.type.size == types.events == 3
    assert types_of(buckets, "channel", window, 9).events == 3


def test_half_lives_are_no_longer_than_what_is_seen():
    """In ten days nobody can tell two weeks from a habit."""
    assert candidates(None, Window(AT - 12 * DAY, AT).days).max() == 1
    assert candidates(None, Window(None, AT).days).max() == 28
    short = influence(WORLD, at=AT, days=12, **ON).rows()
    assert max(row["half_life_days"] for row in short) <= 1


def test_the_past_may_trigger_but_needs_no_cause():
    """Of ten days in which everything happened on the first, nothing is left to be explained after it."""
    whole = by_pair(influence(WORLD, at=AT, half_life_days=1.0, **ON))["visited", "purchased"]
    part = by_pair(influence(WORLD, at=AT, days=45, half_life_days=1.0, **ON))["visited", "purchased"]
    assert part["triggered_low"] < 0.3 < part["triggered_high"]
    assert part["people"] < whole["people"]
    assert part["triggered_high"] - part["triggered_low"] > whole["triggered_high"] - whole["triggered_low"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"types": 31}, "`types` is 31, but must be a whole number from 1 to 30"),
        ({"types": 0}, "`types` is 0, but must be a whole number from 1 to 30"),
        ({"half_life_days": 0}, "`half_life_days` is 0, but must be a number of days from 0.0001 to"),
        ({"days": "-1"}, "`days` is '-1', but must be a number of days from 0.04167 to"),
        ({"baseline_days": "-2"}, "`baseline_days` is '-2', but must be a number of days from 0 to"),
        ({"estimator": "least-square"}, "did you mean 'least-squares'"),
    ],
)
def test_options_out_of_bounds_are_refused(given, message):
    with pytest.raises(QuestionError, match=message):
        STUDIES["influence"].ask({"buckets": WORLD}, at=AT, **ON, **given)


def test_one_person_tells_nothing_of_the_error():
    table = WORLD.readers[0](["person", "at", "kind", "direction"])
    busiest = pa.compute.mode(table["person"])[0]["mode"]
    one = table.filter(pa.compute.equal(table["person"], busiest))
    buckets = Buckets((lambda names: one.select(list(names)),), WORLD.codes)
    rows = influence(buckets, at=AT, half_life_days=1.0, baseline_days=0, **ON).rows()
    assert all(row["triggered_low"] is None and row["triggered_high"] is None for row in rows)
    assert any(row["triggered"] is not None for row in rows)
    assert math.isnan(deviation(np.full((2, 1), np.nan))[0])


def test_what_is_surely_no_zero_is_not_written_as_one():
    """A sure influence is coloured by its way, so that an orange 0 would hold back by nothing."""
    sure = {"triggered": -0.0002, "triggered_low": -0.0003, "triggered_high": -0.0001}
    assert influence_charts.said(sure) == "> −0.001"
    assert (
        influence_charts.said(
            {name: -value for name, value in sure.items()} | {"triggered_low": 0.0001, "triggered_high": 0.0003}
        )
        == "< 0.001"
    )
    assert influence_charts.said(sure | {"triggered_high": 0.0001}) == "(0)"
    assert influence_charts.said(sure | {"triggered": -0.02, "triggered_low": -0.03}) == "-0.02"
