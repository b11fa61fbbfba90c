"""Page 1: how does the pyramid stand, and who moved?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ziggurat.report.pages import Figure, Page
from ziggurat.report.scope import Scope
from ziggurat.report.wording import between, count, day, number, plain, share
from ziggurat.stats.intervals import wilson

TITLE = "The pyramid, and who moved"
CAVEATS = (
    "A move says nothing of its cause: an activity that comes before a climb need not have brought it.",
    "Levels follow rules on what the log holds. What people do elsewhere, or anonymously, raises nobody.",
)


def page(scope: Scope) -> Page:
    """Write the page."""
    pyramid = scope.at_end("pyramid", compare_at=scope.since)
    rows = pyramid.rows()
    known = sum(row["people"] for row in rows if row["level"] >= 0)
    if not known:
        return Page(TITLE, "Nobody is known by name or address yet, so nobody stands on a level.", missing=True)
    moves = scope.over("moves")
    totals = moves.totals()
    ladder = plain(scope.ladder.title or scope.ladder.name)
    figures = (
        Figure(
            pyramid.chart(),
            "One step per level, with its people, their share of all known people, and the change since the beginning",
            f"{ladder}: people, share of all who are known, and change since {day(scope.since)}.",
        ),
        Figure(
            moves.chart(),
            "People by the level on which they stood at the beginning, down, and at the end, across",
            "From the level at the beginning (down) to the level at the end (across); New were not known before.",
        ),
    )
    sentences = (*people(rows, known, totals["new"]), *tell_tipping_rule(scope), *flagging(scope))
    return Page(TITLE, headline(totals), sentences, figures, caveats=CAVEATS)


def headline(totals: dict[str, int]) -> str:
    """Say whether more climbed or slipped, and how far chance alone could have made it so."""
    climbed, moved = totals["climbed"], totals["climbed"] + totals["slipped"]
    if not moved:
        return "Nobody who was known at the beginning climbed or slipped."
    low, high = (float(bound) for bound in wilson(climbed, moved))
    said = f"{number(climbed)} climbed and {number(totals['slipped'])} slipped"
    bounds = f"of those who moved, {share(climbed / moved)} climbed (95\u00a0% bounds {between(low, high)})"
    if low > 0.5:
        return f"More people climbed than slipped: {said}; {bounds}."
    if high < 0.5:
        return f"More people slipped than climbed: {said}; {bounds}."
    return f"No clear way up or down: {said}; {bounds}."


def people(rows: list[dict[str, Any]], known: int, new: int) -> list[str]:
    """Say how many are known, and how many of them stand high."""
    levels = sorted((row for row in rows if row["level"] >= 0), key=lambda row: int(row["level"]))
    half = levels[(len(levels) + 1) // 2 :]
    new_ones = f"{number(new)} of them new" if known != 1 else "and new" if new else "and not new"
    said = f"{count(known, 'person is', 'people are')} known, {new_ones} in this period"
    if not half:
        return [f"{said}."]
    high = sum(row["people"] for row in half)
    change = high - sum(row["then"] for row in half)
    name = plain(half[0]["level_name"])
    than = f"{number(abs(change))} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    return [
        f"{said}. {count(high, 'stands', 'stand')} on {name} or higher ({share(high / known)}), "
        f"{than} at the beginning."
    ]


def tell_tipping_rule(scope: Scope) -> list[str]:
    """Say which rule tipped most climbs."""
    climbs: Counter[str] = Counter()
    for row in scope.over("causes", limit=1_000_000).rows():
        climbs[row["rule"]] += row["climbs"]
    if not climbs:
        return []
    rule, most = climbs.most_common(1)[0]
    return [f"The rule that tipped most climbs, {number(most)} of {number(climbs.total())}: “{plain(rule, 160)}”."]


def flagging(scope: Scope) -> list[str]:
    """Say how many are about to slip, and how many have gone quiet."""
    found = scope.at_end("flagging", limit=1_000_000)
    ways, quiet = Counter(row["why"] for row in found.rows()), sum(row["rhythm"] is not None for row in found.rows())
    said = []
    if grace := ways["in grace"]:
        said.append(
            f"{count(grace, 'person keeps their level', 'people keep their level')} only by its days of grace, and "
            "will slip if nothing more happens."
        )
    if slipped := ways["slipped"]:
        said.append(f"{count(slipped, 'person', 'people')} slipped within the last 90 days and did not come back.")
    if quiet:
        said.append(
            f"{count(quiet, 'person has', 'people have')} gone quiet: by their own rhythm, so long a silence comes at "
            "most once in twenty years."
        )
    return said
