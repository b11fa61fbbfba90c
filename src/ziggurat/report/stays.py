"""Page 2: who gave or bought, who did so again, and who stays?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import between, count, money, number, share, whole
from ziggurat.results import tables
from ziggurat.stats.intervals import wilson

TITLE = "Donors and customers, and who stays"
YEAR = timedelta(days=365)
LEVEL = 1  # the lowest that is reached by doing anything
NOBODY = "Nobody gave or bought anything by this day, so it can't be told who does so again."
CAVEATS = (
    "Who gave in both periods need not have stayed in between, and who did not may still come back.",
    "What people pay where the log does not reach is not in it.",
)
Period = tuple[datetime, datetime]  # excluded, included


def page(scope: Scope) -> Page:
    """Write the page.

    It looks at a year, since many give or buy but once in one; at half of the log where that is shorter than two.
    """
    span = min(YEAR, (scope.until - scope.first) / 2)
    now, then = (scope.until - span, scope.until), (scope.until - 2 * span, scope.until - span)
    this, last = ledger(scope, now), ledger(scope, then)
    gave, before = givers(this), givers(last)
    first = (scope.first - timedelta(days=1), then[0])
    earlier = givers(ledger(scope, first)) if scope.first < then[0] else set[str]()
    if not gave and not before:
        return Page(TITLE, NOBODY, missing=True)
    days = number(round(span / timedelta(days=1)))
    rows = (
        ("Gave or bought in both", len(gave & before)),
        ("Came back after a pause", len(gave & earlier - before)),
        ("New", len(gave - before - earlier)),
        ("Lost: in the period before, and not in this one", len(before - gave)),
    )
    listing = Table(
        f"People who gave or bought, in the {days} days to the end of the period and in the {days} before",
        ("Of whom", "People"),
        tuple((name, whole(size)) for name, size in rows),
        frozenset({1}),
    )
    held = scope.at_end("retention", level=str(LEVEL), period="quarter", periods=8)
    figures = (drawn(scope, held),) if held.rows() else ()
    sentences = (*tell_money(scope, brought(this), brought(last), days), *tell_staying(scope, held))
    return Page(TITLE, headline(gave, before, days), sentences, figures, (listing,), CAVEATS)


def givers(found: Any) -> set[str]:
    """Return the known people who gave money, or bought, by a ledger."""
    return set(tables.collect(found.people(entry="money"), "person_id")["person_id"].to_pylist())


def ledger(scope: Scope, period: Period) -> Any:
    """Return what people gave and got in a period."""
    return scope.ask("mutual-value", since=period[0], until=period[1], by="entry")


def headline(gave: set[str], before: set[str], days: str) -> str:
    """Say how many of those who gave or bought did so again, with bounds."""
    if not before:
        said = count(len(gave), "person gave or bought", "people gave or bought")
        return f"{said} in the last {days} days, and nobody in the {days} before."
    again = len(gave & before)
    bounds = between(*(float(bound) for bound in wilson(again, len(before))))
    who = "the one person" if len(before) == 1 else f"the {number(len(before))} people"
    return (
        f"Of {who} who gave or bought in the {days} days before, {number(again)} did so again in the last {days}: "
        f"{share(again / len(before))} (95\u00a0% bounds {bounds})."
    )


def tell_money(scope: Scope, came: float, before: float, days: str) -> list[str]:
    """Say how much came in, and how that differs from the period before."""
    if not came and not before:
        return []
    said = f"In the last {days} days they brought {money(came, scope.currency)}"
    return [f"{said}; in the {days} before it was {money(before, scope.currency)}."]


def brought(found: Any) -> float:
    """Return the money that came in, by a ledger."""
    return float(sum(row["money"] or 0.0 for row in found.rows() if row["side"] == "gave"))


def tell_staying(scope: Scope, held: Any) -> list[str]:
    """Say how many of those who ever stood on the lowest level were there two and four quarters later."""
    started, there = Counter[int](), Counter[int]()
    for row in held.rows():
        started[row["period"]] += row["started"]
        there[row["period"]] += row["people"]
    parts = [
        f"{share(there[quarter] / started[quarter])} "
        f"({between(*(float(bound) for bound in wilson(there[quarter], started[quarter])))}) "
        f"{'half a year' if quarter == 2 else 'a year'} later"
        for quarter in (2, 4)
        if started[quarter]
    ]
    name = scope.ladder.names[LEVEL]
    return [f"Of those who reached {name}, {' and '.join(parts)} stood there or higher."] if parts else []


def drawn(scope: Scope, held: Any) -> Figure:
    """Draw how many stay, by when they came."""
    name = scope.ladder.names[LEVEL]
    return Figure(
        held.chart(),
        "Quarters in which people reached the level, down, and quarters since then, across: the share still there",
        f"Of those who reached {name} in a quarter (down), the share on it or higher so many quarters later (across).",
    )
