"""On a page, what is said of a file names the form's fields: no option of a command is left in it."""

from __future__ import annotations

import re
from pathlib import Path

from ziggurat import sources, workspace
from ziggurat.server import advice
from ziggurat.server.advice import fit

GIT = {  # what is no option of ours
    "count", "reverse", "verify", "end-of-options", "no-merges", "no-show-signature", "no-notes", "format", "no-pager",
    "is-ancestor", "force-reinstall", "list",
}  # fmt: skip
SAID = {
    "Rows with another meaning: say --event 'paid=donated'.": (
        "Rows with another meaning: say “paid=donated” in the table “What happened, in their words and ours”."
    ),
    "If so, say --source gifts, so that nothing is counted twice.": (
        "If so, say “gifts” in the field “Name of this source”, so that nothing is counted twice."
    ),
    "import the file again with --by-file.": (
        "import the file again with “are others” for “Rows like those of another file”."
    ),
    "Say with --key which columns stay.": "Say with the column “Tells rows apart” which columns stay.",
    "(--sheet NAME): there is more": "(“NAME” in the field “Sheet”): there is more",
    "it is with --constant actor=club:NAME; where it is you": (
        "it is with “actor=club:NAME” in “The same for every row”; where it is you"
    ),
    "--unit minutes=hours.": "“minutes=hours” in “How it is written”.",
    "A dash -- and an e--mail stay, and --unknown too.": "A dash -- and an e--mail stay, and --unknown too.",
}


def test_options_are_said_by_where_the_form_has_them() -> None:
    for text, wanted in SAID.items():
        assert fit(text) == wanted


def test_every_option_that_is_said_of_a_file_has_its_place() -> None:
    """One that is forgotten would stand on a page as it is."""
    known = advice.TAKE_VALUE.keys() | advice.ALONE.keys() | GIT
    for room in (sources, workspace):
        for path in Path(room.__file__).parent.rglob("*.py"):
            for line in path.read_text("utf-8").splitlines():
                for name in re.findall(r"(?<![\w-])--([a-z][a-z-]+)", line.partition("  #")[0]):
                    assert "`ziggurat" in line or name in known, (path.name, name, line.strip())
