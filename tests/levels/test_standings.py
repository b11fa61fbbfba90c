"""How people stand at an instant equals what the rules say by definition, and depends on nothing later."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels import naive
from tests.levels.lived import KINDS, acted, ladder, told
from tests.levels.naive import DAY, Act, Raise
from tests.levels.test_sweep import ladders, lives, raises, rules, times
from tests.written import interactions, micros
from ziggurat.levels.ladder import Ladder, Level, Rule

WANTED = ("level", "since", "first_level", "peak", "peak_at", "lapsed_at", "slips_at", "have", "need", "next_rule")
counting = st.lists(
    st.builds(
        Level,
        name=st.just("x"),
        rules=st.lists(rules().filter(lambda rule: rule.test != "from_kinds"), min_size=1, max_size=2).map(tuple),
        grace_days=st.sampled_from([0, 1]),
    ),
    min_size=1,
    max_size=3,
).map(lambda found: Ladder("counting", tuple(found)))


def amount_of(rule: Rule, acts: Sequence[Act], at: int) -> float:
    """How much there is of what a rule needs, counted one by one; never more than it needs, but for worth."""
    if rule.from_kinds:
        return float(naive.holds(rule, list(acts), at, KINDS))
    inside = [
        act
        for act in acts
        if at - act.at < naive.window(rule.within_days)
        and (not rule.kinds or act.kind in rule.kinds)
        and naive.fits(rule, act, KINDS)
    ]
    if rule.worth:
        paid = [act.amount if rule.of == "amount" else act.minutes for act in inside]
        return sum(round(value * 1e6) for value in paid if value is not None and value > 0) / 1e6
    keys = {
        "at_least": lambda act: act.id,
        "on_days": lambda act: act.at // DAY,
        "on_channels": lambda act: act.channel,
    }
    return min(rule.need, len({keys[rule.test](act) for act in inside}))


def expected(rungs: Ladder, life: list[Act], lifted: list[Raise], at: int) -> dict[str, Any]:
    """The same as a standing, from the definitions alone."""
    acts = sorted(naive.cut(life, at), key=lambda act: (act.at, act.id))
    begun = [r for r in lifted if max(r.since, acts[0].at) <= at]
    future = naive.history(rungs, acts, begun, KINDS)
    rows = [row for row in future if row[1] <= at]
    level = rows[-1][0]
    peak = max(row[0] for row in rows)
    found = {
        "level": level,
        "since": rows[-1][1],
        "first_level": rows[0][0],
        "peak": peak,
        "peak_at": next(row[1] for row in rows if row[0] == peak),
        "lapsed_at": lapsed(rungs, acts, begun, level, at) if level else None,
        "slips_at": future[len(rows)][1] if len(future) > len(rows) else None,
        "have": None,
        "need": None,
        "next_rule": None,
    }
    if level < len(rungs.levels):
        best = max(rungs.levels[level].rules, key=lambda rule: amount_of(rule, acts, at) / rule.need)
        name = rungs.names[level + 1]
        found |= {"have": amount_of(best, acts, at), "need": best.need, "next_rule": f"{name}: {best.words()}"}
    return found


def lapsed(rungs: Ladder, acts: list[Act], begun: list[Raise], level: int, at: int) -> int | None:
    """When the last rule or raise of a level ended, if none holds."""

    def held(then: int) -> bool:
        so_far = naive.cut(acts, then)
        return any(naive.holds(rule, so_far, then, KINDS) for rule in rungs.levels[level - 1].rules) or any(
            r.level == level and max(r.since, acts[0].at) <= then < r.until for r in begun
        )

    if held(at):
        return None
    moments = [then for then in naive.instants(rungs, acts, begun) if acts[0].at <= then <= at]
    return next(then for before, then in reversed(list(itertools.pairwise(moments))) if held(before) and not held(then))


@settings(max_examples=few(300), deadline=None)
@given(ladders, lives, raises, times)
def test_standings_equal_their_definition(rungs, life, lifted, at) -> None:
    found = acted(life).standings(rungs, at, [lifted])
    if min(act.at for act in life) > at:
        assert found == []
        return
    [standing] = found
    assert {name: standing[name] for name in WANTED} == expected(rungs, life, lifted, at)
    assert standing["first_at"] == min(act.at for act in life)
    assert standing["last_at"] == max((a.at for a in naive.cut(life, at) if a.direction != "out"), default=None)
    if standing["need"] is not None:
        assert standing["nearness"] == standing["have"] / standing["need"] < 1
        assert standing["next_level"] == standing["level"] + 1


@settings(max_examples=few(150), deadline=None)
@given(ladders, lives, raises, times)
def test_what_is_said_of_an_instant_depends_on_nothing_later(rungs, life, lifted, at) -> None:
    assume(min(act.at for act in life) <= at)
    whole, past = acted(life), acted(naive.cut(life, at))
    begun = [r for r in lifted if r.since <= at]
    assert whole.standings(rungs, at, [lifted]) == past.standings(rungs, at, [begun])
    told = [
        [{name: row[name] for name in row if name != "until"} for row in lived.levels(rungs, [some])]
        for lived, some in ((whole, lifted), (past, begun))
    ]
    assert [row for row in told[0] if row["since"] <= at] == [row for row in told[1] if row["since"] <= at]


@settings(max_examples=few(150), deadline=None)
@given(counting, lives, lives, times)
def test_doing_more_never_lowers_a_level(rungs, life, more, at) -> None:
    """On ladders without standing rules: an `unsubscribed` more may end a standing."""
    assume(min(act.at for act in life) <= at)
    [before], [after] = (acted(acts).standings(rungs, at) for acts in (life, life + more))
    assert after["level"] >= before["level"]


def test_on_ladders_with_standing_rules_it_may() -> None:
    rungs = ladder({"from_kinds": ["subscribed"], "until_kinds": ["unsubscribed"]})
    life = [Act("1", 0, "subscribed"), Act("2", 1, "unsubscribed")]
    assert [acted(acts).standings(rungs, 2)[0]["level"] for acts in (life[:1], life)] == [1, 0]


@settings(max_examples=few(150), deadline=None)
@given(ladders, lives, times)
def test_why_says_of_every_rule_what_the_sweep_found(rungs, life, at) -> None:
    assume(min(act.at for act in life) <= at)
    lived = acted(life)
    [standing] = lived.standings(rungs, at)
    acts = sorted(naive.cut(life, at), key=lambda act: (act.at, act.id))
    rows = lived.why(rungs, at)
    assert [(row["level"], row["rule"]) for row in rows] == [(level, rule.words()) for level, rule in rungs.rules()]
    for row, (_, rule) in zip(rows, rungs.rules(), strict=True):
        assert row["holds"] == naive.holds(rule, acts, at, KINDS)
        assert (row["have"] if rule.worth else min(row["have"], row["need"])) == amount_of(rule, acts, at)
        assert row["until"] is None or row["holds"]
    own = [row for row in rows if row["level"] == standing["level"]]
    held = [row["until"] for row in own if row["holds"]]
    assert (standing["lapsed_at"] is None) == (bool(held) or standing["level"] == 0)
    near = [row for row in rows if f"{row['level_name']}: {row['rule']}" == standing["next_rule"]]
    if standing["next_level"] is not None:
        assert standing["have"] in [row["have"] if row["have"] <= row["need"] else row["need"] for row in near]
    for row in rows:
        if row["holds"] and row["unit"] == "interactions":
            assert len(row["interactions"]) == row["have"]


def closed_edge(rule: Rule, acts: list[Act], at: int, kinds: Any) -> bool:
    """A wrong evaluator: what happened exactly a window ago still counts."""
    return RIGHT(rule, acts, at - 1, kinds) or RIGHT(rule, acts, at, kinds)


RIGHT = naive.holds


@settings(max_examples=300, deadline=None, phases=[Phase.generate])
@given(ladders, lives, st.data())
def property_of_levels(rungs, life, data) -> None:
    first = min(act.at for act in life)
    edges = naive.instants(rungs, sorted(life, key=lambda act: act.at), [])
    at = data.draw(st.sampled_from([edge for edge in edges if edge >= first]))
    [standing] = acted(life).standings(rungs, at)
    assert standing["level"] == expected(rungs, life, [], at)["level"]


def test_the_property_catches_a_window_whose_edge_is_closed(monkeypatch) -> None:
    property_of_levels()
    monkeypatch.setattr(naive, "holds", closed_edge)
    with pytest.raises(AssertionError):
        property_of_levels()


def test_a_standing_by_example() -> None:
    text = """
        kind       direction  at
        visited    in         01-05
        organised  in         01-06
        emailed    out        01-20
        visited    in         01-07
    """
    rungs = ladder(
        {"kinds": ["visited"], "at_least": 3, "within_days": 30},
        {"kinds": ["organised"], "at_least": 1, "within_days": 10},
        grace=[0, 5],
    )
    [row] = told(interactions(text)).standings(rungs, micros("01-18"))
    told_of = {name: value for name, value in row.items() if name not in ("person", "person_id")}
    assert told_of == {
        "ladder": "own",
        "level": 2,
        "since": micros("01-06"),
        "first_level": 0,
        "first_at": micros("01-05"),
        "last_at": micros("01-07"),
        "peak": 2,
        "peak_at": micros("01-06"),
        "lapsed_at": micros("01-16"),
        "slips_at": micros("01-21"),
        "next_level": None,
        "next_rule": None,
        "have": None,
        "need": None,
        "nearness": None,
        "lacks": None,
    }
    [row] = told(interactions(text)).standings(rungs, micros("01-21"))
    assert (row["level"], row["peak"], row["have"], row["need"]) == (0, 2, 2, 3)
    assert row["nearness"] == pytest.approx(2 / 3)
