"""Page 4: what is followed by more of what than it is preceded by, and of what can't that be told?"""

from __future__ import annotations

from typing import Any

from ziggurat.channels.influence_model import LOT, MORE, UNKNOWN
from ziggurat.channels.influence_words import beyond_usual, claimed
from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import count, day, number, plain

TITLE = "What goes before what"
REST = "(all others)"
LEAST = 20  # people on whom a line of the table must rest
LISTED = 6
CANT = "Can't tell. "
NOTHING = "What goes before what can't be told: too few people did two different things by this day."
CAVEATS = (
    "What follows need not be caused, but for what a lot decided: a cause that the log does not hold may come before "
    "both. Only an experiment, in which chance decides who gets what, can tell.",
)


def page(scope: Scope) -> Page:
    """Write the page."""
    found = scope.at_end("influence")
    pairs = [row for row in found.rows() if others(row)]
    if not pairs:
        return Page(TITLE, " ".join(filter(None, [NOTHING, found.empty])), missing=True)
    kept = sorted((row for row in pairs if row["verdict"] == MORE and row["sure"]), key=strength, reverse=True)
    figure = Figure(
        found.chart(),
        "Causes down, effects across: how many more of an effect follow one of a cause than precede it",
        "How many more of these (across) follow one of those (down) within 7 days than precede it. “1 d”: within a "
        "day, as over 7 days it is not sure. In brackets: no difference is seen. A question mark: it can't be told. "
        "That it follows is no proof that it was caused.",
    )
    tables = (table(kept),) if kept else ()
    return Page(TITLE, headline(kept), (reading(scope, pairs, kept), *untold(pairs)), (figure,), tables, CAVEATS)


def others(row: dict[str, Any]) -> bool:
    """Tell whether a pair is of two named things, and rests on enough people."""
    names = (row["cause"], row["effect"])
    return names[0] != names[1] and REST not in names and row["people"] >= LEAST


def strength(row: dict[str, Any]) -> tuple[bool, float]:
    """Order pairs: what a lot decided, then by how many more follow."""
    return row["basis"] == LOT, claimed(row).more


def bounds(low: float, high: float) -> str:
    """Write bounds."""
    return f"{write_per_hundred(low)} to {write_per_hundred(high)}"


def write_per_hundred(more: float) -> str:
    """Write how many more there are for a hundred."""
    return number(round(more * 100, 4))


def headline(kept: list[dict[str, Any]]) -> str:
    """Say which pair is the strongest, with what makes it worth believing."""
    if not kept:
        return "Nothing is surely followed by more of anything else than it is preceded by."
    first = kept[0]
    effect, cause = plain(first["effect"]), plain(first["cause"])
    more, low, high, span = claimed(first)
    ends = bounds(low, high)
    said = f"{write_per_hundred(more)} more “{effect}” for every hundred “{cause}” (95\u00a0% bounds {ends})"
    if first["basis"] == LOT:
        return f"By lot, so that it is an effect: {said}, within {span}."
    return (
        f"{said} follow within {span} than precede it, while the day before it holds "
        f"{beyond_usual(first['before'], write_per_hundred)} than usual "
        f"({bounds(first['before_low'], first['before_high'])}; 0 is as it should be); "
        "no lot says whether it is the cause."
    )


def reading(scope: Scope, pairs: list[dict[str, Any]], kept: list[dict[str, Any]]) -> str:
    """Say how many pairs were looked at, and how many are sure among so many."""
    seen = count(len(pairs), "pair", "pairs")
    return (
        f"Read from everything between {day(scope.first)} and {day(scope.until)}. Of {seen} of two different things, "
        f"seen in {LEAST} people or more, {number(len(kept))} would still be sure with all pairs looked at together."
    )


def untold(pairs: list[dict[str, Any]]) -> list[str]:
    """Say of how many pairs nothing can be said, and why of one of them."""
    some = sorted((row for row in pairs if row["verdict"] == UNKNOWN), key=lambda row: -row["people"])
    if not some:
        return []
    first = some[0]
    return [
        f"Of {count(len(some), 'pair', 'pairs')} it can't be told. Of “{plain(first['cause'])}” and "
        f"“{plain(first['effect'])}”: {first['said'].removeprefix(CANT)}"
    ]


def table(kept: list[dict[str, Any]]) -> Table:
    """List the strongest pairs, each with its span and its check."""
    found = "per hundred", "95\u00a0% bounds", "within", "in the day before", "by"
    heads = ("After one of these", "come more of these", *found)
    rows = tuple(
        (
            plain(row["cause"], 32),
            plain(row["effect"], 32),
            write_per_hundred(more),
            bounds(low, high),
            span,
            "–" if row["before"] is None else write_per_hundred(row["before"]),
            row["basis"],
        )
        for row in kept[:LISTED]
        for more, low, high, span in [claimed(row)]
    )
    caption = f"The strongest {len(rows)} of {count(len(kept), 'pair', 'pairs')}"
    return Table(caption, heads, rows, frozenset({2, 3, 5}))
