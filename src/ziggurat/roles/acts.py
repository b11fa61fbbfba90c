"""Which acts make a person a creator, a conversationalist, a critic, a collector, a joiner or a spectator?

After the Social Technographics ladder of Li & Bernoff (2008), Groundswell, with the conversationalists of Bernoff
(2010), whose roles overlap: creators publish, conversationalists exchange words, critics judge, collectors keep and
pass on, joiners sign up, spectators watch. The convention asks for a habit: at least monthly, for conversationalists at
least weekly. It was made for surveys; which logged kinds stand for which role is our reading, and this is all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.schema import DIRECTIONS
from ziggurat.speech.texts import groups

Ints = npt.NDArray[np.int64]
OUT = DIRECTIONS.index("out")
MONTH, WEEK = 30.0, 7.0
NONE = -1


class Role(NamedTuple):
    """kinds: the acts that it consists of. days: within which its acts return, for it to be a habit."""

    kinds: tuple[str, ...]
    days: float


ROLES = {
    "creator": Role(("posted", "contributed", "spoke", "maintained", "organised", "mentored", "led"), MONTH),
    "conversationalist": Role(("asked", "answered", "replied", "mentioned", "contacted"), WEEK),
    "critic": Role(("rated", "reviewed", "recommended", "complained"), MONTH),
    "collector": Role(("liked", "shared", "referred", "subscribed"), MONTH),
    "joiner": Role(("joined", "registered", "followed", "attended"), MONTH),
    "spectator": Role(("saw", "visited", "opened", "clicked", "searched", "read"), MONTH),
}
SPECTATOR = list(ROLES).index("spectator")
# kinds of a workspace's own follow their group
BY_GROUP = {
    "attention": "spectator",
    "permission": "joiner",
    "endorsement": "collector",
    "conversation": "conversationalist",
}
WITHDRAWN = ("unsubscribed", "unfollowed", "left")  # permission taken back is no joining
ROLE_OF = {kind: role for role, one in ROLES.items() for kind in one.kinds}


def role_of(kind: str, group: str | None) -> str | None:
    """Return the role that a kind of interaction is an act of.

    >>> role_of("posted", "conversation"), role_of("yodelled", "conversation"), role_of("purchased", "exchange")
    ('creator', 'conversationalist', None)
    """
    if kind in ROLE_OF or kind in WITHDRAWN:
        return ROLE_OF.get(kind)
    return BY_GROUP.get(group or "")


def coded(codes: Sequence[str], kinds: Any) -> Ints:
    """Return the role of each code of a kind, as its place in ROLES; NONE for acts that are of no role."""
    group, order = groups(kinds), list(ROLES)
    roles = (role_of(kind, group.get(kind)) for kind in codes)
    return np.array([NONE if role is None else order.index(role) for role in roles], np.int64)
