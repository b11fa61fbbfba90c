"""What do the five texts claim and ask, and what answers them?

Declared in `defaults/ideas.toml`: for each text its claims in our own words, the question that each puts, the study and
the column that answer it, and the sentence in which they do. That sentence is made of one row of the study's own table,
as the first sentence of a study is (`catalogue.guide`). docs/texts.md has the same claims with the same verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.catalogue.guide import Guide, guide

FILE = Path(__file__).parents[1] / "defaults" / "ideas.toml"


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One claim of a text, the question that it puts, and what answers it.

    options: of the study, where its own beginning is not meant. figure: the column that answers. where, by, named,
    lead: which row says it, and how, as a `Guide` has them; where no lead is given, as the study's own does. verdict:
    how far that answers the claim.
    """

    claim: str
    asks: str
    study: str
    figure: str
    verdict: str
    options: Mapping[str, str] = {}
    where: Mapping[str, str | int] = {}
    by: str = ""
    named: str = ""
    lead: str = ""

    @property
    def guide(self) -> Guide:
        """Return which row answers, and in which sentence."""
        if not self.lead:
            return guide(self.study)
        return Guide("", self.lead, self.by, named=self.named, where=self.where)


class Idea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text. gist: what it is about, in two or three sentences of our own."""

    title: str
    source: str
    gist: str
    questions: tuple[Question, ...]


@cache
def ideas() -> Mapping[str, Idea]:
    """Return the five, by name."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, Idea])


def find(name: str) -> Idea:
    """Return one of them. Raises: QuestionError with the nearest name."""
    found = ideas().get(name)
    if found is None:
        near = suggest(name[:80], ideas()) or f". They are: {', '.join(ideas())}."
        raise QuestionError(f"There is no idea named '{name[:80]}'{near}")
    return found
