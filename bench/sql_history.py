"""When did each person stand on which level? Answered in plain SQL: the peer that the kernel is measured against.

Each rule becomes spans [s, e) in which it holds: the n-th latest interaction (LAG) or the latest from which on the sum
suffices (ASOF), plus the window and the level's grace. Overlapping spans of a level are merged into islands, islands
become edges of one bit per level, and the running sum of the edges is the set of levels held.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from ziggurat.base import kinds as vocabulary
from ziggurat.levels.ladder import Ladder, Rule, directions, load

DAY = 86_400_000_000  # µs
MICRO = 1_000_000
LADDER = Path(__file__).with_name("ladder.toml")
KINDS = vocabulary.load()

LOG = """
    CREATE TEMP VIEW log AS
    SELECT actor AS person, epoch_us("at") AS t, interaction_id, kind, direction, amount FROM interactions"""

# At least one: of all that happened within one stretch of W days, the first and the last say it all.
AT_LEAST_ONE = """
    SELECT person, min(t) AS s, max(t) + {window} AS e FROM log WHERE {looks_at} GROUP BY person, t // {window}"""

AT_LEAST = """
    SELECT person, t AS s, lag(t, {need} - 1) OVER (PARTITION BY person ORDER BY t) + {window} AS e
    FROM log WHERE {looks_at} QUALIFY e > s"""

ON_DAYS = """
    SELECT person, min(t) AS s, lag(max(t), {need} - 1) OVER (PARTITION BY person ORDER BY min(t)) + {window} AS e
    FROM log WHERE {looks_at} GROUP BY person, t // {day} QUALIFY e > s"""

WORTH = """
    SELECT late.person, late.t AS s, early.t + {window} AS e
    FROM ({paid}) AS late ASOF JOIN ({paid}) AS early
        ON late.person = early.person AND late.total - {need} >= early.total - early.paid
    WHERE e > s"""
PAID = """
    SELECT person, t, round(amount * 1000000)::BIGINT AS paid,
        sum(paid) OVER (PARTITION BY person ORDER BY t ROWS UNBOUNDED PRECEDING)::BIGINT AS total
    FROM log WHERE {looks_at} AND amount > 0"""

# Of what happens at one instant, the last by id decides. Activity is cut into stretches as in AT_LEAST_ONE.
STANDING = """
    SELECT person, greatest(since, s) AS s, least(till, e) AS e
    FROM (
        SELECT person, t AS since, coalesce(lead(t) OVER (PARTITION BY person ORDER BY t), {forever}) AS till,
            arg_max(kind IN ({starts}), interaction_id) AS stands
        FROM log WHERE kind IN ({starts}, {ends}) AND direction IN ({ways}) GROUP BY person, t
    ) JOIN (
        SELECT person, min(t) AS s, max(t) + {window} AS e FROM log WHERE direction <> 'out'
        GROUP BY person, t // {window}
    ) USING (person)
    WHERE stands AND since < e AND s < till"""

# Islands are found in one window: a second one could order equal spans differently and give an island twice.
HISTORY = """
    CREATE TEMP TABLE {table} AS
    WITH spans AS ({spans}),
    starts AS (
        SELECT *, max(e) OVER (PARTITION BY person, level) AS last, max(e) OVER (
            PARTITION BY person, level ORDER BY s, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
        FROM spans QUALIFY earlier IS NULL OR s > earlier
    ),
    islands AS (
        SELECT person, 1 << (level - 1) AS bit, s,
            coalesce(lead(earlier) OVER (PARTITION BY person, level ORDER BY s), last) AS e
        FROM starts
    ),
    edges AS (
        SELECT person, s AS t, bit FROM islands
        UNION ALL SELECT person, e, -bit FROM islands
        UNION ALL SELECT person, min(t), 0 FROM log GROUP BY person
    ),
    held AS (
        SELECT person, t, length(ltrim(bin(
            (sum(sum(bit)) OVER (PARTITION BY person ORDER BY t ROWS UNBOUNDED PRECEDING))::BIGINT), '0')) AS level
        FROM edges GROUP BY person, t
    ),
    changes AS (
        SELECT person, t, level, lag(level) OVER (PARTITION BY person ORDER BY t) AS before
        FROM held QUALIFY before IS DISTINCT FROM level
    ),
    causes AS (
        SELECT person, t, min(log.interaction_id) AS cause
        FROM changes JOIN log USING (person, t)
        WHERE level > coalesce(before, 0) AND ({counts}) OR before IS NULL AND level = 0
        GROUP BY person, t
    )
    SELECT person, level::SMALLINT AS level, t AS since, lead(t) OVER (PARTITION BY person ORDER BY t) AS until, cause
    FROM changes LEFT JOIN causes USING (person, t)"""


def history(db: duckdb.DuckDBPyConnection, ladder: Ladder, table: str = "history") -> None:
    """Write the exact level history of every actor in the table or view `interactions` to a new table.

    Columns: person; level (0 is known, on no rule); since and until in µs, half-open, until null for the last row;
    cause, the interaction that tipped a climb or was the first, null for a slip. Where several interactions at one
    instant could have tipped it, the cause is the one with the lowest id, which need not be the kernel's.
    Rules with channels, activities, scores, minutes, distinct channels, or no window are not put into SQL.
    """
    db.execute(LOG)
    rules = ladder.rules()
    grace = [0, *(round(level.grace_days * DAY) for level in ladder.levels)]
    spans = [
        f"SELECT person, {level} AS level, s, e + {grace[level]} AS e FROM ({span(rule)})" for level, rule in rules
    ]
    counts = [f"level = {level} AND {looks_at(rule)}" for level, rule in rules]
    db.execute(HISTORY.format(table=table, spans=" UNION ALL ".join(spans), counts=" OR ".join(counts)))
    db.execute("DROP VIEW log")


def span(rule: Rule) -> str:
    """Return the query for the spans in which a rule holds. Raises: ValueError if it isn't put into SQL."""
    days = rule.while_active_days if rule.from_kinds else rule.within_days
    if days is None or rule.channels or rule.activities or rule.on_channels or rule.of != "amount" or rule.min_score:
        raise ValueError(f"not in SQL: {rule.words()}")
    window, sees = round(days * DAY), looks_at(rule)
    if rule.from_kinds:
        starts, ends, ways = listed(rule.from_kinds), listed(rule.until_kinds), listed(directions(rule, KINDS))
        return STANDING.format(starts=starts, ends=ends, ways=ways, window=window, forever=2**62)
    if rule.worth is not None:
        return WORTH.format(paid=PAID.format(looks_at=sees), need=round(rule.worth * MICRO), window=window)
    if rule.on_days is not None:
        return ON_DAYS.format(need=rule.on_days, window=window, looks_at=sees, day=DAY)
    if rule.at_least == 1:
        return AT_LEAST_ONE.format(window=window, looks_at=sees)
    return AT_LEAST.format(need=rule.at_least, window=window, looks_at=sees)


def looks_at(rule: Rule) -> str:
    """Return the condition under which a rule looks at an interaction."""
    terms = [f"direction IN ({listed(directions(rule, KINDS))})"]
    if rule.kinds:
        terms.append(f"kind IN ({listed(rule.kinds)})")
    if rule.min_amount is not None:
        terms.append(f"amount >= {rule.min_amount}")
    return " AND ".join(terms)


def listed(words: Iterable[str]) -> str:
    """Return words as a list of SQL texts; kinds and directions come from closed vocabularies."""
    return ", ".join(f"'{word}'" for word in words)


def measured_ladder() -> Ladder:
    """Return the ladder of `ladder.toml`."""
    return load(LADDER, KINDS)


def count(log: Path) -> int:
    """Work out the level history of a log in memory, and return how many rows it has."""
    with duckdb.connect() as db:
        db.read_parquet(str(log)).create_view("interactions")
        history(db, measured_ladder())
        return db.table("history").shape[0]
