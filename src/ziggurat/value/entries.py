"""Which kinds of interaction are entries of the ledger between a person and the organisation, and on whose side?

ENTRIES is the whole table. What is in no list is no entry: that someone asks, opens or subscribes gives nothing yet,
and a message from the organisation is nothing that she got. A workspace's own kinds go by their group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat import tables
from ziggurat.errors import DeclarationError, suggest
from ziggurat.schema import DIRECTIONS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GAVE, GOT = "gave", "got"
SIDES = (GAVE, GOT)
HOUR = "hour"  # in a workspace's rates, beside the kinds
HIGH = 9.0  # the least rating that advocates: a promoter's, of 0 to 10 (Reichheld 2003, HBR 81(12), 46-54)
TAKEN_BACK = "refunded"  # its amount is taken off what she gave, and it is no act of giving
RATED = "rated"
AMONG_ONLY = ("replied",)  # to the organisation it goes on with a talk; to others it helps them
EITHER_WAY = ("redeemed",)  # done by her, and got all the same
NO_ENTRY = -1
OUT = DIRECTIONS.index("out")


@dataclass(frozen=True)
class Entry:
    """One entry. kinds: of what is in her own life; groups: of own kinds of the workspace that belong here as well."""

    name: str
    side: str
    kinds: tuple[str, ...]
    groups: tuple[str, ...] = ()


ENTRIES = (
    Entry("money", GAVE, ("purchased", "donated", "invested", "sponsored", TAKEN_BACK), ("exchange",)),
    Entry(
        "time",
        GAVE,
        ("attended", "volunteered", "spoke", "maintained", "served", "organised", "mentored", "led"),
        ("effort", "ownership", "leadership"),
    ),
    Entry("content", GAVE, ("posted", "contributed", "reviewed")),
    Entry("answers to others", GAVE, ("answered", "replied")),
    Entry("advocacy", GAVE, ("liked", "shared", "recommended", RATED), ("endorsement",)),
    Entry("referrals", GAVE, ("referred", "recruited")),
    Entry("answers from us", GOT, ("responded",)),
    Entry("answers from members", GOT, ()),
    Entry("resolved problems", GOT, ("resolved",)),
    Entry("rewards and discounts", GOT, ("rewarded", "redeemed")),
    Entry("invitations", GOT, ("invited",)),
    Entry("teaching", GOT, ("taught",)),
    Entry("recognition", GOT, ("thanked",)),
)
NAMES = tuple(entry.name for entry in ENTRIES)
FROM_US, FROM_MEMBERS = NAMES.index("answers from us"), NAMES.index("answers from members")
SIDE = np.array([SIDES.index(entry.side) for entry in ENTRIES], np.int64)
IN_REPLY = ("called", "met", "messaged", "emailed")  # answers from us where they are in reply to something of hers
RESOLVED = NAMES.index("resolved problems")
TEACHING, RECOGNITION = NAMES.index("teaching"), NAMES.index("recognition")
FROM_OTHERS = {"mentored": TEACHING, "taught": TEACHING, "thanked": RECOGNITION}  # got by the one at the other end
FROM_GROUPS = {group: number for number, entry in enumerate(ENTRIES) for group in entry.groups}
LISTED = {kind: number for number, entry in enumerate(ENTRIES) for kind in entry.kinds}


@dataclass(frozen=True)
class Book:
    """How the coded rows of a log are entered.

    entry, replying (kind, direction): number of the entry of a row, and of one that is in reply to something; NO_ENTRY
    for none. others: kind → entry of the one at its other end. rate: money that one of a kind is worth, nan where
    nothing is said; hour: that an hour is worth, nan likewise. rates: all that is declared. high: the least rating that
    advocates. rated, refunded: codes of these kinds, NO_ENTRY where the log has none.
    """

    entry: Ints
    replying: Ints
    others: Mapping[int, int]
    rate: Floats
    rates: Mapping[str, float]
    high: float
    rated: int
    refunded: int

    @classmethod
    def of(cls, codes: Mapping[str, Sequence[str]], kinds: Any, rates: Any, high: float = HIGH) -> Book:
        """Read tables as `schema.KINDS` and `schema.RATES`, for the kinds in the codes of a log.

        Raises: DeclarationError if a rate is of no kind and not of an hour, with the nearest right word.
        """
        groups = {row["kind"]: row["group"] for row in tables.collect(tables.frame(kinds), "kind", "group").to_pylist()}
        declared = tables.collect(tables.frame(rates), "what", "money").to_pylist()
        known = {row["what"]: float(row["money"]) for row in declared}
        check(known, groups)
        words = list(codes.get("kind", []))
        entry = np.array([entries_of(word, groups) for word in words], np.int64).reshape(-1, len(DIRECTIONS))
        replying = entry.copy()
        replying[[word in IN_REPLY for word in words], OUT] = FROM_US
        places = {word: code for code, word in enumerate(words)}
        others = {places[word]: number for word, number in FROM_OTHERS.items() if word in places}
        rate = np.array([known.get(word, np.nan) for word in words], np.float64)
        rated, refunded = (places.get(word, NO_ENTRY) for word in (RATED, TAKEN_BACK))
        return cls(entry, replying, others, rate, known, high, rated, refunded)

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


def entries_of(kind: str, groups: Mapping[str, str]) -> list[int]:
    """Return the number of the entry of a kind in each of DIRECTIONS: what is sent is got, what is done is given."""
    number = LISTED.get(kind, FROM_GROUPS.get(groups.get(kind, ""), NO_ENTRY))
    if number == NO_ENTRY:
        return [NO_ENTRY] * len(DIRECTIONS)
    sent = ENTRIES[number].side == GOT
    right = {
        "in": not sent and kind not in AMONG_ONLY,
        "out": sent,
        "among": not sent,
    }
    return [number if right[way] or kind in EITHER_WAY else NO_ENTRY for way in DIRECTIONS]
