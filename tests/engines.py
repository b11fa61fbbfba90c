"""The kinds of table that every study takes: name → how an Arrow table becomes one."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

from tests import cluster

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "pandas, Arrow types": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),
    "duckdb": duckdb.from_arrow,
    "spark": lambda table: cluster.session().createDataFrame(table),
}


def on_own_connection(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables as DuckDB relations of a connection that is not the default one, as a workspace has them."""
    connection = duckdb.connect()
    return {
        name: connection.from_arrow(table) if isinstance(table, pa.Table) else table for name, table in tables.items()
    }
