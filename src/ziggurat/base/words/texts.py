"""How are names, texts and lists written in a sentence?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ziggurat.base.errors import DeclarationError

LONGEST = 48  # characters of a name from outside
JOINERS = "\u200c\u200d"  # invisible, and needed to write names and emoji


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Return a name or text from outside on one line, cut, without signs that steer a terminal, a printer or the
    direction in which the rest of the sentence is written.

    >>> plain("Ana\n\u202eWeb \x00 of"), plain("x" * 60, 10)
    ('Ana Web of', 'xxxxxxxxx…')
    """
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" or sign in JOINERS else " " for sign in text)
    line = re.sub(r"\s+", " ", kept).strip()
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def listed(words: Sequence[str]) -> str:
    """Write some words in a row.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def refuse_nul(values: Iterable[Any]) -> None:
    """Look through values that are to be kept, however they are nested.

    Raises: DeclarationError if one is or holds a text with a NUL, which files and databases take for the end of a text.
    """
    for value in values:
        if isinstance(value, str):
            if "\x00" in value:
                raise DeclarationError(f"'{plain(value)}' has a sign in it that no text can have (NUL); take it out.")
        elif isinstance(value, Mapping):
            refuse_nul((*value.keys(), *value.values()))
        elif isinstance(value, (list, tuple)):
            refuse_nul(value)
