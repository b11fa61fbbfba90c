"""The SQL gives exactly what the naïve evaluator gives, on random lives."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from bench import sql_history
from tests.levels import naive
from ziggurat.levels.ladder import Ladder, Level, Rule

DAY = naive.DAY
KINDS = (
    *("visited", "opened", "liked", "shared", "posted", "asked", "purchased", "donated"),
    *("subscribed", "unsubscribed", "followed", "left", "attended", "organised", "emailed"),
)
LIKELY = np.array([3, 2, 4, 4, 6, 6, 3, 2, 2, 1.5, 1, 1, 20, 3, 4])


def random_life(rng: np.random.Generator, step: int) -> list[naive.Act]:
    """Some interactions over some years; a coarse step makes many fall on the same instant or a window's very end."""
    count, years = int(rng.integers(1, 45)), int(rng.integers(1, 4))
    acts = []
    for number in range(count):
        kind = str(rng.choice(KINDS, p=LIKELY / LIKELY.sum()))
        acts.append(
            naive.Act(
                id=f"i{number:03}",
                at=int(rng.integers(0, years * 365 * DAY // step)) * step + 19_000 * DAY,
                kind=kind,
                direction="out" if kind == "emailed" else "among" if rng.random() < 0.1 else "in",
                amount=round(float(rng.lognormal(3.4, 1)), 2) if kind in ("purchased", "donated") else None,
            )
        )
    return acts


def histories(ladder: Ladder, lives: list[list[naive.Act]]) -> list[list[tuple]]:
    """Run the SQL over some people; each row as (level, since, until, cause)."""
    acts = [(f"user:{person}", act) for person, life in enumerate(lives) for act in life]
    with duckdb.connect() as db:
        interactions = pa.table(
            {
                "actor": [actor for actor, _ in acts],
                "at": pa.array([act.at for _, act in acts]).cast(pa.timestamp("us", tz="UTC")),
                "interaction_id": [act.id for _, act in acts],
                "kind": [act.kind for _, act in acts],
                "direction": [act.direction for _, act in acts],
                "amount": pa.array([act.amount for _, act in acts], pa.float64()),
            }
        )
        db.register("interactions", interactions)
        sql_history.history(db, ladder)
        found = db.sql('SELECT person, level, since, "until", cause FROM history ORDER BY person, since').fetchall()
    rows: list[list[tuple]] = [[] for _ in lives]
    for person, *row in found:
        rows[int(person.removeprefix("user:"))].append(tuple(row))
    return rows


def expected(ladder: Ladder, life: list[naive.Act]) -> list[tuple]:
    """The same by definition."""
    rows = naive.history(ladder, life, [], sql_history.KINDS)
    ends = [since for _, since, _, _ in rows[1:]] + [None]
    return [(level, since, until, cause) for (level, since, _, cause), until in zip(rows, ends, strict=True)]


@pytest.mark.parametrize(("seed", "step"), [(1, 1), (2, 1), (3, DAY), (4, 5 * DAY)])
def test_the_measured_ladder_is_exact(seed, step):
    """Sixty lives; the coarse ones hit ties and window ends, and there a cause may differ."""
    rng = np.random.default_rng(seed)
    ladder = sql_history.measured_ladder()
    lives = [random_life(rng, step) for _ in range(60)]
    right = [expected(ladder, life) for life in lives]
    assert {row[0] for rows in right for row in rows} == set(range(7))
    columns = 4 if step == 1 else 3
    for found, wanted, life in zip(histories(ladder, lives), right, lives, strict=True):
        assert [row[:columns] for row in found] == [row[:columns] for row in wanted], life


def test_a_window_is_half_open_and_grace_follows_it():
    """One visit is worth a level for 10 days to the microsecond; two within 10 days for 5 more; the second tips it."""
    ladder = Ladder(
        name="x",
        levels=(
            Level(name="one", rules=(Rule(at_least=1, within_days=10, kinds=("visited",)),)),
            Level(name="two", rules=(Rule(at_least=2, within_days=10, kinds=("visited",)),), grace_days=5),
        ),
    )
    close = [naive.Act("a", 0, "visited"), naive.Act("b", 10 * DAY - 1, "visited")]
    apart = [naive.Act("a", 0, "visited"), naive.Act("b", 10 * DAY, "visited")]
    assert histories(ladder, [close, apart]) == [
        [
            (1, 0, 10 * DAY - 1, "a"),
            (2, 10 * DAY - 1, 15 * DAY, "b"),
            (1, 15 * DAY, 20 * DAY - 1, None),
            (0, 20 * DAY - 1, None, None),
        ],
        [(1, 0, 20 * DAY, "a"), (0, 20 * DAY, None, None)],
    ]


def test_a_rule_that_is_not_put_into_sql_is_refused():
    with pytest.raises(ValueError, match="not in SQL"):
        sql_history.span(Rule(at_least=1, kinds=("visited",)))


def test_an_amount_that_just_suffices_does():
    """0.1 and 0.2 are worth 0.3 to the millionth, until the first of them is a day old."""
    ladder = Ladder(name="x", levels=(Level(name="one", rules=(Rule(worth=0.3, within_days=1, kinds=("donated",)),)),))
    life = [naive.Act("a", 0, "donated", amount=0.1), naive.Act("b", 5, "donated", amount=0.2)]
    assert histories(ladder, [life]) == [[(0, 0, 5, "a"), (1, 5, DAY, "b"), (0, DAY, None, None)]]


def test_of_a_start_and_an_end_at_one_instant_the_later_id_decides():
    rule = Rule(from_kinds=("joined",), until_kinds=("left",), while_active_days=1)
    ladder = Ladder(name="x", levels=(Level(name="one", rules=(rule,)),))
    stays = [naive.Act("a", 0, "left"), naive.Act("b", 0, "joined")]
    goes = [naive.Act("a", 0, "joined"), naive.Act("b", 0, "left")]
    found = [[row[:3] for row in rows] for rows in histories(ladder, [stays, goes])]
    assert found == [[(1, 0, DAY), (0, DAY, None)], [(0, 0, None)]]
