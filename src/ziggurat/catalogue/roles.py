"""Which questions can be asked of the social customer?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, SINCE, UNTIL, Study, optional
from ziggurat.roles.accounts import Accounts, accounts
from ziggurat.roles.answering import Answering, answering
from ziggurat.roles.consumption import BY as WHOSE
from ziggurat.roles.consumption import Consumption, consumption
from ziggurat.roles.unanswered import FIRST, Unanswered, unanswered
from ziggurat.roles.waits import WHO

ASKED = ("buckets", "people", "levels", "targets")
ANSWERS = optional("answers", "choice", "whose answers count", "anyone", WHO)
QUARTER = 90  # days

LISTED: tuple[Study, ...] = (
    Study(
        "consumption",
        "How do people consume: who creates, converses, judges, collects, joins or only watches?",
        consumption,
        Consumption,
        ("buckets", "people", "levels", "kinds"),
        (SINCE, UNTIL, optional("by", "choice", "whose roles: of everyone, or by level", WHOSE[0], WHOSE)),
        days=QUARTER,
    ),
    Study(
        "answering",
        "How fast are people answered, by channel and by level, against what is promised and what they are used to?",
        answering,
        Answering,
        ASKED,
        (SINCE, UNTIL, ANSWERS),
        days=QUARTER,
    ),
    Study(
        "unanswered",
        "Which questions are still open, whose are they, and how long overdue is an answer?",
        unanswered,
        Unanswered,
        ASKED,
        (
            AT,
            optional("days", "days", "how long ago a question may have been asked", 90),
            ANSWERS,
            optional("first", "choice", "which come first: those of the highest level, or the oldest", FIRST[0], FIRST),
            LIMIT,
        ),
    ),
    Study(
        "accounts",
        "How do we stand with each organisation, and does all of it hang on one person?",
        accounts,
        Accounts,
        ("buckets", "people", "levels", "kinds"),
        (
            AT,
            optional("days", "days", "how far back deeds and money count", 365.0),
            optional("outcome", "text", "kinds of interaction parted by commas that bring money", "purchased, donated"),
            optional("private", "text", "further e-mail domains parted by commas that are no organisation's", ""),
            optional("least", "count", "people of an account that is listed", 1),
            LIMIT,
        ),
    ),
)
