"""Which acts make a person a creator, a conversationalist, a critic, a collector, a joiner or a spectator?

After the Social Technographics ladder of Li & Bernoff (2008), Groundswell, with the conversationalists of Bernoff
(2010), whose roles overlap: creators publish, conversationalists exchange words, critics judge, collectors keep and
pass on, joiners sign up, spectators watch. The convention asks for a habit: at least monthly, for conversationalists at
least weekly. It was made for surveys; which logged kinds stand for which role is our reading, and this is all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.meanings import Meanings
from ziggurat.results.tables import Frame

Ints = npt.NDArray[np.int64]
OUT = DIRECTIONS.index("out")
MONTH, WEEK = 30.0, 7.0
NONE = -1


ROLES = {  # role → days within which its acts return, for it to be a habit; what is an act of it, kinds.toml says
    "creator": MONTH,
    "conversationalist": WEEK,
    "critic": MONTH,
    "collector": MONTH,
    "joiner": MONTH,
    "spectator": MONTH,
}
SPECTATOR = list(ROLES).index("spectator")


def role_codes(codes: Sequence[str], kinds: Frame) -> Ints:
    """Return the role of each code of a kind, as its place in ROLES; NONE for acts that are of no role.

    kinds: a table as `schema.KINDS`. A last place is that of code -1.
    """
    order = list(ROLES)
    roles = Meanings.read({"kind": codes}, kinds).words("role")
    return np.array([NONE if role is None else order.index(role) for role in roles], np.int64)
