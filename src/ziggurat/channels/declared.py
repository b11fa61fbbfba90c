"""What is declared of an activity: is its message the same for all, is it triggered, does it hear people?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.declare import matches
from ziggurat.results.tables import Frame, collect, frame

NOTHING = {"activity": None, "tailored": None, "triggered": False, "hears": None}
LISTENING = ("search*", "*analytics*", "survey*", "*feedback*", "poll*")  # channels whose very point is to hear people
TAILORED = {"person": 1.0, "segment": 0.5, "test": 0.5}  # responsiveness of a message that answers nothing


class Activity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is said of the activities whose name fits a pattern: `[activities."name or pattern"]` in ziggurat.toml.

    tailored: 'person' where each message is made up from what that person did, 'segment' where a group of people gets
    its own, 'test' where an experiment chose it; left out where all get the same.
    triggered: each message is sent because of something that this person did.
    hears: it takes in what people do with it, as a search, web analytics or a survey does; where nothing is said, that
    is told by the kind of what they do and by the channel.
    """

    tailored: Literal["person", "segment", "test"] | None = None
    triggered: bool = False
    hears: bool | None = None


def table(activities: Mapping[str, Activity]) -> pa.Table:
    """Return declarations as `schema.ACTIVITIES`, in the order in which they were written."""
    rows = [
        {"activity": pattern, "tailored": one.tailored, "triggered": one.triggered, "hears": one.hears}
        for pattern, one in activities.items()
    ]
    return pa.Table.from_pylist([row | {"place": place} for place, row in enumerate(rows)], schema=schema.ACTIVITIES)


@dataclass(frozen=True)
class Stated:
    """What is declared of some activities, one entry each.

    responsiveness: 1, ½ or 0, what their messages respond to; 0 too where nothing is said. said: whether anything is
    declared of how they speak. hears: 1 where people are heard, 0 where not, -1 where nothing is said.
    """

    responsiveness: npt.NDArray[np.float64]
    said: npt.NDArray[np.bool_]
    hears: npt.NDArray[np.int64]


def read_declared(activities: Frame, names: Sequence[str]) -> Stated:
    """Return what is declared of each named activity. Where several patterns fit a name, the one declared first counts.

    activities: a table as `schema.ACTIVITIES`. An entry that says only whether people are heard says nothing of how it
    speaks.
    """
    rows = collect(frame(activities).sort("place"), *schema.ACTIVITIES.names).to_pylist()
    found: list[Mapping[str, Any]] = [
        next((row for row in rows if matches(name, [row["activity"]])), NOTHING) for name in names
    ]
    speaks = [1.0 if row["triggered"] else TAILORED.get(row["tailored"], 0.0) for row in found]
    here = zip(found, speaks, strict=True)
    said = [row is not NOTHING and (row["hears"] is None or value > 0) for row, value in here]
    hears = [-1 if row["hears"] is None else int(row["hears"]) for row in found]
    return Stated(np.array(speaks, np.float64), np.array(said, np.bool_), np.array(hears, np.int64))


def responsiveness(activities: Frame, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return what each named activity's messages are declared to respond to: see `Stated`."""
    return read_declared(activities, names).responsiveness


def listening(channels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell on which channels people are heard by what these are for, unless it is declared of the activity."""
    return np.array([matches(name.casefold(), LISTENING) for name in channels], np.bool_)
