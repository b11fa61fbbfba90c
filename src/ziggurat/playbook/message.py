"""What is said to one person: a template with placeholders, into which what is known of them is put as text alone?

A value from outside is one line without steering signs, cut to what fits a sentence, and is put in once: a placeholder
in a value stays the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.words.texts import plain

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LONGEST = 160  # characters of a value
# placeholder → what it stands for
KNOWN = {
    "name": "the name",
    "first_name": "the first name, or `there` where none is known",
    "level": "the level on which they stand",
    "next_level": "the level above it",
    "since": "the day on which that level began",
    "last_seen": "the day of their latest interaction",
    "missing": "what the next level asks, and how much of it there is",
    "rule": "what the next level asks",
    "question": "what they asked, where and when, if the step is to answer",
    "owner": "who turns to them",
    "organisation": "the name of the organisation",
}


def check(template: str, where: str) -> str:
    """Return a template. Raises: DeclarationError if it has a placeholder that stands for nothing."""
    for name in PLACEHOLDER.findall(template):
        if name not in KNOWN:
            near = suggest(name, KNOWN).replace("'", "`") or f"; there are: {', '.join(KNOWN)}."
            raise DeclarationError(f"{where}: no placeholder `{{{plain(name)}}}`{near}")
    return template


def fill(template: str, values: Mapping[str, object]) -> str:
    r"""Return a template with its placeholders filled.

    >>> fill("Hello {name}, {level}!", {"name": "A\n{level}", "level": "Endorsing"})
    'Hello A {level}, Endorsing!'
    """
    return PLACEHOLDER.sub(lambda found: plain(str(values.get(found[1]) or "–"), LONGEST), template)


def mail_to(address: str, subject: str, text: str) -> str:
    """Return the address by which a mail program begins a mail; lines end as RFC 6068 has it.

    >>> mail_to("ana@example.org", "A & b", "Hello,\\nyou")
    'mailto:ana@example.org?subject=A%20%26%20b&body=Hello%2C%0D%0Ayou'
    """
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"
