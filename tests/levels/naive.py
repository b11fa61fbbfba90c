"""The obviously right twin of the sweep: every rule asked by its definition, at every instant that could matter."""

from __future__ import annotations

from dataclasses import dataclass

from ziggurat.base.kinds import Kinds
from ziggurat.levels.ladder import Ladder, Rule

DAY = 86_400_000_000


@dataclass(frozen=True)
class Act:
    id: str
    at: int
    kind: str
    channel: str = "web"
    activity: str | None = None
    direction: str = "in"
    amount: float | None = None
    minutes: float | None = None
    score: float | None = None
    tone: str = "silent"  # how its words sound: silent, for, against, neither or unread


@dataclass(frozen=True)
class Raise:
    level: int
    since: int
    until: int


def fits(rule: Rule, act: Act, kinds: Kinds) -> bool:
    return (
        (not rule.channels or act.channel in rule.channels)
        and (not rule.activities or act.activity in rule.activities)
        and act.direction in ways(rule, kinds)
        and (rule.min_amount is None or (act.amount is not None and act.amount >= rule.min_amount))
        and (rule.min_score is None or (act.score is not None and act.score >= rule.min_score))
        and (not rule.says or says(act) in rule.says)
    )


def ways(rule: Rule, kinds: Kinds) -> set[str]:
    """Which ways an act may go that a rule counts: what people did, and what was done to them where it names that."""
    if rule.directions:
        return set(rule.directions)
    to_them = any(
        kinds.direction_of[kind] == "out" for kind in [*rule.kinds, *(rule.from_kinds or ()), *rule.until_kinds]
    )
    return {"in", "among", "out"} if to_them else {"in", "among"}


def says(act: Act) -> str:
    """What an act says of us: by its score, as a complaint, by its words, or by the deed alone."""
    if act.direction == "out":
        return "silent"
    if act.kind in ("rated", "reviewed") and act.score is not None and 0 <= act.score <= 10:
        return "for" if act.score >= 9 else "neither" if act.score >= 7 else "against"
    if act.kind == "complained":
        return "against"
    if act.kind in ("recommended", "referred"):
        return "against" if act.tone == "against" else "for"
    return act.tone


def window(days: float | None) -> float:
    return float("inf") if days is None else round(days * DAY)


def holds(rule: Rule, acts: list[Act], at: int, kinds: Kinds) -> bool:
    """Ask a rule at an instant, of the acts up to it (already cut), in order."""
    if rule.from_kinds:
        standing = False
        for act in acts:
            if fits(rule, act, kinds) and act.kind in rule.until_kinds:
                standing = False
            elif fits(rule, act, kinds) and act.kind in rule.from_kinds:
                standing = True
        wide = window(rule.while_active_days)
        active = wide == float("inf") or any(a.direction != "out" and at - a.at < wide for a in acts)
        return standing and active
    inside = [
        act
        for act in acts
        if at - act.at < window(rule.within_days)
        and (not rule.kinds or act.kind in rule.kinds)
        and fits(rule, act, kinds)
    ]
    if rule.at_least:
        return len(inside) >= rule.at_least
    if rule.on_days:
        return len({act.at // DAY for act in inside}) >= rule.on_days
    if rule.on_channels:
        return len({act.channel for act in inside}) >= rule.on_channels
    paid = [act.amount if rule.of == "amount" else act.minutes for act in inside]
    return sum(round(value * 1e6) for value in paid if value is not None and value > 0) >= round(
        (rule.worth or 0) * 1e6
    )


def instants(ladder: Ladder, acts: list[Act], raises: list[Raise]) -> list[int]:
    """Every instant at which a level could change: acts, ends of windows, of grace, of raises."""
    windows = {round(d * DAY) for _, r in ladder.rules() for d in (r.within_days, r.while_active_days) if d is not None}
    graces = {round(level.grace_days * DAY) for level in ladder.levels}
    raw = {act.at + shift for act in acts for shift in {0, *windows}}
    raw |= {max(edge, acts[0].at) for r in raises for edge in (r.since, r.until)}
    return sorted({at + grace for at in raw for grace in {0, *graces}})


def history(
    ladder: Ladder, acts: list[Act], raises: list[Raise], kinds: Kinds, until: int | None = None
) -> list[tuple]:
    """Return (level, since, change, cause id or None), one row for every stretch on one level."""
    acts = sorted(acts, key=lambda act: (act.at, act.id))
    times = [at for at in instants(ladder, acts, raises) if at >= acts[0].at and (until is None or at <= until)]
    raw = [[any(holds(r, cut(acts, at), at, kinds) for r in level.rules) for at in times] for level in ladder.levels]
    rows: list[tuple] = []
    for index, at in enumerate(times):
        now = 0
        for number, level in enumerate(ladder.levels, 1):
            grace = round(level.grace_days * DAY)
            held = raw[number - 1][index]
            for earlier in range(1, index + 1):
                lapsed = raw[number - 1][earlier - 1] and not raw[number - 1][earlier]
                held |= lapsed and times[earlier] <= at < times[earlier] + grace
            held |= any(r.level == number and max(r.since, acts[0].at) <= at < r.until for r in raises)
            now = number if held else now
        if not rows:
            rows.append((now, at, "first", cause(ladder, acts, at, now, kinds)))
        elif rows[-1][0] != now:
            climbed = now > rows[-1][0]
            rows.append(
                (now, at, "climb" if climbed else "slip", cause(ladder, acts, at, now, kinds) if climbed else None)
            )
    return rows


def cut(acts: list[Act], at: int) -> list[Act]:
    return [act for act in acts if act.at <= at]


def cause(ladder: Ladder, acts: list[Act], at: int, level: int, kinds: Kinds) -> str | None:
    """The earliest act of this instant from which on a rule of the level holds that did not hold before it."""
    if level == 0:
        return acts[0].id
    before, group = [act for act in acts if act.at < at], [act for act in acts if act.at == at]
    found: list[int] = []
    for rule in ladder.levels[level - 1].rules:
        truth = [holds(rule, before, at, kinds)] + [
            holds(rule, before + group[: n + 1], at, kinds) for n in range(len(group))
        ]
        if truth[-1] and not truth[0]:
            found.append(max(n for n in range(len(group)) if not truth[n]))
    return group[min(found)].id if found else None
