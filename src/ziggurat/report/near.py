"""Page 3: how far do activities reach, how personal are they, and how near does the whole mix come to the aim?"""

from __future__ import annotations

from typing import Any

from ziggurat.report.pages import Figure, Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import GAP, change, count, number, plain, share, whole

TITLE = "Reach, value and the mix"
LISTED = 7  # activities in the table
CAVEATS = (
    "Reach and value say whom a message came to and how personal it was, and not what it brought.",
    "Leaving an activity out leaves out its messages only: what people would have done without it is not known.",
)
NOTHING = "Reach and value can't be told, nor what media reached."


def page(scope: Scope) -> Page:
    """Write the page."""
    reach = scope.over("reach-value")
    if not reach.rows():
        return Page(TITLE, f"{NOTHING} {reach.empty}", missing=True)
    mix = scope.over("mix")
    rows = mix.rows()
    figure = Figure(
        reach.chart(),
        "A map: how personal an activity's message is across, how many people it reaches up",
        "A dot is an activity, larger where it cost more, hollow where its reach is estimated. Grey: where the text "
        "that the map follows has its examples.",
    )
    sentences = tuple(tell_nearness(scope, rows))
    return Page(TITLE, headline(rows, mix.empty), sentences, (figure,), (table(reach.rows(), rows),), CAVEATS)


def headline(rows: list[dict[str, Any]], empty: str) -> str:
    """Say how many all activities together reach, and with what value. empty: why there are no rows."""
    if not rows:
        return f"{empty} What media reached is estimated."
    whole = rows[0]
    known = count(whole["people"], "known person", "known people")
    said = f"All activities together reached {known}, {share(whole['reach_share'])} of all"
    if whole["value"] is None:
        return f"{said}; how personal their messages were can't be told before people had time to come back."
    bounds = f"95\u00a0% bounds {number(whole['value_low'])} to {number(whole['value_high'])}"
    return f"{said}, with messages whose value is {number(whole['value'])} of 1 ({bounds})."


def tell_nearness(scope: Scope, rows: list[dict[str, Any]]) -> list[str]:
    """Say how near the mix is to the aim, whether that changed, and what draws it there or away."""
    if not rows or rows[0]["distance"] is None:
        return []
    whole = rows[0]
    said = (
        f"From the aim, a dialogue of their own with everyone (distance 0; nobody reached is 1), the mix is "
        f"{number(whole['distance'])} away "
        f"(95\u00a0% bounds {number(whole['distance_low'])} to {number(whole['distance_high'])})"
    )
    sentences = [f"{said}{tell_change(scope, whole)}."]
    parts = sorted((row for row in rows[1:] if row["nearer"]), key=lambda row: float(row["nearer"]))
    if parts and parts[-1]["nearer"] > 0:
        best = parts[-1]
        sentences.append(
            f"“{plain(best['activity'])}” brings it nearest: without it, it would be {number(best['nearer'])} further."
        )
    if parts and parts[0]["nearer"] < 0:
        worst = parts[0]
        sentences.append(
            f"“{plain(worst['activity'])}” draws it away most ({number(-worst['nearer'])}), as mass messages do; it "
            "may still be what pays."
        )
    return sentences


def tell_change(scope: Scope, whole: dict[str, Any]) -> str:
    """Say whether the distance differs from that of the period before, where the log holds that one."""
    if scope.periods(2) < 2:
        return "; the log does not hold the period before"
    rows = scope.ask("mix", since=scope.since - scope.length, until=scope.since).rows()
    before = rows[0] if rows else None
    if before is None or before["distance"] is None:
        return "; the period before can't be told"
    way = "no clear change from"
    if whole["distance_high"] < before["distance_low"]:
        way = "nearer than"
    elif whole["distance_low"] > before["distance_high"]:
        way = "further than"
    return f", {way} the period before ({number(before['distance'])})"


def table(reach: list[dict[str, Any]], mix: list[dict[str, Any]]) -> Table:
    """List the activities that reach most people, and each one's part in the mix."""
    parts = {row["activity"]: row for row in mix[1:]}
    rows = tuple(
        (
            plain(row["activity"], 40),
            people(row),
            "too early" if row["value"] is None else write_value(row),
            "–" if row["interact_share"] is None else share(row["interact_share"]),
            *part(parts.get(row["activity"])),
        )
        for row in reach[:LISTED]
    )
    which = f"{len(rows)} of {len(reach)} activities, those" if len(reach) > len(rows) else "The activities"
    caption = (
        f"{which} that reach most people, the value of their messages with 95\u00a0% bounds, and their part in the mix"
        if len(reach) > 1
        else "The activity, the value of its messages with 95\u00a0% bounds, and its part in the mix"
    )
    heads = ("Activity", "People", "Value", "Dialogue", "By it alone", "Its share of all reached", "Brings nearer by")
    return Table(caption, heads, rows, frozenset(range(1, 7)))


def part(row: dict[str, Any] | None) -> tuple[str, str, str]:
    """Write an activity's part in the mix, of which media are none: nobody knows whom they reached."""
    if row is None:
        return "–", "–", "–"
    return number(row["only"]), share(row["shapley_share"]), change(row["nearer"])


def people(row: dict[str, Any]) -> str:
    """Write how many people an activity reaches, by how that is known."""
    if row["basis"] == "unknown" or row["reach"] is None:
        return "not known"
    return f"about{GAP}{whole(row['reach'])}" if row["basis"] == "estimated" else whole(row["reach"])


def write_value(row: dict[str, Any]) -> str:
    """Write a value with its bounds."""
    low, high = number(row["value_low"]), number(row["value_high"])
    return number(row["value"]) + (f" ({low} to {high})" if low != high else "")
