"""How is it said on a page what a command says by an option? By where the form has it."""

from __future__ import annotations

import re

OPTION = re.compile(r"--([a-z][a-z-]*[a-z])(?: ('[^']*'|[^\s;,()'“”]*[^\s;,().'“”]))?")
TAKE_VALUE = {  # options with a value, by the name of the field or the table that takes it
    "constant": "“The same for every row”",
    "event": "the table “What happened, in their words and ours”",
    "sheet": "the field “Sheet”",
    "source": "the field “Name of this source”",
    "trait": "the table “Columns”",
    "unit": "“How it is written”",
}
ALONE = {
    "by-file": "“are others” for “Rows like those of another file”",
    "key": "the column “Tells rows apart”",
    "state": "the table “What became of it”",
}


def fit(text: str) -> str:
    """Return what was said of a file, with the form's fields in place of a command's options.

    >>> fit("Say otherwise with --state.")
    'Say otherwise with the table “What became of it”.'
    >>> fit("Say what it was with --constant kind=KIND.")
    'Say what it was with “kind=KIND” in “The same for every row”.'
    """

    def place(found: re.Match[str]) -> str:
        name, value = found[1], (found[2] or "").strip("'")
        if name in TAKE_VALUE:
            return f"“{value}” in {TAKE_VALUE[name]}" if value else TAKE_VALUE[name]
        after = f" {found[2]}" if found[2] else ""
        return f"{ALONE[name]}{after}" if name in ALONE else found[0]

    return OPTION.sub(place, text)
