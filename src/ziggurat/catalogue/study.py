"""What is a study, as the workspace, the command line and the pages know it: its name, its title, its question?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from ziggurat.results.result import Result
from ziggurat.study import Option, StudyFunction

DAYS = 30  # that a page looks back where a study has no window of its own


@dataclass(frozen=True)
class Study:
    """One question.

    name: in commands and addresses. title: what it is usually called. where: its module and function, which are loaded
    when they are first needed; everything else follows from the function's signature.
    """

    name: str
    title: str
    question: str
    where: str

    @property
    def room(self) -> str:
        """The part of the product that the study belongs to: levels, channels, roles, value or scenario."""
        return self.where.split(".")[0]

    @cached_property
    def function(self) -> StudyFunction[Result]:
        """The study itself."""
        module, _, name = self.where.partition(":")
        found: StudyFunction[Result] = getattr(import_module(f"ziggurat.{module}"), name)
        return found

    @property
    def result(self) -> type[Result]:
        """What it answers with."""
        return self.function.result

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables that it takes, in their order."""
        return self.function.needs

    @property
    def options(self) -> tuple[Option, ...]:
        """Its options, in their order."""
        return self.function.options

    @property
    def days(self) -> int:
        """The length of the window that is looked at where nobody says since when."""
        return self.function.days or DAYS

    @property
    def check(self) -> Callable[[], None] | None:
        """Of a study that takes minutes and an extra part: raises ExtraError where that is missing."""
        return self.function.check

    @property
    def late(self) -> bool:
        """Whether it takes so long that pages show how far it is, and do not wait for it."""
        return self.check is not None or self.function.slow

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options as the function takes them. Raises: QuestionError if one can't be taken."""
        return self.function.read(given)

    def ask(self, tables: Mapping[str, Any], *, ladder: str, names: Sequence[str], **options: Any) -> Result:
        """Answer the question from the tables named in `needs`; options may be text, as from a command line or a page.

        Raises: QuestionError if the options can't be taken.
        """
        return self.function(*(tables[need] for need in self.needs), ladder=ladder, names=names, **options)
