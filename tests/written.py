"""Tables written as text: a header, then one row a line; two or more spaces part the columns, `-` is null."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from ziggurat.base import kinds, schema
from ziggurat.base.engine import duckdb as engine
from ziggurat.settings.config import Config
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

KINDS = kinds.load()
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY = 86_400_000_000
LADDER = """
[[levels]]
name = "Visiting"
[[levels.rules]]
kinds = ["visited", "opened"]
at_least = 1
within_days = 30

[[levels]]
name = "Following"
grace_days = 5
[[levels.rules]]
from_kinds = ["subscribed"]
until_kinds = ["unsubscribed"]
while_active_days = 60

[[levels]]
name = "Giving"
grace_days = 10
[[levels.rules]]
kinds = ["donated"]
worth = 50
within_days = 90
[[levels.rules]]
kinds = ["posted"]
on_days = 3
within_days = 45

[[levels]]
name = "Leading"
[[levels.rules]]
kinds = ["organised"]
at_least = 2
"""

MIX = """
    interaction_id  at     actor      kind         channel  amount
    1               01-05  user:ana   subscribed   email    -
    2               01-10  user:ana   organised    event    -
    3               01-12  user:ana   organised    event    -
    4               01-11  user:bea   donated      web      60
    5               01-20  user:dora  visited      web      -
    6               01-21  anon:1     visited      web      -
    7               01-22  user:emil  mentioned    forum    -
"""
NAMES = """
    identity   trait  value                at
    user:ana   name   Ana Straße           01-05
    user:bea   name   Béa 100%_\\ O'Hara    01-11
    user:dora  name   Dora                 01-20
"""


def when(text: str) -> dt.datetime:
    """`2026-01-05`, `2026-01-05 10:00` or `01-05` (of 2026) as a UTC time."""
    full = text if len(text.split()[0]) > 5 else f"2026-{text}"
    return dt.datetime.fromisoformat(full).replace(tzinfo=dt.UTC)


def micros(text: str) -> int:
    """The same as int64 microseconds."""
    return (when(text) - EPOCH) // dt.timedelta(microseconds=1)


def read(cell: str, to: pa.DataType) -> Any:
    """One cell as a value of a column's type."""
    if cell == "-":
        return None
    if pa.types.is_timestamp(to):
        return when(cell)
    if pa.types.is_date(to):
        return when(cell).date()
    return float(cell) if pa.types.is_floating(to) else int(cell) if pa.types.is_integer(to) else cell


def lines(text: str, columns: pa.Schema) -> Iterator[dict[str, Any]]:
    """The rows of a text, column → value."""
    header, *rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if line.strip()]
    for row in rows:
        yield {name: read(cell, columns.field(name).type) for name, cell in zip(header, row, strict=True)}


def interactions(text: str, **same: Any) -> pa.Table:
    """Interactions as `schema.INTERACTIONS`; `same` gives columns that no column of the text does.

    Without anything said: ids i1, i2 … in order, source test, 1 January 2026, Ana, on the web, visited, in the usual
    direction of the kind.
    """
    rows = []
    for number, given in enumerate(lines(text, schema.INTERACTIONS), 1):
        row = {
            "interaction_id": f"i{number}",
            "source": "test",
            "at": when("2026-01-01"),
            "actor": "email:ana@example.org",
            "channel": "web",
            "kind": "visited",
            **same,
            **given,
        }
        row.setdefault("direction", KINDS.direction_of.get(row["kind"], "in"))
        row.setdefault("received_at", row["at"])
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def links(text: str) -> pa.Table:
    """Links as `schema.LINKS`, by the same row of source test on 1 January 2026 unless the text says otherwise."""
    common = {"evidence": "same row", "source": "test", "at": when("2026-01-01")}
    return pa.Table.from_pylist([{**common, **row} for row in lines(text, schema.LINKS)], schema=schema.LINKS)


def traits(text: str) -> pa.Table:
    """Traits as `schema.TRAITS`, of source test on 1 January 2026 unless the text says otherwise."""
    common = {"source": "test", "at": when("2026-01-01")}
    return pa.Table.from_pylist([{**common, **row} for row in lines(text, schema.TRAITS)], schema=schema.TRAITS)


def open_new(folder: Path, *, ladder: str = LADDER, **settings: Any) -> Workspace:
    """Make a workspace with one ladder of its own, called `own`, and open it."""
    Workspace.create(folder, Config(**{"ladders": ("own",), **settings}))
    (folder / "ladders" / "own.toml").write_text(ladder, "utf-8")
    return Workspace.open(folder)


def take(workspace: Workspace, name: str = "file", **tables: pa.Table) -> dict[str, Any]:
    """Import tables in one batch, as one file."""
    return workspace.import_batches([Batch(tables)], source="test", name=name)


def logged(workspace: Workspace, table: str = "interactions", *columns: str) -> list[Any]:
    """What the log holds, sorted: bare values for one column, tuples for several."""
    with engine.connect() as connection:
        found = connection.sql(
            f"SELECT {', '.join(columns) or '*'} FROM {workspace.log.snapshot().scan(table)} ORDER BY ALL"
        ).to_arrow_table()
    rows = [tuple(row.values()) for row in found.to_pylist()]
    return [row[0] for row in rows] if len(columns) == 1 else rows


def people(workspace: Workspace) -> list[dict[str, Any]]:
    """The people of the last refresh as dicts, by their first identity."""
    found = workspace.derived.connect().sql(f"SELECT * EXCLUDE person FROM {workspace.derived.people()}")
    return sorted(found.to_arrow_table().to_pylist(), key=lambda row: row["identities"])


def levels(workspace: Workspace, ladder: str | None = None) -> list[dict[str, Any]]:
    """The level history of the last refresh as dicts, in order."""
    made = workspace.derived.levels(workspace.ladder(ladder), workspace.state.raises())
    return workspace.derived.connect().sql(
        f"SELECT * EXCLUDE person FROM {made} ORDER BY person_id, since"
    ).to_arrow_table().to_pylist()  # fmt: skip


def standings(workspace: Workspace, at: int, ladder: str | None = None) -> list[dict[str, Any]]:
    """How everyone stands at an instant, as dicts, in order."""
    made = workspace.derived.standings(workspace.ladder(ladder), workspace.state.raises(), at)
    return workspace.derived.connect().sql(
        f"SELECT * EXCLUDE person FROM {made} ORDER BY person_id"
    ).to_arrow_table().to_pylist()  # fmt: skip


def mixed(folder: Path) -> Workspace:
    """A workspace in which Ana leads, Bea gives, Dora visits, Emil is known, and one visitor is anonymous."""
    space = open_new(folder)
    take(space, interactions=interactions(MIX), traits=traits(NAMES))
    space.refresh()
    return space
