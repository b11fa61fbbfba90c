"""Which rows could not be taken, and with which of them is nothing left to do?

No row can tell that another one, imported later, is itself mended: its cells differ, and so may its line. So whoever
has mended the rows of an import, or given them up, says so. They are kept all the same, and listed when that import is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from ziggurat.engine import duckdb as engine
from ziggurat.errors import WorkspaceError
from ziggurat.log.log import Log
from ziggurat.schema import LOGGED
from ziggurat.sources import rejected
from ziggurat.state import State

ImportId = int | str | None
LONGEST = 15  # digits of an import's number


class Rejections:
    """The rejected rows of one workspace: those of one import, or all that are open, where none is named."""

    def __init__(self, log: Log, state: State) -> None:
        self.log = log
        self.state = state

    def page(self, import_id: ImportId, page: int, size: int) -> dict[str, Any]:
        """Return rows (one page, newest import first) and total."""
        query = self.query(import_id)
        skipped = (max(1, int(page)) - 1) * int(size)
        with engine.connect() as connection:
            total = connection.sql(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
            rows = connection.sql(
                f"{query} ORDER BY import_id DESC, file, line LIMIT {int(size)} OFFSET {skipped}"
            ).to_arrow_table()
        return {"rows": rows.to_pylist(), "total": total}

    def export(self, path: str | Path, import_id: ImportId) -> int:
        """Write them as a CSV that can be mended and imported again; return how many there are."""
        with engine.connect() as connection:
            rows = connection.sql(f"{self.query(import_id)} ORDER BY import_id, file, line").to_arrow_table()
        return rejected.export(rows.select(LOGGED["rejected"].names), path)

    def query(self, import_id: ImportId) -> str:
        """Write the query for them. Raises: WorkspaceError if what is given is no import's number."""
        listed = ", ".join(str(one) for one in sorted(self.state.settled()))
        where = f" WHERE import_no NOT IN ({listed})" if listed else ""
        if import_id is not None:
            where = f" WHERE import_no = {number_of(import_id)}"
        return f"SELECT * EXCLUDE import_no, import_no AS import_id FROM {self.log.snapshot().scan('rejected')}{where}"

    def settle(self, import_id: int | str, *, settled: bool, at: datetime, by: str = "") -> None:
        """Note that nothing is left to do about an import's rejected rows, or that there is after all.

        Raises: WorkspaceError if there is no import of that number, or it rejected nothing.
        """
        found = next((one for one in self.log.imports() if str(one.import_no) == str(import_id)), None)
        if found is None:
            raise WorkspaceError(f"there is no import '{import_id}'; `ziggurat log` lists the imports.")
        if not found.rejected:
            raise WorkspaceError(f"import {import_id} rejected no row, so there is nothing to settle.")
        self.state.settle(found.import_no, settled=settled, at=at, by=by)


def number_of(import_id: int | str) -> int:
    """Return the number of an import. Raises: WorkspaceError if what is given can be none."""
    text = str(import_id)[: LONGEST + 1]
    if not text.isdecimal() or len(text) > LONGEST:
        raise WorkspaceError(f"'{text}' is no import's number; `ziggurat log` lists the imports.")
    return int(text)
