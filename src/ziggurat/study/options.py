"""What is an option of a study: its type, its range, its unit, its default and its words, declared once?

An option is declared by the annotation of a keyword-only parameter: one of the types below, words that say what it
means, and, where they differ, its own bounds:

    days: Annotated[Days, "how long ago a climb may be"] = 30
    order: Annotated[Count, Within(1, 3), "how many touches the chain remembers"] = 2
    period: Annotated[str, OneOf("month", "year"), "the length of a period"] = "month"

From it come the reading of text, the checks, what was asked, the help of the command line, the fields of a page and
the schema of the programs' interface.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import EARLIEST, LATEST, instant, moment, write_instant
from ziggurat.base.words import numbers

LONGEST = 2000  # characters of a text
SHOWN = 40  # characters of a value that is refused


@dataclass(frozen=True)
class Kind:
    """What an option is, whichever study takes it. noun: what must be given. unit: of its numbers."""

    name: str
    noun: str
    unit: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Within:
    """The least and the greatest value of a number; both may be taken."""

    low: float
    high: float


class OneOf:
    """The words that an option can be."""

    def __init__(self, *words: str) -> None:
        self.words = words


INSTANT = Kind("instant", "a date such as 2026-03-31 or a time such as 2026-03-31T12:00Z")
LEVEL = Kind("level", "a level's number or name")
TEXT = Kind("text", "a text")
CHOICE = Kind("choice", "one of its words")
NUMBERS = ("count", "seed", "limit", "days", "hours", "share", "money", "number")

Instant = Annotated[int, INSTANT]  # in a study: µs since 1970, UTC
Level = Annotated[str, LEVEL]
Text = Annotated[str, TEXT]
Count = Annotated[int, Kind("count", "a whole number", whole=True), Within(1, 1_000_000)]
Seed = Annotated[int, Kind("seed", "a whole number", whole=True), Within(0, 2**31 - 1)]
Days = Annotated[float, Kind("days", "a number of days", "days"), Within(0, 36_500)]
Hours = Annotated[float, Kind("hours", "a number of hours", "hours"), Within(0, 876_000)]
Share = Annotated[float, Kind("share", "a share"), Within(0, 1)]
Money = Annotated[float, Kind("money", "an amount of money", "money"), Within(0, 1e12)]
Number = Annotated[float, Kind("number", "a number"), Within(0, 1e9)]
At = Annotated[Instant, "the instant to look at; a date means the end of that day, UTC"]
Limit = Annotated[
    int, Kind("limit", "a whole number", "rows", whole=True), Within(1, 1_000_000_000), "most rows to return"
]
Draws = Annotated[Count, Within(0, 10_000)]


@dataclass(frozen=True)
class Option:
    """One option of a study, as its signature declares it.

    about: what it means, in words. low, high: of a number. default: what holds where it is left out, if it may be.
    choices: the words that it can be, if there are but some.
    """

    name: str
    kind: Kind
    about: str
    low: float | None = None
    high: float | None = None
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Tell whether it is a number."""
        return self.kind.name in NUMBERS

    @property
    def left_out(self) -> str:
        """Write what holds where it is left out; nothing if that is nothing, or it must be given."""
        return "" if self.default is None else self.write(self.default)

    @property
    def range(self) -> str:
        """Say what it can be.

        >>> Option("days", Kind("days", "a number of days", "days"), "", 0, 36_500).range
        'a number of days from 0 to 36500'
        """
        if self.choices:
            return f"one of: {', '.join(self.choices)}"
        if self.low is None or self.high is None:
            return self.kind.noun
        return f"{self.kind.noun} from {numbers.typed(self.low)} to {numbers.typed(self.high)}"

    def read(self, value: Any) -> Any:
        """Return a value, which may be text, as the study takes it. Raises: QuestionError that names option and range.

        >>> Option("days", Kind("days", "a number of days", "days"), "", 0, 36_500).read("30")
        30.0
        """
        if value is None and not self.required:
            return self.default
        if self.kind is INSTANT:
            return self.instant(value)
        if self.numeric:
            return self.number(value)
        return self.text(value)

    def instant(self, value: Any) -> int:
        """Return an instant as µs since 1970."""
        try:
            found = instant(value)
        except QuestionError as error:
            raise QuestionError(f"`{self.name}`: {error}") from error
        if not EARLIEST <= found <= LATEST:
            low, high = (write_instant(each)[:10] for each in (EARLIEST, LATEST))
            raise QuestionError(f"`{self.name}` is {shown(value)}, but must be from {low} to {high}: {self.about}.")
        return found

    def number(self, value: Any) -> float:
        """Return a number within its bounds."""
        low, high = (-math.inf if self.low is None else self.low, math.inf if self.high is None else self.high)
        try:
            if isinstance(value, bool):
                raise TypeError
            found = float(value)
            if not low <= found <= high or (self.kind.whole and found != int(found)):  # nan and infinity are neither
                raise ValueError
            return int(found) if self.kind.whole else found
        except (TypeError, ValueError, OverflowError) as error:
            raise QuestionError(self.refusal(value)) from error

    def text(self, value: Any) -> str:
        """Return a text, or one of the words that it can be."""
        if isinstance(value, bool) or not isinstance(value, (str, int) if self.kind is LEVEL else str):
            raise QuestionError(self.refusal(value))
        try:
            found = str(value)  # a number of too many digits has no text
        except ValueError as error:
            raise QuestionError(f"`{self.name}` is a number of too many digits, but must be {self.range}.") from error
        if self.choices and found not in self.choices:
            near = suggest(found[:LONGEST], self.choices) or "."
            raise QuestionError(f"`{self.name}` is {shown(value)}{near} It can be: {', '.join(self.choices)}.")
        if len(found) > LONGEST:
            raise QuestionError(f"`{self.name}` has {len(found)} characters, but must have at most {LONGEST}.")
        return found

    def refusal(self, value: Any) -> str:
        """Say that a value can't be taken, and what can."""
        return f"`{self.name}` is {shown(value)}, but must be {self.range}: {self.about}."

    def write(self, value: Any) -> str:
        """Write a value that was read, the same however it was given.

        >>> Option("days", Kind("days", "a number of days", "days"), "").write(30.0)
        '30'
        """
        if self.kind is INSTANT:
            return moment(value).isoformat()
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return str(int(value) if whole else value)

    def schema(self) -> dict[str, Any]:
        """Describe the option as JSON Schema."""
        kinds = {"instant": "string", "level": "string", "text": "string", "choice": "string"}
        found: dict[str, Any] = {"type": kinds.get(self.kind.name, "integer" if self.kind.whole else "number")}
        found["description"] = self.about
        found |= {"enum": list(self.choices)} if self.choices else {}
        found |= {"minimum": self.low, "maximum": self.high} if self.low is not None else {}
        found |= {"default": self.default} if self.default is not None else {}
        found |= {"x-unit": self.kind.unit} if self.kind.unit else {}
        if self.kind is TEXT:
            found["maxLength"] = LONGEST
        return found


def shown(value: Any) -> str:
    """Write a value that is refused, cut where it is long.

    >>> shown("many"), shown(float("inf")), shown("9" * 50)[-6:]
    ("'many'", 'inf', "9999…'")
    """
    if isinstance(value, str):
        return repr(value if len(value) <= SHOWN else value[: SHOWN - 1] + "…")
    if isinstance(value, (bool, float)) or value is None:
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**SHOWN else f"a number of over {SHOWN} digits"
    return f"of the type {type(value).__name__}"


def described(name: str, notes: tuple[Any, ...], *, default: Any, required: bool) -> Option | None:
    """Return the option that an annotation declares; None where it declares none."""
    words: Mapping[type, Any] = {type(note): note for note in notes}  # what stands last holds
    kind, ranged, one_of = (words.get(each) for each in (Kind, Within, OneOf))
    if kind is None and one_of is not None:
        kind = CHOICE
    if kind is None:
        return None
    low, high = (ranged.low, ranged.high) if ranged else (None, None)
    choices = one_of.words if one_of else ()
    return Option(name, kind, words.get(str, ""), low, high, default, required, choices)
