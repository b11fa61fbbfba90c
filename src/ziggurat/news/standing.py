"""On which of four steps does the organisation stand, did that change, and what is nearest on the road?"""

from __future__ import annotations

from typing import cast

from ziggurat.news.items import NAMED, Asking, Item, Parts, day, item, join_phrases
from ziggurat.scenario.criteria import SIDES, STEPS
from ziggurat.scenario.scenario import Scenario
from ziggurat.scenario.standing import Axis, holding, missing
from ziggurat.scenario.wording import write_threshold, write_value

TOPIC = "scenario"
QUARTER = 91  # days that are assessed, whatever the period
SEEN = {"inside": "From inside", "outside": "From outside"}


def tell_scenario(asking: Asking) -> list[Item]:
    """Tell both axes at the end of the period and at its beginning, what changed its step, and the road on."""
    period = asking.period
    windows = [period.ending(end, QUARTER).window for end in (period.until, period.since)]
    found, before = (cast(Scenario, asking.ask("scenario", **window)) for window in windows)
    options = windows[0]
    lead = asking.phrase(f"In the {QUARTER} days up to {day(period.until)}", "scenario", options)
    sides = "; ".join(axis(each, found) for each in found.axes)
    same = all(now.step == then.step for now, then in zip(found.axes, before.axes, strict=True))
    reaches = asking.reaches(period.ending(period.since, QUARTER))
    since = f" On {day(period.since)} it was {'the same' if same else earlier(before)}." if reaches else ""
    news = [item(TOPIC, 90 if reaches and not same else 55, lead, ": ", sides, ".", since)]
    if reaches:
        news += name_changes(asking, found, before, options)
    return [*news, *(one for side in SIDES for one in road(asking, found, side, options))]


def axis(now: Axis, found: Scenario) -> str:
    """Say where one side stands."""
    seen = SEEN[now.side].lower()
    if now.step is None:
        told = f"only {now.supported}" if now.supported else "none"
        return f"{seen} it can't be told, since {told} of {now.total} indicators can"
    return f"{seen} step {now.step} of {STEPS}, {found.criteria.names(now.side)[now.step - 1]}"


def earlier(before: Scenario) -> str:
    """Say where both sides stood."""
    if all(each.step is None for each in before.axes):
        return "not to be told from either side"
    return " and ".join(
        f"{SEEN[each.side].lower()} {'not to be told' if each.step is None else f'step {each.step}'}"
        for each in before.axes
    )


def name_changes(asking: Asking, found: Scenario, before: Scenario, options: dict[str, str]) -> list[Item]:
    """Name the indicators that came to another step, and say where the interval leaves that open.

    Nothing is said where no indicator could be told both then and now.
    """
    rows = {row["indicator"]: row for row in before.rows()}
    if not any(row["step"] and rows[row["indicator"]]["step"] for row in found.rows()):
        return []
    parts: list[Parts] = []
    for row in found.rows():
        then = rows[row["indicator"]]
        if row["step"] is None or then["step"] is None or row["step"] == then["step"]:
            continue
        one = next(one for one in found.criteria.indicators if one.name == row["indicator"])
        sure = all(end is None or one.step(end) == row["step"] for end in (row["low"], row["high"]))
        behind = {"indicator": row["indicator"]} if row["people"] else None
        name = asking.phrase(row["title"], "scenario", options, behind)
        was, now = (write_value(one.unit, each["value"], *one.thresholds) for each in (then, row))
        values = f"{was} then, {now} now"
        parts.append([name, f" from step {then['step']} to {row['step']} ({values}{'' if sure else ', not surely'})"])
    if not parts:
        return [item(TOPIC, 28, f"No indicator has come to another step since {day(asking.period.since)}.")]
    more = f" and {len(parts) - NAMED} more" if len(parts) > NAMED else ""
    return [item(TOPIC, 68, "Moved: ", *join_phrases(parts[:NAMED], last=", " if more else " and "), f"{more}.")]


def road(asking: Asking, found: Scenario, side: str, options: dict[str, str]) -> list[Item]:
    """Name what is nearest on the road to the next step of one side."""
    more, held = missing(side, found.criteria, found.values), holding(side, found.criteria, found.values)
    step = found.axes[SIDES.index(side)].step
    if not more or step is None:
        return []
    parts: list[Parts] = [
        [
            asking.phrase(hold.indicator.title, "scenario", options, {"indicator": hold.indicator.name}),
            f" ({write_value(hold.indicator.unit, hold.value, *hold.indicator.thresholds)}; "
            f"it takes {write_threshold(hold.indicator, hold.need)})",
        ]
        for hold in held[: min(more, NAMED)]
    ]
    lead = f"{SEEN[side]}, nearest on the road to step {step + 1}, which takes {more} more: "
    return [item(TOPIC, 52, lead, *join_phrases(parts), ".")]
