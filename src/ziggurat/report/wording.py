"""How are figures, names and dates written on paper? As everywhere, in the style of paper."""

from __future__ import annotations

from functools import partial

from ziggurat.base.words import numbers
from ziggurat.base.words.days import day
from ziggurat.base.words.style import GAP, PAPER
from ziggurat.base.words.texts import LONGEST, listed, plain

__all__ = [
    "GAP",
    "LONGEST",
    "between",
    "change",
    "count",
    "day",
    "listed",
    "money",
    "number",
    "plain",
    "share",
    "whole",
]

number = partial(numbers.number, style=PAPER)
share = partial(numbers.share, style=PAPER)
between = partial(numbers.between, style=PAPER)
count = partial(numbers.count, style=PAPER)
money = partial(numbers.money, style=PAPER)
whole = partial(number, places=0)
change = partial(numbers.change, style=PAPER)
