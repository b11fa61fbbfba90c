"""Where are our people, and where are we?

Where a known person is: the channels of what they do (direction `in` or `among`). Where we are for them: the channels
of what reaches them from the organisation (direction `out`), and of what staff do themselves towards them. Each person
counts once, whatever they do or get: a channel's share is the mean, over people, of its share of what each of them
does, or gets. Bounds (95 %) take people as the sample.

It counts acts, not time or attention: who reads for hours without leaving a trace seems to be nowhere. That we are less
on a channel than people are is no fault by itself: they may well be among themselves there.

Sources: Cochran (1977), Sampling Techniques, section 6.3, and Korn & Graubard (1998), Survey Methodology 24(2) (bounds
of a mean share); Newcombe (1998), Statistics in Medicine 17(8), 873-890 (of the gap); Wilson (1927).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.replies import OUT, ints
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.shares import difference, of_people
from ziggurat.study import Quarter, study

Ints = npt.NDArray[np.int64]
READ = ("person", "at", "kind", "channel", "direction", "counterpart")
THEIRS, OURS = "where people are", "where we are"
NONE = (None, None, None)


@dataclass(frozen=True)
class Places:
    """How often what happened: one row per person and channel, sorted; by her, and to her from us."""

    person: Ints
    channel: Ints
    hers: Ints
    ours: Ints


@dataclass(frozen=True)
class PlacesOfBoth(Result):
    """One row per channel, the one with the largest gap first.

    people: known people who did something there. share: mean share of it in what each known person does, with bounds.
    our_people: whom something of ours reached there. our_share: mean share of it in what each person gets from us, with
    bounds, null where nobody got anything. gap: share less our_share, with bounds; above 0 where people are more than
    we are. unmet: of the people there, those whom nothing of ours reached there; unmet_share: their share of people,
    with bounds. Members: person_id, name, channel, and unmet (whether she is).
    """

    columns: ClassVar = {
        "channel": TEXT,
        "people": COUNT,
        "share": SHARE("Share of what they do"),
        **interval(SHARE),
        "our_people": COUNT("People we reach"),
        "our_share": SHARE("Share of what we send"),
        **interval(SHARE, "our"),
        "gap": SHARE("By which we fall short"),
        **interval(SHARE, "gap"),
        "unmet": COUNT("People not met there"),
        "unmet_share": SHARE("Share not met"),
        **interval(SHARE, "unmet"),
    }
    keys: ClassVar = ("channel",)
    absence: ClassVar = Absence("none is on a channel", "Import the channel of each interaction.")

    def chart(self) -> alt.TopLevelMixin:
        """Draw where people are and where we are, with bounds."""
        sides = ((THEIRS, "share", "low", "high"), (OURS, "our_share", "our_low", "our_high"))
        drawn = [
            {"channel": row["channel"], "side": side, "share": row[share], "low": row[low], "high": row[high]}
            for row in self.rows()
            for side, share, low, high in sides
            if row[share] is not None
        ]
        return charts.spreads(drawn, y="channel", x="share", low="low", high="high", each="side")


@study
def places(buckets: Buckets, people: Frame, *, window: Quarter) -> PlacesOfBoth:
    """Set the channels on which known people are against those on which we are, within (since, until].

    people: a table as `schema.PEOPLE`. ladder and names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`.
    """
    start, end = window.since, window.until
    directory = Directory.of(people)
    found = count_places(buckets, directory, since=start, until=end)
    channels = list(buckets.codes.get("channel", []))
    seen = np.unique(found.channel[found.hers + found.ours > 0]).tolist()
    rows = [{"channel": channels[code], **measure_channel(found, code)} for code in seen]
    rows.sort(key=lambda row: (-(row["share"] if row["gap"] is None else row["gap"]), row["channel"]))
    folk = tables.frame(members(found, directory, channels))
    return PlacesOfBoth(tables.from_rows(PlacesOfBoth.columns, rows), folk)


def count_places(buckets: Buckets, directory: Directory, *, since: int, until: int) -> Places:
    """Count what known people did, and what reached them from us, by person and channel."""
    sending = Meanings.of_log(buckets).codes("sent")
    staff, known = pa.array(buckets.staff), directory.known()

    def read(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.and_(pc.greater(rows["at"], since), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.is_in(rows["kind"], value_set=sending))
        acting = np.asarray(pc.is_in(rows["person"], value_set=staff).to_numpy(), np.bool_)
        sent = ints(rows, "direction") == OUT
        person = ints(rows, "person").copy()
        person[acting] = directory.persons(rows["counterpart"].filter(pa.array(acting)))
        columns = {"person": person, "channel": ints(rows, "channel"), "hers": ~(sent | acting), "ours": sent | acting}
        return pa.table(columns | {name: columns[name].astype(np.int64) for name in ("hers", "ours")})

    empty = pa.table({name: pa.array([], pa.int64()) for name in ("person", "channel", "hers", "ours")})
    parts = [empty, *(sum_places(part) for part in buckets.fold(read, READ, staff=True))]
    whole = sum_places(pa.concat_tables(parts))
    found = Places(*(ints(whole, name) for name in ("person", "channel", "hers", "ours")))
    inside = np.isin(found.person, known)
    return Places(*(column[inside] for column in (found.person, found.channel, found.hers, found.ours)))


def sum_places(rows: pa.Table) -> pa.Table:
    """Add up by person and channel, sorted."""
    sums = rows.group_by(["person", "channel"], use_threads=False).aggregate([("hers", "sum"), ("ours", "sum")])
    sums = sums.rename_columns(["person", "channel", "hers", "ours"])
    return sums.sort_by([("person", "ascending"), ("channel", "ascending")])


def measure_channel(found: Places, code: int) -> dict[str, Any]:
    """Measure one channel."""
    here = found.channel == code
    row: dict[str, Any] = {}
    shares = []
    for column, count, names in (
        (found.hers, "people", ("share", "low", "high")),
        (found.ours, "our_people", ("our_share", "our_low", "our_high")),
    ):
        who, place = np.unique(found.person[column > 0], return_inverse=True)
        of_all = np.bincount(place, column[column > 0], who.size)
        of_it = np.bincount(place, (column * here)[column > 0], who.size)
        share = of_people(of_it / of_all, np.ones(who.size))
        shares.append(share)
        row |= {count: int((here & (column > 0)).sum())} | dict(zip(names, share or NONE, strict=True))
    gap = difference(shares[0], shares[1]) if shares[0] and shares[1] else NONE
    unmet, people = int((here & (found.hers > 0) & (found.ours == 0)).sum()), row["people"]
    alone = (unmet / people, *wilson(unmet, people)) if people else NONE
    row |= dict(zip(("gap", "gap_low", "gap_high"), gap, strict=True)) | {"unmet": unmet}
    return row | dict(zip(("unmet_share", "unmet_low", "unmet_high"), alone, strict=True))


def members(found: Places, directory: Directory, channels: Sequence[str]) -> pa.Table:
    """Return who did something on each channel, and whether anything of ours reached her there."""
    there = found.hers > 0
    person = found.person[there]
    return pa.table(
        {
            **directory.called(person),
            "channel": pa.array(list(channels), pa.string()).take(pa.array(found.channel[there])),
            "unmet": found.ours[there] == 0,
        }
    )
