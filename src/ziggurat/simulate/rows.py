"""How do simulated events become rows of the log? They are gathered as numbers, and written out as text at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.simulate.draws import Clock, Ints
from ziggurat.simulate.words import CHANNELS, KINDS, OFFICE, SOURCES

CODED = ("actor", "channel", "kind", "direction", "activity", "counterpart", "object", "text", "device")
NUMBERS = ("amount", "minutes", "score")
LISTS = {"channel": CHANNELS, "kind": KINDS, "direction": schema.DIRECTIONS, "device": schema.DEVICES}
SYSTEMS = (OFFICE, *SOURCES.values())
SYSTEM_OF = np.array([SYSTEMS.index(SOURCES.get(channel, OFFICE)) for channel in CHANNELS])


class Rows:
    """Interactions, gathered in any order. Whatever happens outside the clock's time is left out."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.count = 0
        self.parts: list[dict[str, Any]] = []
        self.words: dict[str, list[str]] = {"activity": [], "object": []}

    def names(self, column: str, names: Sequence[str]) -> Ints:
        """Note activities or objects, and return their codes."""
        known = self.words[column]
        known.extend(names)
        return np.arange(len(known) - len(names), len(known))

    def name(self, column: str, name: str) -> int:
        """Note one activity or object, and return its code."""
        return int(self.names(column, [name])[0])

    def add(self, at: Ints, actor: Ints, channel: Any, kind: Any, direction: str = "in", **more: Any) -> Ints:
        """Add a row for each instant, and return their numbers, -1 for one that is outside the time.

        channel, kind: a word for all of them, or codes in CHANNELS and KINDS. actor, counterpart: positions in the
        list of identities. activity, object: codes of `names`. text: positions in the list of texts. reply_to: number
        of the row that it answers, which must be earlier. -1 stands for none. amount, minutes, score: NaN for none.
        """
        inside = (at >= self.clock.start) & (at < self.clock.end)
        given = {"actor": actor, "channel": channel, "kind": kind, "direction": direction, **more}
        part = {name: self.column(name, value, at.size)[inside] for name, value in given.items()}
        part["at"] = at[inside]
        size = part["at"].size
        part["number"] = self.count + np.arange(size)
        numbers = np.full(at.size, -1, np.int64)
        numbers[inside] = part["number"]
        self.count += size
        self.parts.append(part)
        return numbers

    @staticmethod
    def column(name: str, value: Any, size: int) -> Any:
        """Return a column of numbers from what was given for it."""
        if isinstance(value, str):
            value = LISTS[name].index(value)
        return np.broadcast_to(np.asarray(value), (size,))

    def gathered(self, name: str) -> Any:
        """Return one column of all rows, in the order in which they were added."""
        empty: Any = np.nan if name in NUMBERS else -1
        kind = np.float64 if name in NUMBERS else np.int64
        filled = [np.asarray(part.get(name, np.full(part["at"].size, empty)), kind) for part in self.parts]
        return np.concatenate([np.empty(0, kind), *filled])

    def table(self, identities: pa.Array, texts: pa.Array) -> tuple[pa.Table, Ints]:
        """Return the rows as `schema.INTERACTIONS`, oldest first, and the number of each."""
        at, number = self.gathered("at"), self.gathered("number")
        order = np.lexsort((number, at))
        words = LISTS | self.words | {"actor": identities, "counterpart": identities, "text": texts}
        ids = row_ids(number[order])
        reply = self.gathered("reply_to")[order]
        columns: dict[str, pa.Array] = {
            "interaction_id": ids,
            "source": words_of_codes(SYSTEM_OF[self.gathered("channel")][order], SYSTEMS),
            "at": pa.array(at[order]).cast(schema.INSTANT),
            "received_at": pa.array(at[order]).cast(schema.INSTANT),
            "in_reply_to": row_ids(reply, reply >= 0),
        }
        columns |= {name: words_of_codes(self.gathered(name)[order], words[name]) for name in CODED}
        for name in NUMBERS:
            values = self.gathered(name)[order]
            columns[name] = pa.array(values, mask=np.isnan(values))
        columns["properties"] = pa.nulls(order.size, pa.string())
        return pa.table([columns[name] for name in schema.INTERACTIONS.names], schema=schema.INTERACTIONS), number[
            order
        ]


def words_of_codes(codes: Ints, words: Any) -> pa.Array:
    """Return the word of each code, null for -1."""
    known = words if isinstance(words, pa.Array) else pa.array(list(words), pa.string())
    return known.take(pa.array(codes, mask=codes < 0)).cast(pa.string())


def row_ids(numbers: Ints, there: Any = None) -> pa.Array:
    """Return the ids of rows by their numbers: `i` and the number; null where there is none."""
    gaps = None if there is None else ~there
    texts = pa.array(numbers, mask=gaps).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar("i"), texts, "")
