"""Who are our people? One row a person: identities, name, staff or not, since when known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base import durable
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.engine.layered import MOST, Layers
from ziggurat.base.schema import LOGGED, PEOPLE
from ziggurat.log import histories
from ziggurat.log import settling as ways
from ziggurat.log.merge import Ints, column
from ziggurat.log.snapshot import Snapshot
from ziggurat.people import acting, marks
from ziggurat.people.called import FULLNESS
from ziggurat.people.ids import person_ids
from ziggurat.people.lived import read_lives
from ziggurat.people.resolve import GUARDED, Resolution, resolve
from ziggurat.people.rules import SAYS as SAYS
from ziggurat.people.rules import Rules as Rules
from ziggurat.people.rules import Who as Who
from ziggurat.people.sides import Now, sides_query, with_sides
from ziggurat.people.staff import identity_test
from ziggurat.people.withdrawn import Withdrawn


def list_identities(connection: Any, snapshot: Snapshot, before: str | None, since: int, neutral: bool) -> pa.Table:
    """Return every identity with its hash and the import that brought it first.

    before: an SQL table expression for what was seen up to the import `since`, if anything was. neutral: as for
    `mentioned`.
    """
    hashed = "SELECT identity, (md5_number_lower(identity) >> 1)::BIGINT AS person, first"
    new = f"{hashed} FROM ({identities_query(snapshot, since, neutral)}) fresh"
    if before is not None:
        held = f"SELECT identity, hash AS person, first FROM {before}"
        new = f"{held} UNION ALL ({new} ANTI JOIN {before} held USING (identity))"
    return connection.sql(new).to_arrow_table()


def identities_query(snapshot: Snapshot, since: int, neutral: bool) -> str:
    """Write the query for identities that anything came of after the import `since`, with the first import that did.

    neutral: whether rows may state no direction; then those at their other ends are among them.
    """
    acted = (snapshot.scan("interactions"), "actor")
    named = [
        (snapshot.known(table), column) for table, column in (("links", "a"), ("links", "b"), ("traits", "identity"))
    ]
    new = " UNION ALL ".join(
        f"SELECT {column} AS identity, import_no AS first FROM {rows} WHERE import_no > {since}"
        for rows, column in (acted, *named)
    )
    if neutral:
        new += f" UNION ALL {ways.ends_query(snapshot, since)}"
    return f"SELECT identity, min(first) AS first FROM ({new}) WHERE identity IS NOT NULL GROUP BY identity"


def links_of(connection: Any, snapshot: Snapshot, decided: Sequence[tuple[str, str]]) -> pa.Table:
    """Return the links of the log and those that a human decided."""
    logged = connection.sql(f"SELECT DISTINCT a, b, evidence FROM {snapshot.scan('links')}").to_arrow_table()
    own = pa.table([pa.array([pair[side] for pair in decided], pa.string()) for side in (0, 1)], names=["a", "b"])
    return pa.concat_tables([logged, own.append_column("evidence", pa.array(["decided"] * len(decided), pa.string()))])


def identify(
    now: Now, before: str | None, since: int, same: Sequence[tuple[str, str]], apart: Sequence[tuple[str, str]]
) -> tuple[pa.Table, Resolution]:
    """Resolve all identities; return them with columns identity, person, hash and first, and the resolution.

    Only those that are linked with any others can be somebody else's; everyone else is herself.
    """
    connection, snapshot, who = now.connection, now.snapshot, now.rules.who
    found = list_identities(connection, snapshot, before, since, now.neutral)
    links = links_of(connection, snapshot, same)
    linked = found.filter(
        pc.is_in(found["identity"], pc.unique(pa.chunked_array([*links["a"].chunks, *links["b"].chunks])))
    )
    limits = {"most_links": who.most_links, "most_names": who.most_names}
    kept_apart = frozenset(frozenset(pair) for pair in apart)
    resolution = resolve(linked, links, apart=kept_apart, throwaway=who.anonymous, **limits)
    connection.register("found", found)
    connection.register("resolved", resolution.identities)
    table = connection.sql("""
        SELECT identity, coalesce(resolved.person, found.person) AS person, found.person AS hash, found.first
        FROM found LEFT JOIN resolved USING (identity)""").to_arrow_table()
    return table, resolution


def moved_people(connection: Any, before: str, after: pa.Table) -> list[int]:
    """Return the people, old and new, between whom identities moved since a refresh.

    before: an SQL table expression for the identities as of then.
    """
    connection.register("after", after)
    rows = connection.sql(
        f"SELECT DISTINCT unnest([old.person, after.person]) FROM {before} old "
        "LEFT JOIN after USING (identity) WHERE old.person IS DISTINCT FROM after.person"
    ).fetchall()
    return [person for (person,) in rows if person is not None]


def describe(
    connection: Any, snapshot: Snapshot, folder: Path, manifest: histories.Manifest, identities: pa.Table, rules: Rules,
    some: Ints | None = None,
) -> pa.Table:  # fmt: skip
    """Return one row a person, with the columns of `schema.PEOPLE` and `person`, her hash.

    some: the people to describe, sorted, if it is not to be everyone.
    """
    connection.register("lived", read_lives(folder, manifest, rules.says, some))
    connection.register("everyone", identities)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW identities AS SELECT * FROM everyone SEMI JOIN lived USING (person)"
    )
    throwaway = ", ".join(engine.text(namespace) for namespace in rules.who.anonymous) or "''"
    query = f"""
        WITH latest AS (
            SELECT person, trait, arg_max(value, ({FULLNESS}, "at", import_no, value)) AS value
            FROM {snapshot.scan("traits")} JOIN identities USING (identity)
            WHERE NOT (trait = 'name' AND identity IN (SELECT identity FROM ({several_names(snapshot, rules.who)})))
            GROUP BY ALL
        ), told AS (
            SELECT person, max(value) FILTER (trait = 'name') AS name,
                   to_json(map_from_entries(list((trait, value) ORDER BY trait))) AS traits
            FROM latest GROUP BY person
        ), by_trait AS ({sides_query(snapshot, rules.staff, rules.agents)}
        ), owned AS (
            SELECT person, list_sort(list(struct_pack(first, identity))) AS hers,
                   bool_or({identity_test(rules.staff, engine.text)} OR coalesce(by_trait.staff, false)) AS staff,
                   bool_or({identity_test(rules.agents, engine.text)} OR coalesce(by_trait.agent, false)) AS agent,
                   bool_and(split_part(identity, ':', 1) IN ({throwaway})) AS anonymous
            FROM identities LEFT JOIN by_trait USING (identity) GROUP BY person
        )
        SELECT person, name, [one.identity FOR one IN hers] AS identities, staff, agent, anonymous,
               consent, traits::VARCHAR AS traits, interactions, first_at, last_at
        FROM owned JOIN lived USING (person) LEFT JOIN told USING (person)
        ORDER BY person
    """
    table = connection.sql(query).to_arrow_table()
    ids = person_ids(table["person"].combine_chunks().to_numpy())
    return (
        table.append_column("person_id", ids)
        .select([*PEOPLE.names, "person"])
        .cast(PEOPLE.append(pa.field("person", pa.int64())))
    )


def several_names(snapshot: Snapshot, who: Who) -> str:
    """Write the query for identities that stand beside several names, as a shared mailbox does, and how many.

    They have no name of their own: it would be that of one of those who share it.
    """
    return f"""
        SELECT identity, count(DISTINCT lower(value)) AS names FROM {snapshot.scan("traits")}
        WHERE trait = 'name' GROUP BY identity HAVING names > {int(who.most_names)}"""


def as_logged(connection: Any, snapshot: Snapshot, table: str) -> pa.Table:
    """Return a logged table as of a snapshot, so that a study sees it as of the same refresh as everything else."""
    schema = LOGGED[table]
    return connection.sql(f"SELECT {engine.columns(schema)} FROM {snapshot.scan(table)}").to_arrow_table().cast(schema)


def keep(folder: Path, turn: int, tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """Write derived tables as Parquet beside the histories; return their file names."""
    files = {name: f"{name}-{turn:06}.parquet" for name in tables}

    def write(name: str) -> None:
        path = folder / files[name]
        pq.write_table(tables[name], path, compression="lz4", use_dictionary=False, row_group_size=50_000)

    list(engine.fold(files, write))
    return files


def refresh(
    snapshot: Snapshot,
    folder: Path,
    rules: Rules,
    same: Sequence[tuple[str, str]] = (),
    apart: Sequence[tuple[str, str]] = (),
    lost: Sequence[int] = (),
) -> histories.Manifest:
    """Bring identities, histories and people up to a snapshot of the log, and keep them.

    lost: imports that were taken back since the last refresh.
    """
    durable.folder(folder)
    before = histories.load(folder)
    settled = settling(rules, same, apart)
    with engine.borrow(folder / "spill") as connection:
        tables, over = None, False
        withdrawn = Withdrawn.since(connection, snapshot, folder, before, lost)
        if before is not None and before.settled != settled and (rules.via or marks.was_used(folder, before)):
            before = None  # who is there at all may follow from it: everything is made anew
        past = None if before is None or withdrawn.any else acting.acted_query(folder, before)
        since = before.number if before is not None and past else 0
        now = Now.of(connection, marks.mark(connection, snapshot, rules.via, past, since), folder, before, rules)
        if before is not None and not withdrawn.any and before.settled == settled:
            manifest, tables, over = follow(now, before, same)
        if tables is None:
            manifest, tables = anew(now, before, same, apart, withdrawn)
        tables |= {name: as_logged(connection, snapshot, name) for name in ("exposures", "costs")}
        tables |= {"gone": withdrawn.gone, "wholes": withdrawn.wholes}
    files = keep(folder, manifest.turn, tables)
    layers = {name: Layers([files.pop(name)], []) for name in ("people", "identities")}
    if before is not None and over:
        layers = {name: before.layers[name].under(layers[name].files[0], files["touched"]) for name in layers}
    manifest = msgspec.structs.replace(manifest, tables=files, layers=layers, settled=settled)
    histories.store(folder, manifest)
    return manifest


def follow(
    now: Now, before: histories.Manifest, same: Sequence[tuple[str, str]]
) -> tuple[histories.Manifest, dict[str, pa.Table] | None, bool]:
    """Add what is new to histories and people, where it makes no two people one, and nobody of ours out of someone who
    was known, or the other way round; no tables where it may.

    Only those of whom anything is new are described again; `touched` names them. Returns also whether people and
    identities are theirs alone, to be laid over those of before: of everyone, where there are many layers already.
    """
    connection, snapshot = now.connection, now.snapshot
    known = before.layers["identities"].query(now.folder)
    guarded = pq.read_table(now.folder / before.tables["guarded"])
    past = acting.acted_query(now.folder, before)
    done = acting.find_acted(connection, snapshot, guarded, now.rules, past, before.number)
    if acting.identities_moved(connection, past, done, before.number):
        return before, None, False
    logged = identities_query(snapshot, before.number, now.neutral)
    if done.num_rows:
        snapshot = replace(snapshot, acted="acted_now")
        both = f"{logged} UNION ALL {identities_query(snapshot, before.number, now.neutral)}"
        logged = f"SELECT identity, min(first) AS first FROM ({both}) GROUP BY identity"
    connection.execute(f"""
        CREATE TEMP TABLE met AS
        SELECT identity, coalesce(known.person, (md5_number_lower(identity) >> 1)::BIGINT) AS person,
               known.person IS NULL AS new, fresh.first
        FROM ({logged}) fresh LEFT JOIN {known} known USING (identity)""")
    new = connection.sql("SELECT identity FROM met WHERE new").to_arrow_table()
    decided = pa.array([identity for pair in same for identity in pair], pa.string())
    links = f"SELECT a, b, evidence FROM {snapshot.scan('links')} WHERE import_no"
    told = connection.sql(f"({links} > {before.number} EXCEPT {links} <= {before.number}) LIMIT 1").fetchall()
    if told or pc.any(pc.is_in(new["identity"], value_set=decided)).as_py():
        return before, None, False
    every = f"SELECT * FROM {known} UNION ALL SELECT identity, person, person, first FROM met WHERE new"
    held = now.sides(f"({every})")
    changed = now.turned(held, known)
    if changed and (
        connection.sql(f"FROM {changed} LIMIT 1").fetchall() or ways.is_late(connection, snapshot, before.number)
    ):
        return before, None, False
    touched = connection.sql("SELECT DISTINCT person FROM met ORDER BY person").to_arrow_table()
    connection.register("touched", touched)
    identities = connection.sql(f"SELECT * FROM ({every}) SEMI JOIN touched USING (person)").to_arrow_table()
    manifest = histories.extend(connection, now.folder, snapshot, identities, set(), held)
    people = describe(connection, snapshot, now.folder, manifest, identities, now.rules, column(touched, "person"))
    over = len(before.layers["people"].files) < MOST
    if not over:
        connection.register("described", people)
        people = connection.sql(f"""
            SELECT * FROM {before.layers["people"].query(now.folder)} WHERE person NOT IN (SELECT person FROM touched)
            UNION ALL SELECT * FROM described ORDER BY person""").to_arrow_table()
        identities = connection.sql(every).to_arrow_table()
    tables = {"identities": identities, "people": people, "guarded": guarded, "touched": touched, acting.NAME: done}
    return manifest, with_sides(tables, held), over


def anew(
    now: Now, before: histories.Manifest | None, same: Sequence[tuple[str, str]], apart: Sequence[tuple[str, str]],
    withdrawn: Withdrawn,
) -> tuple[histories.Manifest, dict[str, pa.Table]]:  # fmt: skip
    """Resolve and describe everyone; build anew the histories of those who were merged, parted or lost something, and
    of those with whom somebody had to do who is on another side now."""
    connection, snapshot, folder, who = now.connection, now.snapshot, now.folder, now.rules.who
    old = None if before is None else before.layers["identities"].query(folder)
    fresh = before is None or withdrawn.any
    since = 0 if fresh or before is None else before.number
    first = None if fresh else old
    identities, resolution = identify(now, first, since, same, apart)
    guarded = with_several_names(connection, snapshot, resolution.guarded, who)
    past = acting.acted_query(folder, before)
    done = acting.find_acted(connection, snapshot, guarded, now.rules, None if fresh else past, since)
    others = acting.identities_moved(connection, past, done, 0 if before is None else before.number)
    snapshot = replace(snapshot, acted="acted_now") if done.num_rows else snapshot
    connection.register("now", identities)
    held = now.sides("now")
    unknown = withdrawn.everyone or bool(withdrawn.imports and now.before)  # what replied to what was taken back?
    if before is None or old is None or unknown:
        manifest = histories.build(connection, folder, snapshot, identities, held)
    else:
        dirty = {before.bucket(person) for person in moved_people(connection, old, identities)}
        dirty |= histories.touched(folder, before, withdrawn.imports)
        dirty |= {before.bucket(person) for person in withdrawn.people(connection, snapshot, old, "after")}
        dirty |= {before.bucket(person) for person in people_of(connection, others, old, "after")}
        if changed := now.turned(held, old):
            turning = f"(SELECT identity FROM {changed} UNION SELECT identity FROM involved)"
            both = (old, "after")
            people = ways.unsettled(connection, snapshot, turning, "differ", before.number, *both)
            dirty |= {before.bucket(person) for person in people}
        manifest = histories.extend(connection, folder, snapshot, identities, dirty, held)
    people = describe(connection, snapshot, folder, manifest, identities, now.rules)
    tables = {"identities": identities, "people": people, "guarded": guarded, acting.NAME: done}
    return manifest, with_sides(tables, held)


def with_several_names(connection: Any, snapshot: Snapshot, shared: pa.Table, who: Who) -> pa.Table:
    """Return the guarded identities with those that have no name of their own, since several stand beside them."""
    connection.register("shared", shared)
    named = connection.sql(f"""
        SELECT identity, 'name' AS namespace, names AS linked_to, 'several names' AS why
        FROM ({several_names(snapshot, who)}) WHERE identity NOT IN (SELECT identity FROM shared)""")
    return pa.concat_tables([shared, named.to_arrow_table().cast(GUARDED)])


def people_of(connection: Any, identities: Sequence[str], *whose: str) -> list[int]:
    """Return the people who have, or had, some identities. whose: SQL table expressions of identity and person."""
    connection.register("involved", pa.table({"identity": pa.array(identities, pa.string())}))
    every = " UNION ALL ".join(f"SELECT identity, person FROM {table}" for table in whose)
    rows = connection.sql(f"SELECT DISTINCT person FROM ({every}) SEMI JOIN involved USING (identity)").fetchall()
    return [person for (person,) in rows]


def settling(rules: Rules, same: Sequence[tuple[str, str]], apart: Sequence[tuple[str, str]]) -> str:
    """Return a text that changes whenever people are described otherwise, whatever the log says."""
    return digest(rules, same, apart)


def digest(*values: Any) -> str:
    """Return a short hash of declarations."""
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=8).hexdigest()
