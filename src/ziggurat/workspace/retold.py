"""Which rows of a file were taken for rows of earlier files, though nothing but what they say tells them apart?

Rows without an id are known by all that they say, or by a key such as day and person. Two gifts of one day in two files
are then one, or the second replaces the first. It is told, with the way to count both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.words.numbers import count, number
from ziggurat.log.log import Import
from ziggurat.sources import files
from ziggurat.sources.content import MADE
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace.folder import Folder

SHOWN = 3
TRIED = 500  # rows, before the import
ROWS = ("row", "rows")
OTHERS = "--by-file"  # which a page says by its form (`server.advice`)


def are_told(mapping: Mapping) -> bool:
    """Say whether rows of a source are known by what they say alone, whichever file they are in."""
    return mapping.target == "interactions" and "interaction_id" not in mapping.fields and not mapping.by_file


def foretell(space: Folder, path: Path, source: str, mapping: Mapping, name: str = "") -> list[str]:
    """Say how many of a file's first rows would be taken for rows that the source told already, in words."""
    held = space.config.sources.get(source)
    if not are_told(mapping) or not isinstance(held, Mapping):
        return []
    now = datetime.now(UTC)
    shown = files.preview(
        path, mapping, space.kinds, TRIED, name=name or None, home=space.config.timezone, received_at=now
    )
    rows = shown.tables["interactions"]
    told = told_amounts(space, source, rows["interaction_id"].to_pylist())
    pairs = zip(rows["interaction_id"].to_pylist(), rows["amount"].to_pylist(), strict=True)
    same = [told[name] == amount for name, amount in pairs if name in told]
    first = f"of the first {number(rows.num_rows)}"
    found = []
    if equal := sum(same):
        found.append(f"{count(equal, *ROWS)} {first} {are(equal)} there already, and would be taken as the same.")
    if other := len(same) - equal:
        found.append(
            f"{count(other, *ROWS)} {first} would replace what was there with another amount. "
            f"If these are second gifts and no corrections, say {OTHERS}."
        )
    return found


def told_amounts(space: Folder, source: str, ids: Sequence[str]) -> dict[str, float | None]:
    """Return interaction → amount of those that a source tells already; only its own imports are read."""
    imports = [row["import_no"] for row in space.log.rows() if row["source"] == source]
    if not ids or not imports:
        return {}
    listed = ", ".join(engine.text(each) for each in sorted(set(ids)))
    with engine.connect() as connection:
        found = connection.sql(
            f"SELECT interaction_id, amount FROM {space.log.snapshot().scan('interactions')} "
            f"WHERE import_no IN ({numbers(imports)}) AND source = {engine.text(source)} "
            f"AND interaction_id IN ({listed})"
        ).fetchall()
    return dict(found)


def numbers(imports: Iterable[int]) -> str:
    """Write the numbers of imports as an SQL list: which files hold none of them is known without reading them."""
    return ", ".join(map(str, sorted(imports)))


def tell(space: Folder, done: Import, mapping: Mapping) -> list[str]:
    """Say what of an import was taken for rows of earlier ones, in words; nothing where ids say so."""
    if not are_told(mapping):
        return []
    counts = done.counts.get("interactions", {})
    again, found = counts.get("known", 0), []
    if again:
        found.append(
            f"{count(again, *ROWS)} {are(again)} equal to rows that were there: taken as the same. If they are others, "
            f"take the import back, and import the file again with {OTHERS}."
        )
    pairs = replaced(space, done) if counts.get("changed") else []
    if pairs:
        many = f"{count(len(pairs), *ROWS)} replaced what {'was' if len(pairs) == 1 else 'were'} there with another "
        many += f"amount ({examples(space, pairs)})"
        if again >= len(pairs):
            found.append(
                f"{many}: taken as corrected, since the file tells {count(again, 'earlier row', 'earlier rows')} "
                "again. Taking the import back brings the old ones back."
            )
        else:
            found.append(
                f"{many}. The file tells hardly any earlier row again, so these look rather like second gifts: if so, "
                f"take the import back, which brings the old ones back, and import the file again with {OTHERS}."
            )
    return found


def are(many: int) -> str:
    """Return the verb of that many."""
    return "is" if many == 1 else "are"


def replaced(space: Folder, done: Import) -> list[dict[str, Any]]:
    """Return the rows known by what they say that an import replaced with another amount: at, actor, old and amount."""
    snapshot = space.log.snapshot()
    rows, gone = snapshot.every_row("interactions"), f"{snapshot.every_row('gone')} WHERE import_no = {done.import_no}"
    with engine.connect() as connection:
        earlier = [was for (was,) in connection.sql(f"SELECT DISTINCT was FROM {gone}").fetchall()]
        if not earlier:
            return []
        query = f"""
            SELECT fresh."at", fresh.actor, held.amount AS old, fresh.amount
            FROM (SELECT * FROM {gone}) gone
            JOIN (SELECT * FROM {rows} WHERE import_no = {done.import_no}) fresh USING (source, interaction_id)
            JOIN (SELECT * FROM {rows} WHERE import_no IN ({numbers(earlier)})) held
                ON (held.source, held.interaction_id, held.import_no) = (gone.source, gone.interaction_id, gone.was)
            WHERE held.amount <> fresh.amount AND regexp_full_match(fresh.interaction_id, '{MADE}(-[0-9]+)?')
            ORDER BY ALL
        """
        found: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
    return found


def examples(space: Folder, pairs: list[dict[str, Any]]) -> str:
    """Write the first of the rows that were replaced."""
    zone = ZoneInfo(space.config.timezone)
    shown = [
        f"{one['actor']} on {one['at'].astimezone(zone).date()}: {number(one['old'])} is now {number(one['amount'])}"
        for one in pairs[:SHOWN]
    ]
    return "; ".join([*shown, *(["…"] if len(pairs) > SHOWN else [])])
