"""Which series left their band, which campaign brought people, which source stopped, and who can't be one person?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from ziggurat.base.words.texts import plain
from ziggurat.news.card import Card, say
from ziggurat.news.card_people import LEAST, YEAR, known_people, more_by_chance
from ziggurat.news.items import Asking, day, number, people, percent
from ziggurat.roles.anomalies import Anomalies
from ziggurat.roles.watched import HEARD, IN_TIME, MOOD, NEW, SCORE

Brought = Mapping[str, dict[str, Any]]  # by activity, in order
LEADING = 2  # series that are cards; how many more there are is said
CAMPAIGN = 20  # people whom one brought, at least
CAMPAIGN_DAYS = 120  # for so long one lasts at most: what brings people all year is none
BEFORE, AFTER = 14, 7  # days about a change, of which what is noted is said
MANY = 14  # others beside which an address stands
CAUTION = "At most one look in twenty finds anything where nothing changed, over all series together."


def series(asking: Asking) -> list[Card]:
    """Tell which series left their band, the most surprising first, and always that of the detractors who are heard;
    which campaigns did is distinguished."""
    found = anomalies(asking)
    rows = [row for row in found.rows() if row["out"] and row["measure"] != NEW]
    cards = [card_of(asking, found, row, len(rows)) for row in rows]
    cards.sort(key=lambda card: -card.weight)
    return [card for place, card in enumerate(cards) if place < LEADING or card.key == f"series {HEARD}"]


def anomalies(asking: Asking) -> Anomalies:
    """Answer which series left their band."""
    return cast("Anomalies", asking.ask("anomalies", at=asking.period.until.isoformat()))


def card_of(asking: Asking, found: Anomalies, row: dict[str, Any], out: int) -> Card:
    """Tell of one series."""
    options = {"at": asking.period.until.isoformat()}
    key = {"measure": row["measure"], "about": row["about"]}
    name = asking.phrase(words(row), "anomalies", options, key)
    usual = f"{write(row, row['usual_least'])} to {write(row, row['usual_most'])}"
    past = f"where its past would have it at {write(row, row['expected'])}"
    # what the stance of people did is another figure than how much of what is heard is theirs
    moved = "" if row["measure"] == HEARD else f": {row['what']}"
    now = f" has been {write(row, row['now'])} {unit(row)} since {day(row['since'])}, {past}{moved}"
    said = say(name, f"{now}{happened(asking, row['since'].date())}.")
    others = f" {number(out - 1)} more left their band." if out > 1 else ""
    of = f"Of {people(row['people'])} in the last {number(row['weeks'])} weeks"
    behind = f"{of}; by its past anything from {usual} was to be expected. {CAUTION}{others}"
    more = asking.phrase("All series", "anomalies", options)
    if row["measure"] == HEARD:
        more = asking.phrase("Who is heard", "friends-and-foes", options)
    stake = (
        0.9
        if row["measure"] in (SCORE, MOOD, HEARD, IN_TIME)
        else 0.3 + 0.6 * row["people"] / max(1, known_people(asking))
    )
    return Card(
        f"series {words(row)}"[:300], words(row), said, stake * surprise(row), write(row, row["now"]), unit(row),
        found.weekly[row["measure"], row["about"]], (), behind, more, matter=row["about"] or "",
    )  # fmt: skip


def happened(asking: Asking, since: date) -> str:
    """Say what is noted of the days about the one on which a series left its band."""
    near = asking.workspace.config.noted(since - timedelta(days=BEFORE), since + timedelta(days=AFTER))
    return "".join(f"; {day(one)}: {plain(said, 100)}" for one, said in near if one <= asking.period.until)


def surprise(row: dict[str, Any]) -> float:
    """Return how surprising it is, 0.5 at the edge of its band and 1 at twice as far off."""
    return float(min(1.0, abs(row["off"]) / row["limit"] / 2))


def words(row: dict[str, Any]) -> str:
    """Name a series."""
    return row["measure"] if row["about"] is None else f"{row['measure']} on {row['about']}"


def write(row: dict[str, Any], value: float) -> str:
    """Write a value of a series."""
    if row["measure"] in (HEARD, IN_TIME):
        return f"{percent(value)}"
    return number(round(value, 2 if row["measure"] == MOOD else 0))


def unit(row: dict[str, Any]) -> str:
    """Say what a value of a series is of."""
    return {SCORE: "points", MOOD: "of −1 to 1", HEARD: "of what is heard", IN_TIME: "in time"}.get(
        row["measure"], "a week"
    )


def campaigns(asking: Asking) -> list[Card]:
    """Tell which activity brings more people than any of late, or else which brought by far most within the year."""
    found = anomalies(asking)
    options = asking.period.ending(asking.period.until, YEAR).window
    brought = {row["activity"]: row for row in asking.ask("acquisition", **options).rows() if row["activity"]}
    name, sure, behind = lately(found, brought) or within_a_year(brought) or ("", 0.0, "")
    if not name:
        return []
    one = brought[name]
    here = asking.phrase(name, "acquisition", options, {"activity": name})
    back = f"; {percent(one['back_share'])} came back within 30 days" if one["back_share"] is not None else ""
    mostly = f", mostly on {one['channel']}" if one["channel"] else ""
    said = say(here, f" brought {people(one['people'])} since {day(one['first_at'])}{mostly}{back}.")
    if one["back_share"] is not None:
        behind += f" Came back: {percent(one['back_share_low'])} to {percent(one['back_share_high'])}."
    return [
        Card(f"campaign {name[:200]}", "Campaign that brought people", said, (0.5 + 0.5 * one["share"]) * sure,
             number(one["people"]), "new people", found.weekly.get((NEW, name), ()), (), behind,
             asking.phrase("All campaigns", "acquisition", options), matter=name)
    ]  # fmt: skip


def lately(found: Anomalies, brought: Brought) -> tuple[str, float, str] | None:
    """Return which activity brings more people than was to be expected, how surprising that is, and what is behind."""
    rows = [row for row in found.rows() if row["out"] and row["measure"] == NEW and row["about"] in brought]
    rows = [row for row in rows if row["now"] > row["expected"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: (one["people"], one["about"]))
    said = f"In the last {number(row['weeks'])} weeks {number(row['now'])} a week, where"
    return row["about"], surprise(row), f"{said} {number(row['usual_most'])} at most were to be expected. {CAUTION}"


def within_a_year(brought: Brought) -> tuple[str, float, str] | None:
    """Return the same of one that brought twice as many as any other within a year, in a short time."""
    short = [name for name, row in brought.items() if (row["last_at"] - row["first_at"]).days <= CAMPAIGN_DAYS]
    names = [*brought]  # that which brought most comes first
    if not short or short[0] != names[0]:
        return None
    if brought[names[0]]["people"] < CAMPAIGN:
        return None
    most, other = brought[names[0]]["people"], brought[names[1]]["people"] if len(names) > 1 else 0
    if most < 2 * other or more_by_chance(most, other) * len(names) > LEAST:
        return None
    return names[0], 0.5, f"Within a year; next is an activity that brought {number(other)}."


def stopped(asking: Asking) -> list[Card]:
    """Tell which sources bring nothing any more."""
    found = asking.workspace.derived.stopped(asking.lens.at)
    return [
        Card(f"stopped {one.source[:200]}", "Source that stopped", say(str(one)), 0.9, number(one.days), "days", (), (),
             "By chance such a silence comes at most once in a thousand.", None, "/data", one.source)
        for one in found[:LEADING]
    ]  # fmt: skip


def implausible(asking: Asking) -> list[Card]:
    """Tell which address stands beside so many others that it can't be one person's."""
    found = [one for one in asking.workspace.guarded() if (one["linked_to"] or 0) > MANY]
    if not found or asking.period.until < asking.workspace.as_of().date():
        return []  # who is who is known as of the last refresh alone
    first = found[0]
    name = plain(first["identity"], 100)
    said = say(f"{name} stands beside {number(first['linked_to'])} others: no one person has it, and it joins nobody.")
    others = f"{number(len(found))} addresses do so." if len(found) > 1 else ""
    return [
        Card(
            "implausible",
            "No one person",
            said,
            0.2,
            number(first["linked_to"]),
            "identities",
            (),
            (),
            others,
            None,
            "/data",
        )
    ]
