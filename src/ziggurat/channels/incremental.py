"""How many of the outcomes came above habit, and which touches began them?

The touches and the outcome of journeys, read as a Hawkes process with habits of each person's own (`stats.hawkes`): a
label is credited with the outcomes whose first cause is one of its touches, triggered by it directly or through other
touches. What a person would have done anyway is nobody's credit. As in `influence`, what is mostly sent by the
organisation triggers, but is triggered by nothing: it decides when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.channels.doings import OUT, Window, watched
from ziggurat.channels.influence_model import candidates
from ziggurat.channels.paths import Trips, arrays
from ziggurat.stats import cascade, hawkes
from ziggurat.stats.blocks import BLOCKS, block_of
from ziggurat.stats.hawkes import GROUPS, WHOLE, Floats, Ints, Sums

CLIMB = (
    "The model hawkes is left out: whoever has climbed can't climb again until she slips, which is no habit as this "
    "model takes it. Name kinds of interaction as the outcome to see it."
)
NONE = "The model hawkes is left out: no outcome happened after its person was first known, so none can be explained."
UNSOUND = (
    "The model hawkes is left out: with these habits more than all of something would be triggered, or the outcome "
    "held back by more than a tenth, and there is nothing to share out. Another `baseline_days` may suit better."
)


@dataclass(frozen=True)
class Lives:
    """What all people's lives add up to; the last type is the outcome.

    sums: of `hawkes.own_sums`, by block of people. sent: events by type, all and those that the organisation sent.
    outcomes: in the period, by block.
    """

    sums: Sums
    sent: Floats
    outcomes: Floats


def shares(found: Trips, baseline_days: float, times: Floats) -> tuple[Floats | None, str]:
    """Return the share of all outcomes that each label is credited with, by (draw, label), or why there is none.

    baseline_days: in which a person's habits stay the same, 0 for always. times: how often each block is drawn; the
    first row is what there was. The half-lives are chosen from that, and taken as known. nan in a draw in which
    families of events would not end.
    """
    if found.kinds is None:
        return None, CLIMB
    window, period = Window(found.since, found.until), baseline_days or WHOLE
    lives = read(found, window, candidates(None, min(period, window.days)), period)
    if not lives.sums.events[:, -1].any():
        return None, NONE
    best = hawkes.best(lives.sums)
    caused = lives.sent[1] * 2 <= lives.sent[0]
    caused[-1] = True
    estimates = [solved(lives.sums, best, drawn, caused) for drawn in times]
    direct = cascade.parts(*estimates[0])
    if not cascade.sound(direct)[-1] or (direct.sum(axis=1) > 1).any() or np.isnan(credited(*estimates[0])).any():
        return None, UNSOUND
    outcomes = times @ lives.outcomes
    given = np.stack([credited(*one)[:-1] for one in estimates])
    return np.divide(given, outcomes[:, None], out=np.full(given.shape, np.nan), where=outcomes[:, None] > 0), ""


def credited(triggered: Floats, mass: Floats, events: Floats) -> Floats:
    """Return how many outcomes each type began."""
    return cascade.began(triggered, mass, events, triggered.shape[0] - 1)


def solved(sums: Sums, best: Ints, times: Floats, caused: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return what one event of a type triggers of another, with masses and events, if blocks are drawn so often."""
    used, place = np.unique(best, return_inverse=True)
    product, response, mass = (np.einsum("g,bg...->b...", times, part[used])[:, None] for part in sums[:3])
    some = Sums(product, response, mass, (times @ sums.events)[None], (times @ sums.days)[None])
    triggered = np.nan_to_num(hawkes.solve(some, place).triggered)
    triggered[~caused] = 0.0
    return triggered, some.mass[place, 0], some.events[0]


def read(found: Trips, window: Window, among: Floats, period: float) -> Lives:
    """Add up people's lives, bucket by bucket."""
    types = len(found.labels) + 1
    hidden = pa.array(found.buckets.anonymous)
    columns = tuple(dict.fromkeys((*found.columns, "direction")))

    def kernel(rows: pa.Table) -> Lives:
        rows = rows.filter(pc.less_equal(rows["at"], found.until))
        rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden))) if len(hidden) else rows
        some = arrays(rows, columns)
        kind = typed(found, some)
        streams = watched(some["person"], some["at"], kind, window).streams
        counted = (kind >= 0) & (some["at"] > found.since)
        sent = [np.bincount(kind[part], minlength=types) for part in (counted, counted & (some["direction"] == OUT))]
        # several at one instant are one outcome, as they are in journeys
        won = np.unique(np.stack([some["person"], some["at"]])[:, counted & (kind == types - 1)], axis=1)[0]
        outcomes = np.bincount(block_of(won), minlength=BLOCKS).astype(np.float64)
        return Lives(hawkes.own_sums(streams, among, types, period), np.stack(sent).astype(np.float64), outcomes)

    total = Lives(hawkes.empty(among.size, GROUPS, types, types), np.zeros((2, types)), np.zeros(BLOCKS))
    for part in found.buckets.fold(kernel, columns):
        total = Lives(total.sums + part.sums, total.sent + part.sent, total.outcomes + part.outcomes)
    return total


def typed(found: Trips, columns: Mapping[str, npt.NDArray[Any]]) -> Ints:
    """Return the type of each row: its label, the outcome as the last one, -1 for what is neither.

    The same label again in less than the gap is the same touch, as in journeys.
    """
    person, at, label = (columns[name].astype(np.int64) for name in ("person", "at", found.by))
    touch, won = found.touches(columns), found.won(columns)
    kind = np.where(touch, found.recode[np.where(touch, label, 0)] if found.recode.size else -1, -1).astype(np.int64)
    kind[won] = len(found.labels)
    event = np.flatnonzero(kind >= 0)
    again = (np.diff(person[event]) == 0) & (np.diff(kind[event]) == 0) & (np.diff(at[event]) < found.gap)
    kind[event[:-1][again & touch[event[1:]]]] = -1
    return kind
