"""When did each person's stance change, told at each instant from what was said up to it?

The stance at an instant is that of the study `stance` as of then, with its own options: the class that most of the
evidence speaks for, each piece worth half as much after half a year, known from a rating or from evidence of two days
at least, and with a chance above one half (`speech.evidence`, `stats.verdicts`). Between two pieces of evidence all
weights fade alike, so the leading class stays, and its chance passes one half at an instant that can be told
beforehand: with the votes v for it of s in all, it is above one half while 2v - s > 1/3. One pass, linear in the
pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY
from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import DIRECTIONS
from ziggurat.speech import tones
from ziggurat.speech.evidence import ADVOCATE, DETRACTOR, PASSIVE, RATING, RECOMMENDATION, SORTS, STANCES, TEXT, WEIGHTS
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]

NAMES = (*STANCES, "unknown")
UNKNOWN = len(STANCES)
HALF_LIFE = 180 * DAY  # µs, as in `roles.stance`
FOREVER = np.int64(2**62)
WEIGHT = np.array([WEIGHTS[sort] for sort in SORTS])
OUT = DIRECTIONS.index("out")
SAYS = np.array([PASSIVE, ADVOCATE, DETRACTOR, PASSIVE, PASSIVE], np.int64)  # by place in `tones.SAYINGS`


class Leanings(NamedTuple):
    """From when on each person had which stance; before the first row, and until `lapse` is over, it is unknown.

    Sorted by person and instant, of which there is one row each.
    """

    person: Ints
    at: Ints  # µs
    stance: Ints  # place in NAMES
    lapse: Ints  # µs, when it becomes unknown if nothing more is said; FOREVER for never
    row: Ints  # of what was said, in the table that it was found in; -1 where it merely lapsed


def leanings(
    person: Ints,
    at: Ints,
    acts: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.float64], tones.Bytes],
    codes: Sequence[str],
    kinds: Kinds,
) -> Leanings:
    """Return the stances of people, given their interactions sorted by person and instant.

    acts: kind (coded, -1 for none), direction, score (nan for none) and tone of each; codes: of kinds.
    """
    kind, direction, score, tone = acts
    sorts = [kinds.meaning_of[name].evidence if name in kinds.meaning_of else None for name in codes]
    sort_of = np.array([*(SORTS.index(one) if one in SORTS else -1 for one in sorts), -1], np.int64)
    sort = np.where((direction == OUT) | (kind < 0), -1, sort_of[kind])
    with np.errstate(invalid="ignore"):
        sort[(sort == SORTS.index(RATING)) & ~((score >= 0) & (score <= tones.TOP))] = -1
    read = (tone == tones.FOR) | (tone == tones.AGAINST) | (tone == tones.NEITHER)
    sort[(sort == -1) & read & (direction != OUT) & (kind >= 0)] = SORTS.index(TEXT)
    row = np.flatnonzero(sort >= 0)
    said = SAYS[tones.sayings(kind[row], direction[row], score[row], tone[row], codes, kinds)]
    said[sort[row] == SORTS.index(RECOMMENDATION)] = ADVOCATE  # a deed, whatever the words
    text = sort[row] == SORTS.index(TEXT)
    said[text] = SAYS[tone[row][text]]
    found = followed(person[row], at[row], sort[row], said, row, WEIGHT, HALF_LIFE)
    return Leanings(*found.T)


@jit
def followed(person: Any, at: Any, sort: Any, says: Any, source: Any, weight: Any, half_life: int) -> Any:
    """Return the rows of `Leanings`. What is of one day counts once, by its weightiest piece, the latest of several."""
    out = np.empty((2 * person.size + 1, 5), np.int64)
    base = np.zeros(3)  # the votes of days that are over, as of `since`
    since, size, days, rated, day_at, day_sort, day_says = at[0] if at.size else 0, 0, 0, False, 0, 0, 0
    for piece in range(person.size):
        now = at[piece]
        if piece == 0 or person[piece] != person[piece - 1]:
            if piece > 0 and out[size - 1, 2] != UNKNOWN:
                out[size] = (person[piece - 1], out[size - 1, 3], UNKNOWN, FOREVER, -1)
                size += 1
            base[:] = 0.0
            since, days, rated = now, 1, False
            day_at, day_sort, day_says = now, sort[piece], says[piece]
        elif now // DAY != day_at // DAY:
            base *= np.exp2(-(day_at - since) / half_life)
            base[day_says] += weight[day_sort]
            since, days = day_at, days + 1
            day_at, day_sort, day_says = now, sort[piece], says[piece]
        elif sort[piece] <= day_sort:
            day_at, day_sort, day_says = now, sort[piece], says[piece]
        rated = rated or sort[piece] == 0
        votes = base * np.exp2(-(now - since) / half_life)
        votes[day_says] += weight[day_sort] * np.exp2(-(now - day_at) / half_life)
        best = np.argmax(votes)
        margin = 3 * (2 * votes[best] - votes.sum())
        stance, lapse = np.int64(UNKNOWN), FOREVER
        if (rated or days >= 2) and margin > 1:
            stance, lapse = np.int64(best), now + np.int64(np.ceil(half_life * np.log2(margin)))
        again = size > 0 and out[size - 1, 0] == person[piece]
        if again and out[size - 1, 1] == now:
            size -= 1
        elif again and out[size - 1, 2] != UNKNOWN and out[size - 1, 3] < now:
            out[size] = (person[piece], out[size - 1, 3], UNKNOWN, FOREVER, -1)
            size += 1
        out[size] = (person[piece], now, stance, lapse, source[piece])
        size += 1
    if size > 0 and out[size - 1, 2] != UNKNOWN:
        out[size] = (out[size - 1, 0], out[size - 1, 3], UNKNOWN, FOREVER, -1)
        size += 1
    return out[:size]
