"""What was said outright of a file's mapping, piece by piece, and what of one that was there does that change?"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

import msgspec

from ziggurat.base import declare
from ziggurat.sources.mapping import Mapping

Said = Dict[str, Any]  # key of a mapping → its value, or the part of it that was said; and `recipe`: its name, or none
LAYOUT = ("delimiter", "encoding", "skip_lines", "header_lines", "sheet")


def over(base: Mapping, said: Said, where: str = "what was said") -> Mapping:
    """Return the mapping with what was said put over it: single keys replaced, tables added to.

    Raises: DeclarationError if it says what can't be; it starts with `where`.
    """
    declared = msgspec.to_builtins(base)
    for key, value in said.items():
        if key == "recipe":
            continue
        declared[key] = {**declared.get(key, {}), **value} if isinstance(value, Dict) else value
    return declare.convert(declared, Mapping, where)
