"""Lives as the folds read them: sorted, coded rows, made from interactions or from the acts of the naïve evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tests.levels.naive import Act, Raise
from tests.written import EPOCH
from ziggurat.base import kinds
from ziggurat.base.schema import DIRECTIONS
from ziggurat.levels import history as folds
from ziggurat.levels.ladder import Ladder, parse
from ziggurat.levels.lives import Raises
from ziggurat.levels.readings import NOTHING
from ziggurat.levels.story import why
from ziggurat.log.histories import COLUMNS
from ziggurat.speech.tones import SAYINGS

KINDS = kinds.load()
Row = dict[str, Any]


class Lived:
    """Some people's lives. person: who, by number in order of the alphabet."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """rows: dicts with the columns of `schema.INTERACTIONS`, at as µs, and a sortable actor."""
        order = sorted(rows, key=lambda row: (row["actor"], row["at"], row["interaction_id"], row["source"]))
        self.who = sorted({row["actor"] for row in order})
        self.codes = {
            column: sorted({row[column] for row in order if row[column] is not None})
            for column in ("kind", "channel", "activity", "source")
        }
        coded = [
            {
                **{name: row.get(name) for name in COLUMNS.names if name in row},
                **{c: -1 if row[c] is None else values.index(row[c]) for c, values in self.codes.items()},
                "person": self.who.index(row["actor"]),
                "direction": DIRECTIONS.index(row["direction"]),
                "actor": str(row["actor"]),
                "import_no": 1,
            }
            for row in order
        ]
        tones = [SAYINGS.index(row.get("tone", "silent")) for row in order]
        table = pa.Table.from_pylist(coded, schema=COLUMNS)
        self.table = table.append_column("tone", pa.array(tones, pa.int8()))
        self.beside = NOTHING

    def levels(self, ladder: Ladder, raises: Sequence[Sequence[Raise]] = ()) -> list[Row]:
        """The level history, in order of person and time."""
        table = self.table.select(folds.columns_needed(ladder, folds.READ))  # as they are read from files
        return folds.levels(table, self.codes, ladder, KINDS, raises=lifted(raises), beside=self.beside).to_pylist()

    def standings(self, ladder: Ladder, at: int, raises: Sequence[Sequence[Raise]] = ()) -> list[Row]:
        """How all who are known stand at an instant."""
        table = self.table.select(folds.codes_needed(ladder))  # as they are read from files
        return folds.standings(
            table, self.codes, ladder, KINDS, at=at, raises=lifted(raises), beside=self.beside
        ).to_pylist()

    def why(self, ladder: Ladder, at: int, person: int = 0) -> list[Row]:
        """What is said of each rule at an instant, of one person."""
        own = self.table.filter(np.asarray(self.table["person"]) == person)
        return why(own, self.codes, ladder, KINDS, levels=range(len(ladder.names)), at=at, beside=self.beside)


def told(interactions: pa.Table) -> Lived:
    """Lives from a table of interactions."""
    rows = interactions.to_pylist()
    return Lived([{**row, "at": (row["at"] - EPOCH).days * 86_400_000_000 + of_day(row["at"])} for row in rows])


def of_day(at: Any) -> int:
    """Microseconds since midnight."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def acted(*lives: Sequence[Act]) -> Lived:
    """Lives from acts, one sequence a person."""
    return Lived([
        {
            "interaction_id": act.id, "source": "test", "at": act.at, "actor": person, "channel": act.channel,
            "kind": act.kind, "direction": act.direction, "activity": act.activity, "amount": act.amount,
            "minutes": act.minutes, "score": act.score, "tone": act.tone,
        }
        for person, life in enumerate(lives)
        for act in life
    ])  # fmt: skip


def lifted(raises: Sequence[Sequence[Raise]]) -> Raises:
    """Raises by hand, one sequence a person, as the sweep reads them."""
    flat = sorted((person, r.since, r.level, r.until) for person, some in enumerate(raises) for r in some)
    person, since, level, until = (np.array([row[i] for row in flat], np.int64) for i in range(4))
    return Raises(person, level, since, until)


def ladder(*levels: Any, grace: Sequence[float] = ()) -> Ladder:
    """A ladder of one level for each argument: a rule, or a list of rules, as TOML would give them."""
    made = [
        {
            "name": f"L{number}",
            "rules": rules if isinstance(rules, list) else [rules],
            "grace_days": grace[number - 1] if number <= len(grace) else 0.0,
        }
        for number, rules in enumerate(levels, 1)
    ]
    return parse({"name": "own", "levels": made}, KINDS)
