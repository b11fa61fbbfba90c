"""What every source hands to the log: a stream of batches, each with some rows of some logged tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Batch:
    """Some rows, and how far the source has been read.

    tables: logged table name → rows with exactly the columns of `schema.LOGGED[name]`.
    read: share of the source that has been read so far, 0 to 1.
    skipped: rows left out on purpose, because the mapping maps their event name to 'skip'.
    void: ids of interactions of which a row says that they are none: an order that was voided, a refund that was not.
    former: ids under which an earlier version logged interactions that are in `tables`, one for each that it logged.
    """

    tables: Mapping[str, pa.Table]
    read: float = 1.0
    skipped: int = 0
    void: pa.Array | None = None
    former: pa.Array | None = None
