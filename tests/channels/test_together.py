"""What two activities do together: a twin that reads the log, what was planted, and nothing where nothing is."""

from __future__ import annotations

from collections import Counter
from functools import cache
from statistics import mean, median
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.levels.tables import day
from tests.roles.told import ask, members
from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, moment

SINCE, UNTIL = day("03-01") - 1, day("06-01") - 1
SPAN = 30 * DAY
PEOPLE = 900
WINDOW = {"since": SINCE, "until": UNTIL, "outcome": "purchased"}


@cache
def world(seed: int, joint: float = 0.0, late: float = 0.0) -> pa.Table:
    """People of three sorts, who differ in what they do and in what reaches them; `Mail` and `Event` both sell.

    joint: by how much both sell beyond that. late: how much more it sells where the mail came before the event.
    """
    draw = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []

    def add(who: str, at: float, kind: str, activity: str | None = None) -> None:
        out = kind == "emailed"
        rows.append(
            {"interaction_id": f"i{len(rows)}", "source": "a", "at": moment(int(at)), "received_at": moment(int(at)),
             "actor": who, "channel": "web", "kind": kind, "activity": activity, "direction": "out" if out else "in"}
        )  # fmt: skip

    for number in range(PEOPLE):
        who, sort = f"user:{number}", int(draw.integers(0, 3))
        for at in draw.uniform(SINCE - 120 * DAY, SINCE - SPAN, 1 + 4 * sort):
            add(who, at, "visited")
        first = draw.random() < 0.3 + 0.15 * sort
        second = draw.random() < 0.3 + 0.15 * sort
        mailed, met = draw.uniform(SINCE + DAY, UNTIL - SPAN - DAY, 2)
        if first:
            add(who, mailed, "emailed", "Mail")
        if second:
            add(who, met, "emailed", "Event")
        usual = 0.05 + 0.1 * sort
        if draw.random() < usual:
            add(who, draw.uniform(SINCE - SPAN + DAY, SINCE - DAY), "purchased")
        both = first and second
        chance = usual + 0.1 * first + 0.1 * second + joint * both + late * (both and mailed < met)
        if draw.random() < chance:
            add(who, draw.uniform(UNTIL - SPAN + DAY, UNTIL - DAY), "purchased")
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def twin(log: pa.Table, standing: dict[str, int]) -> dict[str, Any]:
    """Read the log as the docs say, person by person."""
    lives: dict[str, list[dict[str, Any]]] = {}
    for row in log.to_pylist():
        lives.setdefault(row["actor"], []).append(row | {"at": int(row["at"].timestamp() * 1e6)})
    some = {who: rows for who, rows in lives.items() if min(row["at"] for row in rows) <= SINCE - SPAN}
    acts = {who: sum(row["direction"] != "out" and row["at"] <= SINCE for row in rows) for who, rows in some.items()}
    middle = median(count for count in acts.values() if count)

    def did(rows: list[dict[str, Any]], start: int) -> int:
        return any(row["kind"] == "purchased" and start < row["at"] <= start + SPAN for row in rows)

    strata: dict[Any, dict[str, list[int]]] = {}
    for who, rows in some.items():
        got = {row["activity"] for row in rows if row["activity"] and SINCE < row["at"] <= UNTIL - SPAN}
        key = (standing[who], (acts[who] > 0) + (acts[who] > middle))
        change = did(rows, UNTIL - SPAN) - did(rows, SINCE - SPAN)
        strata.setdefault(key, {}).setdefault("".join(sorted(one[0] for one in got)), []).append(change)
    whole = [cells for cells in strata.values() if len(cells) == 4]
    count = Counter({name: sum(len(cells[name]) for cells in whole) for name in ("", "E", "EM", "M")})
    share = {
        name: sum(len(cells["EM"]) * mean(cells[name]) for cells in whole) / count["EM"]
        for name in ("", "E", "EM", "M")
    }
    return {"count": count, "share": share}


def test_it_is_what_one_reads_person_by_person() -> None:
    log = world(1, joint=0.45)
    (row,) = ask("together", log, **WINDOW).rows()
    # Nobody here is above level 1, where whoever visited within 30 days stands.
    standing = {
        who: int(any(SINCE - 2 * SPAN < at <= SINCE - SPAN for at in times))
        for who, times in times_of(log, "visited").items()
    }
    told = twin(log, standing)
    names = {"EM": ("both", "both_share"), "E": ("first_alone", "first_share"), "M": ("second_alone", "second_share"),
             "": ("neither", "neither_share")}  # fmt: skip
    assert (row["first"], row["second"]) == ("Event", "Mail")
    for cell, (people, share) in names.items():
        assert row[people] == told["count"][cell]
        assert row[share] == pytest.approx(told["share"][cell])
    shares = told["share"]
    assert row["more_share"] == pytest.approx(shares["EM"] - shares["E"] - shares["M"] + shares[""])


def times_of(log: pa.Table, kind: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in log.to_pylist():
        found.setdefault(row["actor"], [])
        if row["kind"] == kind:
            found[row["actor"]].append(int(row["at"].timestamp() * 1e6))
    return found


def test_what_was_planted_is_found_and_where_nothing_is_nothing_is_said() -> None:
    assert ask("together", world(1, joint=0.45), **WINDOW).rows()[0]["verdict"] == "more together"
    nothing = [ask("together", world(seed), **WINDOW).rows()[0]["verdict"] for seed in (1, 2)]
    assert set(nothing) == {"can't be told"}


def test_which_came_first_is_told() -> None:
    row = ask("together", world(4, late=0.5), **WINDOW).rows()[0]
    # `Event` is the first of the pair, and those who got the mail before it are ahead.
    assert row["ahead_share_high"] < 0
    assert row["ahead_share_low"] < -0.5 < row["ahead_share_high"] + 0.3
    assert 0 < row["first_first"] < row["both"] + 400


def test_a_row_opens_to_those_who_got_both() -> None:
    log = world(1, joint=0.45)
    found = ask("together", log, **WINDOW)
    behind = members(found)
    assert {(one["first"], one["second"]) for one in behind} == {("Event", "Mail")}
    got: dict[str, set[str]] = {}
    for row in log.to_pylist():
        got.setdefault(row["actor"], set()).add(row["activity"])
    both = [who for who, some in got.items() if some >= {"Event", "Mail"}]
    assert len(behind) == len({one["person_id"] for one in behind}) == len(both)


def test_days_that_leave_nothing_of_the_period_are_refused() -> None:
    with pytest.raises(QuestionError, match="`days` leave nothing of the period"):
        ask("together", world(1), **(WINDOW | {"days": 100}))


def test_too_few_people_are_an_answer() -> None:
    found = ask("together", world(1).slice(0, 200), **WINDOW)
    assert found.rows() == []
    assert found.empty
