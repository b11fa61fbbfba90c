"""Page 3: what is followed by what, more than people's habits explain?"""

from __future__ import annotations

from typing import Any

from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import between, count, day, listed, number, plain, share

TITLE = "What goes before what"
REST = "(all others)"
LEAST = 20  # people on whom a line of the table must rest
LISTED = 6
NOTHING = "What goes before what can't be told: too few people did two different things by this day."
CAVEATS = (
    "This is observational. What follows need not be caused: whoever writes to people when they are about to buy sees "
    "the same. Only an experiment, in which chance decides who gets what, can tell.",
    "Rhythms of the day and the week, and causes that the log does not hold, may be read as influence.",
)


def page(scope: Scope) -> Page:
    """Write the page."""
    found = scope.at_end("influence")
    pairs = [row for row in found.rows() if row["triggered_low"] is not None and others(row)]
    if not pairs:
        return Page(TITLE, NOTHING, missing=True)
    strong = [row for row in pairs if row["triggered_low"] > 0]
    kept = sorted((row for row in strong if quiet(row)), key=strength, reverse=True)
    figure = Figure(
        found.chart(),
        "Causes down, effects across: how many of an effect follow one of a cause beyond habit, and how surely",
        "How many more of these (across) follow one of those (down), directly and beyond habit. In brackets: its "
        "95\u00a0% bounds hold 0. That it follows is no proof that it was caused.",
    )
    sentences = (reading(scope, len(pairs), strong, kept), *of_itself(found, kept))
    tables = (table(kept),) if kept else ()
    return Page(TITLE, headline(kept), sentences, (figure,), tables, CAVEATS)


def others(row: dict[str, Any]) -> bool:
    """Tell whether a pair is of two named things, and rests on enough people."""
    names = (row["cause"], row["effect"])
    return names[0] != names[1] and REST not in names and row["people"] >= LEAST


def quiet(row: dict[str, Any]) -> bool:
    """Tell whether the pair's placebo finds nothing, as it must."""
    return row["placebo_low"] is None or bool(row["placebo_low"] <= 0 <= row["placebo_high"])


def strength(row: dict[str, Any]) -> tuple[float, float]:
    """Order pairs by the share of the effect that goes with the cause."""
    return (row["direct_share"] or 0.0, row["triggered"])


def bounds(row: dict[str, Any]) -> str:
    """Write a pair's bounds."""
    return f"{hundred(row['triggered_low'])} to {hundred(row['triggered_high'])}"


def hundred(triggered: float) -> str:
    """Write how many follow a hundred."""
    return number(round(triggered * 100, 4))


def headline(kept: list[dict[str, Any]]) -> str:
    """Say which pair is the strongest."""
    if not kept:
        return "Nothing is seen to follow anything else more often than people's habits explain."
    first = kept[0]
    return (
        f"“{plain(first['effect'])}” follows “{plain(first['cause'])}” more often than people's habits explain: "
        f"{hundred(first['triggered'])} more for every hundred (95\u00a0% bounds {bounds(first)}). "
        "Whether it is the cause is not known."
    )


def reading(
    scope: Scope, pairs: int, strong: list[dict[str, Any]], kept: list[dict[str, Any]]
) -> str:  # fmt: skip
    """Say how many pairs were looked at, how many seem sure, and how many of these chance alone would bring."""
    chance = number(round(0.025 * pairs, 1))
    said = (
        f"Read from everything between {day(scope.first)} and {day(scope.until)}. Of {count(pairs, 'pair', 'pairs')} "
        f"of two different things, seen in {LEAST} people or more, {number(len(strong))} lie surely above 0; chance "
        f"alone would bring about {chance}"
    )
    if not strong:
        return f"{said}."
    failed = len(strong) - len(kept)
    if not failed:
        return f"{said}. With all times drawn anew, nothing is left of any of them, as it should be."
    still = "is still seen, and left out" if failed == 1 else "are still seen, and left out"
    return f"{said}. With all times drawn anew, {number(failed)} of them {still}."


def of_itself(found: Any, kept: list[dict[str, Any]]) -> list[str]:
    """Say how much of the strongest effects came of itself."""
    parts = {row["effect"]: row for row in found.fit.to_pylist() if row["exogenous_low"] is not None}
    effects = [name for name in dict.fromkeys(row["effect"] for row in kept[:3]) if name in parts]
    said = [f"{of_all(parts[name])} of “{plain(name)}”" for name in effects]
    return [f"Of itself, so that nothing else in the log went before it, came {listed(said)}."] if said else []


def of_all(row: dict[str, Any]) -> str:
    """Write a share that came of itself, with its bounds, none of them beyond what a share can be."""
    part, low, high = (min(1.0, max(0.0, row[f"exogenous_{end}"])) for end in ("share", "low", "high"))
    return f"{share(part)} (95\u00a0% bounds {between(low, high)})"


def table(kept: list[dict[str, Any]]) -> Table:
    """List the strongest pairs."""
    heads = (
        "After one of these",
        "come more of these",
        "per hundred",
        "95\u00a0% bounds",
        "of all of them",
        "half within",
    )
    rows = tuple(
        (
            plain(row["cause"], 32),
            plain(row["effect"], 32),
            hundred(row["triggered"]),
            bounds(row),
            "–" if row["direct_share"] is None else share(row["direct_share"]),
            lasting(row["half_life_days"]),
        )
        for row in kept[:LISTED]
    )
    caption = f"The strongest {len(rows)} of {count(len(kept), 'pair', 'pairs')}, by their share of what follows"
    return Table(caption, heads, rows, frozenset(range(2, 6)))


def lasting(days: float) -> str:
    """Write a half-life."""
    return f"{number(round(days * 24, 1))} hours" if days < 2 else f"{number(days)} days"
