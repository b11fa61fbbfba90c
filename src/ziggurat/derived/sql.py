"""Which tables can SQL ask, and what does one query say?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError
from ziggurat.base.schema import LOGGED
from ziggurat.derived import climbs
from ziggurat.derived.bounds import Bounds
from ziggurat.derived.climbs import ByHand
from ziggurat.derived.store import Store
from ziggurat.levels.ladder import Ladder
from ziggurat.log.log import Snapshot
from ziggurat.log.settling import Ends, directed_query
from ziggurat.people import acting


def views(store: Store, snapshot: Snapshot, ladders: Iterable[Ladder], raises: ByHand) -> dict[str, str]:
    """Return the tables that SQL can ask, name → query.

    The logged tables; identities (identity, person_id); people; levels, of all ladders, with times; guarded; acted
    (see `people.acting`).
    """
    found = {
        table: f"SELECT * EXCLUDE import_no, import_no AS import_id FROM {snapshot.scan(table)}" for table in LOGGED
    }
    if store.manifest() is None:
        return found
    people, identities, guarded = (store.source(name) for name in ("people", "identities", "guarded"))
    stamped = "make_timestamptz({0}) AS {0}"
    who = ", ".join(stamped.format(name) for name in ("first_at", "last_at"))
    when = ", ".join(stamped.format(name) for name in ("since", "until"))
    each = " UNION ALL ".join(f"SELECT * FROM {climbs.levels_on_disk(store, ladder, raises)}" for ladder in ladders)
    found["people"] = f"SELECT * EXCLUDE person REPLACE ({who}) FROM {people}"
    found["levels"] = f"SELECT * EXCLUDE person REPLACE ({when}) FROM ({each})"
    found["guarded"] = f"SELECT * FROM {guarded}"
    found["identities"] = f"SELECT i.identity, p.person_id FROM {identities} i JOIN {people} p USING (person)"
    shown = snapshot
    if acting.NAME in store.ready().tables:
        found["acted"] = (
            f"SELECT source, interaction_id, was, actor, why, {acting.VIA} AS via, import_no AS import_id "
            f"FROM {store.source(acting.NAME)}"
        )
        shown = replace(snapshot, acted=store.source(acting.NAME))
    sides = store.ready().tables.get("sides")
    ends = None if sides is None else Ends(store.source("identities"), engine.scan_file(store.folder / sides))
    if ends is None and shown is snapshot:
        found["interactions"] = (
            f"SELECT i.*, p.person_id FROM ({found['interactions']}) i "
            f"LEFT JOIN ({found['identities']}) p ON p.identity = i.actor"
        )
        return found
    key = "source, interaction_id, import_no"
    lives = f"SELECT {key}, actor AS life, direction FROM {directed_query(shown, ends)}"
    found["interactions"] = (
        "SELECT i.* EXCLUDE import_no REPLACE (coalesce(l.direction, i.direction) AS direction), "
        f"i.import_no AS import_id, p.person_id FROM {snapshot.scan('interactions')} i "
        f"LEFT JOIN ({lives}) l USING ({key}) LEFT JOIN ({found['identities']}) p ON p.identity = l.life"
    )
    return found


def run_query(
    store: Store, query: str, snapshot: Snapshot, ladders: Iterable[Ladder], raises: ByHand, bounds: Bounds
) -> pa.Table:
    """Run one SELECT over the views, with no way to write, or to read any file but those of the log and what
    follows from it, within bounds."""
    with engine.connect(spill=store.results / "spill", memory=f"{bounds.megabytes}MiB") as connection:
        connection.execute(f"SET max_temp_directory_size = '{4 * bounds.megabytes}MiB'")
        for name, view in views(store, snapshot, ladders, raises).items():
            connection.execute(f"CREATE VIEW {engine.name(name)} AS {view}")
        inside = [store.folder.parent / name for name in ("log", "histories", "results")]
        both = ", ".join(engine.text(folder) for one in inside for folder in (one, one.resolve()))
        connection.execute(f"SET allowed_directories = [{both}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        statements = connection.extract_statements(query)
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:  # COPY could write into the workspace
            raise QuestionError("the query must be one SELECT; nothing else can be asked. Write it as one.")
        return bounds.table(connection, query)
