"""When did each person stand on which level, and what tipped it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.kinds import Kinds
from ziggurat.levels import lives as s
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.plan import FOREVER, MICRO, WORTH, Codes, Plan, plan
from ziggurat.levels.run import NOBODY, run
from ziggurat.people.ids import person_ids
from ziggurat.schema import LEVELS, STANDINGS

CODED = ("person", "at", "kind", "channel", "activity", "direction", "amount", "minutes", "score")
READ = (*CODED, "source", "interaction_id")  # what `levels` needs of a history; `standings` needs CODED
CHANGES = ("first", "climb", "slip")
NO_RAISES = s.Raises(NOBODY, NOBODY, NOBODY, NOBODY)
PAIRED = pa.field("person", pa.int64())  # behind the declared columns, for joins by number

Ints = npt.NDArray[np.int64]


def levels(
    history: pa.Table,
    codes: dict[str, list[str]],
    ladder: Ladder,
    kinds: Kinds,
    *,
    raises: s.Raises = NO_RAISES,
    leave_out: Ints = NOBODY,
) -> pa.Table:
    """Return the level history of the people in one bucket: columns of `schema.LEVELS`, and `person`, her hash.

    history: sorted rows with the columns READ. leave_out: people who sit on no ladder, staff and anonymous
    ones, sorted.
    What is said of an instant depends on nothing later; an `until` may lie in the future, if nothing more happens.
    """
    steps = plan(ladder, Codes(codes["kind"], codes["channel"], codes["activity"]), kinds)
    lives = arrays(history)
    rows, _ = run(steps, lives, raises, leave_out=leave_out)
    person = lives.person[rows[:, s.ROW]]
    cause = rows[:, s.CAUSE]
    facts = history.select(["interaction_id", "source", "kind", "channel", "activity"]).take(
        pa.array(cause, mask=cause < 0)
    )
    words = [*ladder.words(), "raised by hand"]
    columns = {
        "person_id": person_ids(person),
        "ladder": repeated(ladder.name, len(person)),
        "level": pa.array(rows[:, s.LEVEL_NOW].astype(np.int16)),
        "since": pa.array(rows[:, s.SINCE]),
        "until": ends(rows[:, s.UNTIL]),
        "change": worded(rows[:, s.CHANGE], CHANGES),
        "from_level": pa.array(rows[:, s.FROM].astype(np.int16), mask=rows[:, s.FROM] < 0),
        "rule": worded(np.where(rows[:, s.RULE] == s.RAISED, len(words) - 1, rows[:, s.RULE]), words),
        "cause": facts["interaction_id"].combine_chunks(),
        "cause_source": worded(of(facts["source"]), codes["source"]),
        "cause_kind": worded(of(facts["kind"]), codes["kind"]),
        "cause_channel": worded(of(facts["channel"]), codes["channel"]),
        "cause_activity": worded(of(facts["activity"]), codes["activity"]),
        "person": pa.array(person),
    }
    return pa.table(columns)


def standings(
    history: pa.Table,
    codes: dict[str, list[str]],
    ladder: Ladder,
    kinds: Kinds,
    *,
    at: int,
    raises: s.Raises = NO_RAISES,
    leave_out: Ints = NOBODY,
) -> pa.Table:
    """Return how everyone in one bucket stands at an instant (µs): columns of `schema.STANDINGS`, and `person`.

    history: sorted rows with the columns CODED. Interactions later than `at` are not looked at.
    """
    steps = plan(ladder, Codes(codes["kind"], codes["channel"], codes["activity"]), kinds)
    lives = arrays(history)
    _, states = run(steps, lives, raises, at, leave_out)
    person = lives.person[states[:, s.PERSON]]
    have, need = measured(steps, states)
    level, rule = states[:, s.NOW], states[:, s.NEXT_RULE]
    top = rule < 0
    columns = {
        "person_id": person_ids(person),
        "ladder": repeated(ladder.name, len(person)),
        "level": pa.array(level.astype(np.int16)),
        "since": pa.array(states[:, s.NOW_SINCE]),
        "first_level": pa.array(states[:, s.ORIGIN].astype(np.int16)),
        "first_at": pa.array(states[:, s.FIRST_AT]),
        "last_at": ends(states[:, s.LAST_AT]),
        "peak": pa.array(states[:, s.PEAK].astype(np.int16)),
        "peak_at": pa.array(states[:, s.PEAK_AT]),
        "lapsed_at": ends(states[:, s.LAPSED]),
        "slips_at": ends(states[:, s.SLIPS]),
        "next_level": pa.array((level + 1).astype(np.int16), mask=top),
        "next_rule": worded(rule, ladder.words()),
        "have": pa.array(have, mask=top),
        "need": pa.array(need, mask=top),
        "nearness": pa.array(np.minimum(1.0, have / need), mask=top),
        "person": pa.array(person),
    }
    return pa.table(columns)


def measured(steps: Plan, states: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how much there is of what the next rule needs, and how much it needs, in the rule's own unit."""
    rule = np.maximum(states[:, s.NEXT_RULE], 0)
    unit = np.where(steps.test[rule] == WORTH, float(MICRO), 1.0)
    return states[:, s.HAVE] / unit, np.maximum(1, steps.need[rule]) / unit


def arrays(history: pa.Table) -> s.Lives:
    """Return a history's columns as the kernel reads them."""
    return s.Lives(*(filled(history[name]) for name in CODED))


def filled(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return a column as one array; nan where a float is missing."""
    values = column.combine_chunks()
    if pa.types.is_floating(values.type) and values.null_count:
        values = pc.fill_null(values, float("nan"))
    array: npt.NDArray[Any] = values.to_numpy(zero_copy_only=False)
    return array


def of(codes: pa.ChunkedArray) -> Ints:
    """Return codes as integers, -1 where there is none."""
    return np.asarray(pc.fill_null(codes, -1).combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def worded(codes: Ints, words: Sequence[str]) -> pa.DictionaryArray:
    """Return words for their positions; null for a negative one."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def repeated(word: str, times: int) -> pa.DictionaryArray:
    """Return a column that says the same everywhere."""
    return worded(np.zeros(times, np.int64), [word])


def ends(instants: Ints) -> pa.Array:
    """Return instants, null for one that never comes."""
    return pa.array(instants, mask=instants >= int(FOREVER))


def empty(schema: pa.Schema) -> pa.Table:
    """Return no rows, with the columns of a schema and `person`."""
    return schema.append(PAIRED).empty_table()


EMPTY = {"levels": empty(LEVELS), "standings": empty(STANDINGS)}
