"""What does each part of a portrait hold? Frozen values, and how they are flattened for programs and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]  # interactions in words, latest first


@dataclass(frozen=True)
class Signal:
    """What is unusual by their own rhythm: what (gone quiet, picking up), rhythm in words, and its chance, 0 to 1."""

    what: str
    rhythm: str
    chance: float


@dataclass(frozen=True)
class Role:
    """One role: what was done, confidence that it is a habit, and every how many days it must be, at least, for one."""

    role: str
    acts: int
    days: int
    confidence: float | None
    every_days: float | None
    interactions: Rows


@dataclass(frozen=True)
class Reason:
    """One piece of evidence: what it says, because of what, its score and weight, and the interaction."""

    says: str
    because: str
    score: float | None
    weight: float
    interaction: Mapping[str, Any]


@dataclass(frozen=True)
class Stance:
    """Where they stand. confidence: 0 to 1, None where it is unknown. reasons: the weightiest first."""

    stance: str
    confidence: float | None
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Act:
    """What one of two people did towards the other. hers: the person of the portrait did it."""

    hers: bool
    at: datetime
    kind: str
    channel: str
    source: str
    interaction_id: str


@dataclass(frozen=True)
class Tie:
    """One other person: how many acts went to them and came from them, and the latest acts."""

    person_id: str
    name: str | None
    turned_to: int
    turned_by: int
    last_at: datetime
    acts: Sequence[Act]


@dataclass(frozen=True)
class Host:
    """Who welcomed them, and by what."""

    person_id: str
    name: str | None
    act: Act


@dataclass(frozen=True)
class Group:
    """The group of the conversation that they are in, of how many.

    group, people, ties, channels, bridges: None where they are in none, or the groups are no more than chance would
    make, which the verdict says.
    """

    group: str | int | None
    people: int | None
    ties: int | None
    channels: str | None
    bridges: str | None
    of: int
    verdict: str | None


@dataclass(frozen=True)
class Ties:
    """To whom they are tied. first_word: when they first said anything. host: who welcomed them then."""

    people: Sequence[Tie]
    first_word: datetime | None
    host: Host | None
    group: Group | None


@dataclass(frozen=True)
class Question:
    """One question: how long it waited (hours; so far, where nobody answered), and who answered first, and how.

    answerer: an identity; answerer_id: of a person. by: staff or member. target_hours: None where nothing is promised.
    """

    channel: str
    asked_at: datetime
    hours: float
    answered: bool
    target_hours: float | None
    answerer: str | None
    answerer_id: str | None
    by: str | None
    how: str | None
    interaction: Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """How their questions fared, the latest first. median_hours: None where half are not answered."""

    questions: Sequence[Question]
    answered: int
    median_hours: float | None


@dataclass(frozen=True)
class Line:
    """One entry of the ledger. count: of the interactions behind it, a refund among them, which is no act.

    hours, money (workspace currency) and worth (by declared rates): None where nothing is known. An interaction that
    another member did says by whom (`by`: person_id, name).
    """

    side: str
    entry: str
    acts: int
    hours: float | None
    money: float | None
    worth: float | None
    count: int
    interactions: Rows


@dataclass(frozen=True)
class Outlook:
    """What is to be expected of them within `horizon_days`.

    so_far: occasions; known_days, silent_days: since the first and the last. alive: probability that they are still
    active; times and money: expected, with 95 % bounds. Each stands beside that of an average person of their level
    (`_level`) and of everyone (`_everyone`). kinds: what counts as coming. note: why there is no figure. count and
    interactions: what was read.
    """

    so_far: int
    known_days: float
    silent_days: float
    level_name: str | None
    level_people: int
    alive: float | None
    alive_everyone: float | None
    alive_level: float | None
    times: float | None
    times_low: float | None
    times_high: float | None
    times_level: float | None
    times_everyone: float | None
    money: float | None
    money_low: float | None
    money_high: float | None
    money_level: float | None
    money_everyone: float | None
    horizon_days: float
    kinds: Sequence[str]
    note: str | None
    count: int
    interactions: Rows


@dataclass(frozen=True)
class Theme:
    """A thing or topic that they dealt with, and what they think of it; the counts are acts."""

    theme: str
    sort: str
    verdict: str
    said_for: int
    said_against: int
    bought: int
    returned: int
    looked: int
    last_at: datetime


@dataclass(frozen=True)
class KnownPart:
    """Whether one part is known of them (name, address, …), and when the latest evidence is of; None without an age."""

    part: str
    known: bool
    at: datetime | None


@dataclass(frozen=True)
class Acquaintance:
    """What is known of them: parts, likes and dislikes by theme (what was said most of first), friends, who of us
    talked to them last, and the one question to ask next, None where nothing is left."""

    parts: Sequence[KnownPart]
    themes: Sequence[Theme]
    friends: Sequence[Tie]
    talked_by: str | None
    talked_at: datetime | None
    ask: str | None


@dataclass(frozen=True)
class Member:
    """Somebody else of the organisation."""

    person_id: str
    name: str | None
    level: int


@dataclass(frozen=True)
class Organisation:
    """The organisation that they are of: its row of `accounts`, the days that are theirs, and who else is of it."""

    account: str
    people: int
    active: int
    level: int
    level_name: str
    top: str | None
    median_level: float
    champions: int
    days: int
    breadth: float | None
    on: str | None
    share: float | None
    low: float | None
    high: float | None
    money: float
    money_share: float | None
    last_at: datetime | None
    her_days: int
    others: Sequence[Member]


def plain(value: Any) -> Any:
    """Return a value without classes, as programs and files take it: every part by its name, lists of lists."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, (list, tuple)) else value
