"""Which way did interactions run, when they are spread over a Spark cluster? As `log.settling` says, in Spark's SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from ziggurat.base.engine import spark as engine
from ziggurat.log.settling import ACTED, AIMED, MOVED, SETTLED, way
from ziggurat.log.usual import SENT
from ziggurat.people.on_spark import merely_known, of_rule, with_person
from ziggurat.people.people import Rules

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

KEYS = ("source", "interaction_id")
OUT = SETTLED.index("out")
MOVING = {
    "person": "CASE WHEN moved THEN other_person ELSE person END",
    "actor": "CASE WHEN moved THEN toward ELSE actor END",
    "counterpart": "CASE WHEN moved THEN actor ELSE counterpart END",
    "direction": "cast(found AS tinyint)",
    "kind": "code",
    "by_staff": "by_act",
}


def settle_rows(
    lived: DataFrame, told: DataFrame, same: Mapping[int, int], rules: Rules, kinds: Sequence[str]
) -> DataFrame:
    """Return rows of histories, each with its direction and the person in whose life it is, and a row `merely_known`
    for whoever did what is in the lives of others.

    lived: columns of histories but the person; a direction of -1 states none. told: as for `merely_known`. same: person
    of each hash that is another's. kinds: by code.
    """
    rows = with_person(lived, "actor", same)
    neutral = towards(rows.filter("direction < 0"), lived, kinds)
    neutral = with_person(neutral.withColumnRenamed("person", "own"), "toward", same)
    neutral = neutral.withColumn("other_person", engine.sql("CASE WHEN toward IS NOT NULL THEN person END"))
    neutral = neutral.drop("person").withColumnRenamed("own", "person")
    plain = ("NULL AS trait", "NULL AS value")
    seen = [
        told.select("person", "identity", "trait", "value"),
        rows.selectExpr("person", "actor AS identity", *plain),
        neutral.selectExpr("other_person AS person", "toward AS identity", *plain),
    ]
    neutral = with_directions(neutral, *on_sides(seen, rules), kinds)
    doers = neutral.filter("moved").selectExpr("person", "at", "actor AS identity")
    known = merely_known(told.select("person", "at", "identity").unionByName(doers))
    moved = neutral.selectExpr(*(f"{MOVING.get(name, name)} AS {name}" for name in rows.columns))
    return rows.filter("direction >= 0").unionByName(moved).unionByName(known)


def with_directions(neutral: DataFrame, ours: Sequence[int], agents: Sequence[int], kinds: Sequence[str]) -> DataFrame:
    """Add `moved`, `found`, the code of a direction, and `by_act` to rows whose ends are known; `code` is then that of
    their kind."""
    flags = {
        "ours": f"person IN ({numbers(ours)})",
        "other_ours": f"other_person IN ({numbers(ours)})",
        "other_agent": f"other_person IN ({numbers(agents)})",
    }
    names = ", ".join(engine.text(kind) for kind in kinds)
    named = neutral.selectExpr("*", *(f"coalesce({test}, false) AS {name}" for name, test in flags.items()))
    named = named.withColumnRenamed("kind", "code").selectExpr("*", f"element_at(array({names}), code + 1) AS kind")
    codes = " ".join(f"WHEN {engine.text(name)} THEN {code}" for code, name in enumerate(SETTLED))
    return named.selectExpr(
        "*", f"{MOVED} AS moved", f"CASE {way(engine.text)} {codes} END AS found", f"{ACTED} AS by_act"
    )


def towards(neutral: DataFrame, every: DataFrame, kinds: Sequence[str]) -> DataFrame:
    """Add who is at the other end of rows that state no direction: `toward`, an identity, or null for nobody."""
    sent = numbers([code for code, kind in enumerate(kinds) if kind in SENT])
    aimed = neutral.withColumn("unsaid", engine.sql("CASE WHEN direction >= 0 THEN 'x' END"))
    aimed = aimed.filter(AIMED.replace("direction", "unsaid")).selectExpr("source", "in_reply_to AS interaction_id")
    by = f"CASE WHEN direction <> {OUT} AND NOT (direction < 0 AND kind IN ({sent})) THEN actor END"
    written = every.join(aimed.distinct(), on=list(KEYS), how="left_semi").groupBy(*KEYS)
    written = written.agg(engine.sql(f"min({by}) AS doer")).withColumnRenamed("interaction_id", "in_reply_to")
    found = neutral.join(written, on=["source", "in_reply_to"], how="left")
    return found.withColumn("toward", engine.sql("coalesce(counterpart, doer)")).drop("doer")


def on_sides(seen: Sequence[DataFrame], rules: Rules) -> tuple[list[int], list[int]]:
    """Bring to the driver the people who are ours, and those who are agents of others.

    seen: person, identity, trait and value of all that is known of people.
    """
    tests = [rule for rule in (rules.staff, rules.agents) if rule != type(rule)()]
    if not tests:
        return [], []
    every = reduce(lambda one, other: one.unionByName(other), seen).filter("person IS NOT NULL")
    flags = every.select("person", of_rule(rules.staff).alias("staff"), of_rule(rules.agents).alias("agent"))
    found = flags.filter("staff OR agent").groupBy("person").agg(engine.sql("coalesce(bool_or(staff), false) AS ours"))
    rows = engine.run(found.collect)
    return [row.person for row in rows if row.ours], [row.person for row in rows if not row.ours]


def numbers(values: Sequence[int]) -> str:
    """Write numbers as a list of SQL, of which none is anything where there are none."""
    return ", ".join(map(str, values)) or "NULL"
