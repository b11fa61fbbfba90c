"""What is a study, as the workspace, the command line and the pages know it: its question, its needs, its options?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ziggurat.errors import QuestionError, suggest
from ziggurat.instant import instant
from ziggurat.result import Result

READERS: Mapping[str, Callable[[Any], Any]] = {
    "instant": instant,  # a date (its end, UTC), a time, or int64 microseconds
    "level": str,  # a level's number or name
    "count": int,
    "days": float,
    "share": float,  # 0 to 1
    "number": float,
    "text": str,
    "choice": str,
}


@dataclass(frozen=True)
class Option:
    """One keyword option of a study; `kind` is a key of READERS. Without a default it must be given."""

    name: str
    kind: str
    about: str
    default: Any = None
    required: bool = True
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> Any:
        """Return a value, which may be text, as the study takes it. Raises: QuestionError that names the option."""
        try:
            read = READERS[self.kind](value)
        except (TypeError, ValueError) as error:
            raise QuestionError(f"`{self.name}` is {value!r}, but must be a {self.kind}: {self.about}.") from error
        if self.choices and read not in self.choices:
            near = suggest(str(read), self.choices) or "."
            raise QuestionError(f"`{self.name}` is {value!r}{near} It can be: {', '.join(self.choices)}.")
        return read


def optional(name: str, kind: str, about: str, default: Any, choices: tuple[str, ...] = ()) -> Option:
    """Describe an option that may be left out."""
    return Option(name, kind, about, default, False, choices)


@dataclass(frozen=True)
class Study:
    """One question.

    needs: the tables that the function takes, in the order of its positional parameters. days: length of the window
    that is looked at where nobody says since when. check: for a study that takes minutes and an extra part of the
    installation; raises ExtraError where that is missing.
    """

    name: str
    question: str
    function: Callable[..., Result]
    result: type[Result]
    needs: tuple[str, ...]
    options: tuple[Option, ...]
    days: int = 30
    check: Callable[[], None] | None = None

    @property
    def room(self) -> str:
        """The part of the product that the study belongs to: levels, channels, roles, value or scenario."""
        return self.function.__module__.split(".")[1]

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the given options as the function takes them; those that are None count as not given.

        Raises: QuestionError if an option is unknown, missing or can't be read.
        """
        known = {option.name: option for option in self.options}
        given = {name: value for name, value in given.items() if value is not None}
        for name in given:
            if name not in known:
                raise QuestionError(
                    f"'{self.name}' takes no option '{name}'{suggest(name, known) or '.'} It takes: {', '.join(known)}."
                )
        for option in self.options:
            if option.required and option.name not in given:
                raise QuestionError(f"'{self.name}' needs `{option.name}`: {option.about}.")
        return {name: known[name].read(value) for name, value in given.items()}

    def ask(self, tables: Mapping[str, Any], *, ladder: str, names: Sequence[str], **options: Any) -> Result:
        """Answer the question from the tables named in `needs`; options may be text, as from a command line or a page.

        Raises: QuestionError if the options can't be taken.
        """
        return self.function(*(tables[need] for need in self.needs), ladder=ladder, names=names, **self.read(options))


AT = Option("at", "instant", "the instant to look at; a date means the end of that day, UTC")
SINCE = Option("since", "instant", "where the window begins, itself excluded; a date means the end of that day, UTC")
UNTIL = Option("until", "instant", "where the window ends, itself included; a date means the end of that day, UTC")
LIMIT = optional("limit", "count", "most rows to return", 1000)
YEAR = 365  # days: campaigns are few in a month
LIVES = ("buckets", "levels")
