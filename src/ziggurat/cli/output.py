"""How does an answer leave the terminal: as a file, or as JSON?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.cli.show import tell
from ziggurat.errors import QuestionError
from ziggurat.words.numbers import count

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".parquet")

Csv = Annotated[Path | None, typer.Option("--csv", help="Write the answer to this CSV file.")]
Parquet = Annotated[Path | None, typer.Option("--parquet", help="Write the answer to this Parquet file.")]
Chart = Annotated[Path | None, typer.Option("--chart", help="Draw the answer: a .png, .svg, .html or .json file.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Rows = Annotated[int, typer.Option("--rows", min=0, help="Rows to print; 0 prints all.")]


def save(table: pa.Table, path: Path, ending: str) -> None:
    """Write a table as CSV, in which no cell can start a formula in a spreadsheet, or as Parquet, and say so.

    Raises: QuestionError if the file can't be written.
    """
    import pyarrow.parquet as pq

    from ziggurat.result import write_csv

    with writing(path):
        if ending == ".csv":
            write_csv(path, table.column_names, cells(table))
        else:
            pq.write_table(table, path)
    tell(f"Wrote {count(table.num_rows, 'row', 'rows')} to {path}.")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises: QuestionError in place of an OSError, as a file that can't be written is no fault of ours."""
    try:
        yield
    except OSError as error:
        raise QuestionError(f"{path} can't be written: {error.strerror or error}; choose another name.") from error


def cells(table: pa.Table) -> Iterator[list[Any]]:
    """Yield the rows of a table, instants as ISO 8601 text."""
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [value.isoformat() if hasattr(value, "isoformat") else value for value in row]


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
