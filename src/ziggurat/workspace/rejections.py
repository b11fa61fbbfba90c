"""Which rows could not be taken, and with which of them is nothing left to do?

No row can tell that another one, imported later, is itself mended: its cells differ, and so may its line. So whoever
has mended the rows of an import, or given them up, says so. They are kept all the same, and listed when that import is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.schema import LOGGED
from ziggurat.log.log import Import, Log
from ziggurat.sources import rejected
from ziggurat.state import State

ImportId = int | str | None
LONGEST = 15  # digits of an import's number
MOST_REASONS = 200
# A reason without the cell that it quotes, unless that is an event name or a state: a thousand unreadable dates are
# wrong for one reason, but each unknown name is to be told what it means.
QUOTED = r"(column '[^']*': )'.*?' (is no|is neither|is a day|lies )"
PLACED = r"(is no JSON object) \(.*?\)"
ALIKE = f"regexp_replace(regexp_replace(reason, {engine.text(QUOTED)}, '\\1… \\2', 'g'), {engine.text(PLACED)}, '\\1')"


class Rejections:
    """The rejected rows of one workspace: those of one import, or all that are open, where none is named."""

    def __init__(self, log: Log, state: State) -> None:
        self.log = log
        self.state = state

    def reasons(self, import_id: ImportId) -> list[dict[str, Any]]:
        """Return one row for each reason of an import, the newest import and the most frequent reason first.

        import_id, source, file; reason, as `page` takes it; rows: how many failed for it; line, example, row: of the
        first of them.
        """
        with engine.connect() as connection:
            found = connection.sql(f"""
                SELECT import_id, source, file, {ALIKE} AS alike, count(*) AS rows, min(line) AS line,
                       arg_min(reason, line) AS example, arg_min(row, line) AS row
                FROM ({self.query(import_id)}) GROUP BY ALL
                ORDER BY import_id DESC, rows DESC, line, alike LIMIT {MOST_REASONS}""").to_arrow_table()
        rows: list[dict[str, Any]] = found.rename_columns({"alike": "reason"}).to_pylist()
        return rows

    def page(self, import_id: ImportId, page: int, size: int, reason: str | None = None) -> dict[str, Any]:
        """Return rows (one page, newest import first) and total; reason: of those that failed for it alone."""
        query = self.query(import_id)
        if reason is not None:
            query = f"SELECT * FROM ({query}) WHERE {ALIKE} = {engine.text(reason)}"
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
        """Write the query for them. Raises: WorkspaceError if there is no import of that number."""
        listed = ", ".join(str(one) for one in sorted(self.state.settled()))
        where = f" WHERE import_no NOT IN ({listed})" if listed else ""
        if import_id is not None:
            where = f" WHERE import_no = {self.find(import_id).import_no}"
        return f"SELECT * EXCLUDE import_no, import_no AS import_id FROM {self.log.snapshot().scan('rejected')}{where}"

    def settle(self, import_id: int | str, *, settled: bool, at: datetime, by: str = "") -> None:
        """Note that nothing is left to do about an import's rejected rows, or that there is after all.

        Raises: WorkspaceError if there is no import of that number, or it rejected nothing.
        """
        found = self.find(import_id)
        if not found.rejected:
            raise WorkspaceError(f"import {import_id} rejected no row, so there is nothing to settle.")
        self.state.settle(found.import_no, settled=settled, at=at, by=by)

    def find(self, import_id: int | str) -> Import:
        """Return an import. Raises: WorkspaceError if there is none of that number."""
        number = number_of(import_id)
        for one in self.log.imports():
            if one.import_no == number:
                return one
        raise WorkspaceError(f"there is no import {number}; `ziggurat log` lists the imports.")


def number_of(import_id: int | str) -> int:
    """Return the number of an import. Raises: WorkspaceError if what is given can be none."""
    text = str(import_id)[: LONGEST + 1]
    if not text.isdecimal() or len(text) > LONGEST:
        raise WorkspaceError(f"'{text}' is no import's number; `ziggurat log` lists the imports.")
    return int(text)
