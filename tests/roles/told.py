"""Small logs with texts, in which columns may hold words with spaces; and the tables of a crowd behind them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.channels import lives
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat import catalogue
from ziggurat.base import schema
from ziggurat.results.result import Result
from ziggurat.settings.declared import Declared

POLITE, RUDE, PLAIN = "I love this, it is great", "I hate this, it is awful", "The parcel is on the table"


def languages(**by_channel: str) -> pa.Table:
    return Declared(languages=by_channel).tables()["languages"]


def zone(name: str) -> pa.Table:
    return pa.table([[name]], schema=schema.ZONE)


def ask(
    study: str, log: pa.Table | str, languages: pa.Table | None = None, zone: pa.Table | None = None, **options: Any
) -> Result:
    """A study of a log that may be written as text."""
    tables = lives.tables(interactions(log) if isinstance(log, str) else log)
    if languages is not None:
        tables["languages"] = languages
    if zone is not None:
        tables["zone"] = zone
    return catalogue.find(study).ask(tables, **ON, **options)


def members(result: Result) -> list[dict[str, Any]]:
    return result.members.collect(backend="pyarrow").to_native().to_pylist()
