"""The sweep gives exactly what the naïve evaluator gives, on random lives under random ladders."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels import naive
from ziggurat.base import kinds as vocabulary
from ziggurat.base.schema import DIRECTIONS
from ziggurat.levels import lives as s
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.levels.plan import FOREVER, Codes, plan
from ziggurat.levels.readings import NOTHING, readings
from ziggurat.levels.run import run

KINDS = vocabulary.load()
DAY = naive.DAY
NAMES = ("visited", "subscribed", "unsubscribed", "posted", "purchased", "emailed")
CODES = Codes(NAMES, ("web", "store", "forum"), ("spring", "fair"))
CHANGES = {s.FIRST: "first", s.CLIMB: "climb", s.SLIP: "slip"}


def swept(ladder: Ladder, lives: list[list[naive.Act]], raises: list[list[naive.Raise]], until: int = int(FOREVER)):
    """Run the sweep over some people; rows as `naive.history` gives them, person by person, and the states."""
    rows = [(p, act) for p, acts in enumerate(lives) for act in sorted(acts, key=lambda a: (a.at, a.id))]
    nan = float("nan")
    columns = s.Lives(
        np.array([p for p, _ in rows], np.int64),
        np.array([a.at for _, a in rows], np.int64),
        np.array([NAMES.index(a.kind) for _, a in rows], np.int16),
        np.array([CODES.channels.index(a.channel) for _, a in rows], np.int32),
        np.array([-1 if a.activity is None else CODES.activities.index(a.activity) for _, a in rows], np.int32),
        np.array([DIRECTIONS.index(a.direction) for _, a in rows], np.int8),
        np.array([nan if a.amount is None else a.amount for _, a in rows], np.float64),
        np.array([nan if a.minutes is None else a.minutes for _, a in rows], np.float64),
        np.array([nan if a.score is None else a.score for _, a in rows], np.float64),
        np.empty(0, np.int8),
    )
    flat = sorted((p, r.since, r.level, r.until) for p, some in enumerate(raises) for r in some)
    lifted = s.Raises(*(np.array([r[i] for r in flat], np.int64) for i in (0, 2, 1, 3)))
    read = readings(columns, NAMES, ladder, KINDS, NOTHING)
    out, states = run(plan(ladder, CODES, KINDS), read.lives, lifted, until, gates=read.gates, says=read.says)
    found: list[list[tuple]] = [[] for _ in lives]
    for row in out:
        cause = rows[row[s.CAUSE]][1].id if row[s.CAUSE] >= 0 else None
        found[rows[row[s.ROW]][0]].append((int(row[s.LEVEL_NOW]), int(row[s.SINCE]), CHANGES[row[s.CHANGE]], cause))
    return found, out, states


windows = st.sampled_from([None, 0.5, 1, 2, 5])
some_kinds = st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple)
filters = st.fixed_dictionaries(
    {},
    optional={
        "channels": st.sampled_from([("web",), ("store", "forum")]),
        "activities": st.just(("spring",)),
        "min_amount": st.sampled_from([0.0, 5.0]),
        "min_score": st.just(3.0),
        "directions": st.sampled_from([("in",), ("out",), ("in", "out", "among")]),
    },
)


@st.composite
def rules(draw) -> Rule:
    test = draw(st.sampled_from(["at_least", "worth", "on_days", "on_channels", "from_kinds"]))
    own: dict = draw(filters)
    if test == "from_kinds":
        return Rule(from_kinds=("subscribed",), until_kinds=("unsubscribed",), while_active_days=draw(windows), **own)
    own |= {"kinds": draw(some_kinds), "within_days": draw(windows)}
    if test == "worth":
        return Rule(worth=draw(st.sampled_from([0.1, 7.5, 20])), of=draw(st.sampled_from(["amount", "minutes"])), **own)
    return Rule(**{test: draw(st.integers(1, 3))}, **own)


levels = st.builds(
    Level,
    name=st.just("x"),
    rules=st.lists(rules(), min_size=1, max_size=2).map(tuple),
    grace_days=st.sampled_from([0, 0, 1, 2.5]),
)
ladders = st.lists(levels, min_size=1, max_size=4).map(lambda found: Ladder("random", tuple(found)))
times = st.integers(0, 40).map(lambda half: half * DAY // 2)
money = st.one_of(st.none(), st.sampled_from([-5.0, 0.1, 0.2, 5.0, 7.3, 20.0]))
acts = st.builds(
    naive.Act,
    id=st.uuids().map(str),
    at=times,
    kind=st.sampled_from(NAMES),
    channel=st.sampled_from(CODES.channels),
    activity=st.sampled_from([None, "spring", "fair"]),
    direction=st.sampled_from(["in", "in", "out", "among"]),
    amount=money,
    minutes=money,
    score=st.sampled_from([None, 1.0, 3.0]),
)
lives = st.lists(acts, min_size=1, max_size=14)
raises = st.lists(st.builds(naive.Raise, level=st.just(1), since=times, until=times), max_size=2)


@settings(max_examples=few(400), deadline=None)
@given(ladders, st.lists(st.tuples(lives, raises), min_size=1, max_size=3), st.one_of(st.none(), times))
def test_the_sweep_equals_the_naive_evaluator(ladder, people, until) -> None:
    found, _, _ = swept(
        ladder, [a for a, _ in people], [r for _, r in people], int(FOREVER) if until is None else until
    )
    for (acts, raises), rows in zip(people, found, strict=True):
        if until is not None and min(a.at for a in acts) > until:
            assert rows == []
        else:
            assert rows == naive.history(ladder, acts, raises, KINDS, until)
