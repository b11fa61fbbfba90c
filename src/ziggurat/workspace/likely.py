"""Who may be staff, and which accounts may be agents? Proposed by what they do, for somebody to say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.schema import COUNTS
from ziggurat.workspace.folder import Folder

LEAST = 5  # answers of one who is proposed
MOST = 12  # who are proposed
HALF = 0.5  # share of all answers that they give together
SHARED = 2  # so many of one mail domain are proposed as a domain
BOT = re.compile(
    r"\[bot\]$|(^|[-_.:])bots?([-_.@\d]|$)|bot$|^(dependabot|renovate|github-actions)\b|no-?reply", re.IGNORECASE
)
SEEN = 5_000  # of the most active accounts, whose names are looked at for agents


@dataclass(frozen=True)
class Likely:
    """Who is proposed, the most active first.

    rows: identity, name and number of what they did, of each. domains: mail domains that several of them share, and of
    how many. share: of all answers, those that they give together; None for agents.
    """

    rows: list[dict[str, Any]]
    domains: dict[str, int]
    share: float | None = None


def likely_staff(space: Folder) -> Likely:
    """Return the few addresses that give most answers and are neither staff nor agents.

    They are as many as give half of all answers of people, of those with five answers or more, and at most twelve. A
    community's helpers answer, too: who is staff is for its people to say.
    """
    kinds = [kind for kind, meaning in space.kinds.meaning_of.items() if meaning.answers]
    found = acts(space, f"WHERE kind IN ({', '.join(map(engine.text, kinds))})") if kinds else []
    total, rows = sum(row["number"] for row in found), list[dict[str, Any]]()
    for row in found[:MOST]:
        if row["number"] < LEAST or sum(one["number"] for one in rows) >= HALF * total:
            break
        rows.append(row)
    mails = [row["identity"].rpartition("@")[2] for row in rows if row["identity"].startswith("email:")]
    domains = {name: number for name, number in Counter(mails).items() if number >= SHARED}
    share = sum(row["number"] for row in rows) / total if total else None
    return Likely(rows, domains, share)


def likely_agents(space: Folder) -> Likely:
    """Return accounts that are called as bots are, of the most active ones."""
    found = [row for row in acts(space, "")[:SEEN] if any(BOT.search(text) for text in bare(row))]
    return Likely(found[:MOST], {})


def bare(row: dict[str, Any]) -> list[str]:
    """Return by which names an account goes."""
    return [row["identity"].partition(":")[2], row["name"] or ""]


def acts(space: Folder, where: str) -> list[dict[str, Any]]:
    """Return identity, name and number of acts of those who count, the most first; nobody before the first refresh."""
    if space.derived.manifest() is None:
        return []
    log = space.log.snapshot().scan("interactions")
    query = (
        f"SELECT actor AS identity, any_value(p.name) AS name, count(*) AS number FROM {log} i "
        f"JOIN {space.derived.source('identities')} d ON d.identity = i.actor "
        f"JOIN {space.derived.source('people')} p USING (person) {where} {'AND' if where else 'WHERE'} ({COUNTS}) "
        f"GROUP BY actor ORDER BY number DESC, actor LIMIT {SEEN}"
    )
    found: list[dict[str, Any]] = space.derived.connect().sql(query).to_arrow_table().to_pylist()
    return found
