"""What are the fields of a form called, and which of them are on one page? As a file of `defaults/` declares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

import ziggurat
from ziggurat.base import declare
from ziggurat.server.filled import pattern

FOLDER = Path(ziggurat.__file__).parent / "defaults"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are on one page: its title, a sentence about it, and which keys of `ziggurat.toml` it holds."""

    title: str
    about: str
    keys: tuple[str, ...]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The declared words. words: by the path of a field, its label and a hint; choices: what each choice is called;
    more: by the path of a group, its fields that few need."""

    words: Mapping[str, tuple[str, str]]
    choices: Mapping[str, Mapping[str, str]]
    parts: Mapping[str, Part] = {}
    more: Mapping[str, tuple[str, ...]] = {}

    def label(self, path: str) -> str:
        """Return what a field is called."""
        return self.words.get(pattern(path), ("", ""))[0] or plain(path)

    def hint(self, path: str) -> str:
        """Return what is said beside a field."""
        return self.words.get(pattern(path), ("", ""))[1]

    def hinted(self, path: str) -> bool:
        """Tell whether words are declared for a field."""
        return pattern(path) in self.words

    def few(self, path: str) -> tuple[str, ...]:
        """Return which fields of a group few need."""
        return self.more.get(pattern(path), ())

    def choice(self, path: str, value: str) -> str:
        """Return what a choice is called."""
        return self.choices.get(pattern(path), {}).get(value, value)


def plain(path: str) -> str:
    """Return the last name of a path as one reads it.

    >>> plain("week.least_minutes")
    'Least minutes'
    """
    return pattern(path).rpartition(".")[2].replace("_", " ").capitalize()


@cache
def said(form: str = "settings") -> Said:
    """Return the shipped words of a form, by the name of their file."""
    file = FOLDER / f"{form}.toml"
    return declare.convert(declare.read_toml(file), Said, file.name)
