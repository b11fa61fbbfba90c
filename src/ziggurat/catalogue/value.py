"""Which questions can be asked of what each side gives and gets?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, SINCE, UNTIL, YEAR, Study, optional
from ziggurat.value.entries import HIGH
from ziggurat.value.ledger import BY as SPLITS
from ziggurat.value.lifetime import Lifetime, lifetime
from ziggurat.value.mutual import MutualValue, mutual_value
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
