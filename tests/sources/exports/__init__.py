"""Exports in the exact header form of their systems, with what they become; the rows are made up."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A file, and what it becomes.

    made: of each interaction who, what, and how much; people: those of whom something is said; out: rows that are left
    out on purpose; wrong: lines that are rejected.
    """

    file: str
    made: tuple[str, ...] = ()
    people: str = ""
    out: int = 0
    wrong: tuple[int, ...] = ()
    name: str = "export.csv"
