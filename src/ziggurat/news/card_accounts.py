"""Which organisation hangs on one person, more than any would by chance?

Some people do much more than others, so that in any few people one may do most. An organisation is brought up where
its share of one person is rare among as many people who are drawn by lot from those of all organisations: by chance at
most once in twenty years for all organisations together (Bonferroni's inequality).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.news.card import Card, Who, say
from ziggurat.news.items import Asking, number, people, percent

LEAST = 0.05
KNOWN, DAYS, SHARE = 3, 20, 2 / 3  # people, days of deeds, and what at least hangs on one of them
DRAWS, SEED = 200, 1  # draws for each organisation that is tried, and where they begin
MOST = 50  # organisations that are tried, those that hang on one person most
Row = dict[str, Any]


def accounts(asking: Asking) -> list[Card]:
    """Tell which organisation hangs on one person: that which matters most."""
    options = {"at": asking.period.until.isoformat()}
    found = asking.ask("accounts", **options)
    listed = found.rows()
    rows = [row for row in listed if hangs(row)]
    if not rows:
        return []
    members = found.members.collect(backend="pyarrow").to_native().to_pylist()
    rows = rare(rows, members, sum(row["people"] >= KNOWN for row in listed))
    if not rows:
        return []
    levels = max(1, len(asking.names) - 1)
    most = max(row["money"] for row in rows) or 1.0
    matters = {row["account"]: (row["money"] / most + row["level"] / levels + row["low"]) / 3 for row in rows}
    row = max(rows, key=lambda each: (matters[each["account"]], each["days"], each["account"]))
    theirs = [one for one in members if one["account"] == row["account"]]
    top = asking.person(max(theirs, key=lambda one: (one["days"], one["person_id"])))
    here = asking.phrase(row["account"], "accounts", options, {"account": row["account"]})
    share, whole = percent(row["share"]), people(row["people"])
    said = say(here, " hangs on one person: ", top, f" did {share} of what its {whole} did within a year.")
    more = len(rows) - 1
    others = f" {number(more)} more {'hangs' if more == 1 else 'hang'} on one person as well." if more else ""
    ends = f"{percent(row['low'])} to {percent(row['high'])}"
    return [
        Card(f"account {row['account'][:200]}", "Hangs on one person", said, 0.8 * matters[row["account"]], share,
             "by one person", (), (Who(top, row["account"]),),
             f"The share is {ends}, of {number(row['days'])} days on which they did anything.{others}",
             asking.phrase("All organisations", "accounts", options), matter=top.person_id or "")
    ]  # fmt: skip


def hangs(row: Row) -> bool:
    """Say whether most of what an organisation does is by one person, by the lower bound of that share."""
    return row["people"] >= KNOWN and row["days"] >= DAYS and (row["low"] or 0.0) > SHARE


def rare(rows: list[Row], members: list[Row], tried: int) -> list[Row]:
    """Return the organisations that hang on one person more than people drawn by lot would. tried: of how many."""
    days = np.array([one["days"] for one in members], float)
    draw = np.random.default_rng(SEED)
    size = DRAWS * max(1, min(tried, MOST))
    found = []
    for row in sorted(rows, key=lambda each: (-each["share"], each["account"]))[:MOST]:
        some = draw.choice(days, (size, row["people"]))
        total = some.sum(axis=1)
        alike = (total >= DAYS) & (some.max(axis=1) >= row["share"] * total)
        if (1 + alike.sum()) / (1 + size) * tried <= LEAST:
            found.append(row)
    return found
