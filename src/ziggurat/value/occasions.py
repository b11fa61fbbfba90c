"""When did each person come, and what did they bring then?

An occasion is a span of time (a day, for a start), counted back from the instant that is looked at, in which someone
did any of the chosen kinds of thing: several in one span are one occasion. Only what people did themselves counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.log.buckets import Buckets
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

READ = ("person", "at", "kind", "direction", "amount")
OUT = DIRECTIONS.index("out")
FIELDS = ("x", "last", "known", "paid", "money", "gaps")


@dataclass(frozen=True)
class Occasions:
    """What is known of those who came at all, one place a person, in order of `person` (hash).

    x: occasions after the first. last: spans from the first occasion to the last one. known: spans from the first one
    until the instant looked at. paid: occasions after the first that brought money; money: what they brought. gaps: the
    sum of the logarithms of spans between one and the next.
    """

    person: Ints
    x: Floats
    last: Floats
    known: Floats
    paid: Floats
    money: Floats
    gaps: Floats

    def take(self, places: npt.NDArray[Any]) -> Occasions:
        """Return some of the people."""
        return Occasions(self.person[places], *(getattr(self, name)[places] for name in FIELDS))


def chosen(outcome: str, kinds: Frame) -> list[str]:
    """Read kinds parted by commas, and add those that are like them.

    Raises: QuestionError with the nearest one if one is unknown.
    """
    rows = tables.collect(tables.frame(kinds), "kind", "like").to_pylist()
    known = [row["kind"] for row in rows]
    words = [word.strip() for word in outcome.split(",") if word.strip()]
    for word in words or [""]:
        if word not in known:
            raise QuestionError(
                f"`outcome` holds '{word}', which is no kind{suggest(word, known) or '.'} "
                "Give kinds of interaction parted by commas, such as `purchased, donated`."
            )
    return [row["kind"] for row in rows if row["kind"] in words or row["like"] in words]


def occasions(buckets: Buckets, words: Sequence[str], *, at: int, span_days: float) -> Occasions:
    """Read the occasions of everyone by an instant (µs), staff and anonymous people left out."""
    kernel = partial(of_rows, codes=buckets.codes, words=words, at=at, span_days=span_days)
    parts = [part.take(~np.isin(part.person, buckets.anonymous)) for part in buckets.fold(kernel, READ)]
    empty = Occasions(np.empty(0, np.int64), *(np.empty(0) for _ in FIELDS))
    together = [empty, *parts]
    joined = [np.concatenate([getattr(part, name) for part in together]) for name in ("person", *FIELDS)]
    return Occasions(*joined).take(np.argsort(joined[0], kind="stable"))


def of_rows(
    rows: pa.Table, *, codes: Mapping[str, Sequence[str]], words: Sequence[str], at: int, span_days: float
) -> Occasions:
    """Read the occasions in rows of `histories.COLUMNS`, sorted by person and time."""
    mine = mark_occasions(rows, codes, words, at)
    some = rows.select(["person", "at", "amount"]).filter(pa.array(mine)).combine_chunks()
    person, when = some["person"].to_numpy(), some["at"].to_numpy()
    amount = np.asarray(pc.fill_null(some["amount"], 0.0).to_numpy(), np.float64)
    spans = (at - when) // round(span_days * DAY)
    who = np.empty(person.size, np.int64)
    out = np.empty((len(FIELDS), person.size))
    size = count_kernel(person, spans, np.nan_to_num(amount), who, out)
    return Occasions(who[:size], *(out[:, :size]))


def mark_occasions(
    rows: pa.Table, codes: Mapping[str, Sequence[str]], words: Sequence[str], at: int
) -> npt.NDArray[np.bool_]:
    """Tell which rows are of the chosen kinds, by the person herself, and by the instant."""
    flags = np.array([kind in words for kind in codes.get("kind", [])], np.bool_)
    kind = rows["kind"].combine_chunks().to_numpy()
    mine = (kind >= 0) & (rows["at"].combine_chunks().to_numpy() <= at)
    mine &= rows["direction"].combine_chunks().to_numpy() != OUT
    mine[mine] = flags[kind[mine]]
    return np.asarray(mine, np.bool_)


def acts(rows: pa.Table, codes: Mapping[str, Sequence[str]], words: Sequence[str], at: int) -> tuple[str, ...]:
    """Return the ids of the interactions that count, in order."""
    return tuple(rows["interaction_id"].filter(pa.array(mark_occasions(rows, codes, words, at))).to_pylist())


@jit
def count_kernel(person: Any, spans: Any, amount: Any, who: Any, out: Any) -> int:
    """Sum up each person's occasions: columns of `out` as FIELDS; return the number of people."""
    size = -1
    here, brought, first = -1, 0.0, -1  # the span that is read, what it has brought, and her first
    for row in range(person.size):
        fresh = row == 0 or person[row] != person[row - 1]
        if not fresh and spans[row] == here:
            brought += amount[row]
        else:
            if fresh:
                size += 1
                who[size] = person[row]
                first = spans[row]
                for field in range(out.shape[0]):
                    out[field, size] = 0.0
                out[2, size] = first
            else:
                out[0, size] += 1.0
                out[1, size] = first - spans[row]
                out[5, size] += math.log(here - spans[row])
            here, brought = spans[row], amount[row]
        ends = row + 1 == person.size or person[row + 1] != person[row] or spans[row + 1] != here
        if ends and here != first and brought > 0.0:
            out[3, size] += 1.0
            out[4, size] += brought
    return size + 1
