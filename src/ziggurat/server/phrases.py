"""To which page does a part of a sentence lead?"""

from __future__ import annotations

from ziggurat.news import Phrase
from ziggurat.server.render import ROW, link


def opens(phrase: Phrase) -> str:
    """Return the address to which a part of a sentence opens, or nothing."""
    if phrase.person_id:
        return link(f"/people/{phrase.person_id}")
    if not phrase.study:
        return ""
    if phrase.row is not None:
        row = {f"{ROW}{name}": "" if value is None else value for name, value in phrase.row.items()}
        return link(f"/study/{phrase.study}/people", phrase.options, row)
    return link("/scenario" if phrase.study == "scenario" else f"/study/{phrase.study}", phrase.options)
