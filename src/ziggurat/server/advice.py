"""How is it said on a page what is said in a terminal? By the page in place of a command, by the form of an option."""

from __future__ import annotations

import re

COMMAND = re.compile(r"`ziggurat (\w+)[^`]*`")  # of a terminal, which a page is none
PLACES = {
    "digest": "the page Home",
    "import": "the page Data",
    "log": "the page Data",
    "note": "the person's own page",
    "raise": "the person's own page",
    "play": "the page Next",
    "refresh": "“Bring them up to date” on the page Data",
    "rejected": "the page Data",
    "scenario": "the page Scenario",
    "segment": "the page People",
}
ELSEWHERE = "whoever runs the server"
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
    """Return what was said, with pages in place of commands, and the form's fields in place of their options.

    >>> fit("It is not there; `ziggurat refresh` makes it.")
    'It is not there; “Bring them up to date” on the page Data makes it.'
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

    return OPTION.sub(place, COMMAND.sub(lambda found: PLACES.get(found[1], ELSEWHERE), text))
