"""Further worlds without influence, of kinds that `bench/worlds.py` doesn't have, and causes that are not in the log.

Few who do nearly all; a log that misses five days; a rush before holidays; a crowd that grows and changes; kinds that
each have hours of their own on busy days; and mails that come on fixed days after a person came, while what people do
changes with the time since. In none of them anything influences anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bench.worlds import MAIL, SENT, Draw, Floats, Ints, Plan, leavers


def heavy(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Activity of a Pareto law: a few people do most; everyone has a break of two weeks."""
    share = (1 + np.arange(people)[person] * 20 / people) ** -1.1
    pause = draw.uniform(0, days - 14, people)[person]
    return np.where((at > pause) & (at < pause + 14), 0.0, share)


def outage(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Nothing was logged for five days, and what is done is made up for afterwards within three."""
    from_day = days / 2
    missing = (at > from_day) & (at < from_day + 5)
    after = (at >= from_day + 5) & (at < from_day + 8)
    return np.where(missing, 0.0, np.where(after, 1.0, 0.4))


def holidays(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """More from day to day for two weeks, then hardly anything for ten days."""
    since = at - days * 0.6
    rush = 0.3 + 0.7 * np.exp(np.minimum(since, 0) / 5)
    return np.where((since >= 0) & (since < 10), 0.05, np.where(since < 0, rush, 0.3))


def growing(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """The crowd doubles every month, and nobody leaves."""
    come = days + np.log2(np.maximum(draw.random(people), 2.0 ** (-days / 30))) * 30
    return (at > come[person]).astype(float)


def busy_days(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """Everyone is busy on eight days of their own, from six in the morning, and hardly on any other."""
    mine = np.floor(draw.uniform(0, days, (people, 8)))
    return np.where((np.floor(at)[:, None] == mine[person]).any(axis=1), 1.0, 0.03)


def hours_by_kind(at: Floats, kind: Ints, days: int) -> Floats:
    """Visits at any time of day, reading mostly in the morning, purchases mostly in the evening."""
    hour = at % 1 * 24
    peak = np.where(kind == 1, 9, 19)
    return np.where(kind == 0, 0.3, 0.05 + 0.95 * np.exp(-(((hour - peak) / 2.5) ** 2)))


def warming(draw: Draw, person: Ints, at: Floats, people: int, days: int) -> Floats:
    """People come at any time, look about for twenty days, and then do five times as much."""
    come = draw.uniform(0, days * 0.6, people)
    since = at - come[person]
    return np.where(since < 0, 0.0, np.where(since < 20, 0.2, 1.0))


FURTHER: dict[str, Plan] = {
    "few do most": Plan(heavy),
    "five days missing": Plan(outage),
    "holidays": Plan(holidays),
    "growing": Plan(growing),
    "hours by kind": Plan(calendar=hours_by_kind),
    "hours by kind, busy days": Plan(busy_days, hours_by_kind),
    "welcome series, life cycle": Plan(leavers, cycle=True, sent="drip"),
    "welcome series, warming": Plan(warming, cycle=True, sent="drip", rate=0.3),
}
UNTOLD: dict[str, tuple[Plan, set[tuple[str, str]]]] = {
    "welcome series": (Plan(warming, sent="drip", rate=0.3, effects={(0, SENT): (0.3, 0.5)}), MAIL),
}


def unseen(one: float, other: float, people: int = 500, size: float = 0.3) -> Plan:
    """What is sent brings visits and reading, each with a half-life of its own, and isn't in the log."""
    return Plan(effects={(0, SENT): (size, one), (1, SENT): (size, other)}, people=people, hidden=True)


HIDDEN: Mapping[str, Plan] = {
    "an unseen cause, equal delays": unseen(0.5, 0.5),
    "an unseen cause, delays of half a day and two days, 3,000 people": unseen(0.5, 2.0, 3000),
    "an unseen cause, delays of half a day and two days": unseen(0.5, 2.0),
    "a stronger unseen cause, delays of half a day and two days": unseen(0.5, 2.0, size=0.5),
    "an unseen cause, delays of six hours and four days, 3,000 people": unseen(0.25, 4.0, 3000),
}
TOLD: Mapping[str, Plan] = {  # too few read first for any log of this size to show it: the rate is told
    "an unseen cause, delays of an hour and two days": unseen(1 / 24, 2.0),
    "a stronger unseen cause, delays of an hour and two days": unseen(1 / 24, 2.0, size=0.5),
}
