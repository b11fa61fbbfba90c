"""Who passed a thing on after whom?

docs/facts.md, *Passing on*. Memory holds one row for each person and thing that they passed on, and a row per tie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts import ties as reading
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Flags
from ziggurat.log.buckets import Buckets
from ziggurat.stats.hashes import hashes

Ints = npt.NDArray[np.int64]

OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "channel", "direction", "object", "source", "counterpart", "in_reply_to")
NOBODY = -1
SHARES = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),
        ("channel", pa.int64()),
        ("thing", pa.int64()),
        ("counterpart", pa.string()),
        ("key", pa.string()),
        ("replied_at", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Passed:
    """What was passed on: the first time that each person passed on each thing, in the order of time.

    person, at (µs), channel (code), thing: of each. named: the place of whom they name as the one they have it from;
    tied: of the latest whom they listen to and who does not listen to them, where they name nobody; mirrored: of the
    first such who passed it on after them. NOBODY for none. listens: whether
    there is any tie that goes one way.
    """

    person: Ints
    at: Ints
    channel: Ints
    thing: Ints
    named: Ints
    tied: Ints
    mirrored: Ints
    listens: bool

    def after(self) -> Ints:
        """Return after whom each passed it on, named or tied."""
        return np.where(self.named >= 0, self.named, self.tied)

    def origins(self) -> tuple[Ints, Ints]:
        """Return with whom the chain of each began, and how many passes it is long up to them."""
        after, origin = self.after(), np.arange(self.at.size)
        depth = np.zeros(self.at.size, np.int64)
        for place in np.flatnonzero(after >= 0).tolist():  # in the order of time: whoever is before is done
            origin[place], depth[place] = origin[after[place]], depth[after[place]] + 1
        return origin, depth


def passed(buckets: Buckets, directory: Directory, ties: reading.Ties, spreads: Flags, until: int, span: int) -> Passed:
    """Return what was passed on up to an instant, and after whom, within `span` of time (µs).

    ties: who had turned to whom before. spreads: kinds that pass something on.
    """
    rows = read(buckets, spreads, until)
    rows = first_times(rows.filter(pc.is_in(rows["person"], value_set=pa.array(directory.known()))))
    person, at, channel, thing = (rows[name].to_numpy() for name in ("person", "at", "channel", "thing"))
    named = from_whom(rows, reading.targets(rows, directory, reading.authors(buckets, rows["key"], until)), span)
    tied, mirrored = np.full(at.size, NOBODY), np.full(at.size, NOBODY)
    one, other = one_way(ties)
    follower, leader = pairs(person, thing, one, other)
    free = (named[follower] < 0) & (named[leader] != follower)
    gap = np.where(free, at[follower] - at[leader], 0)
    later, sooner = (gap > 0) & (gap <= span), (gap < 0) & (gap >= -span)
    np.maximum.at(tied, follower[later], leader[later])  # places are in the order of time: the latest
    first = np.full(at.size, at.size)
    np.minimum.at(first, follower[sooner], leader[sooner])
    mirrored[first < at.size] = first[first < at.size]
    return Passed(person, at, channel, thing, named, tied, mirrored, bool(one.size))


def read(buckets: Buckets, spreads: Flags, until: int) -> pa.Table:
    """Return each passing on of a named thing up to an instant: columns SHARES."""
    hidden = pa.array(buckets.anonymous)

    def shares(rows: pa.Table) -> pa.Table:
        kind, direction, at = (rows[name].to_numpy() for name in ("kind", "direction", "at"))
        chosen = (kind >= 0) & spreads[kind] & (direction != OUT) & (at <= until)
        rows = rows.filter(pa.array(chosen & np.asarray(pc.is_valid(rows["object"]).to_numpy(), np.bool_)))
        rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden)))
        bare = pc.is_null(rows["counterpart"])
        key = pc.if_else(bare, reading.key_of(rows, "in_reply_to"), pa.scalar(None, pa.string()))
        columns = [rows["person"], rows["at"], rows["channel"].cast(pa.int64()), pa.array(hashes(rows["object"]))]
        return pa.table([*columns, rows["counterpart"].cast(pa.string()), key, rows["at"]], schema=SHARES)

    return pa.concat_tables([SHARES.empty_table(), *buckets.fold(shares, READ)]).combine_chunks()


def first_times(rows: pa.Table) -> pa.Table:
    """Return the first time that each person passed on each thing, in the order of time."""
    at, person, thing = (rows[name].to_numpy() for name in ("at", "person", "thing"))
    order = np.lexsort((at, thing, person))
    again = (np.diff(person[order], prepend=0) == 0) & (np.diff(thing[order], prepend=0) == 0)
    again[:1] = False
    kept = order[~again]
    return rows.take(pa.array(kept[np.lexsort((thing[kept], person[kept], at[kept]))]))


def from_whom(rows: pa.Table, to: Ints, span: int) -> Ints:
    """Return the place of whom each names, if they had passed on the same within `span` before. to: by hash."""
    at, person, thing = (rows[name].to_numpy() for name in ("at", "person", "thing"))
    some = np.flatnonzero(to >= 0)
    place = matching(person, thing, to[some], thing[some])
    gap = at[some] - at[place]
    right = (place >= 0) & (gap > 0) & (gap <= span)
    found = np.full(at.size, NOBODY)
    found[some[right]] = place[right]
    return found


def matching(person: Ints, thing: Ints, who: Ints, what: Ints) -> Ints:
    """Return the place of each pair of `who` and `what` among those of `person` and `thing`; NOBODY for none."""
    known = pa.table({"person": person, "thing": thing, "place": np.arange(person.size)})
    asked = pa.table({"person": who, "thing": what, "row": np.arange(who.size)})
    found = asked.join(known, ["person", "thing"], join_type="inner", use_threads=False)
    place = np.full(who.size, NOBODY)
    place[found["row"].to_numpy()] = found["place"].to_numpy()
    return place


def one_way(ties: reading.Ties) -> tuple[Ints, Ints]:
    """Return the ties that go one way: who turned to whom, and was never turned to by them; both by hash."""
    size = ties.person.size
    there, back = ties.source * size + ties.target, ties.target * size + ties.source
    alone = ~np.isin(there, back)
    return ties.person[ties.source[alone]], ties.person[ties.target[alone]]


def pairs(person: Ints, thing: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return the places of each two who passed on the same thing, the first of whom listens to the second."""
    shares = pa.table({"person": person, "thing": thing, "place": np.arange(person.size)})
    ties = pa.table({"person": one, "other": other})
    found = shares.join(ties, "person", join_type="inner", use_threads=False)
    theirs = shares.rename_columns(["other", "thing", "theirs"])
    both = found.join(theirs, ["other", "thing"], join_type="inner", use_threads=False)
    return both["place"].to_numpy(), both["theirs"].to_numpy()
