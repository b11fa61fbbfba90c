"""A ladder as the arrays that the kernel reads: which rule looks at which coded interaction, and what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.declare import matches
from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import DIRECTIONS
from ziggurat.levels.ladder import Ladder, Rule, directions
from ziggurat.speech.tones import SAYINGS

AT_LEAST, WORTH, ON_DAYS, ON_CHANNELS, STANDING = range(5)
TYPES = {"at_least": AT_LEAST, "worth": WORTH, "on_days": ON_DAYS, "on_channels": ON_CHANNELS, "from_kinds": STANDING}
OUT = DIRECTIONS.index("out")
DAY = 86_400_000_000  # µs
MICRO = 1_000_000  # amounts and minutes are added up as whole millionths, so that sums are exact
MOST = 1e18  # millionths that one interaction counts at most, so that sums fit into 64 bits: ladder.MAX_WORTH
FOREVER = np.int64(2**62)
NEVER = -FOREVER


class Codes(NamedTuple):
    """What the small integers in a history stand for, each by position."""

    kinds: Sequence[str]
    channels: Sequence[str]
    activities: Sequence[str]


class Plan(NamedTuple):
    """R rules over K kinds, C channels and A activities; `activity` has a last column for 'no activity'."""

    test: npt.NDArray[np.int64]  # (R,) AT_LEAST … STANDING
    level: npt.NDArray[np.int64]  # (R,) ascending
    need: npt.NDArray[np.int64]  # (R,) a count, or millionths
    window: npt.NDArray[np.int64]  # (R,) µs, FOREVER for lifetime
    minutes: npt.NDArray[np.bool_]  # (R,) worth of minutes, not amount
    kind: npt.NDArray[np.bool_]  # (R, K) looked at; for standing: starts it
    ends: npt.NDArray[np.bool_]  # (R, K) ends a standing
    channel: npt.NDArray[np.bool_]  # (R, C)
    activity: npt.NDArray[np.bool_]  # (R, A + 1)
    direction: npt.NDArray[np.bool_]  # (R, 3)
    min_amount: npt.NDArray[np.float64]  # (R,) -inf for none
    min_score: npt.NDArray[np.float64]  # (R,)
    saying: npt.NDArray[np.bool_]  # (R, S) by what an interaction says, as `speech.tones.SAYINGS`
    gated: npt.NDArray[np.bool_]  # (R,) has conditions
    grace: npt.NDArray[np.int64]  # (L + 1,) µs


def plan(ladder: Ladder, codes: Codes, kinds: Kinds) -> Plan:
    """Compile a ladder for histories with the given codes. Kinds that no history has simply never match.

    Where a rule counts answers that were taken as help, kinds are there twice: K more codes stand for the same, taken
    as help at that instant. Such a row is nothing that the person did then: its direction is `out`.
    """
    rules = ladder.rules()
    only = [rule for _, rule in rules]
    twice = 2 if any(rule.helpful for rule in only) else 1
    return Plan(
        test=np.array([TYPES[rule.test] for rule in only], np.int64),
        level=np.array([level for level, _ in rules], np.int64),
        need=np.array([need(rule) for rule in only], np.int64),
        window=np.array([window(rule) for rule in only], np.int64),
        minutes=np.array([rule.of == "minutes" for rule in only], np.bool_),
        kind=grid([looks(rule, codes.kinds, kinds, twice) for rule in only]),
        ends=grid([ending(rule, codes.kinds, kinds) + blank(codes.kinds, twice) for rule in only]),
        channel=grid([[matches(name, rule.channels) for name in codes.channels] for rule in only]),
        activity=grid(
            [[*(matches(name, rule.activities) for name in codes.activities), not rule.activities] for rule in only]
        ),
        direction=grid([[way in ways(rule, kinds) for way in DIRECTIONS] for rule in only]),
        min_amount=np.array([-np.inf if rule.min_amount is None else rule.min_amount for rule in only]),
        min_score=np.array([-np.inf if rule.min_score is None else rule.min_score for rule in only]),
        saying=grid([[not rule.says or one in rule.says for one in SAYINGS] for rule in only]),
        gated=np.array([bool(rule.conditions) for rule in only], np.bool_),
        grace=np.array([0, *(round(level.grace_days * DAY) for level in ladder.levels)], np.int64),
    )


def looks(rule: Rule, names: Sequence[str], kinds: Kinds, twice: int) -> list[bool]:
    """Tell which codes of kinds a rule looks at: those that it names, and those that are like them."""
    plain = [not kinds_of_rule(rule) or kinds.fits(name, kinds_of_rule(rule)) for name in names]
    return [False] * len(names) + plain if rule.helpful else plain + blank(names, twice)


def ending(rule: Rule, names: Sequence[str], kinds: Kinds) -> list[bool]:
    """Tell which kinds end a standing."""
    return [kinds.fits(name, rule.until_kinds) for name in names]


def blank(kinds: Sequence[str], twice: int) -> list[bool]:
    """Return the flags of the codes for what was taken as help, where there are any."""
    return [False] * (len(kinds) * (twice - 1))


def ways(rule: Rule, kinds: Kinds) -> tuple[str, ...]:
    """Return the directions that a rule looks at, in rows as `plan` describes them."""
    return ("out",) if rule.helpful else directions(rule, kinds)


def kinds_of_rule(rule: Rule) -> tuple[str, ...]:
    """Return the kinds that a rule looks at, none for all."""
    return rule.from_kinds or rule.kinds


def need(rule: Rule) -> int:
    """Return what a rule needs in the kernel's unit."""
    return round(rule.need * MICRO) if rule.test == "worth" else int(rule.need)


def window(rule: Rule) -> int:
    """Return the trailing window in µs; for standing, the window of activity."""
    days = rule.while_active_days if rule.test == "from_kinds" else rule.within_days
    return int(FOREVER) if days is None else round(days * DAY)


def grid(rows: list[list[bool]]) -> npt.NDArray[np.bool_]:
    """Return a 2-D array of flags that has at least one column."""
    return np.array([row or [False] for row in rows], np.bool_)
