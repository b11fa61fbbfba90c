"""How a person's hash is written as an id, and read again."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError
from ziggurat.stats.jit import jit

WIDTH = 17
FORM = re.compile(r"p[0-7][0-9a-f]{15}")
ZERO, A, P = (ord(letter) for letter in "0ap")


def person_id(person: int) -> str:
    """Write a person's hash as an id.

    >>> person_id(255)
    'p00000000000000ff'
    """
    return f"p{person:016x}"


def person_ids(people: npt.NDArray[np.int64]) -> pa.StringArray:
    """Write many hashes as ids at once."""
    if not people.size:  # no loop need be loaded for it
        return pa.array([], pa.string())
    letters = spell_ids(np.ascontiguousarray(people))
    offsets = np.arange(0, WIDTH * people.size + 1, WIDTH, dtype=np.int64)
    array = pa.LargeStringArray.from_buffers(people.size, pa.py_buffer(offsets), pa.py_buffer(letters))
    return array.cast(pa.string())


@jit
def spell_ids(people: Any) -> Any:
    """Return the letters of ids, a row each."""
    letters = np.empty((people.size, WIDTH), np.uint8)
    for row in range(people.size):
        letters[row, 0] = P
        rest = people[row]
        for place in range(WIDTH - 1, 0, -1):
            digit = rest & 15
            letters[row, place] = ZERO + digit if digit < 10 else A + digit - 10
            rest >>= 4
    return letters


def people_of(ids: pa.StringArray) -> npt.NDArray[np.int64]:
    """Read many ids at once. Raises: QuestionError if one is none.

    >>> people_of(pa.array(["p00000000000000ff"])).tolist()
    [255]
    """
    if not pc.all(pc.match_substring_regex(ids, f"^{FORM.pattern}$"), min_count=0).as_py():
        raise QuestionError("a person's id is 'p' and 16 hex digits; these tables hold others, of no history.")
    return np.frombuffer(bytes.fromhex("".join(one[1:] for one in ids.to_pylist())), ">i8").astype(np.int64)


def person_of(person: str) -> int:
    """Read an id. Raises: QuestionError if it is none."""
    if not FORM.fullmatch(person):
        raise QuestionError(
            f"'{person[:40]}' is no person's id; an id is 'p' and 16 hex digits, as `people` lists them."
        )
    return int(person[1:], 16)
