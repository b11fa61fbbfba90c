"""Who read in public what we had said to others?

docs/facts.md, *Onlooker*. Two passes over people's lives, the second only where the first finds that anything was said
in public; memory holds one row per thread in which we spoke, and sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.meanings import Flags, Meanings, codes_of
from ziggurat.facts.messages import OUT, Touching
from ziggurat.facts.threads import Thread
from ziggurat.log.buckets import Buckets
from ziggurat.log.settling import INSIDE, SETTLED
from ziggurat.stats.hashes import hashes

Ints = npt.NDArray[np.int64]

PUBLIC = ("person", "at", "kind", "channel", "activity", "direction", "object")
READ = (*PUBLIC, "source", "interaction_id", "in_reply_to")
MIX = np.int64(0x1E3779B97F4A7C15)  # odd, so that channels are told apart in a thread's number
SAID = pa.schema(
    [
        ("thread", pa.int64()),  # a number for channel and object
        ("unit", pa.int64()),  # code of the activity; −1 − code of the channel where there is none, or by channel
        ("at", pa.int64()),  # when we first spoke there, µs
        ("told", pa.int64()),  # people to whom it was sent
    ]
)
LOOKS = pa.schema(
    [
        ("person", pa.int64()),
        ("unit", pa.int64()),
        ("thread", pa.int64()),
        ("ripe", pa.bool_()),  # whether the days to come back are over
        ("back", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Looking:
    """What makes an onlooker, within (since, until] in µs. span: µs in which people come back; flags by kind.

    by: activity or channel, by which those who were told themselves are told apart.
    """

    touching: Touching
    public: Flags
    speaks: Flags
    looks: Flags
    reacts: Flags
    by: str
    since: int
    until: int
    span: int

    @classmethod
    def of(cls, means: Meanings, touching: Touching, by: str, *, since: int, until: int, span: int) -> Looking:
        """Read what kinds mean."""
        speaks, private = means.flags("speaks"), means.flags("private")
        flags = (speaks & ~private, speaks, means.flags("looks"), means.flags("reacts"))
        return cls(touching, *flags, by, since, until, span)


def onlookers(buckets: Buckets, what: Looking) -> tuple[pa.Table, pa.Table]:
    """Return what we said in public, as SAID, and who looked on, as LOOKS: a row a person, unit and thread."""
    staff, hidden = pa.array(buckets.staff), pa.array(buckets.anonymous)
    told = first_said(list(buckets.fold(partial(read_public, what=what, staff=staff), PUBLIC, staff=True)))
    if not told.num_rows:
        return told, LOOKS.empty_table()
    parts = buckets.fold(partial(read_looks, what=what, said=told, hidden=hidden), READ)
    return told, pa.concat_tables([LOOKS.empty_table(), *parts])


def threads_of(rows: pa.Table) -> Ints:
    """Return a number for the channel and object of each row; 0 where there is no object."""
    found = hashes(rows["object"])
    with np.errstate(over="ignore"):
        mixed = (found ^ (rows["channel"].to_numpy().astype(np.int64) * MIX)) | 1
    return np.asarray(np.where(found > 0, mixed, 0), np.int64)


def units_of(rows: pa.Table, by: str) -> Ints:
    """Return the activity of each row; −1 − its channel where there is none, or by channel."""
    activity, channel = (rows[name].to_numpy().astype(np.int64) for name in ("activity", "channel"))
    found: Ints = np.where((activity >= 0) & (by == "activity"), activity, -1 - channel)
    return found


def read_public(rows: pa.Table, *, what: Looking, staff: pa.Array) -> pa.Table:
    """Return what we said in public in a bucket: columns SAID. What staff do themselves is told to nobody."""
    rows = rows.filter(pc.not_equal(rows["direction"], SETTLED.index(INSIDE)))
    inside = pc.and_(pc.greater(rows["at"], what.since), pc.less_equal(rows["at"], what.until))
    acting = pc.is_in(rows["person"], value_set=staff)
    ours = pc.or_(pc.equal(rows["direction"], OUT), acting)
    public = pc.is_in(rows["kind"], value_set=codes_of(what.public))
    chosen = pc.and_(pc.and_(inside, ours), pc.and_(public, pc.is_valid(rows["object"])))
    some = rows.filter(chosen)
    person = pc.if_else(acting.filter(chosen), pa.scalar(None, pa.int64()), some["person"])
    table = pa.table({"thread": threads_of(some), "unit": units_of(some, what.by), "at": some["at"], "person": person})
    sums = [("at", "min"), ("person", "count_distinct")]
    found = table.group_by(["thread", "unit"], use_threads=False).aggregate(sums)
    return found.rename_columns(SAID.names).cast(SAID)


def first_said(parts: list[pa.Table]) -> pa.Table:
    """Put together what was said in all buckets: columns SAID."""
    rows = pa.concat_tables([SAID.empty_table(), *parts])
    found = rows.group_by(["thread", "unit"], use_threads=False).aggregate([("at", "min"), ("told", "sum")])
    return found.rename_columns(SAID.names).cast(SAID)


def read_looks(rows: pa.Table, *, what: Looking, said: pa.Table, hidden: pa.Array) -> pa.Table:
    """Return who of a bucket looked on: columns LOOKS."""
    rows = rows.filter(pc.and_(pc.less_equal(rows["at"], what.until), pc.greater_equal(rows["kind"], 0)))
    rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden))).combine_chunks()
    look = np.flatnonzero(what.looks[rows["kind"].to_numpy()] & (rows["direction"].to_numpy() != OUT))
    there = rows["object"].take(pa.array(look)).is_valid().to_numpy()
    look = look[np.asarray(there, np.bool_)]
    thread = threads_of(rows.take(pa.array(look)))
    known = pc.is_in(pa.array(thread), value_set=said["thread"].combine_chunks()).to_numpy(zero_copy_only=False)
    people = pc.unique(rows["person"].take(pa.array(look[known])))
    if not len(people):
        return LOOKS.empty_table()
    mine = np.asarray(pc.is_in(rows["person"], value_set=people).to_numpy(), np.bool_)
    place = np.cumsum(mine) - 1
    return looks_of(rows.filter(pa.array(mine)).combine_chunks(), place[look[known]], thread[known], what, said)


def looks_of(rows: pa.Table, look: Ints, thread: Ints, what: Looking, said: pa.Table) -> pa.Table:
    """Return the first look of each person at each thread in which we had spoken by then: columns LOOKS.

    rows: all of these people's. look: positions of their looks; thread: at which.
    """
    life = Thread.of(rows)
    table = pa.table({"row": look, "thread": thread}).join(said, "thread", join_type="inner", use_threads=False)
    row, unit, since, thread = (table[name].to_numpy() for name in ("row", "unit", "at", "thread"))
    right = (life.at[row] > since) & ~life.spoke_before(row, what.speaks)
    right &= ~among(pairs(life.person, threads_of(rows), life.direction == OUT), life.person[row], thread)
    ways = what.touching.ways(rows)
    direct = (ways >= 0) & (life.at > what.since)
    right &= ~among(pairs(life.person, units_of(rows, what.by), direct), life.person[row], unit)
    row, unit, thread = row[right], unit[right], thread[right]
    order = np.lexsort((row, thread, unit, life.person[row]))
    row, unit, thread = row[order], unit[order], thread[order]
    person = life.person[row]
    again = (np.diff(person, prepend=-1) == 0) & (np.diff(unit, prepend=0) == 0) & (np.diff(thread, prepend=0) == 0)
    row, unit, thread, person = row[~again], unit[~again], thread[~again], person[~again]
    ripe = life.at[row] + what.span <= what.until
    back = ripe & life.came_back(row, what.reacts, what.span)
    return pa.table([person, unit, thread, ripe, back], schema=LOOKS)


def pairs(one: Ints, other: Ints, chosen: Flags) -> pa.Table:
    """Return the distinct pairs of two columns in some rows."""
    return pa.table({"one": one[chosen], "other": other[chosen]}).group_by(["one", "other"]).aggregate([])


def among(known: pa.Table, one: Ints, other: Ints) -> Flags:
    """Tell which pairs are among those known."""
    wanted = pa.table({"one": one, "other": other, "place": np.arange(one.size)})
    found = wanted.join(known, ["one", "other"], join_type="left semi", use_threads=False)["place"].to_numpy()
    flags = np.zeros(one.size, np.bool_)
    flags[found] = True
    return flags
