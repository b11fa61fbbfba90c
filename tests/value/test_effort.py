"""On whom time and money are spent, against a reading touch by touch; and nothing is lost."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import community
from tests.examples import few
from tests.levels.tables import NAMES, ON
from tests.value import spending, worlds
from tests.written import interactions
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.catalogue import find
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.stats.shares import of_people

SINCE, UNTIL = instant("2026-01-05"), instant("2026-01-30")


def ask(tables, since=SINCE, until=UNTIL, **options):
    return find("effort").ask(tables, **ON, since=since, until=until, **options)


def level_names(tables, touches):
    """The name of each touch's level, by the history."""
    found = []
    for row in touches:
        hers = [one for one in tables["levels"].to_pylist() if one["person_id"] == person_id(hash_of(row["actor"]))]
        past = [one for one in hers if one["since"] <= instant(row["at"])]
        level = max(past, key=lambda one: one["since"], default={"level": None})["level"]
        found.append("Anonymous" if row["actor"] == "anon:1" else NAMES[level])
    return found


def climbs(tables, level, since=SINCE, until=UNTIL):
    """Climbs from a level within the window."""
    return sum(
        one["change"] == "climb" and one["from_level"] == level and since < one["since"] <= until
        for one in tables["levels"].to_pylist()
    )


@given(st.integers(0, 10**6), st.sampled_from([3.0, 14.0]))
@settings(max_examples=few(12))
def test_it_is_what_the_rules_say(seed, days):
    log, money = spending.world(seed), spending.bought(seed)
    tables = worlds.tables(log, **money)
    touches, rest = spending.slowly(log, money, SINCE, UNTIL, days)
    expected = defaultdict(list)
    for name, row in zip(level_names(tables, touches), touches, strict=True):
        expected[name].append(row)
    result = ask(tables, days=days)
    for row in result.rows():
        name = row["level_name"]
        if row["level"] is None:
            wanted = (0.0, rest["media"]) if name.startswith("Media") else (rest["minutes"] / 60, rest["money"])
            assert (row["hours"], row["money"]) == pytest.approx(wanted)
            continue
        some = expected.pop(name, [])
        assert row["touches"] == len(some)
        assert row["people"] == len({one["actor"] for one in some})
        assert row["hours"] * 60 == pytest.approx(sum(one["spent_minutes"] for one in some))
        assert row["money"] == pytest.approx(sum(one["spent_money"] for one in some))
        assert row["begun"] == sum(one["begun"] for one in some)
        assert row["climbs"] == (None if name == "Anonymous" else climbs(tables, row["level"]))
        opened = result.people(level_name=name).collect(backend="pyarrow").to_native()["person_id"].to_pylist()
        assert sorted(opened) == sorted({person_id(hash_of(one["actor"])) for one in some})
    assert not expected


@given(st.integers(0, 10**6))
@settings(max_examples=few(12))
def test_nothing_is_lost(seed):
    """The rows add up to all minutes and money that the log holds for the window."""
    log, money = spending.world(seed), spending.bought(seed)
    rows = ask(worlds.tables(log, **money)).rows()
    sent = [row for row in log.to_pylist() if row["direction"] == "out" and row["kind"] != "assigned"
            and SINCE < instant(row["at"]) <= UNTIL]  # fmt: skip
    costs, media = (spending.inside(money[name], SINCE, UNTIL) for name in ("costs", "exposures"))
    minutes = sum(row["minutes"] or 0 for row in sent) + sum(row["staff_minutes"] or 0 for row in costs)
    spent = sum(row["money"] or 0 for row in costs) + sum(row["cost"] or 0 for row in media)
    assert sum(row["hours"] for row in rows) * 60 == pytest.approx(minutes)
    assert sum(row["money"] for row in rows) == pytest.approx(spent)
    for name in ("hours_share", "money_share"):
        shares = [row[name] for row in rows if row[name] is not None]
        assert sum(shares) == pytest.approx(1 if shares else 0)
        for row in (row for row in rows if row[name] is not None):
            assert row[f"{name}_low"] - 1e-9 <= row[name] <= row[f"{name}_high"] + 1e-9


LOG = """
    actor     at     kind       direction  amount  minutes  activity
    user:ana  01-06  purchased  in         60      -        -
    user:ana  01-07  purchased  in         30      -        -
    user:ana  01-08  met        out        -       60       -
    user:bea  01-08  emailed    out        -       -        News
    user:bea  01-09  liked      in         -       -        -
    user:bea  01-10  refunded   in         10      -        -
"""


def test_effort_and_value_belong_to_the_level_of_their_time():
    rows = {row["level_name"]: row for row in ask(worlds.tables(interactions(LOG))).rows()}
    assert {name: row["value"] for name, row in rows.items() if row["value"]} == {"Owning": 90.0, "Endorsing": -10.0}
    assert {row["value_share"] for row in rows.values()} == {None}  # refunds outweigh what is given on a level
    assert rows["Owning"]["hours"] == 1.0
    assert rows["Owning"]["begun"] == 1
    assert rows["Known"]["touches"] == 1
    assert rows["Known"]["climbs"] == 1  # Bea, with her like; nobody is on any level before Ana's first purchase


def test_values_are_those_of_the_ledger_and_climbs_those_of_the_history():
    tables = community.tables()
    given = {"since": "2025-12-31", "until": "2026-06-30"}
    rows = find("effort").ask(tables, **ON, **given).rows()
    window = {name: instant(text) for name, text in given.items()}
    told = {row["level"]: row["climbs"] for row in rows if row["level"] in range(5)}
    assert told == {level: climbs(tables, level, **window) for level in range(5)}
    assert any(row["change"] == "slip" for row in tables["levels"].to_pylist())
    ledger = find("mutual-value").ask(tables, **ON, **given).rows()
    brought = {row["group"]: row["money"] for row in ledger if row["entry"] == "money"}
    assert {row["level_name"]: row["value"] for row in rows if row["value"]} == pytest.approx(brought)
    for column in ("hours", "money", "value"):  # nobody refunds more than was given
        whole = sum(row[column] for row in rows if row["level"] is not None and row[column])
        some = [row for row in rows if row["level"] is not None and row[column] is not None]
        assert whole > 0 and len(some) >= 5
        for row in some:
            low, share, high = (row[f"{column}_share{end}"] for end in ("_low", "", "_high"))
            assert share == pytest.approx(row[column] / whole), (column, row["level_name"])
            assert 0 <= low <= share <= high <= 1


def test_units_are_never_mixed_unasked():
    tables = worlds.tables(interactions(LOG))
    with pytest.raises(QuestionError, match="no rates are declared; write"):
        ask(tables, value="worth")
    with pytest.raises(QuestionError, match="It can be: money, hours, acts, worth"):
        ask(tables, value="euros")
    priced = ask(worlds.tables(interactions(LOG), {"liked": 5.0}), value="worth").rows()
    assert {row["level_name"]: row["value"] for row in priced if row["value"]} == {"Owning": 90.0, "Endorsing": -5.0}


def test_bounds_of_shares_hold_the_truth_about_as_often_as_they_say():
    """Of 500 towns in which people of one level, a fifth, take three times the time."""
    draw = np.random.default_rng(3)
    truth, hits = 0.6 / 1.4, 0
    for _ in range(500):
        chosen = draw.random(200) < 0.2
        minutes = draw.gamma(1.0, 20.0, 200) * np.where(chosen, 3, 1)
        _, low, high = of_people(minutes * chosen, minutes)
        hits += low <= truth <= high
    assert 0.9 < hits / 500 < 0.985
