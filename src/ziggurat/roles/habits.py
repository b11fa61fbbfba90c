"""When and where are people active: at which hours, on which channels, on which devices?

Every act of a known person within the window, by its weekday and hour, or by its channel and hour or device. A cell
tells how many people did anything there, and for how many it is the preferred one: where they were active on more days
than anywhere else (of several, where they were last). An hour of theirs in which they are there is an hour in which to
be there for them.

Hours, weekdays and the days that are counted are those of the organisation's own clocks, because the log says nothing
of where people live. What nobody logs is not seen: a device that is not named is `unknown`, and reading a newsletter
on paper is no act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, Instant, window
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.roles.acts import OUT
from ziggurat.roles.parts import none, some, together
from ziggurat.stats.clock import HOURS, UTC, WEEKDAYS, has_hour, hour, local, weekday
from ziggurat.stats.intervals import wilson
from ziggurat.stats.occasions import occasions
from ziggurat.study import OneOf, Quarter, study

Ints = npt.NDArray[np.int64]

DEVICES = (*schema.DEVICES, "unknown")
BY = ("weekday and hour", "channel and hour", "channel and device")
READ = ("person", "at", "kind", "channel", "direction", "device")


@dataclass(frozen=True)
class Habits(Result):
    """One row per cell in which anything was done: weekdays or channels down, hours or devices across.

    down: a weekday, or a channel. across: an hour as 00 to 23, or a device. people: known people who did anything
    there. share: of all who did anything in the window, 0 to 1, with its 95 % Wilson bounds `low` and `high`; a person
    is in many cells, so that shares don't sum to 1. preferred: of how many people it is the preferred cell; each of
    them has one. acts: all that was done there. Members: person_id, name, down, across, acts, days, preferred.
    zone: by whose clocks.
    """

    columns: ClassVar = {
        "down": TEXT("Day or channel"),
        "across": TEXT("Hour or device"),
        "people": COUNT,
        "share": SHARE("Share of people"),
        **interval(SHARE),
        "preferred": COUNT("People who prefer it"),
        "acts": COUNT,
    }
    keys: ClassVar = ("down", "across")
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (needs.DONE,))

    zone: str = field(default=UTC, kw_only=True)

    def chart(self) -> alt.TopLevelMixin:
        """Draw the people of each cell, stronger for more; a number where there is room for it."""
        rows = self.rows()
        down = [day for day in WEEKDAYS if any(row["down"] == day for row in rows)] or charts.distinct(rows, "down")
        hourly = any(row["across"] in HOURS for row in rows)
        across = HOURS if hourly else DEVICES
        drawn = [row | {"_said": charts.short(row["people"])} for row in rows]
        gap = alt.Scale(paddingInner=0.06)
        title = f"Hour, {self.zone}" if hourly else None
        axis = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelOverlap="greedy")
        base = alt.Chart(charts.data(drawn)).encode(
            y=alt.Y("down:N", sort=down, title=None, axis=charts.BARE, scale=gap),
            x=alt.X("across:N", sort=across, title=title, axis=axis, scale=alt.Scale(domain=across, paddingInner=0.06)),
        )
        most = max([row["people"] for row in rows] + [1])
        cells = base.mark_rect(color=charts.GREEN, cornerRadius=2).encode(
            opacity=alt.Opacity("people:Q", scale=alt.Scale(domain=[0, most], range=[0.04, 0.9]), legend=None),
            tooltip=charts.tips(rows),
        )
        return charts.fitted(cells + charts.inside(base, drawn, "_said", len(across), 9), max(1, len(down)) * 0.9)


class Cells(NamedTuple):
    """What people did where, one row a person and cell.

    cell: down and across as one number. preferred: 1 in the cell of each person that she prefers.
    """

    person: Ints
    cell: Ints
    acts: Ints
    days: Ints
    preferred: Ints


NOTHING = none(Cells, 5)


class Grid(NamedTuple):
    """The cells: names of what is down and across."""

    by: str
    down: Sequence[str]
    across: Sequence[str]

    @classmethod
    def of(cls, by: str, channels: Sequence[str]) -> Grid:
        """Lay out the cells. channels: their names by code."""
        down = WEEKDAYS if by == BY[0] else tuple(channels)
        return cls(by, down, DEVICES if by == BY[2] else HOURS)

    def cells(self, rows: pa.Table, place: Ints, clock: Ints) -> Ints:
        """Return the cell of some rows. clock: what the clocks said at each."""
        down = weekday(clock) if self.by == BY[0] else rows["channel"].to_numpy()[place].astype(np.int64)
        if self.by != BY[2]:
            return np.asarray(down * len(self.across) + hour(clock), np.int64)
        named = rows["device"].take(pa.array(place)).cast(pa.string())
        found = pc.index_in(named, value_set=pa.array(schema.DEVICES))
        return np.asarray(down * len(self.across) + pc.fill_null(found, len(schema.DEVICES)).to_numpy(), np.int64)

    def named(self, cell: Ints) -> dict[str, pa.Array]:
        """Return the names of cells."""
        down, across = np.divmod(cell, len(self.across))
        sides = {"down": (self.down, down), "across": (self.across, across)}
        return {
            side: pa.array(list(names), pa.string()).take(pa.array(place)) for side, (names, place) in sides.items()
        }


@study
def habits(
    buckets: Buckets,
    people: Frame,
    zone: Frame,
    *,
    window: Quarter,
    by: Annotated[str, OneOf(*BY), "what is down and what across"] = BY[0],
) -> Habits:
    """Tell when and where known people were active within (since, until].

    people, zone: tables as `schema.PEOPLE` and `ZONE`. by: 'weekday and hour', 'channel and hour' or 'channel and
    device'. ladder and names do not matter here. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`.
    """
    start, end = window.since, window.until
    clocks = tables.zone(zone)
    folk = Folk.of(people, end)
    grid = Grid.of(by, buckets.codes["channel"])
    found = together(Cells, NOTHING, buckets.fold(lambda rows: active_places(rows, grid, clocks, start, end), READ))
    place = folk.places(found.person)
    found, place = some(Cells, found, place >= 0), place[place >= 0]
    active = int(np.unique(place).size)
    cells, which = np.unique(found.cell, return_inverse=True)
    named = grid.named(cells)
    counts = np.bincount(which, minlength=cells.size).tolist()
    sums = {side: np.bincount(which, getattr(found, side), cells.size).tolist() for side in ("preferred", "acts")}
    rows = []
    for number, (down, across) in enumerate(zip(*(named[side].to_pylist() for side in named), strict=True)):
        low, high = wilson(counts[number], active)
        row = {"down": down, "across": across, "people": counts[number], "share": counts[number] / active}
        rows.append(row | {"low": low, "high": high} | {side: int(total[number]) for side, total in sums.items()})
    if by != BY[0]:
        rows.sort(key=lambda row: (row["down"], grid.across.index(row["across"])))
    columns = grid.named(found.cell) | {"acts": found.acts, "days": found.days, "preferred": found.preferred == 1}
    return Habits(tables.from_rows(Habits.columns, rows), folk.members(place, columns), {}, zone=clocks)


def active_places(rows: pa.Table, grid: Grid, zone: str, start: int, end: int) -> Cells:
    """Return where some people were active within (start, end], µs, by the clocks of a zone."""
    person, at, kind, direction = (rows[name].to_numpy() for name in ("person", "at", "kind", "direction"))
    hers = np.flatnonzero((at > start) & (at <= end) & (direction != OUT) & (kind >= 0))
    if not hers.size:
        return NOTHING
    who, number = np.unique(person[hers], return_inverse=True)
    size = len(grid.down) * len(grid.across)
    clock = local(at[hers], zone)
    found = occasions(number * size + grid.cells(rows, hers, clock), at[hers], clock // DAY)
    number, cell = np.divmod(found.key, size)
    order = np.lexsort((cell, found.latest, found.days, number))
    best = order[np.flatnonzero(np.diff(number[order], append=-1) != 0)]
    preferred = np.zeros(number.size, np.int64)
    preferred[best] = 1
    return Cells(who[number], cell, found.acts, found.days, preferred)


@dataclass(frozen=True)
class Preference:
    """Where and when one person is most active. Each is None where she did nothing.

    channel, device: on most days. hour: 0 to 23, on most days, None where the days alone are known. acts, days: all
    that they did, on how many days. zone: by whose clocks.
    """

    channel: str | None
    device: str | None
    hour: int | None
    acts: int
    days: int
    zone: str


def of_person(
    history: pa.Table, codes: Mapping[str, list[str]], *, since: Instant, until: Instant, zone: str = UTC
) -> Preference:
    """Tell where and when one person is most active within (since, until]; of several, where she was last.

    history: all her rows as `log.histories.COLUMNS`, in order. codes: of its columns. A device that is not named is
    `unknown`. zone: name of the time zone by whose clocks hours and days are told.
    """
    start, end = window(since, until)
    at, kind, direction = (history[name].to_numpy() for name in ("at", "kind", "direction"))
    hers = np.flatnonzero((at > start) & (at <= end) & (direction != OUT) & (kind >= 0))
    if not hers.size:
        return Preference(None, None, None, 0, 0, zone)
    clock = local(at[hers], zone)
    cell = Grid.of(BY[2], codes["channel"]).cells(history, hers, clock)
    channel, device = np.divmod(cell, len(DEVICES))
    best = [most(key, at[hers], clock // DAY) for key in (channel, device)]
    timed = has_hour(clock)
    when = most(hour(clock[timed]), at[hers][timed], clock[timed] // DAY) if timed.any() else None
    days = int(np.unique(clock // DAY).size)
    return Preference(codes["channel"][best[0]], DEVICES[best[1]], when, int(hers.size), days, zone)


def most(key: Ints, at: Ints, day: Ints) -> int:
    """Return the key of most days, the latest of several."""
    found = occasions(key, at, day)
    return int(found.key[np.lexsort((found.key, found.latest, found.days))[-1]])
