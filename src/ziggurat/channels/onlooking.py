"""How many looked on at what each activity said in public, and how personal was that to them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ziggurat.channels.touches import Reading
from ziggurat.facts.onlookers import Looking, onlookers
from ziggurat.stats.intervals import wilson

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Onlooking:
    """What onlookers got of one activity or channel.

    people: who looked on, and were not touched by it themselves. value: as of messages, between low and high (95 %);
    None where nobody looked long enough ago to have come back.
    """

    people: int
    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Onlooked:
    """Onlookers by unit: position in `Reading.units`. person, unit: each of them once."""

    by_unit: Mapping[int, Onlooking]
    person: Ints
    unit: Ints
    ripe: npt.NDArray[np.bool_]
    back: npt.NDArray[np.bool_]


def read_onlookers(found: Reading) -> Onlooked:
    """Read who looked on at what was said in public: docs/facts.md, *Onlooker*."""
    window = {"since": found.since, "until": found.until, "span": found.span}
    what = Looking.of(found.means, found.codes.touching, found.by, **window)
    said, looks = onlookers(found.buckets, what)
    keys = ["thread", "unit"]
    counts = looks.group_by(keys, use_threads=False).aggregate([("person", "count")])
    sizes = looks.join(counts, keys, use_threads=False).join(said, keys, use_threads=False)
    person, code, told, size = (sizes[name].to_numpy() for name in ("person", "unit", "told", "person_count"))
    ripe, back = (sizes[name].to_numpy(zero_copy_only=False) for name in ("ripe", "back"))
    unit = found.position(code)
    everyone = np.log(max(2, found.everyone))
    worth = np.maximum(0.0, 1 - np.log(np.maximum(told, 1) + size) / everyone)
    worth += found.codes.responds[np.maximum(code, -1)]
    pair, where = np.unique(np.stack([unit, person]), axis=1, return_inverse=True)
    where = where.ravel()
    ripened, came = (np.bincount(where, flags, pair.shape[1]) > 0 for flags in (ripe, back))
    by_unit = {}
    for place in np.unique(unit).tolist():
        mine = pair[0] == place
        personal = float(worth[unit == place].mean())
        hits, trials = int(came[mine].sum()), int(ripened[mine].sum())
        low, high = ((personal + bound) / 3 for bound in wilson(hits, trials))
        by_unit[place] = Onlooking(int(mine.sum()), (personal + hits / trials) / 3 if trials else None, low, high)
    return Onlooked(by_unit, pair[1], pair[0], ripened, came)
