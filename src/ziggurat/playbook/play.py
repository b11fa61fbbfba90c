"""What is a play: whom to turn to, unless what, with which step and words, who does it, and when did it work?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.kinds import Kinds
from ziggurat.playbook import message, segment
from ziggurat.playbook.segment import Segment

SHIPPED = Path(__file__).parent.parent / "defaults" / "plays"
# step → the kind of interaction that it is, and its words on a button
STEPS = {
    "answer": ("responded", "Answer"),
    "ask": ("messaged", "Ask"),
    "call": ("called", "Call"),
    "hand over": ("messaged", "Hand over to"),
    "introduce": ("messaged", "Introduce"),
    "invite": ("invited", "Invite"),
    "meet": ("met", "Meet"),
    "reward": ("rewarded", "Reward"),
    "teach": ("taught", "Teach"),
    "thank": ("thanked", "Thank"),
    "write": ("messaged", "Write to"),
}
NEXT = "next"  # level: the one above theirs
UNITS = ("", "account", "household")
ANY = "any"  # channel: wherever they are
MOST_DAYS = 3650.0


class Unless(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whom a play leaves alone, beside staff, agents, anonymous people and whoever is snoozed.

    contacted_days: who was contacted by us, by any play, within so many days. one_per: whoever shares an `account` or
    `household` with somebody to whom we turn. declined_days: of whom it was declined within so many days. again_days:
    to whom the same play turned within so many days; for ever if left out.
    """

    contacted_days: float = 14
    one_per: str = ""
    declined_days: float = 365
    again_days: float | None = None


class Success(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a step worked.

    A climb to a level or higher (a name, a number, or `next`), or any act of some kinds, or of
    any kind where neither is said, within so many days after it.
    """

    level: str | int = ""
    kinds: tuple[str, ...] = ()
    within_days: float = 30

    @property
    def climbs(self) -> bool:
        """Tell whether it is a climb."""
        return self.level != ""

    def words(self, target: str) -> str:
        """Say what it is, such as `climbed to Owning within 30 days`. target: the name of its level."""
        when = f"within {segment.count_days(self.within_days)}"
        if self.climbs:
            return f"climbed to {target} {when}"
        return f"{segment.either(self.kinds)} {when}" if self.kinds else f"did anything {when}"


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A declared next step for some people.

    ladder: that it is of; the one that is looked at if left out. whom: a segment, by name or declared in place. step:
    one of `STEPS`. channel: those that may be used, the first one first; `email` needs an address of somebody who did
    not unsubscribe. owner: who does it; `team` if left out. minutes: that one step takes. why: why now, in a sentence.
    subject, text: the message; all three may have placeholders. holdout_share: of people to whom we do not turn, so
    that the effect is known. most_a_week: steps of this play in one week. weight: what one success is worth beside
    those of other plays. least_effect: the smallest difference in the share of successes that would be worth
    the minutes. rivals: a name that plays share which compete for the same people; see `playbook.rivals`.
    active: whether it is used at all. regardless: to go on although it was found to do nothing worth its minutes.
    """

    name: str
    step: str
    success: Success
    title: str = ""
    ladder: str = ""
    whom: str | Segment = Segment()
    unless: Unless = Unless()
    channel: tuple[str, ...] = ("email", ANY)
    owner: str = "team"
    minutes: float = 10
    why: str = ""
    subject: str = ""
    text: str = ""
    holdout_share: float = 0.2
    most_a_week: int = 20
    weight: float = 1
    least_effect: float = 0.05
    seed: int = 0
    rivals: str = ""
    active: bool = True
    regardless: bool = False

    @property
    def kind(self) -> str:
        """Return the kind of interaction that the step is."""
        return STEPS[self.step][0]

    @property
    def answers(self) -> bool:
        """Tell whether it answers whoever waits: that goes first, and nobody is kept waiting by chance."""
        return self.step == "answer"

    @property
    def held(self) -> float:
        """Return the share of people to whom we do not turn."""
        return 0.0 if self.answers else self.holdout_share


def load(path: Path, kinds: Kinds, where: str = "") -> Play:
    """Read a play from TOML. where: what the file is called in errors; `folder/name` if left out.

    Raises: DeclarationError naming file, field and what is wrong there.
    """
    where = where or f"{path.parent.name}/{path.name}"
    data = declare.read_toml(path)
    data.setdefault("name", path.stem)
    return parse(data, kinds, where)


def parse(data: Mapping[str, Any], kinds: Kinds, where: str = "play") -> Play:
    """Check a declaration given as a dict, as TOML would read it. Raises: DeclarationError."""
    data = dict(data)
    whom = data.pop("whom", {})
    if isinstance(whom, Mapping):
        whom = segment.load(whom, kinds, f"{where}: whom")
    elif not isinstance(whom, str):
        raise DeclarationError(f"{where}: `whom` must be the name of a segment, or one declared in place.")
    play = msgspec.structs.replace(declare.convert(data, Play, where), whom=whom)
    check_words(play, kinds, where)
    check_numbers(play, where)
    if isinstance(whom, Segment) and whom.kind != "known":
        raise DeclarationError(f"{where}: whom: `kind` must be known; nobody turns to {segment.WHO[whom.kind]}.")
    return play


def check_words(play: Play, kinds: Kinds, where: str) -> None:
    """Refuse words that stand for nothing. Raises: DeclarationError."""
    for name, value, known in (("step", play.step, STEPS), ("unless.one_per", play.unless.one_per, UNITS)):
        if value not in known:
            near = suggest(value, known).replace("'", "`") or f"; there are: {', '.join(filter(None, known))}."
            raise DeclarationError(f"{where}: `{name}` has no '{value}'{near}")
    for name in ("why", "subject", "text"):
        message.check(getattr(play, name), f"{where}: {name}")
    for kind in play.success.kinds:
        kinds.check(kind, f"{where}: success")
    if play.success.level != "" and play.success.kinds:
        raise DeclarationError(f"{where}: success: give `level` or `kinds`, and not both.")
    if not play.channel or not play.owner.strip():
        raise DeclarationError(f"{where}: give at least one `channel`, and an `owner` (or leave both out).")


def check_numbers(play: Play, where: str) -> None:
    """Refuse numbers out of range. Raises: DeclarationError."""
    ranges = {
        "minutes": (play.minutes, 1, 10_000),
        "holdout_share": (play.holdout_share, 0, 0.9),
        "most_a_week": (play.most_a_week, 1, 100_000),
        "weight": (play.weight, 0.001, 1000),
        "least_effect": (play.least_effect, 0.001, 1),
        "success.within_days": (play.success.within_days, 1, MOST_DAYS),
        "unless.contacted_days": (play.unless.contacted_days, 0, MOST_DAYS),
        "unless.declined_days": (play.unless.declined_days, 0, MOST_DAYS),
        "unless.again_days": (play.unless.again_days or 0, 0, MOST_DAYS),
    }
    for name, (value, low, high) in ranges.items():
        if not low <= value <= high:
            raise DeclarationError(f"{where}: `{name}` is {value:g}, but must be from {low:g} to {high:g}.")
