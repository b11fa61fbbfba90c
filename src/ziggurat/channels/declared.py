"""What is declared of an activity: is its message the same for all, and is it triggered by what people do?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import schema
from ziggurat.declare import matches
from ziggurat.tables import collect, frame

TAILORED = {"person": 1.0, "segment": 0.5, "test": 0.5}  # responsiveness of a message that answers nothing


class Activity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is said of the activities whose name fits a pattern: `[activities."name or pattern"]` in ziggurat.toml.

    tailored: 'person' where each message is made up from what that person did, 'segment' where a group of people gets
    its own, 'test' where an experiment chose it; left out where all get the same.
    triggered: each message is sent because of something that this person did.
    """

    tailored: Literal["person", "segment", "test"] | None = None
    triggered: bool = False


def table(activities: Mapping[str, Activity]) -> pa.Table:
    """Return declarations as `schema.ACTIVITIES`, in the order in which they were written."""
    rows = [
        {"activity": pattern, "tailored": one.tailored, "triggered": one.triggered}
        for pattern, one in activities.items()
    ]
    return pa.Table.from_pylist([row | {"place": place} for place, row in enumerate(rows)], schema=schema.ACTIVITIES)


def responsiveness(activities: Any, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return what each named activity's messages are declared to respond to: 1, 0.5, or 0 where nothing is declared.

    activities: a table as `schema.ACTIVITIES`. Where several patterns fit a name, the one declared first counts.
    """
    rows = collect(frame(activities).sort("place"), *schema.ACTIVITIES.names).to_pylist()
    return np.array([declared(rows, name) for name in names], np.float64)


def declared(rows: Iterable[Mapping[str, Any]], name: str) -> float:
    """Return what is declared of one activity."""
    for row in rows:
        if matches(name, [row["activity"]]):
            return 1.0 if row["triggered"] else TAILORED.get(row["tailored"], 0.0)
    return 0.0
