"""What is a ladder? Ordered levels, each with rules; declared in TOML, checked strictly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import DIRECTIONS

SHIPPED = Path(__file__).parent.parent / "defaults" / "ladders"
MAX_COUNT = 10_000  # at_least, on_days and on_channels keep that many instants per person and rule
MAX_DAYS = 36_500
MAX_WORTH = 1e12
TESTS = ("at_least", "worth", "on_days", "on_channels", "from_kinds")
CONDITIONS = ("stance", "knows", "may", "with_kinds", "unless_kinds")
Saying = Literal["for", "against", "neither", "silent", "unread"]  # as speech.tones has them
Stance = Literal["advocate", "passive", "detractor", "unknown"]  # as speech.leanings has them
Knowledge = Literal["name", "likes", "background"]
Leave = Literal["write", "name"]
UNITS = {"at_least": "interactions", "on_days": "days", "on_channels": "channels", "from_kinds": "standing"}


SPOKEN = {
    "for": "for us",
    "against": "against us",
    "neither": "neither for nor against us",
    "silent": "without words",
    "unread": "in words that are not read",
}
STANCES = {
    "advocate": "an advocate",
    "passive": "neither for nor against us",
    "detractor": "a detractor",
    "unknown": "of unknown stance",
}
LEAVES = {"write": "write to them", "name": "name them as an advocate"}
KNOWN_IN_WORDS = {"name": "their name", "likes": "what they like", "background": "their background"}


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way to be on a level. Exactly one test; every filter narrows the interactions that it looks at.

    Tests: `at_least` n interactions, `worth` a total of amount or minutes, `on_days` n distinct UTC days,
    `on_channels` n distinct channels (each within the trailing `within_days`, or ever without it); or standing:
    since one of `from_kinds` until one of `until_kinds`, optionally only while the person did anything in the
    last `while_active_days`.
    Filters: `kinds`, `channels` and `activities` (where `*` stands for any text), `directions` (default: what the
    person did, `in` and `among`, unless `kinds` names kinds of the organisation), `min_amount`, `min_score`, `says`
    (what the interaction says of us: see `speech.tones`), `helpful` (answers that were taken as help, each counted when
    it was: see `facts.help`).
    Conditions, which must all be met at the instant itself: `stance` is one of these (`speech.leanings`), `knows`
    each of these about the person, `may` do each of these (`levels.conditions`), and within the same window one of
    `with_kinds` happened to or by the person, and none of `unless_kinds`.
    """

    at_least: int | None = None
    worth: float | None = None
    of: Literal["amount", "minutes"] = "amount"
    on_days: int | None = None
    on_channels: int | None = None
    from_kinds: tuple[str, ...] | None = None
    until_kinds: tuple[str, ...] = ()
    while_active_days: float | None = None
    within_days: float | None = None
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    directions: tuple[Literal["in", "out", "among"], ...] = ()
    min_amount: float | None = None
    min_score: float | None = None
    says: tuple[Saying, ...] = ()
    helpful: bool = False
    stance: tuple[Stance, ...] = ()
    knows: tuple[Knowledge, ...] = ()
    may: tuple[Leave, ...] = ()
    with_kinds: tuple[str, ...] = ()
    unless_kinds: tuple[str, ...] = ()

    @property
    def test(self) -> str:
        """The name of the test."""
        return next(name for name in TESTS if getattr(self, name) is not None)

    @property
    def unit(self) -> str:
        """What the test counts: interactions, amount, minutes, days, channels or standing."""
        return UNITS.get(self.test, self.of)

    @property
    def need(self) -> float:
        """How much of the unit is needed."""
        return 1.0 if self.test == "from_kinds" else float(getattr(self, self.test))

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions that the rule has."""
        return tuple(name for name in CONDITIONS if getattr(self, name))

    def words(self) -> str:
        """Say the rule in English."""
        if self.test == "from_kinds":
            text = f"{join_or(self.from_kinds or ())}"
            text += f", until {join_or(self.until_kinds)}" if self.until_kinds else ""
            text += f", while active within {number(self.while_active_days)} days" if self.while_active_days else ""
        else:
            text = f"{join_or(self.kinds) if self.kinds else 'anything'} "
            text += {
                "at_least": f"at least {number(self.need)} {'time' if self.need == 1 else 'times'}",
                "worth": f"worth {number(self.need)}{' minutes' if self.of == 'minutes' else ''} in all",
                "on_days": f"on {number(self.need)} {'day' if self.need == 1 else 'days'}",
                "on_channels": f"on {number(self.need)} {'channel' if self.need == 1 else 'channels'}",
            }[self.test]
            text += f" within {number(self.within_days)} days" if self.within_days else ""
        text += f", on {join_or(self.channels)}" if self.channels else ""
        text += f", in {join_or(self.activities)}" if self.activities else ""
        text += f", direction {join_or(self.directions)}" if self.directions else ""
        text += f", each {number(self.min_amount)} or more" if self.min_amount is not None else ""
        text += f", scored {number(self.min_score)} or more" if self.min_score is not None else ""
        text += f", {words_of_says(self.says)}" if self.says else ""
        text += ", taken as help" if self.helpful else ""
        return ", ".join([text, *self.conditions_in_words()])

    def conditions_in_words(self) -> list[str]:
        """Say each of the rule's conditions in English."""
        leave = [LEAVES[one] for one in self.may]
        known = [KNOWN_IN_WORDS[one] for one in self.knows]
        said = {
            "stance": f"while they are {held_by(self.stance)}" if self.stance else "",
            "knows": f"while we know {both(known)}" if known else "",
            "may": f"while we may {both(leave)}" if leave else "",
            "with_kinds": f"and also {join_or(self.with_kinds)}" if self.with_kinds else "",
            "unless_kinds": f"and not {join_or(self.unless_kinds)}" if self.unless_kinds else "",
        }
        within = f" within {number(self.within_days)} days" if self.within_days else ""
        return [said[name] + (within if name in ("with_kinds", "unless_kinds") else "") for name in self.conditions]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One level: its name, what it means in a sentence, its rules (any one suffices), and how long a slip waits."""

    name: str
    rules: tuple[Rule, ...]
    means: str = ""
    grace_days: float = 0.0


class Ladder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ordered levels, lowest first. Level 0, being known and on no rule, is not declared."""

    name: str
    levels: tuple[Level, ...]
    title: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Level names by number: 0 is 'Known'."""
        return ("Known", *(level.name for level in self.levels))

    def rules(self) -> list[tuple[int, Rule]]:
        """Every rule with the number of its level, in order of declaration."""
        return [(number, rule) for number, level in enumerate(self.levels, 1) for rule in level.rules]

    def words(self) -> list[str]:
        """Every rule in English behind its level's name, in order of declaration."""
        return [f"{self.levels[level - 1].name}: {rule.words()}" for level, rule in self.rules()]

    def number(self, level: str | int) -> int:
        """Return the number of a level given by name or number. Raises: QuestionError if there is none."""
        by_name = {name.lower(): number for number, name in enumerate(self.names)}
        if str(level).lower() in by_name:
            return by_name[str(level).lower()]
        if str(level).isdecimal() and int(level) < len(self.names):
            return int(level)
        near = suggest(str(level), self.names) or "."
        raise QuestionError(f"ladder '{self.name}' has no level '{level}'{near} It has: {', '.join(self.names)}.")


def number(value: float | None) -> str:
    """Write a number without needless decimals."""
    return f"{int(value):,}" if value is not None and value == int(value) else f"{value:,g}"


def join_or(words: Iterable[str]) -> str:
    """Join words as one says them: a, b or c."""
    *first, last = list(words)
    return f"{', '.join(first)} or {last}" if first else last


def both(words: Iterable[str]) -> str:
    """Join words as one says them: a, b and c."""
    *first, last = list(words)
    return f"{', '.join(first)} and {last}" if first else last


def words_of_says(says: Sequence[str]) -> str:
    """Say what an interaction must say of us."""
    if set(says) == set(SPOKEN) - {"against"}:
        return "not speaking against us"
    return f"speaking {join_or([SPOKEN[one] for one in says])}"


def held_by(stances: Sequence[str]) -> str:
    """Say whom a condition of stance lets through."""
    others = set(STANCES) - set(stances)
    return (
        f"no {others.pop()}"
        if len(others) == 1 and "unknown" not in others
        else join_or([STANCES[one] for one in stances])
    )


def load(path: Path, kinds: Kinds, where: str = "") -> Ladder:
    """Read a ladder from TOML. where: what the file is called in errors; `folder/name` if left out.

    Raises: DeclarationError naming file, level, rule and what is wrong there.
    """
    where = where or (f"{path.parent.name}/{path.name}" if path.parent.name else path.name)
    data = declare.read_toml(path)
    data.setdefault("name", path.stem)
    return parse(data, kinds, where)


def parse(data: dict[str, Any], kinds: Kinds, where: str = "ladder") -> Ladder:
    """Check a declaration given as a dict, as TOML would read it. Raises: DeclarationError."""
    ladder = declare.convert(data, Ladder, where)
    if not ladder.levels:
        raise DeclarationError(f"{where}: no levels; declare at least one [[levels]].")
    seen: set[str] = {"known"}
    for index, level in enumerate(ladder.levels, 1):
        if level.name.lower() in seen:
            raise DeclarationError(f"{where}: level {index} is named '{level.name}' like another; names must differ.")
        seen.add(level.name.lower())
        check_days(level.grace_days, "grace_days", f"{where}: level {index}", zero=True)
        if not level.rules:
            raise DeclarationError(f"{where}: level {index} ('{level.name}') has no rule; add a [[levels.rules]].")
        for at, rule in enumerate(level.rules, 1):
            check_rule(rule, kinds, f"{where}: level {index}, rule {at}")
    return ladder


def check_rule(rule: Rule, kinds: Kinds, where: str) -> None:
    """Refuse a rule that contradicts itself or could never hold. Raises: DeclarationError."""
    given = [name for name in TESTS if getattr(rule, name) is not None]
    if len(given) != 1:
        have = " and ".join(f"`{name}`" for name in given) or "none"
        raise DeclarationError(f"{where}: exactly one of {', '.join(TESTS)} is needed; there is {have}.")
    for kind in (*rule.kinds, *(rule.from_kinds or ()), *rule.until_kinds, *rule.with_kinds, *rule.unless_kinds):
        kinds.check(kind, where)
    standing = rule.test == "from_kinds"
    if standing and (not rule.from_kinds or rule.kinds or rule.within_days is not None):
        raise DeclarationError(f"{where}: a standing rule takes from_kinds (at least one), not kinds or within_days.")
    if standing and set(rule.from_kinds or ()) & set(rule.until_kinds):
        raise DeclarationError(f"{where}: a kind is in from_kinds and in until_kinds; it can't do both.")
    if not standing and (rule.until_kinds or rule.while_active_days is not None):
        raise DeclarationError(f"{where}: until_kinds and while_active_days belong to a rule with from_kinds.")
    if not standing and rule.test != "worth" and not 1 <= rule.need <= MAX_COUNT:
        raise DeclarationError(f"{where}: {rule.test} = {number(rule.need)} must be from 1 to {MAX_COUNT:,}.")
    if rule.worth is not None and not (1e-6 <= rule.worth <= MAX_WORTH):
        raise DeclarationError(f"{where}: worth = {rule.worth:g} must be above 0 and at most {int(MAX_WORTH):,}.")
    if rule.of != "amount" and rule.worth is None:
        raise DeclarationError(f"{where}: `of` belongs to a rule with `worth`.")
    if rule.helpful and standing:
        raise DeclarationError(f"{where}: `helpful` counts answers; it does not belong to a rule with from_kinds.")
    if standing and (rule.with_kinds or rule.unless_kinds):
        raise DeclarationError(f"{where}: with_kinds and unless_kinds belong to a rule that counts within a window.")
    if rule.helpful and rule.directions:
        raise DeclarationError(f"{where}: `helpful` counts what people say to each other; leave out directions.")
    for name in ("within_days", "while_active_days"):
        if getattr(rule, name) is not None:
            check_days(getattr(rule, name), name, where)


def check_days(days: float, name: str, where: str, *, zero: bool = False) -> None:
    """Refuse a duration that is no number of days. Raises: DeclarationError."""
    if not math.isfinite(days) or days > MAX_DAYS or days < 0 or (days == 0 and not zero):
        raise DeclarationError(f"{where}: {name} = {days:g} must be {'0' if zero else 'above 0'} to {MAX_DAYS:,} days.")


def directions(rule: Rule, kinds: Kinds) -> tuple[str, ...]:
    """Return the directions a rule looks at: as declared; else those of the kinds it names; else in and among."""
    if rule.directions:
        return rule.directions
    named = (*rule.kinds, *(rule.from_kinds or ()), *rule.until_kinds)
    ways = {"in", "among"} | {kinds.direction_of[kind] for kind in named}
    return tuple(way for way in DIRECTIONS if way in ways)
