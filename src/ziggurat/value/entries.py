"""Which kinds of interaction are entries of the ledger between a person and the organisation, and on whose side?

ENTRIES is the whole table; which kinds are entered there they say themselves (`gives`, `gets`, `passes_on` in
docs/facts.md). Whatever says nothing is no entry: that someone asks, opens or subscribes gives nothing yet, and a
message from the organisation is nothing that they got.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.schema import DIRECTIONS, KINDS
from ziggurat.facts.meanings import Meanings
from ziggurat.results import tables
from ziggurat.results.tables import Frame

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

GAVE, GOT = "gave", "got"
SIDES = (GAVE, GOT)
HOUR = "hour"  # in a workspace's rates, beside the kinds
HIGH = 9.0  # the least rating that advocates: a promoter's, of 0 to 10 (Reichheld 2003, HBR 81(12), 46-54)
NO_ENTRY = -1
OUT = DIRECTIONS.index("out")


@dataclass(frozen=True)
class Entry:
    """One entry, by the word with which kinds name it."""

    name: str
    side: str


ENTRIES = (
    Entry("money", GAVE),
    Entry("time", GAVE),
    Entry("content", GAVE),
    Entry("answers to others", GAVE),
    Entry("advocacy", GAVE),
    Entry("referrals", GAVE),
    Entry("answers from us", GOT),
    Entry("answers from members", GOT),
    Entry("resolved problems", GOT),
    Entry("rewards and discounts", GOT),
    Entry("invitations", GOT),
    Entry("teaching", GOT),
    Entry("recognition", GOT),
)
NAMES = tuple(entry.name for entry in ENTRIES)
FROM_US, FROM_MEMBERS = NAMES.index("answers from us"), NAMES.index("answers from members")
SIDE = np.array([SIDES.index(entry.side) for entry in ENTRIES], np.int64)
RESOLVED, TO_OTHERS = NAMES.index("resolved problems"), NAMES.index("answers to others")


@dataclass(frozen=True)
class Book:
    """How the coded rows of a log are entered.

    entry, replying (kind, direction): number of the entry of a row, and of one that is in reply to something; NO_ENTRY
    for none. others: kind → entry of the one at its other end. rate: money that one of a kind is worth, nan where
    nothing is said; hour: that an hour is worth, nan likewise. rates: all that is declared. high: the least rating that
    advocates. rated, refunded: kind → whether it is a rating, and whether it takes back what was given. unlogged: entry
    → money that an answer is worth of which the log holds no message: the rate of the first kind of answers there.
    """

    entry: Ints
    replying: Ints
    others: Mapping[int, int]
    rate: Floats
    rates: Mapping[str, float]
    high: float
    rated: Flags
    refunded: Flags
    unlogged: Mapping[int, float]

    @classmethod
    def of(cls, codes: Mapping[str, Sequence[str]], kinds: Frame, rates: Frame, high: float = HIGH) -> Book:
        """Read tables as `schema.KINDS` and `schema.RATES`, for the kinds in the codes of a log.

        Raises: DeclarationError if a rate is of no kind and not of an hour, with the nearest right word.
        """
        vocabulary = tables.collect(tables.frame(kinds), *KINDS.names).to_pylist()
        declared = tables.collect(tables.frame(rates), "what", "money").to_pylist()
        known = {row["what"]: float(row["money"]) for row in declared}
        check(known, [row["kind"] for row in vocabulary])
        means = Meanings.read(codes, kinds)
        entry = np.array([entries_of(one) for one in means.of], np.int64).reshape(-1, len(DIRECTIONS))
        replying = entry.copy()
        replying[(means.flags("speaks") & ~means.flags("asks"))[:-1] & (entry[:, OUT] == NO_ENTRY), OUT] = FROM_US
        passed = enumerate(means.words("passes_on"))
        others = {code: NAMES.index(entry) for code, entry in passed if entry is not None}
        rate = np.array([known.get(word, np.nan) for word in means.kinds], np.float64)
        sides = ((FROM_US, "gets", FROM_US), (FROM_MEMBERS, "gives", TO_OTHERS))
        unlogged = {number: worth(vocabulary, known, side, of) for number, side, of in sides}
        rated, refunded = means.having("evidence", "rating"), means.flags("takes_back")
        return cls(entry, replying, others, rate, known, high, rated, refunded, unlogged)

    @property
    def hour(self) -> float:
        """Money that an hour is worth; nan where nothing is said."""
        return self.rates.get(HOUR, float("nan"))


def check(rates: Iterable[str], kinds: Iterable[str]) -> None:
    """Check the names of rates. Raises: DeclarationError with the nearest right word."""
    known = [HOUR, *kinds]
    for what in rates:
        if what not in known:
            near = suggest(what, known) or "; write a kind of interaction, or `hour`."
            raise DeclarationError(f"[rates]: '{what}' is no kind{near}")


def worth(vocabulary: Sequence[Mapping[str, Any]], rates: Mapping[str, float], side: str, entry: int) -> float:
    """Return the rate of the first kind in the vocabulary that answers and is of an entry; nan where it has none."""
    first = next((row["kind"] for row in vocabulary if row["answers"] and row[side] == NAMES[entry]), None)
    return float("nan") if first is None else rates.get(first, float("nan"))


def entries_of(means: Mapping[str, Any]) -> list[int]:
    """Return the number of the entry of a kind in each of DIRECTIONS: what is sent is got, what is done is given.

    What they get by what they do themselves, they get either way. Answers to others by a kind that is no answer in
    itself are such only among people: to the organisation they go on with a talk.
    """
    word = means["gives"] or means["gets"]
    if word is None:
        return [NO_ENTRY] * len(DIRECTIONS)
    number, gets = NAMES.index(word), means["gets"] is not None
    alone = number == TO_OTHERS and not means["answers"]
    right = {"in": not alone if not gets else means["exchanges"], "out": gets, "among": not gets or means["exchanges"]}
    return [number if right[way] else NO_ENTRY for way in DIRECTIONS]
