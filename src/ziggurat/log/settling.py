"""Which way did an interaction run, and in whose life is it? Settled by who did it, and towards whom.

A row of the log may state its direction, and keeps it. All others are settled as docs/facts.md, *Which way*, says, once
it is known who is ours: the tests are one text for DuckDB and Spark, so that a changed rule turns history alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.snapshot import Snapshot
from ziggurat.log.usual import is_sent, usual

INSIDE = "inside"  # between two of ours: in nobody's life, and in no figure of people
SETTLED = (*DIRECTIONS, INSIDE)
AIMED = "direction IS NULL AND counterpart IS NULL AND in_reply_to IS NOT NULL"  # at whoever did what is replied to

# Of a row with kind, ours (whether the one who did it is), person, and of the other end, as far as there is one:
# other_person, other_ours, other_agent.
MOVED = "(ours AND other_person IS NOT NULL AND NOT other_ours)"  # it is in the life of the other end

ACTED = f"CASE WHEN ours AND NOT other_ours AND NOT {is_sent(str.__repr__)} THEN true END"


def way(text: Callable[[object], str]) -> str:
    """Write the direction of a row that states none, as SQL. text: writes a literal."""
    return (
        f"CASE WHEN ours AND other_ours THEN '{INSIDE}' WHEN ours OR {is_sent(text)} THEN 'out' "
        "WHEN other_person <> person AND NOT other_ours AND NOT other_agent THEN 'among' ELSE 'in' END"
    )


@dataclass(frozen=True)
class Ends:
    """SQL table expressions of who is who. identities: identity and person. sides: identity, ours and agent, of those
    alone who are one of both."""

    identities: str
    sides: str


def has_neutral(connection: Any, snapshot: Snapshot, since: int = 0) -> bool:
    """Tell whether the log holds rows after an import that state no direction."""
    query = (
        f"SELECT 1 FROM {snapshot.every_row('interactions')} WHERE direction IS NULL AND import_no > {since} LIMIT 1"
    )
    return bool(connection.sql(query).fetchall())


def authors(rows: str, replies: str) -> str:
    """Write the query for who did what replies are in reply to: source, interaction_id, doer, and of which import.

    rows, replies: SQL table expressions of interactions. doer: null where the organisation did it.
    """
    aimed = f"SELECT source, in_reply_to AS interaction_id FROM {replies} WHERE {AIMED}"
    return f"""
        SELECT source, interaction_id, min(CASE WHEN {usual(engine.text)} <> 'out' THEN actor END) AS doer,
               max(import_no) AS written
        FROM {rows} SEMI JOIN ({aimed}) aimed USING (source, interaction_id) GROUP BY source, interaction_id"""


def towards(snapshot: Snapshot, since: int = 0) -> str:
    """Write an SQL table expression of the rows after an import that state no direction, each with who is at the other
    end: `toward`, an identity, null where nobody is named, and `both_from`, the import since which the log has both."""
    rows = snapshot.scan("interactions")
    neutral = f"(SELECT * FROM {rows} WHERE direction IS NULL AND import_no > {since})"
    return f"""(
        SELECT i.*, coalesce(i.counterpart, author.doer) AS toward,
               greatest(i.import_no, coalesce(author.written, 0)) AS both_from
        FROM {neutral} i
        LEFT JOIN ({authors(rows, neutral)}) author
        ON i.counterpart IS NULL AND author.source = i.source AND author.interaction_id = i.in_reply_to)"""


def settled_query(snapshot: Snapshot, ends: Ends, since: int = 0) -> str:
    """Write an SQL table expression of the rows after an import that state no direction, now with one.

    Where what one of ours did is in the life of the other end, `actor` is that end, and `counterpart` who did it, as in
    a row that states `out`. `doer`: who did it. `moved`: whether that is so. `by_staff`: whether one of ours did
    what people do, and nothing that is sent.
    """
    return f"""(
        SELECT * EXCLUDE (toward, both_from, person, ours, other_person, other_ours, other_agent) REPLACE (
                   CASE WHEN moved THEN toward ELSE actor END AS actor,
                   CASE WHEN moved THEN actor ELSE counterpart END AS counterpart, way AS direction)
        FROM (
            SELECT *, actor AS doer, {MOVED} AS moved, {ACTED} AS by_staff, {way(engine.text)} AS way FROM (
                SELECT i.*, who.person, coalesce(own.ours, false) AS ours, other.person AS other_person,
                       coalesce(theirs.ours, false) AS other_ours, coalesce(theirs.agent, false) AS other_agent
                FROM {towards(snapshot, since)} i
                LEFT JOIN {ends.identities} who ON who.identity = i.actor
                LEFT JOIN {ends.identities} other ON other.identity = i.toward
                LEFT JOIN {ends.sides} own ON own.identity = i.actor
                LEFT JOIN {ends.sides} theirs ON theirs.identity = i.toward)))"""


def directed_query(snapshot: Snapshot, ends: Ends | None, since: int = 0) -> str:
    """Write an SQL table expression of all interactions after an import, each with its direction and in the life of its
    `actor`. ends: None where every row states its direction."""
    rows = f"(SELECT *, NULL::BOOLEAN AS by_staff FROM {snapshot.scan('interactions')} WHERE import_no > {since}"
    if ends is None:
        return f"{rows})"
    others = f"SELECT * EXCLUDE (doer, moved, way) FROM {settled_query(snapshot, ends, since)}"
    return f"{rows} AND direction IS NOT NULL UNION ALL BY NAME {others})"


def ends_query(snapshot: Snapshot, since: int = 0) -> str:
    """Write the query for identities at the other end of rows after an import that state no direction, and since when
    the log holds both: `identity`, `first`."""
    return f"SELECT toward AS identity, both_from AS first FROM {towards(snapshot, since)}"


def is_late(connection: Any, snapshot: Snapshot, since: int) -> bool:
    """Tell whether something came after an import to which a row from before it, that states no direction, replies."""
    rows = snapshot.scan("interactions")
    query = f"""
        SELECT 1 FROM (SELECT source, in_reply_to FROM {rows} WHERE {AIMED} AND import_no <= {since}) held
        JOIN (SELECT source, interaction_id FROM {rows} WHERE import_no > {since}) fresh
        ON fresh.source = held.source AND fresh.interaction_id = held.in_reply_to LIMIT 1"""
    return bool(connection.sql(query).fetchall())


def unsettled(connection: Any, snapshot: Snapshot, turned: str, differ: str, since: int, *whose: str) -> list[int]:
    """Return the people in whose lives rows that state no direction are, or were, and may be settled otherwise now.

    turned: an SQL table expression of the identities that changed sides. differ: of source and interaction_id of
    what holds no longer, or again. since: the import up to which rows are in the histories. whose: of identity and
    person, as of then and now.
    """
    told = snapshot.every_row("interactions")
    people = " UNION ALL ".join(f"SELECT identity, person FROM {table}" for table in whose)
    rows = connection.sql(f"""
        WITH changed AS (
            SELECT source, interaction_id FROM {differ}
            UNION SELECT source, interaction_id FROM {told} WHERE import_no > {since}
        ), ends AS (
            SELECT i.source, i.interaction_id, i.in_reply_to, unnest([i.actor, i.counterpart, author.actor]) AS identity
            FROM (SELECT * FROM {told} WHERE direction IS NULL) i LEFT JOIN {told} author
            ON i.counterpart IS NULL AND author.source = i.source AND author.interaction_id = i.in_reply_to
        ), hit AS (
            SELECT source, interaction_id FROM ends SEMI JOIN {turned} turned USING (identity)
            UNION SELECT source, interaction_id FROM ends SEMI JOIN changed USING (source, interaction_id)
            UNION SELECT ends.source, ends.interaction_id FROM ends JOIN changed
            ON changed.source = ends.source AND changed.interaction_id = ends.in_reply_to
        )
        SELECT DISTINCT person FROM (ends SEMI JOIN hit USING (source, interaction_id)) JOIN ({people}) USING (identity)
    """)
    return [person for (person,) in rows.fetchall()]
