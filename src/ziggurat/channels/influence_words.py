"""What is said of a pair, in one sentence: what is seen, or why it can't be told and which experiment would tell?"""

from __future__ import annotations

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
    UNKNOWN,
    WEEKLY,
    Pair,
)  # fmt: skip
from ziggurat.words.numbers import number

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
        COMMON: f"Where no “{third}” came within a week, nothing is left of it: that comes before both.",
    }[pair.why]
    return f"{text} {lot}"


def sentence(pair: Pair, figures: tuple[float, float, float], by_lot: bool, reasons: str) -> str:
    """Say what may be said of a pair; figures: how many more follow within a week, low and high."""
    more, low, high = figures
    ends = f"({number(low)} to {number(high)})"
    if pair.verdict == UNKNOWN:
        return f"Can't tell. {reasons}"
    if by_lot:
        return f"By lot: {number(more)} more for each one sent {ends}, within 7 days."
    if pair.verdict == MORE:
        seen = "" if low > 0 else " It is sure within a day, not over the week."
        return f"Followed by {number(more)} more than preceded by {ends}, within 7 days.{seen}"
    if pair.verdict == LESS:
        return f"Preceded by {number(-more)} more than followed by ({number(-high)} to {number(-low)}), within 7 days."
    return (
        f"No difference seen between what comes before and after: at most {number(max(high, 0.0))} more, within 7 days."
    )
