"""Which words are in each of many texts?

Texts are cut at white space, all of them at once, and every different word is kept once: what follows from how a word
is written is worked out once a word, and what follows from their order is arithmetic on whole numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


class Words(NamedTuple):
    """The words of n texts in order.

    distinct: every different word, as written. word: for each word of all texts, its place in `distinct`.
    begin (n + 1,): where in `word` each text begins, and where the last one ends. A text that is null has no words.
    """

    distinct: list[str]
    word: npt.NDArray[np.int32]
    begin: Ints


def split(texts: pa.Array) -> Words:
    """Cut texts at white space, which is what Python's `str.split` takes for it; punctuation stays with its word.

    >>> split(pa.array(["so good, so cheap", None, ""]))[1:]
    (array([0, 1, 0, 2], dtype=int32), array([0, 4, 4, 4]))
    """
    # PyArrow 26 reads beyond the last text of an array where that ends with white space, so no text may.
    lists = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(texts))
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    coded = lists.flatten().dictionary_encode()
    distinct: list[str] = coded.dictionary.to_pylist()
    word = coded.indices.to_numpy(zero_copy_only=False)
    begin = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if "" not in distinct:
        return Words(distinct, word, begin)
    kept = word != distinct.index("")  # white space at an end of a text is followed by an empty word
    return Words(distinct, word[kept], np.concatenate([[0], np.cumsum(kept)])[begin])
