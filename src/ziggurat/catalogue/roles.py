"""Which questions can be asked of the social customer?"""

from __future__ import annotations

from ziggurat.catalogue.study import SINCE, UNTIL, Study, optional
from ziggurat.roles.answering import Answering, answering
from ziggurat.roles.waits import WHO

ASKED = ("buckets", "people", "levels", "targets")
ANSWERS = optional("answers", "choice", "whose answers count", "anyone", WHO)
QUARTER = 90  # days

LISTED: tuple[Study, ...] = (
    Study(
        "answering",
        "How fast are people answered, by channel and by level, against what is promised and what they are used to?",
        answering,
        Answering,
        ASKED,
        (SINCE, UNTIL, ANSWERS),
        days=QUARTER,
    ),
)
