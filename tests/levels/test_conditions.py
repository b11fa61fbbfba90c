"""Rules with conditions, and those that ask what was said or what helped, give what a naïve evaluator gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels import naive
from tests.levels.lived import KINDS, Lived, acted, ladder
from tests.levels.naive import DAY, Act
from ziggurat.facts.help import Help
from ziggurat.levels.conditions import WHAT, Known
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.levels.readings import Beside

STANCES = ("advocate", "passive", "detractor")
SAID = {"for": "advocate", "neither": "passive", "against": "detractor"}


@dataclass(frozen=True)
class Told:
    """What became known of a person from elsewhere: (instant, what, yes), and answers that were taken as help."""

    known: tuple[tuple[int, str, bool], ...] = ()
    helped: tuple[tuple[int, str], ...] = ()  # (instant, id of the act)


NOTHING = Told()


def evidence(act: Act) -> tuple[str, float, str] | None:
    """What an act is as evidence: its sort, its weight and the stance that it speaks for."""
    if act.direction == "out":
        return None
    if act.kind == "rated" and act.score is not None and 0 <= act.score <= 10:
        return "rating", 3.0, SAID[naive.says(act)]
    if act.kind in ("recommended", "referred"):
        return "recommendation", 2.0, "advocate"
    if act.kind == "complained":
        return "complaint", 1.0, "detractor"
    return ("text", 0.5, SAID[act.tone]) if act.tone in SAID else None


def stance(acts: list[Act], at: int) -> str:
    """Where somebody stands at an instant, of acts up to it in order: a day counts once, by its weightiest."""
    days: dict[int, tuple[float, int, str, str]] = {}
    for act in acts:
        found = evidence(act)
        if found is not None:
            sort, weight, says = found
            if act.at // DAY not in days or weight >= days[act.at // DAY][0]:
                days[act.at // DAY] = (weight, act.at, says, sort)
    votes = {one: 1 / 3 + sum(w * 2 ** (-(at - t) / (180 * DAY)) for w, t, says, _ in days.values() if says == one)
             for one in STANCES}  # fmt: skip
    best = max(STANCES, key=lambda one: votes[one])
    sure = any(sort == "rating" for *_, sort in days.values()) or len(days) >= 2
    return best if sure and votes[best] / sum(votes.values()) > 0.5 else "unknown"


def met(rule: Rule, acts: list[Act], told: Told, at: int) -> bool:
    """Ask the conditions of a rule at an instant, of acts up to it."""
    known = {what for then, what, _ in told.known if then <= at}
    if any(a.kind in ("liked", "rated", "reviewed", "recommended", "complained") or a.tone in ("for", "against")
           for a in acts if a.direction != "out"):  # fmt: skip
        known.add("likes")
    leave = [yes for then, what, yes in told.known if what == "leave to be named" and then <= at]
    consent = [act.kind for act in acts if act.kind in ("subscribed", "unsubscribed")]
    may = {"name": bool(leave) and leave[-1], "write": "address" in known and consent[-1:] != ["unsubscribed"]}
    wide = naive.window(rule.within_days)
    return (
        (not rule.stance or stance(acts, at) in rule.stance)
        and known.issuperset(rule.knows)
        and all(may[one] for one in rule.may)
        and not any(act.kind in rule.unless_kinds and at - act.at < wide for act in acts)
        and (not rule.with_kinds or any(act.kind in rule.with_kinds and at - act.at < wide for act in acts))
    )


def holds(rule: Rule, acts: list[Act], told: Told, at: int) -> bool:
    """Ask a rule at an instant."""
    if not met(rule, acts, told, at):
        return False
    if not rule.helpful:
        return naive.holds(replaced(rule), acts, at, KINDS)
    own = {act.id: act for act in acts}
    helped = [replace(own[id], at=then) for then, id in told.helped if then <= at and id in own]
    return naive.holds(replaced(rule, directions=("in", "out", "among")), helped, at, KINDS)


def replaced(rule: Rule, **more) -> Rule:
    """The same rule without its conditions."""
    kept = {name: getattr(rule, name) for name in rule.__struct_fields__}
    return Rule(
        **kept | {"stance": (), "knows": (), "may": (), "with_kinds": (), "unless_kinds": (), "helpful": False} | more
    )


def fades(acts: list[Act], since: int) -> int | None:
    """When the stance of an instant becomes unknown if nothing more is said, to the microsecond."""
    now = stance(acts, since)
    low, high = since, since + 3000 * DAY
    if now == "unknown" or stance(acts, high) == now:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if stance(acts, middle) == now else (low, middle)
    return high


def history(rungs: Ladder, acts: list[Act], told: Told) -> list[tuple[int, int]]:
    """(level, since), one for every stretch on one level."""
    acts = sorted(acts, key=lambda act: (act.at, act.id))
    first = acts[0].at
    raw = set(naive.instants(rungs, acts, []))
    waits = {round(r.within_days * DAY) for _, r in rungs.rules() if r.within_days is not None}
    more = {then for then, *_ in told.known} | {then + wait for then, _ in told.helped for wait in {0, *waits}}
    more |= {fade for act in acts if (fade := fades(naive.cut(acts, act.at), act.at)) is not None}
    graces = {round(level.grace_days * DAY) for level in rungs.levels}
    raw |= {at + grace for at in more for grace in {0, *graces}}
    times = sorted({max(at, first) for at in raw})
    held = [
        [any(holds(rule, naive.cut(acts, at), told, at) for rule in level.rules) for at in times]
        for level in rungs.levels
    ]
    rows: list[tuple[int, int]] = []
    for index, at in enumerate(times):
        now = 0
        for number, level in enumerate(rungs.levels, 1):
            grace, line = round(level.grace_days * DAY), held[number - 1]
            lapses = [times[i] for i in range(1, index + 1) if line[i - 1] and not line[i]]
            if line[index] or any(then <= at < then + grace for then in lapses):
                now = number
        if not rows or rows[-1][0] != now:
            rows.append((now, at))
    return rows


def lived(acts: list[Act], told: Told) -> Lived:
    """The same life as the folds read it."""
    found = acted(acts)
    order = sorted(acts, key=lambda act: (act.at, act.id))
    known = sorted((then, WHAT.index(what), yes) for then, what, yes in told.known)
    helped = sorted((then, [act.id for act in order].index(id)) for then, id in told.helped)
    zeros = np.zeros(len(known), np.int64)
    found.beside = Beside(
        Known(zeros, *(np.array([row[i] for row in known], np.int64) for i in range(3))),
        Help(np.zeros(len(helped), np.int64), *(np.array([row[i] for row in helped], np.int64) for i in range(2))),
    )
    return found


tones = st.sampled_from(["silent", "for", "against", "neither", "unread"])
times = st.integers(0, 24).map(lambda half: half * DAY // 2)
NAMES = ("rated", "shared", "complained", "recommended", "answered", "subscribed", "unsubscribed", "rewarded", "posted")
acts = st.builds(
    Act,
    id=st.uuids().map(str),
    at=times,
    kind=st.sampled_from(NAMES),
    direction=st.sampled_from(["in", "among", "out"]),
    score=st.sampled_from([None, 1.0, 8.0, 10.0]),
    tone=tones,
)


@st.composite
def rules(draw) -> Rule:
    some = {
        "says": st.lists(tones, min_size=1, max_size=2, unique=True).map(tuple),
        "stance": st.lists(st.sampled_from([*STANCES, "unknown"]), min_size=1, max_size=3, unique=True).map(tuple),
        "knows": st.lists(st.sampled_from(["name", "likes", "background"]), min_size=1, unique=True).map(tuple),
        "may": st.lists(st.sampled_from(["name", "write"]), min_size=1, unique=True).map(tuple),
    }
    chosen = draw(st.fixed_dictionaries({}, optional=some))
    if draw(st.booleans()):
        active = draw(st.sampled_from([None, 3]))
        return Rule(from_kinds=("subscribed",), until_kinds=("unsubscribed",), while_active_days=active, **chosen)
    more = {"unless_kinds": st.just(("rewarded",)), "with_kinds": st.just(("posted",))}
    chosen |= draw(st.fixed_dictionaries({}, optional=more))
    kinds = draw(st.sampled_from([(), ("answered",), ("rated", "shared")]))
    helpful = draw(st.booleans())
    test = draw(st.sampled_from([{"at_least": 1}, {"at_least": 2}, {"on_days": 2}]))
    return Rule(**test, kinds=kinds, within_days=draw(st.sampled_from([None, 2.5, 200])), helpful=helpful, **chosen)


rungs = st.lists(
    st.builds(
        Level,
        name=st.just("x"),
        rules=st.lists(rules(), min_size=1, max_size=2).map(tuple),
        grace_days=st.sampled_from([0, 0, 1.5]),
    ),
    min_size=1,
    max_size=3,
).map(lambda found: Ladder("random", tuple(found)))
facts = st.lists(st.tuples(times, st.sampled_from(WHAT), st.booleans()), max_size=4)


@settings(max_examples=few(120), deadline=None)
@given(rungs, st.lists(acts, min_size=1, max_size=8), facts, st.data())
def test_levels_equal_the_naive_evaluator(rungs, life, facts, data) -> None:
    known = tuple(sorted({(then, what): (then, what, yes or what != "leave to be named") for then, what, yes in facts}
                         .values()))  # fmt: skip
    helped = {}
    for act in life:
        if data.draw(st.booleans()):
            helped[act.id] = (act.at + data.draw(st.sampled_from([0, DAY // 2, 3 * DAY])), act.id)
    told = Told(known, tuple(sorted(helped.values())))
    found = [(row["level"], row["since"]) for row in lived(life, told).levels(rungs)]
    wanted = history(rungs, life, told)
    assert [level for level, _ in found] == [level for level, _ in wanted]
    assert all(abs(since - then) <= 2 for (_, since), (_, then) in zip(found, wanted, strict=True))


@settings(max_examples=few(60), deadline=None)
@given(rungs, st.lists(acts, min_size=1, max_size=8), times)
def test_conditions_say_nothing_of_an_instant_that_depends_on_later_words(rungs, life, at) -> None:
    assume(min(act.at for act in life) <= at)
    whole, past = acted(life), acted(naive.cut(life, at))
    assert whole.standings(rungs, at) == past.standings(rungs, at)


@settings(max_examples=few(60), deadline=None)
@given(rungs, st.lists(acts, min_size=1, max_size=8), times)
def test_why_agrees_with_the_rules(rungs, life, at) -> None:
    assume(min(act.at for act in life) <= at)
    order = sorted(life, key=lambda act: (act.at, act.id))
    told = Told(((0, "name", True), (0, "address", True)), tuple((act.at, act.id) for act in order[::2]))
    for row, (_, rule) in zip(lived(life, told).why(rungs, at), rungs.rules(), strict=True):
        assert row["holds"] == holds(rule, naive.cut(order, at), told, at)
        assert all(one["met"] for one in row["conditions"]) == met(rule, naive.cut(order, at), told, at)


def life(*rows: tuple[int, str], **more) -> list[Act]:
    return [Act(f"{n:03}", day * DAY, kind, **more) for n, (day, kind) in enumerate(rows)]


def test_one_message_makes_no_stance_and_two_days_do() -> None:
    """Two texts are votes of one half each, which fade to a third together after 180 log2(3) days."""
    rungs = ladder({"kinds": ["shared"], "at_least": 1, "stance": ["advocate"]})
    once = acted(life((0, "shared"), tone="for"))
    twice = acted(life((0, "shared"), (1, "posted"), tone="for"))
    assert [row["level"] for row in once.levels(rungs)] == [0]
    assert [(row["level"], row["since"] // DAY) for row in twice.levels(rungs)] == [
        (0, 0),
        (1, 1),
        (0, 285),
    ]  # ½ + ½ of 1: 180 log2(3) days


def test_what_is_lacking_is_told_and_halves_how_near_one_is() -> None:
    rungs = ladder({"kinds": ["shared"], "at_least": 1, "knows": ["name"]})
    [row] = acted(life((0, "shared"))).standings(rungs, DAY)
    assert (row["have"], row["need"], row["nearness"], row["lacks"]) == (1, 1, 0.5, "while we know their name")
    named = lived(life((0, "shared")), Told(((DAY // 2, "name", True),)))
    assert [(row["level"], row["since"]) for row in named.levels(rungs)] == [(0, 0), (1, DAY // 2)]


def test_leave_to_be_named_is_taken_back() -> None:
    rungs = ladder({"kinds": ["shared"], "at_least": 1, "may": ["name"]})
    told = Told(((DAY, "leave to be named", True), (2 * DAY, "leave to be named", False)))
    assert [row["level"] for row in lived(life((0, "shared")), told).levels(rungs)] == [0, 1, 0]
