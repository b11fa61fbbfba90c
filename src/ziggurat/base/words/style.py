"""Which signs stand between thousands, before a unit and before what is below zero, and where?

How many digits a figure has never depends on where it is read: one figure is written in one way.
"""

from __future__ import annotations

from dataclasses import dataclass

NARROW = "\u202f"  # narrow no-break space
GAP = "\u00a0"  # no-break space


@dataclass(frozen=True)
class Style:
    """thousands: between groups of three digits. gap: between a number and its unit. minus: before what is below 0."""

    thousands: str
    gap: str
    minus: str


PAGE = Style(NARROW, NARROW, "−")
PAPER = Style(",", GAP, "−")
TERMINAL = Style(",", " ", "-")  # signs that every terminal has; sentences of studies are written so, too
