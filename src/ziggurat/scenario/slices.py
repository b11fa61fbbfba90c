"""Whom does a department deal with?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.directory import Directory
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.scenario.answered import departments
from ziggurat.scenario.lives import OUT, Ints, Slice
from ziggurat.study import Family, Text

NOBODY = np.empty(0, np.int64)


@dataclass(frozen=True)
class Happenings(Family):
    """What an assessment reads of the log: lives, people, levels, stances at ends of windows, kinds and targets."""

    buckets: Buckets
    people: Frame
    levels: Frame
    stances: Frame
    kinds: Frame
    targets: Frame


@dataclass(frozen=True)
class Part(Family):
    """Which part of the organisation is looked at."""

    channel: Annotated[Text, "only what happened there; all of it if left out"] = ""
    department: Annotated[Text, "only its staff and those they dealt with; all if left out"] = ""


def of_department(buckets: Buckets, directory: Directory, department: str, since: int, until: int) -> Slice:
    """Return a department's staff, and the people with whom they had to do within (since, until], instants in µs.

    Those are whom they sent something, and whom they answered or turned to themselves.
    """
    staff = np.sort([person for person, name in departments(directory).items() if name == department]).astype(np.int64)
    ours = pa.array(staff)

    def read(rows: pa.Table) -> Ints:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.and_(pc.is_valid(rows["counterpart"]), pc.greater_equal(rows["kind"], 0)))
        acting = rows.filter(pc.is_in(rows["person"], value_set=ours))
        sent = rows.filter(pc.equal(rows["direction"], OUT))
        by_us = np.isin(directory.persons(sent["counterpart"]), staff)
        people: Ints = sent["person"].filter(pa.array(by_us)).to_numpy()
        return np.union1d(people, directory.persons(acting["counterpart"]))

    parts = list(buckets.fold(read, ("person", "at", "kind", "direction", "counterpart"), staff=True))
    everyone = np.unique(np.concatenate([NOBODY, *parts]))
    return Slice(people=np.intersect1d(everyone, directory.known()), staff=staff)
