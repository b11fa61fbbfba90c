"""When did each person stand on which level, and what tipped it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import DIRECTIONS
from ziggurat.levels import lives as s
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.plan import FOREVER, MICRO, OUT, WORTH, Codes, Plan, plan
from ziggurat.levels.readings import NOTHING as NOTHING_BESIDE
from ziggurat.levels.readings import Beside, asks, readings
from ziggurat.levels.run import NOBODY, run
from ziggurat.log.histories import COLUMNS
from ziggurat.log.merge import whole
from ziggurat.people.ids import person_ids
from ziggurat.stats.jit import jit

CODED = ("person", "at", "kind", "channel", "activity", "direction", "amount", "minutes", "score", "tone")
READ = (*CODED, "source", "interaction_id")  # what `levels` needs of a history; `standings` needs CODED
MEASURED = ("amount", "minutes", "score", "tone")  # of these, only those that a rule looks at: see `needed`
CHANGES = ("first", "climb", "slip")
NO_RAISES = s.Raises(NOBODY, NOBODY, NOBODY, NOBODY)
PAIRED = pa.field("person", pa.int64())  # behind the declared columns, for joins by number

Ints = npt.NDArray[np.int64]
NOTHING = {name: np.empty(0, COLUMNS.field(name).type.to_pandas_dtype()) for name in CODED if name != "tone"}
NOTHING["tone"] = np.empty(0, np.int8)
for none in NOTHING.values():
    none.flags.writeable = False  # as columns are: the kernel is compiled for one kind of arrays


def columns_needed(ladder: Ladder, columns: Sequence[str]) -> list[str]:
    """Return those of the columns READ or CODED that a ladder needs: most look at no scores or minutes."""
    rules = [rule for _, rule in ladder.rules()]
    seen: set[str] = {rule.of for rule in rules if rule.worth is not None}
    seen |= {"amount"} if any(rule.min_amount is not None for rule in rules) else set()
    seen |= {"score"} if any(rule.min_score is not None or rule.says or rule.stance for rule in rules) else set()
    seen |= asks(ladder) & {"tone"}
    return [name for name in columns if name not in MEASURED or name in seen]


def codes_needed(ladder: Ladder) -> list[str]:
    """Return those of CODED that the sweep looks at; `levels` says where its causes were, and needs more."""
    rules = [rule for _, rule in ladder.rules()]
    # one rule with a filter makes the sweep ask for channel and activity alike
    filtered = any(rule.channels or rule.activities or rule.min_amount is not None for rule in rules)
    filtered |= any(rule.min_score is not None or rule.says for rule in rules)
    seen = {"channel": filtered or any(rule.on_channels for rule in rules), "activity": filtered}
    return [name for name in columns_needed(ladder, CODED) if seen.get(name, True)]


def levels(
    history: pa.Table,
    codes: dict[str, list[str]],
    ladder: Ladder,
    kinds: Kinds,
    *,
    raises: s.Raises = NO_RAISES,
    leave_out: Ints = NOBODY,
    beside: Beside = NOTHING_BESIDE,
) -> pa.Table:
    """Return the level history of the people in one bucket: columns of `schema.LEVELS`, and `person`, her hash.

    history: sorted rows with the columns READ, those at least that are `needed`; `tone` is as `speech.tones` has it.
    leave_out: people who sit on no ladder, staff and anonymous ones, sorted. beside: what the ladder `asks` for.
    What is said of an instant depends on nothing later; an `until` may lie in the future, if nothing more happens.
    """
    steps = plan(ladder, Codes(codes["kind"], codes["channel"], codes["activity"]), kinds)
    lives = arrays(history, columns_needed(ladder, CODED))
    read = readings(lives, codes["kind"], ladder, kinds, beside)
    rows, _ = run(steps, read.lives, raises, leave_out=leave_out, gates=read.gates, says=read.says)
    person = read.lives.person[rows[:, s.ROW]]
    cause = np.ascontiguousarray(rows[:, s.CAUSE])
    if read.row is not None:
        cause = np.append(read.row, -1)[cause]
    source = fill_nulls(history["source"])
    words = [*ladder.words(), "raised by hand"]
    columns = {
        "person_id": person_ids(person),
        "ladder": repeat_value(ladder.name, len(person)),
        "level": pa.array(rows[:, s.LEVEL_NOW].astype(np.int16)),
        "since": pa.array(rows[:, s.SINCE]),
        "until": ends(rows[:, s.UNTIL]),
        "change": words_at(rows[:, s.CHANGE], CHANGES),
        "from_level": pa.array(rows[:, s.FROM].astype(np.int16), mask=rows[:, s.FROM] < 0),
        "rule": words_at(np.where(rows[:, s.RULE] == s.RAISED, len(words) - 1, rows[:, s.RULE]), words),
        "cause": whole(history["interaction_id"]).take(pa.array(cause, mask=cause < 0)),
        "cause_source": words_at(at_rows(source, cause), codes["source"]),
        "cause_kind": words_at(at_rows(lives.kind, cause), codes["kind"]),
        "cause_channel": words_at(at_rows(lives.channel, cause), codes["channel"]),
        "cause_activity": words_at(at_rows(lives.activity, cause), codes["activity"]),
        "person": pa.array(person),
    }
    return pa.table(columns)


def standings(
    history: pa.Table | s.Lives,
    codes: dict[str, list[str]],
    ladder: Ladder,
    kinds: Kinds,
    *,
    at: int,
    raises: s.Raises = NO_RAISES,
    leave_out: Ints = NOBODY,
    beside: Beside = NOTHING_BESIDE,
) -> pa.Table:
    """Return how everyone in one bucket stands at an instant (µs): columns of `schema.STANDINGS`, and `person`.

    history: sorted rows with the columns CODED, those at least that are `looked_at`, or the same as the sweep reads
    them. Interactions later than `at` are not looked at.
    """
    lives = history if isinstance(history, s.Lives) else arrays(history, codes_needed(ladder))
    steps = plan(ladder, Codes(codes["kind"], codes["channel"], codes["activity"]), kinds)
    read = readings(lives, codes["kind"], ladder, kinds, beside)
    lives = read.lives
    _, states = run(steps, lives, raises, at, leave_out, gates=read.gates, says=read.says)
    person = lives.person[states[:, s.PERSON]]
    have, need = measure_next(steps, states)
    level, rule = states[:, s.NOW], states[:, s.NEXT_RULE]
    top = rule < 0
    lacking = [", ".join(one.conditions_in_words()) for _, one in ladder.rules()]
    columns = {
        "person_id": person_ids(person),
        "ladder": repeat_value(ladder.name, len(person)),
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
        "next_rule": words_at(rule, ladder.words()),
        "have": pa.array(have, mask=top),
        "need": pa.array(need, mask=top),
        "nearness": pa.array(np.minimum(1.0, have / need) / (1 + states[:, s.LACKS]), mask=top),
        "lacks": words_at(np.where(states[:, s.LACKS] == 1, rule, -1), lacking),
        "person": pa.array(person),
    }
    return pa.table(columns)


def measure_next(steps: Plan, states: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how much there is of what the next rule needs, and how much it needs, in the rule's own unit."""
    rule = np.maximum(states[:, s.NEXT_RULE], 0)
    unit = np.where(steps.test[rule] == WORTH, float(MICRO), 1.0)
    return states[:, s.HAVE] / unit, np.maximum(1, steps.need[rule]) / unit


def arrays(history: pa.Table, columns: Sequence[str] = CODED) -> s.Lives:
    """Return a history's columns as the kernel reads them; nothing in place of those that are not among the given."""
    there = [name for name in CODED if name in columns and (name != "tone" or name in history.column_names)]
    return lives_of({name: fill_nulls(history[name]) for name in there})


def lives_of(columns: Mapping[str, npt.NDArray[Any]]) -> s.Lives:
    """Return columns as the kernel reads them; nothing in place of those that are not given.

    What was inside the organisation is nobody's act, as what is sent is none of who gets it.
    """
    way = columns.get("direction")
    if way is not None and way.size and way.max() >= len(DIRECTIONS):
        columns = {**columns, "direction": np.where(way < len(DIRECTIONS), way, OUT).astype(way.dtype)}
    return s.Lives(*(columns.get(name, NOTHING[name]) for name in CODED))


def fill_nulls(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return a column as one array; nan where a float is missing."""
    values = whole(column)
    if pa.types.is_floating(values.type) and values.null_count:
        values = pc.fill_null(values, float("nan"))
    array: npt.NDArray[Any] = values.to_numpy(zero_copy_only=False)
    return array


@jit
def at_rows(codes: Any, rows: Any) -> Any:
    """Return the codes at some rows, -1 for a negative row."""
    found = np.empty(rows.size, np.int32)
    for nth in range(rows.size):
        found[nth] = codes[rows[nth]] if rows[nth] >= 0 else -1
    return found


def words_at(codes: npt.NDArray[Any], words: Sequence[str]) -> pa.DictionaryArray:
    """Return words for their positions; null for a negative one."""
    indices = pa.array(codes.astype(np.int32, copy=False), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def repeat_value(word: str, times: int) -> pa.DictionaryArray:
    """Return a column that says the same everywhere."""
    return words_at(np.zeros(times, np.int64), [word])


def ends(instants: Ints) -> pa.Array:
    """Return instants, null for one that never comes."""
    return pa.array(instants, mask=instants >= int(FOREVER))


def empty(schema: pa.Schema) -> pa.Table:
    """Return no rows, with the columns of a schema and `person`."""
    return schema.append(PAIRED).empty_table()
