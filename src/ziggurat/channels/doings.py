"""What did each person do when, as events of a few types?

The types are the channels, the kinds, or the activities of the interactions: the most frequent by name, all others as
one. By activity, what the organisation sends counts under its activity and everything else under its kind, since it
is a campaign that may lead to a purchase, and not the campaign's name on a purchase that leads to it. Being assigned to
a variant of an experiment is no event: it reaches nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts import needs
from ziggurat.facts.absence import Step
from ziggurat.facts.meanings import Meanings
from ziggurat.log.buckets import Buckets
from ziggurat.stats.streams import Bools, Ints, Streams

BY = ("kind", "channel", "activity")
OTHER = "(all others)"
OUT = DIRECTIONS.index("out")
Part = TypeVar("Part")


EVENT = Step(
    "happened to anybody: all are planned, internal or assignments",
    ("event", "events"),
    "Import what people do and what reaches them.",
    needs.meaning("sent"),
)


@dataclass(frozen=True)
class Window:
    """From when to when people are watched (µs): after `since`, or all along where it is None, to `until`."""

    since: int | None
    until: int


@dataclass(frozen=True)
class Types:
    """The K types of event.

    names: most frequent first, `OTHER` last where there is any. sent (K,): whether most are sent by the organisation,
    which decides when. of: type of each code, -1 for codes that the window doesn't hold. first, last: instants (µs) of
    the events in the window.
    """

    by: str
    names: tuple[str, ...]
    sent: Bools
    of: Ints
    first: int
    last: int


class Doings(NamedTuple):
    """Some people's events, and who they are."""

    streams: Streams
    person: Ints


def fold(buckets: Buckets, by: str, window: Window, kernel: Callable[[pa.Table], Part]) -> Iterator[Part]:
    """Hand the rows of known people up to the window's end to a kernel, bucket by bucket."""
    hidden = pa.array(buckets.anonymous)

    def one(rows: pa.Table) -> Part:
        rows = rows.filter(pc.less_equal(rows["at"], window.until))
        return kernel(rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden))) if len(hidden) else rows)

    columns = dict.fromkeys(("person", "at", "kind", "direction", *(() if by == "kind" else (by,))))
    return buckets.fold(one, list(columns))


def types_of(buckets: Buckets, by: str, window: Window, most: int) -> Types:
    """Choose the types: the `most` labels that are most frequent within the window, and all others as one."""
    labels = [*buckets.codes["activity"], *buckets.codes["kind"]] if by == "activity" else list(buckets.codes[by])

    def count(rows: pa.Table) -> tuple[Ints, Ints]:
        code, sent = label_codes(rows, by, buckets)
        counted = code >= 0
        at = rows["at"].to_numpy()
        if window.since is not None:
            counted &= at > window.since
        found = [np.bincount(code[counted & some], minlength=len(labels)) for some in (np.ones_like(sent), sent)]
        return np.stack(found).astype(np.int64), at[counted]

    total, out, first, last = np.zeros(len(labels), np.int64), np.zeros(len(labels), np.int64), window.until, 0
    for counts, at in fold(buckets, by, window, count):
        total, out = total + counts[0], out + counts[1]
        first, last = int(at.min(initial=first)), int(at.max(initial=last))
    order = sorted(np.flatnonzero(total).tolist(), key=lambda code: (-total[code], labels[code], code))
    named, others = order[:most], order[most:]
    names = [labels[code] for code in named]
    names = [f"{name} ({BY[0]})" if names.index(name) < place else name for place, name in enumerate(names)]
    of = np.full(len(labels), -1, np.int64)
    of[named], of[others] = np.arange(len(named)), len(named)
    groups = [[code] for code in named] + ([others] if others else [])
    sent = np.array([2 * out[group].sum() > total[group].sum() for group in groups], np.bool_)
    return Types(by, (*names, *([OTHER] if others else [])), sent, of, first, max(first, last))


def label_codes(rows: pa.Table, by: str, buckets: Buckets) -> tuple[Ints, Bools]:
    """Return the code of each row's label, -1 for rows that are no event, and whether it was sent."""
    kind = rows["kind"].to_numpy().astype(np.int64)
    sent = rows["direction"].to_numpy() == OUT
    kind = np.where(Meanings.of_log(buckets).flags("sent")[kind], kind, -1)
    if by == "kind":
        return kind, sent
    code = rows[by].to_numpy().astype(np.int64)
    if by == "activity":
        code = np.where(sent & (code >= 0), code, kind + len(buckets.codes["activity"]))
    return np.where(kind >= 0, code, -1), sent


def doings(rows: pa.Table, buckets: Buckets, types: Types, window: Window) -> Doings:
    """Return rows as events of the types."""
    code, sent = label_codes(rows, types.by, buckets)
    kind = np.where(code >= 0, types.of[code], -1) if types.of.size else np.full(code.size, -1)
    return read_events(rows["person"].to_numpy(), rows["at"].to_numpy(), kind, window, (code >= 0) & ~sent)[0]


def read_events(person: Ints, at: Ints, kind: Ints, window: Window, acts: Bools) -> tuple[Doings, Bools]:
    """Return people's lives, sorted by person and instant (µs), as events; kind: of each row, -1 for what is none.

    acts: whether a row is something the person did; they are known since the first of these, within the window or
    before. Several of one type at one instant are one event: three coupons in one basket did not lead one to the other.
    Returns: the lives, and which rows they hold.
    """
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    since = np.iinfo(np.int64).min if window.since is None else window.since
    kept = (kind >= 0) & (at > since) & (at <= window.until) & ~mark_repeats(person, at, kind)
    start = np.concatenate([[0], np.cumsum(kept)])[np.append(starts, person.size)]
    acted = np.where(acts, at, np.iinfo(np.int64).max)
    known = np.minimum.reduceat(acted, starts) if starts.size else np.empty(0, np.int64)
    return Doings(Streams(start.astype(np.int64), at[kept], kind[kept].astype(np.int64), known), person[starts]), kept


def mark_repeats(person: Ints, at: Ints, kind: Ints) -> Bools:
    """Tell which rows, sorted by person and instant, repeat the person, the instant and the type of another one."""
    same = (np.diff(person) == 0) & (np.diff(at) == 0)
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same)) if same.size else np.empty(0, np.int64)
    tied = tied[np.lexsort((kind[tied], at[tied], person[tied]))]
    again = (np.diff(person[tied]) == 0) & (np.diff(at[tied]) == 0) & (np.diff(kind[tied]) == 0)
    found = np.zeros(person.size, np.bool_)
    found[tied[1:][again]] = True
    return found
