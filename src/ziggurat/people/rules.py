"""By what are people settled, beside the log and what was decided by hand? The settings of who is who."""

from __future__ import annotations

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.base.kinds import Consenting, Mailing, load
from ziggurat.people.guard import MOST_LINKS, MOST_NAMES
from ziggurat.people.resolve import THROWAWAY
from ziggurat.people.staff import Agents, Staff
from ziggurat.people.via import Via

SAYS, MAILING = load().consenting(), load().mailing()  # of the shipped kinds


class Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How identities become people: `[people]` in ziggurat.toml.

    most_links: an identity linked to more others of one namespace links nothing, and nobody has more of one namespace.
    most_names: an address that more names of one namespace stand under is nobody's own. anonymous: namespaces of
    visitors whom we can't contact.
    """

    most_links: int = MOST_LINKS
    most_names: int = MOST_NAMES
    anonymous: tuple[str, ...] = THROWAWAY

    def __post_init__(self) -> None:
        if self.most_links < 1:
            raise DeclarationError(f"[people] most_links = {self.most_links} must be 1 or more.")
        if self.most_names < 1:
            raise DeclarationError(f"[people] most_names = {self.most_names} must be 1 or more.")


class Rules(msgspec.Struct, frozen=True):
    """By what people are settled, beside the log and what was decided by hand: who is who, who is ours, who is no
    person, which kinds say something of consent, are sent, or are looks at what was sent, and by which rules, under
    their names, something was a machine's."""

    who: Who = Who()
    staff: Staff = Staff()
    agents: Agents = Agents()
    says: Consenting = SAYS
    mailing: Mailing = MAILING
    via: dict[str, Via] = {}
