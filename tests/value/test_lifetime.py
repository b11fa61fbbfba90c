import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.value.customers import AHEAD, ALIVE, AT, LADDER, ON, PRICES, SHOP, sold, tables
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, instant
from ziggurat.people.ids import person_of
from ziggurat.value import outlook
from ziggurat.value.lifetime import lifetime, of_person, parameters
from ziggurat.value.occasions import Occasions
from ziggurat.value.valuable import valuable

LOG = sold()
SOLD = tables(LOG)
ASKED = {"at": AT, "horizon_days": AHEAD, **ON}
ESTIMATES = ("alive", "times", "money")


def came(log):
    """How often customers came after `AT`, and what they brought."""
    later = log.filter(pc.greater(log["at"].cast(pa.int64()), instant(AT)))
    days = {(row["actor"], (row["at"].timestamp() * 1e6 + DAY - 1) // DAY) for row in later.to_pylist()}
    return {"times": len(days), "money": pc.sum(later["amount"]).as_py()}


def test_what_was_foretold_comes():
    rows = lifetime(**SOLD, **ASKED).rows()
    for what, number in came(LOG).items():
        assert sum(row[what] for row in rows) == pytest.approx(number, rel=0.12), what
        assert sum(row[f"{what}_low"] for row in rows) < number < sum(row[f"{what}_high"] for row in rows)


def test_the_parameters_of_the_shop_are_found():
    """Up to what several purchases of one day, which are one occasion, change: r by 3 % and α by 8 %."""
    told = {row["parameter"]: row for row in lifetime(**SOLD, **ASKED).parameters.to_pylist()}
    names = ("r", "alpha", "a", "b", "p", "q", "gamma")
    for name, true in zip(names, (*SHOP, *PRICES), strict=True):
        assert told[name]["low"] * 0.92 < true < told[name]["high"], name
    both = told["correlation of how often and how much"]
    assert both["low"] < 0 < both["high"]


def test_who_spends_more_the_oftener_she_comes_is_noticed():
    """The gamma-gamma model takes how much to have nothing to do with how often. Here it has."""
    draw = np.random.default_rng(8)
    x = draw.geometric(0.3, 800).astype(float)
    for power, there in ((0.0, False), (0.4, True)):
        money = draw.gamma(5 * x, 1 / draw.gamma(4, 0.1, 800)) * x**power
        known = Occasions(np.arange(800), x, np.full(800, 90.0), np.full(800, 100.0), x, money, x * np.nan)
        fitted = outlook.learn(known, ["purchased"], at=0, span_days=1.0, model="bg/nbd", horizon=100.0)
        both = list(parameters(known, fitted))[-1]
        assert (both["low"] > 0) == there


def test_levels_are_where_people_stand_and_no_part_of_the_model():
    rows = {row["level_name"]: row for row in lifetime(**SOLD, **ASKED).rows()}
    assert list(rows) == ["Regular", "Buying", "Known"]
    assert rows["Regular"]["again"] == rows["Regular"]["people"] > 50
    assert rows["Known"]["people"] == rows["Known"]["times"] == 0
    assert rows["Regular"]["times"] / rows["Regular"]["people"] > rows["Buying"]["times"] / rows["Buying"]["people"]
    single = lifetime(**SOLD, at=AT, horizon_days=AHEAD, ladder="no such ladder", names=["Known"])
    assert single.rows()[0]["people"] == 0


def test_the_people_add_up_to_the_levels_and_each_is_found_alone():
    levels = lifetime(**SOLD, **ASKED)
    people = valuable(**SOLD, **ASKED).rows()
    for row in levels.rows():
        for what in ESTIMATES:
            hers = sum(one[what] for one in people if one["level"] == row["level"])
            assert hers == pytest.approx(row[what], rel=1e-9, abs=1e-9)
    for one in (people[0], people[-1]):
        _, history, codes = ALIVE[0].derived.one(person_of(one["person_id"]), instant(AT))
        alone = of_person(history, codes, levels)
        assert alone.times == pytest.approx((one["times"], one["times_low"], one["times_high"]))
        assert alone.money == pytest.approx((one["money"], one["money_low"], one["money_high"]))
        assert (alone.times_so_far, alone.silent_days) == (one["so_far"], one["silent_days"])
        assert alone.alive == pytest.approx(one["alive"])
        assert len(alone.acts) >= alone.times_so_far
        assert alone.everyone["times"] == pytest.approx(sum(row["times"] for row in people) / len(people))


def test_bounds_of_people_hold():
    later = LOG.filter(pc.greater(LOG["at"].cast(pa.int64()), instant(AT))).to_pylist()
    identities = {row["person_id"]: row["identities"][0] for row in SOLD["people"].to_pylist()}
    spent = {}
    for row in later:
        spent[row["actor"]] = spent.get(row["actor"], 0.0) + row["amount"]
    rows = valuable(**SOLD, **ASKED).rows()
    inside = [
        row["money_low"] - 1e-9 <= spent.get(identities[row["person_id"]], 0) <= row["money_high"] for row in rows
    ]
    assert 0.94 <= np.mean(inside) <= 0.995


def test_the_first_are_those_of_whom_most_is_expected_or_missed():
    first = valuable(**SOLD, **ASKED, limit=20).rows()
    assert [row["money"] for row in first] == sorted((row["money"] for row in first), reverse=True)
    missed = valuable(**SOLD, **ASKED, by="missed", limit=20).rows()
    lost = [row["money"] * (1 - row["alive"]) / row["alive"] for row in missed]
    assert lost == sorted(lost, reverse=True)
    assert np.mean([row["alive"] for row in missed]) < np.mean([row["alive"] for row in first])
    assert missed[0]["missed"] == pytest.approx(missed[0]["times"] * (1 - missed[0]["alive"]) / missed[0]["alive"])


def test_discrete_occasions():
    rows = lifetime(**SOLD, **ASKED, model="bg/bb", period_days=30).rows()
    later = LOG.filter(pc.greater(LOG["at"].cast(pa.int64()), instant(AT))).to_pylist()
    months = {(row["actor"], int((row["at"].timestamp() * 1e6 - instant(AT)) // (30 * DAY))) for row in later}
    assert sum(row["times"] for row in rows) == pytest.approx(len(months), rel=0.12)
    assert sum(row["times_low"] for row in rows) < len(months) < sum(row["times_high"] for row in rows)
    people = valuable(**SOLD, **ASKED, model="bg/bb", period_days=30).rows()
    assert sum(row["times"] for row in people) == pytest.approx(sum(row["times"] for row in rows))
    assert all(row["times_high"] <= 6 for row in people)


def written(log, rows):
    """A log of as many customers as rows: their days of January, and what they paid each time."""
    lines = [
        f"user:{number}  2026-01-{day:02}  purchased  {amount}"
        for number, (days, amount) in enumerate(rows)
        for day in days
    ]
    return tables(log("actor  at  kind  amount\n" + "\n".join(lines)))


@pytest.mark.parametrize(
    ("rows", "note", "times", "money"),
    [
        ([((3,), 5)] * 20, "nobody has come again: to tell how often people do takes 10 who have", False, False),
        ([((3, 9), 5)] * 9 + [((3,), 5)] * 9, "9 came again: to tell how often people do takes 10 who", False, False),
        ([((3, 9), "-")] * 12, "0 brought money on coming again: to tell how much takes 10 who have", True, False),
        ([((3, 9), 5)] * 12, None, True, True),
        ([((day, 30), 7) for day in range(1, 25)] + [((2,), 7)] * 9, None, True, True),
    ],
    ids=["nobody came again", "few did", "nobody paid", "all are alike", "all pay the same"],
)
def test_where_nothing_can_be_told_it_says_so(log, rows, note, times, money):
    given = written(log, rows)
    for answer in (lifetime(**given, at="2026-01-31", **ON), valuable(**given, at="2026-01-31", **ON)):
        row = next(row for row in answer.rows() if row.get("people", 1))
        assert (row["note"] or "").startswith(note or "")
        assert (row["note"] is None) == (note is None)
        assert (row["times"] is not None, row["money"] is not None) == (times, money)
        assert times or row["alive"] is None
        if money:
            assert row["money"] == pytest.approx(row["times"] * rows[0][1])
            assert 0 <= row["money_low"] <= row["money_high"]


def test_nobody_to_foretell_of(log):
    given = tables(log("actor  at  kind\nuser:ana  2026-01-03  visited"))
    row = lifetime(**given, at="2026-01-31", **ON).rows()[-1]
    assert (row["people"], row["others"], row["note"]) == (0, 1, "nobody is known to have purchased or donated yet")
    assert valuable(**given, at="2026-01-31", **ON).rows() == []
    _, history, codes = ALIVE[-1].derived.one(ALIVE[-1].derived.whose("user:ana"), instant("2026-01-31"))
    assert of_person(history, codes, lifetime(**given, at="2026-01-31", **ON)) is None


def test_money_that_only_some_occasions_bring_is_that_share_of_the_figure():
    draw = np.random.default_rng(6)
    x = draw.geometric(0.3, 500).astype(float)
    paid = draw.binomial(x.astype(int), 0.25).astype(float)
    known = Occasions(
        np.arange(500), x, np.full(500, 90.0), np.full(500, 100.0), paid, paid * draw.gamma(9, 1, 500), x * np.nan
    )
    fitted = outlook.learn(known, ["purchased"], at=0, span_days=1.0, model="bg/nbd", horizon=100.0)
    assert fitted.paid == pytest.approx(0.25, abs=0.03)
    best = outlook.likely(known, fitted)
    assert best["money"].sum() / best["times"].sum() == pytest.approx(9 * 0.25, rel=0.15)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon_days": 0}, "`horizon_days` is 0, but must be a number of days from 1 to 3650"),
        ({"model": "bgnbd"}, "`model` is 'bgnbd'; did you mean 'bg/nbd'\\? It can be: bg/nbd, bg/bb"),
        ({"model": "bg/bb", "period_days": 1, "horizon_days": 365}, "are 365 periods of 1 days, but must be from 1 to"),
        ({"model": "bg/bb", "period_days": 300, "horizon_days": 30}, "are 0 periods of 300 days"),
        ({"outcome": "bought"}, "`outcome` holds 'bought', which is no kind"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(QuestionError, match=message):
        lifetime(**SOLD, **(ASKED | options))


def test_a_level_without_a_name_is_an_error():
    with pytest.raises(QuestionError, match="holds level 2, but this ladder ends at level 1"):
        lifetime(**SOLD, at=AT, ladder=LADDER.name, names=["Known", "Buying"])
