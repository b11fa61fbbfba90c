"""What is a person called? `Ng, Ana` and `"Ana Ng" <ana@x.org>` both are Ana Ng."""

from __future__ import annotations

import re

BEFORE_ADDRESS = re.compile(r'^\s*"?(.*?)"?\s*<[^<>\s]+@[^<>\s]+>\s*$', re.S)
LAST_FIRST = re.compile(r"\s*([^\d,&/()@]+),\s*([^\d,&/()@]+?)\s*")
PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "di", "del", "della", "der", "den", "des", "van", "von", "vom", "zu", "zur", "la",
    "le", "les", "el", "al", "bin", "ibn", "ben", "ten", "ter", "te", "op", "af", "av", "y", "e",
})  # fmt: skip
# What stands behind the comma of other names: titles, degrees, and the legal forms of firms.
BEHIND = frozenset({
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "dds", "dvm", "do", "rn", "cpa", "mba", "ma", "ba", "msc", "bsc",
    "mph", "jd", "llm", "edd", "psyd", "pe", "inc", "llc", "ltd", "llp", "lp", "plc", "corp", "co", "gmbh", "mbh", "ag",
    "kg", "ug", "ev", "ggmbh", "sa", "sl", "srl", "sarl", "sas", "bv", "nv", "oy", "ab", "as", "aps", "spa", "pty",
    "limited", "incorporated", "the",
})  # fmt: skip
WORDS = 3  # that a first or a last name has at most


def full_name(text: str) -> str:
    """Return a name with the first name first, without an address behind it. What is no name of two parts stays.

    >>> full_name("Ng, Ana"), full_name('"van der Berg, Bo" <bo@x.org>'), full_name("Acme, Inc."), full_name("Ana Ng")
    ('Ana Ng', 'Bo van der Berg', 'Acme, Inc.', 'Ana Ng')
    """
    if found := BEFORE_ADDRESS.match(text):
        text = found[1]
    parts = LAST_FIRST.fullmatch(text)
    return f"{parts[2]} {parts[1]}" if parts and is_name(parts[1]) and is_name(parts[2]) else text


def is_name(part: str) -> bool:
    """Say whether one side of a comma may be a first or a last name: few words, each as names are written."""
    words = part.split()
    if not 0 < len(words) <= WORDS + 1 or any(word.replace(".", "").lower() in BEHIND for word in words):
        return False
    return any(word[:1] == word[:1].upper() for word in words) and all(
        word.lower() in PARTICLES or (word[:1].isalpha() and word[:1] == word[:1].upper()) for word in words
    )
