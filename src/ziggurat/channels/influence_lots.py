"""What did sending do where a lot decided who got it?

Each experiment of the log whose variants differ in how often they got one type of what is sent, and in nothing else
that is sent, tells what that type brings: the difference of what people did within a week of their first assignment,
per one more that they got in it. It needs no order of events and no model: it is the effect, of that experiment's
people.

Source: Wald's ratio, Wald (1940), Ann. Math. Statist. 11(3), 284-300; as an effect of what was got: Imbens & Angrist
(1994), Econometrica 62(2), 467-475. Several experiments are weighed by their precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import special
from ziggurat.channels.assigned import UNNAMED
from ziggurat.channels.doings import Types, Window, label_codes
from ziggurat.channels.influence_model import FEWER, MORE, NONE
from ziggurat.facts.meanings import Meanings
from ziggurat.log.buckets import Buckets
from ziggurat.stats.streams import WEEK, Floats

LEAST_PEOPLE = 20  # of each variant
APART, ALIKE = 0.5, 0.05  # how many more of it the one variant got, and of all else that is sent at most


@dataclass(frozen=True)
class Lot:
    """How many more of an effect one more of a cause brought, with 95 % bounds."""

    more: float
    error: float
    free: float

    @property
    def low(self) -> float:
        """Return the lower bound."""
        return self.more - float(special.stdtrit(self.free, 0.975)) * self.error

    @property
    def high(self) -> float:
        """Return the upper bound."""
        return self.more + float(special.stdtrit(self.free, 0.975)) * self.error

    @property
    def verdict(self) -> str:
        """Say what it shows."""
        return MORE if self.low > 0 else FEWER if self.high < 0 else NONE


def lots(buckets: Buckets, types: Types, window: Window) -> dict[tuple[int, int], Lot]:
    """Return what lots tell, by (effect, cause)."""
    if not Meanings.of_log(buckets).flags("assigns").any():
        return {}
    arms: dict[tuple[int, str], list[Floats]] = {}
    for part in read(buckets, types, window):
        for arm, counts in part.items():
            arms.setdefault(arm, []).append(counts)
    trials: dict[int, list[Floats]] = {}
    for (trial, _), parts in sorted(arms.items()):
        counts = np.concatenate(parts)
        if len(counts) >= LEAST_PEOPLE:
            trials.setdefault(trial, []).append(counts)
    found: dict[tuple[int, int], list[Lot]] = {}
    for variants in trials.values():
        for pair, lot in compare_lots(variants, types).items():
            found.setdefault(pair, []).append(lot)
    return {pair: pool_lots(some) for pair, some in found.items()}


def compare_lots(variants: list[Floats], types: Types) -> dict[tuple[int, int], Lot]:
    """Compare the variants that got most and least of a type, if it is the only one of which they got more or less."""
    sent = np.flatnonzero(types.sent)
    means = np.stack([counts[:, sent].mean(axis=0) for counts in variants])
    if len(variants) < 2 or not sent.size:
        return {}
    place = int(np.argmax(np.ptp(means, axis=0)))
    most, least = variants[int(means[:, place].argmax())], variants[int(means[:, place].argmin())]
    gaps = np.abs(most[:, sent].mean(axis=0) - least[:, sent].mean(axis=0))
    if gaps[place] < APART or (np.delete(gaps, place) > ALIKE).any():
        return {}
    cause, found = int(sent[place]), {}
    for effect in np.flatnonzero(~types.sent).tolist():
        more = (most[:, effect].mean() - least[:, effect].mean()) / gaps[place]
        left = [counts[:, effect] - more * counts[:, cause] for counts in (most, least)]
        error = np.sqrt(sum(some.var(ddof=1) / some.size for some in left)) / gaps[place]
        if error > 0:
            found[effect, cause] = Lot(float(more), float(error), min(len(most), len(least)) - 1)
    return found


def pool_lots(some: list[Lot]) -> Lot:
    """Weigh lots by their precision."""
    weight = np.array([1 / lot.error**2 for lot in some])
    more = float((weight * [lot.more for lot in some]).sum() / weight.sum())
    return Lot(more, float(weight.sum() ** -0.5), sum(lot.free for lot in some))


def read(buckets: Buckets, types: Types, window: Window) -> Iterator[dict[tuple[int, str], Floats]]:
    """Yield, bucket by bucket and by (experiment, variant), how many of each type people had in their first week."""
    hidden = pa.array(buckets.anonymous)
    columns = ("person", "at", "kind", "direction", "activity", "object")

    def one(rows: pa.Table) -> dict[tuple[int, str], Floats]:
        rows = rows.filter(pc.less_equal(rows["at"], window.until))
        rows = rows.filter(pc.invert(pc.is_in(rows["person"], value_set=hidden))) if len(hidden) else rows
        return count_within_week(rows, buckets, types, window)

    yield from buckets.fold(one, list(dict.fromkeys((*columns, types.by))))


def count_within_week(rows: pa.Table, buckets: Buckets, types: Types, window: Window) -> dict[tuple[int, str], Floats]:
    """Count what each person who was assigned had of each type within a week of their first assignment, by variant."""
    person, at, kind, trial = (rows[name].to_numpy().astype(np.int64) for name in ("person", "at", "kind", "activity"))
    given = np.flatnonzero(Meanings.of_log(buckets).flags("assigns")[kind] & (trial >= 0))
    code, _ = label_codes(rows, types.by, buckets)
    type_ = np.where(code >= 0, types.of[code], -1) if types.of.size else np.full(code.size, -1)
    variant = pc.fill_null(rows["object"].take(pa.array(given)), UNNAMED).to_pylist()
    first: dict[tuple[int, int], tuple[int, str]] = {}
    for row, name in zip(given.tolist(), variant, strict=True):
        first.setdefault((int(trial[row]), int(person[row])), (int(at[row]), name))
    found: dict[tuple[int, str], list[Floats]] = {}
    for (one, whose), (when, name) in first.items():
        if when + WEEK > window.until or (window.since is not None and when <= window.since):
            continue
        begin, end = np.searchsorted(person, [whose, whose + 1])
        mine = slice(
            begin + np.searchsorted(at[begin:end], when, "right"),
            begin + np.searchsorted(at[begin:end], when + WEEK, "right"),
        )
        some = type_[mine][type_[mine] >= 0]
        found.setdefault((one, name), []).append(np.bincount(some, minlength=len(types.names)).astype(np.float64))
    return {arm: np.stack(counts) for arm, counts in found.items()}
