"""Tables out: the answer to SQL, and whole tables as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.cli.place import fresh
from ziggurat.cli.show import listed, tell
from ziggurat.cli.studies import Csv, Json, Parquet, Rows, print_json
from ziggurat.errors import QuestionError, suggest

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet")


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One query; `SHOW TABLES` lists the tables, `DESCRIBE people` one.")],
    csv: Csv = None, parquet: Parquet = None, json: Json = False, rows: Rows = 20,
) -> None:  # fmt: skip
    """Answer SQL over the tables of the workspace. Nothing can be written by it."""
    found = fresh(context).sql(query)
    for path, ending in ((csv, ".csv"), (parquet, ".parquet")):
        if path is not None:
            save(found, path, ending)
    if json:
        print_json(found.to_pylist())
    elif not (csv or parquet):
        listed(found.to_pylist(), found.column_names, rows, what="rows", plain=True)


def export(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="people, levels, interactions, …; `sql 'SHOW TABLES'` lists all.")],
    file: Annotated[Path, typer.Argument(help="A name that ends in .csv or .parquet.")],
) -> None:
    """Write a whole table to a CSV or Parquet file."""
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise QuestionError(f"'{file.name}' can't be written; its name must end in {' or '.join(ENDINGS)}.")
    workspace = fresh(context)
    known = workspace.sql("SHOW TABLES")["name"].to_pylist()
    if table not in known:
        raise QuestionError(f"no table named '{table}'{suggest(table, known) or '.'} There are: {', '.join(known)}.")
    save(workspace.sql(f'SELECT * FROM "{table}"'), file, ending)


def save(table: pa.Table, path: Path, ending: str) -> None:
    """Write a table as CSV, in which no cell can start a formula in a spreadsheet, or as Parquet, and say so.

    Raises: QuestionError if the file can't be written.
    """
    import pyarrow.parquet as pq

    from ziggurat.result import write_csv

    try:
        if ending == ".csv":
            write_csv(path, table.column_names, cells(table))
        else:
            pq.write_table(table, path)
    except OSError as error:
        raise QuestionError(f"{path} can't be written: {error.strerror or error}; choose another name.") from error
    tell(f"Wrote {table.num_rows:,} {'row' if table.num_rows == 1 else 'rows'} to {path}.")


def cells(table: pa.Table) -> Iterator[list[Any]]:
    """Yield the rows of a table, instants as ISO 8601 text."""
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [value.isoformat() if hasattr(value, "isoformat") else value for value in row]
