"""Logs that are told otherwise: what a study says of them must be what it says of the first, or just what it must be.

A log is a mapping of tables as `schema.LOGGED` has them. Each change returns another log and, where it spells anybody
otherwise, who they were. Everything is drawn from a seed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.people.staff import Agents
from ziggurat.settings.config import Config
from ziggurat.simulate import Community, Customers, Simulated
from ziggurat.simulate.words import OURS
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

Log = Mapping[str, pa.Table]
PEOPLE = 470
COMMUNITY = Community(
    people=PEOPLE, days=200, seed=3, start=dt.date(2025, 9, 1), customers=Customers(starts=3.0, among=4.0)
)
DAY = dt.date(2026, 2, 22)  # as of which all is asked: later data are a month
BUSY, BOT = f"email:busy@{OURS}", "bot:busy"
WHO = {"interactions": ("actor", "counterpart"), "links": ("a", "b"), "traits": ("identity",)}
OWN = ("visited", "liked", "searched", "purchased", "rated", "opened", "clicked")  # that staff do on their own


@dataclass(frozen=True)
class Told:
    """A log, told otherwise. before: identity → what it was spelled in the first log. twin: identity → of whom it is
    the twin. shift: days by which all is later. parts: in how many imports it comes."""

    log: Log
    before: Mapping[str, str] = field(default_factory=dict)
    twin: Mapping[str, str] = field(default_factory=dict)
    shift: int = 0
    parts: int = 1


def cut(table: pa.Table, day: dt.date = DAY) -> pa.Table:
    """What had happened by the end of a day."""
    if "day" in table.column_names:
        return table.filter(pc.less_equal(table["day"], pa.scalar(day)))
    end = dt.datetime.combine(day, dt.time.max, dt.UTC)
    return table.filter(pc.less_equal(table["at"], pa.scalar(end, table["at"].type)))


def mapped(table: pa.Table, columns: tuple[str, ...], spelled: Mapping[str, str]) -> pa.Table:
    """The table with some texts spelled otherwise."""
    for name in columns:
        values = [spelled.get(one, one) for one in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(values, table[name].type))
    return table


def identities(log: Log) -> list[str]:
    """Everybody's identities but those of staff, sorted."""
    found = {one for table, columns in WHO.items() for name in columns for one in log[table][name].to_pylist() if one}
    ours = {one for one in found if one.endswith(OURS) or one == BOT}
    linked = zip(log["links"]["a"].to_pylist(), log["links"]["b"].to_pylist(), strict=True)
    return sorted(found - ours - {b for a, b in linked if a in ours})


# ---- changes that must change nothing -----------------------------------------------------------------------------


def renamed(told: Told, seed: int) -> Told:
    """All identities but those of staff spelled otherwise, in another order; an address stays with its domain."""
    spelled = {}
    for one in identities(told.log):
        namespace, value = one.split(":", 1)
        _, at, domain = value.partition("@")
        spelled[one] = f"{namespace}:{hashlib.sha256(f'{seed} {one}'.encode()).hexdigest()[:12]}{at}{domain}"
    log = {name: mapped(table, WHO.get(name, ()), spelled) for name, table in told.log.items()}
    back = {new: told.before.get(old, old) for old, new in spelled.items()}
    return dataclasses.replace(told, log=log, before=back)


def permuted(told: Told, seed: int) -> Told:
    """The rows of every table in another order."""
    draw = np.random.default_rng(seed)
    log = {name: table.take(pa.array(draw.permutation(len(table)))) for name, table in told.log.items()}
    return dataclasses.replace(told, log=log)


def split(told: Told, seed: int) -> Told:
    """In several imports in place of one."""
    return dataclasses.replace(told, parts=2 + seed % 3)


def with_later(told: Told, later: Log) -> Told:
    """What happens after the day, too."""
    return dataclasses.replace(told, log=later)


def with_busy_staff(told: Told, seed: int) -> Told:
    """One of the staff does on their own what people do: looks, likes, buys and rates, all day."""
    return dataclasses.replace(told, log=with_rows(told.log, own_acts(told.log, BUSY, seed, OWN)))


def with_agents(told: Told, seed: int) -> Told:
    """An agent of others does all that people do."""
    return dataclasses.replace(told, log=with_rows(told.log, own_acts(told.log, BOT, seed, None)))


def own_acts(log: Log, actor: str, seed: int, kinds: tuple[str, ...] | None) -> pa.Table:
    """What people did, in some of the kinds, once more by somebody else, a few hours later; it answers nobody."""
    rows = log["interactions"].filter(pc.equal(log["interactions"]["direction"], "in"))
    rows = rows if kinds is None else rows.filter(pc.is_in(rows["kind"], pa.array(kinds)))
    hours = np.random.default_rng(seed).integers(1, 3, len(rows)).astype("timedelta64[h]")
    later = pa.array(rows["at"].to_numpy() + hours).cast(rows["at"].type)
    given = {
        "interaction_id": pc.binary_join_element_wise(actor, rows["interaction_id"], "-"), "at": later,
        "actor": pa.repeat(pa.scalar(actor), len(rows)), "counterpart": pa.nulls(len(rows), pa.string()),
        "in_reply_to": pa.nulls(len(rows), pa.string()),
    }  # fmt: skip
    for name, column in given.items():
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def with_rows(log: Log, rows: pa.Table) -> Log:
    """The log with more interactions."""
    return {**log, "interactions": pa.concat_tables([log["interactions"], rows])}


def linked(told: Told, seed: int) -> Told:
    """Everyone known acts half the time under a second identity, which a link says is theirs."""
    interactions = told.log["interactions"]
    acting = interactions.group_by("actor").aggregate([("at", "min")])
    begin = dict(zip(acting["actor"].to_pylist(), acting["at_min"].to_pylist(), strict=True))
    known = [one for one in identities(told.log) if not one.startswith("anon:") and one in begin]
    second = {one: f"second:{hashlib.sha256(one.encode()).hexdigest()[:12]}" for one in known}
    half = np.random.default_rng(seed).random(len(interactions)) < 0.5
    actors = interactions["actor"].to_pylist()
    also = [second.get(one, one) if some else one for one, some in zip(actors, half, strict=True)]
    links = pa.table(
        {
            "a": known, "b": [second[one] for one in known], "evidence": ["said"] * len(known),
            "source": ["office"] * len(known), "at": [begin[one] for one in known],
        },
        told.log["links"].schema,
    )  # fmt: skip
    log = {
        **told.log,
        "interactions": interactions.set_column(4, "actor", pa.array(also)),
        "links": pa.concat_tables([told.log["links"], links]),
    }
    return dataclasses.replace(told, log=log)


# ---- changes that change just what they must ----------------------------------------------------------------------


def shifted(told: Told, weeks: int) -> Told:
    """All of it so many weeks later."""

    def moved(table: pa.Table, name: str) -> pa.ChunkedArray:
        if name not in ("at", "received_at", "day"):
            return table[name]
        return pa.chunked_array([table[name].to_numpy() + np.timedelta64(7 * weeks, "D")]).cast(table[name].type)

    log = {
        each: pa.table([moved(table, name) for name in table.column_names], table.schema)
        for each, table in told.log.items()
    }
    return dataclasses.replace(told, log=log, shift=told.shift + 7 * weeks)


def doubled(told: Told) -> Told:
    """Everyone twice: whoever is no staff has a twin, to whom the same happens among the twins."""
    log, people = dict(told.log), identities(told.log)
    twin = {}
    for one in people:
        namespace, value = one.split(":", 1)
        name, at, domain = value.partition("@")
        twin[one] = f"{namespace}:{name}-twin{at}{domain}"
    rows = log["interactions"]
    theirs = rows.filter(
        pc.or_(pc.is_in(rows["actor"], pa.array(people)), pc.is_in(rows["counterpart"], pa.array(people)))
    )
    ids = {one: f"{one}-twin" for one in theirs["interaction_id"].to_pylist()}
    theirs = mapped(mapped(theirs, WHO["interactions"], twin), ("interaction_id", "in_reply_to"), ids)
    log["interactions"] = pa.concat_tables([rows, theirs])
    for name in ("links", "traits"):
        some = log[name].filter(pc.is_in(log[name][WHO[name][0]], pa.array(people)))
        log[name] = pa.concat_tables([log[name], mapped(some, WHO[name], twin)])
    return dataclasses.replace(told, log=log, twin={new: old for old, new in twin.items()})


# ---- asking -------------------------------------------------------------------------------------------------------


def settings(made: Simulated) -> Config:
    """What a workspace of it is told: one ladder, and the agent."""
    given = msgspec.convert(made.settings, Config)
    return msgspec.structs.replace(given, ladders=("six-level",), agents=Agents(identities=(BOT,)))


def opened(folder: Path, told: Told, config: Config) -> Workspace:
    """A workspace in which it was imported."""
    space = Workspace.create(folder, config)
    for part in range(told.parts):
        tables = {
            name: table.take(pa.array(np.arange(part, len(table), told.parts))) for name, table in told.log.items()
        }
        space.import_batches([Batch(tables)], source="community", name=f"community {part}")
    space.refresh()
    return space


Rows = list[dict[str, Any]]
DATE = re.compile(r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b|^\d{4}-\d{2}$")
Reading = Callable[[Any], Any]


def dated(found: re.Match[str], shift: int) -> str:
    """A day or month in words, as the first log has it."""
    if "-" in found[0]:
        years = round(shift / 365.25)
        return f"{int(found[0][:4]) - years}{found[0][4:]}"
    day = dt.datetime.strptime(found[0], "%d %b %Y").replace(tzinfo=dt.UTC) - dt.timedelta(days=shift)
    return f"{day.day} {day:%b %Y}"


def reading(space: Workspace, told: Told) -> Reading:
    """What reads a value as the first log spells it: identities and ids of people, and instants."""
    frame = space.derived.connect().sql(f"SELECT person_id, identities FROM {space.derived.people()}").fetchall()
    spelled = dict(told.before)
    for person, own in frame:
        spelled[person] = " ".join(sorted({told.before.get(one, one) for one in own if not one.startswith("second:")}))

    def read(value: Any) -> Any:
        if isinstance(value, str):
            return spelled.get(value) or DATE.sub(lambda found: dated(found, told.shift), value)
        if isinstance(value, dt.datetime):
            return value - dt.timedelta(days=told.shift)
        if isinstance(value, (list, tuple)):
            return sorted(read(one) for one in value)
        return value

    return read
