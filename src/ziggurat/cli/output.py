"""How does an answer leave the terminal: as a file, or as JSON?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from ziggurat.base.errors import QuestionError
from ziggurat.base.words.numbers import count
from ziggurat.cli.show import TOLD, Sayings, tell

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

    from ziggurat.results.result import write_csv

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


def print_json(value: Any, *, error: bool = False) -> None:
    """Print a value as JSON; error: on standard error."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode(), err=error)


@contextmanager
def as_one_json(*, wanted: bool) -> Iterator[None]:
    """Write all that is told within as one JSON object, if that is wanted."""
    if not wanted:
        yield
        return
    told = Sayings()
    before = TOLD.set(told)
    try:
        yield
    except typer.Exit:  # which is how a command says that something is wrong with what it has told
        print_json(told.value())
        raise
    finally:
        TOLD.reset(before)
    print_json(told.value())


def with_json(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--json`: what it would print for reading is then written as one JSON object."""
    hints = get_type_hints(command, include_extras=True)
    if "json" in hints:
        return command  # it has its own way

    @wraps(command)
    def run(*, as_json: bool = False, **options: Any) -> None:
        with as_one_json(wanted=as_json):
            command(**options)

    hints.pop("return", None)
    taken = inspect.signature(command).parameters
    options = [one.replace(annotation=hints.get(name, one.annotation)) for name, one in taken.items()]
    option = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
    run.__signature__ = inspect.Signature([*options, option])  # type: ignore[attr-defined]
    run.__annotations__ = hints | {"as_json": Json}
    return run
