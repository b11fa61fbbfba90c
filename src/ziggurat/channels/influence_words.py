"""What is said of a pair, in one sentence: what is seen, or why it can't be told, and which experiment would tell?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ziggurat.base.words.numbers import number
from ziggurat.channels.influence_model import (
    ALIKE,
    COMMON,
    EVERYBODY,
    FEW,
    LESS,
    MORE,
    SERIES,
    SILENT,
    TOGETHER,
    UNCLEAR,
    WEEKLY,
    Pair,
)  # fmt: skip

DAY, WEEK = "a day", "7 days"
WITHIN = ("3 hours", "24 hours", "3 days")
LOT_SENT = "Draw by lot who gets it, and an experiment would tell."
LOT_OWN = "Draw by lot whom you ask to do it, and an experiment would tell."


def reason(pair: Pair, sent: bool, before: float, after: float, third: str) -> str:
    """Say why a pair can't be told. before, after: how many more come within the pair's scale of the cause."""
    lot = LOT_SENT if sent else LOT_OWN
    within = WITHIN[pair.scale if pair.scale >= 0 else 1]
    text = {
        FEW: "Too few people are seen for three weeks before and after one, or nearly all of it is one person's.",
        WEEKLY: "It comes at the same hour each week, so that what follows one comes before the next.",
        EVERYBODY: "Nearly everyone gets it at once, and nobody is left to compare with.",
        SERIES: "It comes so many days after people came, and what they do changes with these days anyway.",
        TOGETHER: f"They come together: {number(before)} more in the {within} before, {number(after)} in those after.",
        SILENT: "It comes after a silence, which ends by itself.",
        ALIKE: "Everything people do rises alike after it, as when they are about to be active anyway.",
        UNCLEAR: f"Something that isn't in the log may bring both: it is unsure how many more come in the {within} "
        f"before ({number(before)}, while {number(after)} come in those after).",
        COMMON: f"Where no “{third}” came within a week, nothing is left of it: that comes before both.",
    }[pair.why]
    return f"{text} {lot}"


class Claim(NamedTuple):
    """The figures that a pair is told by: how many more, with bounds of 95 %, and within which span."""

    more: float
    low: float
    high: float
    span: str

    @property
    def by_day(self) -> bool:
        """Whether they are of a day, since only there it is sure that more follow."""
        return self.span == DAY


def claimed(row: Mapping[str, Any]) -> Claim:
    """Return what a pair that can be told is told by.

    It is the week, unless more are claimed to follow of a pair whose bounds over the week don't lie above 0: that claim
    rests on the day.
    """
    if row["verdict"] == MORE and row["low"] <= 0:
        return Claim(row["day_more"], row["day_low"], row["day_high"], DAY)
    return Claim(row["more"], row["low"], row["high"], WEEK)


def beyond_usual(difference: float, write: Callable[[float], str] = number) -> str:
    """Say how many more or fewer there are than usual.

    >>> beyond_usual(0.25), beyond_usual(-0.25)
    ('0.25 more', '0.25 fewer')
    """
    return f"{write(abs(difference))} {'fewer' if difference < 0 else 'more'}"


def sentence(row: Mapping[str, Any], by_lot: bool, reasons: str) -> str:
    """Say what may be said of a pair. row: its verdict and figures, as in the table; reasons: why it can't be told."""
    if row["more"] is None:
        return f"Can't tell. {reasons}"
    figures = claimed(row)
    more, low, high, span = figures
    ends = f"({number(low)} to {number(high)})"
    if by_lot:
        return f"By lot: {number(more)} more for each one sent {ends}, within {span}."
    if row["verdict"] == MORE:
        week = f" Over {WEEK} it is not sure ({number(row['low'])} to {number(row['high'])})." if figures.by_day else ""
        return f"Followed by {number(more)} more than preceded by {ends}, within {span}.{week}"
    if row["verdict"] == LESS:
        return f"Preceded by {number(-more)} more than followed by ({number(-high)} to {number(-low)}), within {span}."
    most = number(max(high, 0.0)).removeprefix("< ")
    return f"No difference seen between what comes before and after: at most {most} more, within {span}."
