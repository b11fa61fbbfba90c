"""What does the log say as of one import? Of everything that was told, what still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ziggurat.base.engine import duckdb as engine
from ziggurat.log.tables import KEYS, stored_schema


@dataclass(frozen=True)
class Snapshot:
    """A consistent state of the log: the number of the last import or undo, and the files of every table.

    sources: import → its source, of those with rows of a table that has no column of it. wholes: source → the latest
    import that is all there is of it: what was told before and not again is deleted. retold: tables of which an import
    told what was told before; the rows of all others can be taken as they lie. acted: an SQL table expression of
    interactions (source, interaction_id, import_no) that somebody else did than their actor: `actor`, null for nobody.
    """

    number: int
    files: Mapping[str, list[str]]
    sources: Mapping[int, str] = field(default_factory=dict)
    wholes: Mapping[str, int] = field(default_factory=dict)
    retold: frozenset[str] = frozenset()
    acted: str = ""

    def scan(self, table: str) -> str:
        """Write an SQL table expression over what holds of a logged table, with its `import_no`."""
        if table == "interactions":
            return self.living()
        if table not in self.retold and not self.wholes:
            return self.every_row(table)
        key = ", ".join(name for name in KEYS[table].key if name != "$source")
        if table == "links":
            return (
                f'(SELECT {key}, min("at") AS "at", min(import_no) AS import_no '
                f"FROM {self.every_row(table)} WHERE {self.is_current()} GROUP BY {key})"
            )
        if table == "rejected":
            nth = f"row_number() OVER (PARTITION BY import_no, {key} ORDER BY line) AS nth"
            return (
                f"(SELECT * EXCLUDE nth FROM (SELECT *, {nth} FROM {self.every_row(table)}) "
                f"QUALIFY import_no = min(import_no) OVER (PARTITION BY {key}, nth))"
            )
        if table == "traits":
            return (
                f"(SELECT * FROM {self.every_row(table)} WHERE {self.is_current()} "
                f"QUALIFY import_no = max(import_no) OVER (PARTITION BY {key}))"
            )
        columns = engine.columns(stored_schema(table))
        return (
            f"(SELECT {columns} FROM {self.every_row(table)} JOIN {self.imports()} USING (import_no) "
            f"WHERE {self.is_current()} QUALIFY import_no = max(import_no) OVER (PARTITION BY source, {key}))"
        )

    def every_row(self, table: str) -> str:
        """Write an SQL table expression over every row of a table, whether or not it holds any longer."""
        return engine.scan(self.files.get(table, []), stored_schema(table))

    def known(self, table: str) -> str:
        """Write an SQL table expression over every row of links or traits of which the log still tells anything.

        Somebody is known from the first such row on, whatever was told later.
        """
        if not self.wholes:
            return self.every_row(table)
        key = ", ".join(KEYS[table].key)
        return f"(SELECT * FROM {self.every_row(table)} QUALIFY bool_or({self.is_current()}) OVER (PARTITION BY {key}))"

    def living(self) -> str:
        """Write an SQL table expression over the interactions that no later import replaced or deleted.

        Each is of whoever did it, as far as `acted` says so, and those that nobody did are not among them.
        """
        rows = self.standing_rows()
        if not self.acted:
            return rows
        key = "source, interaction_id, import_no"
        return (
            f"(SELECT held.* REPLACE (coalesce(doer.actor, held.actor) AS actor) FROM {rows} held "
            f"LEFT JOIN (SELECT {key}, actor, true AS found FROM {self.acted}) doer USING ({key}) "
            "WHERE doer.found IS NULL OR doer.actor IS NOT NULL)"
        )

    def standing_rows(self) -> str:
        """Write an SQL table expression over the interactions that hold, as they were logged."""
        every = self.every_row("interactions")
        if not self.files.get("gone"):
            return every
        gone = f"(SELECT source, interaction_id, was AS import_no FROM {self.every_row('gone')})"
        return f"(SELECT * FROM {every} ANTI JOIN {gone} gone USING (source, interaction_id, import_no))"

    def is_current(self) -> str:
        """Write an SQL test that a row is not older than the latest import that is the whole of its source."""
        cases = " ".join(f"WHEN {engine.text(source)} THEN {number}" for source, number in self.wholes.items())
        return f"import_no >= CASE source {cases} ELSE 0 END" if cases else "true"

    def imports(self) -> str:
        """Write an SQL table expression of imports and their sources."""
        rows = ", ".join(f"({number}, {engine.text(source)})" for number, source in self.sources.items())
        listed = f"(VALUES {rows})" if rows else "(SELECT NULL::BIGINT, NULL::VARCHAR WHERE false)"
        return f"(SELECT * FROM {listed} imports(import_no, source))"
