"""What does a study take? Its signature says so: tables by place, options by keyword, families of them flattened."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property, update_wrapper
from typing import Annotated, Any, Generic, TypeVar

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import DAY, EARLIEST, instant
from ziggurat.results.result import Result
from ziggurat.study.families import Back, Family, Rungs
from ziggurat.study.options import Option, described

R = TypeVar("R", bound=Result)
EVERY = ("ladder", "names")  # may be given to every study, so that all can be asked alike


@dataclass(frozen=True)
class Taken:
    """One parameter: an option, a table, or a family of them. back: days that a window looks back."""

    name: str
    default: Any
    option: Option | None = None
    family: type[Any] | None = None
    parts: tuple[Taken, ...] = ()
    back: int | None = None

    def options(self) -> Iterator[Option]:
        """Yield its options."""
        if self.option is not None:
            yield self.option
        for part in self.parts:
            yield from part.options()

    def names(self) -> Iterator[str]:
        """Yield the names under which it is given."""
        if self.family is None:
            yield self.name
        for part in self.parts:
            yield from part.names()

    def value(self, given: Mapping[str, Any]) -> Any:
        """Return it, made of what is given by name."""
        return given[self.name] if self.family is None else self.family(*(part.value(given) for part in self.parts))


def taken(name: str, hint: Any, default: Any) -> Taken:
    """Return what a parameter, or a field of a family, takes."""
    base, notes = unpacked(hint)
    required = default is MISSING or default is inspect.Parameter.empty
    if isinstance(base, type) and issubclass(base, Family):
        hints = typing.get_type_hints(base, include_extras=True)
        parts = tuple(taken(each.name, hints[each.name], each.default) for each in fields(base))  # type: ignore[arg-type]
        back = next((note.days for note in notes if isinstance(note, Back)), None)
        return Taken(name, default, None, base, parts, back)
    return Taken(name, default, described(name, notes, default=None if required else default, required=required))


def unpacked(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type and what its annotation says of it, without the None that it may be."""
    notes: tuple[Any, ...] = ()
    if typing.get_origin(hint) is Annotated:
        hint, *rest = typing.get_args(hint)
        notes = tuple(rest)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(arm for arm in typing.get_args(hint) if arm is not type(None))
        base, said = unpacked(hint)
        return base, (*said, *notes)
    return hint, notes


class StudyFunction(Generic[R]):
    """A study: a function of tables and options, which are read and checked as its signature declares them.

    It is called as the function reads, but for the families of options, whose parts are given one by one by name. An
    option may be text. Its result says what was asked.
    Raises: QuestionError if an option is unknown, missing, or out of its range; ExtraError where a part is missing
    that `check` looks for.
    """

    def __init__(
        self, function: Callable[..., R], check: Callable[[], None] | None = None, *, slow: bool = False
    ) -> None:
        self.function = function
        self.name = function.__name__.replace("_", "-")
        self.check, self.slow = check, slow
        update_wrapper(self, function)

    @cached_property
    def parameters(self) -> tuple[tuple[Taken, ...], tuple[Taken, ...]]:
        """What is given by place, and what by keyword."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        sides: tuple[list[Taken], list[Taken]] = ([], [])
        for name, each in inspect.signature(self.function).parameters.items():
            sides[each.kind is each.KEYWORD_ONLY].append(taken(name, hints[name], each.default))
        return tuple(sides[0]), tuple(sides[1])

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The tables that it takes, in their order."""
        return tuple(name for each in self.parameters[0] for name in each.names())

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Its options, in their order."""
        return tuple(option for each in self.parameters[1] for option in each.options())

    @cached_property
    def days(self) -> int | None:
        """How many days its window looks back, where it has one and nobody says since when."""
        return next((each.back for each in self.parameters[1] if each.back is not None), None)

    @cached_property
    def result(self) -> type[R]:
        """What it answers with."""
        found: type[R] = typing.get_type_hints(self.function)["return"]
        return found

    @property
    def __signature__(self) -> inspect.Signature:
        """Its signature, families flattened."""
        empty = inspect.Parameter.empty
        places = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in self.needs]
        named = [
            inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY,
                              default=empty if option.required else option.default)
            for option in self.options
        ]  # fmt: skip
        rungs = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in EVERY if self.ranked]
        return inspect.Signature([*places, *rungs, *named])

    @property
    def ranked(self) -> bool:
        """Tell whether it reads a ladder."""
        return any(each.family is Rungs for each in self.parameters[1])

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options as the function takes them, with what holds for those that are left out.

        A window that has no beginning looks back as far as the study does where nobody says since when.
        Raises: QuestionError if an option is unknown, missing or can't be read.
        """
        known = {option.name: option for option in self.options}
        given = {key: value for key, value in given.items() if value is not None}
        for key in given:
            if key not in known:
                near, some = suggest(key[:80], known) or ".", ", ".join(known)
                raise QuestionError(f"'{self.name}' takes no option '{key[:80]}'{near} It takes: {some}.")
        if self.days is not None and "since" not in given and "until" in given:
            given["since"] = max(EARLIEST, instant(given["until"]) - self.days * DAY)
        for option in self.options:
            if option.required and option.name not in given:
                raise QuestionError(f"'{self.name}' needs `{option.name}`: {option.about}.")
        return {option.name: option.read(given.get(option.name)) for option in self.options}

    def asked(self, read: Mapping[str, Any]) -> dict[str, str]:
        """Write what was asked, as text; what may be left out and was is not there."""
        return {each.name: each.write(read[each.name]) for each in self.options if read[each.name] not in (None, "")}

    def __call__(self, *tables: Any, **options: Any) -> R:
        """Answer the question."""
        named = {name: options.pop(name) for name in (*EVERY, *self.needs) if name in options}
        read = self.read(options)
        given = {**dict(zip(self.needs, tables, strict=False)), **named, **read}
        wanted = (*self.needs, *(EVERY if self.ranked else ()))
        missing = [name for name in wanted if name not in given]
        if missing or len(tables) > len(self.needs):
            raise TypeError(f"{self.name} takes {', '.join(wanted)}; missing: {missing or 'none'}")
        by_place = [each.value(given) for each in self.parameters[0]]
        by_name = {each.name: each.value(given) for each in self.parameters[1]}
        result = self.function(*by_place, **by_name)
        said = {"ladder": given["ladder"]} if self.ranked else {}
        absence = type(result).absence
        why = absence(given) if absence is not None and result.blank else ""
        return replace(result, asked={**self.asked(read), **said, **result.asked}, empty=why)


def study(function: Callable[..., R]) -> StudyFunction[R]:
    """Make a study of a function whose signature declares what it takes."""
    return StudyFunction(function)


def slow_study(function: Callable[..., R]) -> StudyFunction[R]:
    """Make a study of one that takes seconds on some thousand people: a page does not wait for its answer."""
    return StudyFunction(function, slow=True)


def long_study(check: Callable[[], None]) -> Callable[[Callable[..., R]], StudyFunction[R]]:
    """Make a study of one that takes minutes and an extra part; `check` raises ExtraError where that is missing."""
    return lambda function: StudyFunction(function, check)
