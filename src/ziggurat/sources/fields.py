"""What does each field of a row hold, and what is wrong with it? Columns of text become columns of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.kinds import Kinds
from ziggurat.sources import identity, moments
from ziggurat.sources.cells import Cells, Unreadable, by_distinct, joined, numbers
from ziggurat.sources.mapping import NEEDED, Mapping

DIRECTIONS = {"in": "in", "inbound": "in", "incoming": "in", "received": "in", "among": "among"} | {
    "out": "out", "outbound": "out", "outgoing": "out", "sent": "out"
}  # fmt: skip
DEVICES = {
    "web": ("web", "desktop", "computer", "browser", "pc"),
    "mobile": ("mobile", "phone", "smartphone", "tablet", "ios", "android", "iphone", "ipad", "app"),
}
NUMBERS = ("amount", "minutes", "score", "reach", "impressions", "cost", "money", "staff_minutes")


@dataclass(frozen=True)
class Reading:
    """How one file is read: its mapping, and what the rows of all its chunks have in common."""

    mapping: Mapping
    kinds: Kinds
    source: str
    file: str
    received_at: datetime


def read_fields(columns: dict[str, pa.Array], length: int, reading: Reading) -> dict[str, Cells]:
    """Read every field of the target that has a column or a constant, and every further identity (`~namespace`)."""
    mapping = reading.mapping
    nothing = pa.nulls(length, pa.string())
    read: dict[str, Cells] = {}
    for namespace, name in mapping.identities.items():
        read[f"~{namespace}"] = identities(columns.get(name, nothing), namespace)
    for name in dict.fromkeys([*mapping.fields, *mapping.constants]):
        column = columns.get(mapping.fields.get(name, ""), nothing)
        if name in mapping.constants:
            column = pc.fill_null(column, mapping.constants[name].strip())
        if name == "actor" or name == "counterpart":
            read[name] = identities(column, mapping.namespaces.get(name))
        else:
            read[name] = read_field(name, column, reading)
    if mapping.target == "interactions":
        usual = by_distinct(read["kind"].values, reading.kinds.direction_of.get, pa.string()).values
        said = read.get("direction", Cells(pa.nulls(length, pa.string()), pa.nulls(length, pa.string())))
        read["direction"] = Cells(pc.coalesce(said.values, usual), said.wrong)
    if mapping.identities and mapping.target in ("interactions", "people"):
        said = read.get("actor", Cells(pa.nulls(length, pa.string()), pa.nulls(length, pa.string())))
        others = [read[f"~{namespace}"].values for namespace in mapping.identities]
        read["actor"] = Cells(pc.coalesce(said.values, *others), said.wrong)
    return read


def read_field(name: str, column: pa.Array, reading: Reading) -> Cells:
    """Read one field that is no identity."""
    mapping = reading.mapping
    if name in ("at", "day"):
        cells = moments.parse(column, mapping.time_zone if name == "at" else "UTC", mapping.date_order)
        if name == "at":
            return Cells(cells.values.cast(pa.timestamp("us", "UTC")), cells.wrong)
        return Cells(cells.values.cast(pa.timestamp("us")).cast(pa.date32(), safe=False), cells.wrong)
    if name in NUMBERS:
        return numbers(column, mapping.decimal)
    readers: dict[str, Callable[[str], str | None]] = {
        "kind": kind_reader(mapping, reading.kinds),
        "direction": direction,
        "device": device,
        "channel": str.lower,
    }
    if name == "kind" and "" in mapping.kinds:
        column = pc.fill_null(column, "")
    if name in readers:
        return by_distinct(column, readers[name], pa.string())
    return Cells(column, pa.nulls(len(column), pa.string()))


def identities(column: pa.Array, namespace: str | None) -> Cells:
    """Read identities: bare values of one namespace, or, without one, values that say their own."""

    def read(value: str) -> str | None:
        if identity.is_nobody(value):
            return None
        if namespace is None:
            found = identity.parse(value)
            if found is None:
                raise Unreadable(
                    "does not say what it is, as email:ana@example.org does; the mapping can say it for all of them"
                )
            return found
        found = identity.normalise(namespace, value)
        if found is None:
            raise Unreadable(
                {"email": "is no e-mail address", "phone": "is no phone number"}.get(namespace, "is empty")
            )
        return found

    return by_distinct(column, read, pa.string())


def kind_reader(mapping: Mapping, kinds: Kinds) -> Callable[[str], str | None]:
    """Return a function from their event name to our kind."""
    known = {name.strip().lower(): kind for name, kind in mapping.kinds.items()}

    def read(name: str) -> str | None:
        bare = name.lower()
        if bare in known:
            return known[bare]
        if bare in kinds.group_of:
            return bare
        if "*" in known:
            return known["*"]
        raise Unreadable(
            "is an event name that is mapped to no kind; add it under kinds in the mapping, or map it to 'skip'"
        )

    return read


def direction(value: str) -> str:
    """Read a direction. Raises: Unreadable."""
    if value.lower() not in DIRECTIONS:
        raise Unreadable("is no direction; write in, out or among")
    return DIRECTIONS[value.lower()]


def device(value: str) -> str:
    """Read a device: web, mobile, or other for whatever else is said."""
    return next((device for device, names in DEVICES.items() if value.lower() in names), "other")


def all_reasons(read: dict[str, Cells], columns: dict[str, pa.Array], mapping: Mapping, skipped: pa.Array) -> pa.Array:
    """Return all that is wrong with each row as one text, null where nothing is or the row is skipped."""
    reasons = []
    for name, cells in read.items():
        column = mapping.identities.get(name[1:], "") if name.startswith("~") else mapping.fields.get(name, "")
        where = f"column '{column}': " if column in columns else f"constant {name}: "
        if cells.wrong.null_count < len(cells.wrong):
            reasons.append(pc.binary_join_element_wise(where, cells.wrong, ""))
    for name in NEEDED[mapping.target]:
        empty = pc.and_(pc.is_null(read[name].values), pc.is_null(read[name].wrong))
        if pc.any(empty).as_py():
            column = mapping.fields.get(name, "")
            why = f"column '{column}' is empty, so the row has no {name}" if column else f"the row has no {name}"
            reasons.append(pc.if_else(empty, why, None))
    if not reasons:
        return pa.nulls(len(skipped), pa.string())
    whole = joined(reasons, "", "; ")
    return pc.if_else(pc.or_(skipped, pc.equal(whole, "")), None, whole)
