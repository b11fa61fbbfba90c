"""What did the log say at the last refresh that it says no longer, or the other way round?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.log import histories
from ziggurat.log.snapshot import Snapshot
from ziggurat.log.tables import BOOKS


@dataclass(frozen=True)
class Withdrawn:
    """What was taken back, replaced or deleted since a refresh.

    imports: that were taken back. gone: interactions of the log that hold no longer, as of now. differ: those that hold
    no longer and did, or hold again. wholes: source and the import that is the whole of it. everyone: somebody may be
    known no longer, so all is to be built anew.
    """

    imports: Sequence[int]
    gone: pa.Table
    differ: pa.Table
    wholes: pa.Table
    everyone: bool

    @property
    def any(self) -> bool:
        """Whether anything was."""
        return bool(self.imports) or self.differ.num_rows > 0 or self.everyone

    @classmethod
    def since(
        cls, connection: Any, snapshot: Snapshot, folder: Path, before: histories.Manifest | None, lost: Sequence[int]
    ) -> Withdrawn:
        """Compare the log with what it was at the last refresh, if there was one. lost: imports taken back since."""
        gone = connection.sql(
            f"SELECT {engine.columns(BOOKS['gone'])} FROM {snapshot.every_row('gone')}"
        ).to_arrow_table()
        whole = pa.table({"source": [*snapshot.wholes], "import_no": pa.array(snapshot.wholes.values(), pa.int64())})
        wholes = whole.cast(pa.schema([("source", pa.string()), ("import_no", pa.int64())]))
        connection.register("gone_now", gone)
        connection.register("whole_now", wholes)
        tables = {} if before is None else before.tables
        held = {name: engine.scan_file(folder / tables[name]) for name in ("gone", "wholes") if name in tables}
        differ = connection.sql(differences("gone_now", held.get("gone"))).to_arrow_table()
        other = connection.sql(differences("whole_now", held.get("wholes"))).to_arrow_table()
        return cls(lost, gone, differ, wholes, other.num_rows > 0)

    def people(self, connection: Any, snapshot: Snapshot, *identities: str) -> list[int]:
        """Return the people whose interactions hold no longer, or again.

        identities: SQL table expressions of them, as of the last refresh and as of now.
        """
        connection.register("differ", self.differ)
        whose = " UNION ALL ".join(f"SELECT identity, person FROM {table}" for table in identities)
        rows = connection.sql(f"""
            SELECT DISTINCT person FROM ({whose}) JOIN (
                SELECT actor AS identity FROM {snapshot.every_row("interactions")} held
                SEMI JOIN differ ON differ.source = held.source AND differ.interaction_id = held.interaction_id
                AND differ.was = held.import_no
            ) USING (identity)""")
        return [person for (person,) in rows.fetchall()]


def differences(one: str, other: str | None) -> str:
    """Write the query for rows that only one of two tables of the same columns has."""
    if other is None:
        return f"SELECT * FROM {one}"
    sides = ((one, other), (other, one))
    return " UNION ALL ".join(f"(SELECT * FROM {this} EXCEPT SELECT * FROM {that})" for this, that in sides)
