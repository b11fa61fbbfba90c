"""Who did what happened under a shared identity, and what did a machine do?

- What was done under an address that is nobody's own goes to the other identity of its row, where there is one that is
  somebody's; else it stays with the address.
- What was done in a browser that several known people share goes to whoever was last known in it, within a day before;
  else it stays anonymous.
- Of mail that was looked at twice or more within ten seconds after it was sent to that address, those looks are a
  scanner's, which opens and follows everything before anybody can: they stay in the log, and are in no history.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.kinds import Mailing
from ziggurat.base.schema import OTHER_IDENTITIES
from ziggurat.log.histories import Manifest
from ziggurat.log.snapshot import Snapshot
from ziggurat.people.rules import Rules

KNOWN_HOURS = 24
SCAN_SECONDS = 10
LEAST_LOOKS = 2
SHARED_BROWSER = "several people"  # why such an identity is guarded; see `resolve`
NAME = "acted"
# at: µs. was: the actor as logged. actor: who did it; null for a machine. why: mailbox, browser or scanner, or the name
# of the declared rule by which it is a machine's, or came through a proxy; see `via`.
ACTED = pa.schema(
    [
        ("source", pa.string()), ("interaction_id", pa.string()), ("import_no", pa.int64()), ("at", pa.int64()),
        ("was", pa.string()), ("actor", pa.string()), ("why", pa.string()),
    ]
)  # fmt: skip
ROW = "source, interaction_id, import_no"
VIA = "CASE WHEN actor IS NULL THEN 'machine' WHEN actor = was THEN 'proxy' END"
COLUMNS = ", ".join(engine.name(name) for name in ACTED.names)


def find_acted(
    connection: Any, snapshot: Snapshot, guarded: pa.Table, rules: Rules, before: str | None, since: int
) -> pa.Table:
    """Return the interactions that somebody else than their actor did, or a machine: a row each, with columns ACTED.

    guarded: identities that link nobody, and why. before: an SQL table expression of what this was up to the import
    `since`, if it was.
    """
    connection.register("guarded_now", guarded.select(["identity", "why"]))
    rows = snapshot.scan("interactions")
    parts = [scanners(rows, rules.mailing, before, since)]
    if snapshot.acted:
        parts.append(f"SELECT {COLUMNS} FROM {snapshot.acted}")
    if guarded.num_rows:
        thrown = ", ".join(engine.text(namespace) for namespace in rules.who.anonymous) or "''"
        parts += [mailboxes(rows, thrown), browsers(rows, thrown)]
    query = " UNION ALL ".join(f"SELECT {COLUMNS} FROM ({part})" for part in parts)
    # What came through a proxy may have been done by somebody else than its actor, too: that is told of it then.
    once = f"QUALIFY row_number() OVER (PARTITION BY {ROW} ORDER BY actor IS NOT DISTINCT FROM was) = 1"
    return connection.sql(f"SELECT * FROM ({query}) {once} ORDER BY {ROW}").to_arrow_table().cast(ACTED)


def somebodys(rows: str, thrown: str, test: str) -> str:
    """Write the query for rows and, of each, an identity beside its actor (`other`, `place` in the row).

    test: of the row. Only identities that are somebody's own where `own` is true.
    """
    others = f"string_split(json_extract_string(properties, '$.{OTHER_IDENTITIES}'), chr(10))"
    return f"""
        SELECT *, NOT is_guarded AND split_part(other, ':', 1) NOT IN ({thrown}) AS own FROM (
            SELECT {ROW}, "at", actor, unnest({others}) AS other, generate_subscripts({others}, 1) AS place,
            FROM {rows} WHERE properties LIKE '%{OTHER_IDENTITIES}%' AND {test}
        ) LEFT JOIN (SELECT identity, true AS found FROM guarded_now) known ON known.identity = other
        CROSS JOIN LATERAL (SELECT coalesce(found, false) AS is_guarded)"""


def mailboxes(rows: str, thrown: str) -> str:
    """Write the query for what was done under addresses that are nobody's own, beside somebody's identity."""
    shared = f"actor IN (SELECT identity FROM guarded_now WHERE why <> '{SHARED_BROWSER}')"
    return f"""
        SELECT {ROW}, epoch_us(any_value("at")) AS "at", actor AS was, arg_min(other, place) AS actor, 'mailbox' AS why
        FROM ({somebodys(rows, thrown, shared)}) WHERE own GROUP BY {ROW}, was"""


def browsers(rows: str, thrown: str) -> str:
    """Write the query for what was done in browsers that several people share, soon after one was known there."""
    shared = f"(SELECT identity FROM guarded_now WHERE why = '{SHARED_BROWSER}')"
    known = f"split_part(actor, ':', 1) NOT IN ({thrown}) AND actor NOT IN (SELECT identity FROM guarded_now)"
    return f"""
        WITH seen AS (
            SELECT other AS browser, "at", CASE WHEN count(DISTINCT actor) = 1 THEN min(actor) END AS known
            FROM ({somebodys(rows, thrown, known)}) WHERE other IN {shared} GROUP BY other, "at"
        ), acts AS (SELECT {ROW}, "at", actor AS was FROM {rows} WHERE actor IN {shared})
        SELECT {ROW}, epoch_us(acts."at") AS "at", was, known AS actor, 'browser' AS why
        FROM acts ASOF JOIN seen ON acts.was = seen.browser AND acts."at" >= seen."at"
        WHERE known IS NOT NULL AND acts."at" - seen."at" <= INTERVAL {KNOWN_HOURS} HOURS"""


def scanners(rows: str, kinds: Mailing, before: str | None, since: int) -> str:
    """Write the query for looks at mail that nobody can have had so soon; of addresses with nothing new, as before."""
    sent, looked = (", ".join(map(engine.text, some)) for some in (kinds.sent, kinds.looked))
    fresh = f"""
        SELECT DISTINCT address FROM (
            SELECT unnest([actor, counterpart]) AS address FROM {rows}
            WHERE import_no > {since} AND kind IN ({sent}, {looked})
        ) WHERE address IS NOT NULL"""
    some = f"SEMI JOIN ({fresh}) fresh USING (address)" if before else ""
    query = f"""
        WITH mails AS (
            SELECT address, channel, activity, "at" AS sent_at FROM (
                SELECT unnest([actor, counterpart]) AS address, channel, activity, "at"
                FROM {rows} WHERE kind IN ({sent})
            ) {some} WHERE address IS NOT NULL
        ), hits AS (
            SELECT DISTINCT {ROW}, epoch_us(look."at") AS "at", look.actor AS was, look.channel, look.activity, sent_at
            FROM {rows} look
            JOIN mails ON mails.address = look.actor AND mails.channel = look.channel
            AND mails.activity IS NOT DISTINCT FROM look.activity
            WHERE look.kind IN ({looked}) AND look."at" > sent_at
            AND look."at" <= sent_at + INTERVAL {SCAN_SECONDS} SECONDS
        ), together AS (
            SELECT * FROM hits QUALIFY count(*) OVER (PARTITION BY was, channel, activity, sent_at) >= {LEAST_LOOKS}
        )
        SELECT DISTINCT {ROW}, "at", was, NULL::VARCHAR AS actor, 'scanner' AS why FROM together"""
    if before is None:
        return query
    held = f"(SELECT * FROM {before} WHERE why = 'scanner' AND was NOT IN (SELECT address FROM fresh_addresses))"
    return f"""
        WITH fresh_addresses AS ({fresh}) SELECT * FROM ({query})
        UNION ALL SELECT {COLUMNS} FROM {held} held SEMI JOIN {rows} USING ({ROW})"""


def acted_query(folder: Path, before: Manifest | None) -> str | None:
    """Return an SQL table expression of what the last refresh left of this, if it did."""
    if before is None or NAME not in before.tables:
        return None
    file = folder / before.tables[NAME]
    return engine.scan_file(file) if pq.read_schema(file).names == ACTED.names else None  # else of an earlier version


def identities_moved(connection: Any, before: str | None, now: pa.Table, since: int) -> list[str]:
    """Return the identities from or to which interactions moved that came up to an import, sorted.

    before: an SQL table expression of what `acted` was then.
    """
    connection.register("acted_now", now)
    both = f"SELECT * FROM acted_now WHERE import_no <= {since}"
    old = f"SELECT {COLUMNS} FROM {before}" if before else "SELECT * FROM acted_now WHERE false"
    rows = connection.sql(f"""
        SELECT DISTINCT unnest([was, actor]) AS identity
        FROM (({both} EXCEPT {old}) UNION ALL ({old} EXCEPT {both})) ORDER BY identity""").fetchall()
    return [identity for (identity,) in rows if identity is not None]
