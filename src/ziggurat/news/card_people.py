"""Who has gone quiet, who picks up, who waits for an answer, and who welcomes newcomers?

A signal of one person is brought up only where it would be rare among all who are known: by chance at most once in
twenty years for everybody together (`LEAST`, by Simes's test). Then all who give one are on the list behind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ziggurat.base.heavy import special
from ziggurat.news.card import Card, Who, say
from ziggurat.news.items import LONGEST, Asking, lasting, number, people, percent
from ziggurat.news.turning import brought_up
from ziggurat.news.waiting import ALL, is_promised

LEAST = 0.05
NAMED = 3  # people of a card
FEWEST = 10  # newcomers whom a host answered
YEAR, RECENT = 365, 90  # days
BY_CHANCE = {
    "flagging": "By chance alone, fewer than one in a hundred who keep their rhythm are said to have gone quiet.",
    "rising": "By chance alone, about one in ten thousand who keep their rhythm are said to pick up.",
}


def quiet(asking: Asking) -> list[Card]:
    """Tell who has gone quiet."""
    return by_rhythm(asking, "flagging", "Gone quiet", "has gone quiet", "have gone quiet")


def rising(asking: Asking) -> list[Card]:
    """Tell who picks up."""
    return by_rhythm(asking, "rising", "Picking up", "is picking up", "are picking up")


def by_rhythm(asking: Asking, study: str, title: str, one: str, many: str) -> list[Card]:
    """Tell who gives a signal by their own rhythm, where it is rare among all who are known."""
    options = {"at": asking.period.until.isoformat()}
    rows = [row for row in brought_up(asking, asking.ask(study, **options)) if row["rhythm"]]
    if together([row["chance"] for row in rows], known_people(asking)) > LEAST:
        return []
    first = asking.person(rows[0])
    here = asking.phrase(people(len(rows)), study, options)
    said = say(
        here, f" {one if len(rows) == 1 else many}{lately(asking, study, rows)}. ", first, f": {rows[0]['rhythm']}."
    )
    sure = "So long a silence comes" if study == "flagging" else "So many active days come"
    behind = f"{sure} in {percent(max(rows[0]['chance'], 1e-6))} of years of this rhythm. {BY_CHANCE[study]}"
    who = tuple(Who(asking.person(row), f"{row['level_name']}: {row['rhythm']}") for row in rows[:NAMED])
    weight = float(rows[0]["stake"])
    more = asking.phrase("All of them", study, options)
    return [
        Card(
            study, title, said, weight, number(len(rows)), people(len(rows)).split(" ", 1)[-1], (), who, behind, more,
            matter=rows[0]["person_id"] if len(rows) == 1 else "",
        )
    ]  # fmt: skip


def lately(asking: Asking, study: str, rows: Sequence[dict[str, Any]]) -> str:
    """Tell how many of those who have gone quiet were still seen within `RECENT` days, where not all were."""
    edge = asking.period.until - dt.timedelta(days=RECENT)
    seen = sum(row["last_at"].date() > edge for row in rows) if study == "flagging" else len(rows)
    return "" if seen == len(rows) else f", {number(seen)} of them within {RECENT} days"


def together(chances: Sequence[float], people: int) -> float:
    """Return how likely signals as rare as these are among so many people of whom none changed.

    chances: of those who give one. Source: Simes (1986), Biometrika 73(3), 751-754.

    >>> together([0.04, 0.0001], 1000), round(together([0.00002] * 10, 1000), 4), together([], 10)
    (0.1, 0.002, 1.0)
    """
    ordered = sorted(chances)
    return min([1.0, *(chance * people / place for place, chance in enumerate(ordered, 1))])


def known_people(asking: Asking) -> int:
    """Return how many people are known."""
    found = asking.ask("pyramid", at=asking.period.until.isoformat()).rows()
    return sum(row["people"] for row in found if row["level"] >= 0)


def questions(asking: Asking) -> list[Card]:
    """Tell who waits for an answer: those for whom it is overdue, or, where nothing is promised, everyone."""
    options = {"at": asking.period.until.isoformat()}
    found = asking.ask("unanswered", **options, limit=ALL).rows()
    late = [row for row in found if (row["overdue_hours"] or 0) > 0]
    rows = late or found
    if not rows:
        return []
    here = asking.phrase(f"{number(len(rows))} question{'' if len(rows) == 1 else 's'}", "unanswered", options)
    state = "waits" if len(rows) == 1 else "wait"
    beyond = " longer than promised" if late else "" if is_promised(found) else ", and nothing is promised"
    first = rows[0]
    said = say(here, f" {state}{beyond}, the first for {lasting(first['hours'])}: ", asking.person(first), about(first))
    who = tuple(
        Who(asking.person(row), f"{lasting(row['hours'])} on {row['channel']}{about(row)}") for row in rows[:NAMED]
    )
    levels = max(1, len(asking.names) - 1)
    weight = (0.3 + 0.7 * max(row["level"] for row in rows) / levels) * (1.0 if late else 0.5)
    behind = f"{number(len(found))} of the last 90 days are open. That the log holds no answer means no more than that."
    more = asking.phrase("All open questions", "unanswered", options)
    return [
        Card(
            "questions",
            "Open questions",
            said,
            weight,
            number(len(rows)),
            "open" if not late else "overdue",
            (),
            who,
            behind,
            more,
        )
    ]


def about(row: dict[str, Any]) -> str:
    """Quote what somebody asked."""
    text = " ".join((row["text"] or "").split())
    return f" asks “{text if len(text) <= LONGEST else f'{text[:LONGEST].rstrip()} …'}”" if text else ""


def hosts(asking: Asking) -> list[Card]:
    """Tell who welcomes newcomers: clearly more of them than whoever is next."""
    options = {"at": asking.period.until.isoformat()}
    rows = asking.ask("hosts", **options).rows()
    by_people = next((row["people"] for row in rows if row["host"] == "(people)"), 0)
    single = [row for row in rows if not row["host"].startswith("(")]
    if not single or single[0]["people"] < FEWEST:
        return []
    first, next_ = single[0], single[1]["people"] if len(single) > 1 else 0
    if more_by_chance(first["people"], next_) * len(single) > LEAST:
        return []
    who = asking.person({"person_id": first["host"], "name": first["name"]})
    answered = asking.phrase(number(first["people"]), "hosts", options, {"host": first["host"]})
    said = say(
        who,
        " welcomes newcomers: they answered ",
        answered,
        f" of the {number(by_people)} whom people answered within a year.",
    )
    back = f"{percent(first['share'])} of them came back ({percent(first['low'])} to {percent(first['high'])})"
    behind = f"{back}. Next is somebody who answered {number(next_)}. Who is answered may be of the kind that stays."
    person = Who(who, f"{number(first['people'])} newcomers")
    key, weight = f"host {first['host']}", 0.6 * first["people"] / max(1, by_people)
    more = asking.phrase("All hosts", "hosts", options)
    return [
        Card(
            key, "Host of newcomers", said, weight, number(first["people"]), "newcomers", (), (person,), behind, more,
            matter=first["host"],
        )
    ]  # fmt: skip


def more_by_chance(one: int, other: int) -> float:
    """Return the chance that one of two who do equally much does so much more, or the other does.

    >>> more_by_chance(10, 10) > 0.5, round(more_by_chance(20, 4), 4)
    (True, 0.0015)
    """
    return min(1.0, 2 * float(special.bdtrc(one - 1, one + other, 0.5)))
