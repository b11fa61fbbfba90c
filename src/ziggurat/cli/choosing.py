"""Which of several things is a command to do? Those that exclude each other are refused before anything is done."""

from __future__ import annotations

from ziggurat.base.errors import QuestionError


def only_one(**options: object) -> None:
    """Raises: QuestionError if more than one of some options is given: by its name, with _ for -, and its value."""
    given = [f"--{name.strip('_').replace('_', '-')}" for name, value in options.items() if is_given(value)]
    if len(given) > 1:
        raise QuestionError(f"{' and '.join(given)} can't be done at once; give one of them.")


def belongs(name: str, value: object, to: str, its: object) -> None:
    """Raises: QuestionError if an option is given without the one to which it belongs."""
    if is_given(value) and not is_given(its):
        raise QuestionError(f"{name} belongs to {to}, which is not given.")


def is_given(value: object) -> bool:
    """Tell whether an option is given: anything but what stands where none is."""
    return value is not None and value is not False and value not in ("", [], ())
