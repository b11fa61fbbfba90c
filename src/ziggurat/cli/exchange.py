"""Tables out: the answer to SQL, and whole tables as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.cli.output import ENDINGS, Csv, Json, Parquet, Rows, print_json, save
from ziggurat.cli.place import fresh
from ziggurat.cli.show import print_first


def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One query; `SHOW TABLES` lists the tables, `DESCRIBE people` one.")],
    csv: Csv = None, parquet: Parquet = None, json: Json = False, rows: Rows = 20,
    seconds: Annotated[float, typer.Option(min=0.001, help="After so many seconds it is stopped.")] = 600.0,
    memory: Annotated[int, typer.Option(min=16, help="Megabytes of memory that it may take.")] = 4_096,
    most: Annotated[int, typer.Option(min=1, help="Rows that its answer may have.")] = 10_000_000,
) -> None:  # fmt: skip
    """Answer SQL over the tables of the workspace. Nothing can be written by it."""
    from ziggurat.derived import Bounds

    found = fresh(context).sql(query, Bounds(seconds, memory, most))
    for path, ending in ((csv, ".csv"), (parquet, ".parquet")):
        if path is not None:
            save(found, path, ending)
    if json:
        print_json(found.to_pylist())
    elif not (csv or parquet):
        print_first(found.to_pylist(), found.column_names, rows, what="rows", plain=True)


def export(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="people, levels, interactions, …; `sql 'SHOW TABLES'` lists all.")],
    file: Annotated[Path, typer.Argument(help="A name that ends in .csv or .parquet.")],
) -> None:
    """Write a whole table to a CSV or Parquet file."""
    from ziggurat.derived import Bounds

    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise QuestionError(f"'{file.name}' can't be written; its name must end in {' or '.join(ENDINGS)}.")
    workspace = fresh(context)
    known = workspace.sql("SHOW TABLES")["name"].to_pylist()
    if table not in known:
        raise QuestionError(f"no table named '{table}'{suggest(table, known) or '.'} There are: {', '.join(known)}.")
    everything = Bounds(seconds=24 * 3600.0, rows=2**62)
    save(workspace.sql(f'SELECT * FROM "{table}"', everything), file, ending)
