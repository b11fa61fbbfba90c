"""Who is known, what had they done by an instant, and what is everyone's life?"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError
from ziggurat.base.schema import APART, COUNTS
from ziggurat.derived.files import write
from ziggurat.derived.store import Store
from ziggurat.facts import silence
from ziggurat.facts.silence import Stopped
from ziggurat.log import histories, leftover
from ziggurat.log.buckets import Buckets
from ziggurat.log.log import Snapshot
from ziggurat.people import acting
from ziggurat.people.ids import FORM, person_of
from ziggurat.people.lived import LIVED, read_lives
from ziggurat.people.resolve import hash_of

Ints = npt.NDArray[np.int64]


def people(store: Store) -> str:
    """Return an SQL table expression: `schema.PEOPLE` and `person`."""
    return store.table("people")


def people_at(store: Store, at: int) -> str:
    """Return the same as of an instant (µs): of those known by then, how much they had done by then.

    Who is who, and what is told of people, is what is known now.
    """
    last = counts(store)["last_at"]
    if last is None or at >= last:
        return f"(SELECT * FROM {people(store)} WHERE first_at <= {int(at)})"
    manifest = store.ready()
    path = store.turned(manifest) / f"lived-{int(at)}.parquet"
    with store.standing:
        if not path.exists():
            store.tidy(manifest.turn)
            write(
                path, iter([read_lives(store.folder, manifest, store.kinds.consenting(), at=at)]), LIVED.empty_table()
            )
    then = ", ".join(f"lived.{name} AS {name}" for name in LIVED.names if name != "person")
    return (
        f"(SELECT known.* REPLACE ({then}) FROM {people(store)} known "
        f"JOIN {engine.scan_file(path)} lived USING (person))"
    )


def counts(store: Store) -> dict[str, Any]:
    """Return counts of interactions, people, staff, agents, anonymous and guarded, and the first and last instant
    (µs). They are counted once for every refresh: each page asks when the log ends."""
    manifest, known = store.ready(), store.counted
    if known is not None and known[0] is manifest:
        return dict(known[1])
    query = f"""
        SELECT coalesce(sum(interactions), 0)::BIGINT AS interactions,
               count(*) FILTER ({COUNTS}) AS people, count(*) FILTER (staff) AS staff,
               count(*) FILTER (agent AND NOT staff) AS agents,
               count(*) FILTER (anonymous AND NOT agent AND NOT staff) AS anonymous,
               (SELECT count(*) FROM {store.table("guarded")}) AS guarded,
               min(first_at) FILTER (interactions > 0) AS first_at, max(last_at) AS last_at
        FROM {people(store)}
    """
    found: dict[str, Any] = store.connect().sql(query).to_arrow_table().to_pylist()[0]
    store.counted = (manifest, found)
    return dict(found)


def acted(store: Store) -> list[dict[str, Any]]:
    """Return how many interactions somebody else did than their actor, or a machine: why, via, was and rows.

    Empty where the last refresh was by a version that did not look for them.
    """
    if acting.NAME not in store.ready().tables:
        return []
    query = f"""
        SELECT why, {acting.VIA} AS via, was, count(*) AS rows FROM {store.table(acting.NAME)}
        GROUP BY ALL ORDER BY why, via, was"""
    rows: list[dict[str, Any]] = store.connect().sql(query).to_arrow_table().to_pylist()
    return rows


def automatic(store: Store, at: int) -> int:
    """Return how many interactions up to an instant (µs) are a machine's, and in no figure.

    None of what the last refresh, where an earlier version made it, did not say the time of.
    """
    manifest = store.ready()
    if acting.acted_query(store.folder, manifest) is None:
        return 0
    return int(np.searchsorted(machine_times(store.folder / manifest.tables[acting.NAME]), at, side="right"))


@lru_cache(maxsize=8)
def machine_times(path: Path) -> Ints:
    """Return when machines did something, sorted; a file of a refresh never changes."""
    rows = pq.read_table(path, columns=["at", "actor"])
    found: Ints = rows["at"].filter(pc.is_null(rows["actor"])).to_numpy()
    return np.sort(found)


def stopped(store: Store, at: int) -> list[Stopped]:
    """Return the sources that have stopped as of an instant (µs)."""
    turn = store.ready().turn
    if store.brought is None or store.brought[0] != turn:
        store.brought = turn, silence.days_of(buckets(store))
    return silence.stopped(store.brought[1], at)


def of_agents(store: Store) -> int:
    """Return how many interactions agents of others did."""
    query = f"SELECT coalesce(sum(interactions), 0)::BIGINT FROM {people(store)} WHERE agent AND NOT staff"
    return int(store.connect().sql(query).fetchall()[0][0])


def whose(store: Store, text: str) -> int | None:
    """Return the person who has an identity, or an id that any of her identities would give; None for nobody."""
    wanted = person_of(text) if FORM.fullmatch(text) else hash_of(text)
    rows = (
        store.connect()
        .sql(
            f"SELECT person FROM {store.table('identities')} SEMI JOIN {people(store)} people USING (person) "
            f"WHERE hash = {wanted} LIMIT 1"
        )
        .fetchall()
    )
    return rows[0][0] if rows else None


def identity(store: Store, person_id: str) -> str | None:
    """Return the first identity of the person with an id; None where this is no id, or nobody has it."""
    if not FORM.fullmatch(person_id):
        return None
    query = f"SELECT identities[1] FROM {people(store)} WHERE person = {whose(store, person_id) or 0}"
    rows = store.connect().sql(query).fetchall()
    return rows[0][0] if rows else None


def one(store: Store, person: int, at: int) -> tuple[dict[str, Any], pa.Table, dict[str, list[str]]]:
    """Return a person's row, her interactions up to an instant in order, and the codes in them.

    Raises: QuestionError if she is not known by then.
    """
    manifest = store.ready()
    row = store.connect().sql(f"SELECT * FROM {people(store)} WHERE person = {person}").to_arrow_table().to_pylist()
    hers = np.array([person], np.int64)
    history = histories.read(store.folder, manifest, manifest.bucket(person), histories.COLUMNS.names, hers)
    history = store.sidecars.toned(history.filter(pc.less_equal(history["at"], at)), manifest)
    if not row or history.num_rows == 0:
        raise QuestionError("this person was not known yet at that date; choose a later one.")
    return row[0], history, {name: list(values) for name, values in manifest.codes.items()}


def seen(store: Store, column: str, at: int) -> list[str]:
    """Return the values of a coded column (kind, channel, …) that the log held by an instant (µs)."""
    manifest = store.ready()

    def one(bucket: int) -> Ints:
        rows = histories.read(store.folder, manifest, bucket, tuple(dict.fromkeys(("at", "kind", column))))
        known = pc.and_(pc.less_equal(rows["at"], at), pc.greater_equal(rows["kind"], 0))
        found: Ints = pc.unique(rows[column].filter(known)).to_numpy()
        return found

    places = {int(place) for some in engine.fold(manifest.buckets(), one) for place in some if place >= 0}
    return sorted(manifest.codes[column][place] for place in places)


def buckets(store: Store) -> Buckets:
    """Return people's lives in order, to be folded."""
    manifest = store.ready()
    readers = [partial(histories.read, store.folder, manifest, bucket) for bucket in manifest.buckets()]
    hidden = f"SELECT person, {', '.join(APART)} FROM {people(store)} WHERE NOT ({COUNTS}) ORDER BY person"
    codes = {name: list(values) for name, values in manifest.codes.items()}
    return Buckets(readers, codes, **apart(store.connect().sql(hidden).to_arrow_table()), kinds=store.kinds)


def who_says(store: Store, snapshot: Snapshot, words: str, at: int) -> str:
    """Write the query for people of whom a row says a text in a cell that no field took; see `leftover`."""
    return leftover.who_says(snapshot, store.table("identities"), words, at)


def apart(people: pa.Table) -> dict[str, Ints]:
    """Return the hashes of those who don't count, as `Buckets` has them. people: person and APART, sorted."""
    person = people["person"].combine_chunks().to_numpy()
    staff, agent = (people[name].combine_chunks().to_numpy(zero_copy_only=False) for name in ("staff", "agent"))
    chosen = {"staff": staff, "agents": agent & ~staff, "anonymous": ~agent & ~staff}
    return {name: person[flags] for name, flags in chosen.items()}
