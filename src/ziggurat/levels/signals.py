"""Who gives a signal by their own rhythm, and in what order are people listed who flag or rise?

What `levels.rhythm` and `levels.stake` say of everyone, put beside what the ladder says. People are listed by what is
at stake with each, times how sure it is: of a signal, one minus its chance, half of it where it is of one kind of acts
alone, and of a silence half of it for every `FADES` days that it has lasted, as who left long ago is rarely won back;
of a reason of the ladder, which says nothing of how unusual it is, a fixed share (`SURE`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY, moment
from ziggurat.base.words.days import day
from ziggurat.facts.meanings import Meanings
from ziggurat.levels import rhythm
from ziggurat.levels.rhythm import UNSURE, Rhythm
from ziggurat.levels.stake import Given, stakes, sum_year
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.results.units import CHANCE, LEVEL, NUMBER, TEXT

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
QUIET, RISING = "gone quiet", "picking up"
SURE = {"in grace": 0.3, "slipped": 0.3, "below peak": 0.1, "climbed": 0.2, "near": 0.1}
SIGNALLED = {
    "person_id": TEXT("Person"),
    "name": TEXT,
    "level": LEVEL("Level no."),
    "level_name": TEXT("Level"),
    "why": TEXT("Why"),
    "rhythm": TEXT,
    "chance": CHANCE,
    "stake": NUMBER,
}  # the first columns of who rises or flags
PARTLY = 0.5  # of a signal of some kinds of acts alone: they are still here, or were before, by others
FADES = 90  # days of silence after each of which it counts half
WORD, REAL = pa.string(), pa.float64()
TEXTS = ("person_id", "name", "why", "rule", "next_rule", "lacks")
REALS = ("have", "need", "missing", "nearness")


class Noticed(NamedTuple):
    """Who gives a signal: their ids, the place of the strongest in the rhythms, its chance, and how sure it is."""

    ids: pa.Array
    place: Ints
    chance: Floats
    sure: Floats


@dataclass(frozen=True)
class Signals:
    """Everyone's rhythm and year by an instant. kinds: names by code."""

    at: int
    kinds: Sequence[str]
    found: Rhythm
    given: Given

    @classmethod
    def of(cls, buckets: Buckets, kinds: Frame, at: int) -> Signals:
        """Read people's lives up to an instant (µs). kinds: a table as `schema.KINDS`."""
        meanings = Meanings.read(buckets.codes, kinds)
        money = np.array([word == "money" for word in meanings.words("gives")], np.bool_)
        return cls(at, list(buckets.codes["kind"]), rhythm.rhythms(buckets, at), sum_year(buckets, at, money))

    def noticed(self, which: str) -> Noticed:
        """Return who gives a signal. which: QUIET or RISING."""
        strongest = rhythm.strongest(self.found, self.found.quiet if which == QUIET else self.found.rising)
        some = np.flatnonzero(strongest.chance <= UNSURE)
        place, chance, whole = strongest.place[some], strongest.chance[some], strongest.whole[some]
        sure = (1 - chance) * np.where(whole, 1.0, PARTLY)
        if which == QUIET:
            sure *= 0.5 ** ((self.at // DAY - self.found.last[place]) / FADES)
        return Noticed(person_ids(strongest.person[some]), place, chance, sure)

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """Return every person's signals, by id: what (QUIET or RISING), rhythm (in words) and chance."""
        found: dict[str, list[dict[str, Any]]] = {}
        for which in (QUIET, RISING):
            ids, places, chances, _ = self.noticed(which)
            for one, place, chance in zip(ids.to_pylist(), places.tolist(), chances.tolist(), strict=True):
                said = {"what": which, "rhythm": self.words(which, place), "chance": chance}
                found.setdefault(one, []).append(said)
        return found

    def words(self, which: str, place: int) -> str:
        """Say a signal in words."""
        if which == RISING:
            return rhythm.rise_in_words(self.found, place, self.kinds)
        last = int(self.found.last[place])
        when = {"until": day(moment(last * DAY)), "days": str(int(self.at // DAY) - last)}
        return rhythm.silence_in_words(self.found, place, self.kinds, when)

    def stakes(self, standing: nw.LazyFrame[Any]) -> tuple[pa.Array, Floats]:
        """Return everyone on a ladder, and what is at stake with each. standing: columns person_id and level."""
        table = tables.collect(standing, "person_id", "level")
        ids = table["person_id"].combine_chunks().cast(pa.string())
        level = np.asarray(table["level"].combine_chunks().to_numpy(zero_copy_only=False), np.int64)
        return ids, stakes(place_in(ids, person_ids(self.given.person)), level, self.given)

    def in_order(self, listed: pa.Table, which: str, at_stake: tuple[pa.Array, Floats]) -> pa.Table:
        """Put signals, and what is at stake, beside people whose `why` is the ladder's, or null where it has none.

        Returns: them in order, with rhythm (in words) and chance, null where there is no signal, and stake; of those
        who are equal, whose level began last comes first.
        """
        noticed, ids = self.noticed(which), listed["person_id"].cast(pa.string()).combine_chunks()
        place, everyone = place_in(ids, noticed.ids), place_in(ids, at_stake[0])
        none, said = place < 0, [*(self.words(which, one) for one in noticed.place.tolist()), None]
        stake = np.append(at_stake[1], 0.0)[everyone]
        why = pc.fill_null(listed["why"].cast(pa.string()), which)
        reason = np.array([SURE.get(word, 0.0) for word in why.to_pylist()], np.float64)
        score = stake * np.where(none, reason, np.maximum(reason, np.append(noticed.sure, 0.0)[place]))
        more = {
            "why": why,
            "rhythm": pa.array([said[one] for one in place.tolist()], WORD),
            "chance": pa.array(np.append(noticed.chance, 1.0)[place], REAL, mask=none),
            "stake": pa.array(stake, REAL),
            "score": pa.array(score, REAL),
        }
        full = listed.drop_columns(["why"])
        for name, values in more.items():
            full = full.append_column(name, values)
        order = [("score", "descending"), ("since", "descending"), ("person_id", "ascending")]
        return full.take(pc.sort_indices(full, sort_keys=order)).drop_columns(["score"])


def place_in(ids: pa.Array, known: pa.Array) -> Ints:
    """Return the place of each of some people among known ones, -1 for none."""
    found: Ints = pc.fill_null(pc.index_in(ids, value_set=known), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def among(noticed: Noticed) -> nw.Expr:
    """Tell which rows are of people who give a signal."""
    return nw.col("person_id").is_in(noticed.ids.to_pylist()) if len(noticed.ids) else nw.lit(value=False)


def with_types(table: pa.Table) -> pa.Table:
    """Return people as listed with the types of results: engines call numbers and texts by several."""
    fields = [(name, WORD if name in TEXTS else REAL if name in REALS else pa.int64()) for name in table.column_names]
    return table.cast(pa.schema(fields))
