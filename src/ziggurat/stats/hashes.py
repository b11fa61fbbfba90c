"""Which texts are the same, told by one number each?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
NONE = 0  # of a null


def hashes(texts: pa.Array | pa.ChunkedArray) -> Ints:
    """Return a 63-bit hash of each text, above 0; NONE of a null.

    The same text has the same number in every process and on every machine; two of a million different ones share one
    with a chance of 10⁻⁷.
    Source: Fowler, Noll & Vo (FNV-1a), and the finaliser of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA).
    """
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    plain = whole.cast(pa.large_string())
    found = np.zeros(len(plain), np.int64)
    if not len(plain) or plain.null_count == len(plain):
        return found
    _, ends, letters = plain.buffers()
    offsets = np.frombuffer(ends, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    hashed(offsets, np.frombuffer(letters or b"", np.uint8), found)
    return np.where(np.asarray(plain.is_valid().to_numpy(zero_copy_only=False), np.bool_), found, NONE)


@jit
def hashed(offsets: Any, letters: Any, out: Any) -> None:
    """Write the hash of each text; `offsets` say where it begins and ends in `letters`."""
    for text in range(out.size):
        value = np.uint64(14695981039346656037)
        for place in range(offsets[text], offsets[text + 1]):
            value = (value ^ np.uint64(letters[place])) * np.uint64(1099511628211)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        value = (value ^ (value >> np.uint64(31))) >> np.uint64(1)
        out[text] = max(np.int64(value), np.int64(1))
