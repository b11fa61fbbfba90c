"""To which thread does a mail belong, and in reply to which is it?

By the ids that it refers to; where it has none and its subject says that it replies, by that of an earlier mail with
the same subject. What earlier readings saw is kept in the cursor, as far as it is needed and fits there.

Source: Zawinski, Message threading (https://www.jwz.org/doc/threading.html), of which this is the part that needs no
tree: the first reference is the root.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ziggurat.sources.mail.message import Letter

MOST = 2_000  # subjects, and mails that are no root, which are kept in a cursor
SPAN = timedelta(days=60)  # within which a reply may be to an earlier mail with the same subject alone
REPLY = re.compile(
    r"\s*(?:(?:re|aw|sv|antw|vs|ref|rif|odp|ynt|回复|答复)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]\s*)+", re.I
)
FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|doorst|vb|i)\s*:\s*", re.I)
TAG = re.compile(r"\[[^\[\]]{1,60}\]\s*")


@dataclass
class Threads:
    """What is known of earlier mails. roots: id of a mail → that of the first of its thread, where that is another.

    subjects: bare subject → id of the first mail under it, id of the last, and when that was (seconds since 1970).
    """

    roots: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, tuple[str, str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Threads:
        """Read what was kept."""
        kept = {name: (str(one[0]), str(one[1]), int(one[2])) for name, one in cursor.get("subjects", {}).items()}
        return cls(dict(cursor.get("roots", {})), kept)

    def kept(self) -> dict[str, Any]:
        """Return the newest of it, as a cursor can hold it."""
        newest = sorted(self.subjects.items(), key=lambda one: one[1][2])[-MOST:]
        return {"roots": dict(list(self.roots.items())[-MOST:]), "subjects": {name: list(one) for name, one in newest}}

    def place(self, letter: Letter, name: str, at: datetime) -> tuple[str, str | None]:
        """Return the id of the first mail of a mail's thread, and of the mail to which it replies. name: its own id."""
        subject, replies = bare(letter.subject)
        above, parent = letter.ids("references"), next(iter(letter.ids("in-reply-to")), None)
        parent = parent or (above[-1] if above else None)
        known = self.subjects.get(subject)
        if parent is None and replies and known and 0 <= at.timestamp() - known[2] <= SPAN.total_seconds():
            root, parent = known[0], known[1]
        elif above:
            root = above[0]
        else:
            root = self.roots.get(parent, parent) if parent else name
        if root != name:
            self.roots[name] = root
        if subject:
            first = known[0] if known and known[0] == root else root
            self.subjects[subject] = (first, name, int(at.timestamp()))
        return root, parent if parent != name else None


def bare(subject: str) -> tuple[str, bool]:
    """Return a subject without what clients and lists put before it, and whether it says that it is a reply.

    >>> bare("Re: [club] AW: Who  brings cake?"), bare("Fwd: Plans")
    (('who brings cake?', True), ('plans', False))
    """
    left, replies = subject[:300], False
    for _ in range(10):
        before = left
        left = TAG.sub("", left, count=1) if TAG.match(left) else left
        found = REPLY.match(left)
        replies, left = replies or found is not None, left[found.end() :] if found else left
        forward = FORWARD.match(left)
        left = left[forward.end() :] if forward else left
        if left == before:
            break
    return " ".join(left.casefold().split())[:120], replies
