"""Who is on our side, and who is no person at all? Staff, and agents: software with an account of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.engine import duckdb as engine
from ziggurat.log import histories
from ziggurat.log import settling as ways
from ziggurat.log.snapshot import Snapshot
from ziggurat.people.rules import Rules
from ziggurat.people.staff import Agents, Staff, identity_test, trait_test

SIDES = pa.schema([("identity", pa.string()), ("ours", pa.bool_()), ("agent", pa.bool_())])


def sides(connection: Any, snapshot: Snapshot, identities: str, staff: Staff, agents: Agents) -> pa.Table:
    """Return the identities of those who are ours, or agents of others: columns SIDES, sorted.

    identities: an SQL table expression of identity and person. An agent that staff are told by, too, is ours. All
    identities of a person are on the side of one that is told.
    """
    if staff == Staff() and agents == Agents():
        return SIDES.empty_table()
    query = f"""
        WITH whose AS (
            SELECT person, coalesce(bool_or({identity_test(staff, engine.text)} OR told.staff), false) AS ours,
                   coalesce(bool_or({identity_test(agents, engine.text)} OR told.agent), false) AS agent
            FROM {identities} LEFT JOIN ({sides_query(snapshot, staff, agents)}) told USING (identity) GROUP BY person
        )
        SELECT identity, ours, agent AND NOT ours AS agent
        FROM {identities} JOIN whose USING (person) WHERE ours OR agent ORDER BY identity"""
    return connection.sql(query).to_arrow_table().cast(SIDES)


def sides_query(snapshot: Snapshot, staff: Staff, agents: Agents) -> str:
    """Write the query for identities of which a trait says that they are staff or agents: identity, staff, agent."""
    tests = (trait_test(staff, engine.text), trait_test(agents, engine.text))
    flags = ", ".join(
        f"coalesce(bool_or({test}), false) AS {name}" for test, name in zip(tests, ("staff", "agent"), strict=True)
    )
    return f"SELECT identity, {flags} FROM {snapshot.scan('traits')} WHERE {' OR '.join(tests)} GROUP BY identity"


def lay_down_turned(connection: Any, before: str, after: str) -> str:
    """Lay down the identities that were on another side at an earlier refresh; return the name of that table.

    before, after: SQL table expressions with the columns SIDES.
    """
    one, other = f"SELECT * FROM {before}", f"SELECT * FROM {after}"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE turned AS SELECT DISTINCT identity
        FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))""")
    return "turned"


@dataclass(frozen=True)
class Now:
    """What a refresh works with. neutral: whether rows of the log state no direction. before: an SQL table expression
    of who was on which side at the last refresh; None where every row of then did state it."""

    connection: Any
    snapshot: Snapshot
    folder: Path
    rules: Rules
    neutral: bool
    before: str | None

    @classmethod
    def of(
        cls, connection: Any, snapshot: Snapshot, folder: Path, last: histories.Manifest | None, rules: Rules
    ) -> Now:
        """Look whether any row states no direction: of what is new alone, where it is known of the rest."""
        held = None if last is None else last.tables.get("sides")
        neutral = held is not None or ways.has_neutral(connection, snapshot, last.number if last else 0)
        return cls(connection, snapshot, folder, rules, neutral, held and engine.scan_file(folder / held))

    def sides(self, identities: str) -> pa.Table | None:
        """Return who is on which side, where rows are settled by it. identities: an SQL table expression."""
        if not self.neutral:
            return None
        return sides(self.connection, self.snapshot, identities, self.rules.staff, self.rules.agents)

    def turned(self, after: pa.Table | None, known: str) -> str | None:
        """Return a table of the identities that are on another side than at the last refresh, of those known then, or
        None where nothing was settled by it. known: an SQL table expression of the identities of then."""
        if self.before is None or after is None:
            return None
        self.connection.register("sides_now", after.filter(pc.is_in(after["identity"], self.known(known))))
        return lay_down_turned(self.connection, self.before, "sides_now")

    def known(self, known: str) -> pa.Array:
        """Return the identities of a table."""
        found: pa.Table = self.connection.sql(f"SELECT identity FROM {known}").to_arrow_table()
        return found["identity"].combine_chunks()


def with_sides(tables: dict[str, pa.Table], held: pa.Table | None) -> dict[str, pa.Table]:
    """Return tables, and who is on which side where histories were settled by it."""
    return tables if held is None else tables | {"sides": held}
