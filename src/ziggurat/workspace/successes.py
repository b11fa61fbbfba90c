"""Of whom was a play a success: who climbed, or did what counts, within its window?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.instant import DAY
from ziggurat.log.settling import SETTLED
from ziggurat.playbook.play import Play
from ziggurat.workspace import ladders
from ziggurat.workspace.folder import Folder

Ints = npt.NDArray[np.int64]
Happened = Mapping[tuple[int, str], list[tuple[int, int]]]  # by person and ladder: when, and to which level
CLIMBED = "(change = 'climb' OR (change = 'first' AND level > 0))"  # as `levels.reading.climbs` has it


class Try(NamedTuple):
    """One person from an instant on. person: hash. at: µs. target: the level of success, -1 where it is no climb."""

    person: int
    at: int
    ladder: str
    target: int


def succeeded(space: Folder, play: Play, some: Sequence[Try]) -> list[bool]:
    """Tell of each whether they succeeded within the window of a play, after its instant."""
    if not some:
        return []
    happened = climbs(space, some) if play.success.climbs else acts(space, play, [one.person for one in some])
    window = round(play.success.within_days * DAY)
    found = []
    for one in some:
        theirs = happened.get((one.person, one.ladder if play.success.climbs else ""), [])
        found.append(any(one.at < at <= one.at + window and level >= one.target for at, level in theirs))
    return found


def climbs(space: Folder, some: Sequence[Try]) -> Happened:
    """Return when each person climbed to which level, by person and ladder."""
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    rungs = ladders.ladders(space)
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"person": pa.array(sorted({one.person for one in some}), pa.int64())}))
    for name in sorted({one.ladder for one in some} & set(rungs)):
        levels = space.derived.levels(rungs[name], space.state.raises())
        query = f"SELECT person, since, level FROM {levels} JOIN wanted USING (person) WHERE {CLIMBED}"
        for person, at, level in connection.sql(query).fetchall():
            found.setdefault((person, name), []).append((at, level))
    return found


def acts(space: Folder, play: Play, people: Sequence[int]) -> Happened:
    """Return when each person did what counts; the level of each is 0."""
    buckets = space.derived.buckets()
    kinds = [not play.success.kinds or space.kinds.fits(kind, play.success.kinds) for kind in buckets.codes["kind"]]
    flags, out, mine = np.append(np.asarray(kinds, np.bool_), False), SETTLED.index("out"), np.asarray(people, np.int64)

    def kernel(rows: pa.Table) -> tuple[Ints, Ints]:
        person, kind = rows["person"].to_numpy(), rows["kind"].to_numpy()
        some = flags[kind] & (kind >= 0) & (rows["direction"].to_numpy() != out) & np.isin(person, mine)
        return person[some], rows["at"].to_numpy()[some]

    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for persons_, at in buckets.fold(kernel, ("person", "at", "kind", "direction")):
        for person, instant_ in zip(persons_.tolist(), at.tolist(), strict=True):
            found.setdefault((person, ""), []).append((instant_, -1))
    return found
