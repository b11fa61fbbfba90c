"""Which questions can be asked of what each side gives and gets?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, SINCE, UNTIL, YEAR, Study, optional
from ziggurat.value.attention import Attention, attention
from ziggurat.value.balance import Balance, balance
from ziggurat.value.effort import UNITS, EffortByLevel, effort
from ziggurat.value.entries import HIGH
from ziggurat.value.ledger import BY as SPLITS
from ziggurat.value.lifetime import Lifetime, lifetime
from ziggurat.value.mutual import MutualValue, mutual_value
from ziggurat.value.one_sided import FALSE, OneSided, one_sided
from ziggurat.value.outlook import MODELS
from ziggurat.value.valuable import BY, Valuable, valuable

COMING = ("buckets", "people", "levels", "kinds")
AHEAD = (
    AT,
    optional("outcome", "text", "kinds of interaction parted by commas that are coming again", "purchased, donated"),
    optional("horizon_days", "days", "how far ahead to look, 1 to 3650", 365.0),
    optional("model", "choice", "people come at any time, or on discrete occasions", "bg/nbd", tuple(MODELS)),
    optional("period_days", "days", "of bg/bb: days in which all that happens is one occasion", 30.0),
)

BOTH = ("buckets", "people", "levels", "kinds", "rates")
SPENDING = ("buckets", "people", "levels", "exposures", "costs", "kinds", "rates")
UNIT = optional("value", "choice", "the unit of what people bring", "money", UNITS)
TALK = optional("days", "days", "how soon she must come back for a message to begin a talk", 14.0)
RATING = optional("high", "number", "the least rating that counts as advocacy", HIGH)

LISTED: tuple[Study, ...] = (
    Study(
        "mutual-value",
        "What do people give us, and what do they get from the relationship?",
        mutual_value,
        MutualValue,
        BOTH,
        (SINCE, UNTIL, optional("by", "choice", "what is told apart besides entries", "level", SPLITS), RATING),
        days=YEAR,
    ),
    Study(
        "one-sided",
        "Who gives much and gets little, and who gets much and gives nothing back?",
        one_sided,
        OneSided,
        BOTH,
        (
            SINCE,
            UNTIL,
            optional("times", "number", "how many times the odds of her level make her one-sided", 2.0),
            optional("false", "share", "the share of the list that may be there by chance", FALSE),
            RATING,
            LIMIT,
        ),
        days=YEAR,
    ),
    Study(
        "balance",
        "Do people who give more than they get climb, slip or leave more often than those who get more?",
        balance,
        Balance,
        BOTH,
        (
            AT,
            optional("days", "days", "how long before it before and after are parted", 90.0),
            optional("before_days", "days", "how long before that ledgers are read", 180.0),
            RATING,
        ),
    ),
    Study(
        "effort",
        "How much time and money do we spend on the people of each level, and what do they bring and become?",
        effort,
        EffortByLevel,
        SPENDING,
        (SINCE, UNTIL, UNIT, TALK, RATING),
        days=YEAR,
    ),
    Study(
        "attention",
        "Do we give our time to the right people: the most valuable, those at the top, or only new ones?",
        attention,
        Attention,
        SPENDING,
        (
            SINCE,
            UNTIL,
            UNIT,
            optional("most", "share", "the share of people that are the most valuable", 0.1),
            optional("top", "text", "the level at the top; the highest on which anybody stands if left out", None),
            optional("moved", "share", "the share of the time on another level that is moved to the top", 0.1),
            optional("take", "text", "the level that it is taken from; that with most time if left out", None),
            TALK,
            RATING,
        ),
        days=YEAR,
    ),
    Study(
        "lifetime",
        "How often will people come again, how much will they bring, and who is gone?",
        lifetime,
        Lifetime,
        COMING,
        AHEAD,
    ),
    Study(
        "valuable",
        "From whom is most to be expected, and whom are we about to lose?",
        valuable,
        Valuable,
        COMING,
        (*AHEAD, optional("by", "choice", "what comes first", "expected", BY), LIMIT),
    ),
)
