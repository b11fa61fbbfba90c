"""For whom does each test of a segment hold?

Each takes the workspace, the segment and the lens, and returns the hashes of people, of whatever sort.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.asking.lens import Lens
from ziggurat.base.declare import matches
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.instant import DAY, after, begin, moment
from ziggurat.base.schema import APART
from ziggurat.facts.directory import Directory
from ziggurat.log.settling import SETTLED
from ziggurat.people.ids import people_of
from ziggurat.playbook.segment import Segment
from ziggurat.results import tables
from ziggurat.roles.organisations import NONE, key_of, organisations
from ziggurat.state import notes
from ziggurat.workspace.folder import Folder

Ints = npt.NDArray[np.int64]
Test = Callable[[Folder, Segment, Lens], Ints]
STUDY = {"flagging": "flagging", "rising": "rising"} | {
    why: study
    for study, some in (
        ("flagging", ("gone quiet", "in grace", "slipped", "below peak")),
        ("rising", ("picking up", "climbed", "near")),
    )
    for why in some
}
BY_RHYTHM = ("gone quiet", "picking up")


def people_in(found: pa.Table) -> Ints:
    """Return the hashes of the people of a table with `person_id`, each once."""
    ids = found["person_id"].unique()
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    return np.unique(people_of(whole.cast(pa.string()))) if len(whole) else np.empty(0, np.int64)


def of_query(space: Folder, query: str) -> Ints:
    """Return the hashes that a query gives."""
    return np.unique(space.derived.connect().sql(query).to_arrow_table()["person"].to_numpy().astype(np.int64))


def union(parts: Sequence[Ints]) -> Ints:
    """Return whoever is in any of some."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *parts]))


def moved(space: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who climbed, slipped or was first known within so many days."""
    window = f"> {lens.at - round(wanted.moved_days * DAY)} AND {{0}} <= {lens.at}"
    if wanted.moved == "came":
        return of_query(
            space, f"SELECT person FROM {space.derived.people()} WHERE first_at {window.format('first_at')}"
        )
    climbed = "(change = 'climb' OR (change = 'first' AND level > 0))"  # as `levels.reading.climbs` has it
    change = climbed if wanted.moved == "climbed" else "change = 'slip'"
    levels = space.derived.levels(lens.ladder, lens.raises)
    return of_query(space, f"SELECT person FROM {levels} WHERE {change} AND since {window.format('since')}")


def signalled(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who gives any of the signals."""
    return union([of_signal(signal, lens) for signal in wanted.signal])


def of_signal(signal: str, lens: Lens) -> Ints:
    """Return who gives one signal, as the study says that tells it."""
    if signal == "waits":
        return people_in(tables.collect(lens.ask("unanswered").members, "person_id"))
    if signal == "hosts":
        hosts = [row["host"] for row in lens.ask("hosts", limit=100_000).rows() if not row["host"].startswith("(")]
        return people_in(pa.table({"person_id": pa.array(hosts, pa.string())}))
    found = tables.collect(lens.ask(STUDY[signal]).members, "person_id", "why", "rhythm")
    if signal in BY_RHYTHM:
        found = found.filter(pc.is_valid(found["rhythm"]))
    elif signal != STUDY[signal]:
        found = found.filter(pc.equal(found["why"].cast(pa.string()), signal))
    return people_in(found)


def of_stance(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who has any of the stances."""
    found = tables.collect(lens.ask("stance").members, "person_id", "stance")
    return people_in(found.filter(pc.is_in(found["stance"].cast(pa.string()), value_set=pa.array(wanted.stance))))


def of_role(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who had any of the roles within the study's own window."""
    found = tables.collect(lens.ask("consumption", since=back(lens, 90)).members, "person_id", "role")
    return people_in(found.filter(pc.is_in(found["role"].cast(pa.string()), value_set=pa.array(wanted.role))))


def of_ledger(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return whose ledger is one-sided that way within the study's own window."""
    rows = lens.ask("one-sided", since=back(lens, 365), limit=100_000).rows()
    some = [row["person_id"] for row in rows if row["tilt"] == wanted.ledger]
    return people_in(pa.table({"person_id": pa.array(some, pa.string())}))


def forecast_of(wanted: Segment) -> dict[str, Any]:
    """Return the options of the study `forecast` that a segment asks for."""
    level = {"level": str(wanted.forecast_level)} if wanted.forecast == "reach" else {}
    return {"outcome": wanted.forecast, "days": wanted.forecast_days, **level}


def foretold(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return to whom it comes with such a chance; nobody where there is too little to learn from."""
    found = tables.collect(lens.ask("forecast", **forecast_of(wanted)).members, "person_id", "chance")
    chance, (low, high) = found["chance"].to_numpy(), wanted.chances
    return people_in(found.filter(pa.array((chance >= low) & (chance < high))))


def due(_: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who is due for the next step of a chain of acts."""
    found = tables.collect(lens.ask("act-paths", steps=wanted.due).members, "person_id", "step", "due")
    some = found["due"]
    if wanted.due_step is not None:
        some = pc.and_(some, pc.equal(found["step"], wanted.due_step))
    return people_in(found.filter(some))


def back(lens: Lens, days: int) -> str:
    """Return the day so many days before what is looked at."""
    return moment(lens.at - days * DAY).date().isoformat()


def directory(space: Folder) -> Directory:
    """Return everyone who is known."""
    columns = ", ".join(("person_id", "name", "identities", "traits", *APART))
    return Directory.of(space.derived.connect().sql(f"SELECT {columns} FROM {space.derived.people()}").to_arrow_table())


def of_account(space: Folder, wanted: Segment, _: Lens) -> Ints:
    """Return who belongs to any of the organisations, in any spelling."""
    known = directory(space)
    found = organisations(known)
    names = {key_of(name) for name in wanted.account}
    places = [place for place, name in enumerate(found.names) if key_of(name) in names]
    some: Ints = known.person[(found.of != NONE) & np.isin(found.of, places)]
    return some


def with_trait(space: Folder, wanted: Segment, _: Lens) -> Ints:
    """Return who has any of the traits."""
    tests = []
    for one in wanted.trait:
        name, value = (part.strip() for part in one.partition(":")[::2])
        said = f"lower(each.key) = lower({engine.text(name)})"
        if value:
            pattern = ".*".join(re.escape(part) for part in value.lower().split("*"))
            said += f" AND regexp_full_match(lower(each.value), {engine.text(pattern)}, 's')"
        tests.append(f"len(list_filter(said, lambda each: {said})) > 0")
    entries = "map_entries(from_json(traits, '\"MAP(VARCHAR, VARCHAR)\"'))"
    known = f"(SELECT person, {entries} AS said FROM {space.derived.people()} WHERE traits IS NOT NULL)"
    return of_query(space, f"SELECT person FROM {known} WHERE {' OR '.join(tests)}")


def tagged(space: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who is tagged with any of the tags: by the day that is looked at, or by now where that is the last one."""
    tags = {tag.casefold() for tag in wanted.tag}
    latest = None if lens.at >= lens.last else moment(lens.at)
    return owners(space, [
        one["identity"]
        for one in notes.notes(space.state.database)
        if one["sort"] == "tag" and one["text"].casefold() in tags and (latest is None or one["decided_at"] <= latest)
    ])  # fmt: skip


def owners(space: Folder, identities: Sequence[str]) -> Ints:
    """Return the hashes of the people behind identities."""
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"identity": pa.array(identities, pa.string())}))
    query = f"SELECT DISTINCT person FROM {space.derived.table('identities')} JOIN wanted USING (identity)"
    return np.unique(connection.sql(query).to_arrow_table()["person"].to_numpy().astype(np.int64))


def acted(space: Folder, wanted: Segment, lens: Lens) -> Ints:
    """Return who did such things so often in that time."""
    buckets = space.derived.buckets()
    begins = begin(wanted.did_since) if wanted.did_since else None
    if wanted.did_days is not None:
        begins = lens.at - round(wanted.did_days * DAY) + 1
    ends = min(lens.at, after(wanted.did_until) - 1 if wanted.did_until else lens.at)
    chosen = {
        "kind": [kind in wanted.did for kind in buckets.codes["kind"]] if wanted.did else None,
        "channel": fitting(buckets.codes["channel"], wanted.channel),
        "activity": fitting(buckets.codes["activity"], wanted.activity),
    }
    columns = ("person", "at", "kind", "channel", "activity", "direction", *(["text"] if wanted.said else []))

    def kernel(rows: pa.Table) -> Ints:
        at, kind = rows["at"].to_numpy(), rows["kind"].to_numpy()
        some = (kind >= 0) & (rows["direction"].to_numpy() != SETTLED.index("out")) & (at <= ends)
        if begins is not None:
            some &= at >= begins
        for name, flags in chosen.items():
            if flags is not None:
                some &= np.append(np.asarray(flags, np.bool_), False)[rows[name].to_numpy()]
        if wanted.said:
            found = pc.match_substring(rows["text"], wanted.said, ignore_case=True)
            some &= np.asarray(pc.fill_null(found, False).combine_chunks().to_numpy(zero_copy_only=False), np.bool_)
        people, times = np.unique(rows["person"].to_numpy()[some], return_counts=True)
        return people[times >= wanted.times]

    return union(list(buckets.fold(kernel, columns)))


def fitting(names: Sequence[str], patterns: Sequence[str]) -> list[bool] | None:
    """Tell which names fit any of some patterns; None where any would."""
    return [matches(name, patterns) for name in names] if patterns else None


def asks(field: str) -> Callable[[Segment], Any]:
    """Return what tells whether a segment says anything under a field."""
    return lambda wanted: getattr(wanted, field)


TESTS: tuple[tuple[Callable[[Segment], Any], Test], ...] = (
    (asks("moved"), moved),
    (asks("signal"), signalled),
    (asks("stance"), of_stance),
    (asks("role"), of_role),
    (asks("ledger"), of_ledger),
    (asks("account"), of_account),
    (asks("trait"), with_trait),
    (asks("tag"), tagged),
    (asks("forecast"), foretold),
    (asks("due"), due),
    (asks("acts"), acted),
)
